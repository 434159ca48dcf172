// Threads of one call that Ctrl-C ends, with progress. Every binding that takes an executor gives this one.
#pragma once

#include <cstddef>
#include <utility>

#include "whole_argument.hpp"

#include "sojourn/exec/executor.hpp"
#include "sojourn/exec/watched_executor.hpp"

namespace sojourn::python {

/// Looks at signals and reports progress, with the GIL: what a handler of Python raises leaves as its error.
class signals_and_progress {
 public:
  void operator()(std::size_t done, std::size_t of) const;
};

class interruptible_threads {
 public:
  /// `threads` = 0 means one per hardware thread.
  explicit interruptible_threads(std::size_t threads = 0) noexcept : threads_(threads), watched_(threads_, look_) {}
  interruptible_threads(const interruptible_threads&) = delete;
  interruptible_threads& operator=(const interruptible_threads&) = delete;
  ~interruptible_threads() = default;

  [[nodiscard]] std::size_t concurrency() const noexcept { return threads_.concurrency(); }

  template <class F>
  void bulk(std::size_t n, F&& task) const {
    watched_.bulk(n, std::forward<F>(task));
  }

 private:
  thread_executor threads_;
  signals_and_progress look_;
  watched_executor watched_;
};

void bind_interruptible_threads(pybind11::module_& m);

}  // namespace sojourn::python
