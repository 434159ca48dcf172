// A ledger in several currencies, with the same questions as one in one.
#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind_state.hpp"
#include "frames/words.hpp"
#include "revenue/bind_ledger.hpp"
#include "sojourn/revenue/churn.hpp"
#include "sojourn/revenue/currencies/currencies.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/revenue/rates.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

struct keyed_currency_ledger {
  currency_ledger book;
  std::shared_ptr<account_index> keys;
  rate_table rates;
  std::map<std::string, std::uint32_t> codes;
  period_rates valuation = period_rates::closing_day;
};

/// "2024-01-15", or "2024-01" for its first day; dates.
std::vector<std::int32_t> days_or_months(const any_column& source, const std::string& name) {
  std::vector<std::int32_t> days(source.size());
  const bool words = source.type() == arrow::kind::text || source.type() == arrow::kind::dictionary;
  const auto held = words ? arrow::held_column<std::int32_t>{} : arrow::as_day(source, name);
  for (std::size_t row = 0; row < days.size(); ++row) {
    if (!source.present(row)) throw data_error({name, row, "missing", "a rate holds from a day or a month on", ""});
    if (!words) {
      days[row] = held.view()[row];
      continue;
    }
    const std::string_view text = text_at(source, row).value_or("");
    const auto date = parse_day(text);
    const auto whole = parse_month(text);
    if (!date && !whole)
      throw data_error({name, row, std::string(text), "a day is written 2024-01-15, a month 2024-01", ""});
    days[row] = date ? date->since_epoch : whole->first_day().since_epoch;
  }
  return days;
}

/// An exact rate as text: "1.0834", "5417/5000"; digits only, no exponent.
exchange_rate parse_rate(std::string_view text, const std::string& name, std::size_t row) {
  const auto broken = [&] {
    return data_error({name, row, std::string(text), "a rate is a positive decimal or fraction of at most 18 digits",
                       "write 1.0834 or 5417/5000"});
  };
  const auto whole = [&](std::string_view digits) {
    std::int64_t value = 0;
    const auto [end, problem_] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || problem_ != std::errc{} || end != digits.data() + digits.size() || digits.front() == '-')
      throw broken();
    return value;
  };
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const std::int64_t over = whole(text.substr(0, slash)), under = whole(text.substr(slash + 1));
    if (over <= 0 || under <= 0) throw broken();
    return {over, under};
  }
  std::string digits(text.substr(0, text.find('.')));
  std::int64_t under = 1;
  if (const std::size_t dot = text.find('.'); dot != std::string_view::npos) {
    for (const char c : text.substr(dot + 1)) {
      if (under > INT64_MAX / 10) throw broken();
      digits += c, under *= 10;
    }
  }
  const std::int64_t over = whole(digits);
  if (over <= 0) throw broken();
  return {over, under};
}

std::string shortest(double value) {
  char buffer[400];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr;
  return {buffer, end};
}

/// Decimals, integers, text; a float is the shortest decimal that it is the nearest float of.
exchange_rate rate_at(const any_column& source, std::size_t row, const std::string& name) {
  if (!source.present(row)) throw data_error({name, row, "missing", "every row has a rate", "leave the row out"});
  switch (source.type()) {
    case arrow::kind::text:
    case arrow::kind::dictionary:
      return parse_rate(text_at(source, row).value_or(""), name, row);
    case arrow::kind::float64:
      return parse_rate(shortest(static_cast<const double*>(source.data())[row]), name, row);
    case arrow::kind::float32: {
      char buffer[100];
      const auto end = std::to_chars(buffer, buffer + sizeof buffer, static_cast<const float*>(source.data())[row],
                                     std::chars_format::fixed)
                           .ptr;
      return parse_rate({buffer, static_cast<std::size_t>(end - buffer)}, name, row);
    }
    case arrow::kind::decimal: {
      const std::string digits = std::to_string(static_cast<const std::int64_t*>(source.data())[row]);
      std::int64_t under = 1;
      for (int i = 0; i < source.scale(); ++i) {
        if (__builtin_mul_overflow(under, std::int64_t{10}, &under))
          throw data_error({name, row, digits, "a rate has at most 18 decimals", ""});
      }
      return {parse_rate(digits, name, row).numerator, under};
    }
    default:
      return {arrow::as_int64(source, name).view()[row], 1};
  }
}

/// The currencies of rates and rows, the reporting one first.
std::vector<std::string> all_codes(const std::string& report_in, const std::vector<std::vector<std::string>>& lists) {
  std::vector<std::string> codes{report_in};
  for (const auto& list : lists) {
    for (const std::string& code : list) {
      if (std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(code);
    }
  }
  return codes;
}

struct coded {
  std::vector<std::uint32_t> code;
  std::vector<std::uint8_t> present;
  [[nodiscard]] column<std::uint32_t> view(const std::string& name) const {
    return {std::span<const std::uint32_t>(code), present.data(), 0, name};
  }
};

coded in_codes(const arrow::segment_codes& words, const std::map<std::string, std::uint32_t>& codes,
               const std::string& name) {
  const auto view = words.codes.view();
  coded out{std::vector<std::uint32_t>(view.size()), std::vector<std::uint8_t>(view.size() / 8 + 1)};
  for (std::size_t row = 0; row < view.size(); ++row) {
    if (!view.present(row)) continue;
    const auto found = codes.find(words.labels[view[row]]);
    if (found == codes.end()) {
      throw data_error({name, row, words.labels[view[row]], "a currency that no rate and no first row names",
                        "build the ledger again with its rates"});
    }
    out.code[row] = found->second;
    out.present[row / 8] = static_cast<std::uint8_t>(out.present[row / 8] | (1u << (row % 8)));
  }
  return out;
}

/// The columns of a rate table: currency, since, rate.
struct quoted_rates {
  rate_table table;
  std::map<std::string, std::uint32_t> codes;
};

using exponents = std::function<int(const std::string&)>;

quoted_rates read_rates(const any_column& currencies, const any_column& days, const any_column& values,
                        const std::vector<std::string>& names, const std::string& report_in,
                        const arrow::segment_codes& row_currencies, const exponents& exponent_of) {
  const auto words = arrow::as_segments(currencies, names.at(0));
  const auto codes = all_codes(report_in, {words.labels, row_currencies.labels});
  quoted_rates out;
  std::vector<currency_unit> units;
  for (const std::string& code : codes) {
    out.codes.emplace(code, static_cast<std::uint32_t>(units.size()));
    units.push_back({code, exponent_of(code)});
  }
  const coded which = in_codes(words, out.codes, names.at(0));
  const std::vector<std::int32_t> since = days_or_months(days, names.at(1));
  std::vector<std::int64_t> over, under;
  for (std::size_t row = 0; row < values.size(); ++row) {
    const exchange_rate rate = rate_at(values, row, names.at(2));
    over.push_back(rate.numerator), under.push_back(rate.denominator);
  }
  out.table = rate_table({which.view(names.at(0)), {since, names.at(1)}, {over, names.at(2)}, column<std::int64_t>(under)},
                         std::move(units), {});
  return out;
}

/// Rows of the ledger, decoded.
struct decoded_money {
  arrow::held_column<std::uint32_t> account;
  arrow::held_column<std::int32_t> start, end;
  arrow::held_column<std::int64_t> amount;
  coded currency;
  std::string currency_name;

  [[nodiscard]] currency_subscriptions view() const {
    return {{account.view(), start.view(), end.view(), amount.view()}, currency.view(currency_name)};
  }
};

decoded_money decode(account_index& keys, const std::map<std::string, std::uint32_t>& codes, const any_column& accounts,
                     const any_column& starts, const any_column& ends, const any_column& amounts,
                     const any_column& currencies, const std::vector<std::string>& names) {
  return {arrow::as_accounts(accounts, keys, names.at(0)),
          arrow::as_day(starts, names.at(1)),
          arrow::as_day(ends, names.at(2)),
          arrow::as_int64(amounts, names.at(3)),
          in_codes(arrow::as_segments(currencies, names.at(4)), codes, names.at(4)),
          names.at(4)};
}

using columns = std::map<std::string, any_column>;

/// A ledger whose rows stand at their own rates, in one currency; or one of several.
py::object make(const columns& rows, const std::vector<std::string>& names, const columns& rates,
                const std::vector<std::string>& rate_names, const std::string& report_in, const std::string& fx,
                const exponents& exponent_of, std::optional<std::int32_t> as_of, std::int32_t lapse_grace) {
  auto keys = std::make_shared<account_index>();
  const auto read = read_rates(rates.at("currency"), rates.at("since"), rates.at("rate"), rate_names, report_in,
                               arrow::as_segments(rows.at("currency"), names.at(4)), exponent_of);
  const decoded_money held = decode(*keys, read.codes, rows.at("account"), rows.at("start"), rows.at("end"), rows.at("mrr"),
                                    rows.at("currency"), names);
  std::optional<day> until;
  if (as_of) until = day{*as_of};
  return with_keys(*keys, [&]() -> py::object {
    if (fx == "service_start" || fx == "purchase") {
      const auto bought =
          fx == "purchase" ? arrow::as_day(rows.at("purchased_on"), names.at(5)) : arrow::held_column<std::int32_t>{};
      mrr_rows valued = rows_at_rates(held.view(), read.table, bought.view());
      if (lapse_grace == 0) return py::cast(keyed_ledger{valued.book(until), keys, nullptr, {}});
      bridge_lapses(valued, lapse_grace, until);
      ledger book = valued.book(until);
      return py::cast(keyed_ledger{std::move(book), keys,
                                   std::make_shared<const std::vector<std::uint32_t>>(std::move(valued.source)),
                                   valued.counts});
    }
    const auto valuation = named<period_rates>("fx", fx,
                                               {{"period_open_rate", period_rates::closing_day},
                                                {"period_mean", period_rates::mean},
                                                {"service_start", period_rates::closing_day},
                                                {"purchase", period_rates::closing_day}});
    currency_ledger book =
        ledger_of(held.view(), read.codes.size(), revenue_policy{.lapse_grace = lapse_grace}, {until, keys->size()});
    return py::cast(keyed_currency_ledger{std::move(book), keys, read.table, read.codes, valuation});
  });
}

/// As one currency at the rates of a day.
keyed_ledger at_rates_of(const keyed_currency_ledger& l, std::int32_t when, std::int32_t until) {
  return with_keys(*l.keys, [&] { return keyed_ledger{l.book.on(l.rates, day{when}, day{until}), l.keys, nullptr, {}}; });
}

/// In constant currency: everything at the rates of the eve of the window.
estimate constant_rate(const keyed_currency_ledger& l, const std::string& metric, std::int32_t from, std::int32_t to,
                       const revenue_policy& policy, double level) {
  if (metric != "nrr_until" && metric != "grr_until")
    return rate_of(at_rates_of(l, from - 1, to), metric, from, to, policy, level);
  std::vector<estimate> all;
  for (const day_window w : retention_windows(policy, day{to})) {
    const keyed_ledger constant = at_rates_of(l, w.from.since_epoch - 1, w.to.since_epoch);
    all.push_back(rate_of(constant, metric.substr(0, 3), w.from.since_epoch, w.to.since_epoch, policy, level));
  }
  return mean_estimate(all);
}

currency_revenue_state tally(const keyed_currency_ledger& l, const std::optional<std::vector<account>>& some,
                             std::int32_t first, std::int32_t months_each, std::int32_t count,
                             const revenue_policy& policy) {
  const period_grid grid = grid_of(first, months_each, count);
  const py::gil_scoped_release released;
  return with_keys(*l.keys, [&] {
    if (some)
      return tally_revenue(l.book, std::span<const account>(*some), l.rates, grid, policy, l.valuation, thread_executor{});
    return tally_revenue(l.book, l.rates, grid, policy, l.valuation, thread_executor{});
  });
}

estimate currency_estimate(const currency_revenue_state& state, std::size_t period, const std::string& metric,
                           double level) {
  const rate_options options{state.revenue.policy, confidence_level{level}};
  const revenue_period& p = state.revenue.periods.at(period);
  return period_rate_of(metric == "arpa" ? at_closing_rates(state, period) : p, metric, options);
}

void apply(keyed_currency_ledger& l, const any_column& accounts, const any_column& starts, const any_column& ends,
           const any_column& amounts, const any_column& currencies, int, const std::vector<std::string>& names) {
  const decoded_money rows = decode(*l.keys, l.codes, accounts, starts, ends, amounts, currencies, names);
  with_keys(*l.keys, [&] { l.book.apply(rows.view(), l.keys->size()); });
}

void require_known(const keyed_currency_ledger& l, const decoded_money& rows, const std::string& name) {
  const auto who = rows.account.view();
  for (std::size_t row = 0; row < who.size(); ++row) {
    if (!who.present(row) || who[row] < l.book.accounts()) continue;
    throw data_error({name, row, l.keys->key(account{who[row]}), "not an account of this ledger",
                      "only rows that were in the ledger can be retracted or split"});
  }
}

void retract(keyed_currency_ledger& l, const any_column& accounts, const any_column& starts, const any_column& ends,
             const any_column& amounts, const any_column& currencies, int, const std::vector<std::string>& names) {
  const decoded_money rows = decode(*l.keys, l.codes, accounts, starts, ends, amounts, currencies, names);
  require_known(l, rows, names.at(0));
  with_keys(*l.keys, [&] { l.book.retract(rows.view()); });
}

void split(keyed_currency_ledger& l, const any_column& accounts, const any_column& starts, const any_column& ends,
           const any_column& amounts, const any_column& currencies, int, const std::vector<std::string>& names,
           const py::object& into, std::optional<std::int32_t> since) {
  const decoded_money rows = decode(*l.keys, l.codes, accounts, starts, ends, amounts, currencies, names);
  require_known(l, rows, names.at(0));
  const account to = intern(*l.keys, into);
  with_keys(*l.keys, [&] { l.book.split(rows.view(), to, since ? day{*since} : earliest_day, l.keys->size()); });
}

std::optional<std::int32_t> first_day(const keyed_currency_ledger& l) {
  std::optional<std::int32_t> earliest;
  for (std::uint32_t c = 0; c < l.book.currencies(); ++c) {
    for (std::uint32_t i = 0; i < l.book.accounts(); ++i) {
      const auto steps = l.book.native(c).steps(account{i});
      if (!steps.empty() && (!earliest || steps.front().when.since_epoch < *earliest))
        earliest = steps.front().when.since_epoch;
    }
  }
  return earliest;
}

// The rates at which everything is shown that has no period of its own: those of the last known day of it.
std::int32_t last_day(const keyed_currency_ledger& l, std::int32_t end) {
  return std::min(end, l.book.known_until().since_epoch) - 1;
}

}  // namespace

void bind_currencies(py::module_& m) {
  bind_state<currency_revenue_state>(m, "CurrencyRevenueState",
                                     "Movements at the rates of each opening, and what rates did.")
      .def("movements", [](const currency_revenue_state& s) { return columns_of(movements(s)); })
      .def("estimate", &currency_estimate, py::arg("period"), py::arg("metric"), py::arg("level"))
      .def("closing_ticks", [](const currency_revenue_state& s, std::size_t p) { return exact_int(s.closing.at(p).ticks); })
      .def("fx_ticks", [](const currency_revenue_state& s, std::size_t p) { return exact_int(s.fx(p)); })
      .def("accounts_closing",
           [](const currency_revenue_state& s, std::size_t p) { return s.revenue.periods.at(p).accounts_closing(); })
      .def("complete", [](const currency_revenue_state& s, std::int32_t p) { return s.revenue.complete(p); });
  m.def("ledger_in_currencies", &make, py::arg("rows"), py::arg("names"), py::arg("rates"), py::arg("rate_names"),
        py::arg("report_in"), py::arg("fx"), py::arg("exponent_of"), py::arg("as_of"), py::arg("lapse_grace"));
  using money_ledger = keyed_currency_ledger;
  py::class_<money_ledger>(m, "CurrencyLedger", "What every account pays in each currency on every day.")
      .def("rate", &constant_rate, py::arg("metric"), py::arg("first_day"), py::arg("end_day"), py::arg("policy"),
           py::arg("level"))
      .def(
          "tally",
          [](const money_ledger& l, std::int32_t first, std::int32_t each, std::int32_t count,
             const revenue_policy& policy) { return tally(l, std::nullopt, first, each, count, policy); },
          py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"))
      .def(
          "tally_accounts",
          [](const money_ledger& l, const some_accounts& some, std::int32_t first, std::int32_t each, std::int32_t count,
             const revenue_policy& policy) { return tally(l, some.who, first, each, count, policy); },
          py::arg("accounts"), py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"))
      .def(
          "state",
          [](const money_ledger& l, std::int32_t first, std::int32_t each, std::int32_t count,
             const revenue_policy& policy) { return tally(l, std::nullopt, first, each, count, policy); },
          py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"))
      .def(
          "state_some",
          [](const money_ledger& l, const any_column& accounts, const std::string& name, std::int32_t first,
             std::int32_t each, std::int32_t count, const revenue_policy& policy) {
            const auto who = arrow::as_accounts(accounts, *l.keys, name);
            return tally(l, accounts_of({who.view(), {}, {}, {}}), first, each, count, policy);
          },
          py::arg("account"), py::arg("name"), py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"))
      .def(
          "cohorts",
          [](const money_ledger& l, std::int32_t first, std::int32_t each, std::int32_t count,
             const revenue_policy& policy) {
            // Tenures are seen beyond the periods in which accounts start.
            const bool tenures = policy.cohort_index == cohort_index::tenure_days;
            const std::int32_t end =
                tenures ? l.book.known_until().since_epoch : month{first + each * count}.first_day().since_epoch;
            return cohorts_of(at_rates_of(l, last_day(l, end), end), first, each, count, policy);
          },
          py::arg("first"), py::arg("months_each"), py::arg("count"), py::arg("policy"))
      .def(
          "explain",
          [](const money_ledger& l, const py::object& key, std::int32_t from, std::int32_t to,
             const revenue_policy& policy) {
            // Of one account, so that only its own currencies need rates.
            auto one = std::make_shared<account_index>();
            const account who = account_of(*l.keys, key);
            if (py::isinstance<py::int_>(key))
              one->intern(key.cast<std::int64_t>());
            else
              one->intern(std::string_view(py::str(key).cast<std::string>()));
            const keyed_currency_ledger alone{l.book.only(std::span(&who, 1)), one, l.rates, l.codes, l.valuation};
            return explanation_of(at_rates_of(alone, from - 1, to), key, from, to, policy);
          },
          py::arg("account"), py::arg("first_day"), py::arg("end_day"), py::arg("policy"))
      .def("tenure",
           [](const money_ledger& l) {
             return tenure_of(at_rates_of(l, l.book.known_until().since_epoch - 1, l.book.known_until().since_epoch));
           })
      .def("apply", &apply, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"), py::arg("currency"),
           py::arg("exponent"), py::arg("names"))
      .def("retract", &retract, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"), py::arg("currency"),
           py::arg("exponent"), py::arg("names"))
      .def(
          "merge",
          [](money_ledger& l, const py::object& from, const py::object& into, std::optional<std::int32_t> since) {
            with_keys(*l.keys, [&] {
              l.book.merge(account_of(*l.keys, from), account_of(*l.keys, into), since ? day{*since} : earliest_day);
            });
          },
          py::arg("source"), py::arg("into"), py::arg("since"))
      .def("split", &split, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"), py::arg("currency"),
           py::arg("exponent"), py::arg("names"), py::arg("into"), py::arg("since"))
      .def(
          "declare",
          [](const money_ledger&, const py::object& shard) {
            if (!shard.is_none())
              throw schema_error("shards are not declared for a ledger of several currencies; partition(n) cuts one");
          },
          py::arg("shard"))
      .def(
          "share",
          [](const money_ledger& l, std::size_t index, std::size_t count) {
            const std::size_t all = l.book.accounts();
            return money_ledger{l.book.part(all * index / count, all * (index + 1) / count), l.keys, l.rates, l.codes,
                                l.valuation};
          },
          py::arg("index"), py::arg("count"))
      .def(
          "only",
          [](const money_ledger& l, const some_accounts& some) {
            return money_ledger{l.book.only(some.who), l.keys, l.rates, l.codes, l.valuation};
          },
          py::arg("accounts"))
      .def(
          "holds",
          [](const money_ledger& l, const py::object& key) { return account_of(*l.keys, key).index < l.book.accounts(); },
          py::arg("account"))
      .def("key", [](const money_ledger& l, std::uint32_t who) { return l.keys->key(account{who}); })
      .def_property_readonly("keys", [](const money_ledger& l) { return l.keys; })
      .def_property_readonly("by_subscription", [](const money_ledger&) { return false; })
      .def_property_readonly("accounts", [](const money_ledger& l) { return l.book.accounts(); })
      .def_property_readonly("known_until", [](const money_ledger& l) { return l.book.known_until().since_epoch; })
      .def_property_readonly("first_day", &first_day)
      .def_property_readonly("currencies",
                             [](const money_ledger& l) {
                               std::vector<std::string> used;
                               for (const auto& [code, which] : l.codes) {
                                 if (l.book.native(which).counts().rows > 0) used.push_back(code);
                               }
                               return used;
                             })
      .def_property_readonly("rates", [](const money_ledger& l) { return l.rates.fingerprint(); })
      .def_property_readonly("counts", [](const money_ledger& l) {
        const ledger_counts c = l.book.counts();
        py::dict counts(py::arg("rows") = c.rows, py::arg("empty_periods") = c.empty_periods,
                        py::arg("free_periods") = c.free_periods, py::arg("future_starts") = c.future_starts,
                        py::arg("future_ends") = c.future_ends);
        if (l.book.bridges() != 0) counts["bridges"] = l.book.bridges();
        return counts;
      });
}

}  // namespace sojourn::python
