// What every state can do in Python: merge, retract, compare, be copied, and travel as bytes (also through pickle).
#pragma once

#include <pybind11/operators.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "sojourn/state_bytes.hpp"
#include "whole_argument.hpp"

namespace sojourn::python {

template <storable State>
pybind11::bytes bytes_of(const State& state) {
  const auto bytes = to_bytes(state);
  return pybind11::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

template <storable State>
State state_of(const pybind11::bytes& source) {
  const std::string_view view = source;
  return from_bytes<State>({reinterpret_cast<const std::uint8_t*>(view.data()), view.size()});
}

template <storable State>
pybind11::class_<State> bind_state(pybind11::module_& m, const char* name, const char* meaning) {
  namespace py = pybind11;
  return py::class_<State>(m, name, meaning)
      .def(py::init<>())
      .def(
          "__iadd__", [](State& self, const State& other) -> State& { return self += other; }, py::is_operator(),
          py::return_value_policy::reference)
      .def(
          "__isub__", [](State& self, const State& other) -> State& { return self -= other; }, py::is_operator(),
          py::return_value_policy::reference)
      .def(
          "__add__", [](State self, const State& other) { return self += other; }, py::is_operator())
      .def(
          "__sub__", [](State self, const State& other) { return self -= other; }, py::is_operator())
      .def(
          "__eq__", [](const State& self, const State& other) { return self == other; }, py::is_operator())
      .def("__copy__", [](const State& self) { return self; })
      .def("to_bytes", &bytes_of<State>, "Canonical bytes: equal states give equal bytes on every machine.")
      .def_static("from_bytes", &state_of<State>, py::arg("source"),
                  "The state behind `to_bytes()`; damaged bytes are a StateError.")
      .def(py::pickle(&bytes_of<State>, &state_of<State>));
}

}  // namespace sojourn::python
