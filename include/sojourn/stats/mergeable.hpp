// What every state must be able to do: merge, retract, compare. The laws behind it are tests (tests/laws_test.cpp).
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <concepts>

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A state of integers. `+=` is associative and commutative bit for bit; `(s + x) - x == s`; `S{}` is the neutral one.
template <class S>
concept mergeable = std::default_initializable<S> && std::equality_comparable<S> && requires(S state, const S other) {
  { state += other } -> std::same_as<S&>;
  { state -= other } -> std::same_as<S&>;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
