// += , -= and bytes of a state that is a list of integers and smaller states: field by field, checked.
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

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

/// `State::all(state)` ties its fields. On overflow the state stays as it was.
template <class State>
constexpr State& add_fields(State& to, const State& what, const char* subject) {
  State sum = to;
  const auto others = State::all(what);
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (add_field(std::get<I>(State::all(sum)), std::get<I>(others), subject), ...);
  }(std::make_index_sequence<std::tuple_size_v<decltype(others)>>{});
  return to = sum;
}

template <class State>
constexpr State& subtract_fields(State& to, const State& what, const char* subject) {
  State rest = to;
  const auto others = State::all(what);
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (subtract_field(std::get<I>(State::all(rest)), std::get<I>(others), subject), ...);
  }(std::make_index_sequence<std::tuple_size_v<decltype(others)>>{});
  return to = rest;
}

/// What `fields` of such a state hands to an archive (see state_bytes.hpp).
template <class Archive, class Self>
void archive_fields(Archive& archive, Self& self) {
  std::apply([&archive](auto&... field) { archive(field...); }, std::remove_const_t<Self>::all(self));
}

}  // namespace detail SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
