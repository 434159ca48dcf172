// What is wrong with a card, for Python.
#include "sojourn/health/card/check_card.hpp"

#include <exception>
#include <string>
#include <utility>

#include "health/bind_health.hpp"
#include "health/diagnostics.hpp"
#include "sojourn/domain/words.hpp"
#include "sojourn/health/score/card_set.hpp"

namespace py = pybind11;

namespace sojourn::python {

namespace h = health;

py::list as_list(const diagnostics& found) {
  py::list out;
  for (const diagnostic& d : found) {
    py::dict one;
    one["pointer"] = d.pointer;
    one["message"] = d.message;
    one["suggestion"] = d.suggestion;
    one["level"] = std::string(word_of(d.level));
    out.append(std::move(one));
  }
  return out;
}

void bind_check_card(py::module_& m) {
  // Registered after the family tree of errors, so asked before it.
  py::register_exception_translator([](std::exception_ptr pending) {
    try {
      if (pending) std::rethrow_exception(pending);
    } catch (const h::card_error& e) {
      const py::object type = py::module_::import("sojourn.health").attr("CardError");
      PyErr_SetObject(type.ptr(), type(e.what(), as_list(e.found())).ptr());
    }
  });
  m.def("card_problems", [](const std::string& json) { return as_list(h::validate_json(json)); }, py::arg("json"));
  m.def("card_set_problems", [](const std::string& json) { return as_list(h::validate_set_json(json)); }, py::arg("json"));
}

}  // namespace sojourn::python
