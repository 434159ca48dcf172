// Movements straight from rows and from month snapshots, for questions that are asked once.
#include "interruptible_threads.hpp"
#include "sojourn/revenue/snapshot_tally.hpp"

#include <pybind11/stl.h>

#include <map>

#include "revenue/bind_revenue.hpp"
#include "revenue/month_numbers.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/input/amount_period.hpp"
#include "sojourn/revenue/parts/revenue_partial.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

py::tuple movements_of_rows(const any_column& accounts, const any_column& starts, const any_column& ends,
                            const any_column& amounts, int exponent, std::optional<std::int32_t> as_of,
                            const std::vector<std::string>& names, std::int32_t first, std::int32_t months_each,
                            std::int32_t count, const revenue_policy& policy, std::size_t threads) {
  const period_grid grid = grid_of(first, months_each, count);
  revenue_state state;
  ledger_counts counts;
  {
    const py::gil_scoped_release released;
    const interruptible_threads host(threads);
    const auto account = arrow::as_nameless_accounts(accounts, names.at(0), any_executor(host));
    const auto start = arrow::as_day(starts, names.at(1));
    const auto end = arrow::as_day(ends, names.at(2));
    const auto amount = arrow::as_minor(amounts, names.at(3), exponent);
    state = tally_revenue({account.numbers.view(), start.view(), end.view(), amount.view(), ticks_per_minor_of(names[3])},
                          grid, {.as_of = asked_day(as_of), .accounts = account.below}, policy, host, &counts);
  }
  const std::map<std::string, std::int64_t> shown{{"rows", counts.rows},
                                                  {"empty_periods", counts.empty_periods},
                                                  {"free_periods", counts.free_periods},
                                                  {"future_starts", counts.future_starts},
                                                  {"future_ends", counts.future_ends}};
  const std::int32_t known_until = state.known_until.since_epoch;
  return py::make_tuple(revenue_partial{{}, std::move(state)}, shown, known_until);
}

py::tuple snapshot_states(const any_column& accounts, const any_column& months, const any_column& amounts, int exponent,
                          std::optional<std::int32_t> as_of, const std::vector<std::string>& names, std::int32_t first,
                          std::int32_t months_each, std::int32_t count, const revenue_policy& policy, std::size_t threads) {
  const period_grid grid = grid_of(first, months_each, count);
  snapshot_state state;
  {
    const py::gil_scoped_release released;
    const auto amount = arrow::as_minor(amounts, names.at(2), exponent);
    const auto when = month_numbers(months, names.at(1));
    const std::optional<month> known = as_of ? std::optional(month{*as_of}) : std::nullopt;
    const interruptible_threads host(threads);
    if (accounts.type() == arrow::kind::int64) {
      const snapshots_by_id table{accounts.view<std::int64_t>(names.at(0)), when.view(), amount.view(),
                                  ticks_per_minor_of(names[2])};
      state = tally_snapshots(table, grid, known, policy, host);
    } else {
      const auto account = arrow::as_nameless_accounts(accounts, names.at(0), any_executor(host));
      state = tally_snapshots({account.numbers.view(), when.view(), amount.view(), ticks_per_minor_of(names[2])}, grid,
                              {known, account.below}, policy, host);
    }
  }
  const std::map<std::string, std::int64_t> shown{
      {"rows", state.rows}, {"free_rows", state.free_rows}, {"future_rows", state.future_rows}};
  const std::int32_t known_until = state.revenue.known_until.since_epoch;
  return py::make_tuple(revenue_partial{{}, std::move(state.revenue)}, std::move(state.cohorts), shown, known_until);
}

any_column account_numbers(const any_column& accounts, const std::string& name, std::size_t threads) {
  const py::gil_scoped_release released;
  const interruptible_threads host(threads);
  account_index keys;
  return arrow::as_accounts(accounts, keys, name, any_executor(host)).source();
}

}  // namespace

void bind_snapshot_tally(py::module_& m) {
  m.def("movements_of_rows", &movements_of_rows, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"),
        py::arg("exponent"), py::arg("as_of"), py::arg("names"), py::arg("first"), py::arg("months_each"), py::arg("count"),
        py::arg("policy"), py::arg("threads"));
  m.def("snapshot_states", &snapshot_states, py::arg("account"), py::arg("month"), py::arg("mrr"), py::arg("exponent"),
        py::arg("as_of"), py::arg("names"), py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"),
        py::arg("threads"));
  m.def("account_numbers", &account_numbers, py::arg("account"), py::arg("name"), py::arg("threads"));
}

}  // namespace sojourn::python
