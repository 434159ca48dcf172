// A reading as a correction will leave it: only what the correction concerns is derived again.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "revenue/book/standing_facts.hpp"

namespace sojourn::inline v0_1::detail {

/// What an account becomes in a reading. All are prepared before the first is written.
struct next_account {
  account who;
  std::vector<mrr_step> steps;
  std::vector<cause_share> shares;
  std::vector<std::uint32_t> rows;
};

/// The steps of these customers, ascending, made of those of the rows that are theirs.
[[nodiscard]] std::vector<next_account> next_steps(const mrr_rows& rows, std::span<const account> customers,
                                                   day known_until);

/// A reading as it will be; `commit` cannot fail.
class next_reading {
 public:
  next_reading(const book_data& data, const correction& plan, reading& of);
  void commit() noexcept;

 private:
  void prepare_owners(const book_data& data, std::span<const account> subscriptions, std::span<const account> accounts,
                      const correction& plan);

  reading& of_;
  std::vector<next_account> next_;
  std::optional<keyed_ledger> whole_;
  std::vector<lane_name> lanes_;
  std::shared_ptr<const owner_index> owners_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> subscription_owners_;  // subscription, account
};

}  // namespace sojourn::inline v0_1::detail
