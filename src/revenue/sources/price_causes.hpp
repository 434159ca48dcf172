// What separates the MRR of two rows of prices: seats, the unit price, a discount that ends, usage.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "revenue/sources/derived_causes.hpp"
#include "sojourn/input/priced_subscriptions.hpp"
#include "sojourn/revenue/policy.hpp"
#include "sojourn/revenue/sources/price.hpp"

namespace sojourn::inline v0_1::detail {

/// Compares rows of prices, see `cause_facts::compare`. First the seats change at the old price, then the unit price and its
/// term, then the discount, so that the parts add up. Without a quantity in both rows more MRR may be more seats or a higher
/// price, and is unknown. Views of `table` and `policy` are kept.
class price_comparison {
 public:
  using row_rate = std::function<exchange_rate(std::uint32_t)>;
  /// `rate` as in `cause_facts`.
  price_comparison(const priced_subscriptions& table, const revenue_policy& policy, row_rate rate)
      : t_(table), policy_(policy), rate_(std::move(rate)) {}

  void operator()(compared_row before, compared_row after, std::vector<cause_part>& parts) const;

 private:
  struct valued {
    price listed;
    discount off;
  };
  [[nodiscard]] std::int64_t ticks(const valued& what, std::uint32_t after) const;
  [[nodiscard]] std::optional<valued> in_force(compared_row row, std::uint32_t after) const;
  [[nodiscard]] bool metered(compared_row row) const;
  [[nodiscard]] bool has_tax(compared_row row) const;

  const priced_subscriptions& t_;
  const revenue_policy& policy_;
  row_rate rate_;
};

}  // namespace sojourn::inline v0_1::detail
