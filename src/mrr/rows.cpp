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
  if (!table.account.present(row)) {
    return broken(table.account, "account", row, "missing", "every row belongs to an account",
                  "name the account, or leave the row out");
  }
  if (table.account[row] < accounts) return std::nullopt;
  return broken(table.account, "account", row, std::to_string(table.account[row]),
                ("an account index lies below " + std::to_string(accounts)).c_str(),
                "intern keys with account_index or state ledger_options::accounts");
}

std::optional<problem> period_problem(const subscriptions& table, std::size_t row) {
  if (!table.start.present(row)) {
    return broken(table.start, "start", row, "missing", "every period has a start",
                  "give the first day that is paid for, or leave the row out");
  }
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

// Differences whose sign says that a rule is broken, all or'ed into one: no branch, and no comparison that the oldest vector
// instructions lack. Which row and which rule is asked only when there is something to ask.
struct day_flags {
  std::uint32_t broken = 0;                // in the sign
  std::int32_t latest = earliest_day.since_epoch - 1;

  void add(std::int32_t start, std::int32_t end) noexcept {
    const auto unsigned_start = static_cast<std::uint32_t>(start);
    const auto unsigned_end = static_cast<std::uint32_t>(end);
    // Dates outside the range of a difference are outside the calendar, which `far` notices.
    broken |= (unsigned_start - static_cast<std::uint32_t>(earliest_day.since_epoch)) |
              (static_cast<std::uint32_t>(latest_day.since_epoch) - unsigned_end) | (unsigned_end - unsigned_start) |
              far(unsigned_start) | far(unsigned_end);
    latest = std::max(latest, end);
  }
  // Sign set where |since_epoch| is 2^30 or more.
  static constexpr std::uint32_t far(std::uint32_t d) noexcept { return d ^ (d << 1); }
};

/// The validity bits of rows [row, row + 8), which exist.
std::uint32_t eight_bits(const column<std::int32_t>& dates, std::size_t row) {
  const std::size_t bit = dates.bit_offset() + row;
  const std::uint8_t* at = dates.validity() + bit / 8;
  const std::size_t shift = bit % 8;
  return shift == 0 ? at[0] : ((at[0] | std::uint32_t{at[1]} << 8) >> shift) & 0xff;
}

day_flags days_of(const subscriptions& table, std::size_t first, std::size_t last) {
  const std::int32_t* starts = table.start.values().data();
  const std::int32_t* ends = table.end.values().data();
  day_flags flags;
  std::size_t row = first;
  if (!table.end.may_have_missing()) {
    for (; row < last; ++row) flags.add(starts[row], ends[row]);
  }
  constexpr std::uint32_t bit[8] = {1, 2, 4, 8, 16, 32, 64, 128};
  for (; row + 8 <= last; row += 8) {
    const std::uint32_t present = eight_bits(table.end, row);
    for (std::size_t j = 0; j < 8; ++j) {
      const std::int32_t mask = (present & bit[j]) == bit[j] ? -1 : 0;
      flags.add(starts[row + j], (ends[row + j] & mask) | (starts[row + j] & ~mask));
    }
  }
  for (; row < last; ++row) flags.add(starts[row], table.end.present(row) ? ends[row] : starts[row]);
  return flags;
}

bool amounts_broken(const subscriptions& table, std::size_t first, std::size_t last, std::uint64_t& all_bits) {
  const std::int64_t* amounts = table.amount.values().data();
  const auto most = static_cast<std::uint64_t>(INT64_MAX / table.ticks_per_unit);
  std::uint64_t bits = 0;
  std::uint64_t beyond = 0;
  for (std::size_t row = first; row < last; ++row) {
    const auto amount = static_cast<std::uint64_t>(amounts[row]);
    bits |= amount;
    beyond |= most - amount;
  }
  all_bits = bits;
  return ((bits | beyond) >> 63) != 0;
}

template <class T>
bool any_missing(const column<T>& values, std::size_t first, std::size_t last) {
  if (!values.may_have_missing()) return false;
  std::uint32_t missing = 0;
  for (std::size_t row = first; row < last; ++row) missing |= static_cast<std::uint32_t>(!values.present(row));
  return missing != 0;
}

}  // namespace

void require_table(const subscriptions& table, account_column accounts) {
  const auto all_as_long_as = [&](const auto& column, const char* name) {
    require_same_length(column, name, table.start, "start");
    require_same_length(column, name, table.end, "end");
    require_same_length(column, name, table.amount, "mrr");
  };
  if (accounts == account_column::needed || !table.account.empty()) {
    all_as_long_as(table.account, "account");
  } else {
    all_as_long_as(table.start, "start");
  }
  if (table.ticks_per_unit <= 0) throw schema_error("subscriptions: ticks_per_unit must be positive");
  if (table.start.size() > most_rows) throw overflow_error("ledger: more than 4,294,967,295 rows");
}

std::size_t universe(const subscriptions& table, const ledger_options& options) {
  return options.accounts != 0 ? options.accounts : table.account.size();
}

std::optional<problem> row_problem(const subscriptions& table, std::size_t row, std::size_t accounts) {
  if (!table.account.empty()) {
    if (auto found = account_problem(table, row, accounts)) return found;
  }
  if (auto found = period_problem(table, row)) return found;
  return amount_problem(table, row);
}

void row_facts::add(const row_facts& later) {
  accounts = std::max(accounts, later.accounts);
  latest = std::max(latest, later.latest);
  amount_bits |= later.amount_bits;
  by_account = by_account && later.by_account;
  bad_row = std::min(bad_row, later.bad_row);
}

row_facts facts_of(const subscriptions& table, std::size_t first, std::size_t last, std::size_t accounts) {
  row_facts facts;
  if (first >= last) return facts;
  std::uint32_t highest = 0;
  std::uint32_t falls = 0;
  if (!table.account.empty()) {
    const std::uint32_t* who = table.account.values().data();
    highest = who[first];
    falls = first == 0 ? 0 : static_cast<std::uint32_t>(who[first] < who[first - 1]);
    for (std::size_t row = first + 1; row < last; ++row) {
      highest = std::max(highest, who[row]);
      falls |= static_cast<std::uint32_t>(who[row] < who[row - 1]);
    }
  }
  const day_flags days = days_of(table, first, last);
  std::uint64_t bits = 0;
  const bool broken = amounts_broken(table, first, last, bits) || (!table.account.empty() && highest >= accounts) || (days.broken >> 31) != 0 ||
                      (!table.account.empty() && any_missing(table.account, first, last)) || any_missing(table.start, first, last) ||
                      any_missing(table.amount, first, last);
  facts = {std::size_t{highest} + 1, days.latest, bits, falls == 0, SIZE_MAX};
  if (broken) {
    facts.bad_row = first;
    while (!row_problem(table, facts.bad_row, accounts)) ++facts.bad_row;
  }
  return facts;
}

}  // namespace sojourn::detail
