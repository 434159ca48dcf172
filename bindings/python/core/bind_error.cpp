// C++ errors become the Python errors of sojourn/errors.py, with the same fields.
#include <new>
#include <stdexcept>

#include "bind.hpp"
#include "sojourn/arrow/wrong_type.hpp"
#include "sojourn/domain/error.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

py::object error_type(const char* name) {
  return py::module_::import("sojourn.errors").attr(name);
}

void raise(const char* name, const char* message) {
  PyErr_SetString(error_type(name).ptr(), message);
}

constexpr const char* too_much =
    "this needs more memory than there is; ask for fewer rows, draws, periods or accounts at once";

void raise_data_error(const data_error& e) {
  py::object row = py::none();
  if (e.row() != problem::no_row) row = py::int_(e.row());
  const py::object type = error_type("DataError");
  const py::object instance = type(e.what(), e.column(), row, e.value(), e.rule());
  PyErr_SetObject(type.ptr(), instance.ptr());
}

}  // namespace

void set_python_error(std::exception_ptr pending) {
  try {
    if (pending) std::rethrow_exception(pending);
  } catch (const data_error& e) {
    raise_data_error(e);
  } catch (const arrow::wrong_type& e) {
    raise("SchemaTypeError", e.what());
  } catch (const schema_error& e) {
    raise("SchemaError", e.what());
  } catch (const overflow_error& e) {
    raise("OverflowError", e.what());
  } catch (const state_error& e) {
    raise("StateError", e.what());
  } catch (const error& e) {
    raise("Error", e.what());
  } catch (const std::bad_alloc&) {
    PyErr_SetString(PyExc_MemoryError, too_much);
  } catch (const std::length_error&) {  // longer than any memory
    PyErr_SetString(PyExc_MemoryError, too_much);
  }
}

void bind_error(py::module_&) {
  py::register_exception_translator(set_python_error);
}

}  // namespace sojourn::python
