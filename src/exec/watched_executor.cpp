#include "sojourn/exec/watched_executor.hpp"

#include <atomic>
#include <chrono>
#include <thread>

namespace sojourn::inline v0_1 {
namespace {

constexpr std::int64_t nanoseconds_between_looks = 20'000'000;

}  // namespace

std::int64_t watched_executor::now() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void watched_executor::run(std::size_t n, detail::task_ref task) const {
  const std::thread::id asking = std::this_thread::get_id();
  std::atomic<std::size_t> done{0};
  look(0, n);
  host_.bulk(n, [&](std::size_t i) {
    if (std::this_thread::get_id() == asking) look(done.load(std::memory_order_relaxed), n);
    task(i);
    done.fetch_add(1, std::memory_order_relaxed);
  });
}

void watched_executor::look(std::size_t done, std::size_t of) const {
  // Tasks may cut their own work into stages on other threads, which then look too.
  const std::atomic_ref<std::int64_t> looked(looked_);
  const std::int64_t time = now();
  std::int64_t before = looked.load(std::memory_order_relaxed);
  if (time - before < nanoseconds_between_looks) return;
  if (looked.compare_exchange_strong(before, time, std::memory_order_relaxed)) call_(watch_, done, of);
}

}  // namespace sojourn::inline v0_1
