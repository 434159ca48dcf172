#include "revenue/sources/price_ticks.hpp"

#include <numeric>

namespace sojourn::inline v0_1::detail {
namespace {

whole_ratio days_a_month(calendar_factor factor) {
  switch (factor) {
    case calendar_factor::days_365_25:
      return {1'461, 48};
    case calendar_factor::days_30:
      return {30, 1};
    case calendar_factor::weeks_52_days_365:
    case calendar_factor::weeks_4_33:
      return {365, 12};
  }
  throw schema_error("mrr_from_price: unknown calendar factor");
}

whole_ratio weeks_a_month(calendar_factor factor) {
  switch (factor) {
    case calendar_factor::weeks_52_days_365:
      return {52, 12};
    case calendar_factor::days_365_25:
      return {1'461, 336};
    case calendar_factor::days_30:
      return {30, 7};
    case calendar_factor::weeks_4_33:
      return {433, 100};
  }
  throw schema_error("mrr_from_price: unknown calendar factor");
}

struct exact_ticks {
  int128 numerator;
  std::int64_t denominator;
};

// numerator / denominator >= 0 to the nearest whole number, halves up.
int128 nearest(int128 numerator, int128 denominator) {
  return (2 * numerator + denominator) / (2 * denominator);
}

exact_ticks rounded(exact_ticks value, mrr_rounding rounding) {
  const int128 minor = int128{value.denominator} * mrr::ticks_per_minor;
  switch (rounding) {
    case mrr_rounding::none_until_output:
      break;
    case mrr_rounding::per_item_minor:
      return {nearest(value.numerator, minor) * mrr::ticks_per_minor, 1};
    // A hundredth of a minor unit is 1663 1/5 ticks.
    case mrr_rounding::per_item_4dp:
      return {nearest(100 * value.numerator, minor) * (mrr::ticks_per_minor / 20), 5};
  }
  return value;
}

}  // namespace

whole_ratio terms_a_month(billing_unit unit, calendar_factor factor) {
  switch (unit) {
    case billing_unit::day:
      return days_a_month(factor);
    case billing_unit::week:
      return weeks_a_month(factor);
    case billing_unit::month:
      return {1, 1};
    case billing_unit::quarter:
      return {1, 3};
    case billing_unit::year:
      return {1, 12};
  }
  throw schema_error("mrr_from_price: unknown billing unit");
}

price_mrr price_of_ticks(int128 exact, std::int64_t divisor, mrr_rounding rounding) {
  const auto [numerator, denominator] = rounded({exact, divisor}, rounding);
  const int128 ticks = nearest(numerator, denominator);
  if (ticks > INT64_MAX) throw overflow_error("MRR of one row stays below 5.5e13 minor units a month");

  const auto rest = static_cast<std::int64_t>(numerator - ticks * denominator);
  const std::int64_t common = std::gcd(rest, denominator);
  return {mrr::from_ticks(static_cast<std::int64_t>(ticks)), rest / common, denominator / common};
}

}  // namespace sojourn::inline v0_1::detail
