#include "lifetime/held_regression.hpp"

#include <algorithm>
#include <cmath>

#include "frames/table.hpp"

namespace sojourn::python {

held_regression::held_regression(held_exits exits, const feature_columns& columns, const optional_column& strata_column,
                                 const optional_column& cluster_column)
    : rows(std::move(exits)) {
  for (const auto& [name, column] : columns) features.emplace_back(name, arrow::as_double(column, name));
  if (strata_column) {
    strata = arrow::as_ordered_segments(*strata_column, "strata");
    require_same_length(rows.time.view(), "time", strata.codes.view(), "strata");
  }
  if (cluster_column) {
    cluster = arrow::as_ordered_segments(*cluster_column, "cluster");
    require_same_length(rows.time.view(), "time", cluster.codes.view(), "cluster");
  }
}

regression_rows held_regression::view() const {
  regression_rows found{.rows = rows.view(), .features = {}};
  for (const auto& [name, column] : features) found.features.push_back({name, column.view()});
  if (strata.codes.size() != 0) found.strata = strata.codes.view();
  if (cluster.codes.size() != 0) found.cluster = cluster.codes.view();
  return found;
}

std::uint32_t code_of(const arrow::cause_codes& causes, const std::string& cause) {
  const auto found = std::find(causes.labels.begin(), causes.labels.end(), cause);
  return static_cast<std::uint32_t>(found - causes.labels.begin()) + 1;
}

pybind11::dict coefficient_columns(const std::vector<regression_coefficient>& coefficients) {
  using one = regression_coefficient;
  return table(coefficients)
      .add("feature", &one::name)
      .add("coef", &one::coef)
      .add("hazard_ratio", &one::hazard_ratio)
      .add("se", &one::standard_error)
      .add("low", &one::low)
      .add("high", &one::high)
      .add("p_value", &one::p_value)
      .add("note", [](const one& c) { return c.note.empty() ? std::nullopt : std::optional<std::string>(c.note); })
      .columns();
}

std::vector<std::vector<double>> square(const std::vector<double>& values) {
  const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(values.size()))));
  std::vector<std::vector<double>> rows;
  for (std::size_t row = 0; row < side; ++row) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(row * side);
    rows.emplace_back(first, first + static_cast<std::ptrdiff_t>(side));
  }
  return rows;
}

}  // namespace sojourn::python
