// Movements straight from rows and from month snapshots, for questions that are asked once.
#include <pybind11/stl.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "revenue/bind_ledger.hpp"
#include "sojourn/revenue.hpp"
#include "sojourn/revenue/snapshot_tally.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

period_grid grid_of(std::int32_t first, std::int32_t months_each, std::int32_t count) {
  return period_grid::between(month{first}, month{first + months_each * count - 1},
                              period_length{static_cast<std::uint8_t>(months_each)});
}

py::tuple movements_of_rows(const any_column& accounts, const any_column& starts, const any_column& ends,
                            const any_column& amounts, int exponent, std::optional<std::int32_t> as_of,
                            const std::vector<std::string>& names, std::int32_t first, std::int32_t months_each,
                            std::int32_t count, const revenue_policy& policy, std::size_t threads) {
  const period_grid grid = grid_of(first, months_each, count);
  revenue_state state;
  ledger_counts counts;
  {
    const py::gil_scoped_release released;
    const thread_executor host(threads);
    const auto account = arrow::as_nameless_accounts(accounts, names.at(0), any_executor(host));
    const auto start = arrow::as_day(starts, names.at(1));
    const auto end = arrow::as_day(ends, names.at(2));
    const auto amount = arrow::as_minor(amounts, names.at(3), exponent);
    ledger_options options;
    options.accounts = account.below;
    if (as_of) options.as_of = day{*as_of};
    state = tally_revenue({account.numbers.view(), start.view(), end.view(), amount.view()}, grid, options, policy, host,
                          &counts);
  }
  const std::map<std::string, std::int64_t> shown{{"rows", counts.rows},
                                                  {"empty_periods", counts.empty_periods},
                                                  {"free_periods", counts.free_periods},
                                                  {"future_starts", counts.future_starts},
                                                  {"future_ends", counts.future_ends}};
  const std::int32_t known_until = state.known_until.since_epoch;
  return py::make_tuple(revenue_partial{{}, std::move(state)}, shown, known_until);
}

/// Months as integers since 1970-01, or any day of them.
std::vector<std::int32_t> months_of(const any_column& dates, const std::string& name) {
  const auto held = arrow::as_day(dates, name);
  const auto view = held.view();
  std::vector<std::int32_t> months(view.size());
  for (std::size_t row = 0; row < view.size(); ++row) {
    if (!view.present(row)) continue;
    const day when{view[row]};
    if (when < earliest_day || when > latest_day) {
      throw data_error({name, row, std::to_string(view[row]) + " days since 1970", "a date lies in 1900-01-01 .. 2199-12-31",
                        "check the unit of the column"});
    }
    months[row] = month::of(when).since_epoch;
  }
  return months;
}

py::tuple snapshot_states(const any_column& accounts, const any_column& months, const any_column& amounts, int exponent,
                          std::optional<std::int32_t> as_of, const std::vector<std::string>& names, std::int32_t first,
                          std::int32_t months_each, std::int32_t count, const revenue_policy& policy, std::size_t threads) {
  const period_grid grid = grid_of(first, months_each, count);
  snapshot_state state;
  {
    const py::gil_scoped_release released;
    const auto amount = arrow::as_minor(amounts, names.at(2), exponent);
    std::optional<month> known;
    if (as_of) known = month{*as_of};
    const bool as_dates =
        months.type() == arrow::kind::date || months.type() == arrow::kind::instant || months.type() == arrow::kind::text;
    const auto numbers = as_dates ? any_column::from(months_of(months, names.at(1))) : months;
    const auto when = arrow::as_int32(numbers, names.at(1));
    column<std::int32_t> view = when.view();
    if (as_dates) view = column<std::int32_t>(view.values(), months.validity(), months.bit_offset(), names.at(1));
    const thread_executor host(threads);
    if (accounts.type() == arrow::kind::int64) {
      state = tally_snapshots(snapshots_by_id{accounts.view<std::int64_t>(names.at(0)), view, amount.view()}, grid, known,
                              policy, host);
    } else {
      const auto account = arrow::as_nameless_accounts(accounts, names.at(0), any_executor(host));
      state = tally_snapshots({account.numbers.view(), view, amount.view()}, grid, {known, account.below}, policy, host);
    }
  }
  const std::map<std::string, std::int64_t> shown{
      {"rows", state.rows}, {"free_rows", state.free_rows}, {"future_rows", state.future_rows}};
  const std::int32_t known_until = state.revenue.known_until.since_epoch;
  return py::make_tuple(revenue_partial{{}, std::move(state.revenue)}, std::move(state.cohorts), shown, known_until);
}

any_column account_numbers(const any_column& accounts, const std::string& name, std::size_t threads) {
  const py::gil_scoped_release released;
  const thread_executor host(threads);
  account_index keys;
  return arrow::as_accounts(accounts, keys, name, any_executor(host)).source();
}

}  // namespace

void bind_direct(py::module_& m) {
  m.def("movements_of_rows", &movements_of_rows, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"),
        py::arg("exponent"), py::arg("as_of"), py::arg("names"), py::arg("first"), py::arg("months_each"), py::arg("count"),
        py::arg("policy"), py::arg("threads"));
  m.def("snapshot_states", &snapshot_states, py::arg("account"), py::arg("month"), py::arg("mrr"), py::arg("exponent"),
        py::arg("as_of"), py::arg("names"), py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"),
        py::arg("threads"));
  m.def("account_numbers", &account_numbers, py::arg("account"), py::arg("name"), py::arg("threads"));
}

}  // namespace sojourn::python
