#include "rows.hpp"

#include <algorithm>
#include <string>

namespace sojourn::detail {
namespace {

constexpr std::size_t most_rows = 0xffff'ffff;

bool in_calendar(std::int32_t since_epoch) {
  return since_epoch >= earliest_day.since_epoch && since_epoch <= latest_day.since_epoch;
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
    return broken(table.account, "account", row, "missing", "every row belongs to an account", "");
  if (table.account[row] < accounts) return std::nullopt;
  return broken(table.account, "account", row, std::to_string(table.account[row]),
                ("an account index lies below " + std::to_string(accounts)).c_str(),
                "intern keys with account_index or state ledger_options::accounts");
}

std::optional<problem> period_problem(const subscriptions& table, std::size_t row) {
  if (!table.start.present(row)) return broken(table.start, "start", row, "missing", "every period has a start", "");
  if (auto found = date_problem(table.start, "start", row)) return found;
  if (!table.end.present(row)) return std::nullopt;
  if (auto found = date_problem(table.end, "end", row)) return found;
  if (table.end[row] >= table.start[row]) return std::nullopt;
  return broken(table.end, "end", row, to_string(day{table.end[row]}), "a period does not end before its start",
                ("it starts on " + to_string(day{table.start[row]})).c_str());
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

template <bool AllPresent>
row_facts facts_of_run(const subscriptions& table, std::size_t first, std::size_t last, std::size_t accounts) {
  const std::uint32_t* who = table.account.values().data();
  const std::int32_t* starts = table.start.values().data();
  const std::int32_t* ends = table.end.values().data();
  const std::int64_t* amounts = table.amount.values().data();
  const std::int64_t most = INT64_MAX / table.ticks_per_unit;
  std::uint32_t highest = 0;
  std::uint32_t falls = 0;
  std::uint32_t bad = 0;
  std::int32_t latest = earliest_day.since_epoch - 1;
  std::int64_t largest = 0;
  std::uint32_t before = first == 0 ? 0 : who[first - 1];
  // One flag for all rules and rows: which row and which rule is asked only when there is something to ask.
  for (std::size_t row = first; row < last; ++row) {
    if constexpr (!AllPresent) {
      bad |= static_cast<std::uint32_t>(!table.account.present(row)) | static_cast<std::uint32_t>(!table.start.present(row)) |
             static_cast<std::uint32_t>(!table.amount.present(row));
    }
    const std::int32_t start = starts[row];
    const bool ends_here = table.end.present(row);
    const std::int32_t end = ends_here ? ends[row] : start;
    bad |= static_cast<std::uint32_t>(who[row] >= accounts) | static_cast<std::uint32_t>(start < earliest_day.since_epoch) |
           static_cast<std::uint32_t>(end < start) | static_cast<std::uint32_t>(end > latest_day.since_epoch) |
           static_cast<std::uint32_t>(amounts[row] < 0) | static_cast<std::uint32_t>(amounts[row] > most);
    falls |= static_cast<std::uint32_t>(who[row] < before);
    before = who[row];
    highest = std::max(highest, who[row]);
    latest = std::max(latest, end);
    largest = std::max(largest, amounts[row]);
  }
  row_facts facts;
  if (first < last) facts = {std::size_t{highest} + 1, latest, largest, falls == 0, SIZE_MAX};
  if (bad != 0) {
    facts.bad_row = first;
    while (!row_problem(table, facts.bad_row, accounts)) ++facts.bad_row;
  }
  return facts;
}

}  // namespace

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

std::optional<problem> row_problem(const subscriptions& table, std::size_t row, std::size_t accounts) {
  if (auto found = account_problem(table, row, accounts)) return found;
  if (auto found = period_problem(table, row)) return found;
  return amount_problem(table, row);
}

void row_facts::add(const row_facts& later) {
  accounts = std::max(accounts, later.accounts);
  latest = std::max(latest, later.latest);
  largest = std::max(largest, later.largest);
  by_account = by_account && later.by_account;
  bad_row = std::min(bad_row, later.bad_row);
}

row_facts facts_of(const subscriptions& table, std::size_t first, std::size_t last, std::size_t accounts) {
  const bool all_present =
      !table.account.may_have_missing() && !table.start.may_have_missing() && !table.amount.may_have_missing();
  return all_present ? facts_of_run<true>(table, first, last, accounts) : facts_of_run<false>(table, first, last, accounts);
}

}  // namespace sojourn::detail
