// Parallelism belongs to the host: tallies take an executor. No pool is left behind, so fork stays safe.
// Layer: 1. Needs: links sojourn for thread_executor.
#pragma once

#include "sojourn/export.hpp"

#include <concepts>
#include <cstddef>

#include "sojourn/detail/task_ref.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// `bulk(n, f)` runs f(0) .. f(n-1) once each, returns when all are done and rethrows the first error.
template <class E>
concept executor = requires(E& host, std::size_t n) {
  { host.concurrency() } -> std::convertible_to<std::size_t>;
  host.bulk(n, [](std::size_t) {});
};

/// The caller's own thread, one task after another.
struct serial_executor {
  [[nodiscard]] static constexpr std::size_t concurrency() noexcept { return 1; }

  template <class F>
  void bulk(std::size_t n, F&& task) const {
    for (std::size_t i = 0; i < n; ++i) task(i);
  }
};

/// Threads that live for one call only: created, joined, gone.
class thread_executor {
 public:
  /// `threads` = 0 means one per hardware thread.
  explicit thread_executor(std::size_t threads = 0) noexcept;

  [[nodiscard]] std::size_t concurrency() const noexcept { return threads_; }

  template <class F>
  void bulk(std::size_t n, F&& task) const {
    run(n, detail::task_ref(task));
  }

 private:
  void run(std::size_t n, detail::task_ref task) const;

  std::size_t threads_;
};

static_assert(executor<serial_executor>);
static_assert(executor<thread_executor>);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
