// NaN of C++ is a missing value of Python.
#pragma once

#include <cmath>
#include <optional>

namespace sojourn::python {

inline std::optional<double> number_or_none(double value) {
  return std::isnan(value) ? std::nullopt : std::optional(value);
}

}  // namespace sojourn::python
