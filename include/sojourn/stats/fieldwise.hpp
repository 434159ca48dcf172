// += , -= and bytes of a state that is a list of integers and smaller states: field by field, checked.
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <type_traits>

#include "sojourn/stats/checked.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn::inline v0_1 {
namespace detail SOJOURN_EXPORT {

template <class T>
concept smaller_state = std::is_class_v<T> && mergeable<T>;

template <class T>
constexpr void add_field(T& to, const T& what, const char* subject) {
  if constexpr (smaller_state<T>)
    to += what;
  else
    checked_add(to, what, subject);
}

template <class T>
constexpr void subtract_field(T& to, const T& what, const char* subject) {
  if constexpr (smaller_state<T>)
    to -= what;
  else
    checked_subtract(to, what, subject);
}

/// `State::all(state, visit)` calls `visit(fields...)`: a tuple of them would cost every includer its instantiation. On
/// overflow the state stays as it was.
template <class State>
constexpr State& add_fields(State& to, const State& what, const char* subject) {
  State sum = to;
  State::all(
      sum, [&](auto&... mine) { State::all(what, [&](const auto&... other) { (add_field(mine, other, subject), ...); }); });
  return to = sum;
}

template <class State>
constexpr State& subtract_fields(State& to, const State& what, const char* subject) {
  State rest = to;
  State::all(rest, [&](auto&... mine) {
    State::all(what, [&](const auto&... other) { (subtract_field(mine, other, subject), ...); });
  });
  return to = rest;
}

/// What `fields` of such a state hands to an archive (see state_bytes.hpp).
template <class Archive, class Self>
void archive_fields(Archive& archive, Self& self) {
  std::remove_const_t<Self>::all(self, [&archive](auto&... field) { archive(field...); });
}

}  // namespace detail SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
