// Retention over many windows at once: NRR and GRR of every month of five years cost one pass over the ledger.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/ledger/constant_rates.hpp"
#include "sojourn/revenue/period_grid.hpp"
#include "sojourn/revenue/rates.hpp"
#include "sojourn/revenue/retention.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The windows of this many months that end with the periods of a grid. Throws `schema_error` for less than a month.
[[nodiscard]] std::vector<day_window> windows_until(const period_grid& grid, months length);

namespace detail {

[[nodiscard]] std::vector<retention_state> tally_windows(const ledger& book, std::span<const day_window> windows,
                                                         const any_executor& host);

}  // namespace detail

/// `tally_retention(book, w.from, w.to)` of each window, bit for bit. Neither the starts nor the ends of the windows may
/// fall from one to the next; throws `schema_error` for one that does, and for an empty window.
///
/// An account is counted where its opening or closing changes, not once a window: O(steps of the ledger), whatever the
/// windows. Parallel over accounts, the same bytes for any executor. What it does not tell you: anything about accounts that
/// came after a window had opened.
template <executor E = serial_executor>
[[nodiscard]] std::vector<retention_state> tally_retention(const ledger& book, std::span<const day_window> windows,
                                                           E&& host = {}) {
  return detail::tally_windows(book, windows, any_executor(host));
}

/// One window as shown.
struct retention_row {
  std::string period;  ///< the window ends with it
  day_window window;
  retention_state state;
  estimate nrr;
  estimate grr;
  estimate logo;
  bool complete = true;  ///< false where `as_of` cuts the window

  /// MRR of the opening in minor units. Throws `overflow_error` beyond 64 bits of them.
  [[nodiscard]] std::int64_t opening() const { return round_to_minor(state.opening); }
};

namespace detail {

[[nodiscard]] std::vector<retention_row> retention_over(const ledger& book, const period_grid& grid, months length,
                                                        const rate_options& options, const any_executor& host);
[[nodiscard]] std::vector<retention_row> retention_over(const keyed_ledger& book, const period_grid& grid, months length,
                                                        const rate_options& options, const any_executor& host);

}  // namespace detail

/// NRR, GRR and logo retention of the months up to the end of each period. GRR on a basis that depends on what happened in
/// between
/// (`event_sum`, `running_min`) costs a pass a window. A period that `as_of` has not reached has no row. Errors as
/// `windows_until`.
template <executor E = serial_executor>
[[nodiscard]] std::vector<retention_row> retention_over(const ledger& book, const period_grid& grid, months length,
                                                        const rate_options& options = {}, E&& host = {}) {
  return detail::retention_over(book, grid, length, options, any_executor(host));
}

/// In several currencies each window at the rates of the day before it.
template <executor E = serial_executor>
[[nodiscard]] std::vector<retention_row> retention_over(const keyed_ledger& book, const period_grid& grid, months length,
                                                        const rate_options& options = {}, E&& host = {}) {
  return detail::retention_over(book, grid, length, options, any_executor(host));
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
