// Whether a remedy helps, for Python.
#include "sojourn/health/book/remedy_effect.hpp"

#include <pybind11/stl.h>

#include <cstdint>
#include <string>
#include <vector>

#include "frames/table.hpp"
#include "health/bind_monday.hpp"
#include "sojourn/arrow/role_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

namespace h = health;

/// Arms as the caller writes them: "treated" and "held_out", or flags of who was treated.
std::vector<h::remedy_arm> arms_of(arrow::role_columns& columns, const std::string& role) {
  const arrow::any_column& given = columns.at(role);
  std::vector<h::remedy_arm> arms;
  arms.reserve(given.size());
  const auto& words = columns.segments(role);
  for (std::size_t row = 0; row < given.size(); ++row) {
    if (!given.present(row)) throw data_error({"arm", row, "", "is missing", "say treated or held_out"});
    arms.push_back(named<h::remedy_arm>("arm", words.labels[words.codes.view()[row]]));
  }
  return arms;
}

std::vector<std::uint32_t> remedies_of(arrow::role_columns& columns) {
  const auto& remedy = columns.segments("remedy");
  const auto codes = remedy.codes.view();
  std::vector<std::uint32_t> found;
  found.reserve(codes.size());
  for (std::size_t row = 0; row < codes.size(); ++row) {
    if (!codes.present(row)) throw data_error({"remedy", row, "", "is missing", ""});
    found.push_back(codes[row]);
  }
  return found;
}

py::dict remedy_effect(const arrow::roles& log, const arrow::roles& outcomes, const std::string& better, double level) {
  account_index index;
  arrow::role_columns assigned(log), known(outcomes);
  const auto arms = arms_of(assigned, "arm");
  const auto remedies = remedies_of(assigned);
  const auto& names = assigned.segments("remedy").labels;
  const h::assignment_log rows{assigned.keys("account", index), remedies, arms, names.size()};
  const h::remedy_outcomes found{known.keys("account", index), known.doubles("outcome")};
  const h::remedy_effect_options options{named<h::better_outcome>("better", better), confidence_level{level}};
  const std::vector<h::remedy_effect_line> lines = h::remedy_effect(rows, found, options);
  using line = h::remedy_effect_line;
  return table(lines)
      .add("remedy", arrow::any_column::from(names))
      .add("treated", &line::treated)
      .add("held_out", &line::held_out)
      .add("unknown", &line::unknown)
      .add("repeated", &line::repeated)
      .add("outcome_treated", [](const line& one) { return one.with.value; })
      .add("outcome_held_out", [](const line& one) { return one.without.value; })
      .add("effect", [](const line& one) { return one.effect.value; })
      .add("low", [](const line& one) { return one.effect.low; })
      .add("high", [](const line& one) { return one.effect.high; })
      .add("verdict", &line::verdict)
      .columns();
}

/// Accounts and remedies as text; a missing remedy is "".
struct read_remedies {
  std::vector<std::string> account, remedy;

  read_remedies(const arrow::roles& given, account_index& index) {
    arrow::role_columns columns(given);
    const auto accounts = columns.keys("account", index);
    const auto& named = columns.segments("remedy");
    const auto codes = named.codes.view();
    account.reserve(codes.size());
    remedy.reserve(codes.size());
    for (std::size_t row = 0; row < codes.size(); ++row) {
      account.push_back(index.key({accounts[row]}));
      remedy.push_back(codes.present(row) ? named.labels[codes[row]] : std::string());
    }
  }
  [[nodiscard]] h::named_remedies view() const { return {account, remedy}; }
};

py::dict assign_remedies(const arrow::roles& proposed, const arrow::roles& log, double share, std::uint64_t seed) {
  account_index index;
  const read_remedies before(log, index), now(proposed, index);
  const h::new_assignments found = h::assign_remedies(now.view(), before.view(), {share, seed});
  return py::dict(py::arg("rows") = found.row, py::arg("arm") = word_column(found.arm),
                  py::arg("assigned_before") = found.assigned_before, py::arg("without_remedy") = found.without_remedy);
}

}  // namespace

void bind_remedy_effect(py::module_& m) {
  m.def("remedy_effect", &remedy_effect, py::arg("log"), py::arg("outcomes"), py::arg("better"), py::arg("level"));
  m.def("assign_remedies", &assign_remedies, py::arg("proposed"), py::arg("log"), py::arg("share"), py::arg("seed"));
}

}  // namespace sojourn::python
