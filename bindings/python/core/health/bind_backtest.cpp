// Scores tested as they would have been used, for Python.
#include "sojourn/health/evaluation/backtest.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frames/words.hpp"
#include "health/bind_health.hpp"
#include "health/signal_parts.hpp"
#include "interruptible_threads.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

py::dict split_panel(const any_column& as_of, const any_column& left_on, const std::optional<any_column>& observed_at,
                     std::int32_t gap, std::int32_t horizon, std::int32_t test_from, std::int32_t known_until,
                     std::optional<std::int32_t> embargo, std::optional<std::int32_t> test_until) {
  const auto days = arrow::as_day(as_of, "as_of"), gone = arrow::as_day(left_on, "left_on");
  arrow::held_column<std::int32_t> seen;
  h::panel rows{days.view(), gone.view()};
  if (observed_at) {
    seen = arrow::as_day(*observed_at, "observed_at");
    rows.observed_at = seen.view();
  }
  h::split_options options{gap, horizon, day{test_from}, day{known_until}, embargo};
  if (test_until) options.test_until = day{*test_until};
  const auto split = h::split_by_time(rows, options);
  std::vector<std::uint8_t> train, test;
  for (const h::panel_role role : split.role) {
    train.push_back(role == h::panel_role::train);
    test.push_back(role == h::panel_role::test);
  }
  py::dict counts, out;
  for (std::size_t r = 0; r < h::panel_roles; ++r)
    counts[py::str(std::string(word_of(static_cast<h::panel_role>(r))))] = split.rows[r];
  out["role"] = word_column(split.role);
  out["train"] = any_column::booleans(split.left, train);
  out["test"] = any_column::booleans(split.left, test);
  out["counts"] = counts;
  out["events"] = py::make_tuple(split.events[0], split.events[1]);
  return out;
}

/// Health scores: the lower one is the riskier.
py::dict compare_auc(const any_column& first, const any_column& second, const any_column& outcome,
                     const any_column& accounts, std::int64_t replicates, std::uint64_t seed, double level,
                     std::size_t threads) {
  h::auc_difference found;
  h::bootstrap_options options{replicates, seed, confidence_level{level}};
  options.direction = h::score_direction::higher_is_healthier;
  {
    const py::gil_scoped_release release;
    account_index index;
    const auto keys = arrow::as_accounts(accounts, index, "account");
    const any_column left = outcome_bytes(outcome);
    const auto a = arrow::as_double(first, "score"), b = arrow::as_double(second, "score");
    found = h::compare_auc(a.view(), b.view(), left.view<std::uint8_t>("outcome"), keys.view(), options,
                           interruptible_threads(threads));
  }
  py::dict out;
  out["difference"] = found.difference;
  out["first"] = found.first;
  out["second"] = found.second;
  out["share_not_better"] = found.share_not_better;
  out["replicates"] = found.replicates;
  return out;
}

std::vector<std::int32_t> test_days(const any_column& as_of, std::size_t splits) {
  const auto days = arrow::as_day(as_of, "as_of");
  std::vector<std::int32_t> starts;
  for (const day one : h::test_days(days.view(), splits)) starts.push_back(one.since_epoch);
  return starts;
}

}  // namespace

void bind_backtest(py::module_& m) {
  m.def("split_panel", &split_panel, py::arg("as_of"), py::arg("left_on"), py::arg("observed_at"), py::arg("gap"),
        py::arg("horizon"), py::arg("test_from"), py::arg("known_until"), py::arg("embargo"), py::arg("test_until"));
  m.def("compare_auc", &compare_auc, py::arg("first"), py::arg("second"), py::arg("outcome"), py::arg("accounts"),
        py::arg("replicates"), py::arg("seed"), py::arg("level"), py::arg("threads"));
  m.def("test_days", &test_days, py::arg("as_of"), py::arg("splits"));
}

}  // namespace sojourn::python
