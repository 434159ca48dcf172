// From a price on a price list to the MRR it brings, exactly.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string_view>

#include "sojourn/domain/mrr.hpp"
#include "sojourn/revenue/policy.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The unit of a billing term. A week is 52/12 of a month's share and a day 365/12, so that 12 x MRR is the price of 52
/// weeks or 365 days; a month is 1/12 of a year whatever its length. "7 days" and "1 week" therefore differ by 0.27 %.
enum class billing_unit : std::uint8_t { day, week, month, quarter, year };
constexpr std::array<std::string_view, 5> values_of(billing_unit) {
  return {"day", "week", "month", "quarter", "year"};
}

/// `amount_minor` is due once every `every` units for each of `quantity` seats.
struct price {
  std::int64_t amount_minor = 0;
  std::int32_t every = 1;
  billing_unit unit = billing_unit::month;
  std::int64_t quantity = 1;
};

/// How long a discount lasts. A policy decides by this word alone whether the discount lowers MRR.
enum class discount_term : std::uint8_t {
  recurring,  ///< on every invoice for as long as the subscription runs, or until its own end
  one_time,   ///< on the first invoice only, or until its own end
};
constexpr std::array<std::string_view, 2> values_of(discount_term) {
  return {"recurring", "one_time"};
}

/// First the share (5000 basis points = 50 %), then the amount; what remains is never below zero.
struct discount {
  std::int32_t basis_points = 0;  ///< 0 .. 10000 of amount x quantity
  std::int64_t amount_minor = 0;  ///< off each invoice
  discount_term term = discount_term::recurring;
};

/// MRR of a price. `exact = value + residue_numerator / residue_denominator` ticks, the fraction in lowest terms and at most
/// half a tick (1/332,640 of a cent) in size. It is 0/1 for every usual term: 1-12, 24, 36, 48, 60, 72, 84, 120 months;
/// 1-13, 26, 52 weeks; 1, 7, 10, 14, 15, 28, 30, 45, 60, 90, 180, 365 days.
struct price_mrr {
  mrr value;
  std::int64_t residue_numerator = 0;
  std::int64_t residue_denominator = 1;

  [[nodiscard]] constexpr bool exact() const noexcept { return residue_numerator == 0; }
  friend constexpr bool operator==(const price_mrr&, const price_mrr&) = default;
};

/// Monthly recurring revenue of one price: `amount_minor x quantity x (months' worth of a term)^-1`.
///
/// Unit: ticks of 1/166,320 minor unit a month; halves are rounded away from zero and the rest is recorded as the residue.
/// Throws `data_error` (column "amount_minor", "every", "quantity", "discount") for a negative amount or quantity, a term
/// below 1 and a discount outside its range; `overflow_error` when the MRR leaves 5.5e13 minor units or
/// amount x quantity leaves 64 bits. O(1).
/// What it does not tell you: whether the customer pays. Tax, fees and usage are not part of a price.
[[nodiscard]] price_mrr mrr_from_price(const price& listed, const discount& off = {},
                                       discount_rule rule = discount_rule::recurring);
/// The same under a policy's `discounts`, `calendar_factor` and `rounding`. Under a rounding the residue is what separates
/// the rounded value from a whole tick: a hundredth of a minor unit is no whole number of ticks.
[[nodiscard]] price_mrr mrr_from_price(const price& listed, const discount& off, const revenue_policy& policy);

/// Annual recurring revenue: 12 x MRR, exactly. Throws `overflow_error`.
[[nodiscard]] constexpr mrr arr_from_mrr(mrr monthly) {
  std::int64_t yearly = 0;
  if (__builtin_mul_overflow(monthly.ticks(), std::int64_t{12}, &yearly))
    throw overflow_error("arr: 12 x MRR leaves 64 bits");
  return mrr::from_ticks(yearly);
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
