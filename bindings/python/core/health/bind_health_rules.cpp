// Values by hand, findings and sets of cards for Python.
#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "frames/roles.hpp"
#include "health/health_rules.hpp"
#include "health/two_cycles.hpp"
#include "sojourn/health/score/card_set.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

/// Words of a column, one by one; missing where the column is, or was not given.
class words {
 public:
  words(const roles& given, const std::string& role)
      : role_(role), codes_(segments(given, role)), given_(find(given, role) != nullptr) {}
  [[nodiscard]] const std::string* at(std::size_t row) const {
    if (!given_ || !codes_.codes.view().present(row)) return nullptr;
    return &codes_.labels[codes_.codes.view()[row]];
  }
  template <class T>
  T choose(std::size_t row, T otherwise, std::initializer_list<std::pair<const char*, T>> choices) const {
    const std::string* word = at(row);
    if (word == nullptr) return otherwise;
    std::string listed;
    for (const auto& [name, meaning] : choices) {
      if (*word == name) return meaning;
      listed += (listed.empty() ? "" : ", ") + std::string(name);
    }
    throw data_error({"manual " + role_, row, *word, "must be one of " + listed, ""});
  }

 private:
  std::string role_;
  arrow::segment_codes codes_;
  bool given_;
};

arrow::held_column<std::int32_t> days_of(const roles& given, const std::string& role) {
  const any_column* source = find(given, role);
  return source == nullptr ? arrow::held_column<std::int32_t>{} : arrow::as_day(*source, role);
}

manual_book manual_of(const any_column& accounts, const roles& given) {
  account_index index;
  const std::vector<std::size_t> here = rows_of(accounts, index, "account");
  const auto who = arrow::as_accounts(given.at("account"), index, "manual account");
  const std::vector<double> value = doubles(given, "value");
  const words mode(given, "mode"), signal(given, "signal"), merge(given, "merge"), author(given, "author"),
      reason(given, "reason");
  const auto set_at = days_of(given, "set_at"), expires_at = days_of(given, "expires_at");
  const auto priority = whole(given, "priority");
  manual_book result;
  for (std::size_t row = 0; row < value.size(); ++row) {
    const std::uint32_t account = who.view()[row];
    if (account >= here.size() || here[account] == absent) continue;
    h::manual_value m;
    m.row = here[account];
    m.value = value[row];
    m.mode = mode.choose(row, h::manual_mode::set,
                         {{"set", h::manual_mode::set},
                          {"cap", h::manual_mode::cap},
                          {"floor", h::manual_mode::floor},
                          {"signal", h::manual_mode::signal}});
    m.merge = merge.choose(row, h::manual_merge::latest,
                           {{"latest", h::manual_merge::latest}, {"priority", h::manual_merge::priority}});
    if (set_at.size() > 0 && set_at.view().present(row)) m.set_at = day{set_at.view()[row]};
    if (expires_at.size() > 0 && expires_at.view().present(row)) m.expires_at = day{expires_at.view()[row]};
    if (priority.size() > 0 && priority.view().present(row)) m.priority = static_cast<int>(priority.view()[row]);
    if (const std::string* name = signal.at(row)) m.signal = *name;
    if (const std::string* name = author.at(row)) m.author = *name;
    if (const std::string* text = reason.at(row)) m.reason = *text;
    result.values.push_back(std::move(m));
    result.place.push_back(static_cast<std::int64_t>(row));
  }
  return result;
}

any_column word_column(std::vector<std::uint32_t> codes, std::vector<std::string> labels) {
  return text(std::move(codes), std::move(labels));
}

std::string joined(const std::vector<std::string>& all) {
  std::string result;
  for (const std::string& one : all) result += (result.empty() ? "" : ", ") + one;
  return result;
}

/// The parts of a table put back into the order of the whole: row `rows[p][i]` of the result is row i of part p.
any_column interleave(const std::vector<any_column>& parts, const std::vector<std::vector<std::int64_t>>& rows) {
  std::size_t size = 0;
  bool named = false;
  for (const auto& part : rows) size += part.size();
  for (const any_column& part : parts) named |= part.type() == arrow::kind::text || part.type() == arrow::kind::dictionary;
  std::vector<double> numbers(size, std::numeric_limits<double>::quiet_NaN());
  std::vector<std::uint32_t> codes(size, 0);
  std::vector<std::uint8_t> present(size, 0);
  std::vector<std::string> labels;
  std::unordered_map<std::string, std::uint32_t> known;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (rows[p].empty()) continue;
    if (!named) {
      const auto held = arrow::as_double(parts[p], "part");
      for (std::size_t i = 0; i < rows[p].size(); ++i) {
        if (held.view().present(i)) numbers[static_cast<std::size_t>(rows[p][i])] = held.view()[i];
      }
      continue;
    }
    const auto held = arrow::as_segments(parts[p], "part");
    std::vector<std::uint32_t> code_of;
    for (const std::string& label : held.labels) {
      const auto [at, is_new] = known.emplace(label, static_cast<std::uint32_t>(labels.size()));
      if (is_new) labels.push_back(label);
      code_of.push_back(at->second);
    }
    for (std::size_t i = 0; i < rows[p].size(); ++i) {
      if (!held.codes.view().present(i)) continue;
      present[static_cast<std::size_t>(rows[p][i])] = 1;
      codes[static_cast<std::size_t>(rows[p][i])] = code_of[held.codes.view()[i]];
    }
  }
  return named ? text(std::move(codes), std::move(labels), present) : any_column::from(std::move(numbers));
}

void bind_card_set(py::module_& m) {
  py::class_<h::card_set>(m, "CardSet")
      .def(py::init([](const std::string& json) { return h::compile_set_json(json); }), py::arg("json"))
      .def_property_readonly("json", &h::card_set::to_json)
      .def_property_readonly("hash", &h::card_set::hash)
      .def_property_readonly("inputs", &h::card_set::inputs)
      .def_property_readonly("name", [](const h::card_set& s) { return s.spec().set; })
      .def_property_readonly("default", [](const h::card_set& s) { return s.spec().otherwise; })
      .def_property_readonly("cards", [](const h::card_set& s) {
        std::vector<std::string> texts;
        for (const h::scorecard& card : s.cards()) texts.push_back(card.to_json());
        return texts;
      });
}

}  // namespace

py::dict manual_columns(const h::scores& result) {
  std::vector<std::uint32_t> states;
  for (const h::manual_state state : result.manual) states.push_back(static_cast<std::uint32_t>(state));
  py::dict out;
  out["state"] = word_column(std::move(states), {"waiting", "expired", "overruled", "bound"});
  out["by_hand"] = any_column::from(result.by_hand.empty() ? std::vector<std::int32_t>(result.size(), -1) : result.by_hand);
  return out;
}

py::dict finding_columns(const h::scorecard& card, const h::scores& result) {
  const h::findings found = h::find_diagnoses(card, result);
  const std::vector<std::string> codes = h::diagnosis_codes(card);
  const auto& rules = card.spec().rules;
  std::vector<std::int64_t> row, open_row;
  std::vector<std::uint32_t> code, rule, open_code;
  for (const h::finding& f : found.active) row.push_back(f.row), code.push_back(f.code), rule.push_back(f.rule);
  for (const h::diagnosis& d : found.undecided) open_row.push_back(d.account), open_code.push_back(d.code);
  std::vector<std::string> ids, kinds, severities, evidence, remedies, owners, reasons;
  std::vector<std::int32_t> due(row.size(), 0);
  std::vector<std::uint8_t> is_due(row.size(), 0);
  for (std::size_t r = 0; r < rules.size(); ++r) {
    const h::rule_diagnosis says = rules[r].finding.value_or(h::rule_diagnosis{});
    ids.push_back(rules[r].id);
    kinds.emplace_back(h::to_string(says.kind));
    severities.emplace_back(h::to_string(says.severity));
    evidence.push_back(joined(h::evidence_of(card, r)));
    remedies.push_back(joined(says.remedies));
    owners.push_back(says.owner_role);
    reasons.push_back(rules[r].reason);
  }
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto& days = rules[rule[i]].finding->due_days;
    is_due[i] = days.has_value();
    due[i] = days.value_or(0) + result.as_of.since_epoch;
  }
  py::dict active;
  active["row"] = any_column::from(std::move(row));
  active["diagnosis"] = word_column(std::move(code), codes);
  const auto say = [&](const char* name, const std::vector<std::string>& by_rule) {
    std::vector<std::string> values;
    std::vector<std::uint8_t> said;
    for (const std::uint32_t r : rule) {
      values.push_back(by_rule[r]);
      said.push_back(!by_rule[r].empty());
    }
    active[name] = any_column::from(std::move(values), said);
  };
  say("class", kinds);
  say("severity", severities);
  say("rule", ids);
  say("evidence", evidence);
  say("remedy", remedies);
  say("owner_role", owners);
  say("reason", reasons);
  active["due"] = any_column::dates(std::move(due), is_due);
  py::dict undecided;
  undecided["row"] = any_column::from(std::move(open_row));
  undecided["diagnosis"] = word_column(std::move(open_code), codes);
  py::dict out;
  out["active"] = active;
  out["undecided"] = undecided;
  return out;
}

void bind_health_rules(py::module_& m) {
  py::class_<manual_book>(m, "ManualValues")
      .def(py::init(&manual_of), py::arg("accounts"), py::arg("columns"))
      .def("__len__", [](const manual_book& b) { return b.values.size(); })
      .def_property_readonly("place", [](const manual_book& b) { return any_column::from(b.place); });
  m.def("row_numbers", [](std::vector<std::int64_t> rows) { return any_column::from(std::move(rows)); }, py::arg("rows"));
  m.def("interleave", &interleave, py::arg("parts"), py::arg("rows"));
  bind_card_set(m);
}

}  // namespace sojourn::python
