// Options of rates in one word each.
#pragma once

#include "sojourn/revenue/rates.hpp"

namespace sojourn::test {

template <class Set>
inline rate_options with(Set set) {
  rate_options o;
  set(o.policy);
  return o;
}

inline rate_options over(logo_denominator d) {
  return with([d](auto& p) { p.logo_denominator = d; });
}

inline rate_options on_basis(grr_basis basis) {
  return with([basis](auto& p) { p.grr = basis; });
}

inline rate_options preset(const char* name) {
  return {.policy = revenue_policy::preset(name)};
}

}  // namespace sojourn::test
