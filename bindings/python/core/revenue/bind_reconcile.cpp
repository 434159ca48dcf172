// The difference of two policies, option by option and account by account.
#include <pybind11/stl.h>

#include <utility>

#include "frames/words.hpp"
#include "revenue/bind_ledger.hpp"
#include "sojourn/revenue/explain/reconcile.hpp"
#include "sojourn/revenue/movements.hpp"

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
    return {std::shared_ptr<const ledger>(alive, &l.book), l.owner != nullptr ? *l.owner : std::vector<std::uint32_t>{}};
  }
  [[nodiscard]] py::object key(account who) const { return key_object(*keys_, who); }

 private:
  py::function build_;
  std::shared_ptr<account_index> keys_;
};

/// The period as the waterfall shows it.
py::dict shown(const revenue_period& period) {
  revenue_state one;
  one.grid = {month{0}, 1, 1};
  one.periods = {period};
  const movement_row row = movements(one).front();
  py::dict d;
  d["opening"] = row.opening, d["new"] = row.new_business, d["reactivation"] = row.reactivation;
  d["expansion"] = row.expansion, d["contraction"] = row.contraction, d["churn"] = row.churn, d["fx"] = row.fx;
  d["closing"] = row.closing, d["accounts_opening"] = row.accounts_opening, d["accounts_new"] = row.accounts_new;
  d["accounts_reactivated"] = row.accounts_reactivated, d["accounts_churned"] = row.accounts_churned;
  d["accounts_closing"] = row.accounts_closing;
  return d;
}

/// A column of money that adds up to what the step shows.
std::vector<std::int64_t> money(const reconciliation_step& step, detail::int128 period_movements::* bucket,
                                std::int64_t total) {
  std::vector<detail::int128> ticks;
  for (const reconciled_account& one : step.accounts) ticks.push_back(one.change.*bucket);
  return shown_as(ticks, total);
}

py::dict accounts_of_step(const reconciliation_step& step, const py::dict& before, const py::dict& after,
                          const python_books& books) {
  py::dict columns;
  py::list accounts;
  for (const reconciled_account& one : step.accounts) accounts.append(books.key(one.who));
  columns["account"] = accounts;
  const std::pair<const char*, detail::int128 period_movements::*> buckets[] = {
      {"opening", &period_movements::opening},
      {"new", &period_movements::new_business},
      {"reactivation", &period_movements::reactivation},
      {"expansion", &period_movements::expansion},
      {"contraction", &period_movements::contraction},
      {"churn", &period_movements::churn},
      {"fx", &period_movements::fx},
      {"closing", &period_movements::closing}};
  for (const auto& [name, bucket] : buckets) {
    columns[name] = money(step, bucket, after[name].cast<std::int64_t>() - before[name].cast<std::int64_t>());
  }
  std::vector<std::int64_t> customers;
  for (const reconciled_account& one : step.accounts) customers.push_back(one.change.accounts_closing);
  columns["accounts_closing"] = customers;
  return columns;
}

py::dict movements_between(const py::function& build, const revenue_policy& a, const revenue_policy& b, std::int32_t from,
                           std::int32_t to) {
  python_books books(build);
  reconciliation found;
  {
    const py::gil_scoped_release released;
    found = reconcile([&books](const revenue_policy& p) { return books(p); }, a, b, day{from}, day{to});
  }
  py::list steps;
  py::dict before = shown(found.under_a);
  const py::dict first = before;
  for (const reconciliation_step& step : found.steps) {
    const py::dict after = shown(step.after);
    steps.append(py::dict(py::arg("option") = step.option, py::arg("a") = step.from, py::arg("b") = step.to,
                          py::arg("after") = after, py::arg("accounts") = accounts_of_step(step, before, after, books)));
    before = after;
  }
  return py::dict(py::arg("under_a") = first, py::arg("steps") = steps, py::arg("under_b") = shown(found.under_b));
}

py::object part(detail::int128 value, bool accounts) {
  return accounts ? py::object(exact_int(value)) : py::object(py::int_(round_to_minor(value)));
}

py::dict rate_between(const py::function& build, const revenue_policy& a, const revenue_policy& b, const std::string& metric,
                      std::int32_t from, std::int32_t to) {
  using enum revenue_cell;
  const auto cell = named<revenue_cell>("metric", metric,
                                        {{"logo_churn", logo_churn},
                                         {"gross_mrr_churn", gross_mrr_churn},
                                         {"net_mrr_churn", net_mrr_churn},
                                         {"nrr", nrr},
                                         {"grr", grr},
                                         {"logo_retention", logo_retention},
                                         {"quick_ratio", quick_ratio},
                                         {"arpa", arpa}});
  python_books books(build);
  rate_reconciliation found;
  {
    const py::gil_scoped_release released;
    found = reconcile_rate([&books](const revenue_policy& p) { return books(p); }, a, b, cell, day{from}, day{to});
  }
  const bool counted = counts_accounts(cell);
  const bool base_counted = counted || cell == arpa;
  py::list steps;
  for (const rate_step& step : found.steps) {
    py::list accounts;
    for (const reconciled_part& one : step.accounts) {
      accounts.append(py::make_tuple(books.key(one.who), part(one.amount_before, counted), part(one.amount_after, counted),
                                     part(one.base_before, base_counted), part(one.base_after, base_counted)));
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
