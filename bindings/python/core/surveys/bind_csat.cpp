// Customer satisfaction of counted answers for Python.
#include "sojourn/surveys/csat.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>

#include "bind.hpp"
#include "frames/words.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

template <class State>
void bind_csat_of(py::module_& m) {
  m.def(
      "csat",
      [](const State& state, double level, const std::string& method, std::optional<int> satisfied_from) {
        const csat_result found =
            csat(state, {confidence_level(level), named<proportion_interval>("method", method), satisfied_from});
        return py::make_tuple(found.share, found.satisfied_from, found.mean);
      },
      py::arg("state"), py::arg("level"), py::arg("method"), py::arg("satisfied_from"));
  m.def(
      "compare_csat",
      [](const State& first, const State& second, double level, std::optional<int> satisfied_from) {
        const comparison found =
            compare_csat(first, second, {.level = confidence_level(level), .satisfied_from = satisfied_from});
        return py::make_tuple(found.difference, found.p_value);
      },
      py::arg("first"), py::arg("second"), py::arg("level"), py::arg("satisfied_from"));
}

}  // namespace

void bind_csat(py::module_& m) {
  bind_csat_of<score_counts>(m);
  bind_csat_of<weighted_score_counts>(m);
}

}  // namespace sojourn::python
