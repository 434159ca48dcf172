// An estimate with its standard error, effective n and design effect, as attributes of Python's `Estimate`.
#pragma once

#include <pybind11/pybind11.h>

#include "sojourn/stats/precision.hpp"

namespace sojourn::python {

inline pybind11::object with_error(const estimate& result, const precision& error) {
  pybind11::object made = pybind11::cast(result);
  made.attr("standard_error") = error.standard_error;
  made.attr("n_effective") = error.n_effective;
  made.attr("deff") = error.deff;
  return made;
}

inline pybind11::object with_error(const weighted_estimate& found) {
  return with_error(found.result, found.error);
}

}  // namespace sojourn::python
