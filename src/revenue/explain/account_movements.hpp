// What one account alone did in a window, in one currency or in several with what rates did.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "revenue/boundary_rates.hpp"
#include "revenue/explain/account_periods.hpp"
#include "revenue/valued_account.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"

namespace sojourn::inline v0_1::detail {

/// The rates of a window for a ledger: none where it is in one currency.
[[nodiscard]] inline std::optional<valued_spans> rates_for(const ledger& book, const valuation* in, day_window window,
                                                           const any_executor& host) {
  if (in == nullptr) return std::nullopt;
  valued_spans spans = spans_of(window);
  value(spans, book, in->rates.rates, in->at, std::nullopt, host);
  return spans;
}

/// Its memory is used again from account to account.
class account_movements {
 public:
  /// `rates` are null for a ledger in one currency, and outlive this.
  account_movements(const ledger& book, const valued_spans* rates, day_window window, const revenue_policy& policy)
      : book_(book), end_(window.to), cuts_{window.from, window.to}, finder_(cuts_), alone_(finder_, 1, policy) {
    if (rates != nullptr) valued_.emplace(*rates);
  }
  account_movements(const account_movements&) = delete;
  account_movements& operator=(const account_movements&) = delete;

  /// At the rates of the opening; null for an account that was no customer before the end. Valid until the next call.
  [[nodiscard]] const revenue_period* of(account who) {
    fx_ = 0;
    const auto steps = book_.steps(who);
    if (steps.empty() || steps.front().when >= end_) return nullptr;
    if (!valued_) return &alone_.of(steps).front();
    const revenue_period* found = nullptr;
    valued_->periods(book_, who, [&](std::size_t, std::span<const mrr_step> at_opening, std::int64_t closing) {
      found = &alone_.of(at_opening).front();
      fx_ = closing - found->closing();
    });
    return found;
  }
  /// What rates did to the closing of that account.
  [[nodiscard]] int128 fx() const noexcept { return fx_; }

 private:
  const ledger& book_;
  day end_;
  std::array<day, 2> cuts_;
  period_finder finder_;
  account_periods alone_;
  std::optional<valued_account> valued_;
  int128 fx_ = 0;
};

}  // namespace sojourn::inline v0_1::detail
