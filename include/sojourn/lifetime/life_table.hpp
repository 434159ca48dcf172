// The actuarial life table: survival when ages are known only by interval.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <vector>

#include "sojourn/lifetime/survival.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One row for each interval [start, start + width) up to the last exit; survival and its error are at the interval's end.
struct life_table_rows {
  std::int32_t width = 1;
  std::vector<std::int32_t> start;
  std::vector<std::int64_t> entering;  ///< accounts alive and observed at the start
  std::vector<std::int64_t> events;
  std::vector<std::int64_t> censored;
  std::vector<double> effective_n;  ///< entering - censored / 2
  std::vector<double> churn_rate;   ///< events / effective_n
  std::vector<double> survival;
  std::vector<double> standard_error;  ///< NaN once no account is left
  std::vector<double> hazard;          ///< events / (width (effective_n - events / 2)), per unit of age
};

/// The classic table: those who leave observation within an interval count as half exposed in it.
///
/// Use it for data that is grouped already; with exact ages `kaplan_meier` needs no half-exposure rule. Throws
/// `schema_error` for width < 1 and for late entry, for which the rule is not defined. Source: Cutler and Ederer 1958.
[[nodiscard]] life_table_rows life_table(const survival_state& state, std::int32_t width = 1);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
