// The facts of a book as a reading sees them, and the ledger of all of them.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "revenue/book/correction.hpp"
#include "revenue/book/derive.hpp"
#include "sojourn/exec/any_executor.hpp"

namespace sojourn::inline v0_1::detail {

/// The facts of a book as they are, or as a correction will leave them.
class standing_facts {
 public:
  explicit standing_facts(const book_data& data) : data_(data), accounts_(data.accounts) {}
  standing_facts(const book_data& data, const correction& plan) : data_(data), plan_(&plan), accounts_(plan.accounts) {}

  [[nodiscard]] std::span<const std::uint32_t> slots_of(account who) const {
    return plan_ != nullptr ? plan_->slots_of(who) : data_.slots_of(who);
  }
  [[nodiscard]] bool as_stored() const noexcept { return plan_ == nullptr; }
  [[nodiscard]] const book_data& data() const noexcept { return data_; }
  [[nodiscard]] std::size_t accounts() const noexcept { return accounts_; }
  /// How many customers there are at least, those included whose rows are gone.
  [[nodiscard]] std::size_t customers(const view_of_book& how) const noexcept {
    if (how.by_subscription()) return plan_ != nullptr ? plan_->subscriptions : data_.subscriptions;
    if (!how.by_parent()) return accounts_;
    return std::max(accounts_, plan_ != nullptr ? plan_->parents : data_.parents);
  }
  [[nodiscard]] std::vector<std::uint32_t> slots_under(const view_of_book& how) const {
    std::vector<std::uint32_t> slots;
    slots.reserve(data_.rows);
    for (std::uint32_t who = 0; who < accounts_; ++who) {
      for (const std::uint32_t slot : slots_of(account{who})) {
        if (how.holds(slot)) slots.push_back(slot);
      }
    }
    return slots;
  }

 private:
  const book_data& data_;
  const correction* plan_ = nullptr;
  std::size_t accounts_;
};

/// Keys of the customers under the view.
[[nodiscard]] account_index& customer_keys(const book_data& data, const view& under);

/// The account that owns a subscription: that of its last row among these slots; 0 where there is none.
[[nodiscard]] std::uint32_t owner_of_subscription(const book_data& data, std::span<const std::uint32_t> slots,
                                                  std::uint32_t subscription);

/// The ledger of all facts under the view. Throws as `read`.
[[nodiscard]] keyed_ledger whole_ledger(const standing_facts& from, const view_of_book& how, const owner_index& owners,
                                        const as_of_day& as_of, const any_executor& host);

}  // namespace sojourn::inline v0_1::detail
