// The rates that hosts ask for by name, each of one kind of source.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string_view>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/revenue/rates.hpp"
#include "sojourn/revenue/retention.hpp"
#include "sojourn/revenue/revenue_state.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Of a ledger, over the days [from, to). Churn takes the policy's `window` and annual rate; the two `_until` end on
/// the day before `to` and take the policy's `nrr_window`, whatever `from` is.
enum class ledger_rate : std::uint8_t {
  logo_churn,
  gross_mrr_churn,
  net_mrr_churn,
  nrr,
  grr,
  logo_retention,
  nrr_until,
  grr_until
};
constexpr std::array<std::string_view, 8> values_of(ledger_rate) {
  return {"logo_churn", "gross_mrr_churn", "net_mrr_churn", "nrr", "grr", "logo_retention", "nrr_until", "grr_until"};
}

/// Of one period of a state.
enum class period_rate : std::uint8_t { logo_churn, gross_mrr_churn, net_mrr_churn, arpa, average_sale_price, quick_ratio };
constexpr std::array<std::string_view, 6> values_of(period_rate) {
  return {"logo_churn", "gross_mrr_churn", "net_mrr_churn", "arpa", "average_sale_price", "quick_ratio"};
}

/// Of the accounts of an opening.
enum class retention_rate : std::uint8_t { nrr, grr, logo_retention };
constexpr std::array<std::string_view, 3> values_of(retention_rate) {
  return {"nrr", "grr", "logo_retention"};
}

/// Of what was available to renew: accounts lost; MRR of lost accounts; that and downgrades.
enum class due_share : std::uint8_t { logo_churn, mrr_churn, gross_mrr_churn };
constexpr std::array<std::string_view, 3> values_of(due_share) {
  return {"logo_churn", "mrr_churn", "gross_mrr_churn"};
}

/// Whether `as_of` has not reached the month of the last day of a window: its closing is not known, and its rates are
/// missing. In the month that `as_of` cuts they are those of the days so far.
[[nodiscard]] bool not_reached(day known_until, day window_end);

namespace detail {

[[nodiscard]] estimate rate_of(const ledger& book, ledger_rate rate, day from, day to, const rate_options& options,
                               const any_executor& host);
/// In several currencies where `in` is not null.
[[nodiscard]] estimate rate_of(const ledger& book, const valuation* in, ledger_rate rate, day from, day to,
                               const rate_options& options, const any_executor& host);

}  // namespace detail

/// The function of that name: `logo_churn_of`, `gross_mrr_churn_of`, `net_mrr_churn_of`, `grr_of`, `nrr_until`, `grr_until`;
/// `nrr` and `logo_retention` of `tally_retention`. Parallel over accounts, the same for any executor.
template <executor E = serial_executor>
[[nodiscard]] estimate rate_of(const ledger& book, ledger_rate rate, day from, day to, const rate_options& options = {},
                               E&& host = {}) {
  return detail::rate_of(book, rate, from, to, options, any_executor(host));
}
/// In several currencies at the rates of the day before the window, so that they move nothing. Of several windows
/// (`nrr_until` and `grr_until` under `trailing_mean_4q`) each uses its own.
template <executor E = serial_executor>
[[nodiscard]] estimate rate_of(const keyed_ledger& book, ledger_rate rate, day from, day to,
                               const rate_options& options = {}, E&& host = {}) {
  return with_keys(*book.keys,
                   [&] { return detail::rate_of(book.book, book.in.get(), rate, from, to, options, any_executor(host)); });
}
[[nodiscard]] estimate rate_of(const revenue_period& period, period_rate rate, const rate_options& options = {});
/// Of one period of a state, under the state's policy; undefined where `as_of` has not reached it.
[[nodiscard]] estimate rate_of(const revenue_state& state, std::size_t period, period_rate rate,
                               confidence_level level = {});
[[nodiscard]] estimate rate_of(const retention_state& state, retention_rate rate, const rate_options& options = {});

/// A share of what was available to renew, with the interval of the options; see `tally_available_to_renew`. Nobody due, or
/// nothing paid at the opening: undefined.
[[nodiscard]] estimate share_of_due(const retention_state& due, due_share share, const rate_options& options = {});

/// Churn of what was available to renew in a window, at the policy's annual rate. Throws `schema_error` for a rate that is
/// no churn.
[[nodiscard]] estimate rate_of_due(const retention_state& due, ledger_rate churn, day_window window,
                                   const rate_options& options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
