#include "revenue/book/usage_of_book.hpp"

#include "revenue/sources/usage_facts.hpp"

namespace sojourn::inline v0_1::detail {

std::vector<usage_fact> usage_facts_under(const book_data& data, std::span<const std::uint32_t> slots,
                                          const owner_index& owners) {
  const gathered_facts gathered(data, slots, fact_source::usage);
  std::vector<usage_fact> facts = usage_facts_of(std::get<usage_lines>(gathered.rows), data.keys->size());
  for (std::size_t i = 0; i < facts.size(); ++i) {
    facts[i].currency = data.cell<std::uint32_t>(data.common.currency, slots[i]).value_or(missing_cell<std::uint32_t>);
  }
  if (owners.no_owners()) return facts;
  std::vector<ownership> mine;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    owners.find_owners(account{facts[i].account}, slots[i], mine);
    for (const ownership& one : mine) facts[i].owners.push_back({one.since.since_epoch, one.owner.index});
  }
  return facts;
}

void require_subscriptions(const std::vector<usage_fact>& facts) {
  for (std::size_t row = 0; row < facts.size(); ++row) {
    if (facts[row].subscription != whole_account) continue;
    throw data_error({"subscription", row, "missing", "every row belongs to a subscription",
                      "name it, or count accounts: unit \"account\""});
  }
}

}  // namespace sojourn::inline v0_1::detail
