#include <numeric>
#include <string>

#include "sojourn/mrr/price.hpp"

namespace sojourn {
namespace {

using detail::int128;

struct ratio {
  std::int64_t numerator;
  std::int64_t denominator;
};

// Terms of this unit in a month.
ratio a_month(billing_unit unit) {
  switch (unit) {
    case billing_unit::day: return {365, 12};
    case billing_unit::week: return {52, 12};
    case billing_unit::month: return {1, 1};
    case billing_unit::quarter: return {1, 3};
    case billing_unit::year: return {1, 12};
  }
  throw schema_error("mrr_from_price: unknown billing unit");
}

void require(bool holds, const char* column, std::int64_t value, const char* rule, const char* advice) {
  if (!holds) throw data_error({column, problem::no_row, std::to_string(value), rule, advice});
}

bool lowers(const discount& off, discount_rule rule) {
  return rule == discount_rule::all || (rule == discount_rule::recurring && off.term == discount_term::recurring);
}

// What one invoice comes to, in 1/10,000 minor unit.
int128 invoice(const price& listed, const discount& off, discount_rule rule) {
  std::int64_t gross = 0;
  if (__builtin_mul_overflow(listed.amount_minor, listed.quantity, &gross)) {
    throw overflow_error("mrr_from_price: amount x quantity leaves 64 bits");
  }
  if (!lowers(off, rule)) return int128{gross} * 10'000;
  const int128 net = int128{gross} * (10'000 - off.basis_points) - int128{off.amount_minor} * 10'000;
  return net > 0 ? net : 0;
}

}  // namespace

price_mrr mrr_from_price(const price& listed, const discount& off, discount_rule rule) {
  require(listed.amount_minor >= 0, "amount_minor", listed.amount_minor, "a price is never negative", "state a reduction as a discount");
  require(listed.every >= 1, "every", listed.every, "a term is at least 1 unit", "every = 3 with unit month means once a quarter");
  require(listed.quantity >= 0, "quantity", listed.quantity, "a quantity is never negative", "state a cancelled item as 0");
  require(off.basis_points >= 0 && off.basis_points <= 10'000, "discount", off.basis_points,
          "a share lies in 0 .. 10000 basis points", "5000 means 50 %");
  require(off.amount_minor >= 0, "discount", off.amount_minor, "an amount off is never negative", "state what is taken off, without a sign");

  // At most 9.2e18 x 1e4 x 166,320 x 365: 5.6e30, far inside 128 bits.
  const ratio terms = a_month(listed.unit);
  const int128 numerator = invoice(listed, off, rule) * mrr::ticks_per_minor * terms.numerator;
  const std::int64_t denominator = std::int64_t{10'000} * terms.denominator * listed.every;
  const int128 ticks = (2 * numerator + denominator) / (2 * int128{denominator});
  if (ticks > INT64_MAX) throw overflow_error("mrr_from_price: more than 5.5e13 minor units a month");

  const auto rest = static_cast<std::int64_t>(numerator - ticks * denominator);
  const std::int64_t common = std::gcd(rest, denominator);
  return {mrr::from_ticks(static_cast<std::int64_t>(ticks)), rest / common, denominator / common};
}

}  // namespace sojourn
