#include "sojourn/lifetime/mrr_index.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "detail/number_text.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {

std::vector<std::int32_t> mrr_index_table::month_column() const {
  std::vector<std::int32_t> all(remaining.size());
  for (std::size_t row = 0; row < all.size(); ++row) all[row] = static_cast<std::int32_t>(row % rows_per_rate());
  return all;
}

std::vector<double> mrr_index_table::rate_column() const {
  std::vector<double> all(remaining.size());
  for (std::size_t row = 0; row < all.size(); ++row) all[row] = churn_rates[row / rows_per_rate()];
  return all;
}

double mrr_index_table::at(std::size_t rate, std::int32_t month) const {
  return remaining.at(rate * rows_per_rate() + static_cast<std::size_t>(month));
}

mrr_index_table detail::mrr_index(const column<double>& churn_rates, std::int32_t months) {
  if (months < 0) throw schema_error("mrr_index: months is 0 or more");
  mrr_index_table table{months, {}, {}};
  table.churn_rates.reserve(churn_rates.size());
  table.remaining.reserve(churn_rates.size() * table.rows_per_rate());
  for (std::size_t row = 0; row < churn_rates.size(); ++row) {
    if (!churn_rates.present(row)) {
      throw data_error({churn_rates.name_or("churn_rates"), row, "missing", "a monthly churn rate lies in [0, 1]",
                        "leave it out; 3 % is 0.03"});
    }
    const double rate = churn_rates[row];
    if (!(rate >= 0 && rate <= 1)) {
      throw data_error({churn_rates.name_or("churn_rates"), row, detail::number_text(rate),
                        "a monthly churn rate lies in [0, 1]", "3 % is 0.03"});
    }
    table.churn_rates.push_back(rate);
    // Through log1p, since 1 - c has already lost the last digits of a small c. log1p(-1) * 0 would be NaN.
    for (std::int32_t month = 0; month <= months; ++month) {
      table.remaining.push_back(month == 0 ? 1.0 : std::exp(month * std::log1p(-rate)));
    }
  }
  return table;
}

}  // namespace sojourn::inline v0_1
