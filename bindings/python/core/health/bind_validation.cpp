// Scores against outcomes, learned weights and backtests for Python.
#include <pybind11/stl.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "frames/words.hpp"
#include "health/signal_parts.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/health.hpp"
#include "sojourn/state_bytes.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;
using columns = std::vector<any_column>;

h::score_direction direction_of(const std::string& higher) {
  return named<h::score_direction>(
      "higher", higher,
      {{"riskier", h::score_direction::higher_is_riskier}, {"healthier", h::score_direction::higher_is_healthier}});
}

h::outcome_scores tally(const any_column& score, const any_column& outcome, const std::string& higher, std::size_t threads) {
  const h::outcome_options options{direction_of(higher)};
  const py::gil_scoped_release release;
  const auto scores = arrow::as_double(score, "score");
  const any_column left = outcome_bytes(outcome);
  return h::tally_outcomes(scores.view(), left.view<std::uint8_t>("outcome"), options, thread_executor(threads));
}

h::validation_options at(double level) {
  return {confidence_level{level}};
}

distribution_state everyone(const h::outcome_scores& state) {
  distribution_state all = state.left;
  return all += state.stayed;
}

py::dict told(const h::stability& found) {
  py::dict out;
  out["psi"] = found.psi;
  out["statistic"] = found.statistic;
  out["degrees"] = found.degrees;
  out["p_value"] = found.p_value;
  out["smoothed_bins"] = found.smoothed_bins;
  return out;
}

py::dict tier_outcomes(const any_column& tier, const any_column& outcome, const std::vector<std::string>& order,
                       double level) {
  const auto codes = tier_codes(tier, order);
  const any_column left = outcome_bytes(outcome);
  const auto state = h::tally_tier_outcomes(codes, left.view<std::uint8_t>("outcome"));
  py::list rows;
  for (const h::tier_risk& one : h::churn_by_tier(state, order.size(), at(level))) {
    rows.append(py::make_tuple(one.tier == h::unknown_tier ? "unknown" : order[one.tier], one.left, one.churn_rate));
  }
  constexpr const char* orders[] = {"falls", "rises somewhere", "one tier only"};
  py::dict out;
  out["rows"] = rows;
  out["order"] = orders[static_cast<std::size_t>(h::order_of_tiers(state, order.size()))];
  return out;
}

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
  std::vector<std::uint32_t> roles;
  std::vector<std::uint8_t> train, test;
  for (const h::panel_role role : split.role) {
    roles.push_back(static_cast<std::uint32_t>(role));
    train.push_back(role == h::panel_role::train);
    test.push_back(role == h::panel_role::test);
  }
  const std::vector<std::string> names{"train",        "test",        "embargoed", "immature",
                                       "already_left", "left_in_gap", "after_test"};
  py::dict counts, out;
  for (std::size_t r = 0; r < names.size(); ++r) counts[py::str(names[r])] = split.rows[r];
  out["role"] = any_column::dictionary(std::move(roles), names);
  out["train"] = any_column::booleans(split.left, train);
  out["test"] = any_column::booleans(split.left, test);
  out["counts"] = counts;
  out["events"] = py::make_tuple(split.events[0], split.events[1]);
  return out;
}

/// Minus the score: the library compares risks.
std::vector<double> risks(const any_column& score) {
  const auto held = arrow::as_double(score, "score");
  const auto view = held.view();
  std::vector<double> result(view.size());
  for (std::size_t row = 0; row < result.size(); ++row)
    result[row] = view.present(row) ? -view[row] : std::numeric_limits<double>::quiet_NaN();
  return result;
}

py::dict compare_auc(const any_column& first, const any_column& second, const any_column& outcome,
                     const any_column& accounts, std::int64_t replicates, std::uint64_t seed, double level,
                     std::size_t threads) {
  h::auc_difference found;
  const h::bootstrap_options options{replicates, seed, confidence_level{level}};
  {
    const py::gil_scoped_release release;
    account_index index;
    const auto keys = arrow::as_accounts(accounts, index, "account");
    const any_column left = outcome_bytes(outcome);
    const std::vector<double> a = risks(first), b = risks(second);
    found = h::compare_auc(column<double>(a), column<double>(b), left.view<std::uint8_t>("outcome"), keys.view(), options,
                           thread_executor(threads));
  }
  py::dict out;
  out["difference"] = found.difference;
  out["first"] = found.first;
  out["second"] = found.second;
  out["share_not_better"] = found.share_not_better;
  out["replicates"] = found.replicates;
  return out;
}

py::dict signal_columns(const h::learned_weights& found) {
  std::vector<double> coefficient, weight;
  std::vector<std::uint32_t> role;
  std::vector<std::int64_t> missing;
  for (const h::learned_signal& one : found.signals) {
    coefficient.push_back(one.coefficient);
    weight.push_back(one.weight);
    role.push_back(static_cast<std::uint32_t>(one.role));
    missing.push_back(one.missing);
  }
  py::dict out;
  out["weight"] = any_column::from(std::move(weight));
  out["coefficient"] = any_column::from(std::move(coefficient));
  out["role"] = any_column::dictionary(std::move(role), {"used", "held at zero", "constant"});
  out["missing"] = any_column::from(std::move(missing));
  return out;
}

py::dict learn_weights(const columns& points, const columns& lost, const any_column& outcome,
                       const std::vector<double>& expert, double ridge, const std::string& missing,
                       const std::string& few_events, std::int64_t min_events, std::size_t threads) {
  h::learn_options options;
  options.ridge = ridge;
  options.expert = expert;
  options.missing = named<h::missing_signal>(
      "missing", missing, {{"mean", h::missing_signal::use_mean}, {"leave_out", h::missing_signal::leave_out_account}});
  options.events = named<h::few_events>("few_events", few_events,
                                        {{"refuse", h::few_events::refuse}, {"fit", h::few_events::fit_anyway}});
  options.min_events = min_events;
  h::learned_weights found;
  {
    const py::gil_scoped_release release;
    const auto signals = matrix_of(points, lost);
    const any_column left = outcome_bytes(outcome);
    found = h::learn_weights(signals.view(), left.view<std::uint8_t>("outcome"), options, {}, thread_executor(threads));
  }
  py::dict out;
  out["status"] = std::string(to_string(found.status));
  out["intercept"] = found.intercept;
  out["slope"] = found.slope();
  out["rows"] = found.rows;
  out["events"] = found.events;
  out["unlabelled"] = found.unlabelled;
  out["incomplete"] = found.incomplete;
  out["log_likelihood"] = found.log_likelihood;
  out["residual"] = found.residual;
  out["steps"] = found.steps;
  out["events_per_weight"] = found.events_per_weight;
  out["signals"] = signal_columns(found);
  return out;
}

py::dict audit_weights(const columns& points, const columns& lost) {
  const auto signals = matrix_of(points, lost);
  py::dict out;
  const std::pair<const char*, h::audit_weighting> methods[] = {{"equal", h::audit_weighting::equal},
                                                                {"deviation", h::audit_weighting::deviation},
                                                                {"entropy", h::audit_weighting::entropy},
                                                                {"critic", h::audit_weighting::critic}};
  for (const auto& [name, method] : methods) out[name] = any_column::from(h::audit_weights(signals.view(), method));
  return out;
}

/// What each signal alone says about the outcome.
py::dict signal_checks(const columns& points, const columns& lost, const any_column& outcome) {
  const auto signals = matrix_of(points, lost);
  const any_column left = outcome_bytes(outcome);
  std::vector<double> areas, values;
  std::vector<std::uint8_t> suspicious;
  for (const h::signal_check& one : h::check_signals(signals.view(), left.view<std::uint8_t>("outcome"))) {
    areas.push_back(one.auc);
    values.push_back(one.information_value);
    suspicious.push_back(one.suspicious);
  }
  py::dict out;
  out["auc"] = any_column::from(std::move(areas));
  out["information_value"] = any_column::from(std::move(values));
  out["suspicious"] = any_column::booleans(std::move(suspicious));
  return out;
}

py::dict lead_time(const any_column& first_red, const any_column& left_on, double level) {
  const auto red = arrow::as_day(first_red, "first_red"), gone = arrow::as_day(left_on, "left_on");
  const auto found = h::lead_time(h::tally_lead_times(red.view(), gone.view()), at(level));
  py::dict out;
  out["lower_quartile"] = found.lower_quartile;
  out["median"] = found.median;
  out["upper_quartile"] = found.upper_quartile;
  out["never_red"] = found.never_red;
  return out;
}

/// Probabilities of leaving for scores, learned from a state; `higher` says which end of the score is bad.
any_column calibrated(const h::outcome_scores& state, const any_column& score, const std::string& higher,
                      const std::string& method) {
  enum class curve { platt, step, linear };
  const auto which = named<curve>("method", method,
                                  {{"platt", curve::platt}, {"isotonic", curve::step}, {"isotonic_linear", curve::linear}});
  const double sign = direction_of(higher) == h::score_direction::higher_is_riskier ? 1 : -1;
  const auto held = arrow::as_double(score, "score");
  const auto view = held.view();
  const auto line = h::platt(state);
  const auto steps = h::isotonic(state);
  std::vector<double> result(view.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t row = 0; row < result.size(); ++row) {
    if (!view.present(row)) continue;
    const double risk = sign * view[row];
    result[row] = which == curve::platt
                      ? line(risk)
                      : steps(risk, which == curve::step ? h::between_steps::step : h::between_steps::linear);
  }
  return any_column::from(std::move(result));
}

void bind_outcomes(py::module_& m) {
  using state = h::outcome_scores;
  py::class_<state>(m, "OutcomeScores", "Risks of accounts that left and that stayed, exact; merges and retracts.")
      .def(py::init<>())
      .def("__iadd__", [](state& a, const state& b) -> state& { return a += b; })
      .def("__isub__", [](state& a, const state& b) -> state& { return a -= b; })
      .def(
          "__eq__", [](const state& a, const state& b) { return a == b; }, py::is_operator())
      .def_property_readonly("left", [](const state& s) { return count(s.left); })
      .def_property_readonly("stayed", [](const state& s) { return count(s.stayed); })
      .def_readonly("unlabelled", &state::unlabelled)
      .def_readonly("unscored", &state::unscored)
      .def(
          "auc", [](const state& s, double level) { return h::auc(s, at(level)); }, py::arg("level"))
      .def("average_precision", [](const state& s) { return h::average_precision(s); })
      .def("ks_distance", [](const state& s) { return h::ks_distance(s); })
      .def("capture", &h::capture, py::arg("share"))
      .def("lift", &h::lift, py::arg("share"))
      .def("brier", [](const state& s) { return h::brier(s); })
      .def("log_loss", [](const state& s) { return h::log_loss(s); })
      .def(
          "calibration",
          [](const state& s, double level) {
            const auto line = h::calibration(s, at(level));
            return py::make_tuple(line.intercept, line.slope, line.expected, line.observed);
          },
          py::arg("level"))
      .def(
          "information_value", [](const state& s, std::size_t bins) { return h::information_value(s, bins); },
          py::arg("bins"))
      .def(
          "stability",
          [](const state& before, const state& now, std::size_t bins) {
            return told(h::population_stability(everyone(before), everyone(now), bins));
          },
          py::arg("now"), py::arg("bins"))
      .def("calibrated", &calibrated, py::arg("score"), py::arg("higher"), py::arg("method"))
      .def("to_bytes",
           [](const state& s) {
             const auto bytes = to_bytes(s);
             return py::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
           })
      .def_static(
          "from_bytes",
          [](const py::bytes& data) {
            const std::string_view text = data;
            return from_bytes<state>(
                std::span<const std::uint8_t>(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
          },
          py::arg("data"));
}

}  // namespace

void bind_validation(py::module_& m) {
  bind_outcomes(m);
  bind_audit(m);
  m.def("tally_outcomes", &tally, py::arg("score"), py::arg("outcome"), py::arg("higher"), py::arg("threads"));
  m.def("tier_outcomes", &tier_outcomes, py::arg("tier"), py::arg("outcome"), py::arg("tiers"), py::arg("level"));
  m.def(
      "population_stability",
      [](const std::vector<std::int64_t>& expected, const std::vector<std::int64_t>& actual) {
        return told(h::population_stability(expected, actual));
      },
      py::arg("expected"), py::arg("actual"));
  m.def("lead_time", &lead_time, py::arg("first_red"), py::arg("left_on"), py::arg("level"));
  m.def("split_panel", &split_panel, py::arg("as_of"), py::arg("left_on"), py::arg("observed_at"), py::arg("gap"),
        py::arg("horizon"), py::arg("test_from"), py::arg("known_until"), py::arg("embargo"), py::arg("test_until"));
  m.def("compare_auc", &compare_auc, py::arg("first"), py::arg("second"), py::arg("outcome"), py::arg("accounts"),
        py::arg("replicates"), py::arg("seed"), py::arg("level"), py::arg("threads"));
  m.def("flat_card", [](const h::scorecard& card) { return h::detail::flat_card(card).to_json(); }, py::arg("card"));
  m.def("nominal_weights", &h::nominal_weights, py::arg("card"));
  m.def(
      "with_weights",
      [](const h::scorecard& card, const std::vector<double>& weights) { return h::with_weights(card, weights).to_json(); },
      py::arg("card"), py::arg("weights"));
  m.def("learn_weights", &learn_weights, py::arg("points"), py::arg("lost"), py::arg("outcome"), py::arg("expert"),
        py::arg("ridge"), py::arg("missing"), py::arg("few_events"), py::arg("min_events"), py::arg("threads"));
  m.def("audit_weights", &audit_weights, py::arg("points"), py::arg("lost"));
  m.def("signal_checks", &signal_checks, py::arg("points"), py::arg("lost"), py::arg("outcome"));
}

}  // namespace sojourn::python
