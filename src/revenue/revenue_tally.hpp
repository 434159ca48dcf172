// The periods of a revenue state while they are counted.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/revenue/account_history.hpp"
#include "sojourn/revenue/revenue_state.hpp"

namespace sojourn::inline v0_1::detail {

/// What an account did in a period, each kind in one place; the sums of a `revenue_period` follow from them.
struct period_count {
  int128 moved[5]{};  ///< ticks of each `movement_kind`, without sign
  std::int64_t movements[5]{};
  std::int64_t new_lost = 0;
  std::int64_t free_new = 0;
  std::int64_t free_more = 0;  ///< customers without MRR at the end of the period, less those at its start
  std::int64_t accounts_left = 0;
  loss_count left;            ///< accounts of the opening: gone at the end,
  loss_count less;            ///< with less,
  loss_count more;            ///< with as much or more
  product_sum joined_square;  ///< closing of the others
  loss_sums more_in_events;   ///< what events lost beyond what the ends show
};

/// Changes of one kind in one period; products are of the level before and the change, and of the change with itself.
struct alignas(64) change_count {
  uint128 moved = 0;
  uint128 cross = 0;
  uint128 square = 0;
  std::int64_t times = 0;
};

/// A step and its account, of which every customer pays.
struct account_step {
  std::uint32_t who;
  day when;
  mrr level;
};

/// Sorts the steps of accounts into the periods of a state.
///
/// An account rarely changes twice in a period, and most pay as long as they are customers. Then what events moved and what
/// the ends of the period show is one, and a step is a few additions without a branch; all others are looked at period by
/// period.
class revenue_tally {
 public:
  revenue_tally(const period_finder& finder, revenue_state& state);

  /// The steps of one account.
  void add(std::span<const mrr_step> steps);
  /// The steps of whole accounts, one after another.
  void add(std::span<const account_step> steps);

  /// Sums up, and carries openings forward: each period opens with what the one before closed with.
  void finish();

 private:
  // Levels below 2^47 ticks (8 million dollars a month): sums of fewer than 2^32 products of two stay in 128 bits.
  static constexpr int large_from_bit = 47;
  // `presence` of steps or'ed together: at most this where no customer is without MRR.
  static constexpr std::uint32_t paid_only = static_cast<std::uint32_t>(account_presence::paying);
  static constexpr std::size_t kinds = 5;

  // 0 before the periods, 1 .. n, n + 1 after them.
  [[nodiscard]] std::uint32_t bin_of(day when) const noexcept {
    const std::int64_t since = std::int64_t{when.since_epoch} - finder_.first_day() + 1;
    return bins_[static_cast<std::size_t>(std::clamp<std::int64_t>(since, 0, days_))];
  }
  void add_by_period(std::span<const mrr_step> steps);
  void count_alone(std::uint32_t bin, account_history& past, day when, std::uint64_t to) noexcept;
  void write(std::size_t period);
  void open_first();
  account_history one_period(period_count& period, account_history past, std::span<const mrr_step> steps) const;
  void move(period_count& period, const account_history& from, const mrr_step& step) const;

  const period_finder& finder_;
  revenue_state& state_;
  std::int64_t days_;
  std::vector<std::uint32_t> bins_;    // by day
  std::vector<change_count> changes_;  // bin x kind: steps alone in their period
  std::vector<period_count> counts_;   // all others
};

}  // namespace sojourn::inline v0_1::detail
