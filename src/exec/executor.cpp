#include "sojourn/exec/executor.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace sojourn::inline v0_1 {
namespace {

/// Asked once: the answer costs more than a score of a hundred answers.
std::size_t processors() noexcept {
  static const std::size_t count = std::max(1u, std::thread::hardware_concurrency());
  return count;
}

}  // namespace

thread_executor::thread_executor(std::size_t threads) noexcept : threads_(threads != 0 ? threads : processors()) {}

void thread_executor::run(std::size_t n, detail::task_ref task) const {
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
  std::vector<std::thread> others;  // libc++ 19 has no std::jthread; `work` does not throw
  others.reserve(workers - 1);
  try {
    for (std::size_t w = 1; w < workers; ++w) others.emplace_back(work);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
    // The system grants no more threads, or no memory for one: those that run, and this one, do all the work.
  }
  work();
  for (std::thread& other : others) other.join();
  if (first_error) std::rethrow_exception(first_error);
}

}  // namespace sojourn::inline v0_1
