// The smallest way to a better tier, for Python.
#include "sojourn/health/score/path.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frames/table.hpp"
#include "health/bind_health.hpp"
#include "health/held_signals.hpp"
#include "health/tier_columns.hpp"
#include "sojourn/health/card/tier_names.hpp"
#include "sojourn/health/score/manual_values.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

py::dict path_columns(const h::scorecard& card, const std::vector<h::account_path>& all) {
  using p = h::account_path;
  const auto wanted = [&](const p& one) {
    return one.way.status == h::path_status::unscored ? std::nullopt
                                                      : std::optional<std::string>(card.tier_name(one.wanted));
  };
  return table(all)
      .add("row", &p::row)
      .add("status", [](const p& one) { return word_of(one.way.status); })
      .add("wanted", wanted)
      .add("score", [](const p& one) { return one.way.now.score; })
      .add("score_then", [](const p& one) { return one.way.then.score; })
      .add("tier_then", [&](const p& one) { return card.tier_name(one.way.then.tier); })
      .add("cost", [](const p& one) { return one.way.cost; })
      .add("method", [](const p& one) { return word_of(one.way.method); })
      .columns();
}

/// One step of the path of one account.
struct step_of_account {
  std::size_t row = 0;
  h::path_step step;
};

py::dict step_columns(const h::scorecard& card, const std::vector<h::account_path>& all) {
  std::vector<step_of_account> steps;
  for (const h::account_path& one : all) {
    if (one.way.status != h::path_status::reached) continue;
    for (const h::path_step& step : one.way.steps) steps.push_back({one.row, step});
  }
  using s = step_of_account;
  const auto label = [](const s& one) {
    return one.step.label.empty() ? std::nullopt : std::optional<std::string>(one.step.label);
  };
  return table(steps)
      .add("row", &s::row)
      .add("signal", [&](const s& one) { return card.spec().signals[one.step.signal].name; })
      .add("value", [](const s& one) { return one.step.value; })
      .add("label", label)
      .add("s_before", [](const s& one) { return one.step.s_before; })
      .add("s", [](const s& one) { return one.step.s; })
      .add("points", [](const s& one) { return one.step.points; })
      .add("cost", [](const s& one) { return one.step.cost; })
      .columns();
}

/// `tiers` are those the accounts are in; margins of the ladder count from there. An empty `wanted` is the next tier up.
py::dict find_paths(const h::scorecard& card, const py::dict& columns, const any_column& tiers, std::int32_t as_of,
                    const std::string& wanted, const std::string& goal, const std::vector<h::effort>& efforts,
                    const std::optional<py::dict>& previous_signals, const h::placed_manual_values* manual) {
  const arrow::held_signals held = hold(columns), held_before = hold(previous_signals.value_or(py::dict()));
  const std::vector<std::string> names = h::tier_names(card);
  const h::path_options how{named<h::path_goal>("goal", goal), efforts};
  std::vector<h::account_path> found;
  {
    const py::gil_scoped_release release;
    const std::vector<h::tier_code> now = tier_codes(tiers, names, "tier", h::no_tier);
    h::score_options options;
    options.as_of = day{as_of};
    options.previous_tier = now;
    if (previous_signals) options.previous_signals = &held_before.views;
    if (manual != nullptr) options.manual = manual->values;
    std::optional<h::tier_code> target;
    if (!wanted.empty()) target = h::tier_named(names, wanted);
    found = h::paths(card, held.views, target, how, options);
  }
  py::dict out;
  out["paths"] = path_columns(card, found);
  out["steps"] = step_columns(card, found);
  return out;
}

}  // namespace

void bind_path(py::module_& m) {
  py::class_<h::effort>(m, "Effort")
      .def(py::init([](std::string signal, double cost, double limit) { return h::effort{std::move(signal), cost, limit}; }),
           py::arg("signal"), py::arg("cost"), py::arg("limit"));
  m.def("card_days", &h::day_columns, py::arg("card"), py::arg("signals"));
  m.def("health_paths", &find_paths, py::arg("card"), py::arg("columns"), py::arg("tiers"), py::arg("as_of"),
        py::arg("wanted"), py::arg("goal"), py::arg("efforts"), py::arg("previous_signals") = py::none(),
        py::arg("manual") = py::none());
}

}  // namespace sojourn::python
