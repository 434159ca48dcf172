// Whether a card is good enough to work by, for Python.
#include "sojourn/health/evaluation/gates.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "health/bind_health.hpp"
#include "health/signal_parts.hpp"
#include "health/tier_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

/// The columns of a panel, converted and kept.
struct held_panel {
  held_panel(const any_column& as_of, const any_column& accounts, const any_column& tier, const any_column& left_on,
             const std::vector<std::string>& order)
      : days(arrow::as_day(as_of, "as_of")),
        gone(arrow::as_day(left_on, "left_on")),
        keys(arrow::as_accounts(accounts, index, "account")),
        tiers(tier_codes(tier, order, "tier", h::unknown_tier)) {}

  [[nodiscard]] h::tier_panel rows() const { return {days.view(), keys.view(), tiers, gone.view()}; }

  account_index index;
  arrow::held_column<std::int32_t> days, gone;
  arrow::held_column<std::uint32_t> keys;
  std::vector<h::tier_code> tiers;
};

std::optional<day> day_of(std::optional<std::int32_t> since_epoch) {
  return since_epoch ? std::optional<day>(day{*since_epoch}) : std::nullopt;
}

py::dict gates(const any_column& as_of, const any_column& accounts, const any_column& tier, const any_column& left_on,
               const any_column& outcome, const std::vector<std::string>& order, std::int32_t from,
               std::optional<std::int32_t> until, double red_lift, double foreseen_share,
               std::pair<std::int32_t, std::int32_t> days_before, double best_tier_share, double level) {
  const h::gate_options options{red_lift,           foreseen_share,  days_before.first,
                                days_before.second, best_tier_share, confidence_level{level}};
  const held_panel held(as_of, accounts, tier, left_on, order);
  const any_column left = outcome_bytes(outcome);
  const h::panel_window window(held.rows(), day{from}, day_of(until));
  const auto foreseen = h::tally_foreseen(window.rows(), order.size(), options);
  const auto outcomes = h::tally_tier_outcomes(held.tiers, left.view<std::uint8_t>("outcome"));
  py::list found;
  for (const h::gate_result& one : h::judge(outcomes, order.size(), foreseen, options)) {
    found.append(
        py::make_tuple(std::string(to_string(one.which)), one.value, one.threshold, std::string(to_string(one.says))));
  }
  return py::dict(py::arg("gates") = found, py::arg("foreseen") = foreseen.below_best,
                  py::arg("in_best_tier") = foreseen.best, py::arg("not_seen") = foreseen.not_seen);
}

py::dict first_red(const any_column& as_of, const any_column& accounts, const any_column& tier, const any_column& left_on,
                   const std::vector<std::string>& order, std::int32_t from, std::optional<std::int32_t> until,
                   double level) {
  const held_panel held(as_of, accounts, tier, left_on, order);
  const h::panel_window window(held.rows(), day{from}, day_of(until));
  const auto found = h::lead_time(h::tally_first_red(window.rows()), {confidence_level{level}});
  py::dict out;
  out["lower_quartile"] = found.lower_quartile;
  out["median"] = found.median;
  out["upper_quartile"] = found.upper_quartile;
  out["never_red"] = found.never_red;
  return out;
}

}  // namespace

void bind_gates(py::module_& m) {
  m.def("gates", &gates, py::arg("as_of"), py::arg("accounts"), py::arg("tier"), py::arg("left_on"), py::arg("outcome"),
        py::arg("tiers"), py::arg("first_day"), py::arg("end_day"), py::arg("red_lift"), py::arg("foreseen_share"),
        py::arg("days_before"), py::arg("best_tier_share"), py::arg("level"));
  m.def("first_red", &first_red, py::arg("as_of"), py::arg("accounts"), py::arg("tier"), py::arg("left_on"),
        py::arg("tiers"), py::arg("first_day"), py::arg("end_day"), py::arg("level"));
}

}  // namespace sojourn::python
