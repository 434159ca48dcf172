// Sums that throw when they leave their range, for the `+=` and `-=` of states.
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <string>

#include "sojourn/detail/wide_int.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace detail SOJOURN_EXPORT {

/// `to` += `what` for 64, 128 and 192 bits. Throws `overflow_error` that starts with `subject`.
template <class Integer>
constexpr void checked_add(Integer& to, const Integer& what, const char* subject) {
  if (add_overflow(to, what)) throw overflow_error(std::string(subject) + ": a sum leaves its range");
}

template <class Integer>
constexpr void checked_subtract(Integer& to, const Integer& what, const char* subject) {
  if (sub_overflow(to, what)) throw overflow_error(std::string(subject) + ": a difference leaves its range");
}

}  // namespace detail SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
