#include "sojourn/revenue/parts/revenue_partial.hpp"

#include <utility>

namespace sojourn::inline v0_1 {

revenue_partial& revenue_partial::operator+=(const revenue_partial& o) {
  revenue_state sum = revenue;  // an error leaves the partial as it was
  sum += o.revenue;
  accounts += o.accounts;
  revenue = std::move(sum);
  return *this;
}

revenue_partial& revenue_partial::operator-=(const revenue_partial& o) {
  revenue_state rest = revenue;
  rest -= o.revenue;
  accounts -= o.accounts;
  revenue = std::move(rest);
  return *this;
}

}  // namespace sojourn::inline v0_1
