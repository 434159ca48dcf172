#include "interruptible_threads.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

/// Of this thread; owned by the context manager of Python that set it.
PyObject*& progress_report() {
  thread_local PyObject* function = nullptr;
  return function;
}

}  // namespace

void signals_and_progress::operator()(std::size_t done, std::size_t of) const {
  const py::gil_scoped_acquire locked;
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
  const auto report = py::reinterpret_borrow<py::object>(progress_report());
  if (report) report(done, of);
}

void bind_interruptible_threads(py::module_& m) {
  m.def(
      "exchange_progress",
      [](const py::object& report) {
        PyObject* const before = progress_report();
        progress_report() = report.is_none() ? nullptr : report.ptr();
        return before == nullptr ? py::object(py::none()) : py::reinterpret_borrow<py::object>(before);
      },
      py::arg("report"),
      "Sets what long calls of this thread report to, which the caller keeps alive; returns the one before.");
}

}  // namespace sojourn::python
