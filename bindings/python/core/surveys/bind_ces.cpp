// Customer effort of counted answers for Python.
#include "sojourn/surveys/ces.hpp"

#include <pybind11/stl.h>

#include <array>
#include <optional>
#include <string>

#include "bind.hpp"
#include "frames/words.hpp"
#include "sojourn/stats/answer_domain.hpp"
#include "with_error.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using asked_cuts = std::optional<std::array<int, 3>>;

template <class State>
void bind_ces_of(py::module_& m) {
  m.def(
      "ces",
      [](const State& state, const std::string& kind, const std::string& direction, double level, const asked_cuts& cuts) {
        ces_options options;
        options.kind = named<ces_kind>("kind", kind);
        options.direction = named<ces_direction>("direction", direction);
        options.level = confidence_level(level);
        if (cuts) options.cuts = ces_cuts{(*cuts)[0], (*cuts)[1], (*cuts)[2]};
        return with_error(ces_with_error(state, options));
      },
      py::arg("state"), py::arg("kind"), py::arg("direction"), py::arg("level"), py::arg("cuts"));
}

}  // namespace

void bind_ces(py::module_& m) {
  bind_ces_of<score_counts>(m);
  bind_ces_of<weighted_score_counts>(m);
  bind_ces_of<answer_domain>(m);
  m.attr("CES_CUTS") = py::make_tuple(ces_cuts{}.easy_from, ces_cuts{}.very_easy_from, ces_cuts{}.hard_to);
}

}  // namespace sojourn::python
