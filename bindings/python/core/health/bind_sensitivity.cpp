// How much a score depends on its weights, for Python.
#include "sojourn/health/evaluation/sensitivity.hpp"

#include <pybind11/stl.h>

#include <string>
#include <utility>
#include <vector>

#include "frames/table.hpp"
#include "health/bind_health.hpp"
#include "health/signal_parts.hpp"
#include "interruptible_threads.hpp"
#include "sojourn/health/card/scorecard.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;
using column_list = std::vector<any_column>;

py::dict sensitivity(const column_list& points, const column_list& lost, const std::vector<double>& weights,
                     const h::scorecard& card, std::int64_t draws, double concentration, std::uint64_t seed, double level,
                     std::size_t threads) {
  h::weight_sensitivity found;
  {
    const py::gil_scoped_release release;
    const auto signals = matrix_of(points, lost);
    found = h::sensitivity(signals.view(), weights, card.ladder(), {draws, concentration, seed, confidence_level{level}},
                           interruptible_threads(threads));
  }
  std::vector<std::string> tiers;
  for (const h::tier_code code : found.tier) tiers.emplace_back(card.tier_name(code));
  named_columns out;
  out.add("score", std::move(found.score))
      .add("score_low", std::move(found.score_low))
      .add("score_high", std::move(found.score_high))
      .add("rank", std::move(found.rank))
      .add("rank_low", std::move(found.rank_low))
      .add("rank_high", std::move(found.rank_high))
      .add("tier", std::move(tiers))
      .add("flip", std::move(found.flip));
  return py::dict(py::arg("columns") = out.columns(), py::arg("mean_flip") = found.mean_flip);
}

py::dict leave_one_out(const column_list& points, const column_list& lost, const std::vector<double>& weights,
                       const h::scorecard& card) {
  std::vector<h::without_signal> found;
  {
    const py::gil_scoped_release release;
    const interruptible_threads host;
    found = h::leave_one_out(matrix_of(points, lost).view(), weights, card.ladder(),
                             [&](std::size_t n, detail::task_ref f) { host.bulk(n, f); });
  }
  using w = h::without_signal;
  return table(found)
      .add("tier_changes", &w::tier_changes)
      .add("mean_shift", &w::mean_shift)
      .add("largest_shift", &w::largest_shift)
      .add("rank_correlation", &w::rank_correlation)
      .columns();
}

}  // namespace

void bind_sensitivity(py::module_& m) {
  m.def("weight_sensitivity", &sensitivity, py::arg("points"), py::arg("lost"), py::arg("weights"), py::arg("card"),
        py::arg("draws"), py::arg("concentration"), py::arg("seed"), py::arg("level"), py::arg("threads"));
  m.def("leave_one_out", &leave_one_out, py::arg("points"), py::arg("lost"), py::arg("weights"), py::arg("card"));
}

}  // namespace sojourn::python
