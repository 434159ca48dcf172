// Subscription rows as every tally of them reads them: checked, and cut at the first day that is not known.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/ledger/refused_row.hpp"

namespace sojourn::inline v0_1::detail {

enum class account_column : std::uint8_t { needed, may_be_empty };

/// Lengths, unit and number of rows; without them no row can be trusted.
void require_table(const subscriptions& table, account_column accounts = account_column::needed);

[[nodiscard]] std::size_t universe(const subscriptions& table, const ledger_options& options);

/// What is wrong with this row, as a code and in words; and the words alone.
[[nodiscard]] std::optional<refused_row> refusal(const subscriptions& table, std::size_t row, std::size_t accounts);
[[nodiscard]] std::optional<problem> row_problem(const subscriptions& table, std::size_t row, std::size_t accounts);

/// What a pass over rows finds out besides that they are good.
struct row_facts {
  std::size_t accounts = 0;  ///< the largest account index plus one
  std::int32_t latest = earliest_day.since_epoch - 1;
  std::uint64_t amount_bits = 0;   ///< all amounts or'ed: at least the largest, less than twice of it
  bool by_account = true;          ///< accounts never fall from a row to the next
  std::size_t bad_row = SIZE_MAX;  ///< the first one with a `row_problem`; the facts are then worth nothing

  void add(const row_facts& later);
};

/// Throws what is wrong with a row that is known to be bad.
[[noreturn]] void throw_row_problem(const subscriptions& table, std::size_t row, std::size_t accounts);
inline void require_good(const row_facts& facts, const subscriptions& table, std::size_t accounts) {
  if (facts.bad_row != SIZE_MAX) throw_row_problem(table, facts.bad_row, accounts);
}

/// Rows that stay in the first-level cache between being checked and being counted.
inline constexpr std::size_t rows_per_run = 2048;

/// Rows [first, last) of a table, checked: at least one of them, at most a run. `by_account` counts the step into `first`
/// too.
class run_of_rows {
 public:
  run_of_rows(const subscriptions& table, std::size_t first, std::size_t last, std::size_t accounts);
  run_of_rows(const run_of_rows&) = delete;
  run_of_rows& operator=(const run_of_rows&) = delete;

 private:
  alignas(64) std::array<std::int32_t, rows_per_run> room_;

 public:
  const std::int32_t* const known_ends;  ///< -1 for every row that has an end, else 0
  row_facts facts;
};

/// The first unknown day of rows that are good and whose latest date this is. Throws `as_of_not_named`.
[[nodiscard]] day first_unknown_day(const as_of_day& asked, const subscriptions& table, std::int32_t latest);

/// The facts of rows [first, last), however many.
[[nodiscard]] row_facts facts_of(const subscriptions& table, std::size_t first, std::size_t last, std::size_t accounts);

/// The end of a row that runs: after every calendar day.
inline constexpr std::int32_t runs_on = latest_day.since_epoch + 1;

[[nodiscard]] inline std::int32_t end_of(const subscriptions& table, std::size_t row) {
  if (!table.end.may_have_missing()) return table.end[row];
  const std::int32_t present = -static_cast<std::int32_t>(table.end.present(row));  // chance: no branch
  return (table.end[row] & present) | (runs_on & ~present);
}

/// What a row contributes: nothing, a start, or a start and an end.
struct row_events {
  std::uint8_t events;
  std::int64_t ledger_counts::* reason;  ///< why it has fewer than two; null when it has no cause worth counting
};

[[nodiscard]] inline row_events events_of_row(std::int32_t start, std::int32_t end, std::int64_t amount,
                                              std::int32_t as_of) {
  if (end == start) return {0, &ledger_counts::empty_periods};
  if (amount == 0) return {0, &ledger_counts::free_periods};
  if (start >= as_of) return {0, &ledger_counts::future_starts};
  if (end == runs_on) return {1, nullptr};
  if (end >= as_of) return {1, &ledger_counts::future_ends};
  return {2, nullptr};
}

/// The same without a branch, for loops over many rows: what each does is chance.
struct row_effect {
  std::uint32_t events = 0;
  std::uint32_t empty, free, future_start, future_end = 0;

  row_effect(std::int32_t start, std::int32_t end, std::int64_t amount, std::int32_t as_of)
      : empty(end == start), free((amount == 0) & (empty ^ 1u)), future_start((start >= as_of) & ((empty | free) ^ 1u)) {
    const std::uint32_t counts = (empty | free | future_start) ^ 1u;
    const std::uint32_t ends = end < as_of;
    future_end = counts & (ends ^ 1u) & static_cast<std::uint32_t>(end != runs_on);
    events = counts + (counts & ends);
  }
  void add_to(ledger_counts& counts) const {
    counts.empty_periods += empty;
    counts.free_periods += free;
    counts.future_starts += future_start;
    counts.future_ends += future_end;
  }
};

}  // namespace sojourn::inline v0_1::detail
