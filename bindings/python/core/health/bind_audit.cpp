// What weighs in a card, pairs it puts against the majority, leaks and drift, for Python.
#include "sojourn/health/evaluation/audit.hpp"

#include <pybind11/stl.h>

#include <vector>

#include "frames/table.hpp"
#include "health/bind_health.hpp"
#include "health/signal_parts.hpp"
#include "sojourn/arrow/role_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;
using column_list = std::vector<any_column>;

py::dict influence(const column_list& points, const column_list& lost, const any_column& score,
                   const std::vector<double>& weights, std::size_t bins) {
  const auto found = h::influence(matrix_of(points, lost).view(), doubles_of(score, "score"), weights, bins);
  using s = h::signal_influence;
  return table(found)
      .add("weight", &s::weight)
      .add("share", &s::share)
      .add("eta_squared", &s::eta_squared)
      .add("present", &s::present)
      .columns();
}

py::dict outranking(const column_list& points, const column_list& lost, const any_column& score,
                    const std::vector<double>& weights) {
  const auto signals = matrix_of(points, lost);
  const auto scores = doubles_of(score, "score");
  h::outranking_audit found;
  {
    const py::gil_scoped_release release;
    found = h::audit_outranking(signals.view(), scores, weights);
  }
  py::dict out;
  out["pairs"] = found.pairs;
  out["dominated"] = found.dominated;
  out["against_majority"] = found.against_majority;
  out["dominated_share"] = found.dominated_share();
  out["against_share"] = found.against_share();
  return out;
}

py::dict drift(const column_list& points, const column_list& lost, const column_list& points_now,
               const column_list& lost_now, std::size_t bins) {
  const auto found = h::signal_stability(matrix_of(points, lost).view(), matrix_of(points_now, lost_now).view(), bins);
  using s = h::stability;
  return table(found)
      .add("psi", &s::psi)
      .add("p_value", &s::p_value)
      .add("degrees", &s::degrees)
      .add("smoothed_bins", &s::smoothed_bins)
      .columns();
}

/// What each signal alone says about the outcome.
py::dict signal_checks(const column_list& points, const column_list& lost, const any_column& outcome) {
  const auto signals = matrix_of(points, lost);
  const any_column left = outcome_bytes(outcome);
  const auto found = h::check_signals(signals.view(), left.view<std::uint8_t>("outcome"));
  using s = h::signal_check;
  return table(found)
      .add("auc", &s::auc)
      .add("information_value", &s::information_value)
      .add("suspicious", &s::suspicious)
      .columns();
}

}  // namespace

void bind_audit(py::module_& m) {
  m.def("influence", &influence, py::arg("points"), py::arg("lost"), py::arg("score"), py::arg("weights"), py::arg("bins"));
  m.def("audit_outranking", &outranking, py::arg("points"), py::arg("lost"), py::arg("score"), py::arg("weights"));
  m.def("signal_stability", &drift, py::arg("points"), py::arg("lost"), py::arg("points_now"), py::arg("lost_now"),
        py::arg("bins"));
  m.def("signal_checks", &signal_checks, py::arg("points"), py::arg("lost"), py::arg("outcome"));
}

}  // namespace sojourn::python
