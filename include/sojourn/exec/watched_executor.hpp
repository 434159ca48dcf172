// Progress and an end before time: a call on a watched executor can be looked at and stopped.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>

#include "sojourn/detail/task_ref.hpp"
#include "sojourn/exec/any_executor.hpp"
#include "sojourn/exec/executor.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Runs tasks on `host` and between them calls `watch(done, of)` with the tasks of the stage at hand: on the thread that
/// asked, about 50 times a second, never for a call of less than 20 ms. What `watch` throws ends the call: no further task
/// starts, those that run come to their end, and the error leaves the call, which keeps the strong guarantee. Both must
/// outlive it. On a host whose `bulk` leaves the calling thread idle, `watch` is called between stages only.
class watched_executor {
 public:
  template <executor E, class Watch>
  watched_executor(E& host, Watch& watch)
      : host_(host),
        watch_(const_cast<void*>(static_cast<const volatile void*>(&watch))),
        call_([](void* on, std::size_t done, std::size_t of) { (*static_cast<Watch*>(on))(done, of); }),
        looked_(now()) {}
  watched_executor(const watched_executor&) = delete;
  watched_executor& operator=(const watched_executor&) = delete;
  ~watched_executor() = default;

  [[nodiscard]] std::size_t concurrency() const noexcept { return host_.concurrency(); }

  template <class F>
  void bulk(std::size_t n, F&& task) const {
    run(n, detail::task_ref(task));
  }

 private:
  [[nodiscard]] static std::int64_t now() noexcept;
  void run(std::size_t n, detail::task_ref task) const;
  void look(std::size_t done, std::size_t of) const;

  any_executor host_;
  void* watch_;
  void (*call_)(void*, std::size_t, std::size_t);
  mutable std::int64_t looked_;  ///< steady nanoseconds, over all stages, which may be short and many
};

static_assert(executor<watched_executor>);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
