// Drives the service: four threads correct it, two ask it, it is saved and comes back, bad rows and damaged files do no
// harm. Every claim is checked.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "revenue_service.hpp"
#include "thread_pool.hpp"

namespace {

using sojourn::day;
using sojourn::month;

constexpr day as_of = day::from_ymd(2025, 1, 1);
constexpr int writers = 4, rounds = 60;

void expect(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", claim);
  std::exit(1);
}

/// Each round brings two customers at once, one cent and 999, so that a reader who saw half of a batch would see it in the
/// sum.
std::vector<host::period> pair_of(int writer, int round) {
  const std::string name = std::to_string(writer) + "." + std::to_string(round);
  const day start = day::from_ymd(2024, static_cast<unsigned>(1 + round % 12), 1);
  return {{.customer = name + ".a", .start = start, .cents = 1}, {.customer = name + ".b", .start = start, .cents = 999}};
}

void corrections_and_questions(host::revenue_service& service) {
  std::atomic<int> running{writers};
  std::vector<std::thread> threads;
  threads.reserve(writers + 2);
  for (int writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&, writer] {
      for (int round = 0; round < rounds; ++round) {
        const auto rows = pair_of(writer, round);
        expect(service.add(rows).empty(), "good rows are taken");
        if (round % 3 == 0) expect(service.take_back(rows).empty(), "rows that are there can be taken back");
        if (round % 10 == 0) {
          std::vector<host::period> bad = pair_of(writer, round + 1'000);
          bad[0].end = day::from_ymd(2023, 1, 1);  // before its start
          const std::vector<host::left_out> why = service.add(bad);
          expect(why.size() == 1 && why[0].row == 0 && why[0].code == sojourn::row_fault::end_before_start,
                 "the bad row is named");
          bad.erase(bad.begin());
          expect(service.take_back(bad).empty(), "the good row beside it was taken");
        }
      }
      --running;
    });
  }
  for (int reader = 0; reader < 2; ++reader) {
    threads.emplace_back([&] {
      while (running > 0) {
        const auto seen = service.now();
        for (const sojourn::movement_row& row : seen->movements(month::from_ym(2024, 1), month::from_ym(2024, 12))) {
          expect(
              row.opening + row.new_business + row.reactivation + row.expansion + row.contraction + row.churn == row.closing,
              "each period closes");
          // Whole pairs add up to 1,000; beside them there are at most as many single rows of 999 as there are writers.
          const std::int64_t rest = row.closing % 1'000;
          expect(rest == 0 || rest >= 1'000 - writers, "a reader sees whole corrections");
        }
      }
    });
  }
  for (std::thread& one : threads) one.join();
}

}  // namespace

int main() {
  host::revenue_service service(as_of);
  corrections_and_questions(service);

  const auto last = service.now();
  expect(last->movements(month::from_ym(2024, 12), month::from_ym(2024, 12))[0].closing ==
             writers * (rounds - rounds / 3) * 1'000,
         "every good row is in, and those taken back are not");
  expect(last->mrr_of("0.1.b", day::from_ymd(2024, 6, 1)) == sojourn::mrr::from_minor(999),
         "customers are found by their key");
  expect(!last->mrr_of("nobody", day::from_ymd(2024, 6, 1)), "and who is not there is not");

  // A snapshot stays what it was.
  const std::vector<host::period> late{{.customer = "late", .start = day::from_ymd(2024, 11, 1), .cents = 50}};
  expect(service.add(late).empty(), "a late row is taken");
  expect(last->mrr_of("late", day::from_ymd(2024, 12, 1)) == sojourn::mrr{}, "a snapshot does not see it");
  expect(service.now()->mrr_of("late", day::from_ymd(2024, 12, 1)) == sojourn::mrr::from_minor(50), "the next one does");

  try {
    (void)service.take_back(
        std::vector<host::period>{{.customer = "late", .start = day::from_ymd(2024, 11, 1), .cents = 51}});
    expect(false, "a row that is not there cannot be taken back");
  } catch (const sojourn::data_error&) {
  }

  // Saved, lost, restored.
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("sojourn_embed_" + std::to_string(std::random_device{}()) + ".book");
  service.save(file);
  const auto again = host::revenue_service::restore(file, as_of);
  expect(again->now()->facts == service.now()->facts, "the book that comes back is the book that was saved");
  expect(sojourn::to_bytes(again->now()->facts) == sojourn::to_bytes(service.now()->facts), "to the byte");
  expect(again->take_back(late).empty(), "and it can be corrected");
  {
    std::fstream damaged(file, std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp(100);
    damaged.put('\x7f');
  }
  try {
    (void)host::revenue_service::restore(file, as_of);
    expect(false, "damaged bytes are refused");
  } catch (const sojourn::state_error&) {
  }
  std::filesystem::remove(file);

  // The host's own pool, and an end before time.
  host::thread_pool pool(3);
  host::pool_executor lent(pool);
  const auto months = sojourn::period_grid::between(month::from_ym(2024, 1), month::from_ym(2024, 12));
  const sojourn::ledger& steps = last->under.ledger.book;
  expect(sojourn::to_bytes(sojourn::tally_revenue(steps, months, {}, lent)) ==
             sojourn::to_bytes(sojourn::tally_revenue(steps, months)),
         "any executor gives the same bytes");

  // A watch is asked about 50 times a second on the thread that called; what it throws ends the call.
  sojourn::ledger_builder many(nullptr, {.ledger = {.as_of = as_of}});
  for (std::uint32_t row = 0; row < 200'000; ++row) many.add(sojourn::account{row}, day{19'000}, std::nullopt, 100);
  std::stop_source stop;
  struct stopped {};
  const auto watch = [token = stop.get_token()](std::size_t /*done*/, std::size_t /*of*/) {
    if (token.stop_requested()) throw stopped{};
  };
  const sojourn::watched_executor watched(lent, watch);
  (void)many.build(watched);
  stop.request_stop();
  bool ended = false;
  try {
    for (int call = 0; call < 1'000; ++call) (void)many.build(watched);
  } catch (const stopped&) {
    ended = true;
  }
  expect(ended, "a stop token ends a call");

  std::printf("%zu customers, closing %lld cents a month\n", last->facts.accounts(),
              static_cast<long long>(last->movements(month::from_ym(2024, 12), month::from_ym(2024, 12))[0].closing));
  return 0;
}
