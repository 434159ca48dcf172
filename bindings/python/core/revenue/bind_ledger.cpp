// The ledger and the states that are tallied from it.
#include "revenue/bind_ledger.hpp"

#include <pybind11/stl.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "bind_state.hpp"
#include "frames/words.hpp"
#include "sojourn/revenue.hpp"
#include "sojourn/revenue/churn.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/economics.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

}  // namespace

std::vector<account> accounts_in(const keyed_ledger& l, const any_column& column, const std::string& name) {
  const auto who = arrow::as_accounts(column, *l.keys, name);
  return accounts_of({who.view(), {}, {}, {}});
}

period_grid grid_of(std::int32_t first, std::int32_t months_each, std::int32_t count) {
  return period_grid::between(month{first}, month{first + months_each * count - 1},
                              period_length{static_cast<std::uint8_t>(months_each)});
}

/// Bytes of a state without owners are read as well: those of `revenue_state` in C++.
template <>
revenue_partial state_of<revenue_partial>(const py::bytes& source) {
  const std::string_view view = source;
  const std::span<const std::uint8_t> bytes{reinterpret_cast<const std::uint8_t*>(view.data()), view.size()};
  if (bytes.size() > 7 && (bytes[6] | bytes[7] << 8) == revenue_state::bytes_kind)
    return {{}, from_bytes<revenue_state>(bytes)};
  return from_bytes<revenue_partial>(bytes);
}

namespace {

template <class Row, class Field>
any_column gather(const std::vector<Row>& rows, Field field) {
  std::vector<std::int64_t> values;
  values.reserve(rows.size());
  for (const Row& row : rows) values.push_back(row.*field);
  return any_column::from(std::move(values));
}

keyed_ledger make_ledger(const any_column& accounts, const any_column& starts, const any_column& ends,
                         const any_column& amounts, int exponent, std::optional<std::int32_t> as_of,
                         const std::vector<std::string>& names, std::int32_t lapse_grace) {
  const py::gil_scoped_release released;
  const thread_executor host;
  auto keys = std::make_shared<account_index>();
  const auto account = arrow::as_accounts(accounts, *keys, names.at(0), any_executor(host));
  const auto start = arrow::as_day(starts, names.at(1));
  const auto end = arrow::as_day(ends, names.at(2));
  const auto amount = arrow::as_minor(amounts, names.at(3), exponent);
  ledger_options options;
  if (as_of) options.as_of = day{*as_of};
  const subscriptions rows{account.view(), start.view(), end.view(), amount.view()};
  return with_keys(*keys, [&]() -> keyed_ledger {
    if (lapse_grace == 0) return {ledger(rows, options, host), keys, nullptr, {}};
    mrr_rows owned = copy_rows(rows);
    bridge_lapses(owned, lapse_grace, options.as_of);
    ledger book = owned.book(options.as_of);
    return {std::move(book), keys, std::make_shared<const std::vector<std::uint32_t>>(std::move(owned.source)),
            owned.counts};
  });
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
  return {arrow::as_accounts(accounts, keys, names.at(0)), arrow::as_day(starts, names.at(1)),
          arrow::as_day(ends, names.at(2)), arrow::as_minor(amounts, names.at(3), exponent)};
}

void apply_rows(keyed_ledger& l, const any_column& accounts, const any_column& starts, const any_column& ends,
                const any_column& amounts, int exponent, const std::vector<std::string>& names) {
  const auto rows = decode(*l.keys, accounts, starts, ends, amounts, exponent, names);
  require_shard(l, rows.account.view(), names.at(0));
  with_keys(*l.keys, [&] { l.book.apply(rows.view(), l.keys->size()); });
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
  with_keys(*l.keys, [&] { l.book.retract(rows.view()); });
}

revenue_partial tally(const keyed_ledger& l, std::int32_t first, std::int32_t months_each, std::int32_t count,
                      const revenue_policy& policy) {
  const period_grid grid = grid_of(first, months_each, count);
  const py::gil_scoped_release released;
  return {{}, tally_revenue(l.book, grid, policy, thread_executor{})};
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
    rows =
        mrr_series(tally_mrr_series({{}, start.view(), end.view(), amount.view()}, grid, options, thread_executor(threads)));
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

cohort_state cohorts(const keyed_ledger& l, std::int32_t first, std::int32_t months_each, std::int32_t count,
                     const revenue_policy& policy) {
  const period_grid grid = grid_of(first, months_each, count);
  const py::gil_scoped_release released;
  return tally_cohorts(l.book, grid, {policy.cohort_state, policy.cohort_index}, thread_executor{});
}

/// A rate of the days [from, to), over the window and with the rules of the policy.
estimate rate(const keyed_ledger& l, const std::string& metric, std::int32_t from, std::int32_t to,
              const revenue_policy& policy, double level) {
  const rate_options options{policy, confidence_level{level}};
  const day first{from};
  const day end{to};
  const py::gil_scoped_release released;
  if (metric == "logo_churn") return logo_churn_of(l.book, first, end, options, thread_executor{});
  if (metric == "gross_mrr_churn") return gross_mrr_churn_of(l.book, first, end, options, thread_executor{});
  if (metric == "net_mrr_churn") return net_mrr_churn_of(l.book, first, end, options, thread_executor{});
  if (metric == "nrr") return nrr(tally_retention(l.book, first, end, thread_executor{}), options);
  if (metric == "grr") return grr_of(l.book, first, end, options, thread_executor{});
  if (metric == "logo_retention") return logo_retention(tally_retention(l.book, first, end, thread_executor{}), options);
  if (metric == "nrr_until") return nrr_until(l.book, end, options, thread_executor{});
  if (metric == "grr_until") return grr_until(l.book, end, options, thread_executor{});
  throw schema_error("no metric \"" + metric + "\"");
}

std::pair<std::int32_t, std::int32_t> window_days(const revenue_policy& policy, std::int32_t from, std::int32_t to) {
  const day_window w = churn_window(policy, day{from}, day{to});
  return {w.from.since_epoch, w.to.since_epoch};
}

retention_state retention(const keyed_ledger& l, std::int32_t from, std::int32_t to) {
  const py::gil_scoped_release released;
  return tally_retention(l.book, day{from}, day{to}, thread_executor{});
}

// Rows of the ledger to rows of the caller's table, each once; a bridge has none.
void to_source_rows(std::vector<std::uint32_t>& rows, const std::vector<std::uint32_t>& source) {
  for (std::uint32_t& row : rows) row = source[row];
  std::erase(rows, mrr_rows::no_source);
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

py::dict explain_account(const keyed_ledger& l, const py::object& key, std::int32_t from, std::int32_t to,
                         const revenue_policy& policy) {
  auto why = explain(l.book, account_of(*l.keys, key), day{from}, day{to}, policy);
  if (l.source != nullptr) to_source_rows(why.rows, *l.source);
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

py::dict movement_columns(const std::vector<movement_row>& rows) {
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
  return period_rate_of(state.periods.at(period), metric, {state.policy, confidence_level{level}});
}

estimate period_rate(const revenue_period& p, const std::string& metric, const rate_options& options) {
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

py::object number_or_none(double value) {
  return value != value ? py::object(py::none()) : py::object(py::float_(value));
}

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

estimate retention_estimate(const retention_state& state, const std::string& metric, const revenue_policy& policy,
                            double level) {
  const rate_options options{policy, confidence_level{level}};
  if (metric == "nrr") return nrr(state, options);
  if (metric == "grr") return grr(state, options);
  if (metric == "logo_retention") return logo_retention(state, options);
  throw schema_error("no metric \"" + metric + "\"");
}

py::dict counts_of(const keyed_ledger& l) {
  const ledger_counts& c = l.book.counts();
  py::dict counts(py::arg("rows") = c.rows, py::arg("empty_periods") = c.empty_periods,
                  py::arg("free_periods") = c.free_periods, py::arg("future_starts") = c.future_starts,
                  py::arg("future_ends") = c.future_ends);
  if (l.kind == ledger_rows::changes) {
    counts = py::dict(py::arg("rows") = c.rows, py::arg("to_zero") = c.free_periods, py::arg("replaced") = c.empty_periods,
                      py::arg("future_changes") = c.future_starts);
  }
  if (!l.prepared) return counts;
  const pricing_counts& p = *l.prepared;
  // A refund stays in the ledger as a row without MRR, which is no free period.
  if (l.kind == ledger_rows::invoices) counts["free_periods"] = p.free;
  counts["rows"] = p.rows;
  for (const auto& [name, count] : {std::pair{"metered", p.metered},
                                    {"trials", p.trials},
                                    {"no_trial", p.no_trial},
                                    {"not_committed", p.not_committed},
                                    {"past_due", p.past_due},
                                    {"paused", p.paused},
                                    {"bridges", p.bridges},
                                    {"grouped", p.grouped},
                                    {"one_off", p.one_off},
                                    {"refunds", p.refunds},
                                    {"undated", p.undated},
                                    {"clamped", p.clamped}}) {
    if (count != 0) counts[name] = count;
  }
  return counts;
}

}  // namespace

account account_of(const account_index& keys, const py::object& key) {
  std::optional<account> found;
  if (keys.holds_text())
    found = keys.find(std::string_view(py::str(key).cast<std::string>()));
  else if (py::isinstance<py::int_>(key))
    found = keys.find(key.cast<std::int64_t>());
  if (!found) {
    throw data_error({"account", problem::no_row, py::repr(key).cast<std::string>(), "not an account of this ledger",
                      "pass a key as the account column holds it, of the same type"});
  }
  return *found;
}

estimate rate_of(const keyed_ledger& l, const std::string& metric, std::int32_t from, std::int32_t to,
                 const revenue_policy& policy, double level) {
  return rate(l, metric, from, to, policy, level);
}
estimate period_rate_of(const revenue_period& period, const std::string& metric, const rate_options& options) {
  return period_rate(period, metric, options);
}
cohort_state cohorts_of(const keyed_ledger& l, std::int32_t first, std::int32_t months_each, std::int32_t count,
                        const revenue_policy& policy) {
  return cohorts(l, first, months_each, count, policy);
}
py::dict explanation_of(const keyed_ledger& l, const py::object& key, std::int32_t from, std::int32_t to,
                        const revenue_policy& policy) {
  return explain_account(l, key, from, to, policy);
}
py::dict tenure_of(const keyed_ledger& l) {
  return tenure_columns(l);
}
py::dict columns_of(const std::vector<movement_row>& rows) {
  return movement_columns(rows);
}

py::int_ exact_int(detail::int128 value) {
  return py::reinterpret_steal<py::int_>(PyLong_FromString(detail::to_string(value).c_str(), nullptr, 10));
}

std::vector<std::uint32_t> caller_rows(const keyed_ledger& l, account who) {
  const auto held = l.book.rows_of(who);
  std::vector<std::uint32_t> rows(held.begin(), held.end());
  if (l.source != nullptr) to_source_rows(rows, *l.source);
  return rows;
}

void bind_ledger(py::module_& m) {
  m.def("churn_window", &window_days, py::arg("policy"), py::arg("first_day"), py::arg("end_day"));
  bind_state<retention_state>(m, "RetentionState", "What became of the accounts of an opening.")
      .def("estimate", &retention_estimate, py::arg("metric"), py::arg("policy"), py::arg("level"));
  bind_state<revenue_partial>(m, "RevenueState", "Movements and losses of a row of periods, as integers that merge.")
      .def("movements", [](const revenue_partial& s) { return movement_columns(movements(s.revenue)); })
      .def(
          "estimate",
          [](const revenue_partial& s, std::size_t p, const std::string& metric, double level) {
            return period_estimate(s.revenue, p, metric, level);
          },
          py::arg("period"), py::arg("metric"), py::arg("level"))
      .def("closing_ticks",
           [](const revenue_partial& s, std::size_t p) { return exact_int(s.revenue.periods.at(p).closing()); })
      .def("accounts_closing",
           [](const revenue_partial& s, std::size_t p) { return s.revenue.periods.at(p).accounts_closing(); })
      .def("complete", [](const revenue_partial& s, std::int32_t p) { return s.revenue.complete(p); })
      .def_property_readonly("owned", [](const revenue_partial& s) { return owned_dict(s.accounts); });
  bind_state<cohort_state>(m, "CohortState", "Customers and MRR by cohort and age, as integers that merge.")
      .def("counts", &cohort_counts, py::arg("measure"))
      .def("shares", &cohort_shares, py::arg("measure"), py::arg("mean"))
      .def_readonly("accounts_earlier", &cohort_state::accounts_earlier);
  m.def("mrr_series", &series, py::arg("start"), py::arg("end"), py::arg("mrr"), py::arg("exponent"), py::arg("as_of"),
        py::arg("names"), py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("threads"));
  py::class_<keyed_ledger> book(m, "Ledger", "What every account pays on every day.");
  bind_inputs(m, book);
  bind_currencies(m);
  bind_shards(m, book);
  book.def_static("make", &make_ledger, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"),
                  py::arg("exponent"), py::arg("as_of"), py::arg("names"), py::arg("lapse_grace"))
      .def_static("from_prices", &ledger_from_prices, py::arg("columns"), py::arg("names"), py::arg("exponent"),
                  py::arg("as_of"), py::arg("policy"), py::arg("part"), py::arg("commitment"))
      .def_static("from_invoices", &ledger_from_invoices, py::arg("columns"), py::arg("names"), py::arg("exponent"),
                  py::arg("as_of"), py::arg("policy"))
      .def("rate", &rate, py::arg("metric"), py::arg("first_day"), py::arg("end_day"), py::arg("policy"), py::arg("level"))
      .def("tally", &tally, py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"))
      .def("apply", &apply_rows, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"), py::arg("exponent"),
           py::arg("names"))
      .def("retract", &retract_rows, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"),
           py::arg("exponent"), py::arg("names"))
      .def("retention", &retention, py::arg("first_day"), py::arg("end_day"))
      .def("cohorts", &cohorts, py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"))
      .def("explain", &explain_account, py::arg("account"), py::arg("first_day"), py::arg("end_day"), py::arg("policy"))
      .def("tenure", &tenure_columns)
      .def("key", [](const keyed_ledger& l, std::uint32_t who) { return l.keys->key(account{who}); })
      .def_property_readonly("accounts", [](const keyed_ledger& l) { return l.book.accounts(); })
      .def_property_readonly("known_until", [](const keyed_ledger& l) { return l.book.known_until().since_epoch; })
      .def_property_readonly("first_day", &first_day)
      .def_property_readonly("counts", &counts_of);
}

}  // namespace sojourn::python
