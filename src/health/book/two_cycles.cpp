#include "sojourn/health/book/two_cycles.hpp"

#include <string>

namespace sojourn::inline v0_1::health {

std::vector<std::size_t> rows_by_account(const column<std::uint32_t>& accounts, const account_index& keys,
                                         std::string_view cycle) {
  std::vector<std::size_t> row_of(keys.size(), not_there);
  for (std::size_t row = 0; row < accounts.size(); ++row) {
    std::size_t& at = row_of.at(accounts[row]);
    if (at != not_there) {
      throw data_error({"account", row, keys.key(account{accounts[row]}),
                        "occurs twice in the " + std::string(cycle) + " cycle, first in row " + std::to_string(at),
                        "give one row per account: a join may have repeated it"});
    }
    at = row;
  }
  return row_of;
}

two_cycles::two_cycles(const column<std::uint32_t>& before, const column<std::uint32_t>& now, const account_index& keys)
    : then_(rows_by_account(before, keys, "previous")), here_(rows_by_account(now, keys, "current")) {
  row_before_.reserve(now.size());
  for (std::size_t row = 0; row < now.size(); ++row) row_before_.push_back(then_[now[row]]);
}

std::pair<std::vector<tier_code>, std::vector<tier_code>> two_cycles::join(std::span<const tier_code> before,
                                                                           std::span<const tier_code> now) const {
  std::pair<std::vector<tier_code>, std::vector<tier_code>> joined{std::vector<tier_code>(then_.size(), no_tier),
                                                                   std::vector<tier_code>(here_.size(), no_tier)};
  for (std::size_t a = 0; a < then_.size(); ++a) {
    if (then_[a] != not_there) joined.first[a] = before[then_[a]];
    if (here_[a] != not_there) joined.second[a] = now[here_[a]];
  }
  return joined;
}

joined_values two_cycles::join(const column<std::int64_t>& before, const column<std::int64_t>& now) const {
  joined_values joined{std::vector<std::int64_t>(here_.size(), 0), std::vector<std::uint8_t>(here_.size(), 0)};
  for (std::size_t a = 0; a < here_.size(); ++a) {
    const bool is_current = here_[a] != not_there;
    const column<std::int64_t>& values = is_current ? now : before;
    const std::size_t row = is_current ? here_[a] : then_[a];
    if (row == not_there || !values.present(row)) continue;
    joined.present[a] = 1;
    joined.value[a] = values[row];
  }
  return joined;
}

}  // namespace sojourn::inline v0_1::health
