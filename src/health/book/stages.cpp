#include "sojourn/health/book/stages.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::health {
namespace {

struct stage_entry {
  std::uint32_t account;
  std::int32_t when;
  std::uint32_t stage;
};

/// One stay in a stage: how long it has lasted, and whether it has ended.
struct stage_stay {
  std::int32_t days;
  bool ended;
};

void check_entries(const stage_rows& rows, std::span<const double> longest) {
  if (rows.stage.size() != rows.account.size() || rows.entered_on.size() != rows.account.size()) {
    throw schema_error("account, stage and entered_on differ in length: " + std::to_string(rows.account.size()) + ", " +
                       std::to_string(rows.stage.size()) + " and " + std::to_string(rows.entered_on.size()));
  }
  if (longest.size() != rows.stages)
    throw schema_error("there are " + std::to_string(rows.stages) + " stages and " + std::to_string(longest.size()) +
                       " longest stays");
}

/// Entries up to as_of by account and day; of one day the latest stage alone.
std::vector<stage_entry> entries_by_account(const stage_rows& rows, day as_of) {
  std::vector<stage_entry> entries;
  entries.reserve(rows.account.size());
  for (std::size_t row = 0; row < rows.account.size(); ++row) {
    if (!rows.account.present(row) || rows.account[row] >= rows.accounts)
      throw data_error({"account", row, "", "is not among the accounts", ""});
    if (rows.stage[row] >= rows.stages)
      throw data_error({"stage", row, std::to_string(rows.stage[row]), "is not below the number of stages", ""});
    if (!rows.entered_on.present(row)) throw data_error({"entered_on", row, "", "is missing", ""});
    if (rows.entered_on[row] <= as_of.since_epoch)
      entries.push_back({rows.account[row], rows.entered_on[row], rows.stage[row]});
  }
  std::sort(entries.begin(), entries.end(), [](const stage_entry& a, const stage_entry& b) {
    return std::tuple(a.account, a.when, b.stage) < std::tuple(b.account, b.when, a.stage);
  });
  const auto same_day = [](const stage_entry& a, const stage_entry& b) {
    return a.account == b.account && a.when == b.when;
  };
  entries.erase(std::unique(entries.begin(), entries.end(), same_day), entries.end());
  return entries;
}

double median_stay(std::vector<stage_stay>& stays) {
  std::sort(stays.begin(), stays.end(), [](const stage_stay& a, const stage_stay& b) {
    return std::tuple(a.days, !a.ended) < std::tuple(b.days, !b.ended);  // what ends today was still at risk today
  });
  double remain = 1;
  for (std::size_t i = 0; i < stays.size(); ++i) {
    if (!stays[i].ended) continue;
    remain *= 1 - 1 / static_cast<double>(stays.size() - i);
    if (remain <= 0.5) return stays[i].days;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

stage_table time_in_stage(const stage_rows& rows, std::span<const double> longest, day as_of) {
  check_entries(rows, longest);
  const std::vector<stage_entry> entries = entries_by_account(rows, as_of);
  stage_table table;
  table.accounts.resize(rows.accounts);
  table.stages.resize(rows.stages);
  std::vector<std::vector<stage_stay>> stays(rows.stages);
  std::vector<std::vector<std::uint8_t>> seen(rows.stages, std::vector<std::uint8_t>(rows.accounts, 0));
  for (const stage_entry& entry : entries) {
    account_stage& now = table.accounts[entry.account];
    if (now.stage == entry.stage) continue;
    if (now.stage != no_stage) {
      stays[now.stage].push_back({entry.when - now.since.since_epoch, true});
      ++now.moves;
      now.steps_back += entry.stage < now.stage ? 1 : 0;
    }
    now.stage = entry.stage;
    now.since = day{entry.when};
    if (seen[entry.stage][entry.account] == 0) ++table.stages[entry.stage].entered;
    seen[entry.stage][entry.account] = 1;
  }
  for (account_stage& now : table.accounts) {
    if (now.stage == no_stage) continue;
    now.days = as_of - now.since;
    now.pace = now.days > longest[now.stage] ? stage_pace::stuck : stage_pace::on_time;
    stage_line& line = table.stages[now.stage];
    ++line.in_it;
    line.stuck += now.pace == stage_pace::stuck ? 1 : 0;
    stays[now.stage].push_back({now.days, false});
  }
  for (std::size_t stage = 0; stage < rows.stages; ++stage) {
    table.stages[stage].left =
        std::count_if(stays[stage].begin(), stays[stage].end(), [](const auto& s) { return s.ended; });
    table.stages[stage].median_days = median_stay(stays[stage]);
  }
  return table;
}

}  // namespace sojourn::inline v0_1::health
