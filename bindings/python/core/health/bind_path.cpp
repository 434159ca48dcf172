// The smallest way to a better tier, for Python.
#include <pybind11/stl.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "health/health_rules.hpp"
#include "health/scored_book.hpp"
#include "sojourn/health/score/path.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

h::tier_code tier_of(const h::scorecard& card, const std::string& name) {
  std::string listed;
  for (std::size_t t = 0; t < card.ladder().size(); ++t) {
    const auto code = static_cast<h::tier_code>(t);
    if (card.tier_name(code) == name) return code;
    listed += (t == 0 ? "" : ", ") + std::string(card.tier_name(code));
  }
  throw schema_error("there is no tier \"" + name + "\"; there are: " + listed);
}

/// The next tier above the one an account is in; the best one's own.
h::tier_code next_tier(const h::scorecard& card, h::tier_code now) {
  return static_cast<h::tier_code>(std::min<std::size_t>(now + std::size_t{1}, card.ladder().size() - 1));
}

const char* name_of(h::path_status status) {
  constexpr const char* names[] = {"reached", "already_there", "out_of_reach", "held_down", "no_score"};
  return names[static_cast<std::size_t>(status)];
}

struct found_paths {
  std::vector<std::int64_t> row, step_row;
  std::vector<std::string> status, wanted, method, tier, step_signal, step_label;
  std::vector<std::uint8_t> has_label, has_wanted;
  std::vector<double> now, then, cost, s_before, s, value, points, step_cost;

  void add(const h::scorecard& card, std::size_t at, h::tier_code tier_wanted, const h::path& p) {
    row.push_back(static_cast<std::int64_t>(at));
    status.emplace_back(name_of(p.status));
    wanted.emplace_back(p.status == h::path_status::unscored ? "" : card.tier_name(tier_wanted));
    has_wanted.push_back(p.status != h::path_status::unscored);
    method.emplace_back(p.method == h::path_method::exact ? "exact" : "greedy");
    tier.emplace_back(card.tier_name(p.then.tier));
    now.push_back(p.now.score);
    then.push_back(p.then.score);
    cost.push_back(p.cost);
    if (p.status != h::path_status::reached) return;
    for (const h::path_step& step : p.steps) {
      step_row.push_back(static_cast<std::int64_t>(at));
      step_signal.push_back(card.spec().signals[step.signal].name);
      step_label.push_back(step.label);
      has_label.push_back(!step.label.empty());
      s_before.push_back(step.s_before);
      s.push_back(step.s);
      value.push_back(step.value);
      points.push_back(step.points);
      step_cost.push_back(step.cost);
    }
  }
};

/// `tiers` are those the accounts are in: where they are, margins count from there.
py::dict find_paths(const h::scorecard& card, const py::dict& columns, const any_column& tiers, std::int32_t as_of,
                    const std::string& wanted, const std::string& goal, const std::vector<h::effort>& efforts,
                    const std::optional<py::dict>& previous_signals, const manual_book* manual) {
  const held_signals held = hold(columns), held_before = hold(previous_signals.value_or(py::dict()));
  const auto labels = arrow::as_segments(tiers, "tier");
  found_paths all;
  {
    const py::gil_scoped_release release;
    std::vector<h::tier_code> previous;
    for (std::size_t row = 0; row < tiers.size(); ++row) {
      const std::string& name = labels.labels[labels.codes.view()[row]];
      previous.push_back(name == "unknown" ? h::unknown_tier : tier_of(card, name));
    }
    const h::path_options how{goal == "cheapest" ? h::path_goal::cheapest : h::path_goal::fewest, efforts};
    h::score_options options;
    options.as_of = day{as_of};
    options.previous_tier = previous;
    if (previous_signals) options.previous_signals = &held_before.views;
    if (manual != nullptr) options.manual = manual->values;
    for (std::size_t row = 0; row < previous.size(); ++row) {
      const h::tier_code target = wanted.empty()
                                      ? next_tier(card, previous[row] == h::unknown_tier ? h::tier_code{0} : previous[row])
                                      : tier_of(card, wanted);
      all.add(card, row, target, h::path_to(card, held.views, row, target, how, options));
    }
  }
  py::dict paths, steps, out;
  paths["row"] = any_column::from(std::move(all.row));
  paths["status"] = any_column::from(std::move(all.status));
  paths["wanted"] = any_column::from(std::move(all.wanted), all.has_wanted);
  paths["score"] = any_column::from(std::move(all.now));
  paths["score_then"] = any_column::from(std::move(all.then));
  paths["tier_then"] = any_column::from(std::move(all.tier));
  paths["cost"] = any_column::from(std::move(all.cost));
  paths["method"] = any_column::from(std::move(all.method));
  steps["row"] = any_column::from(std::move(all.step_row));
  steps["signal"] = any_column::from(std::move(all.step_signal));
  steps["value"] = any_column::from(std::move(all.value));
  steps["label"] = any_column::from(std::move(all.step_label), all.has_label);
  steps["s_before"] = any_column::from(std::move(all.s_before));
  steps["s"] = any_column::from(std::move(all.s));
  steps["points"] = any_column::from(std::move(all.points));
  steps["cost"] = any_column::from(std::move(all.step_cost));
  out["paths"] = paths;
  out["steps"] = steps;
  return out;
}

}  // namespace

void bind_health_path(py::module_& m) {
  py::class_<h::effort>(m, "Effort")
      .def(py::init([](std::string signal, double cost, double limit) { return h::effort{std::move(signal), cost, limit}; }),
           py::arg("signal"), py::arg("cost"), py::arg("limit"));
  m.def(
      "card_days",
      [](const h::scorecard& card, const std::vector<std::string>& signals) {
        std::vector<std::string> days;
        for (const h::signal_spec& s : card.spec().signals) {
          if (!s.observed_at.empty() && std::find(signals.begin(), signals.end(), s.name) != signals.end())
            days.push_back(s.observed_at);
        }
        return days;
      },
      py::arg("card"), py::arg("signals"));
  m.def("health_paths", &find_paths, py::arg("card"), py::arg("columns"), py::arg("tiers"), py::arg("as_of"),
        py::arg("wanted"), py::arg("goal"), py::arg("efforts"), py::arg("previous_signals") = py::none(),
        py::arg("manual") = py::none());
}

}  // namespace sojourn::python
