// The ledger and the states that are tallied from it.
#include "bind_ledger.hpp"

#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <utility>

#include "bind_state.hpp"
#include "named.hpp"
#include "sojourn/churn.hpp"
#include "sojourn/cohort.hpp"
#include "sojourn/economics.hpp"
#include "sojourn/mrr.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

template <class Row, class Field>
any_column gather(const std::vector<Row>& rows, Field field) {
  std::vector<std::int64_t> values;
  values.reserve(rows.size());
  for (const Row& row : rows) values.push_back(row.*field);
  return any_column::from(std::move(values));
}

/// A ledger with the keys that its account numbers stand for; parts share them.
struct keyed_ledger {
  ledger book;
  std::shared_ptr<account_index> keys;
};

keyed_ledger make_ledger(const any_column& accounts, const any_column& starts, const any_column& ends,
                         const any_column& amounts, int exponent, std::optional<std::int32_t> as_of,
                         const std::vector<std::string>& names) {
  const py::gil_scoped_release released;
  auto keys = std::make_shared<account_index>();
  const auto account = arrow::as_accounts(accounts, *keys, names.at(0));
  const auto start = arrow::as_day(starts, names.at(1));
  const auto end = arrow::as_day(ends, names.at(2));
  const auto amount = arrow::as_minor(amounts, names.at(3), exponent);
  ledger_options options;
  if (as_of) options.as_of = day{*as_of};
  return {ledger({account.view(), start.view(), end.view(), amount.view()}, options, thread_executor{}), std::move(keys)};
}

/// Rows of the kind that the ledger was made of, decoded and with its account numbers.
struct decoded_rows {
  decltype(arrow::as_accounts(std::declval<const any_column&>(), std::declval<account_index&>(), "")) account;
  decltype(arrow::as_day(std::declval<const any_column&>(), "")) start, end;
  decltype(arrow::as_minor(std::declval<const any_column&>(), "", 2)) amount;

  [[nodiscard]] subscriptions view() const { return {account.view(), start.view(), end.view(), amount.view()}; }
};

decoded_rows decode(account_index& keys, const any_column& accounts, const any_column& starts, const any_column& ends,
                    const any_column& amounts, int exponent, const std::vector<std::string>& names) {
  return {arrow::as_accounts(accounts, keys, names.at(0)), arrow::as_day(starts, names.at(1)), arrow::as_day(ends, names.at(2)),
          arrow::as_minor(amounts, names.at(3), exponent)};
}

void apply_rows(keyed_ledger& l, const any_column& accounts, const any_column& starts, const any_column& ends,
                const any_column& amounts, int exponent, const std::vector<std::string>& names) {
  const auto rows = decode(*l.keys, accounts, starts, ends, amounts, exponent, names);
  l.book.apply(rows.view(), l.keys->size());
}

void retract_rows(keyed_ledger& l, const any_column& accounts, const any_column& starts, const any_column& ends,
                  const any_column& amounts, int exponent, const std::vector<std::string>& names) {
  const auto rows = decode(*l.keys, accounts, starts, ends, amounts, exponent, names);
  const auto who = rows.account.view();
  for (std::size_t row = 0; row < who.size(); ++row) {
    if (who.present(row) && who[row] >= l.book.accounts()) {
      throw data_error({names.at(0), row, l.keys->key(account{who[row]}), "not an account of this ledger",
                        "only rows that were in the ledger can be retracted"});
    }
  }
  l.book.retract(rows.view());
}

/// The accounts that occur in a column, as the ledger numbers them.
std::vector<account> accounts_in(const keyed_ledger& l, const any_column& column, const std::string& name) {
  const auto who = arrow::as_accounts(column, *l.keys, name);
  return accounts_of({who.view(), {}, {}, {}});
}

account account_of(const keyed_ledger& l, const py::object& key) {
  std::optional<account> found;
  if (l.keys->holds_text()) found = l.keys->find(std::string_view(py::str(key).cast<std::string>()));
  else if (py::isinstance<py::int_>(key)) found = l.keys->find(key.cast<std::int64_t>());
  if (!found) {
    throw data_error({"account", problem::no_row, py::repr(key).cast<std::string>(), "not an account of this ledger", "pass a key as the account column holds it, of the same type"});
  }
  return *found;
}

period_grid grid_of(std::int32_t first, std::int32_t months_each, std::int32_t count) {
  return period_grid::between(month{first}, month{first + months_each * count - 1},
                              period_length{static_cast<std::uint8_t>(months_each)});
}

revenue_state tally(const keyed_ledger& l, std::int32_t first, std::int32_t months_each, std::int32_t count,
                    const py::dict& policy) {
  const period_grid grid = grid_of(first, months_each, count);
  const revenue_policy rules = policy_of(policy);
  const py::gil_scoped_release released;
  return tally_revenue(l.book, grid, rules, thread_executor{});
}

revenue_state tally_some(const keyed_ledger& l, const any_column& accounts, const std::string& name, std::int32_t first,
                         std::int32_t months_each, std::int32_t count, const py::dict& policy) {
  return tally_revenue(l.book, accounts_in(l, accounts, name), grid_of(first, months_each, count), policy_of(policy));
}

py::dict series(const any_column& starts, const any_column& ends, const any_column& amounts, int exponent,
                std::optional<std::int32_t> as_of, const std::vector<std::string>& names, std::int32_t first,
                std::int32_t months_each, std::int32_t count, std::size_t threads) {
  const period_grid grid = grid_of(first, months_each, count);
  std::vector<mrr_series_row> rows;
  {
    const py::gil_scoped_release released;
    const auto start = arrow::as_day(starts, names.at(0));
    const auto end = arrow::as_day(ends, names.at(1));
    const auto amount = arrow::as_minor(amounts, names.at(2), exponent);
    ledger_options options;
    if (as_of) options.as_of = day{*as_of};
    rows = mrr_series(
        tally_mrr_series({{}, start.view(), end.view(), amount.view()}, grid, options, thread_executor(threads)));
  }
  std::vector<std::string> periods, incomplete;
  for (const mrr_series_row& row : rows) {
    periods.push_back(row.period);
    if (!row.complete) incomplete.push_back(row.period);
  }
  py::dict columns;
  columns["period"] = any_column::from(std::move(periods));
  columns["mrr"] = gather(rows, &mrr_series_row::mrr);
  columns["subscriptions"] = gather(rows, &mrr_series_row::subscriptions);
  return py::dict(py::arg("columns") = columns, py::arg("incomplete") = incomplete);
}

cohort_state cohorts(const keyed_ledger& l, std::int32_t first, std::int32_t months_each, std::int32_t count) {
  const period_grid grid = grid_of(first, months_each, count);
  const py::gil_scoped_release released;
  return tally_cohorts(l.book, grid, thread_executor{});
}

retention_state retention(const keyed_ledger& l, std::int32_t from, std::int32_t to) {
  const py::gil_scoped_release released;
  return tally_retention(l.book, day{from}, day{to}, thread_executor{});
}

py::dict explain_account(const keyed_ledger& l, const py::object& key, std::int32_t from, std::int32_t to,
                         const py::dict& policy) {
  const auto why = explain(l.book, account_of(l, key), day{from}, day{to}, policy_of(policy));
  std::vector<std::int32_t> days;
  std::vector<std::uint32_t> kinds;
  std::vector<std::int64_t> before, after;
  for (const account_movement& m : why.movements) {
    days.push_back(m.when.since_epoch);
    kinds.push_back(static_cast<std::uint32_t>(m.kind));
    before.push_back(round_to_minor(m.before.ticks()));
    after.push_back(round_to_minor(m.after.ticks()));
  }
  std::vector<std::string> labels;
  for (const auto kind : {movement_kind::new_business, movement_kind::reactivation, movement_kind::expansion,
                          movement_kind::contraction, movement_kind::churn}) {
    labels.emplace_back(to_string(kind));
  }
  py::dict result;
  result["day"] = any_column::dates(std::move(days));
  result["movement"] = any_column::dictionary(std::move(kinds), std::move(labels));
  result["before"] = any_column::from(std::move(before));
  result["after"] = any_column::from(std::move(after));
  result["rows"] = why.rows;
  result["opening"] = round_to_minor(why.opening.ticks());
  result["closing"] = round_to_minor(why.closing.ticks());
  return result;
}

py::dict tenure_columns(const keyed_ledger& l) {
  survival_input all = tenure(l.book);
  std::vector<std::int64_t> minor;
  minor.reserve(all.last_mrr_ticks.size());
  for (const std::int64_t ticks : all.last_mrr_ticks) minor.push_back(round_to_minor(ticks));
  py::dict result;
  result["account"] = any_column::from(std::move(all.account));
  result["days"] = any_column::from(std::move(all.duration_days));
  result["churned"] = any_column::booleans(std::move(all.churned));
  result["mrr"] = any_column::from(std::move(minor));
  return result;
}

std::optional<std::int32_t> first_day(const keyed_ledger& l) {
  std::optional<std::int32_t> earliest;
  for (std::uint32_t i = 0; i < l.book.accounts(); ++i) {
    const auto steps = l.book.steps(account{i});
    if (!steps.empty() && (!earliest || steps.front().when.since_epoch < *earliest))
      earliest = steps.front().when.since_epoch;
  }
  return earliest;
}

py::dict movement_columns(const revenue_state& state) {
  const auto rows = movements(state);
  std::vector<std::string> periods;
  std::vector<std::string> incomplete;
  for (const movement_row& row : rows) {
    periods.push_back(row.period);
    if (!row.complete) incomplete.push_back(row.period);
  }
  py::dict columns;
  columns["period"] = any_column::from(std::move(periods));
  columns["opening"] = gather(rows, &movement_row::opening);
  columns["new"] = gather(rows, &movement_row::new_business);
  columns["reactivation"] = gather(rows, &movement_row::reactivation);
  columns["expansion"] = gather(rows, &movement_row::expansion);
  columns["contraction"] = gather(rows, &movement_row::contraction);
  columns["churn"] = gather(rows, &movement_row::churn);
  columns["fx"] = gather(rows, &movement_row::fx);
  columns["closing"] = gather(rows, &movement_row::closing);
  columns["accounts_opening"] = gather(rows, &movement_row::accounts_opening);
  columns["accounts_new"] = gather(rows, &movement_row::accounts_new);
  columns["accounts_reactivated"] = gather(rows, &movement_row::accounts_reactivated);
  columns["accounts_churned"] = gather(rows, &movement_row::accounts_churned);
  columns["accounts_closing"] = gather(rows, &movement_row::accounts_closing);
  return py::dict(py::arg("columns") = columns, py::arg("incomplete") = incomplete);
}

estimate period_estimate(const revenue_state& state, std::size_t period, const std::string& metric, double level) {
  const revenue_period& p = state.periods.at(period);
  const rate_options options{state.policy, confidence_level{level}};
  if (metric == "logo_churn") return logo_churn(p, options);
  if (metric == "gross_mrr_churn") return gross_mrr_churn(p, options);
  if (metric == "net_mrr_churn") return net_mrr_churn(p, options);
  if (metric == "arpa") return arpa(p, options);
  if (metric == "average_sale_price") return average_sale_price(p);
  if (metric == "quick_ratio") return quick_ratio(p, options);
  throw schema_error("no metric \"" + metric + "\"");
}

py::list nested(std::size_t rows, std::size_t columns, const auto& cell) {
  py::list all;
  for (std::size_t r = 0; r < rows; ++r) {
    py::list row;
    for (std::size_t c = 0; c < columns; ++c) row.append(cell(r, c));
    all.append(row);
  }
  return all;
}

cohort_measure measure_of(const std::string& word) {
  return named<cohort_measure>("measure", word, {{"accounts", cohort_measure::accounts}, {"mrr", cohort_measure::mrr}});
}

py::object number_or_none(double value) { return value != value ? py::object(py::none()) : py::object(py::float_(value)); }

/// Cells of customers, or of MRR in minor units; None where they are not known.
py::list cohort_counts(const cohort_state& state, const std::string& measure) {
  const bool accounts = measure_of(measure) == cohort_measure::accounts;
  return nested(state.start.size(), state.start.size(), [&](std::size_t c, std::size_t a) -> py::object {
    const auto cohort = static_cast<std::int32_t>(c);
    const auto age = static_cast<std::int32_t>(a);
    if (!state.mature(cohort, age)) return py::none();
    const cohort_cell& cell = state.at(cohort, age);
    return py::int_(accounts ? cell.accounts : round_to_minor(cell.ticks));
  });
}

py::dict cohort_shares(const cohort_state& state, const std::string& measure, const std::string& mean) {
  const cohort_triangle triangle = cohort_retention(state, measure_of(measure));
  const auto weights =
      named<cohort_mean>("mean", mean, {{"size_weighted", cohort_mean::size_weighted}, {"simple", cohort_mean::simple}});
  py::list average;
  for (const double share : cohort_average(triangle, weights)) average.append(number_or_none(share));
  py::dict result;
  result["cohorts"] = triangle.cohorts;
  result["sizes"] = triangle.sizes;
  result["retention"] = nested(triangle.cohorts.size(), triangle.ages,
                               [&](std::size_t c, std::size_t a) { return number_or_none(triangle.at(c, a)); });
  result["average"] = average;
  return result;
}

estimate retention_estimate(const retention_state& state, const std::string& metric, const py::dict& policy, double level) {
  const rate_options options{policy_of(policy), confidence_level{level}};
  if (metric == "nrr") return nrr(state, options);
  if (metric == "grr") return grr(state, options);
  if (metric == "logo_retention") return logo_retention(state, options);
  throw schema_error("no metric \"" + metric + "\"");
}

py::dict counts_of(const keyed_ledger& l) {
  const ledger_counts& c = l.book.counts();
  return py::dict(py::arg("rows") = c.rows, py::arg("empty_periods") = c.empty_periods,
                  py::arg("free_periods") = c.free_periods, py::arg("future_starts") = c.future_starts,
                  py::arg("future_ends") = c.future_ends);
}

}  // namespace

py::int_ exact_int(detail::int128 value) {
  return py::reinterpret_steal<py::int_>(PyLong_FromString(detail::to_string(value).c_str(), nullptr, 10));
}

void bind_ledger(py::module_& m) {
  bind_state<retention_state>(m, "RetentionState", "What became of the accounts of an opening.")
      .def("estimate", &retention_estimate, py::arg("metric"), py::arg("policy"), py::arg("level"));
  bind_state<revenue_state>(m, "RevenueState", "Movements and losses of a row of periods, as integers that merge.")
      .def("movements", &movement_columns)
      .def("estimate", &period_estimate, py::arg("period"), py::arg("metric"), py::arg("level"))
      .def("closing_ticks", [](const revenue_state& s, std::size_t p) { return exact_int(s.periods.at(p).closing()); })
      .def("accounts_closing", [](const revenue_state& s, std::size_t p) { return s.periods.at(p).accounts_closing(); })
      .def("complete", [](const revenue_state& s, std::int32_t p) { return s.complete(p); });
  bind_state<cohort_state>(m, "CohortState", "Customers and MRR by cohort and age, as integers that merge.")
      .def("counts", &cohort_counts, py::arg("measure"))
      .def("shares", &cohort_shares, py::arg("measure"), py::arg("mean"))
      .def_readonly("accounts_earlier", &cohort_state::accounts_earlier);
  m.def("mrr_series", &series, py::arg("start"), py::arg("end"), py::arg("mrr"), py::arg("exponent"), py::arg("as_of"),
        py::arg("names"), py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("threads"));
  py::class_<keyed_ledger>(m, "Ledger", "What every account pays on every day.")
      .def_static("make", &make_ledger, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"),
                  py::arg("exponent"), py::arg("as_of"), py::arg("names"))
      .def("tally", &tally, py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"))
      .def("tally_some", &tally_some, py::arg("account"), py::arg("name"), py::arg("first"), py::arg("months_each"),
           py::arg("count"), py::arg("policy"))
      .def("apply", &apply_rows, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"), py::arg("exponent"),
           py::arg("names"))
      .def("retract", &retract_rows, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"),
           py::arg("exponent"), py::arg("names"))
      .def("merge", [](keyed_ledger& l, const py::object& from,
                       const py::object& into) { l.book.merge(account_of(l, from), account_of(l, into)); },
           py::arg("source"), py::arg("into"))
      .def("retention", &retention, py::arg("first_day"), py::arg("end_day"))
      .def("cohorts", &cohorts, py::arg("first"), py::arg("months_each"), py::arg("count"))
      .def("explain", &explain_account, py::arg("account"), py::arg("first_day"), py::arg("end_day"), py::arg("policy"))
      .def("tenure", &tenure_columns)
      .def(
          "part",
          [](const keyed_ledger& l, std::size_t first, std::size_t last) {
            return keyed_ledger{l.book.part(first, last), l.keys};
          },
          py::arg("first"), py::arg("last"))
      .def("key", [](const keyed_ledger& l, std::uint32_t who) { return l.keys->key(account{who}); })
      .def_property_readonly("accounts", [](const keyed_ledger& l) { return l.book.accounts(); })
      .def_property_readonly("known_until", [](const keyed_ledger& l) { return l.book.known_until().since_epoch; })
      .def_property_readonly("first_day", &first_day)
      .def_property_readonly("counts", &counts_of);
}

}  // namespace sojourn::python
