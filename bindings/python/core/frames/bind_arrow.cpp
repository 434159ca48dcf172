// The Arrow PyCapsule protocol, both ways.
#include <pybind11/stl.h>

#include <memory>
#include <string>
#include <vector>

#include "bind.hpp"
#include "sojourn/arrow/reader.hpp"
#include "sojourn/arrow/writer.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

template <class T>
constexpr const char* capsule_name = nullptr;
template <>
constexpr const char* capsule_name<ArrowSchema> = "arrow_schema";
template <>
constexpr const char* capsule_name<ArrowArray> = "arrow_array";
template <>
constexpr const char* capsule_name<ArrowArrayStream> = "arrow_array_stream";

template <class T>
T* inside(const py::capsule& capsule) {
  auto* found = static_cast<T*>(PyCapsule_GetPointer(capsule.ptr(), capsule_name<T>));
  if (found == nullptr) throw py::error_already_set();
  return found;
}

/// Called when the capsule dies: a structure that no consumer moved away is released here.
template <class T>
void destroy(PyObject* capsule) {
  auto* held = static_cast<T*>(PyCapsule_GetPointer(capsule, capsule_name<T>));
  if (held == nullptr) return PyErr_Clear();
  if (held->release != nullptr) held->release(held);
  delete held;
}

template <class T, class Write>
py::capsule make_capsule(Write&& write) {
  auto held = std::make_unique<T>();
  write(held.get());
  PyObject* capsule = PyCapsule_New(held.get(), capsule_name<T>, &destroy<T>);
  if (capsule == nullptr) {
    held->release(held.get());
    throw py::error_already_set();
  }
  held.release();
  return py::reinterpret_steal<py::capsule>(capsule);
}

arrow::source from_array(const py::capsule& schema, const py::capsule& array) {
  return arrow::source::from_array(inside<ArrowSchema>(schema), inside<ArrowArray>(array));
}

arrow::source from_stream(const py::capsule& stream) {
  return arrow::source::from_stream(inside<ArrowArrayStream>(stream));
}

arrow::table table_of_columns(const std::vector<std::string>& names, const std::vector<any_column>& columns) {
  return {names, columns};
}

}  // namespace

void bind_arrow(py::module_& m) {
  py::class_<arrow::source>(m, "ArrowSource", "What a producer handed over: columns by position, read once.")
      .def_static("from_stream", &from_stream, py::arg("stream"))
      .def_static("from_array", &from_array, py::arg("schema"), py::arg("array"))
      .def_property_readonly("is_table", &arrow::source::is_table)
      .def_property_readonly("names", &arrow::source::names)
      // Producers may need the GIL in their own threads while they are drained.
      .def(
          "read",
          [](arrow::source& from, const std::vector<std::size_t>& which, const std::string& name) {
            return from.read(which, name);
          },
          py::arg("which"), py::arg("name") = "column", py::call_guard<py::gil_scoped_release>());

  m.def(
      "arrow_stream",
      [](const std::vector<std::string>& names, const std::vector<any_column>& columns) {
        return make_capsule<ArrowArrayStream>(
            [&](ArrowArrayStream* out) { arrow::write_stream(table_of_columns(names, columns), out); });
      },
      py::arg("names"), py::arg("columns"));
  m.def(
      "arrow_schema",
      [](const std::vector<std::string>& names, const std::vector<any_column>& columns) {
        return make_capsule<ArrowSchema>(
            [&](ArrowSchema* out) { arrow::write_schema(table_of_columns(names, columns), out); });
      },
      py::arg("names"), py::arg("columns"));

  // The protocol's `requested_schema` may be ignored: consumers cast what they get.
  auto column = m.attr("Column").cast<py::class_<any_column>>();
  column.def(
      "__arrow_c_stream__",
      [](const any_column& c, const py::object&) {
        return make_capsule<ArrowArrayStream>([&](ArrowArrayStream* out) { arrow::write_stream(c, "", out); });
      },
      py::arg("requested_schema") = py::none());
  column.def("__arrow_c_schema__", [](const any_column& c) {
    return make_capsule<ArrowSchema>([&](ArrowSchema* out) { arrow::write_schema(c, "", out); });
  });
  column.def(
      "__arrow_c_array__",
      [](const any_column& c, const py::object&) {
        auto schema = make_capsule<ArrowSchema>([&](ArrowSchema* out) { arrow::write_schema(c, "", out); });
        return py::make_tuple(schema, make_capsule<ArrowArray>([&](ArrowArray* out) { arrow::write_array(c, out); }));
      },
      py::arg("requested_schema") = py::none());
}

}  // namespace sojourn::python
