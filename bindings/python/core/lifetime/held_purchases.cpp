#include "lifetime/held_purchases.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "frames/words.hpp"

namespace sojourn::python {

held_purchases::held_purchases(const arrow::any_column& purchases, const arrow::any_column& last,
                               const arrow::any_column& end, const optional_column& counts)
    : x(arrow::as_int64(purchases, "x")), t_x(arrow::as_double(last, "t_x")), T(arrow::as_double(end, "T")) {
  if (counts) {
    count = arrow::as_int64(*counts, "count");
    // An empty column would otherwise look like one that was not given.
    require_same_length(x.view(), "x", count.view(), "count");
  }
}

purchase_rows held_purchases::view() const {
  purchase_rows rows{x.view(), t_x.view(), T.view()};
  if (count.size() != 0) rows.count = count.view();
  return rows;
}

held_spend::held_spend(const arrow::any_column& amounts, const arrow::any_column& purchases, const optional_column& counts)
    : mean(arrow::as_double(amounts, "mean")), x(arrow::as_int64(purchases, "x")) {
  if (counts) {
    count = arrow::as_int64(*counts, "count");
    require_same_length(x.view(), "x", count.view(), "count");
  }
}

spend_rows held_spend::view() const {
  spend_rows rows{mean.view(), x.view()};
  if (count.size() != 0) rows.count = count.view();
  return rows;
}

purchase_parameters purchase_parameters_of(const std::string& model, const std::vector<double>& values) {
  purchase_parameters found{named<purchase_model>("model", model)};
  if (values.size() != found.values.size())
    throw schema_error(model + " has 4 parameters, and " + std::to_string(values.size()) + " were given");
  std::copy(values.begin(), values.end(), found.values.begin());
  return found;
}

spend_parameters spend_parameters_of(const std::vector<double>& values) {
  spend_parameters found;
  if (values.size() != found.values.size())
    throw schema_error("spend has 3 parameters, and " + std::to_string(values.size()) + " were given");
  std::copy(values.begin(), values.end(), found.values.begin());
  return found;
}

arrow::any_column known_numbers(std::vector<double> values) {
  std::vector<std::uint8_t> present(values.size());
  for (std::size_t row = 0; row < values.size(); ++row) present[row] = !std::isnan(values[row]);
  return arrow::any_column::from(std::move(values), present);
}

}  // namespace sojourn::python
