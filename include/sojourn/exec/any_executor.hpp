// Any executor behind one type, so that compiled code can take the host's.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <type_traits>

#include "sojourn/detail/task_ref.hpp"
#include "sojourn/exec/executor.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Refers to an executor that outlives it. One indirect call a `bulk` and one a task: for tasks of thousands of rows.
class any_executor {
 public:
  /// The caller's own thread.
  any_executor() : any_executor(own_thread) {}
  template <executor E>
    requires(!std::is_same_v<std::remove_cvref_t<E>, any_executor>)
  explicit any_executor(E& host)
      : concurrency_(host.concurrency()),
        host_(const_cast<void*>(static_cast<const volatile void*>(&host))),
        bulk_([](void* on, std::size_t n, detail::task_ref task) { static_cast<E*>(on)->bulk(n, task); }) {}

  [[nodiscard]] std::size_t concurrency() const noexcept { return concurrency_; }

  template <class F>
  void bulk(std::size_t n, F&& task) const {
    bulk_(host_, n, detail::task_ref(task));
  }

 private:
  static constexpr serial_executor own_thread{};
  std::size_t concurrency_;
  void* host_;
  void (*bulk_)(void*, std::size_t, detail::task_ref);
};

static_assert(executor<any_executor>);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
