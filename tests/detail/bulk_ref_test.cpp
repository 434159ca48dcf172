#include "sojourn/detail/bulk_ref.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

using sojourn::detail::bulk_ref;
using sojourn::detail::task_ref;

TEST_CASE("bulk ref: without a host the tasks run in order on the caller's own thread") {
  std::vector<std::size_t> seen;
  bulk_ref{}(4, [&](std::size_t i) { seen.push_back(i); });
  CHECK(seen == std::vector<std::size_t>{0, 1, 2, 3});
}

TEST_CASE("bulk ref: the host's own bulk runs the tasks, once each") {
  std::size_t calls = 0;
  const auto backwards = [&](std::size_t n, task_ref task) {
    ++calls;
    for (std::size_t i = n; i-- > 0;) task(i);
  };
  const bulk_ref bulk = backwards;
  std::vector<std::size_t> seen;
  bulk(3, [&](std::size_t i) { seen.push_back(i); });
  CHECK(seen == std::vector<std::size_t>{2, 1, 0});
  CHECK(calls == 1);
}
