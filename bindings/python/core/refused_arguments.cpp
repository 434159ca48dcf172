// Arguments of a wrong type: what pybind11 says about them is a dump of C++ signatures. Every function of the module is
// called through here, and the dump is put into words by `sojourn/_frames/arguments.py`.
#include "refused_arguments.hpp"

#include <string>
#include <unordered_set>

namespace py = pybind11;

namespace sojourn::python {
namespace {

using fast_call = PyObject* (*)(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names);

/// What pybind11 calls for each of its functions. One for the whole module.
fast_call& dispatcher() {
  static fast_call one = nullptr;
  return one;
}

py::object message_of_refusal() {
  if (PyErr_ExceptionMatches(PyExc_TypeError) == 0) return py::none();
  PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
  PyErr_Fetch(&type, &value, &trace);
  const py::object text = value == nullptr ? py::object(py::none()) : py::reinterpret_steal<py::object>(PyObject_Str(value));
  PyErr_Restore(type, value, trace);
  if (!text) {
    PyErr_Clear();
    return py::none();
  }
  const auto said = text.is_none() ? std::string() : text.cast<std::string>();
  const bool dump = said.find("(): incompatible ") != std::string::npos;
  return dump ? text : py::object(py::none());
}

void put_into_words(PyObject* const* args, Py_ssize_t count, PyObject* names) {
  const py::object said = message_of_refusal();
  if (said.is_none()) return;
  py::list positional;
  py::dict named;
  const Py_ssize_t ordered = PyVectorcall_NARGS(static_cast<std::size_t>(count));
  for (Py_ssize_t i = 0; i < ordered; ++i) positional.append(py::reinterpret_borrow<py::object>(args[i]));
  for (Py_ssize_t i = 0; names != nullptr && i < PyTuple_GET_SIZE(names); ++i)
    named[py::reinterpret_borrow<py::object>(PyTuple_GET_ITEM(names, i))] =
        py::reinterpret_borrow<py::object>(args[ordered + i]);
  PyErr_Clear();
  const py::object error = py::module_::import("sojourn._frames.arguments").attr("refused")(said, positional, named);
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.ptr())), error.ptr());
}

PyObject* call(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  PyObject* result = dispatcher()(self, args, count, names);
  if (result != nullptr) return result;
  try {
    put_into_words(args, count, names);
  } catch (py::error_already_set& broken) {
    broken.restore();
  }
  return nullptr;
}

void take_over(PyObject* function) {
  if (function == nullptr) return;
  if (PyInstanceMethod_Check(function)) function = PyInstanceMethod_GET_FUNCTION(function);
  if (PyCFunction_Check(function) == 0) return;
  PyMethodDef* const definition = reinterpret_cast<PyCFunctionObject*>(function)->m_ml;
  if (definition->ml_flags != (METH_FASTCALL | METH_KEYWORDS)) return;
  const auto here = reinterpret_cast<fast_call>(reinterpret_cast<void (*)()>(definition->ml_meth));
  if (dispatcher() == nullptr) dispatcher() = here;
  if (here == dispatcher()) definition->ml_meth = reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&call));
}

void walk(py::handle scope, std::unordered_set<PyObject*>& seen) {
  if (!seen.insert(scope.ptr()).second) return;
  const std::string home = "sojourn._core";
  for (const auto& item : py::dict(scope.attr("__dict__"))) {
    const py::handle member = item.second;
    if (PyModule_Check(member.ptr()) != 0) {
      if (member.attr("__name__").cast<std::string>().starts_with(home)) walk(member, seen);
    } else if (PyType_Check(member.ptr()) != 0) {
      if (member.attr("__module__").cast<std::string>().starts_with(home)) walk(member, seen);
    } else if (Py_TYPE(member.ptr()) == &PyProperty_Type) {
      take_over(member.attr("fget").ptr());
      take_over(member.attr("fset").ptr());
    } else if (Py_TYPE(member.ptr()) == &PyStaticMethod_Type) {
      take_over(member.attr("__func__").ptr());
    } else {
      take_over(member.ptr());
    }
  }
}

}  // namespace

void explain_refused_arguments(py::module_& m) {
  std::unordered_set<PyObject*> seen;
  walk(m, seen);
}

}  // namespace sojourn::python
