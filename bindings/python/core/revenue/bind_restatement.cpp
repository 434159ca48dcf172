// Ledgers as they were known on a day, and the accounts that restate a close.
#include "sojourn/revenue/explain/restatement.hpp"

#include <pybind11/stl.h>

#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/exec/executor.hpp"
#include "sojourn/revenue/sources/keyed_sources.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

struct keyed_history {
  ledger_history rows;
  std::shared_ptr<account_index> keys;
};

keyed_history make_history(const any_column& accounts, const any_column& starts, const any_column& ends,
                           const any_column& amounts, const std::optional<any_column>& known_from,
                           const std::optional<any_column>& known_until, int exponent, std::optional<std::int32_t> as_of,
                           const std::vector<std::string>& names) {
  const py::gil_scoped_release released;
  auto keys = std::make_shared<account_index>();
  const held_periods rows(*keys, accounts, starts, ends, amounts, exponent, names);
  arrow::held_column<std::int32_t> from, until;
  if (known_from) from = arrow::as_day(*known_from, names.at(4));
  if (known_until) until = arrow::as_day(*known_until, names.at(5));
  return {ledger_history({rows.view(), known_from ? from.view() : column<std::int32_t>{},
                          known_until ? until.view() : column<std::int32_t>{}},
                         {.as_of = day_from(as_of)}),
          std::move(keys)};
}

keyed_ledger as_known(const keyed_history& h, std::int32_t when, std::int32_t as_of, std::int32_t lapse_grace) {
  const py::gil_scoped_release released;
  return ledger_as_known(h.rows, h.keys, day{when}, day{as_of}, lapse_grace, thread_executor{});
}

py::dict known(const keyed_history& h, std::int32_t when) {
  const knowledge k = h.rows.known(day{when});
  return py::dict(py::arg("rows") = k.rows, py::arg("known") = k.known, py::arg("not_yet_known") = k.not_yet_known,
                  py::arg("taken_back") = k.taken_back, py::arg("never_known") = k.never_known);
}

/// One entry per account: its change of each bucket, and its rows that came or went.
py::dict compare(const keyed_history& h, std::int32_t first, std::int32_t second, std::int32_t first_month,
                 std::int32_t months_each, const revenue_policy& policy) {
  const restatement found = [&] {
    const py::gil_scoped_release released;
    return compare_closes(h.rows, day{first}, day{second}, {month{first_month}, months_each, 1}, policy);
  }();
  py::list accounts;
  for (const restated_account& one : found.accounts) {
    py::dict entry = movement_dict(rounded(one.periods.front().change));
    entry["account"] = key_object(*h.keys, one.who);
    entry["learned"] = one.learned;
    entry["dropped"] = one.dropped;
    accounts.append(entry);
  }
  return py::dict(py::arg("accounts") = accounts, py::arg("change") = movement_dict(rounded(found.change.front())),
                  py::arg("without_effect") = found.accounts_without_effect);
}

}  // namespace

void bind_restatement(py::module_& m) {
  py::class_<keyed_history>(m, "LedgerHistory", "Subscription rows with the days on which they were believed.")
      .def_static("make", &make_history, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"),
                  py::arg("known_from"), py::arg("known_until"), py::arg("exponent"), py::arg("as_of"), py::arg("names"))
      .def("as_known", &as_known, py::arg("when"), py::arg("as_of"), py::arg("lapse_grace"))
      .def("known", &known, py::arg("when"))
      .def("compare", &compare, py::arg("first"), py::arg("second"), py::arg("first_month"), py::arg("months_each"),
           py::arg("policy"))
      .def_property_readonly("as_of", [](const keyed_history& h) { return h.rows.as_of().since_epoch; })
      .def_property_readonly("first_change", [](const keyed_history& h) { return day_number(h.rows.first_change()); })
      .def_property_readonly("last_change", [](const keyed_history& h) { return day_number(h.rows.last_change()); });
}

}  // namespace sojourn::python
