// An element by its number, checked: a wrong number is an error of the library and not of the standard one.
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <string>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace detail SOJOURN_EXPORT {

/// `what` is the word for one element: "period". Throws `schema_error`.
template <class Elements>
[[nodiscard]] const auto& element(const Elements& all, std::size_t number, const char* what) {
  if (number < all.size()) return all[number];
  throw schema_error("there is no " + std::string(what) + " number " + std::to_string(number) + "; there are " +
                     std::to_string(all.size()) + ", numbered from 0");
}

}  // namespace detail SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
