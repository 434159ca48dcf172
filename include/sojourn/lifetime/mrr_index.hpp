// What different monthly churn rates leave of today's MRR.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Row by row: the first rate at months 0 .. months, then the second.
struct mrr_index_table {
  std::int32_t months = 24;
  std::vector<double> churn_rates;
  std::vector<double> remaining;  ///< share of the opening MRR, in [0, 1]

  /// How many months each row of `remaining` lies ahead, and the rate behind it: the table in long form.
  [[nodiscard]] std::vector<std::int32_t> month_column() const;
  [[nodiscard]] std::vector<double> rate_column() const;

  /// What rate number `rate` leaves after `month` months.
  [[nodiscard]] double at(std::size_t rate, std::int32_t month) const;
  [[nodiscard]] std::size_t rows_per_rate() const noexcept { return static_cast<std::size_t>(months) + 1; }
};

namespace detail {

[[nodiscard]] mrr_index_table mrr_index(const column<double>& churn_rates, std::int32_t months);

}  // namespace detail

/// (1 - c)^n: the share of MRR left after n months of churn c, nothing won or expanded. c = 0.03 leaves 48.1 % after two
/// years, c = 0.05 29.2 %.
///
/// Rates are monthly shares in [0, 1] (0.03, not 3); anything else, NaN and missing rows included, is a `data_error` with
/// its row. Negative
/// `months` is a `schema_error`. O(rates x months).
/// What it does not tell you: that churn stays the same. In real cohorts it falls with age (see `fit_decay`), so this is the
/// pessimistic end for a mature base.
template <std::same_as<column<double>> Column>
[[nodiscard]] mrr_index_table mrr_index(const Column& churn_rates, std::int32_t months = 24) {
  return detail::mrr_index(churn_rates, months);
}
[[nodiscard]] inline mrr_index_table mrr_index(std::span<const double> churn_rates, std::int32_t months = 24) {
  return detail::mrr_index(churn_rates, months);
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
