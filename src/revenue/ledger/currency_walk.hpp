// What an account pays in all its currencies, as one list of changes in order of days.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/ledger/account_errors.hpp"

namespace sojourn::inline v0_1::detail {

/// From `when` on the account pays `level` in this currency.
struct currency_step {
  day when;
  std::uint32_t currency;
  mrr level;
};

/// The levels of one account while its steps are walked through.
class currency_walk {
 public:
  struct holding {
    std::uint32_t currency;
    mrr level;
  };

  void start(const currency_ledger& book, account who) {
    who_ = who;
    steps_.clear(), held_.clear();
    next_ = 0;
    for (std::uint32_t c = 0; c < book.currencies(); ++c) {
      const auto mine = book.native(c).steps(who);
      if (mine.empty()) continue;
      for (const mrr_step& step : mine) steps_.push_back({step.when, c, step.level});
      held_.push_back({c, {}});
    }
    if (held_.size() > 1) {
      std::sort(steps_.begin(), steps_.end(),
                [](const auto& a, const auto& b) { return std::tie(a.when, a.currency) < std::tie(b.when, b.currency); });
    }
  }

  [[nodiscard]] bool done() const noexcept { return next_ == steps_.size(); }
  [[nodiscard]] day next_day() const { return steps_[next_].when; }
  /// Takes all changes of the next day.
  void take_day() {
    const day when = next_day();
    for (; !done() && steps_[next_].when == when; ++next_) {
      for (auto& [currency, level] : held_) {
        if (currency == steps_[next_].currency) level = steps_[next_].level;
      }
    }
  }
  [[nodiscard]] bool pays() const {
    return std::any_of(held_.begin(), held_.end(), [](const auto& one) { return one.level != mrr{}; });
  }
  /// What it pays now in each currency that it ever pays in.
  [[nodiscard]] std::span<const holding> held() const noexcept { return held_; }
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
  account who_;
  std::vector<currency_step> steps_;
  std::vector<holding> held_;
  std::size_t next_ = 0;
};

}  // namespace sojourn::inline v0_1::detail
