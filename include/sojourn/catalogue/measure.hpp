// A metric by the name that the catalogue has for it, for hosts that choose metrics at run time: C ABI, SQL, agents.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/health/evaluation/validation.hpp"
#include "sojourn/health/score/portfolio.hpp"
#include "sojourn/input/read_period.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/rates.hpp"
#include "sojourn/revenue/renewal.hpp"
#include "sojourn/stats/score_counts.hpp"
#include "sojourn/surveys/response_rate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The options that metrics of these sources take; each takes its own and leaves the others.
struct measure_options {
  confidence_level level{};
  revenue_policy policy{};
  ratio_interval interval = ratio_interval::score;  ///< of MRR churn, NRR and GRR
  double share = 0.1;                               ///< of `capture` and `lift`
};

namespace detail {

[[nodiscard]] estimate measure_ledger(std::string_view name, const ledger& book, day_window window,
                                      const measure_options& options, const any_executor& host);
[[nodiscard]] estimate measure_period(std::string_view name, const keyed_ledger& book, month_span period,
                                      std::optional<std::int32_t> window, const measure_options& options,
                                      const any_executor& host);

}  // namespace detail

/// A metric of a ledger over the days [from, to): the same number as the function that the catalogue names. Throws
/// `schema_error` for an unknown name (with the nearest known one), for a metric of another source, and for one that is no
/// estimate. The same for every overload.
template <executor E = serial_executor>
[[nodiscard]] estimate measure(std::string_view name, const ledger& book, day_window window,
                               const measure_options& options = {}, E&& host = {}) {
  return detail::measure_ledger(name, book, window, options, any_executor(host));
}
/// The same over a calendar period. NRR, GRR and logo retention look back `window` months from its end, by default as the
/// policy's `nrr_window` says (logo retention twelve months). MRR and ARR are those at its end in minor units, exact, so
/// without an interval; a period that `as_of` has not reached has none: `schema_error`. Several currencies are shown in one,
/// where the ledger has rates.
template <executor E = serial_executor>
[[nodiscard]] estimate measure(std::string_view name, const keyed_ledger& book, month_span period,
                               std::optional<std::int32_t> window = std::nullopt, const measure_options& options = {},
                               E&& host = {}) {
  return detail::measure_period(name, book, period, window, options, any_executor(host));
}
[[nodiscard]] estimate measure(std::string_view name, const renewal_state& contracts, const measure_options& options = {});
[[nodiscard]] estimate measure(std::string_view name, const score_counts& answers, const measure_options& options = {});
[[nodiscard]] estimate measure(std::string_view name, const response_counts& surveys, const measure_options& options = {});
[[nodiscard]] estimate measure(std::string_view name, const health::health_state& cycle,
                               const measure_options& options = {});
[[nodiscard]] estimate measure(std::string_view name, const health::outcome_scores& outcomes,
                               const measure_options& options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
