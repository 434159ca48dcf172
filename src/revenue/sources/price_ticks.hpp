// What a price and a line of an invoice share on the way to ticks.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>

#include "sojourn/detail/int128.hpp"
#include "sojourn/revenue/sources/price.hpp"

namespace sojourn::inline v0_1::detail {

struct whole_ratio {
  std::int64_t numerator;
  std::int64_t denominator;
};

/// Terms of this unit in a month.
[[nodiscard]] whole_ratio terms_a_month(billing_unit unit, calendar_factor factor);

[[nodiscard]] constexpr bool lowers_mrr(discount_term term, discount_rule rule) noexcept {
  return rule == discount_rule::all || (rule == discount_rule::recurring && term == discount_term::recurring);
}

/// MRR of exact / divisor ticks, from 0 on. Throws `overflow_error` above 5.5e13 minor units.
[[nodiscard]] price_mrr price_of_ticks(int128 exact, std::int64_t divisor, mrr_rounding rounding);

}  // namespace sojourn::inline v0_1::detail
