// Copy on write for what copies of a book or a ledger share.
// Layer: 5. Needs: std only.
#pragma once

#include <atomic>
#include <memory>

#include "sojourn/version.hpp"

namespace sojourn::inline v0_1::detail {

/// `value`, to be written: copied first where another owner still reads it.
template <class T>
T& unshared(std::shared_ptr<T>& value) {
  if (value.use_count() > 1) value = std::make_shared<T>(*value);
  std::atomic_thread_fence(std::memory_order_acquire);  // what the last other owner read is behind us
  return *value;
}

}  // namespace sojourn::inline v0_1::detail
