// The ledger of Python: tallies, corrections, parts, and what it says about one account.
#include "sojourn/revenue/ledger/keyed_ledger.hpp"

#include <pybind11/stl.h>

#include "frames/words.hpp"
#include "interruptible_threads.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"
#include "revenue/state_of_ledger.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/ledger/constant_rates.hpp"
#include "sojourn/revenue/ledger/currencies_used.hpp"
#include "sojourn/revenue/named_rates.hpp"
#include "sojourn/revenue/retention.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

state_of_ledger tally_ledger(const keyed_ledger& l, std::int32_t first, std::int32_t months_each, std::int32_t count,
                             const revenue_policy& policy) {
  const period_grid grid = grid_of(first, months_each, count);
  const py::gil_scoped_release released;
  if (l.in != nullptr) return tally_revenue(l, grid, policy, interruptible_threads{});
  return revenue_partial{{}, tally_revenue(l.book, grid, policy, interruptible_threads{})};
}

state_of_ledger tally_accounts(const keyed_ledger& l, const some_accounts& some, std::int32_t first,
                               std::int32_t months_each, std::int32_t count, const revenue_policy& policy) {
  const period_grid grid = grid_of(first, months_each, count);
  const py::gil_scoped_release released;
  return tally_state(l, some.who, grid, policy, interruptible_threads{});
}

cohort_state cohorts(const keyed_ledger& l, std::int32_t first, std::int32_t months_each, std::int32_t count,
                     const revenue_policy& policy) {
  const period_grid grid = grid_of(first, months_each, count);
  const py::gil_scoped_release released;
  return tally_cohorts(l, grid, {policy.cohort_state, policy.cohort_index}, interruptible_threads{});
}

retention_state retention(const keyed_ledger& l, std::int32_t from, std::int32_t to) {
  const py::gil_scoped_release released;
  return ask_window(l, day{from}, day{to},
                    [&](const ledger& one) { return tally_retention(one, day{from}, day{to}, interruptible_threads{}); });
}

estimate rate_of_ledger(const keyed_ledger& l, const std::string& metric, std::int32_t from, std::int32_t to,
                        const revenue_policy& policy, double level) {
  const auto which = named<ledger_rate>("metric", metric);
  const rate_options options{policy, confidence_level{level}};
  const py::gil_scoped_release released;
  return rate_of(l, which, day{from}, day{to}, options, interruptible_threads{});
}

py::dict explain_account(const keyed_ledger& l, const py::object& key, std::int32_t from, std::int32_t to,
                         const revenue_policy& policy) {
  return explanation_dict(explain(l, account_of(*l.keys, key_from(key)), day{from}, day{to}, policy));
}

}  // namespace

ledger_class bind_keyed_ledger(py::module_& m) {
  py::class_<account_index, std::shared_ptr<account_index>>(m, "AccountKeys", "Keys of accounts and their numbers.");
  py::class_<some_accounts>(m, "Accounts", "Accounts in a row.").def("__len__", [](const some_accounts& s) {
    return s.who.size();
  });
  ledger_class book(m, "Ledger", "What every account pays on every day.");
  book.def("rate", &rate_of_ledger, py::arg("metric"), py::arg("first_day"), py::arg("end_day"), py::arg("policy"),
           py::arg("level"))
      .def("tally", &tally_ledger, py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"))
      .def("tally_accounts", &tally_accounts, py::arg("accounts"), py::arg("first"), py::arg("months_each"),
           py::arg("count"), py::arg("policy"))
      .def("retention", &retention, py::arg("first_day"), py::arg("end_day"))
      .def("cohorts", &cohorts, py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"))
      .def("explain", &explain_account, py::arg("account"), py::arg("first_day"), py::arg("end_day"), py::arg("policy"))
      .def("tenure", [](const keyed_ledger& l) { return tenure_columns(tenure(l)); })
      .def(
          "only", [](const keyed_ledger& l, const some_accounts& some) { return only(l, some.who); }, py::arg("accounts"))
      .def(
          "holds",
          [](const keyed_ledger& l, const py::object& key) {
            return account_of(*l.keys, key_from(key)).index < l.book.accounts();
          },
          py::arg("account"))
      .def("key", [](const keyed_ledger& l, std::uint32_t who) { return l.keys->key(account{who}); })
      .def_property_readonly("keys", [](const keyed_ledger& l) { return l.keys; })
      .def_readonly("by_subscription", &keyed_ledger::by_subscription)
      .def_property_readonly("accounts", [](const keyed_ledger& l) { return l.book.accounts(); })
      .def_property_readonly("known_until", [](const keyed_ledger& l) { return l.book.known_until().since_epoch; })
      .def_property_readonly("first_day", [](const keyed_ledger& l) { return day_number(first_day(l.book)); })
      .def_property_readonly("in_currencies", [](const keyed_ledger& l) { return l.in != nullptr; })
      .def_property_readonly("currencies", [](const keyed_ledger& l) { return currencies_used(l); })
      .def_property_readonly("counts", [](const keyed_ledger& l) { return counts_dict(counts_by_name(l)); });
  return book;
}

}  // namespace sojourn::python
