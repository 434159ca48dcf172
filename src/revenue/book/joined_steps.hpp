// The steps of customers that hold several pieces.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "revenue/book/held_pieces.hpp"
#include "sojourn/detail/int128.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::detail {

/// The steps of a customer: of its pieces together, one a day. Its memory is used again.
class joined_steps {
 public:
  std::span<const mrr_step> of(const held_pieces& pieces, std::span<const std::uint32_t> mine) {
    if (mine.size() == 1) return pieces.steps.steps(account{mine.front()});
    changes_.clear(), steps_.clear();
    for (const std::uint32_t piece : mine) {
      std::int64_t level = 0, present = 0;
      for (const mrr_step& step : pieces.steps.steps(account{piece})) {
        changes_.push_back({step.when.since_epoch, step.level.ticks() - level, (step.present() ? 1 : 0) - present});
        level = step.level.ticks(), present = step.present() ? 1 : 0;
      }
    }
    std::sort(changes_.begin(), changes_.end(), [](const change& a, const change& b) { return a.when < b.when; });
    std::int64_t present = 0;
    int128 level = 0;
    for (std::size_t i = 0; i < changes_.size();) {
      const std::int32_t when = changes_[i].when;
      for (; i < changes_.size() && changes_[i].when == when; ++i)
        level += changes_[i].level, present += changes_[i].present;
      if (level > INT64_MAX) throw overflow_error("movements: a customer passes 5.5e13 minor units a month");
      steps_.push_back({day{when}, present > 0 ? account_presence::paying : account_presence::absent, change_cause::unknown,
                        0, mrr::from_ticks(static_cast<std::int64_t>(level))});
    }
    return steps_;
  }

 private:
  struct change {
    std::int32_t when;
    std::int64_t level, present;
  };
  std::vector<change> changes_;
  std::vector<mrr_step> steps_;
};

}  // namespace sojourn::inline v0_1::detail
