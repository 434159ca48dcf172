// Stakeholder coverage and checklists, for Python.
#include "sojourn/health/book/stakeholders.hpp"

#include <pybind11/stl.h>

#include <numeric>
#include <string>
#include <vector>

#include "frames/account_keys.hpp"
#include "frames/table.hpp"
#include "health/bind_monday.hpp"
#include "sojourn/arrow/role_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

namespace h = health;

py::dict stakeholder_coverage(const arrow::roles& given) {
  arrow::role_columns columns(given);
  account_index index;
  (void)columns.at("account");
  h::stakeholder_rows rows;
  rows.account = columns.keys("account", index);
  rows.influence = columns.doubles("influence");
  rows.active = columns.truths("active");
  rows.sponsor = columns.truths("sponsor");
  rows.accounts = index.size();
  const std::vector<h::stakeholder_line> lines = h::stakeholder_coverage(rows);
  std::vector<std::uint32_t> accounts(index.size());
  std::iota(accounts.begin(), accounts.end(), 0u);
  using line = h::stakeholder_line;
  return table(lines)
      .add("account", keys_of(index, accounts))
      .add("people", &line::people)
      .add("active", &line::active)
      .add("unknown_influence", &line::unknown_influence)
      .add("influence", &line::influence)
      .add("active_influence", &line::active_influence)
      .add("coverage", &line::coverage)
      .add("concentration", &line::concentration)
      .add("sponsor", &line::sponsor)
      .columns();
}

/// `items` names the columns of flags in their order.
py::dict checklist(const arrow::roles& given, const std::vector<std::string>& items) {
  arrow::role_columns columns(given);
  std::vector<column<std::uint8_t>> recorded;
  recorded.reserve(items.size());
  for (const std::string& item : items) recorded.push_back(columns.truths(item));
  const std::vector<h::checklist_line> lines = h::checklist(recorded);
  using line = h::checklist_line;
  const auto missing = [&](const line& one) {
    std::string names;
    for (const std::uint32_t item : one.missing) names += (names.empty() ? "" : ", ") + items[item];
    return names;
  };
  return table(lines)
      .add("recorded", &line::recorded)
      .add("completeness", &line::completeness)
      .add("missing", missing)
      .columns();
}

}  // namespace

void bind_stakeholders(py::module_& m) {
  m.def("stakeholder_coverage", &stakeholder_coverage, py::arg("columns"));
  m.def("checklist", &checklist, py::arg("columns"), py::arg("items"));
  std::vector<std::string> items(h::handover_items.begin(), h::handover_items.end());
  m.attr("HANDOVER_ITEMS") = py::tuple(py::cast(items));
}

}  // namespace sojourn::python
