// What an account pays in all its currencies, day after day, and why.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "revenue/ledger/cause_netting.hpp"
#include "revenue/ledger/one_change.hpp"
#include "sojourn/revenue/currencies/exchange_rates.hpp"
#include "sojourn/revenue/ledger/account_errors.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"

namespace sojourn::inline v0_1::detail {

/// The levels of one account while its steps are walked through.
class currency_walk {
 public:
  void start(account who, std::span<const mrr_step> steps) {
    who_ = who;
    steps_ = steps;
    held_.clear();
    changes_.clear();
    presence_ = account_presence::absent;
    next_ = 0;
  }

  [[nodiscard]] bool done() const noexcept { return next_ == steps_.size(); }
  [[nodiscard]] day next_day() const { return steps_[next_].when; }
  /// Takes all that changes next: on a day, or at a moment of it.
  void take_day() {
    changes_.clear();
    do {
      const mrr_step& step = steps_[next_];
      changes_.push_back({step, hold(step.lane, step.level)});
      presence_ = step.presence;
      ++next_;
    } while (next_ < steps_.size() && in_one_change(steps_[next_ - 1], steps_[next_]));
  }
  [[nodiscard]] account_presence presence() const noexcept { return presence_; }
  [[nodiscard]] bool present() const noexcept { return presence_ != account_presence::absent; }
  /// What the causes of the day that was taken last moved, at these rates; `shares` are those of the account. The parts add
  /// up to the difference of two `value`s. A day that only made a customer, or one less, has one part without ticks.
  void causes(std::span<const exchange_rate> rates, std::span<const cause_share> shares, std::vector<cause_part>& parts) {
    parts.clear();
    for (const change& one : changes_) {
      if (one.step.level == one.before && changes_.size() > 1) continue;
      const exchange_rate rate = rates[one.step.lane];
      const int128 moved = valued(one.step.level, rate) - valued(one.before, rate);
      if (one.step.cause == change_cause::several) {
        share_out(one.step, moved, rate, shares, parts);
      } else {
        add_part(parts, one.step.cause, moved);
      }
    }
  }
  /// All levels at these rates, one conversion per currency.
  [[nodiscard]] std::int64_t value(std::span<const exchange_rate> rates) const {
    std::int64_t sum = 0;
    for (const auto& [currency, level] : held_) {
      if (level == mrr{}) continue;
      if (__builtin_add_overflow(sum, converted(level, rates[currency]).ticks(), &sum)) {
        throw account_overflow(who_,
                               "currencies: account {account} passes 5.5e13 minor units a month in the reporting currency");
      }
    }
    return sum;
  }

 private:
  struct holding {
    std::uint16_t currency;
    mrr level;
  };

  struct change {
    mrr_step step;
    mrr before;  // of its currency
  };

  /// Returns the level before.
  mrr hold(std::uint16_t currency, mrr level) {
    const auto mine = std::find_if(held_.begin(), held_.end(), [&](const auto& one) { return one.currency == currency; });
    if (mine != held_.end()) return std::exchange(mine->level, level);
    held_.push_back({currency, level});
    return {};
  }

  [[nodiscard]] static int128 valued(mrr level, exchange_rate rate) {
    return level == mrr{} ? 0 : int128{converted(level, rate).ticks()};
  }

  /// Each part at the rate; the largest takes what rounding leaves.
  static void share_out(const mrr_step& step, int128 moved, exchange_rate rate, std::span<const cause_share> shares,
                        std::vector<cause_part>& parts) {
    const change_cause largest = main_cause(step, shares);
    for (const cause_share& share : shares) {
      if (share.when != step.when || share.lane != step.lane || share.cause == largest) continue;
      const int128 size = valued(mrr::from_ticks(share.ticks < 0 ? -share.ticks : share.ticks), rate);
      const int128 part = share.ticks < 0 ? -size : size;
      add_part(parts, share.cause, part);
      moved -= part;
    }
    add_part(parts, largest, moved);
  }

  account who_;
  std::span<const mrr_step> steps_;
  std::vector<holding> held_;
  std::size_t next_ = 0;
  account_presence presence_ = account_presence::absent;
  std::vector<change> changes_;  // of the day that was taken last
};

}  // namespace sojourn::inline v0_1::detail
