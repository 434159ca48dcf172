// Books of Python as bytes, with their views.
#pragma once

#include <string>

#include "bind.hpp"
#include "sojourn/revenue/book/read.hpp"

namespace sojourn::python {

/// The view names its day, whether the caller did or the default: corrections do not move it.
pybind11::bytes book_to_bytes(const book& facts, const reading& how, const std::string& notes);
/// The book, its view by name, and the notes beside them.
pybind11::dict book_from_bytes(const pybind11::bytes& data);

}  // namespace sojourn::python
