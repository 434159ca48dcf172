#include "sojourn/exec/watched_executor.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "sojourn/datasets/acme.hpp"

using namespace sojourn;

namespace {

struct asked_to_stop : std::runtime_error {
  asked_to_stop() : std::runtime_error("stop") {}
};

void work_for(std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < until) {
  }
}

struct log_of_looks {
  std::vector<std::pair<std::size_t, std::size_t>> seen;
  std::vector<std::thread::id> threads;
  void operator()(std::size_t done, std::size_t of) {
    seen.emplace_back(done, of);
    threads.push_back(std::this_thread::get_id());
  }
};

}  // namespace

TEST_CASE("progress is reported on the thread that asked, in order, and not for each task") {
  for (const std::size_t threads : {1u, 3u}) {
    const thread_executor host(threads);
    log_of_looks looks;
    const watched_executor watched(host, looks);
    CHECK(watched.concurrency() == threads);
    std::atomic<int> ran{0};
    watched.bulk(200, [&](std::size_t) {
      work_for(std::chrono::milliseconds(1));
      ++ran;
    });
    CHECK(ran == 200);
    REQUIRE(looks.seen.size() >= 1);
    CHECK(looks.seen.size() <= 40);
    for (std::size_t i = 0; i < looks.seen.size(); ++i) {
      CHECK(looks.threads[i] == std::this_thread::get_id());
      CHECK(looks.seen[i].second == 200);
      if (i > 0) CHECK(looks.seen[i].first >= looks.seen[i - 1].first);
    }
    CHECK(looks.seen.back().first > 0);
  }
}

TEST_CASE("many short stages are looked at like one long one") {
  const serial_executor host;
  log_of_looks looks;
  const watched_executor watched(host, looks);
  for (int stage = 0; stage < 60; ++stage) watched.bulk(2, [](std::size_t) { work_for(std::chrono::milliseconds(1)); });
  CHECK(looks.seen.size() >= 3);
  CHECK(looks.seen.size() <= 20);
}

TEST_CASE("what the watch throws ends the call, and no further task starts") {
  for (const std::size_t threads : {1u, 4u}) {
    const thread_executor host(threads);
    std::atomic<std::size_t> started{0};
    const auto stop_soon = [&](std::size_t, std::size_t) {
      if (started > 0) throw asked_to_stop();
    };
    const watched_executor watched(host, stop_soon);
    const auto begin = std::chrono::steady_clock::now();
    CHECK_THROWS_AS(watched.bulk(100'000,
                                 [&](std::size_t) {
                                   ++started;
                                   work_for(std::chrono::milliseconds(1));
                                 }),
                    asked_to_stop);
    CHECK(started < 50'000);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
  }
}

TEST_CASE("a short call is not looked at") {
  const serial_executor host;
  log_of_looks looks;
  const watched_executor watched(host, looks);
  watched.bulk(3, [](std::size_t) {});
  CHECK(looks.seen.empty());
}

TEST_CASE("a call that is watched has the bits of one that is not, and a stopped one can be asked again") {
  const thread_executor host(2);
  int looks = 0;
  bool stop = true;
  const auto watch = [&](std::size_t, std::size_t) {
    ++looks;
    if (stop) throw asked_to_stop();
  };
  const watched_executor watched(host, watch);
  const datasets::acme_options options{.accounts = 30'000};
  CHECK_THROWS_AS((void)datasets::acme(options, watched), asked_to_stop);
  stop = false;
  const int before = looks;
  const auto expected = datasets::acme(options, serial_executor{});
  const auto found = datasets::acme(options, watched);
  CHECK(looks > before);
  CHECK(found.subscriptions.account == expected.subscriptions.account);
  CHECK(found.subscriptions.mrr_minor == expected.subscriptions.mrr_minor);
}
