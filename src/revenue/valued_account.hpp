// One account through periods, each with every currency at the rates of the period's opening.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "revenue/boundary_rates.hpp"
#include "revenue/ledger/currency_walk.hpp"

namespace sojourn::inline v0_1::detail {

/// Its memory is used again from account to account.
class valued_account {
 public:
  explicit valued_account(const valued_spans& spans) : spans_(spans) {}

  /// `each(p, steps, closing)` for every period until whose end the account was a customer: its steps at the rates of the
  /// opening, in which earlier history is shortened to what matters of it, and its closing at those of the closing. While
  /// `each` runs, `shares()` are those of the steps.
  template <class Each>
  void periods(const ledger& book, account who, const Each& each) {
    const auto native_shares = book.shares(who);
    walk_.start(who, book.steps(who));
    bool ever = false;
    day left = earliest_day;
    const auto take = [&] {
      const day when = walk_.next_day();
      walk_.take_day();
      ever = true;
      if (!walk_.present()) left = when;
    };
    while (!walk_.done() && walk_.next_day() < spans_.cuts.front()) take();
    std::int64_t opening = walk_.value(spans_.rates.front());
    for (std::size_t p = 0; p < spans_.periods(); ++p) {
      steps_.clear();
      shares_.clear();
      account_presence before = walk_.presence();
      std::int64_t level = opening;
      if (walk_.present()) {
        steps_.push_back({eve(spans_.cuts[p]), before, change_cause::unknown, 0, mrr::from_ticks(opening)});
      } else if (ever) {
        // That it was a customer once, and when that ended, is all that matters of the past.
        steps_.push_back({eve(left), account_presence::free, change_cause::unknown, 0, mrr{}});
        steps_.push_back({left, mrr{}});
      }
      while (!walk_.done() && walk_.next_day() < spans_.cuts[p + 1]) {
        const day when = walk_.next_day();
        take();
        const std::int64_t next = walk_.value(spans_.rates[p]);
        if (next != level || walk_.presence() != before) {
          walk_.causes(spans_.rates[p], native_shares, parts_);
          const change_cause why = record_parts(parts_, when, 0, shares_);
          steps_.push_back({when, walk_.presence(), why, 0, mrr::from_ticks(next)});
        }
        level = next, before = walk_.presence();
      }
      if (steps_.empty()) continue;
      opening = walk_.value(spans_.rates[p + 1]);
      each(p, std::span<const mrr_step>(steps_), opening);
    }
  }
  [[nodiscard]] std::span<const cause_share> shares() const noexcept { return shares_; }

 private:
  static day eve(day when) { return day{when.since_epoch - 1}; }

  const valued_spans& spans_;
  currency_walk walk_;
  std::vector<mrr_step> steps_;
  std::vector<cause_share> shares_;
  std::vector<cause_part> parts_;
};

}  // namespace sojourn::inline v0_1::detail
