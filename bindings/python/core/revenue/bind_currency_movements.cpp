// A ledger in several currencies, with the same questions as one in one.
#include "sojourn/revenue/sources/ledger_in_currencies.hpp"

#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include "bind_state.hpp"
#include "frames/role_columns.hpp"
#include "frames/words.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/exec/executor.hpp"
#include "sojourn/revenue/ledger/constant_rates.hpp"
#include "sojourn/revenue/currencies/read_rate.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

bool is_text(const any_column& source) {
  return source.type() == arrow::kind::text || source.type() == arrow::kind::dictionary;
}

/// Days on which rates begin to hold: days, or months for their first day.
std::vector<std::int32_t> rate_days(const any_column& source, const std::string& name) {
  const auto texts = is_text(source) ? arrow::as_segments(source, name) : arrow::segment_codes{};
  const auto days = is_text(source) ? arrow::held_column<std::int32_t>{} : arrow::as_day(source, name);
  std::vector<std::int32_t> found(source.size());
  for (std::size_t row = 0; row < found.size(); ++row) {
    if (!source.present(row)) throw data_error({name, row, "missing", "a rate holds from a day or a month on", ""});
    found[row] = is_text(source) ? rate_day_from_text(texts.labels[texts.codes.view()[row]], {name, row}).since_epoch
                                 : days.view()[row];
  }
  return found;
}

/// Decimals, integers, text; a float is the shortest decimal that it is the nearest float of.
std::vector<exchange_rate> rates_of(const any_column& source, const std::string& name) {
  const auto texts = is_text(source) ? arrow::as_segments(source, name) : arrow::segment_codes{};
  std::vector<exchange_rate> found;
  for (std::size_t row = 0; row < source.size(); ++row) {
    if (!source.present(row)) throw data_error({name, row, "missing", "every row has a rate", "leave the row out"});
    const rate_cell where{name, row};
    switch (source.type()) {
      case arrow::kind::text:
      case arrow::kind::dictionary:
        found.push_back(rate_from_text(texts.labels[texts.codes.view()[row]], where));
        break;
      case arrow::kind::float64:
        found.push_back(rate_from_float(static_cast<const double*>(source.data())[row], where));
        break;
      case arrow::kind::float32:
        found.push_back(rate_from_float(static_cast<const float*>(source.data())[row], where));
        break;
      case arrow::kind::decimal:
        found.push_back(rate_from_decimal(static_cast<const std::int64_t*>(source.data())[row], source.scale(), where));
        break;
      default:
        found.push_back({arrow::as_int64(source, name).view()[row], 1});
    }
  }
  return found;
}

/// The columns of a rate table by role, and the names that errors call them.
named_rate_table read_rates(const roles& columns, const std::vector<std::string>& names, const std::string& report_in,
                            const arrow::segment_codes& row_currencies,
                            const std::function<int(const std::string&)>& exponent_of) {
  const auto words = arrow::as_segments(columns.at("currency"), names.at(0));
  const std::vector<std::int32_t> since = rate_days(columns.at("since"), names.at(1));
  const std::vector<exchange_rate> rates = rates_of(columns.at("rate"), names.at(2));
  return rates_by_name({{words.codes.view(), words.labels}, {since, names.at(1)}, rates}, report_in, row_currencies.labels,
                       exponent_of);
}

/// Rows of the ledger, decoded. Amounts are whole minor units of their own currency.
struct held_rows {
  arrow::held_column<std::uint32_t> account;
  arrow::held_column<std::int32_t> start, end;
  arrow::held_column<std::int64_t> amount;
  currency_codes currency;

  held_rows(account_index& keys, const named_rate_table& rates, const any_column& accounts, const any_column& starts,
            const any_column& ends, const any_column& amounts, const arrow::segment_codes& currencies,
            const std::vector<std::string>& names)
      : account(arrow::as_accounts(accounts, keys, names.at(0))),
        start(arrow::as_day(starts, names.at(1))),
        end(arrow::as_day(ends, names.at(2))),
        amount(arrow::as_int64(amounts, names.at(3))),
        currency(rates.numbers_of({currencies.codes.view(), currencies.labels})) {}

  [[nodiscard]] currency_subscriptions view() const {
    return {{account.view(), start.view(), end.view(), amount.view()}, currency.view()};
  }
};

std::variant<keyed_ledger, keyed_currency_ledger> make(const roles& rows, const std::vector<std::string>& names,
                                                       const roles& rates, const std::vector<std::string>& rate_names,
                                                       const std::string& report_in, const std::string& fx,
                                                       const std::function<int(const std::string&)>& exponent_of,
                                                       std::optional<std::int32_t> as_of, std::int32_t lapse_grace) {
  const auto rule = named<fx_rule>("fx", fx);
  auto keys = std::make_shared<account_index>();
  const auto currencies = arrow::as_segments(rows.at("currency"), names.at(4));
  named_rate_table table = read_rates(rates, rate_names, report_in, currencies, exponent_of);
  const held_rows held(*keys, table, rows.at("account"), rows.at("start"), rows.at("end"), rows.at("mrr"), currencies,
                       names);
  const auto bought =
      rule == fx_rule::purchase ? arrow::as_day(rows.at("purchased_on"), names.at(5)) : arrow::held_column<std::int32_t>{};
  return ledger_in_currencies(held.view(), keys, std::move(table), rule, bought.view(), day_from(as_of), lapse_grace);
}

using rows_edit = void (*)(keyed_currency_ledger&, const currency_subscriptions&);

/// Rows of the caller for `apply` and `retract`; their amounts need no exponent.
template <rows_edit Edit>
void edit_rows(keyed_currency_ledger& l, const any_column& accounts, const any_column& starts, const any_column& ends,
               const any_column& amounts, const any_column& currencies, int, const std::vector<std::string>& names) {
  const auto codes = arrow::as_segments(currencies, names.at(4));
  Edit(l, held_rows(*l.keys, l.rates, accounts, starts, ends, amounts, codes, names).view());
}

void split_rows(keyed_currency_ledger& l, const any_column& accounts, const any_column& starts, const any_column& ends,
                const any_column& amounts, const any_column& currencies, int, const std::vector<std::string>& names,
                const py::object& into, std::optional<std::int32_t> since) {
  const auto codes = arrow::as_segments(currencies, names.at(4));
  const held_rows rows(*l.keys, l.rates, accounts, starts, ends, amounts, codes, names);
  split(l, rows.view(), intern(*l.keys, key_from(into)), day_from(since).value_or(earliest_day));
}

void merge_accounts(keyed_currency_ledger& l, const py::object& from, const py::object& into,
                    std::optional<std::int32_t> since) {
  merge(l, account_of(*l.keys, key_from(from)), account_of(*l.keys, key_from(into)), day_from(since).value_or(earliest_day));
}

estimate rate(const keyed_currency_ledger& l, const std::string& metric, std::int32_t from, std::int32_t to,
              const revenue_policy& policy, double level) {
  const rate_options options{policy, confidence_level{level}};
  const auto which = named<ledger_rate>("metric", metric);
  const py::gil_scoped_release released;
  return rate_of(l, which, day{from}, day{to}, options, thread_executor{});
}

currency_revenue_state tally(const keyed_currency_ledger& l, std::int32_t first, std::int32_t months_each,
                             std::int32_t count, const revenue_policy& policy) {
  const period_grid grid = grid_of(first, months_each, count);
  const py::gil_scoped_release released;
  return tally_revenue(l, grid, policy, thread_executor{});
}

currency_revenue_state tally_accounts(const keyed_currency_ledger& l, const some_accounts& some, std::int32_t first,
                                      std::int32_t months_each, std::int32_t count, const revenue_policy& policy) {
  const period_grid grid = grid_of(first, months_each, count);
  const py::gil_scoped_release released;
  return tally_revenue(l, some.who, grid, policy, thread_executor{});
}

currency_revenue_state state_some(const keyed_currency_ledger& l, const any_column& accounts, const std::string& name,
                                  std::int32_t first, std::int32_t months_each, std::int32_t count,
                                  const revenue_policy& policy) {
  return tally_accounts(l, {accounts_in(*l.keys, accounts, name)}, first, months_each, count, policy);
}

cohort_state cohorts(const keyed_currency_ledger& l, std::int32_t first, std::int32_t months_each, std::int32_t count,
                     const revenue_policy& policy) {
  const period_grid grid = grid_of(first, months_each, count);
  const py::gil_scoped_release released;
  return tally_cohorts(l, grid, {policy.cohort_state, policy.cohort_index}, thread_executor{});
}

py::dict explain_account(const keyed_currency_ledger& l, const py::object& key, std::int32_t from, std::int32_t to,
                         const revenue_policy& policy) {
  return explanation_dict(explain(l, account_of(*l.keys, key_from(key)), day{from}, day{to}, policy));
}

void refuse_shard(const keyed_currency_ledger&, const py::object& shard) {
  if (shard.is_none()) return;
  throw schema_error("shards are not declared for a ledger of several currencies; partition(n) cuts one");
}

estimate period_estimate(const currency_revenue_state& state, std::size_t period, const std::string& metric, double level) {
  return rate_of(state, period, named<period_rate>("metric", metric), {state.revenue.policy, confidence_level{level}});
}

void bind_state_of_currencies(py::module_& m) {
  bind_state<currency_revenue_state>(m, "CurrencyRevenueState",
                                     "Movements at the rates of each opening, and what rates did.")
      .def("movements", [](const currency_revenue_state& s) { return movement_columns(movements(s)); })
      .def("estimate", &period_estimate, py::arg("period"), py::arg("metric"), py::arg("level"))
      .def("closing_ticks", [](const currency_revenue_state& s, std::size_t p) { return exact_int(s.closing.at(p).ticks); })
      .def("fx_ticks", [](const currency_revenue_state& s, std::size_t p) { return exact_int(s.fx(p)); })
      .def("accounts_closing",
           [](const currency_revenue_state& s, std::size_t p) { return s.revenue.periods.at(p).accounts_closing(); })
      .def("complete", [](const currency_revenue_state& s, std::int32_t p) { return s.revenue.complete(p); });
}

}  // namespace

void bind_keyed_currency_ledger(py::module_& m) {
  using money_ledger = keyed_currency_ledger;
  bind_state_of_currencies(m);
  py::class_<money_ledger>(m, "CurrencyLedger", "What every account pays in each currency on every day.")
      .def("rate", &rate, py::arg("metric"), py::arg("first_day"), py::arg("end_day"), py::arg("policy"), py::arg("level"))
      .def("tally", &tally, py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"))
      .def("tally_accounts", &tally_accounts, py::arg("accounts"), py::arg("first"), py::arg("months_each"),
           py::arg("count"), py::arg("policy"))
      .def("state", &tally, py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"))
      .def("state_some", &state_some, py::arg("account"), py::arg("name"), py::arg("first"), py::arg("months_each"),
           py::arg("count"), py::arg("policy"))
      .def("cohorts", &cohorts, py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"))
      .def("explain", &explain_account, py::arg("account"), py::arg("first_day"), py::arg("end_day"), py::arg("policy"))
      .def("tenure", [](const money_ledger& l) { return tenure_columns(tenure(l)); })
      .def("apply", &edit_rows<&apply>, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"),
           py::arg("currency"), py::arg("exponent"), py::arg("names"))
      .def("retract", &edit_rows<&retract>, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"),
           py::arg("currency"), py::arg("exponent"), py::arg("names"))
      .def("merge", &merge_accounts, py::arg("source"), py::arg("into"), py::arg("since"))
      .def("split", &split_rows, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"), py::arg("currency"),
           py::arg("exponent"), py::arg("names"), py::arg("into"), py::arg("since"))
      .def("declare", &refuse_shard, py::arg("shard"))
      .def(
          "share", [](const money_ledger& l, std::size_t index, std::size_t count) { return share(l, index, count); },
          py::arg("index"), py::arg("count"))
      .def(
          "only", [](const money_ledger& l, const some_accounts& some) { return only(l, some.who); }, py::arg("accounts"))
      .def(
          "holds",
          [](const money_ledger& l, const py::object& key) {
            return account_of(*l.keys, key_from(key)).index < l.book.accounts();
          },
          py::arg("account"))
      .def("key", [](const money_ledger& l, std::uint32_t who) { return l.keys->key(account{who}); })
      .def_property_readonly("keys", [](const money_ledger& l) { return l.keys; })
      .def_property_readonly("by_subscription", [](const money_ledger&) { return false; })
      .def_property_readonly("accounts", [](const money_ledger& l) { return l.book.accounts(); })
      .def_property_readonly("known_until", [](const money_ledger& l) { return l.book.known_until().since_epoch; })
      .def_property_readonly("first_day", [](const money_ledger& l) { return day_number(first_day(l)); })
      .def_property_readonly("currencies", [](const money_ledger& l) { return currencies_used(l); })
      .def_property_readonly("rates", [](const money_ledger& l) { return l.rates.rates.fingerprint(); })
      .def_property_readonly("counts", [](const money_ledger& l) { return counts_dict(counts_by_name(l)); });
  m.def("ledger_in_currencies", &make, py::arg("rows"), py::arg("names"), py::arg("rates"), py::arg("rate_names"),
        py::arg("report_in"), py::arg("fx"), py::arg("exponent_of"), py::arg("as_of"), py::arg("lapse_grace"));
}

}  // namespace sojourn::python
