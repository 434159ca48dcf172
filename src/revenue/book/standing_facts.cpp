#include "revenue/book/standing_facts.hpp"

#include <algorithm>

#include "revenue/ledger/ledger_maker.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

ledger_rows rows_kind(fact_source source) {
  if (source == fact_source::changes) return ledger_rows::changes;
  return source == fact_source::invoices ? ledger_rows::invoices : ledger_rows::periods;
}

}  // namespace

account_index& customer_keys(const book_data& data, const view& under) {
  return under.policy.unit == customer_unit::subscription ? *data.subscription_keys : *data.keys;
}

std::uint32_t owner_of_subscription(const book_data& data, std::span<const std::uint32_t> slots,
                                    std::uint32_t subscription) {
  std::uint32_t owner = 0, latest = 0;
  for (const std::uint32_t slot : slots) {
    if (data.cell<std::uint32_t>(data.subscription(), slot) != subscription) continue;
    const std::uint32_t row = data.store.at<std::uint32_t>(data.common.source_row, slot) + 1;
    if (row > latest) latest = row, owner = data.store.at<std::uint32_t>(data.common.account, slot);
  }
  return owner;
}

namespace {

/// Who owns each subscription: of several accounts, that of its last row.
std::vector<std::uint32_t> owners_of_subscriptions(const standing_facts& from) {
  const book_data& data = from.data();
  std::vector<std::uint32_t> owner(data.subscription_keys->size(), 0), latest(owner.size(), 0);
  const std::size_t column = data.subscription();
  for (std::uint32_t who = 0; who < from.accounts(); ++who) {
    for (const std::uint32_t slot : from.slots_of(account{who})) {
      const auto subscription = data.cell<std::uint32_t>(column, slot);
      const std::uint32_t row = data.store.at<std::uint32_t>(data.common.source_row, slot) + 1;
      if (subscription && row > latest[*subscription]) latest[*subscription] = row, owner[*subscription] = who;
    }
  }
  return owner;
}

bool says_more(const row_counts& counts) {
  row_counts plain;
  plain.rows = counts.rows;
  return counts != plain;
}

bool same_numbers(std::span<const std::uint32_t> rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] != i) return false;
  }
  return true;
}

}  // namespace

keyed_ledger whole_ledger(const standing_facts& from, const view_of_book& how, const owner_index& owners,
                          const as_of_day& asked, const any_executor& host) {
  const book_data& data = from.data();
  const view& under = how.under();
  if (how.by_subscription() && data.subscription() == no_column) {
    throw schema_error("unit \"subscription\" needs to know which subscription each row belongs to; name that column");
  }
  as_of_day as_of = asked;
  keyed_ledger made;
  mrr_rows rows;
  const bool plain = data.source == fact_source::periods && !how.marked() && !how.valued_once() && owners.no_owners() &&
                     owners.no_parents() && !how.rows_name_parents() && under.policy.lapse_grace == 0 && !data.has_usage();
  // Rows as they came need no list of them, and the bulk road takes them in any order.
  const bool as_they_came = plain && how.holds_all() && from.as_stored() && data.store.full() && data.in_order;
  const std::vector<std::uint32_t> slots = as_they_came ? std::vector<std::uint32_t>{} : from.slots_under(how);
  if (as_they_came) {
    const gathered_facts facts(data);
    made.book = ledger(std::get<subscriptions>(facts.rows), {as_of, from.accounts()}, host);
  } else if (plain) {
    const gathered_facts facts(data, slots);
    made.book = ledger(std::get<subscriptions>(facts.rows), {as_of, from.accounts()}, host);
    rows.source.resize(slots.size());
    for (std::size_t i = 0; i < slots.size(); ++i) {
      rows.source[i] = data.store.at<std::uint32_t>(data.common.source_row, slots[i]);
    }
  } else {
    if (data.source == fact_source::snapshots && !as_of.named() && !data.has_usage()) {
      const gathered_facts facts(data, slots);
      if (const auto next = month_after(std::get<snapshots>(facts.rows))) as_of = next->first_day();
    }
    as_of = day_after_rows(data, slots, how, owners, as_of);
    rows = derive_rows(data, slots, how, owners, as_of);
    rows.accounts = std::max(rows.accounts, from.customers(how));
    made.book = rows.book(as_of);
    if (says_more(rows.counts) || data.source == fact_source::prices || data.source == fact_source::invoices ||
        data.has_usage()) {
      made.prepared = rows.counts;
    }
  }
  if (!same_numbers(rows.source)) ledger_maker::renumber(made.book, rows.source);
  made.kind = rows_kind(data.source);
  made.keys = how.by_subscription() ? data.subscription_keys : data.keys;
  if (how.by_subscription()) {
    made.by_subscription = true;
    made.owner = std::make_shared<std::vector<std::uint32_t>>(owners_of_subscriptions(from));
    made.owner_keys = data.keys;
  }
  if (under.currencies && !how.valued_once()) {
    made.in = std::make_shared<const valuation>(
        valuation{*under.currencies->rates, valuation_of(under.policy, under.currencies->at)});
  }
  if (under.part_of != nullptr) made.book = part_of(made.book, *made.keys, *under.part_of);
  return made;
}

}  // namespace sojourn::inline v0_1::detail
