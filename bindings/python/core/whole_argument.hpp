// Whole numbers as arguments: what is not whole is refused, never cut. Every binding includes this in place of pybind11.h.
//
// pybind11 itself takes whatever has `__int__`: 19 for Decimal("19.99") and 2 for np.float32(2.5).
#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <type_traits>

#include "sojourn/domain/error.hpp"

namespace sojourn::python {

/// The int behind an integer of any kind (NumPy's too), or behind a float, Decimal or Fraction that is whole; nothing behind
/// anything else. A number that is not whole is a `schema_error`.
inline pybind11::object whole_argument(pybind11::handle value) {
  namespace py = pybind11;
  const auto no_number = [] {
    PyErr_Clear();
    return py::object();
  };
  if (PyLong_Check(value.ptr()) != 0) return py::reinterpret_borrow<py::object>(value);
  if (PyIndex_Check(value.ptr()) != 0) {
    auto index = py::reinterpret_steal<py::object>(PyNumber_Index(value.ptr()));
    if (index) return index;
    PyErr_Clear();  // NumPy arrays have __index__ and may refuse it
  }
  if (PyNumber_Check(value.ptr()) == 0) return no_number();
  auto whole = py::reinterpret_steal<py::object>(PyNumber_Long(value.ptr()));
  if (!whole) return no_number();  // infinity, NaN, an array
  const int equal = PyObject_RichCompareBool(whole.ptr(), value.ptr(), Py_EQ);
  if (equal == 1) return whole;
  if (equal < 0) return no_number();
  throw schema_error(py::str(value).cast<std::string>() + " is not a whole number; pass an integer");
}

template <class Int>
class whole_argument_caster {
  using wide = std::conditional_t<std::is_signed_v<Int>, long long, unsigned long long>;

 public:
  PYBIND11_TYPE_CASTER(Int, pybind11::detail::const_name("int"));

  bool load(pybind11::handle source, bool convert) {
    if (!source || (!convert && PyLong_Check(source.ptr()) == 0 && PyIndex_Check(source.ptr()) == 0)) return false;
    const pybind11::object number = whole_argument(source);
    if (!number) return false;
    wide found{};
    if constexpr (std::is_signed_v<Int>)
      found = PyLong_AsLongLong(number.ptr());
    else
      found = PyLong_AsUnsignedLongLong(number.ptr());
    if (found == static_cast<wide>(-1) && PyErr_Occurred() != nullptr) {
      PyErr_Clear();
      return false;
    }
    value = static_cast<Int>(found);
    return static_cast<wide>(value) == found;
  }

  static pybind11::handle cast(Int number, pybind11::return_value_policy, pybind11::handle) {
    if constexpr (std::is_signed_v<Int>)
      return PyLong_FromLongLong(number);
    else
      return PyLong_FromUnsignedLongLong(number);
  }
};

}  // namespace sojourn::python

namespace pybind11::detail {

template <>
class type_caster<short> : public sojourn::python::whole_argument_caster<short> {};
template <>
class type_caster<unsigned short> : public sojourn::python::whole_argument_caster<unsigned short> {};
template <>
class type_caster<int> : public sojourn::python::whole_argument_caster<int> {};
template <>
class type_caster<unsigned> : public sojourn::python::whole_argument_caster<unsigned> {};
template <>
class type_caster<long> : public sojourn::python::whole_argument_caster<long> {};
template <>
class type_caster<unsigned long> : public sojourn::python::whole_argument_caster<unsigned long> {};
template <>
class type_caster<long long> : public sojourn::python::whole_argument_caster<long long> {};
template <>
class type_caster<unsigned long long> : public sojourn::python::whole_argument_caster<unsigned long long> {};

}  // namespace pybind11::detail
