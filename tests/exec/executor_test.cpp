#include "sojourn/exec/executor.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <numeric>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include "sojourn/exec/sharded.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/stats/moments.hpp"

using namespace sojourn;

namespace {

/// A host's own pool, as the concept asks for it: here, backwards and on the caller's thread.
struct backwards {
  [[nodiscard]] std::size_t concurrency() const { return 1; }
  template <class F>
  void bulk(std::size_t n, F&& task) {
    while (n > 0) task(--n);
  }
};
static_assert(executor<backwards> && !executor<int>);

}  // namespace

TEST_CASE("executor: each index runs exactly once, for any number of threads and tasks") {
  for (const std::size_t threads : {1u, 2u, 3u, 8u, 64u}) {
    for (const std::size_t n : {0u, 1u, 2u, 7u, 1000u}) {
      std::vector<std::atomic<int>> runs(n);
      thread_executor(threads).bulk(n, [&](std::size_t i) { ++runs[i]; });
      for (const auto& count : runs) REQUIRE(count == 1);
    }
  }
}

TEST_CASE("executor: threads = 0 means one per hardware thread, never none") {
  CHECK(thread_executor().concurrency() >= 1);
  CHECK(thread_executor(3).concurrency() == 3);
  CHECK(serial_executor::concurrency() == 1);
}

TEST_CASE("executor: serial runs in order on the caller's thread") {
  std::vector<std::size_t> order;
  serial_executor{}.bulk(5, [&](std::size_t i) { order.push_back(i); });
  CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4});
}

TEST_CASE("executor: an error reaches the caller, once all threads are done, and stops further work") {
  for (const std::size_t threads : {1u, 2u, 8u}) {
    std::atomic<int> running{0};
    std::atomic<int> started{0};
    const auto task = [&](std::size_t i) {
      ++running;
      ++started;
      if (i == 3) {
        --running;
        throw std::runtime_error("row 3");
      }
      std::this_thread::yield();
      --running;
    };
    CHECK_THROWS_WITH_AS(thread_executor(threads).bulk(100'000, task), "row 3", std::runtime_error);
    CHECK(running == 0);
    CHECK(started < 100'000);
  }
}

TEST_CASE("executor: a task may use an executor itself") {
  std::atomic<int> total{0};
  const thread_executor host(3);
  host.bulk(10, [&](std::size_t) { host.bulk(10, [&](std::size_t) { ++total; }); });
  CHECK(total == 100);
}

TEST_CASE("tally_sharded: rows are cut without gap or overlap, whatever the chunk") {
  for (const std::size_t rows : {0u, 1u, 6u, 7u, 8u, 700u}) {
    for (const std::size_t chunk : {1u, 7u, 100u, 1000u}) {
      std::vector<std::atomic<int>> seen(rows);
      const auto tally = [&](std::size_t first, std::size_t last) {
        for (std::size_t row = first; row < last; ++row) ++seen[row];
        return moments_state{.n = static_cast<std::int64_t>(last - first)};
      };
      REQUIRE(tally_sharded(rows, tally, thread_executor(2), chunk).n == static_cast<std::int64_t>(rows));
      for (const auto& count : seen) REQUIRE(count == 1);
    }
  }
}

TEST_CASE("tally_sharded: any executor gives what the serial scan gives, beyond the usual chunk") {
  std::mt19937_64 random(9);
  std::vector<std::int64_t> values(3 * rows_per_chunk + 17);
  for (auto& value : values) value = static_cast<std::int64_t>(random()) >> 20;
  const column<std::int64_t> rows(values);
  const auto tally = [&](std::size_t first, std::size_t last) { return tally_moments(rows, first, last); };
  const moments_state serial = tally_moments(rows);
  CHECK(tally_sharded(values.size(), tally, serial_executor{}) == serial);
  CHECK(tally_sharded(values.size(), tally, backwards{}) == serial);
  for (const std::size_t threads : {1u, 2u, 3u, 8u})
    CHECK(tally_sharded(values.size(), tally, thread_executor(threads)) == serial);
}
