// Ledgers as they were known on a day, and the accounts that restate a close.
#include <pybind11/stl.h>

#include <map>
#include <optional>
#include <utility>

#include "revenue/bind_ledger.hpp"
#include "sojourn/exec/executor.hpp"
#include "sojourn/revenue/explain/restatement.hpp"

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
  const auto account = arrow::as_accounts(accounts, *keys, names.at(0));
  const auto start = arrow::as_day(starts, names.at(1));
  const auto end = arrow::as_day(ends, names.at(2));
  const auto amount = arrow::as_minor(amounts, names.at(3), exponent);
  arrow::held_column<std::int32_t> from, until;
  if (known_from) from = arrow::as_day(*known_from, names.at(4));
  if (known_until) until = arrow::as_day(*known_until, names.at(5));
  ledger_options options;
  if (as_of) options.as_of = day{*as_of};
  return {ledger_history({{account.view(), start.view(), end.view(), amount.view()},
                          known_from ? from.view() : column<std::int32_t>{},
                          known_until ? until.view() : column<std::int32_t>{}},
                         options),
          std::move(keys)};
}

keyed_ledger as_known(const keyed_history& h, std::int32_t when, std::int32_t as_of, std::int32_t lapse_grace) {
  const py::gil_scoped_release released;
  mrr_rows rows = h.rows.rows_known(day{when});
  bridge_lapses(rows, lapse_grace, day{as_of});
  ledger book(rows.view(), {day{as_of}, rows.accounts}, thread_executor{});
  std::optional<pricing_counts> prepared;
  if (lapse_grace != 0) prepared = rows.counts;
  if (prepared) prepared->rows = static_cast<std::int64_t>(rows.account.size()) - rows.counts.bridges;
  return {std::move(book), h.keys, std::make_shared<const std::vector<std::uint32_t>>(std::move(rows.source)), prepared};
}

py::dict known(const keyed_history& h, std::int32_t when) {
  const knowledge k = h.rows.known(day{when});
  return py::dict(py::arg("rows") = k.rows, py::arg("known") = k.known, py::arg("not_yet_known") = k.not_yet_known,
                  py::arg("taken_back") = k.taken_back, py::arg("never_known") = k.never_known);
}

/// One entry an account: its change of each bucket, and its rows that came or went.
py::dict compare(const keyed_history& h, std::int32_t first, std::int32_t second, std::int32_t first_month,
                 std::int32_t months_each, const revenue_policy& policy) {
  const period_grid grid{month{first_month}, months_each, 1};
  restatement found;
  {
    const py::gil_scoped_release released;
    found = compare_closes(h.rows, day{first}, day{second}, grid, policy);
  }
  py::list accounts;
  for (const restated_account& one : found.accounts) {
    py::dict entry = movement_dict(one.periods.front().change);
    entry["account"] = key_object(*h.keys, one.who);
    entry["learned"] = one.learned;
    entry["dropped"] = one.dropped;
    accounts.append(entry);
  }
  return py::dict(py::arg("accounts") = accounts, py::arg("change") = movement_dict(found.change.front()),
                  py::arg("without_effect") = found.accounts_without_effect);
}

std::optional<std::int32_t> day_number(const std::optional<day>& when) {
  return when ? std::optional(when->since_epoch) : std::nullopt;
}

}  // namespace

py::object key_object(const account_index& keys, account who) {
  if (keys.holds_text()) return py::str(keys.key(who));
  return py::int_(keys.id(who));
}

py::dict movement_dict(const period_movements& m) {
  py::dict entry;
  const auto money = [&](const char* name, detail::int128 ticks) { entry[name] = round_to_minor(ticks); };
  money("opening", m.opening), money("new", m.new_business), money("reactivation", m.reactivation);
  money("expansion", m.expansion), money("contraction", m.contraction), money("churn", m.churn), money("fx", m.fx);
  money("closing", m.closing);
  entry["accounts_opening"] = m.accounts_opening;
  entry["accounts_new"] = m.accounts_new;
  entry["accounts_reactivated"] = m.accounts_reactivated;
  entry["accounts_churned"] = m.accounts_churned;
  entry["accounts_closing"] = m.accounts_closing;
  return entry;
}

void bind_history(py::module_& m) {
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
