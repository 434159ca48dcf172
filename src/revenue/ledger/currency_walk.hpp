// What an account pays in all its currencies, day after day.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

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
    presence_ = account_presence::absent;
    next_ = 0;
  }

  [[nodiscard]] bool done() const noexcept { return next_ == steps_.size(); }
  [[nodiscard]] day next_day() const { return steps_[next_].when; }
  /// Takes all changes of the next day.
  void take_day() {
    const day when = next_day();
    cause_ = steps_[next_].cause;
    for (; !done() && steps_[next_].when == when; ++next_) {
      const mrr_step& step = steps_[next_];
      hold(step.lane, step.level);
      presence_ = step.presence;
      if (step.cause != cause_) cause_ = change_cause::unknown;
    }
  }
  [[nodiscard]] account_presence presence() const noexcept { return presence_; }
  [[nodiscard]] bool present() const noexcept { return presence_ != account_presence::absent; }
  /// Why the day that was taken last changed anything; unknown where its currencies differ in that.
  [[nodiscard]] change_cause cause() const noexcept { return cause_; }
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

  void hold(std::uint16_t currency, mrr level) {
    const auto mine = std::find_if(held_.begin(), held_.end(), [&](const auto& one) { return one.currency == currency; });
    if (mine != held_.end())
      mine->level = level;
    else
      held_.push_back({currency, level});
  }

  account who_;
  std::span<const mrr_step> steps_;
  std::vector<holding> held_;
  std::size_t next_ = 0;
  account_presence presence_ = account_presence::absent;
  change_cause cause_ = change_cause::unknown;
};

}  // namespace sojourn::inline v0_1::detail
