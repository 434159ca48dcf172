// The accounts behind a number.
#include "sojourn/revenue/explain/contributors.hpp"

#include <pybind11/stl.h>

#include "frames/words.hpp"
#include "interruptible_threads.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/revenue/book/cause_words.hpp"
#include "sojourn/revenue/book/derived_causes.hpp"
#include "sojourn/revenue/explain/shown_contribution.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

py::dict contributor_columns(const keyed_ledger& l, const contribution& found, const shown_contribution& as_shown) {
  py::list accounts, rows, exact;
  for (const contributor& one : found.top) {
    accounts.append(key_object(*l.keys, one.who));
    rows.append(caller_rows(l, one.who));
    exact.append(exact_int(one.amount));
  }
  return py::dict(py::arg("account") = accounts, py::arg("rows") = rows, py::arg("amount") = as_shown.amount,
                  py::arg("base") = as_shown.base, py::arg("amounts") = as_shown.amounts, py::arg("bases") = as_shown.bases,
                  py::arg("exact_amounts") = exact, py::arg("accounts") = found.accounts,
                  py::arg("exact_amount") = exact_int(found.amount), py::arg("exact_base") = exact_int(found.base));
}

py::dict of_cell(const keyed_ledger& l, const std::string& word, std::int32_t from, std::int32_t to,
                 const revenue_policy& policy, std::optional<std::size_t> top) {
  const auto cell = named<revenue_cell>("cell", word);
  const contribution found = [&] {
    const py::gil_scoped_release released;
    return contributors(l, cell, day{from}, day{to}, policy, top.value_or(SIZE_MAX), interruptible_threads{});
  }();
  return contributor_columns(l, found, shown(found, cell));
}

py::dict of_cause(const book& of, const reading& how, const std::string& word, const std::string& cause, std::int32_t from,
                  std::int32_t to, const revenue_policy& policy, std::optional<std::size_t> top) {
  const auto cell = named<revenue_cell>("cell", word);
  const change_cause why = cause_named(of, cause);
  const auto [found, book] = [&] {
    const py::gil_scoped_release released;
    keyed_ledger read = with_causes(of, how).ledger;
    contribution made =
        contributors_of_cause(read, cell, why, day{from}, day{to}, policy, top.value_or(SIZE_MAX), interruptible_threads{});
    return std::pair(std::move(made), std::move(read));
  }();
  return contributor_columns(book, found, shown(found, cell));
}

py::dict of_cohort(const keyed_ledger& l, std::int32_t first, std::int32_t months_each, std::int32_t age,
                   const std::string& measure, const revenue_policy& policy, std::optional<std::size_t> top) {
  const auto what = named<cohort_measure>("measure", measure);
  const contribution found = [&] {
    const py::gil_scoped_release released;
    return cohort_contributors(l, month{first}, months_each, age, what, {policy.cohort_state, policy.cohort_index},
                               top.value_or(SIZE_MAX));
  }();
  return contributor_columns(l, found, shown(found, what));
}

}  // namespace

void bind_contributors(py::module_& m) {
  m.def("contributors", &of_cell, py::arg("ledger"), py::arg("cell"), py::arg("first_day"), py::arg("end_day"),
        py::arg("policy"), py::arg("top"));
  m.def("contributors_of_cause", &of_cause, py::arg("book"), py::arg("reading"), py::arg("cell"), py::arg("cause"),
        py::arg("first_day"), py::arg("end_day"), py::arg("policy"), py::arg("top"));
  m.def("cohort_contributors", &of_cohort, py::arg("ledger"), py::arg("first_month"), py::arg("months_each"), py::arg("age"),
        py::arg("measure"), py::arg("policy"), py::arg("top"));
}

}  // namespace sojourn::python
