#include "sojourn/revenue/sources/keyed_sources.hpp"

#include <utility>

namespace sojourn::inline v0_1 {
namespace {

using shared_keys = std::shared_ptr<account_index>;

std::shared_ptr<const std::vector<std::uint32_t>> shared(std::vector<std::uint32_t> rows) {
  return std::make_shared<const std::vector<std::uint32_t>>(std::move(rows));
}

/// Rows of which only bridges and moved changes are worth counting apart.
keyed_ledger bridged(mrr_rows rows, shared_keys keys, std::int32_t lapse_grace, std::optional<day> as_of) {
  bridge_lapses(rows, lapse_grace, as_of);
  const bool changed = lapse_grace > 0 || rows.counts.grouped > 0 || rows.counts.same_moment > 0;
  keyed_ledger made = ledger_from_rows(std::move(rows), std::move(keys), as_of);
  if (!changed) made.prepared.reset();
  return made;
}

/// `make` gives the rows of customers, which the policy tells apart.
template <class Table, class Make>
keyed_ledger by_customer(const Table& table, customer_unit unit, std::optional<day> as_of, shared_keys accounts,
                         shared_keys subscriptions, const Make& make) {
  if (unit == customer_unit::account) {
    return with_keys(*accounts, [&] { return ledger_from_rows(make(), accounts, as_of); });
  }
  if (subscriptions == nullptr) throw schema_error("unit \"subscription\" needs the keys of subscriptions");
  return with_keys(*subscriptions, [&] {
    keyed_ledger made = ledger_from_rows(make(), subscriptions, as_of);
    made.by_subscription = true;
    made.owner = std::make_shared<std::vector<std::uint32_t>>(subscription_owners(table.account, table.subscription));
    made.owner_keys = accounts;
    return made;
  });
}

}  // namespace

namespace detail {

keyed_ledger ledger_from_periods(const subscriptions& periods, shared_keys keys, std::int32_t lapse_grace,
                                 const ledger_options& options, const any_executor& host) {
  return with_keys(*keys, [&]() -> keyed_ledger {
    if (lapse_grace == 0) return {ledger(periods, options, host), keys};
    mrr_rows rows = copy_rows(periods, options.accounts);
    bridge_lapses(rows, lapse_grace, options.as_of);
    return ledger_from_rows(std::move(rows), keys, options.as_of);
  });
}

}  // namespace detail

keyed_ledger ledger_from_rows(mrr_rows rows, shared_keys keys, std::optional<day> as_of) {
  return with_keys(*keys, [&] {
    keyed_ledger made{rows.book(as_of), keys};
    made.prepared = rows.counts;
    made.source_rows = shared(std::move(rows.source));
    return made;
  });
}

keyed_ledger ledger_from_snapshots(const snapshots& table, shared_keys keys, std::int32_t lapse_grace,
                                   std::optional<day> as_of) {
  if (!as_of) {
    if (const auto next = month_after(table)) as_of = next->first_day();
  }
  return with_keys(*keys, [&] { return bridged(rows_from_snapshots(table, keys->size()), keys, lapse_grace, as_of); });
}

keyed_ledger ledger_from_changes(const mrr_changes& changes, shared_keys keys, change_options options,
                                 std::int32_t lapse_grace) {
  options.accounts = keys->size();
  return with_keys(*keys, [&] {
    keyed_ledger made = bridged(rows_from_changes(changes, options), keys, lapse_grace, options.as_of);
    made.kind = ledger_rows::changes;
    return made;
  });
}

keyed_ledger ledger_from_prices(const priced_subscriptions& priced, const pricing_options& options, shared_keys accounts,
                                shared_keys subscriptions) {
  return by_customer(priced, options.policy.unit, options.as_of, std::move(accounts), std::move(subscriptions),
                     [&] { return rows_from_prices(priced, options); });
}

keyed_ledger ledger_from_invoices(const invoice_lines& lines, const invoicing_options& options, shared_keys accounts,
                                  shared_keys subscriptions) {
  keyed_ledger made = by_customer(lines, options.policy.unit, options.as_of, std::move(accounts), std::move(subscriptions),
                                  [&] { return rows_from_invoices(lines, options); });
  made.kind = ledger_rows::invoices;
  return made;
}

std::vector<std::uint32_t> subscription_owners(const column<std::uint32_t>& account,
                                               const column<std::uint32_t>& subscription) {
  std::vector<std::uint32_t> owner;
  for (std::size_t row = 0; row < subscription.size(); ++row) {
    if (!subscription.present(row) || !account.present(row)) continue;
    if (subscription[row] >= owner.size()) owner.resize(std::size_t{subscription[row]} + 1);
    owner[subscription[row]] = account[row];
  }
  return owner;
}

}  // namespace sojourn::inline v0_1
