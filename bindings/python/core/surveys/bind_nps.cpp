// Net Promoter Score of counted answers for Python.
#include "sojourn/surveys/nps.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>

#include "bind.hpp"
#include "frames/words.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using asked_breaks = std::optional<std::pair<int, int>>;

nps_options options_of(double level, const std::string& method, const std::string& no_score, const asked_breaks& breaks) {
  nps_options options;
  options.level = confidence_level(level);
  options.interval = named<nps_interval>("method", method);
  options.no_score = named<nps_no_score>("no_score", no_score);
  if (breaks) options.breaks = nps_breaks{breaks->first, breaks->second};
  return options;
}

py::dict groups_of(const score_counts& state, const asked_breaks& breaks) {
  nps_options options;
  if (breaks) options.breaks = nps_breaks{breaks->first, breaks->second};
  const nps_groups groups = nps_groups_of(state, options);
  py::dict counts;
  counts["promoters"] = groups.promoters;
  counts["passives"] = groups.passives;
  counts["detractors"] = groups.detractors;
  counts["no_score"] = groups.no_score;
  return counts;
}

template <class State>
void bind_nps_of(py::module_& m) {
  m.def("nps", [](const State& state, double level, const std::string& method, const std::string& no_score,
                  const asked_breaks& breaks) { return nps(state, options_of(level, method, no_score, breaks)); });
  m.def("compare_nps", [](const State& first, const State& second, double level, const std::string& method,
                          const std::string& no_score, const asked_breaks& breaks) {
    const comparison found = compare_nps(first, second, options_of(level, method, no_score, breaks));
    return py::make_tuple(found.difference, found.p_value);
  });
}

}  // namespace

void bind_nps(py::module_& m) {
  bind_nps_of<score_counts>(m);
  bind_nps_of<weighted_score_counts>(m);
  m.def("nps_groups", &groups_of);
  m.def("nps_groups",
        [](const weighted_score_counts& state, const asked_breaks& breaks) { return groups_of(state.counts, breaks); });
  m.attr("NPS_SCALE") = py::make_tuple(nps_scale().low(), nps_scale().high());
  m.attr("NPS_BREAKS") = py::make_tuple(nps_breaks{}.detractor_max, nps_breaks{}.promoter_min);
}

}  // namespace sojourn::python
