// Compiled with -O3: at -O2 g++ 12 leaves the checks scalar.
#include "revenue/ledger/rows.hpp"

#include <algorithm>
#include <string>

#include "detail/each_cpu.hpp"
#include "sojourn/input/read_days.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

constexpr std::size_t most_rows = 0xffff'ffff;

bool in_calendar(std::int32_t since_epoch) {
  return since_epoch >= earliest_day.since_epoch && since_epoch <= latest_day.since_epoch;
}

template <class T>
refused_row broken(row_fault fault, const column<T>& where, const char* fallback, std::size_t row, std::string value,
                   const char* rule, const char* advice) {
  return {fault, {where.name_or(fallback), row, std::move(value), rule, advice}};
}

std::optional<refused_row> date_problem(row_fault fault, const column<std::int32_t>& dates, const char* name,
                                        std::size_t row) {
  if (in_calendar(dates[row])) return std::nullopt;
  return broken(fault, dates, name, row, std::to_string(dates[row]) + " days since 1970",
                "a date lies in 1900-01-01 .. 2199-12-31", "check the unit of the column");
}

std::optional<refused_row> account_problem(const subscriptions& table, std::size_t row, std::size_t accounts) {
  if (!table.account.present(row)) {
    return broken(row_fault::account_missing, table.account, "account", row, "missing", "every row belongs to an account",
                  "name the account, or leave the row out");
  }
  if (table.account[row] < accounts) return std::nullopt;
  return broken(row_fault::account_unknown, table.account, "account", row, std::to_string(table.account[row]),
                ("an account index lies below " + std::to_string(accounts)).c_str(),
                "intern keys with account_index or state ledger_options::accounts");
}

std::optional<refused_row> period_problem(const subscriptions& table, std::size_t row) {
  if (!table.start.present(row)) {
    return broken(row_fault::start_missing, table.start, "start", row, "missing", "every period has a start",
                  "give the first day that is paid for, or leave the row out");
  }
  if (auto found = date_problem(row_fault::start_out_of_range, table.start, "start", row)) return found;
  if (!table.end.present(row)) return std::nullopt;
  if (auto found = date_problem(row_fault::end_out_of_range, table.end, "end", row)) return found;
  if (table.end[row] >= table.start[row]) return std::nullopt;
  return broken(
      row_fault::end_before_start, table.end, "end", row, to_string(day{table.end[row]}),
      "a period does not end before its start",
      ("it starts on " + to_string(day{table.start[row]}) + "; correct one of the two, or leave the row out").c_str());
}

std::optional<refused_row> amount_problem(const subscriptions& table, std::size_t row) {
  if (!table.amount.present(row)) {
    return broken(row_fault::amount_missing, table.amount, "mrr", row, "missing", "every period has an MRR",
                  "write 0 for a free one");
  }
  const std::int64_t amount = table.amount[row];
  if (amount < 0) {
    return broken(row_fault::amount_negative, table.amount, "mrr", row, std::to_string(amount), "MRR is never negative",
                  "leave credits and refunds out: MRR is a rate, not cash");
  }
  if (amount <= INT64_MAX / table.ticks_per_unit) return std::nullopt;
  return broken(row_fault::amount_too_large, table.amount, "mrr", row, std::to_string(amount),
                "MRR of one row stays below 5.5e13 minor units a month", "check the unit of the column");
}

// Rows are checked without a branch, by differences whose sign says that a rule is broken. Which row and which rule is asked
// only when there is something to ask.
struct day_flags {
  std::uint32_t broken = 0;  // in the sign
  std::int32_t latest = earliest_day.since_epoch - 1;
};

// Sign set where |since_epoch| is 2^30 or more: such dates are outside the range of a difference.
constexpr std::uint32_t far(std::uint32_t d) noexcept {
  return d ^ (d << 1);
}

SOJOURN_EACH_CPU day_flags check_days(const std::int32_t* starts, const std::int32_t* ends, const std::int32_t* known,
                                      std::size_t rows) {
  std::uint32_t broken = 0;
  std::int32_t latest = earliest_day.since_epoch - 1;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::int32_t last = (ends[i] & known[i]) | (starts[i] & ~known[i]);
    const auto start = static_cast<std::uint32_t>(starts[i]), end = static_cast<std::uint32_t>(last);
    broken |= (start - static_cast<std::uint32_t>(earliest_day.since_epoch)) |
              (static_cast<std::uint32_t>(latest_day.since_epoch) - end) | (end - start) | far(start) | far(end);
    latest = std::max(latest, last);
  }
  return {broken, latest};
}

struct amount_flags {
  std::uint64_t bits = 0;    // all amounts or'ed
  std::uint64_t beyond = 0;  // in the sign
};

SOJOURN_EACH_CPU amount_flags check_amounts(const std::int64_t* amounts, std::size_t rows, std::uint64_t most) {
  std::uint64_t bits = 0, beyond = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto amount = static_cast<std::uint64_t>(amounts[i]);
    bits |= amount;
    beyond |= most - amount;
  }
  return {bits, beyond};
}

struct account_flags {
  std::uint32_t highest = 0;
  std::uint32_t falls = 0;
};

// There is a row before the first, or it stands for itself.
SOJOURN_EACH_CPU account_flags check_accounts(const std::uint32_t* who, std::size_t rows, std::uint32_t before) {
  std::uint32_t highest = who[0], falls = static_cast<std::uint32_t>(who[0] < before);
  for (std::size_t i = 1; i < rows; ++i) {
    highest = std::max(highest, who[i]);
    falls |= static_cast<std::uint32_t>(who[i] < who[i - 1]);
  }
  return {highest, falls};
}

// -1 for a bit that is set, else 0: eight masks of 32 bits to each byte.
SOJOURN_EACH_CPU void masks_of(const std::uint8_t* bits, std::size_t rows, std::int32_t* masks) {
  for (std::size_t byte = 0; byte < rows / 8; ++byte) {
    const std::uint32_t here = bits[byte];
    for (std::uint32_t bit = 0; bit < 8; ++bit) masks[8 * byte + bit] = -static_cast<std::int32_t>(here >> bit & 1u);
  }
}

constexpr std::array<std::int32_t, rows_per_run> all_known = [] {
  std::array<std::int32_t, rows_per_run> masks;
  masks.fill(-1);
  return masks;
}();

// -1 for every row that has an end, else 0.
const std::int32_t* known_ends(const column<std::int32_t>& ends, std::size_t first, std::size_t last, std::int32_t* room) {
  if (!ends.may_have_missing()) return all_known.data();
  const auto one = [&](std::size_t row) { room[row - first] = ends.present(row) ? -1 : 0; };
  std::size_t row = first;
  for (; row < last && (ends.bit_offset() + row) % 8 != 0; ++row) one(row);
  const std::size_t whole = (last - row) / 8 * 8;
  masks_of(ends.validity() + (ends.bit_offset() + row) / 8, whole, room + (row - first));
  for (row += whole; row < last; ++row) one(row);
  return room;
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
  // The day after the latest is what a table that ends on it is known until.
  const auto& as_of = options.as_of.named();
  if (as_of && *as_of != day{runs_on}) (void)require_usual_day(*as_of, "as_of");
  if (options.accounts > most_rows) {
    throw overflow_error("accounts: " + std::to_string(options.accounts) +
                         " are more than the 4,294,967,295 that can be numbered");
  }
  return options.accounts != 0 ? options.accounts : table.account.size();
}

std::optional<refused_row> refusal(const subscriptions& table, std::size_t row, std::size_t accounts) {
  if (!table.account.empty()) {
    if (auto found = account_problem(table, row, accounts)) return found;
  }
  if (auto found = period_problem(table, row)) return found;
  return amount_problem(table, row);
}

std::optional<problem> row_problem(const subscriptions& table, std::size_t row, std::size_t accounts) {
  auto found = refusal(table, row, accounts);
  if (!found) return std::nullopt;
  return std::move(found->what);
}

void throw_row_problem(const subscriptions& table, std::size_t row, std::size_t accounts) {
  throw data_error(row_problem(table, row, accounts).value_or(problem{}));
}

void row_facts::add(const row_facts& later) {
  accounts = std::max(accounts, later.accounts);
  latest = std::max(latest, later.latest);
  amount_bits |= later.amount_bits;
  by_account = by_account && later.by_account;
  bad_row = std::min(bad_row, later.bad_row);
}

run_of_rows::run_of_rows(const subscriptions& table, std::size_t first, std::size_t last, std::size_t accounts)
    : known_ends(detail::known_ends(table.end, first, last, room_.data())) {
  const std::size_t rows = last - first;
  account_flags who;
  if (!table.account.empty()) {
    const std::uint32_t* mine = table.account.values().data() + first;
    who = check_accounts(mine, rows, first == 0 ? *mine : *(mine - 1));
  }
  const day_flags days =
      check_days(table.start.values().data() + first, table.end.values().data() + first, known_ends, rows);
  const amount_flags amounts = check_amounts(table.amount.values().data() + first, rows,
                                             static_cast<std::uint64_t>(INT64_MAX / table.ticks_per_unit));
  const bool foreign = !table.account.empty() && (who.highest >= accounts || any_missing(table.account, first, last));
  const bool broken = foreign || days.broken >> 31 != 0 || (amounts.bits | amounts.beyond) >> 63 != 0 ||
                      any_missing(table.start, first, last) || any_missing(table.amount, first, last);
  facts = {std::size_t{who.highest} + 1, days.latest, amounts.bits, who.falls == 0, SIZE_MAX};
  if (broken) {
    facts.bad_row = first;
    while (!refusal(table, facts.bad_row, accounts)) ++facts.bad_row;
  }
}

day first_unknown_day(const as_of_day& asked, const subscriptions& table, std::int32_t latest) {
  std::int32_t last_start = latest;
  if (!asked.named() && !asked.is_after_latest_date()) {  // only then it decides
    last_start = earliest_day.since_epoch - 1;
    for (const std::int32_t start : table.start.values()) last_start = std::max(last_start, start);
  }
  return first_unknown_day(asked, day{last_start}, day{latest});
}

row_facts facts_of(const subscriptions& table, std::size_t first, std::size_t last, std::size_t accounts) {
  row_facts facts;
  for (std::size_t from = first; from < last && facts.bad_row == SIZE_MAX; from += rows_per_run) {
    facts.add(run_of_rows(table, from, std::min(from + rows_per_run, last), accounts).facts);
  }
  return facts;
}

}  // namespace sojourn::inline v0_1::detail
