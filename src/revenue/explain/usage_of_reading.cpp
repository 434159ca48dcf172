#include "revenue/explain/usage_of_reading.hpp"

#include "revenue/book/usage_of_book.hpp"

namespace sojourn::inline v0_1::detail {

usage_of_reading usage_of(const book& of, const reading& how, usage_currencies shown) {
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
  usage_of_reading found{usage_facts_under(data, slots, owners), {}, {}, {}, how.ledger.book.known_until(), nullptr, {}, {}};
  const auto& rates = how.under.currencies;
  if (rates && shown == usage_currencies::one) {
    throw schema_error(
        "commitments are in currencies of their own, and the ledger reports in another: ask a ledger of one currency, made "
        "without rates=, or usage_movements, which shows amounts at the rates of each period");
  }
  if (rates && asked.valued_once()) {
    for (std::size_t i = 0; i < slots.size(); ++i) {
      found.rates.push_back(asked.rate_of(slots[i], day{found.facts[i].start}));
    }
  } else if (rates) {
    found.in = std::make_shared<const valuation>(valuation{*rates->rates, valuation_of(how.under.policy, rates->at)});
    const auto& words = data.currencies.words();
    for (std::uint32_t code = 0; code < words.size(); ++code) found.rate_codes[code] = rates->rates->codes.at(words[code]);
  }
  for (const usage_fact& one : found.facts) {
    if (rates || one.currency == found.facts.front().currency) continue;
    throw schema_error(
        "usage is in several currencies: amounts of several currencies are never added; give rates= and report_in=, or ask "
        "for one with a filter, where={...}, on a label");
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
