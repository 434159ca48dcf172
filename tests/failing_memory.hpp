// Allocations that fail, one after another: what every call that changes something must survive.
#pragma once

#include <cstddef>
#include <new>

// The thread sanitizer has allocation functions of its own, which a program cannot replace.
#if defined(__SANITIZE_THREAD__)
#define SOJOURN_MEMORY_NEVER_FAILS
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SOJOURN_MEMORY_NEVER_FAILS
#endif
#endif

namespace sojourn::test {

/// While it lives, this thread is given memory so many times, and then none.
class failing_memory {
 public:
#if defined(SOJOURN_MEMORY_NEVER_FAILS)
  static constexpr bool possible = false;
#else
  static constexpr bool possible = true;
#endif
  explicit failing_memory(std::size_t good) noexcept;
  failing_memory(const failing_memory&) = delete;
  failing_memory& operator=(const failing_memory&) = delete;
  ~failing_memory();
};

/// Calls `call` with no memory, then with one allocation, with two ... until it succeeds, and `check` after each failure.
/// Returns how many allocations it took.
template <class Call, class Check>
std::size_t fail_each_allocation(const Call& call, const Check& check) {
  for (std::size_t good = 0;; ++good) {
    try {
      const failing_memory few(good);
      call();
      return good;
    } catch (const std::bad_alloc&) {  // looked at below, where there is memory again
    }
    check();
  }
}

}  // namespace sojourn::test
