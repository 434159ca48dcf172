// Net Promoter Score of counted answers for Python.
#include "sojourn/surveys/nps.hpp"

#include <pybind11/stl.h>

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "frames/words.hpp"
#include "sojourn/stats/answer_domain.hpp"
#include "sojourn/surveys/compare_segments.hpp"
#include "with_error.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using asked_breaks = std::optional<std::pair<int, int>>;

std::optional<nps_breaks> breaks_of(const asked_breaks& breaks) {
  if (!breaks) return std::nullopt;
  return nps_breaks{breaks->first, breaks->second};
}

py::dict groups_of(const score_counts& state, const asked_breaks& breaks) {
  const nps_groups groups = nps_groups_of(state, {.breaks = breaks_of(breaks)});
  py::dict counts;
  counts["promoters"] = groups.promoters;
  counts["passives"] = groups.passives;
  counts["detractors"] = groups.detractors;
  counts["no_score"] = groups.no_score;
  return counts;
}

/// A row per segment, as columns.
py::dict nps_columns(const std::vector<score_counts>& segments, double level, const std::string& method,
                     const std::string& no_score, const asked_breaks& breaks) {
  const nps_options options{confidence_level(level), named<nps_interval>("method", method),
                            named<nps_no_score>("no_score", no_score), breaks_of(breaks)};
  constexpr std::array names = {"n", "promoters", "passives", "detractors", "no_score", "nps", "low", "high"};
  std::array<py::list, names.size()> values;
  for (py::list& one : values) one = py::list(segments.size());
  for (std::size_t row = 0; row < segments.size(); ++row) {
    const nps_groups groups = nps_groups_of(segments[row], options);
    const estimate score = nps(segments[row], options);
    std::size_t column = 0;
    for (const std::int64_t count :
         {segments[row].scored(), groups.promoters, groups.passives, groups.detractors, groups.no_score}) {
      values[column++][row] = count;
    }
    for (const double points : {score.value, score.low, score.high}) values[column++][row] = points;
  }
  py::dict columns;
  for (std::size_t column = 0; column < names.size(); ++column) columns[names[column]] = values[column];
  return columns;
}

/// The break points that a score of these answers uses.
template <class State>
std::pair<int, int> breaks_used(const State& state, const asked_breaks& breaks) {
  const nps_breaks used = nps_breaks_on(state.scale(), breaks_of(breaks));
  return {used.detractor_max, used.promoter_min};
}

template <class State>
void bind_nps_of(py::module_& m) {
  m.def(
      "nps",
      [](const State& state, double level, const std::string& method, const std::string& no_score,
         const asked_breaks& breaks) {
        return with_error(nps_with_error(state, {confidence_level(level), named<nps_interval>("method", method),
                                                 named<nps_no_score>("no_score", no_score), breaks_of(breaks)}));
      },
      py::arg("state"), py::arg("level"), py::arg("method"), py::arg("no_score"), py::arg("breaks"));
}

template <class State>
void bind_nps_comparisons(py::module_& m) {
  m.def(
      "compare_nps_segments",
      [](const std::vector<State>& segments, double level, const std::string& method, const std::string& no_score,
         const asked_breaks& breaks) {
        return compare_nps_segments(std::span<const State>(segments),
                                    {confidence_level(level), named<net_share_comparison>("method", method),
                                     named<nps_no_score>("no_score", no_score), breaks_of(breaks)});
      },
      py::arg("segments"), py::arg("level"), py::arg("method"), py::arg("no_score"), py::arg("breaks"));
  m.def(
      "compare_nps",
      [](const State& first, const State& second, double level, const std::string& method, const std::string& no_score,
         const asked_breaks& breaks) {
        const comparison found =
            compare_nps(first, second,
                        nps_comparison_options{confidence_level(level), named<net_share_comparison>("method", method),
                                               named<nps_no_score>("no_score", no_score), breaks_of(breaks)});
        return py::make_tuple(found.difference, found.p_value);
      },
      py::arg("first"), py::arg("second"), py::arg("level"), py::arg("method"), py::arg("no_score"), py::arg("breaks"));
}

}  // namespace

void bind_nps(py::module_& m) {
  bind_nps_of<score_counts>(m);
  bind_nps_of<weighted_score_counts>(m);
  bind_nps_of<answer_domain>(m);
  bind_nps_comparisons<score_counts>(m);
  bind_nps_comparisons<weighted_score_counts>(m);
  m.def("nps_columns", &nps_columns, py::arg("segments"), py::arg("level"), py::arg("method"), py::arg("no_score"),
        py::arg("breaks"));
  m.def("nps_groups", &groups_of, py::arg("state"), py::arg("breaks"));
  m.def(
      "nps_groups",
      [](const weighted_score_counts& state, const asked_breaks& breaks) { return groups_of(state.counts, breaks); },
      py::arg("state"), py::arg("breaks"));
  m.def("nps_breaks", &breaks_used<score_counts>, py::arg("state"), py::arg("breaks"));
  m.def("nps_breaks", &breaks_used<weighted_score_counts>, py::arg("state"), py::arg("breaks"));
  m.attr("NPS_SCALE") = py::make_tuple(nps_scale().low(), nps_scale().high());
}

}  // namespace sojourn::python
