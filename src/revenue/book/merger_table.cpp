#include "revenue/book/merger_table.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

#include "sojourn/revenue/ledger/account_errors.hpp"

namespace sojourn::inline v0_1::detail {

std::vector<merger> ends_of_chains(std::span<const merger> all) {
  const auto refuse = [&](std::size_t row, const char* rule) {
    throw account_data_error(all[row].from, {"account", row, "{account}", rule, ""});
  };
  std::map<std::uint32_t, std::uint32_t> leads;
  for (std::size_t row = 0; row < all.size(); ++row) {
    if (!leads.emplace(all[row].from.index, all[row].into.index).second) refuse(row, "an account is merged once");
  }
  const bool dated = std::any_of(all.begin(), all.end(), [](const merger& one) { return one.since != earliest_day; });
  std::vector<merger> ended(all.begin(), all.end());
  for (std::size_t row = 0; row < all.size(); ++row) {
    std::size_t steps = 0;
    for (auto next = leads.find(all[row].into.index); next != leads.end(); next = leads.find(next->second)) {
      if (++steps > all.size()) refuse(row, "mergers do not run in a circle");
      ended[row].into.index = next->second;
    }
    if (dated && steps > 0) refuse(row, "with days each merger names the account that stays, not one merged itself");
  }
  return ended;
}

}  // namespace sojourn::inline v0_1::detail
