#include "sojourn/revenue/ledger/mrr_rows.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "revenue/ledger/cell_checks.hpp"
#include "revenue/ledger/marked_rows.hpp"

namespace sojourn::inline v0_1 {

using detail::require;
using detail::take_account;

void mrr_rows::add(std::uint32_t who, std::int32_t from, std::int32_t to, bool ends, std::int64_t ticks, std::uint32_t row,
                   row_marks mark) {
  const std::size_t at = account.size();
  account.push_back(who);
  start.push_back(from);
  end.push_back(to);
  end_known.resize(at / 8 + 1, 0);
  if (ends) end_known[at / 8] = static_cast<std::uint8_t>(end_known[at / 8] | (1u << (at % 8)));
  amount.push_back(ticks);
  source.push_back(row);
  if (mark != row_marks{} && marks.empty()) marks.resize(at);
  if (mark != row_marks{} || !marks.empty()) marks.push_back(mark);
}

std::span<const begin_share> mrr_rows::shares_of(std::size_t row) const {
  const auto before = [row](const begin_share& one) { return one.at < row; };
  const auto first = std::partition_point(shares.begin(), shares.end(), before);
  const auto last = std::find_if(first, shares.end(), [row](const begin_share& one) { return one.at != row; });
  return {first, last};
}

ledger mrr_rows::book(as_of_day as_of) const {
  if (marks.empty() && lanes == 1) return ledger(view(), {as_of, accounts});
  return detail::ledger_of_marked(*this, as_of);
}

subscriptions mrr_rows::view() const noexcept {
  return {column<std::uint32_t>(account, "account"), column<std::int32_t>(start, "start"),
          column<std::int32_t>(std::span<const std::int32_t>(end), end_known.data(), 0, "end"),
          column<std::int64_t>(amount, "mrr"), ticks_per_unit};
}

mrr_rows copy_rows(const subscriptions& periods, std::size_t accounts) {
  require_same_length(periods.account, "account", periods.start, "start");
  require_same_length(periods.account, "account", periods.end, "end");
  require_same_length(periods.account, "account", periods.amount, "mrr");
  mrr_rows rows;
  rows.ticks_per_unit = periods.ticks_per_unit;
  rows.counts.rows = static_cast<std::int64_t>(periods.account.size());
  for (std::size_t row = 0; row < periods.account.size(); ++row) {
    take_account(rows, periods.account, row, accounts != 0 ? accounts : periods.account.size());
    require(periods.start.present(row), periods.start, "start", row, "every period has a start");
    require(periods.amount.present(row), periods.amount, "mrr", row, "every period has an MRR");
    const bool ends = periods.end.present(row);
    rows.add(periods.account[row], periods.start[row], ends ? periods.end[row] : 0, ends, periods.amount[row],
             static_cast<std::uint32_t>(row));
  }
  return rows;
}

namespace {

/// What one account has in each lane, and which kind of customer it is, while its steps are walked through.
struct lane_levels {
  account_presence presence = account_presence::absent;
  std::vector<std::pair<std::uint16_t, mrr>> levels;

  void take(const mrr_step& step) {
    presence = step.presence;
    const auto mine = std::find_if(levels.begin(), levels.end(), [&](const auto& one) { return one.first == step.lane; });
    if (mine != levels.end())
      mine->second = step.level;
    else
      levels.emplace_back(step.lane, step.level);
  }
};

void add_bridge(mrr_rows& rows, std::uint32_t who, const lane_levels& before, day from, day to) {
  const auto add = [&](std::int64_t amount, row_marks marks) {
    rows.add(who, from.since_epoch, to.since_epoch, true, amount, mrr_rows::no_source, marks);
    ++rows.counts.bridges;
  };
  if (before.presence != account_presence::paying) add(0, {.kept = before.presence});
  for (const auto& [lane, level] : before.levels) {
    if (level != mrr{}) add(level.ticks() / rows.ticks_per_unit, {.lane = lane});
  }
}

using account_day = std::pair<std::uint32_t, std::int32_t>;

/// The changes of these accounts on these days are one again, at whatever moments they are: a lapse is bridged there.
void join_changes(mrr_rows& rows, std::vector<account_day> days) {
  std::sort(days.begin(), days.end());
  const auto joined = [&](std::size_t row, std::int32_t when) {
    return std::binary_search(days.begin(), days.end(), account_day{rows.account[row], when});
  };
  for (std::size_t row = 0; row < rows.marks.size(); ++row) {
    row_marks& marks = rows.marks[row];
    if (marks.began_at != 0 && joined(row, rows.start[row])) marks.began_at = 0;
    if (marks.ended_at != 0 && joined(row, rows.end[row])) marks.ended_at = 0;
  }
}

}  // namespace

void bridge_lapses(mrr_rows& rows, std::int32_t grace_days, as_of_day as_of) {
  if (grace_days <= 0) return;
  const ledger book = rows.book(as_of);
  std::vector<account_day> bridged;
  lane_levels now, before;  // before: of the day before the account left
  for (std::uint32_t who = 0; who < book.accounts(); ++who) {
    const auto steps = book.steps(account{who});
    std::optional<day> left;
    now = {};
    for (std::size_t i = 0; i < steps.size();) {
      const day when = steps[i].when;
      const bool was_customer = now.presence != account_presence::absent;
      if (was_customer) before = now;
      bool away = false;
      for (; i < steps.size() && steps[i].when == when; ++i) {
        now.take(steps[i]);
        away = away || now.presence == account_presence::absent;
      }
      const bool is_customer = now.presence != account_presence::absent;
      if (was_customer && !is_customer) left = when;
      if (was_customer && is_customer && away) bridged.emplace_back(who, when.since_epoch);
      if (was_customer || !is_customer || !left || when - *left > grace_days) continue;
      add_bridge(rows, who, before, *left, when);
      bridged.emplace_back(who, left->since_epoch), bridged.emplace_back(who, when.since_epoch);
    }
  }
  join_changes(rows, std::move(bridged));
}

}  // namespace sojourn::inline v0_1
