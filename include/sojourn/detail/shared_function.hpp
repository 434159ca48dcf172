// A function that keeps what it needs, without <functional>, which costs every includer more than all of it is worth here.
// Layer: 0. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <memory>
#include <type_traits>
#include <utility>

namespace sojourn::inline v0_1 {
namespace detail SOJOURN_EXPORT {

template <class Signature>
class shared_function;

/// Copies share one callable, which is called as const. Empty = false.
template <class Result, class... Arguments>
class shared_function<Result(Arguments...)> {
 public:
  shared_function() = default;
  // No moves: what was moved from would still know whom to call, and nothing to call it on.
  shared_function(const shared_function&) noexcept = default;
  shared_function& operator=(const shared_function&) noexcept = default;
  ~shared_function() = default;
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, shared_function> &&
             std::is_invocable_r_v<Result, const std::decay_t<F>&, Arguments...>)
  shared_function(F&& function)
      : function_(std::make_shared<const std::decay_t<F>>(std::forward<F>(function))),
        call_([](const void* on, Arguments... arguments) -> Result {
          return (*static_cast<const std::decay_t<F>*>(on))(std::forward<Arguments>(arguments)...);
        }) {}

  explicit operator bool() const noexcept { return call_ != nullptr; }
  Result operator()(Arguments... arguments) const { return call_(function_.get(), std::forward<Arguments>(arguments)...); }

 private:
  std::shared_ptr<const void> function_;
  Result (*call_)(const void*, Arguments...) = nullptr;
};

}  // namespace detail SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
