// Ledgers from every source of MRR: ready-made MRR, prices, lines of invoices, month snapshots, changes.
#include "sojourn/arrow/moments.hpp"
#include "sojourn/revenue/sources/keyed_sources.hpp"

#include <pybind11/stl.h>

#include "frames/role_columns.hpp"
#include "frames/words.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/exec/executor.hpp"
#include "sojourn/input/amount_period.hpp"
#include "sojourn/input/line_kind_words.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using names_by_role = std::map<std::string, std::string>;

keyed_ledger from_periods(const any_column& accounts, const any_column& starts, const any_column& ends,
                          const any_column& amounts, int exponent, std::optional<std::int32_t> as_of,
                          const std::vector<std::string>& names, std::int32_t lapse_grace) {
  const py::gil_scoped_release released;
  const thread_executor host;
  auto keys = std::make_shared<account_index>();
  const held_periods rows(*keys, accounts, starts, ends, amounts, exponent, names, any_executor(host));
  return ledger_from_periods(rows.view(), keys, lapse_grace, {.as_of = day_from(as_of)}, host);
}

keyed_ledger from_snapshots(const any_column& accounts, const any_column& months, const any_column& amounts, int exponent,
                            std::optional<std::int32_t> as_of, const std::vector<std::string>& names,
                            std::int32_t lapse_grace) {
  const py::gil_scoped_release released;
  auto keys = std::make_shared<account_index>();
  const auto account = arrow::as_accounts(accounts, *keys, names.at(0));
  const any_column when = arrow::as_months(months, names.at(1));
  const auto amount = arrow::as_minor(amounts, names.at(2), exponent);
  return ledger_from_snapshots(
      {account.view(), when.view<std::int32_t>(names[1]), amount.view(), ticks_per_minor_of(names[2])}, keys, lapse_grace,
      day_from(as_of));
}

keyed_ledger from_changes(const any_column& accounts, const any_column& days, const any_column& amounts,
                          const std::optional<any_column>& subscriptions, const std::optional<any_column>& minutes,
                          const std::string& amount_is, const std::string& same_day, int exponent,
                          std::optional<std::int32_t> as_of, const std::vector<std::string>& names, std::int32_t lapse_grace,
                          std::int32_t grouping_minutes) {
  change_options options;
  options.grouping_minutes = grouping_minutes;
  options.amount = named<change_amount>("amount", amount_is);
  options.same_day = named<same_day_changes>("same_day", same_day);
  options.as_of = day_from(as_of);
  const py::gil_scoped_release released;
  auto keys = std::make_shared<account_index>();
  account_index subscription_keys;
  const auto account = arrow::as_accounts(accounts, *keys, names.at(0));
  const auto when = arrow::as_day(days, names.at(1));
  const auto amount = arrow::as_minor(amounts, names.at(2), exponent);
  mrr_changes table{account.view(), when.view(), amount.view()};
  table.ticks_per_unit = ticks_per_minor_of(names[2]);
  arrow::held_column<std::uint32_t> subscription;
  if (subscriptions) {
    subscription = arrow::as_accounts(*subscriptions, subscription_keys, names.at(3));
    table.subscription = subscription.view();
  }
  arrow::held_column<std::int32_t> minute;
  if (minutes) {
    minute = arrow::as_int32(*minutes, names.at(1));
    table.minute = minute.view();
  }
  return ledger_from_changes(table, keys, options, lapse_grace);
}

/// The columns that prices and lines of invoices have in common.
template <class View>
void take_common(role_columns& held, int exponent, account_index& accounts, account_index& subscriptions, View& view) {
  held.take_keys("account", accounts, view.account);
  held.take_keys("subscription", subscriptions, view.subscription);
  held.take_days("cancelled_on", view.cancelled_on);
  held.take_days("billing_ended_on", view.billing_ended_on);
  held.take_days("unpaid_since", view.unpaid_since);
  held.take_days("paid_again_on", view.paid_again_on);
  held.take_minor("amount", exponent, view.amount);
  held.take_minor("discount_minor", exponent, view.discount_minor);
  held.take_minor("tax_minor", exponent, view.tax_minor);
  held.take_words<discount_term>("discount_term", view.discount_term);
}

keyed_ledger from_prices(const roles& columns, const names_by_role& names, int exponent, std::optional<std::int32_t> as_of,
                         const revenue_policy& policy, const std::string& part, const std::string& commitment) {
  const pricing_options options{policy, named<mrr_part>("part", part), named<mrr_commitment>("commitment", commitment),
                                day_from(as_of)};
  const py::gil_scoped_release released;
  auto accounts = std::make_shared<account_index>();
  auto subscriptions = std::make_shared<account_index>();
  role_columns held(columns, names);
  priced_subscriptions view;
  take_common(held, exponent, *accounts, *subscriptions, view);
  held.take_days("start", view.start), held.take_days("end", view.end);
  held.take_days("paused_on", view.paused_on), held.take_days("resumed_on", view.resumed_on);
  held.take_days("trial_start", view.trial_start), held.take_days("trial_end", view.trial_end);
  held.take_days("discount_until", view.discount_until);
  held.take_counts("every", view.every), held.take_counts("discount_basis_points", view.discount_basis_points);
  held.take_int64("quantity", view.quantity);
  held.take_words<billing_unit>("unit", view.unit);
  held.take_words("metered", {"false", "true"}, view.metered);
  return ledger_from_prices(view, options, accounts, subscriptions);
}

keyed_ledger from_invoices(const roles& columns, const names_by_role& names, int exponent, std::optional<std::int32_t> as_of,
                           const revenue_policy& policy) {
  const py::gil_scoped_release released;
  auto accounts = std::make_shared<account_index>();
  auto subscriptions = std::make_shared<account_index>();
  role_columns held(columns, names);
  invoice_lines view;
  take_common(held, exponent, *accounts, *subscriptions, view);
  held.take_days("service_start", view.service_start), held.take_days("service_end", view.service_end);
  held.take_days("full_start", view.full_start), held.take_days("full_end", view.full_end);
  held.take_days("ended_on", view.ended_on);
  held.take_words(
      "kind",
      [](std::string_view word) {
        const std::optional<line_kind> kind = line_kind_of(word);
        return kind ? std::optional(static_cast<std::uint8_t>(*kind)) : std::nullopt;
      },
      line_kind_rule(), view.kind);
  return ledger_from_invoices(view, {policy, day_from(as_of)}, accounts, subscriptions);
}

}  // namespace

void bind_keyed_sources(ledger_class& ledger) {
  ledger
      .def_static("make", &from_periods, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"),
                  py::arg("exponent"), py::arg("as_of"), py::arg("names"), py::arg("lapse_grace"))
      .def_static("from_snapshots", &from_snapshots, py::arg("account"), py::arg("month"), py::arg("mrr"),
                  py::arg("exponent"), py::arg("as_of"), py::arg("names"), py::arg("lapse_grace"))
      .def_static("from_changes", &from_changes, py::arg("account"), py::arg("when"), py::arg("amount"),
                  py::arg("subscription"), py::arg("minute"), py::arg("amount_is"), py::arg("same_day"), py::arg("exponent"),
                  py::arg("as_of"), py::arg("names"), py::arg("lapse_grace"), py::arg("grouping_minutes"))
      .def_static("from_prices", &from_prices, py::arg("columns"), py::arg("names"), py::arg("exponent"), py::arg("as_of"),
                  py::arg("policy"), py::arg("part"), py::arg("commitment"))
      .def_static("from_invoices", &from_invoices, py::arg("columns"), py::arg("names"), py::arg("exponent"),
                  py::arg("as_of"), py::arg("policy"));
}

}  // namespace sojourn::python
