#include "failing_memory.hpp"

#if defined(SOJOURN_MEMORY_NEVER_FAILS)

sojourn::test::failing_memory::failing_memory(std::size_t) noexcept {}
sojourn::test::failing_memory::~failing_memory() = default;

#else

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace sojourn::test {
namespace {

constexpr std::size_t plenty = SIZE_MAX;
thread_local std::size_t left = plenty;

void* memory(std::size_t size, std::size_t alignment) {
  if (left == 0) throw std::bad_alloc();
  if (left != plenty) --left;
  const std::size_t bytes = std::max<std::size_t>(size, 1);
  void* const found = alignment <= alignof(std::max_align_t)
                          ? std::malloc(bytes)
                          : std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (found == nullptr) throw std::bad_alloc();
  return found;
}

}  // namespace

failing_memory::failing_memory(std::size_t good) noexcept {
  left = good;
}
failing_memory::~failing_memory() {
  left = plenty;
}

}  // namespace sojourn::test

// The library and the tests ask these for memory; the forms for arrays and without exceptions call them.
void* operator new(std::size_t size) {
  return sojourn::test::memory(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return sojourn::test::memory(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

#endif
