// The life of diagnoses, and what became of remedies, for Python.
#include "sojourn/health/book/diagnosis.hpp"

#include <pybind11/stl.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "frames/table.hpp"
#include "health/account_columns.hpp"
#include "health/bind_health.hpp"
#include "sojourn/arrow/role_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

/// Codes of one vocabulary across several tables.
struct vocabulary {
  std::vector<std::string> labels;
  std::map<std::string, std::uint32_t> code_of;

  std::vector<std::uint32_t> codes(const any_column& source, const char* role) {
    const auto found = arrow::as_segments(source, role);
    std::vector<std::uint32_t> result(source.size());
    for (std::size_t row = 0; row < result.size(); ++row) {
      if (!found.codes.view().present(row)) throw data_error({role, row, "", "is missing", ""});
      const std::string& label = found.labels[found.codes.view()[row]];
      const auto [at, fresh] = code_of.try_emplace(label, static_cast<std::uint32_t>(labels.size()));
      if (fresh) labels.push_back(label);
      result[row] = at->second;
    }
    return result;
  }
};

std::vector<h::diagnosis> diagnoses_of(arrow::role_columns& table, account_index& index, vocabulary& words) {
  (void)table.at("account");
  const auto accounts = table.keys("account", index);
  const auto codes = words.codes(table.at("diagnosis"), "diagnosis");
  std::vector<h::diagnosis> found;
  for (std::size_t row = 0; row < codes.size(); ++row) found.push_back({accounts[row], codes[row]});
  return found;
}

std::vector<h::diagnosis_record> records_of(arrow::role_columns& table, account_index& index, vocabulary& words) {
  const std::vector<h::diagnosis> found = diagnoses_of(table, index, words);
  const auto& status = table.segments("status");
  (void)table.at("cycles");
  const auto cycles = table.int32("cycles");
  std::vector<h::diagnosis_record> records;
  for (std::size_t row = 0; row < found.size(); ++row) {
    if (!status.codes.view().present(row)) throw data_error({"status", row, "", "is missing", ""});
    records.push_back(
        {found[row], named<h::diagnosis_status>("status", status.labels[status.codes.view()[row]]), cycles[row]});
  }
  return records;
}

py::dict diagnoses(const arrow::roles& active, const arrow::roles& previous, const std::optional<any_column>& unobserved,
                   const arrow::roles& undecided) {
  account_index index;
  vocabulary words;
  arrow::role_columns then(previous), now(active), open(undecided);
  const auto before = previous.empty() ? std::vector<h::diagnosis_record>() : records_of(then, index, words);
  const auto found = diagnoses_of(now, index, words);
  std::vector<std::uint32_t> unseen;
  if (unobserved) {
    const auto held = arrow::as_accounts(*unobserved, index, "unobserved");
    unseen.assign(held.view().values().begin(), held.view().values().end());
  }
  const auto pending = undecided.empty() ? std::vector<h::diagnosis>() : diagnoses_of(open, index, words);
  const std::vector<h::diagnosis_record> records = h::follow(before, found, unseen, pending);
  std::vector<std::uint32_t> accounts;
  for (const h::diagnosis_record& one : records) accounts.push_back(one.what.account);
  return table(records)
      .add("account", keys_of(index, accounts))
      .add_places(
          "diagnosis", [](const h::diagnosis_record& one) { return one.what.code; }, words.labels)
      .add("status", &h::diagnosis_record::status)
      .add("cycles", &h::diagnosis_record::cycles)
      .columns();
}

py::list remedies(const arrow::roles& given, double level) {
  arrow::role_columns columns(given);
  vocabulary words;
  const auto codes = words.codes(columns.at("diagnosis"), "diagnosis");
  const auto& stage = columns.segments("stage");
  std::vector<h::remedy_stage> stages(codes.size(), h::remedy_stage::none);
  for (std::size_t row = 0; row < codes.size(); ++row) {
    if (stage.codes.view().present(row))
      stages[row] = named<h::remedy_stage>("stage", stage.labels[stage.codes.view()[row]]);
  }
  const auto lines = h::remedies({codes, stages, columns.doubles("delta"), words.labels.size()}, confidence_level{level});
  py::list out;
  for (std::size_t code = 0; code < lines.size(); ++code) {
    const h::remedy_line& l = lines[code];
    out.append(py::make_tuple(words.labels[code], l.diagnosed, l.proposed, l.accepted, l.done, l.acceptance, l.treated,
                              l.untreated, l.effect));
  }
  return out;
}

}  // namespace

void bind_diagnosis(py::module_& m) {
  m.def("diagnoses", &diagnoses, py::arg("active"), py::arg("previous"), py::arg("unobserved"),
        py::arg("undecided") = arrow::roles());
  m.def("remedies", &remedies, py::arg("columns"), py::arg("level"));
}

}  // namespace sojourn::python
