#include "sojourn/mrr/ledger.hpp"

#include <algorithm>
#include <string>

namespace sojourn {
namespace {

using detail::int128;

constexpr std::size_t most_rows = 0xffff'ffff;

bool in_calendar(std::int32_t since_epoch) {
  return since_epoch >= earliest_day.since_epoch && since_epoch <= latest_day.since_epoch;
}

void require_table(const subscriptions& table) {
  require_same_length(table.account, "account", table.start, "start");
  require_same_length(table.account, "account", table.end, "end");
  require_same_length(table.account, "account", table.amount, "mrr");
  if (table.ticks_per_unit <= 0) throw schema_error("subscriptions: ticks_per_unit must be positive");
  if (table.account.size() > most_rows) throw overflow_error("ledger: more than 4,294,967,295 rows");
}

std::size_t universe(const subscriptions& table, const ledger_options& options) {
  return options.accounts != 0 ? options.accounts : table.account.size();
}

template <class T>
problem broken(const column<T>& where, const char* fallback, std::size_t row, std::string value, const char* rule,
               const char* advice) {
  return {where.name_or(fallback), row, std::move(value), rule, advice};
}

std::optional<problem> date_problem(const column<std::int32_t>& dates, const char* name, std::size_t row) {
  if (in_calendar(dates[row])) return std::nullopt;
  return broken(dates, name, row, std::to_string(dates[row]) + " days since 1970", "a date lies in 1900-01-01 .. 2199-12-31",
                "check the unit of the column");
}

std::optional<problem> account_problem(const subscriptions& table, std::size_t row, std::size_t accounts) {
  if (!table.account.present(row))
    return broken(table.account, "account", row, "missing", "every row belongs to an account", "name the account, or leave the row out");
  if (table.account[row] < accounts) return std::nullopt;
  return broken(table.account, "account", row, std::to_string(table.account[row]),
                ("an account index lies below " + std::to_string(accounts)).c_str(),
                "intern keys with account_index or state ledger_options::accounts");
}

std::optional<problem> period_problem(const subscriptions& table, std::size_t row) {
  if (!table.start.present(row)) return broken(table.start, "start", row, "missing", "every period has a start", "give the first day that is paid for, or leave the row out");
  if (auto found = date_problem(table.start, "start", row)) return found;
  if (!table.end.present(row)) return std::nullopt;
  if (auto found = date_problem(table.end, "end", row)) return found;
  if (table.end[row] >= table.start[row]) return std::nullopt;
  return broken(table.end, "end", row, to_string(day{table.end[row]}), "a period does not end before its start",
                ("it starts on " + to_string(day{table.start[row]}) + "; correct one of the two, or leave the row out").c_str());
}

std::optional<problem> amount_problem(const subscriptions& table, std::size_t row) {
  if (!table.amount.present(row))
    return broken(table.amount, "mrr", row, "missing", "every period has an MRR", "write 0 for a free one");
  const std::int64_t amount = table.amount[row];
  if (amount < 0) {
    return broken(table.amount, "mrr", row, std::to_string(amount), "MRR is never negative",
                  "leave credits and refunds out: MRR is a rate, not cash");
  }
  if (amount <= INT64_MAX / table.ticks_per_unit) return std::nullopt;
  return broken(table.amount, "mrr", row, std::to_string(amount), "MRR of one row stays below 5.5e13 minor units a month",
                "check the unit of the column");
}

std::optional<problem> row_problem(const subscriptions& table, std::size_t row, std::size_t accounts) {
  if (auto found = account_problem(table, row, accounts)) return found;
  if (auto found = period_problem(table, row)) return found;
  return amount_problem(table, row);
}

day latest_date_plus_one(const subscriptions& table) {
  std::int32_t latest = earliest_day.since_epoch - 1;
  for (std::size_t row = 0; row < table.account.size(); ++row) {
    // A damaged date must not become the horizon; its row is reported by the check that follows.
    if (table.start.present(row) && in_calendar(table.start[row])) latest = std::max(latest, table.start[row]);
    if (table.end.present(row) && in_calendar(table.end[row])) latest = std::max(latest, table.end[row]);
  }
  return day{latest + 1};
}

// What one row contributes: nothing, a start, or a start and an end.
struct contribution {
  std::uint8_t events;
  std::int64_t ledger_counts::*reason;   // why it has fewer than two; null when it has no cause worth counting
};

contribution contribution_of(const subscriptions& table, std::size_t row, day as_of) {
  const bool ends = table.end.present(row);
  if (ends && table.end[row] == table.start[row]) return {0, &ledger_counts::empty_periods};
  if (table.amount[row] == 0) return {0, &ledger_counts::free_periods};
  if (table.start[row] >= as_of.since_epoch) return {0, &ledger_counts::future_starts};
  if (!ends) return {1, nullptr};
  if (table.end[row] >= as_of.since_epoch) return {1, &ledger_counts::future_ends};
  return {2, nullptr};
}

void to_offsets(std::vector<std::size_t>& counts_shifted_by_one) {
  for (std::size_t i = 1; i < counts_shifted_by_one.size(); ++i) counts_shifted_by_one[i] += counts_shifted_by_one[i - 1];
}

// `changes` holds (day, delta) of one account; they become (day, level) in place. Returns how many remain.
std::size_t accumulate_levels(std::span<mrr_step> changes, std::size_t who) {
  std::sort(changes.begin(), changes.end(), [](const mrr_step& a, const mrr_step& b) { return a.when < b.when; });
  std::size_t kept = 0;
  int128 level = 0;
  for (std::size_t i = 0; i < changes.size();) {
    const day when = changes[i].when;
    const int128 before = level;
    for (; i < changes.size() && changes[i].when == when; ++i) level += changes[i].level.ticks();
    if (level == before) continue;
    if (level > INT64_MAX) {
      throw overflow_error("ledger: account " + std::to_string(who) + " passes 5.5e13 minor units a month on " +
                           to_string(when));
    }
    changes[kept++] = {when, mrr::from_ticks(static_cast<std::int64_t>(level))};
  }
  return kept;
}

}  // namespace

ledger::ledger(const subscriptions& table, ledger_options options) {
  require_table(table);
  const std::size_t rows = table.account.size();
  const std::size_t most_accounts = universe(table, options);
  std::size_t accounts = options.accounts;
  known_until_ = options.as_of.value_or(latest_date_plus_one(table));
  counts_.rows = static_cast<std::int64_t>(rows);

  step_offsets_.assign(most_accounts + 1, 0);
  row_offsets_.assign(most_accounts + 1, 0);
  for (std::size_t row = 0; row < rows; ++row) {
    if (const auto found = row_problem(table, row, most_accounts)) throw data_error(*found);
    accounts = std::max(accounts, std::size_t{table.account[row]} + 1);
    const contribution part = contribution_of(table, row, known_until_);
    if (part.reason != nullptr) ++(counts_.*part.reason);
    step_offsets_[std::size_t{table.account[row]} + 1] += part.events;
    ++row_offsets_[std::size_t{table.account[row]} + 1];
  }
  step_offsets_.resize(accounts + 1);
  row_offsets_.resize(accounts + 1);
  to_offsets(step_offsets_);
  to_offsets(row_offsets_);

  steps_.resize(step_offsets_.back());
  rows_.resize(rows);
  std::vector<std::size_t> next_step(step_offsets_.begin(), step_offsets_.end() - 1);
  std::vector<std::size_t> next_row(row_offsets_.begin(), row_offsets_.end() - 1);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::uint32_t who = table.account[row];
    rows_[next_row[who]++] = static_cast<std::uint32_t>(row);
    const std::uint8_t events = contribution_of(table, row, known_until_).events;
    const std::int64_t ticks = events == 0 ? 0 : table.amount[row] * table.ticks_per_unit;
    if (events >= 1) steps_[next_step[who]++] = {day{table.start[row]}, mrr::from_ticks(ticks)};
    if (events == 2) steps_[next_step[who]++] = {day{table.end[row]}, mrr::from_ticks(-ticks)};
  }

  // Levels replace changes; what merged away leaves gaps that are closed in the same sweep.
  std::size_t written = 0;
  for (std::size_t who = 0; who < accounts; ++who) {
    const std::size_t first = step_offsets_[who];
    const std::size_t kept = accumulate_levels({steps_.data() + first, steps_.data() + step_offsets_[who + 1]}, who);
    std::copy_n(steps_.begin() + static_cast<std::ptrdiff_t>(first), kept,
                steps_.begin() + static_cast<std::ptrdiff_t>(written));
    step_offsets_[who] = written;
    written += kept;
  }
  step_offsets_[accounts] = written;
  steps_.resize(written);
}

mrr ledger::level(account who, day when) const noexcept {
  const auto all = steps(who);
  const auto after = std::upper_bound(all.begin(), all.end(), when, [](day d, const mrr_step& s) { return d < s.when; });
  return after == all.begin() ? mrr{} : std::prev(after)->level;
}

ledger ledger::part(std::size_t first, std::size_t last) const {
  if (first > last || last > accounts())
    throw schema_error("ledger: a part is a range of accounts first <= last <= accounts()");
  if (step_offsets_.empty()) return *this;
  ledger some;
  some.known_until_ = known_until_;
  some.counts_ = counts_;
  const auto cut = [&](const auto& all, const std::vector<std::size_t>& offsets, auto& out,
                       std::vector<std::size_t>& out_offsets) {
    out.assign(all.begin() + static_cast<std::ptrdiff_t>(offsets[first]),
               all.begin() + static_cast<std::ptrdiff_t>(offsets[last]));
    out_offsets.resize(offsets.size());
    for (std::size_t i = 0; i < offsets.size(); ++i)
      out_offsets[i] = std::clamp(offsets[i], offsets[first], offsets[last]) - offsets[first];
  };
  cut(steps_, step_offsets_, some.steps_, some.step_offsets_);
  cut(rows_, row_offsets_, some.rows_, some.row_offsets_);
  return some;
}

std::vector<problem> validate(const subscriptions& table, ledger_options options, std::size_t most) {
  require_table(table);
  std::vector<problem> found;
  for (std::size_t row = 0; row < table.account.size() && found.size() < most; ++row) {
    if (auto one = row_problem(table, row, universe(table, options))) found.push_back(std::move(*one));
  }
  return found;
}

}  // namespace sojourn
