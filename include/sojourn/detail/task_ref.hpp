// A numbered task behind one type, without an allocation and without <functional>.
// Layer: 0. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <type_traits>

namespace sojourn::inline v0_1 {
namespace detail SOJOURN_EXPORT {

/// Refers to a callable that outlives it.
class task_ref {
 public:
  template <class F>
    requires(!std::is_same_v<std::remove_cv_t<F>, task_ref>)
  explicit task_ref(F& task) noexcept
      : task_(const_cast<void*>(static_cast<const volatile void*>(&task))),
        call_([](void* on, std::size_t i) { (*static_cast<F*>(on))(i); }) {}

  void operator()(std::size_t i) const { call_(task_, i); }

 private:
  void* task_;
  void (*call_)(void*, std::size_t);
};

}  // namespace detail SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
