#include "revenue/explain/usage_of_reading.hpp"

#include "revenue/book/usage_of_book.hpp"

namespace sojourn::inline v0_1::detail {

usage_of_reading usage_of(const book& of, const reading& how) {
  const book_data& data = book_access::of(of);
  if (!data.has_usage()) {
    throw schema_error("this ledger holds no usage; add rows of commitments and consumption to it");
  }
  const view_of_book asked(data, how.under);
  std::vector<std::uint32_t> slots;
  for (std::uint32_t who = 0; who < data.accounts; ++who) {
    for (const std::uint32_t slot : data.slots_of(account{who})) {
      if (data.is_usage(slot) && asked.holds(slot)) slots.push_back(slot);
    }
  }
  const owner_index owners(data.owners, asked.owners());
  usage_of_reading found{usage_facts_under(data, slots, owners), {}, {}, {}, how.ledger.book.known_until()};
  for (const usage_fact& one : found.facts) {
    if (one.currency == found.facts.front().currency) continue;
    throw schema_error(
        "usage is in several currencies: amounts of several currencies are never added; ask for one with a "
        "filter, where={...}, on a label");
  }
  if (how.under.currencies) {
    throw schema_error("usage is in its own currency, and the ledger reports in another; read it without rates");
  }
  found.draws = draw_down(found.facts, found.as_of);
  const bool by_subscription = asked.by_subscription();
  if (by_subscription) require_subscriptions(found.facts);
  std::vector<ownership> mine;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    owners.find_owners(account{found.facts[i].account}, slots[i], mine);
    if (asked.by_parent()) {
      owners.replace_by_parents(mine, data.cell<std::uint32_t>(data.common.parent, slots[i]));
    }
    found.customer.push_back(by_subscription ? account{found.facts[i].subscription} : mine.back().owner);
    const auto& part = how.under.part_of;
    found.mine.push_back(part == nullptr || part->owns(account_hash(how.ledger.keys->key(found.customer.back()))));
  }
  return found;
}

}  // namespace sojourn::inline v0_1::detail
