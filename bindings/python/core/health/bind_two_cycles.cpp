// The cycle before in the order of this one, for Python.
#include "sojourn/health/book/two_cycles.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "frames/words.hpp"
#include "health/account_columns.hpp"
#include "health/bind_health.hpp"
#include "interruptible_threads.hpp"
#include "sojourn/arrow/one_row_each.hpp"
#include "sojourn/arrow/role_columns.hpp"
#include "sojourn/arrow/rows.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

/// Days as numbers: alerts compare them as such.
any_column numbers_of(const any_column& taken, const std::string& role) {
  if (taken.type() != arrow::kind::date) return any_column::from(doubles_of(taken, role));
  std::vector<double> days(taken.size());
  const auto view = taken.view<std::int32_t>();
  for (std::size_t row = 0; row < days.size(); ++row)
    days[row] = view.present(row) ? static_cast<double>(view[row]) : std::numeric_limits<double>::quiet_NaN();
  return any_column::from(std::move(days));
}

/// Columns of the cycle before in the order of this one; accounts that are new are missing.
py::dict align_columns(const any_column& accounts, const any_column& before, const arrow::roles& given) {
  const std::vector<std::int64_t> rows = signed_rows(match(before, accounts).row_before());
  py::dict out;
  for (const auto& [role, source] : given) {
    if (source.size() != before.size())
      throw schema_error("\"" + role + "\" and the accounts of the previous cycle differ in length");
    const any_column taken = arrow::take_rows(source, rows);
    const bool has_names = source.type() == arrow::kind::text || source.type() == arrow::kind::dictionary;
    if (!has_names) {
      out[py::str(role)] = numbers_of(taken, role);
      continue;
    }
    const auto names = arrow::as_segments(taken, role);
    std::vector<std::uint32_t> codes(names.codes.size(), 0);
    std::vector<std::uint8_t> present(codes.size(), 0);
    for (std::size_t row = 0; row < codes.size(); ++row) {
      present[row] = names.codes.view().present(row);
      if (present[row] != 0) codes[row] = names.codes.view()[row];
    }
    out[py::str(role)] = word_column(std::move(codes), names.labels, present);
  }
  return out;
}

/// A table with one row per account has each account once.
void require_one_row_each(const any_column& accounts, const std::string& table, std::size_t threads) {
  const interruptible_threads workers(threads);
  const py::gil_scoped_release unlocked;
  arrow::require_one_row_each(accounts, "account", table, any_executor(workers));
}

}  // namespace

void bind_two_cycles(py::module_& m) {
  m.def("require_one_row_each", &require_one_row_each, py::arg("accounts"), py::arg("table"), py::arg("threads"));
  m.def("align_columns", &align_columns, py::arg("accounts"), py::arg("before"), py::arg("columns"));
}

}  // namespace sojourn::python
