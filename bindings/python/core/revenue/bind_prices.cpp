// A table of prices and events, or of lines of invoices, becomes a ledger under a policy.
#include <utility>

#include "frames/role_columns.hpp"
#include "frames/words.hpp"
#include "revenue/bind_ledger.hpp"
#include "sojourn/revenue/explain/reconcile.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using roles = std::map<std::string, any_column>;

priced_subscriptions priced_view(role_columns& held, int exponent, account_index& accounts, account_index& subscriptions) {
  priced_subscriptions view;
  held.take_keys("account", accounts, view.account), held.take_keys("subscription", subscriptions, view.subscription);
  held.take_days("start", view.start), held.take_days("end", view.end), held.take_days("cancelled_on", view.cancelled_on);
  held.take_days("billing_ended_on", view.billing_ended_on), held.take_days("unpaid_since", view.unpaid_since);
  held.take_days("paid_again_on", view.paid_again_on), held.take_days("paused_on", view.paused_on);
  held.take_days("resumed_on", view.resumed_on), held.take_days("trial_end", view.trial_end);
  held.take_minor("amount", exponent, view.amount), held.take_minor("discount_minor", exponent, view.discount_minor);
  held.take_minor("tax_minor", exponent, view.tax_minor);
  held.take_counts("every", view.every), held.take_counts("discount_basis_points", view.discount_basis_points);
  held.take_int64("quantity", view.quantity);
  held.take_words("unit", {"day", "week", "month", "quarter", "year"}, view.unit);
  held.take_words("discount_term", {"recurring", "one_time"}, view.discount_term);
  held.take_words("metered", {"false", "true"}, view.metered);
  return view;
}

invoice_lines lines_view(role_columns& held, int exponent, account_index& accounts, account_index& subscriptions) {
  invoice_lines view;
  held.take_keys("account", accounts, view.account), held.take_keys("subscription", subscriptions, view.subscription);
  held.take_days("service_start", view.service_start), held.take_days("service_end", view.service_end);
  held.take_days("full_start", view.full_start), held.take_days("full_end", view.full_end);
  held.take_days("ended_on", view.ended_on), held.take_days("cancelled_on", view.cancelled_on);
  held.take_days("billing_ended_on", view.billing_ended_on), held.take_days("unpaid_since", view.unpaid_since);
  held.take_days("paid_again_on", view.paid_again_on);
  held.take_minor("amount", exponent, view.amount), held.take_minor("discount_minor", exponent, view.discount_minor);
  held.take_minor("tax_minor", exponent, view.tax_minor);
  held.take_words("kind", {"recurring", "one_off", "usage", "refund"}, view.kind);
  held.take_words("discount_term", {"recurring", "one_time"}, view.discount_term);
  return view;
}

/// The ledger of rows that `make` builds; a customer is an account or a subscription.
template <class View, class Make>
keyed_ledger keyed(const View& view, customer_unit unit, std::optional<day> as_of, std::shared_ptr<account_index> accounts,
                   std::shared_ptr<account_index> subscriptions, ledger_rows kind, const Make& make) {
  const bool by_subscription = unit == customer_unit::subscription;
  auto keys = by_subscription ? std::move(subscriptions) : accounts;
  return with_keys(*keys, [&]() -> keyed_ledger {
    mrr_rows rows = make();
    ledger book = rows.book(as_of);
    keyed_ledger made{std::move(book), keys, std::make_shared<const std::vector<std::uint32_t>>(std::move(rows.source)),
                      rows.counts,     kind, by_subscription};
    if (by_subscription) {
      made.owner = std::make_shared<const std::vector<std::uint32_t>>(subscription_owners(view.account, view.subscription));
      made.owner_keys = std::move(accounts);
    }
    return made;
  });
}

}  // namespace

keyed_ledger ledger_from_prices(const roles& columns, const std::map<std::string, std::string>& names, int exponent,
                                std::optional<std::int32_t> as_of, const revenue_policy& policy, const std::string& part,
                                const std::string& commitment) {
  pricing_options options;
  options.policy = policy;
  options.part = named<mrr_part>("part", part, {{"paid", mrr_part::paid}, {"trial", mrr_part::trial}});
  options.commitment = named<mrr_commitment>(
      "commitment", commitment, {{"in_force", mrr_commitment::in_force}, {"committed", mrr_commitment::committed}});
  if (as_of) options.as_of = day{*as_of};
  const py::gil_scoped_release released;
  auto accounts = std::make_shared<account_index>();
  auto subscriptions = std::make_shared<account_index>();
  role_columns held(columns, names);
  const priced_subscriptions view = priced_view(held, exponent, *accounts, *subscriptions);
  return keyed(view, policy.unit, options.as_of, accounts, subscriptions, ledger_rows::periods,
               [&] { return rows_from_prices(view, options); });
}

keyed_ledger ledger_from_invoices(const roles& columns, const std::map<std::string, std::string>& names, int exponent,
                                  std::optional<std::int32_t> as_of, const revenue_policy& policy) {
  invoicing_options options;
  options.policy = policy;
  if (as_of) options.as_of = day{*as_of};
  const py::gil_scoped_release released;
  auto accounts = std::make_shared<account_index>();
  auto subscriptions = std::make_shared<account_index>();
  role_columns held(columns, names);
  const invoice_lines view = lines_view(held, exponent, *accounts, *subscriptions);
  return keyed(view, policy.unit, options.as_of, accounts, subscriptions, ledger_rows::invoices,
               [&] { return rows_from_invoices(view, options); });
}

}  // namespace sojourn::python
