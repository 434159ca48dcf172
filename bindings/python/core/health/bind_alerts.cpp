// Alerts for Python: columns of two cycles in, the list and its memory out.
#include <pybind11/stl.h>

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "bind.hpp"
#include "frames/roles.hpp"
#include "health/two_cycles.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/health/book.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

arrow::held_column<std::int32_t> days(const roles& given, const std::string& role) {
  const any_column* source = find(given, role);
  return source == nullptr ? arrow::held_column<std::int32_t>{} : arrow::as_day(*source, role);
}

/// Truth values as bytes, from booleans or numbers; missing where the source is.
struct truths {
  std::vector<std::uint8_t> values;
  any_column source;
  [[nodiscard]] column<std::uint8_t> view() const { return {values, source.validity(), source.bit_offset()}; }
};

truths truth(const roles& given, const std::string& role) {
  const any_column* source = find(given, role);
  if (source == nullptr) return {};
  truths result{std::vector<std::uint8_t>(source->size()), *source};
  if (source->type() == arrow::kind::boolean) {
    const auto view = source->view<std::uint8_t>();
    for (std::size_t row = 0; row < view.size(); ++row) result.values[row] = view[row] != 0;
    return result;
  }
  // The converted numbers own the bitmap of what is missing.
  const auto held = arrow::as_int64(*source, role);
  for (std::size_t row = 0; row < held.size(); ++row) result.values[row] = held.view()[row] != 0;
  result.source = held.source();
  return result;
}

/// Columns of the cycle before in the order of this one; accounts that are new are missing.
py::dict align_columns(const any_column& accounts, const any_column& before, const roles& given) {
  account_index index;
  const std::vector<std::size_t> then = rows_of(before, index, "previous");
  const std::vector<std::size_t> here = rows_of(accounts, index, "current");
  std::vector<std::size_t> row_then(accounts.size(), absent);
  for (std::size_t a = 0; a < then.size() && a < here.size(); ++a) {
    if (here[a] != absent) row_then[here[a]] = then[a];
  }
  py::dict out;
  for (const auto& [role, source] : given) {
    if (source.size() != before.size())
      throw schema_error("\"" + role + "\" and the accounts of the previous cycle differ in length");
    const bool named_values = source.type() == arrow::kind::text || source.type() == arrow::kind::dictionary;
    const auto labels = named_values ? arrow::as_segments(source, role) : arrow::segment_codes{};
    const bool dates = source.type() == arrow::kind::date;
    const auto numbers = named_values || dates ? arrow::held_column<double>{} : arrow::as_double(source, role);
    std::vector<std::uint8_t> present(row_then.size(), 0);
    std::vector<std::uint32_t> codes(row_then.size(), 0);
    std::vector<double> values(row_then.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t row = 0; row < row_then.size(); ++row) {
      const std::size_t at = row_then[row];
      if (at == absent || !source.present(at)) continue;
      present[row] = 1;
      if (named_values)
        codes[row] = labels.codes.view()[at];
      else
        values[row] = dates ? static_cast<double>(source.view<std::int32_t>()[at]) : numbers.view()[at];
    }
    if (!named_values)
      out[py::str(role)] = any_column::from(std::move(values));
    else
      out[py::str(role)] = text(std::move(codes), labels.labels, present);
  }
  return out;
}

py::dict look_inside(const h::scorecard& card, const std::vector<any_column>& points, const std::vector<any_column>& lost) {
  h::contributions parts;
  parts.signals = points.size();
  parts.rows = points.empty() ? 0 : points[0].size();
  for (const any_column& c : points)
    parts.points.insert(parts.points.end(), c.view<double>().values().begin(), c.view<double>().values().end());
  for (const any_column& c : lost)
    parts.lost.insert(parts.lost.end(), c.view<double>().values().begin(), c.view<double>().values().end());
  h::inside_view view = h::look_inside(card, parts);
  py::dict out;
  out["objective"] = any_column::from(std::move(view.objective));
  out["subjective"] = any_column::from(std::move(view.subjective));
  out["critical_red"] = any_column::booleans(std::move(view.critical_red));
  return out;
}

h::alert_rule rule_of(const std::string& word) {
  std::string known;
  for (std::size_t r = 0; r < h::alert_rules; ++r) {
    const auto rule = static_cast<h::alert_rule>(r);
    if (h::to_string(rule) == word) return rule;
    known += (known.empty() ? "" : ", ") + std::string(h::to_string(rule));
  }
  throw schema_error("rule \"" + word + "\" is not one of " + known);
}

std::vector<std::string> rule_names() {
  std::vector<std::string> names;
  for (std::size_t r = 0; r < h::alert_rules; ++r) names.emplace_back(h::to_string(static_cast<h::alert_rule>(r)));
  return names;
}

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
    auto& of = options.thresholds[static_cast<std::size_t>(rule_of(name))];
    of.at = threshold.first;
    of.recovery = threshold.second;
  }
  return options;
}

/// Memory by account key to memory by row. What is said about accounts that are not in the book is dropped.
std::vector<h::alert_memory> memory_of(const roles& given, const any_column& accounts) {
  if (given.empty()) return {};
  account_index index;
  const std::vector<std::size_t> here = rows_of(accounts, index, "current");
  const auto who = arrow::as_accounts(given.at("account"), index, "account");
  const auto rule = arrow::as_segments(given.at("rule"), "rule");
  const auto raised = arrow::as_day(given.at("raised_on"), "raised_on");
  const truths ready = truth(given, "ready");
  std::vector<h::alert_memory> memory;
  for (std::size_t row = 0; row < who.size(); ++row) {
    const std::uint32_t account = who.view()[row];
    if (account >= here.size()) continue;
    memory.push_back({static_cast<std::uint32_t>(here[account]), rule_of(rule.labels.at(rule.codes.view()[row])),
                      day{raised.view()[row]},
                      ready.values[row] != 0 ? h::alert_memory::arm::ready : h::alert_memory::arm::waiting});
  }
  return memory;
}

py::dict alert_columns(const h::alert_list& list) {
  std::vector<std::int64_t> row;
  std::vector<std::uint8_t> has_signal;
  std::vector<std::uint32_t> rule, severity;
  std::vector<std::string> signal, evidence;
  std::vector<double> from, to, quantity;
  for (const h::alert& a : list.alerts) {
    row.push_back(a.account == h::alert::whole_book ? -1 : static_cast<std::int64_t>(a.account));
    rule.push_back(static_cast<std::uint32_t>(a.rule));
    severity.push_back(static_cast<std::uint32_t>(a.severity));
    signal.push_back(a.signal);
    has_signal.push_back(!a.signal.empty());
    from.push_back(a.from);
    to.push_back(a.to);
    quantity.push_back(a.quantity);
    evidence.push_back(a.evidence);
  }
  py::dict out;
  out["row"] = any_column::from(std::move(row));
  out["rule"] = text(std::move(rule), rule_names());
  out["severity"] = text(std::move(severity), {"info", "warning", "critical"});
  out["signal"] = any_column::from(std::move(signal), has_signal);
  out["from"] = any_column::from(std::move(from));
  out["to"] = any_column::from(std::move(to));
  out["quantity"] = any_column::from(std::move(quantity));
  out["evidence"] = any_column::from(std::move(evidence));
  return out;
}

py::dict count_columns(const h::alert_list& list) {
  py::dict out;
  out["rule"] = any_column::from(rule_names());
  const auto take = [&](const char* name, std::int64_t h::rule_counts::* what) {
    std::vector<std::int64_t> values;
    for (const h::rule_counts& c : list.counts) values.push_back(c.*what);
    out[name] = any_column::from(std::move(values));
  };
  take("looked_at", &h::rule_counts::looked_at);
  take("fired", &h::rule_counts::fired);
  take("raised", &h::rule_counts::raised);
  take("repeated", &h::rule_counts::repeated);
  take("cooling", &h::rule_counts::cooling);
  take("over_budget", &h::rule_counts::over_budget);
  take("outage", &h::rule_counts::outage);
  take("unproven", &h::rule_counts::unproven);
  return out;
}

py::dict memory_columns(const h::alert_list& list) {
  std::vector<std::int64_t> row;
  std::vector<std::uint32_t> rule;
  std::vector<std::int32_t> raised;
  std::vector<std::uint8_t> ready;
  for (const h::alert_memory& m : list.memory) {
    row.push_back(m.account);
    rule.push_back(static_cast<std::uint32_t>(m.rule));
    raised.push_back(m.raised_on.since_epoch);
    ready.push_back(m.state == h::alert_memory::arm::ready);
  }
  py::dict out;
  out["row"] = any_column::from(std::move(row));
  out["rule"] = text(std::move(rule), rule_names());
  out["raised_on"] = any_column::dates(std::move(raised));
  out["ready"] = any_column::booleans(std::move(ready));
  return out;
}

/// `signals`: those now and, under the same name, in the cycle before; `worse`: what less of is worse, and its smallest
/// base.
py::dict alerts(const roles& given, const roles& signals, const roles& before, const std::map<std::string, double>& worse,
                const roles& features, const std::vector<any_column>& history, const std::vector<std::string>& tiers,
                const roles& memory, const py::dict& options) {
  std::vector<std::vector<double>> numbers;
  const auto keep = [&](const roles& from, const std::string& role) -> std::span<const double> {
    numbers.push_back(doubles(from, role));
    return numbers.back();
  };
  numbers.reserve(7 + 2 * signals.size() + history.size());
  std::vector<arrow::held_column<std::int32_t>> used;
  const std::vector<h::tier_code> tier = tier_codes(given.at("tier"), tiers, "tier");
  const any_column* tier_then = find(given, "previous_tier");
  const std::vector<h::tier_code> previous_tier =
      tier_then == nullptr ? std::vector<h::tier_code>{} : tier_codes(*tier_then, tiers, "previous_tier");
  const truths contract = truth(given, "under_contract"), sponsor = truth(given, "sponsor_left"),
               critical = truth(given, "critical_red");
  const auto last_active = days(given, "last_active"), renews = days(given, "renews_on");
  const auto owner = segments(given, "owner");
  const auto value = whole(given, "value");

  h::alert_input book;
  book.score = keep(given, "score");
  book.tier = tier;
  book.previous_tier = previous_tier;
  book.coverage = keep(given, "coverage");
  book.stale_share = keep(given, "stale_share");
  book.previous_score = keep(given, "previous_score");
  book.previous_coverage = keep(given, "previous_coverage");
  book.objective = keep(given, "objective");
  book.subjective = keep(given, "subjective");
  book.critical_red = critical.values;
  book.last_active = last_active.view();
  book.under_contract = contract.view();
  book.sponsor_left = sponsor.view();
  book.renews_on = renews.view();
  book.owner = owner.codes.view();
  book.value = value.view();
  for (const any_column& cycle : history) book.history.push_back(keep(roles{{"history", cycle}}, "history"));
  for (const auto& [name, now] : signals) {
    h::watched_signal signal{name, keep(signals, name), keep(before, name)};
    const auto lower = worse.find(name);
    if (lower != worse.end()) signal.when_lower = h::watched_signal::fall::is_worse, signal.minimum_base = lower->second;
    book.signals.push_back(std::move(signal));
  }
  for (const auto& [name, last] : features) used.push_back(arrow::as_day(last, name));
  std::size_t f = 0;
  for (const auto& feature : features) book.features.push_back({feature.first, used[f++].view()});

  const std::vector<h::alert_memory> said = memory_of(memory, given.at("account"));
  const h::alert_options chosen = alert_options_of(options);
  h::alert_list list;
  {
    const py::gil_scoped_release release;
    list = h::find_alerts(book, chosen, said);
  }
  py::dict out;
  out["columns"] = alert_columns(list);
  out["counts"] = count_columns(list);
  out["memory"] = memory_columns(list);
  out["suppressed"] = list.suppressed();
  return out;
}

}  // namespace

void bind_health_alerts(py::module_& m) {
  m.def("align_columns", &align_columns, py::arg("accounts"), py::arg("before"), py::arg("columns"));
  m.def("look_inside", &look_inside, py::arg("card"), py::arg("points"), py::arg("lost"));
  m.def("alerts", &alerts, py::arg("columns"), py::arg("signals"), py::arg("before"), py::arg("worse"), py::arg("features"),
        py::arg("history"), py::arg("tiers"), py::arg("memory"), py::arg("options"));
  std::map<std::string, std::pair<double, double>> thresholds;
  for (std::size_t r = 0; r < h::alert_rules; ++r) {
    const h::alert_threshold& t = h::default_thresholds[r];
    thresholds[std::string(h::to_string(static_cast<h::alert_rule>(r)))] = {t.at, t.recovery};
  }
  m.attr("alert_thresholds") = thresholds;
}

}  // namespace sojourn::python
