// Parallelism belongs to the host: tallies take an executor. No pool is left behind, so fork stays safe.
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

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
  explicit thread_executor(std::size_t threads = 0) noexcept
      : threads_(threads != 0 ? threads : std::max(1u, std::thread::hardware_concurrency())) {}

  [[nodiscard]] std::size_t concurrency() const noexcept { return threads_; }

  template <class F>
  void bulk(std::size_t n, F&& task) const {
    const std::size_t workers = std::min(threads_, n);
    if (workers <= 1) return serial_executor{}.bulk(n, task);
    std::atomic<std::size_t> next{0};
    std::exception_ptr first_error;
    std::mutex guard;
    const auto work = [&] {
      for (std::size_t i = next++; i < n; i = next++) {
        try {
          task(i);
        } catch (...) {
          const std::lock_guard lock(guard);
          if (!first_error) first_error = std::current_exception();
          next = n;
        }
      }
    };
    {
      std::vector<std::jthread> others;
      others.reserve(workers - 1);
      try {
        for (std::size_t w = 1; w < workers; ++w) others.emplace_back(work);
      } catch (const std::system_error&) {  // NOLINT(bugprone-empty-catch)
        // The system grants no more threads: those that run, and this one, do all the work.
      }
      work();
    }
    if (first_error) std::rethrow_exception(first_error);
  }

 private:
  std::size_t threads_;
};

static_assert(executor<serial_executor>);
static_assert(executor<thread_executor>);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
