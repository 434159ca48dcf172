// Time in stage, for Python.
#include "sojourn/health/book/stages.hpp"

#include <pybind11/stl.h>

#include <algorithm>
#include <numeric>
#include <optional>
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

std::vector<std::uint32_t> stage_numbers(arrow::role_columns& columns, const std::vector<std::string>& stages) {
  const auto& given = columns.segments("stage");
  const auto codes = given.codes.view();
  std::vector<std::uint32_t> found;
  found.reserve(codes.size());
  for (std::size_t row = 0; row < codes.size(); ++row) {
    const std::string word = codes.present(row) ? given.labels[codes[row]] : "";
    const auto at = std::find(stages.begin(), stages.end(), word);
    if (at == stages.end())
      throw data_error({"stage", row, word, codes.present(row) ? "is not one of the stages" : "is missing",
                        "name every stage in `stages`"});
    found.push_back(static_cast<std::uint32_t>(at - stages.begin()));
  }
  return found;
}

py::dict time_in_stage(const arrow::roles& given, const std::vector<std::string>& stages, const std::vector<double>& longest,
                       std::int32_t as_of) {
  arrow::role_columns columns(given);
  account_index index;
  (void)columns.at("account");
  const auto numbers = stage_numbers(columns, stages);
  const auto who = columns.keys("account", index);
  const h::stage_table found =
      h::time_in_stage({who, numbers, columns.days("entered_on"), index.size(), stages.size()}, longest, day{as_of});
  std::vector<std::uint32_t> accounts(index.size());
  std::iota(accounts.begin(), accounts.end(), 0u);
  using one = h::account_stage;
  using line = h::stage_line;
  const auto entered = [](const one& of) { return of.stage != h::no_stage; };
  py::dict by_account =
      table(found.accounts)
          .add("account", keys_of(index, accounts))
          .add("stage",
               [&](const one& of) { return entered(of) ? std::optional<std::string>(stages[of.stage]) : std::nullopt; })
          .add("since", [&](const one& of) { return entered(of) ? std::optional<day>(of.since) : std::nullopt; })
          .add("days", &one::days)
          .add("moves", &one::moves)
          .add("steps_back", &one::steps_back)
          .add("pace", &one::pace)
          .columns();
  py::dict by_stage = table(found.stages)
                          .add("stage", arrow::any_column::from(stages))
                          .add("longest_days", arrow::any_column::from(longest))
                          .add("entered", &line::entered)
                          .add("in_it", &line::in_it)
                          .add("stuck", &line::stuck)
                          .add("left", &line::left)
                          .add("median_days", &line::median_days)
                          .columns();
  return py::dict(py::arg("accounts") = by_account, py::arg("stages") = by_stage);
}

}  // namespace

void bind_stages(py::module_& m) {
  m.def("time_in_stage", &time_in_stage, py::arg("columns"), py::arg("stages"), py::arg("longest"), py::arg("as_of"));
}

}  // namespace sojourn::python
