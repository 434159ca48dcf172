#include <string>

#include "revenue/sources/price_ticks.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::int128;
using detail::whole_ratio;

void require_price(bool holds, const char* column, std::int64_t value, const char* rule, const char* advice) {
  if (!holds) throw data_error({column, problem::no_row, std::to_string(value), rule, advice});
}

// What one invoice comes to, in 1/10,000 minor unit.
int128 invoice(const price& listed, const discount& off, discount_rule rule) {
  std::int64_t gross = 0;
  if (__builtin_mul_overflow(listed.amount_minor, listed.quantity, &gross)) {
    throw overflow_error("mrr_from_price: amount x quantity leaves 64 bits");
  }
  if (!detail::lowers_mrr(off.term, rule)) return int128{gross} * 10'000;
  const int128 net = int128{gross} * (10'000 - off.basis_points) - int128{off.amount_minor} * 10'000;
  return net > 0 ? net : 0;
}

}  // namespace

price_mrr mrr_from_price(const price& listed, const discount& off, discount_rule rule) {
  revenue_policy policy;
  policy.discounts = rule;
  return mrr_from_price(listed, off, policy);
}

price_mrr mrr_from_price(const price& listed, const discount& off, const revenue_policy& policy) {
  require_price(listed.amount_minor >= 0, "amount_minor", listed.amount_minor, "a price is never negative",
                "state a reduction as a discount");
  require_price(listed.every >= 1, "every", listed.every, "a term is at least 1 unit",
                "every = 3 with unit month means once a quarter");
  require_price(listed.quantity >= 0, "quantity", listed.quantity, "a quantity is never negative",
                "state a cancelled item as 0");
  require_price(off.basis_points >= 0 && off.basis_points <= 10'000, "discount", off.basis_points,
                "a share lies in 0 .. 10000 basis points", "5000 means 50 %");
  require_price(off.amount_minor >= 0, "discount", off.amount_minor, "an amount off is never negative",
                "state what is taken off, without a sign");

  // At most 100 x 9.2e18 x 1e4 x 166,320 x 1,461 x 2: 4.5e33, far inside 128 bits.
  const whole_ratio terms = detail::terms_a_month(listed.unit, policy.calendar_factor);
  return detail::price_of_ticks(invoice(listed, off, policy.discounts) * mrr::ticks_per_minor * terms.numerator,
                                std::int64_t{10'000} * terms.denominator * listed.every, policy.rounding);
}

}  // namespace sojourn::inline v0_1
