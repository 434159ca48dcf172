// Counts of answers for Python: plain and weighted states that merge, are retracted and travel as bytes.
#include "sojourn/stats/score_counts.hpp"

#include <pybind11/operators.h>
#include <pybind11/stl.h>

#include <string>
#include <utility>

#include "bind.hpp"
#include "bind_state.hpp"
#include "sojourn/stats/net_share.hpp"
#include "with_error.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

const score_counts& counts_of(const score_counts& state) {
  return state;
}
const score_counts& counts_of(const weighted_score_counts& state) {
  return state.counts;
}

py::object state_from(const std::string& text) {
  const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  if (read_header(bytes).kind == weighted_score_counts::bytes_kind)
    return py::cast(from_bytes<weighted_score_counts>(bytes));
  return py::cast(from_bytes<score_counts>(bytes));
}

template <class State>
py::dict counts_by_answer(const State& state) {
  py::dict counts;
  const score_counts& all = counts_of(state);
  for (std::size_t i = 0; i < all.answers.size(); ++i)
    counts[py::int_(all.low + static_cast<std::int32_t>(i))] = all.answers[i];
  return counts;
}

template <class State>
py::class_<State> bind_counts(py::module_& m, const char* name) {
  py::class_<State> bound(m, name);
  bound.def(py::init<>())
      .def(py::self += py::self)
      .def(py::self -= py::self)
      .def(py::self == py::self)
      .def("copy", [](const State& state) { return state; })
      .def("to_bytes", &bytes_of<State>)
      .def_property_readonly("no_score", [](const State& state) { return counts_of(state).no_score; })
      .def_property_readonly("superseded", [](const State& state) { return counts_of(state).superseded; })
      .def_property_readonly("scored", [](const State& state) { return counts_of(state).scored(); })
      .def_property_readonly("counts", &counts_by_answer<State>)
      .def(
          "mean",
          [](const State& state, double level) { return with_error(score_mean_with_error(state, confidence_level(level))); },
          py::arg("level"));
  return bound;
}

}  // namespace

void bind_score_counts(py::module_& m) {
  bind_counts<score_counts>(m, "ScoreCounts");
  bind_counts<weighted_score_counts>(m, "WeightedScoreCounts")
      .def_readonly("zero_weight", &weighted_score_counts::zero_weight);
  m.def("survey_state_from_bytes", &state_from, py::arg("data"));
}

}  // namespace sojourn::python
