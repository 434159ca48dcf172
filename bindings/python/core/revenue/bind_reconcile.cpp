// The difference of two policies, option by option and account by account.
#include "sojourn/revenue/explain/reconcile.hpp"

#include <pybind11/stl.h>

#include "frames/words.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/revenue/explain/shown_reconciliation.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

/// Ledgers that Python builds and keeps alive, with the keys of the accounts that they speak of.
class python_books {
 public:
  explicit python_books(py::function build) : build_(std::move(build)) {}

  policy_book operator()(const revenue_policy& policy) {
    const py::gil_scoped_acquire held;
    auto* made = new py::object(build_(policy));
    const std::shared_ptr<const py::object> alive(made, [](const py::object* o) {
      const py::gil_scoped_acquire again;
      delete o;
    });
    const auto& l = made->cast<const keyed_ledger&>();
    keys_ = l.owner_keys != nullptr ? l.owner_keys : l.keys;
    return {std::shared_ptr<const ledger>(alive, &l.book), l.owner != nullptr ? *l.owner : std::vector<std::uint32_t>{},
            l.in};
  }
  [[nodiscard]] py::object key(account who) const { return key_object(*keys_, who); }
  [[nodiscard]] py::list keys(const std::vector<account>& all) const {
    py::list found;
    for (const account who : all) found.append(key(who));
    return found;
  }

 private:
  py::function build_;
  std::shared_ptr<account_index> keys_;
};

std::vector<std::int64_t> amounts(const std::vector<movement_row>& rows, std::int64_t movement_row::* bucket) {
  std::vector<std::int64_t> values;
  values.reserve(rows.size());
  for (const movement_row& row : rows) values.push_back(row.*bucket);
  return values;
}

py::dict accounts_of_step(const shown_step& step, const python_books& books) {
  const std::vector<movement_row>& rows = step.accounts;
  return py::dict(py::arg("account") = books.keys(step.who), py::arg("opening") = amounts(rows, &movement_row::opening),
                  py::arg("new") = amounts(rows, &movement_row::new_business),
                  py::arg("reactivation") = amounts(rows, &movement_row::reactivation),
                  py::arg("expansion") = amounts(rows, &movement_row::expansion),
                  py::arg("contraction") = amounts(rows, &movement_row::contraction),
                  py::arg("churn") = amounts(rows, &movement_row::churn), py::arg("fx") = amounts(rows, &movement_row::fx),
                  py::arg("closing") = amounts(rows, &movement_row::closing),
                  py::arg("accounts_closing") = amounts(rows, &movement_row::accounts_closing));
}

py::dict movements_between(const py::function& build, const revenue_policy& a, const revenue_policy& b, std::int32_t from,
                           std::int32_t to) {
  python_books books(build);
  const shown_reconciliation found = [&] {
    const py::gil_scoped_release released;
    return shown(reconcile([&books](const revenue_policy& p) { return books(p); }, a, b, day{from}, day{to}));
  }();
  py::list steps;
  for (const shown_step& step : found.steps) {
    steps.append(py::dict(py::arg("option") = step.option, py::arg("a") = step.from, py::arg("b") = step.to,
                          py::arg("after") = movement_dict(step.after),
                          py::arg("accounts") = accounts_of_step(step, books)));
  }
  return py::dict(py::arg("under_a") = movement_dict(found.under_a), py::arg("steps") = steps,
                  py::arg("under_b") = movement_dict(found.under_b));
}

py::dict rate_between(const py::function& build, const revenue_policy& a, const revenue_policy& b, const std::string& metric,
                      std::int32_t from, std::int32_t to) {
  using enum revenue_cell;
  const auto cell = named<revenue_cell>(
      "metric", metric, {logo_churn, gross_mrr_churn, net_mrr_churn, nrr, grr, logo_retention, quick_ratio, arpa});
  python_books books(build);
  const rate_reconciliation found = [&] {
    const py::gil_scoped_release released;
    return reconcile_rate([&books](const revenue_policy& p) { return books(p); }, a, b, cell, day{from}, day{to});
  }();
  py::list steps;
  for (const rate_step& step : found.steps) {
    py::list accounts;
    for (const shown_rate_part& one : shown(step, cell)) {
      accounts.append(
          py::make_tuple(books.key(one.who), one.amount_before, one.amount_after, one.base_before, one.base_after));
    }
    steps.append(py::dict(py::arg("option") = step.option, py::arg("a") = step.from, py::arg("b") = step.to,
                          py::arg("value") = step.value, py::arg("by_account") = step.by_account,
                          py::arg("accounts") = accounts));
  }
  return py::dict(py::arg("under_a") = found.under_a, py::arg("under_b") = found.under_b, py::arg("steps") = steps);
}

}  // namespace

void bind_reconcile(py::module_& m) {
  m.def("reconcile", &movements_between, py::arg("books"), py::arg("a"), py::arg("b"), py::arg("first_day"),
        py::arg("end_day"));
  m.def("reconcile_rate", &rate_between, py::arg("books"), py::arg("a"), py::arg("b"), py::arg("metric"),
        py::arg("first_day"), py::arg("end_day"));
}

}  // namespace sojourn::python
