// What different monthly churn rates leave of today's MRR.
// Layer: 3. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sojourn/domain/error.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Row by row: the first rate at months 0 .. months, then the second.
struct mrr_index_table {
  std::int32_t months = 24;
  std::vector<double> churn_rates;
  std::vector<double> remaining;  ///< share of the opening MRR, in [0, 1]

  /// How many months each row of `remaining` lies ahead, and the rate behind it: the table in long form.
  [[nodiscard]] std::vector<std::int32_t> month_column() const {
    std::vector<std::int32_t> all(remaining.size());
    for (std::size_t row = 0; row < all.size(); ++row) all[row] = static_cast<std::int32_t>(row % rows_per_rate());
    return all;
  }
  [[nodiscard]] std::vector<double> rate_column() const {
    std::vector<double> all(remaining.size());
    for (std::size_t row = 0; row < all.size(); ++row) all[row] = churn_rates[row / rows_per_rate()];
    return all;
  }

  /// What rate number `rate` leaves after `month` months.
  [[nodiscard]] double at(std::size_t rate, std::int32_t month) const {
    return remaining.at(rate * rows_per_rate() + static_cast<std::size_t>(month));
  }
  [[nodiscard]] std::size_t rows_per_rate() const noexcept { return static_cast<std::size_t>(months) + 1; }
};

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
  if (months < 0) throw schema_error("mrr_index: months is 0 or more");
  mrr_index_table table{months, {}, {}};
  table.churn_rates.reserve(churn_rates.size());
  table.remaining.reserve(churn_rates.size() * (static_cast<std::size_t>(months) + 1));
  for (std::size_t row = 0; row < churn_rates.size(); ++row) {
    if (!churn_rates.present(row)) {
      throw data_error({churn_rates.name_or("churn_rates"), row, "missing", "a monthly churn rate lies in [0, 1]",
                        "leave it out; 3 % is 0.03"});
    }
    const double rate = churn_rates[row];
    if (!(rate >= 0 && rate <= 1)) {
      throw data_error({churn_rates.name_or("churn_rates"), row, std::to_string(rate), "a monthly churn rate lies in [0, 1]",
                        "3 % is 0.03"});
    }
    table.churn_rates.push_back(rate);
    // Through log1p, since 1 - c has already lost the last digits of a small c. log1p(-1) * 0 would be NaN.
    for (std::int32_t month = 0; month <= months; ++month) {
      table.remaining.push_back(month == 0 ? 1.0 : std::exp(month * std::log1p(-rate)));
    }
  }
  return table;
}
[[nodiscard]] inline mrr_index_table mrr_index(std::span<const double> churn_rates, std::int32_t months = 24) {
  return mrr_index(column<double>(churn_rates), months);
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
