// Two cycles of one book of accounts: the accounts matched by key, whatever the order of their rows.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "sojourn/domain/account.hpp"
#include "sojourn/health/card/tiers.hpp"
#include "sojourn/health/score/delta.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// The row of every account that `keys` knows; `not_there` for accounts that are not in the column. `accounts` are numbers
/// that `keys` gave out. Throws a `data_error` that names an account which has two rows; `cycle` says in which table
/// ("previous", "current").
[[nodiscard]] std::vector<std::size_t> rows_by_account(const column<std::uint32_t>& accounts, const account_index& keys,
                                                       std::string_view cycle);

/// A value and whether there is one, over the accounts of both cycles.
struct joined_values {
  std::vector<std::int64_t> value;
  std::vector<std::uint8_t> present;
};

/// Accounts of the cycle before and of this one, matched. Every account of either has one place, in the order in which
/// `keys` numbered them. O(rows).
class two_cycles {
 public:
  /// `before` and `now` are numbers that `keys` gave out. Throws as `rows_by_account`.
  two_cycles(const column<std::uint32_t>& before, const column<std::uint32_t>& now, const account_index& keys);

  /// For each row of now its row of before, or `not_there`.
  [[nodiscard]] const std::vector<std::size_t>& row_before() const noexcept { return row_before_; }

  /// Tiers of both cycles over all accounts; `no_tier` where an account is not in the cycle.
  [[nodiscard]] std::pair<std::vector<tier_code>, std::vector<tier_code>> join(std::span<const tier_code> before,
                                                                               std::span<const tier_code> now) const;

  /// Values over all accounts: those of this cycle, and of accounts that left those of the cycle before.
  [[nodiscard]] joined_values join(const column<std::int64_t>& before, const column<std::int64_t>& now) const;

 private:
  std::vector<std::size_t> then_, here_;  ///< by account
  std::vector<std::size_t> row_before_;
};

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
