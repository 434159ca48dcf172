// What bind_health.cpp leaves to files of its own.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include "sojourn/arrow/any_column.hpp"

namespace sojourn::python {

void bind_rank(pybind11::module_& m);
void bind_account(pybind11::module_& m);

/// For functions that Python calls past pybind11: sets the Python error of one of our own; others are thrown on.
void set_python_error(std::exception_ptr pending);

/// The flags of a score by name.
[[nodiscard]] std::string flag_text(std::uint16_t flags);
[[nodiscard]] arrow::any_column flag_column(const std::vector<std::uint16_t>& flags);

}  // namespace sojourn::python
