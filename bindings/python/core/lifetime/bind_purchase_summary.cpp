// A log of purchases as one row per customer, for Python.
#include "sojourn/lifetime/purchase_summary.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <vector>

#include "bind.hpp"
#include "frames/account_keys.hpp"
#include "frames/number_or_none.hpp"
#include "frames/table.hpp"
#include "interruptible_threads.hpp"
#include "lifetime/held_exits.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

/// The columns of the summary, and what was counted on the way.
py::tuple summarise(const any_column& account, const any_column& date, const optional_column& amount,
                    const std::string& unit, std::optional<std::int32_t> until, const std::vector<std::string>& names) {
  const auto chosen = named<purchase_unit>("unit", unit);
  purchase_histories found;
  account_index index;
  {
    const py::gil_scoped_release unlocked;
    const interruptible_threads host;
    const auto accounts = arrow::as_accounts(account, index, names.at(0), any_executor(host));
    const auto days = arrow::as_day(date, names.at(1));
    arrow::held_column<double> amounts;
    purchase_log log{accounts.view(), days.view()};
    if (amount) {
      amounts = arrow::as_double(*amount, names.at(2));
      require_same_length(accounts.view(), names.at(0), amounts.view(), names.at(2));
      log.amount = amounts.view();
    }
    found = purchase_summary(log, chosen, until ? std::optional<day>(day{*until}) : std::nullopt);
  }
  std::vector<std::uint32_t> numbers;
  for (const purchase_history& one : found.accounts) numbers.push_back(one.account);
  auto columns = table(found.accounts);
  columns.add("account", keys_of(index, numbers))
      .add("x", &purchase_history::x)
      .add("t_x", &purchase_history::t_x)
      .add("T", &purchase_history::T);
  if (amount) {
    columns.add("mean", [](const purchase_history& one) { return number_or_none(one.mean); });
  }
  columns.add("first_day", &purchase_history::first_day);
  py::dict counted;
  counted["rows_missing"] = found.rows_missing;
  counted["rows_later"] = found.rows_later;
  counted["accounts_later"] = found.accounts_later;
  return py::make_tuple(columns.columns(), found.until.since_epoch, counted);
}

}  // namespace

void bind_purchase_summary(py::module_& m) {
  m.def("purchase_summary", &summarise, py::arg("account"), py::arg("date"), py::kw_only(), py::arg("amount") = py::none(),
        py::arg("unit"), py::arg("until") = py::none(), py::arg("names"));
}

}  // namespace sojourn::python
