// The accounts behind a number.
#include <pybind11/stl.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "frames/words.hpp"
#include "revenue/bind_ledger.hpp"
#include "sojourn/exec/executor.hpp"
#include "sojourn/revenue/explain/contributors.hpp"
#include "sojourn/revenue/movements.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

revenue_cell cell_of(const std::string& word) {
  using enum revenue_cell;
  return named<revenue_cell>("cell", word,
                             {{"opening", opening},
                              {"new", new_business},
                              {"reactivation", reactivation},
                              {"expansion", expansion},
                              {"contraction", contraction},
                              {"churn", churn},
                              {"fx", fx},
                              {"closing", closing},
                              {"accounts_opening", accounts_opening},
                              {"accounts_new", accounts_new},
                              {"accounts_reactivated", accounts_reactivated},
                              {"accounts_churned", accounts_churned},
                              {"accounts_closing", accounts_closing},
                              {"nrr", nrr},
                              {"grr", grr},
                              {"logo_retention", logo_retention},
                              {"logo_churn", logo_churn},
                              {"gross_mrr_churn", gross_mrr_churn},
                              {"net_mrr_churn", net_mrr_churn},
                              {"quick_ratio", quick_ratio},
                              {"arpa", arpa}});
}

}  // namespace

std::vector<std::int64_t> shown_as(const std::vector<detail::int128>& ticks, std::int64_t total) {
  constexpr detail::int128 unit = mrr::ticks_per_minor;
  std::vector<std::int64_t> minor(ticks.size());
  std::vector<detail::int128> rest(ticks.size());
  detail::int128 left = total;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    rest[i] = (ticks[i] % unit + unit) % unit;
    minor[i] = static_cast<std::int64_t>((ticks[i] - rest[i]) / unit);
    left -= minor[i];
  }
  std::vector<std::size_t> order(ticks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return rest[a] != rest[b] ? rest[a] > rest[b] : a < b; });
  for (std::size_t i = 0; left > 0 && !order.empty(); ++i, --left) ++minor[order[i % order.size()]];
  for (std::size_t i = 0; left < 0 && !order.empty(); ++i, ++left) --minor[order[order.size() - 1 - i % order.size()]];
  return minor;
}

namespace {

/// As the waterfall shows it, where it does: largest remainders may move it by one minor unit.
std::int64_t shown_total(const contribution& found, const std::optional<std::string>& cell) {
  if (cell) {
    revenue_state one;
    one.grid = {month{0}, 1, 1};
    one.periods = {found.whole};
    const movement_row row = movements(one).front();
    if (*cell == "new") return row.new_business;
    if (*cell == "reactivation") return row.reactivation;
    if (*cell == "expansion") return row.expansion;
    if (*cell == "contraction") return row.contraction;
    if (*cell == "churn") return row.churn;
  }
  return round_to_minor(found.amount);
}

struct unit {
  bool amount_in_accounts;
  bool base_in_accounts;
};

py::dict columns_of(const keyed_ledger& l, const contribution& found, unit what, const std::optional<std::string>& cell) {
  const auto column = [&](detail::int128 contributor::* part, bool accounts, detail::int128 others, std::int64_t total) {
    std::vector<detail::int128> values;
    for (const contributor& one : found.top) values.push_back(one.*part);
    values.push_back(others);
    if (!accounts) return shown_as(values, total);
    std::vector<std::int64_t> counts;
    for (const detail::int128 value : values) counts.push_back(static_cast<std::int64_t>(value));
    return counts;
  };
  const std::int64_t amount = what.amount_in_accounts ? static_cast<std::int64_t>(found.amount) : shown_total(found, cell);
  const std::int64_t base = what.base_in_accounts ? static_cast<std::int64_t>(found.base) : round_to_minor(found.base);
  py::list accounts, rows;
  for (const contributor& one : found.top) {
    accounts.append(key_object(*l.keys, one.who));
    rows.append(caller_rows(l, one.who));
  }
  return py::dict(py::arg("account") = accounts, py::arg("rows") = rows, py::arg("amount") = amount, py::arg("base") = base,
                  py::arg("amounts") = column(&contributor::amount, what.amount_in_accounts, found.others_amount, amount),
                  py::arg("bases") = column(&contributor::base, what.base_in_accounts, found.others_base, base),
                  py::arg("accounts") = found.accounts, py::arg("exact_amount") = exact_int(found.amount),
                  py::arg("exact_base") = exact_int(found.base));
}

py::dict of_cell(const keyed_ledger& l, const std::string& word, std::int32_t from, std::int32_t to,
                 const revenue_policy& policy, std::optional<std::size_t> top) {
  const revenue_cell cell = cell_of(word);
  contribution found;
  {
    const py::gil_scoped_release released;
    found = contributors(l.book, cell, day{from}, day{to}, policy, top.value_or(SIZE_MAX), thread_executor{});
  }
  const bool counted = counts_accounts(cell);
  return columns_of(l, found, {counted, counted || cell == revenue_cell::arpa},
                    is_rate(cell) ? std::nullopt : std::optional(word));
}

py::dict of_cohort(const keyed_ledger& l, std::int32_t first, std::int32_t months_each, std::int32_t age,
                   const std::string& measure, const revenue_policy& policy, std::optional<std::size_t> top) {
  const auto what =
      named<cohort_measure>("measure", measure, {{"accounts", cohort_measure::accounts}, {"mrr", cohort_measure::mrr}});
  if (age < 0 || age > 3600) throw schema_error("an age is 0 or more periods");
  contribution found;
  {
    const py::gil_scoped_release released;
    found = cohort_contributors(l.book, {month{first}, months_each, age + 1}, 0, age, what,
                                {policy.cohort_state, policy.cohort_index}, top.value_or(SIZE_MAX));
  }
  const bool counted = what == cohort_measure::accounts;
  return columns_of(l, found, {counted, counted}, std::nullopt);
}

}  // namespace

void bind_contributors(py::module_& m) {
  m.def("contributors", &of_cell, py::arg("ledger"), py::arg("cell"), py::arg("first_day"), py::arg("end_day"),
        py::arg("policy"), py::arg("top"));
  m.def("cohort_contributors", &of_cohort, py::arg("ledger"), py::arg("first_month"), py::arg("months_each"), py::arg("age"),
        py::arg("measure"), py::arg("policy"), py::arg("top"));
}

}  // namespace sojourn::python
