// The typed columns behind the rows of a hazard regression.
#pragma once

#include <pybind11/pybind11.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lifetime/held_exits.hpp"
#include "sojourn/lifetime/cox.hpp"

namespace sojourn::python {

using feature_columns = std::vector<std::pair<std::string, arrow::any_column>>;

struct held_regression {
  held_exits rows;
  std::vector<std::pair<std::string, arrow::held_column<double>>> features;
  arrow::segment_codes strata, cluster;

  held_regression(held_exits exits, const feature_columns& columns, const optional_column& strata_column,
                  const optional_column& cluster_column);
  /// Views of what is held here.
  [[nodiscard]] regression_rows view() const;
};

/// Code of a cause, beyond all codes where the column does not hold it.
[[nodiscard]] std::uint32_t code_of(const arrow::cause_codes& causes, const std::string& cause);

/// One row per feature: feature, coef, hazard_ratio, se, low, high, p_value, note.
[[nodiscard]] pybind11::dict coefficient_columns(const std::vector<regression_coefficient>& coefficients);

/// Rows by rows.
[[nodiscard]] std::vector<std::vector<double>> square(const std::vector<double>& values);

}  // namespace sojourn::python
