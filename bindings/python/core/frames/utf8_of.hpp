// The text of a Python string, which may hold half of a surrogate pair.
#pragma once

#include <string>

#include "whole_argument.hpp"

namespace sojourn::python {

/// In UTF-8; `schema_error` naming `what` where a character has no such form.
inline std::string utf8_of(pybind11::handle text, const std::string& what) {
  Py_ssize_t bytes = 0;
  const char* const found = PyUnicode_AsUTF8AndSize(text.ptr(), &bytes);
  if (found != nullptr) return {found, static_cast<std::size_t>(bytes)};
  PyErr_Clear();
  const auto shown = pybind11::reinterpret_steal<pybind11::str>(PyObject_ASCII(text.ptr()));
  throw schema_error(what + " is " + shown.cast<std::string>() + ", which holds half of a surrogate pair and is no text");
}

}  // namespace sojourn::python
