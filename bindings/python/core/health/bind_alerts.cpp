// Alerts for Python: columns of two cycles in, the list and its memory out.
#include "sojourn/health/book/alerts.hpp"
#include "sojourn/health/book/rating_falls.hpp"

#include <pybind11/stl.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "frames/table.hpp"
#include "health/account_columns.hpp"
#include "health/bind_health.hpp"
#include "health/tier_columns.hpp"
#include "sojourn/arrow/role_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

h::alert_options alert_options_of(const py::dict& given) {
  h::alert_options options;
  options.as_of = day{given["as_of"].cast<std::int32_t>()};
  options.cooldown_days = given["cooldown_days"].cast<std::int32_t>();
  options.budget = given["budget"].cast<std::size_t>();
  options.renewal_days = given["renewal_days"].cast<std::int32_t>();
  options.renewal_tier = given["renewal_tier"].cast<h::tier_code>();
  options.green = given["green"].cast<h::tier_code>();
  options.own_history.minimum = given["minimum_history"].cast<std::size_t>();
  options.own_history.gap = given["restart_after_gap"].cast<bool>() ? chart_gap::restart : chart_gap::carry_on;
  options.false_discovery = given["false_discovery"].cast<double>();
  for (const auto& [name, threshold] : given["thresholds"].cast<std::map<std::string, std::pair<double, double>>>()) {
    auto& of = options.thresholds[static_cast<std::size_t>(named<h::alert_rule>("rule", name))];
    of.at = threshold.first;
    of.recovery = threshold.second;
  }
  return options;
}

/// Memory by account key as memory by row.
std::vector<h::alert_memory> memory_of(const arrow::roles& given, const any_column& accounts) {
  if (given.empty()) return {};
  account_index index;
  const std::vector<std::size_t> row_of = rows_of(accounts, index, "current");
  arrow::role_columns columns(given);
  const auto who = columns.keys("account", index);
  const auto& rule = columns.segments("rule");
  const auto raised = columns.days("raised_on");
  const auto ready = columns.truths("ready");
  std::vector<h::alert_memory> memory;
  for (std::size_t row = 0; row < who.size(); ++row) {
    memory.push_back({who[row], named<h::alert_rule>("rule", rule.labels.at(rule.codes.view()[row])), day{raised[row]},
                      ready[row] != 0 ? h::alert_memory::arm::ready : h::alert_memory::arm::waiting});
  }
  return h::place_memory(memory, row_of);
}

/// One row per account. `from`, `to`, `quantity` and `signal` are those of its strongest reason.
py::dict account_columns_of(const h::alert_list& list) {
  using a = h::account_alert;
  const auto row = [](const a& one) {
    return one.account == h::alert::whole_book ? -1 : static_cast<std::int64_t>(one.account);
  };
  const auto first = [&list](const a& one) -> const h::alert& { return list.alerts[one.reasons.front()]; };
  return table(list.accounts)
      .add("row", row)
      .add("rule", [&](const a& one) { return first(one).rule; })
      .add("severity", &a::severity)
      .add("signal",
           [&](const a& one) { return first(one).signal.empty() ? std::nullopt : std::optional(first(one).signal); })
      .add("from", [&](const a& one) { return first(one).from; })
      .add("to", [&](const a& one) { return first(one).to; })
      .add("quantity", [&](const a& one) { return first(one).quantity; })
      .add("reasons", [](const a& one) { return static_cast<std::int64_t>(one.reasons.size()); })
      .add("evidence", &a::evidence)
      .columns();
}

py::dict alert_columns(const h::alert_list& list) {
  using a = h::alert;
  const auto row = [](const a& one) { return one.account == a::whole_book ? -1 : static_cast<std::int64_t>(one.account); };
  return table(list.alerts)
      .add("row", row)
      .add("rule", &a::rule)
      .add("severity", &a::severity)
      .add("signal", text_or_missing(&a::signal))
      .add("from", &a::from)
      .add("to", &a::to)
      .add("quantity", &a::quantity)
      .add("evidence", &a::evidence)
      .columns();
}

py::dict count_columns(const h::alert_list& list) {
  using c = h::rule_counts;
  return table(list.counts)
      .add("rule", any_column::from(words_of<h::alert_rule>()))
      .add("looked_at", &c::looked_at)
      .add("fired", &c::fired)
      .add("raised", &c::raised)
      .add("repeated", &c::repeated)
      .add("cooling", &c::cooling)
      .add("over_budget", &c::over_budget)
      .add("outage", &c::outage)
      .add("unproven", &c::unproven)
      .columns();
}

py::dict memory_columns(const h::alert_list& list) {
  using m = h::alert_memory;
  return table(list.memory)
      .add("row", [](const m& one) { return static_cast<std::int64_t>(one.account); })
      .add("rule", &m::rule)
      .add("raised_on", &m::raised_on)
      .add("ready", [](const m& one) { return one.state == m::arm::ready; })
      .columns();
}

using falls_by_name = std::map<std::string, std::pair<double, double>>;

/// What the caller watches: signals now and, under the same name, in the cycle before; `worse` names those of which less is
/// worse, with their smallest base and the share that counts (NaN: that of the rule), `ratings` those that are ratings, with
/// the fall that counts; the day on which each feature was last used.
struct watched {
  arrow::role_columns now, before, features;
  std::vector<h::watched_signal> signals;
  std::vector<h::watched_feature> used;

  watched(const arrow::roles& signals_now, const arrow::roles& signals_before, const falls_by_name& worse,
          const std::map<std::string, double>& ratings, const arrow::roles& last_used)
      : now(signals_now), before(signals_before), features(last_used) {
    for (const auto& [name, column] : signals_now) {
      h::watched_signal one{name, now.doubles(name), before.doubles(name)};
      const auto lower = worse.find(name);
      if (lower != worse.end()) {
        one.when_lower = h::watched_signal::fall::is_worse;
        std::tie(one.minimum_base, one.share) = lower->second;
      }
      if (const auto rating = ratings.find(name); rating != ratings.end()) one.rating_fall = rating->second;
      signals.push_back(std::move(one));
    }
    for (const auto& [name, column] : last_used) used.push_back({name, features.days(name)});
  }
};

py::dict alerts(const arrow::roles& given, const arrow::roles& signals, const arrow::roles& before,
                const falls_by_name& worse, const std::map<std::string, double>& ratings, const arrow::roles& features,
                const std::vector<any_column>& history, const std::vector<std::string>& tiers, const arrow::roles& memory,
                const py::dict& options) {
  arrow::role_columns columns(given);
  watched watch(signals, before, worse, ratings, features);
  const std::vector<h::tier_code> tier = tier_codes(columns.at("tier"), tiers, "tier", h::no_tier);
  std::vector<h::tier_code> previous_tier;
  if (const any_column* then = columns.find("previous_tier"))
    previous_tier = tier_codes(*then, tiers, "previous_tier", h::no_tier);
  std::vector<std::vector<double>> earlier;
  for (const any_column& cycle : history) earlier.push_back(doubles_of(cycle, "history"));

  h::alert_input book;
  book.score = columns.doubles("score");
  book.tier = tier;
  book.previous_tier = previous_tier;
  book.coverage = columns.doubles("coverage");
  book.stale_share = columns.doubles("stale_share");
  book.previous_score = columns.doubles("previous_score");
  book.previous_coverage = columns.doubles("previous_coverage");
  book.history.assign(earlier.begin(), earlier.end());
  book.objective = columns.doubles("objective");
  book.subjective = columns.doubles("subjective");
  book.critical_red = columns.truths("critical_red").values();
  book.last_active = columns.days("last_active");
  book.under_contract = columns.truths("under_contract");
  book.sponsor_left = columns.truths("sponsor_left");
  book.renews_on = columns.days("renews_on");
  book.signals = watch.signals;
  book.features = watch.used;
  book.owner = columns.segments("owner").codes.view();
  book.value = columns.int64("value");

  const std::vector<h::alert_memory> remembered = memory_of(memory, columns.at("account"));
  const h::alert_options chosen = alert_options_of(options);
  h::alert_list list;
  {
    const py::gil_scoped_release release;
    list = h::find_alerts(book, chosen, remembered);
  }
  py::dict out;
  out["accounts"] = account_columns_of(list);
  out["columns"] = alert_columns(list);
  out["counts"] = count_columns(list);
  out["memory"] = memory_columns(list);
  out["suppressed"] = list.suppressed();
  return out;
}

}  // namespace

void bind_alerts(py::module_& m) {
  m.def("alerts", &alerts, py::arg("columns"), py::arg("signals"), py::arg("before"), py::arg("worse"), py::arg("ratings"),
        py::arg("features"), py::arg("history"), py::arg("tiers"), py::arg("memory"), py::arg("options"));
  std::map<std::string, std::pair<double, double>> thresholds;
  for (std::size_t r = 0; r < h::alert_rules; ++r) {
    const h::alert_threshold& t = h::default_thresholds[r];
    thresholds[std::string(h::to_string(static_cast<h::alert_rule>(r)))] = {t.at, t.recovery};
  }
  m.attr("alert_thresholds") = thresholds;
  m.def("usual_rating_falls", &h::usual_rating_falls, py::arg("card"));
}

}  // namespace sojourn::python
