// Customer satisfaction of counted answers for Python.
#include "sojourn/surveys/csat.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <vector>

#include "bind.hpp"
#include "frames/words.hpp"
#include "sojourn/stats/answer_domain.hpp"
#include "sojourn/surveys/compare_segments.hpp"
#include "with_error.hpp"

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
        return py::make_tuple(with_error(found.share, found.share_error), found.satisfied_from,
                              with_error(found.mean, found.mean_error));
      },
      py::arg("state"), py::arg("level"), py::arg("method"), py::arg("satisfied_from"));
}

template <class State>
void bind_csat_comparisons(py::module_& m) {
  m.def(
      "compare_csat_segments",
      [](const std::vector<State>& segments, double level, std::optional<int> satisfied_from) {
        return compare_csat_segments(std::span<const State>(segments),
                                     {.level = confidence_level(level), .satisfied_from = satisfied_from});
      },
      py::arg("segments"), py::arg("level"), py::arg("satisfied_from"));
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
  bind_csat_of<answer_domain>(m);
  bind_csat_comparisons<score_counts>(m);
  bind_csat_comparisons<weighted_score_counts>(m);
}

}  // namespace sojourn::python
