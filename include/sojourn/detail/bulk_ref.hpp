// A host's `bulk` behind one type, without an allocation and without <functional>.
// Layer: 0. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <type_traits>

#include "sojourn/detail/task_ref.hpp"

namespace sojourn::inline v0_1 {
namespace detail SOJOURN_EXPORT {

/// Refers to a callable (n, task) that runs the task for 0 .. n - 1 and outlives the call. Without one, tasks run one after
/// another on the caller's own thread.
class bulk_ref {
 public:
  bulk_ref() = default;
  template <class F>
    requires(!std::is_same_v<std::remove_cv_t<F>, bulk_ref> && std::is_invocable_v<const F&, std::size_t, task_ref>)
  bulk_ref(const F& bulk) noexcept
      : bulk_(&bulk), call_([](const void* on, std::size_t n, task_ref task) { (*static_cast<const F*>(on))(n, task); }) {}

  template <class F>
  void operator()(std::size_t n, const F& task) const {
    if (call_ != nullptr) return call_(bulk_, n, task_ref(task));
    for (std::size_t i = 0; i < n; ++i) task(i);
  }

 private:
  const void* bulk_ = nullptr;
  void (*call_)(const void*, std::size_t, task_ref) = nullptr;
};

}  // namespace detail SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
