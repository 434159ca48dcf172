// Causes for Python: movements, churn and cohorts by cause, in the words of a book.
#include "sojourn/revenue/cause_movements.hpp"

#include <pybind11/stl.h>

#include "frames/table.hpp"
#include "frames/words.hpp"
#include "interruptible_threads.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/revenue/book/cause_words.hpp"
#include "sojourn/revenue/book/derived_causes.hpp"
#include "sojourn/revenue/cause_churn.hpp"
#include "sojourn/revenue/cause_cohorts.hpp"
#include "sojourn/revenue/currency_movements.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

reading reading_with_causes(const book& of, const reading& how) {
  const py::gil_scoped_release released;
  return with_causes(of, how);
}

std::vector<cause_row> rows_by_cause(const keyed_ledger& ledger, const period_grid& grid, const revenue_policy& policy) {
  const interruptible_threads host;
  const cause_movements_state state = tally_causes(ledger, grid, policy, host);
  if (ledger.in != nullptr) return movements_by_cause(state, movements(tally_revenue(ledger, grid, policy, host)));
  return movements_by_cause(state, movements(tally_revenue(ledger.book, grid, policy, host)));
}

py::dict movements_of_causes(const book& of, const reading& how, std::int32_t first, std::int32_t months_each,
                             std::int32_t count, const revenue_policy& policy) {
  const period_grid grid = grid_of(first, months_each, count);
  const std::vector<cause_row> rows = [&] {
    const py::gil_scoped_release released;
    return rows_by_cause(with_causes(of, how).ledger, grid, policy);
  }();
  return table(rows)
      .add("period", &cause_row::period)
      .add("cause", [&](const cause_row& row) { return cause_word(of, static_cast<change_cause>(row.cause)); })
      .add("new", &cause_row::new_business)
      .add("reactivation", &cause_row::reactivation)
      .add("expansion", &cause_row::expansion)
      .add("contraction", &cause_row::contraction)
      .add("churn", &cause_row::churn)
      .add("fx", &cause_row::fx)
      .add("accounts_new", &cause_row::accounts_new)
      .add("accounts_reactivated", &cause_row::accounts_reactivated)
      .add("accounts_churned", &cause_row::accounts_churned)
      .columns();
}

estimate churn_for(const book& of, const reading& how, const std::string& metric, const std::string& cause,
                   std::int32_t from, std::int32_t to, const revenue_policy& policy, double level, const std::string& method,
                   const std::optional<some_accounts>& some) {
  const auto rate = named<ledger_rate>("metric", metric);
  const rate_options options{policy, confidence_level{level}, named<ratio_interval>("method", method)};
  const change_cause why = cause_named(of, cause);
  const py::gil_scoped_release released;
  const keyed_ledger whole = with_causes(of, how).ledger;
  const keyed_ledger asked = some ? only(whole, some->who) : whole;
  return churn_of_cause(asked, rate, why, day{from}, day{to}, options, interruptible_threads{});
}

cohort_state leavers_for(const book& of, const reading& how, const std::string& cause, std::int32_t first,
                         std::int32_t months_each, std::int32_t count, const revenue_policy& policy) {
  const period_grid grid = grid_of(first, months_each, count);
  const change_cause why = cause_named(of, cause);
  const py::gil_scoped_release released;
  return tally_leavers(with_causes(of, how).ledger, grid, why, {policy.cohort_state, policy.cohort_index},
                       interruptible_threads{});
}

}  // namespace

void bind_cause_movements(py::module_& m) {
  m.def("with_causes", &reading_with_causes, py::arg("book"), py::arg("reading"));
  m.def("movements_by_cause", &movements_of_causes, py::arg("book"), py::arg("reading"), py::arg("first"),
        py::arg("months_each"), py::arg("count"), py::arg("policy"));
  m.def("churn_of_cause", &churn_for, py::arg("book"), py::arg("reading"), py::arg("metric"), py::arg("cause"),
        py::arg("first_day"), py::arg("end_day"), py::arg("policy"), py::arg("level"), py::arg("method"),
        py::arg("accounts") = py::none());
  m.def("leavers", &leavers_for, py::arg("book"), py::arg("reading"), py::arg("cause"), py::arg("first"),
        py::arg("months_each"), py::arg("count"), py::arg("policy"));
}

}  // namespace sojourn::python
