// The workloads that are measured against the machine itself: nanoseconds a row, and the share of the read bandwidth of the
// same run that the rows' bytes amount to. W2 snapshots to movements and cohorts, W2b periods, W4 survey totals, W5 account
// keys.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "sojourn/input/account_numbers.hpp"
#include "sojourn/revenue.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/snapshot_tally.hpp"
#include "sojourn/surveys/nps.hpp"

using namespace sojourn;

namespace {

const period_grid grid = period_grid::between(month::from_ym(2020, 1), month::from_ym(2024, 12));

/// Bytes per second that this many threads read, the best of a few passes over half a gigabyte.
double read_bandwidth(std::size_t threads) {
  static std::map<std::size_t, double> known;
  if (known.contains(threads)) return known[threads];
  const std::vector<std::uint64_t> values(std::size_t{64} << 20, 1);
  constexpr std::size_t chunk = std::size_t{1} << 18;
  std::vector<std::uint64_t> sums(values.size() / chunk);
  double best = 0;
  for (int pass = 0; pass < 8; ++pass) {
    const auto start = std::chrono::steady_clock::now();
    thread_executor(threads).bulk(sums.size(), [&](std::size_t c) {
      std::uint64_t part[32] = {};
      for (std::size_t row = c * chunk; row < (c + 1) * chunk; row += 32) {
        for (std::size_t lane = 0; lane < 32; ++lane) part[lane] += values[row + lane];
      }
      sums[c] = std::accumulate(part, part + 32, std::uint64_t{0});
    });
    benchmark::DoNotOptimize(sums.data());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    best = std::max(best, static_cast<double>(values.size() * sizeof(std::uint64_t)) / took.count());
  }
  return known[threads] = best;
}

template <class Question>
void measure(benchmark::State& state, std::size_t rows, std::size_t bytes_a_row, const Question& question) {
  const auto threads = static_cast<std::size_t>(state.range(0));
  const double limit = read_bandwidth(threads);
  const thread_executor host(threads);
  double best = 1e30;
  for (auto _ : state) {
    const auto before = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(question(host));
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count());
  }
  const auto n = static_cast<double>(rows);
  state.counters["best_ns_per_row"] = best * 1e9 / n;
  state.counters["of_read_limit"] = n * static_cast<double>(bytes_a_row) / best / limit;
}

/// Accounts that stay 15 months on average and change their MRR every 22: one row in nine is an event.
struct months_paid {
  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> when;
  std::vector<std::int64_t> amount;

  months_paid(std::size_t rows, bool shuffled) {
    std::mt19937_64 random(8);
    for (std::uint32_t who = 0; account.size() < rows; ++who) {
      std::int64_t level = 4900;
      const auto start = static_cast<std::int32_t>(random() % 50);
      const std::int32_t stop = std::min(start + 1 + static_cast<std::int32_t>(random() % 30), 60);
      for (std::int32_t m = start; m < stop; ++m) {
        if (random() % 22 == 0) level = 1000 + static_cast<std::int64_t>(random() % 9000);
        account.push_back(who), when.push_back(grid.first.since_epoch + m), amount.push_back(level);
      }
    }
    for (std::size_t i = account.size(); shuffled && i-- > 1;) {
      const std::size_t j = random() % (i + 1);
      std::swap(account[i], account[j]), std::swap(when[i], when[j]), std::swap(amount[i], amount[j]);
    }
  }
};

void snapshots_to_states(benchmark::State& state, bool shuffled) {
  const months_paid from(static_cast<std::size_t>(state.range(1)), shuffled);
  const snapshots table{column<std::uint32_t>(from.account), column<std::int32_t>(from.when),
                        column<std::int64_t>(from.amount)};
  measure(state, from.account.size(), 16,
          [&](const thread_executor& host) { return tally_snapshots(table, grid, {}, {}, host); });
}

void snapshots_by_ids(benchmark::State& state, bool shuffled) {
  const months_paid from(static_cast<std::size_t>(state.range(1)), shuffled);
  std::vector<std::int64_t> ids;
  for (const std::uint32_t who : from.account) ids.push_back(1'000'000 + std::int64_t{who});
  const snapshots_by_id table{column<std::int64_t>(ids), column<std::int32_t>(from.when), column<std::int64_t>(from.amount)};
  measure(state, ids.size(), 20, [&](const thread_executor& host) { return tally_snapshots(table, grid, {}, {}, host); });
}

/// Three periods an account over five years, 40 % of them running, in any order.
struct periods {
  static constexpr std::size_t rows = 10'000'000;
  static constexpr std::uint32_t accounts = 3'300'000;
  std::vector<std::uint32_t> account = std::vector<std::uint32_t>(rows);
  std::vector<std::int32_t> start = std::vector<std::int32_t>(rows), end = start;
  std::vector<std::uint8_t> ends = std::vector<std::uint8_t>(rows / 8 + 1);
  std::vector<std::int64_t> amount = std::vector<std::int64_t>(rows);

  periods() {
    std::mt19937_64 random(7);
    const std::int32_t first = day::from_ymd(2020, 1, 1).since_epoch;
    for (std::size_t i = 0; i < rows; ++i) {
      const std::uint64_t bits = random();
      account[i] = static_cast<std::uint32_t>((bits & 0xffff'ffff) * accounts >> 32);
      start[i] = first + static_cast<std::int32_t>((bits >> 32) % 1500);
      end[i] = start[i] + 30 + static_cast<std::int32_t>((bits >> 44) % 700);
      if ((bits >> 60) > 5) ends[i / 8] = static_cast<std::uint8_t>(ends[i / 8] | 1u << (i % 8));
      amount[i] = 500 + static_cast<std::int64_t>((bits >> 40) % 40'000);
    }
  }
  [[nodiscard]] subscriptions view() const {
    return {column<std::uint32_t>(account), column<std::int32_t>(start),
            column<std::int32_t>(std::span<const std::int32_t>(end), ends.data()), column<std::int64_t>(amount)};
  }
  [[nodiscard]] static ledger_options options() { return {day::from_ymd(2025, 1, 1), accounts}; }
};

const periods& held() {
  static const periods made;
  return made;
}

void series(benchmark::State& state) {
  const subscriptions table = held().view();
  measure(state, periods::rows, 16, [&](const thread_executor& host) {
    return tally_mrr_series({{}, table.start, table.end, table.amount}, grid, periods::options(), host);
  });
}
void movements_of_rows(benchmark::State& state) {
  const subscriptions table = held().view();
  measure(state, periods::rows, 20,
          [&](const thread_executor& host) { return tally_revenue(table, grid, periods::options(), {}, host); });
}
void ledger_of_rows(benchmark::State& state) {
  const subscriptions table = held().view();
  measure(state, periods::rows, 20,
          [&](const thread_executor& host) { return ledger(table, periods::options(), host).accounts(); });
}
void movements_of_ledger(benchmark::State& state) {
  const ledger book(held().view(), periods::options(), thread_executor(2));
  measure(state, periods::rows, 20, [&](const thread_executor& host) { return tally_revenue(book, grid, {}, host); });
}
/// NRR and GRR of the year that ends with each of 60 months.
void retention_of_ledger(benchmark::State& state) {
  const ledger book(held().view(), periods::options(), thread_executor(2));
  const std::vector<day_window> windows = windows_until(grid, months{12});
  measure(state, periods::rows, 20, [&](const thread_executor& host) { return tally_retention(book, windows, host); });
}
/// Everything that is read from a ledger in periods: movements with their variances, all churn, the triangle, a year's NRR
/// and GRR.
void all_of_ledger(benchmark::State& state) {
  const ledger book(held().view(), periods::options(), thread_executor(2));
  measure(state, periods::rows, 20, [&](const thread_executor& host) {
    benchmark::DoNotOptimize(tally_cohorts(book, grid, host));
    benchmark::DoNotOptimize(tally_retention(book, day::from_ymd(2023, 1, 1), day::from_ymd(2024, 1, 1), host));
    return tally_revenue(book, grid, {}, host);
  });
}

void survey_totals(benchmark::State& state) {
  std::vector<std::int8_t> scores(static_cast<std::size_t>(state.range(1)));
  std::mt19937_64 random(9);
  for (std::int8_t& score : scores) score = static_cast<std::int8_t>(random() % 11);
  measure(state, scores.size(), 1,
          [&](const thread_executor& host) { return tally_nps(column<std::int8_t>(scores), {}, host); });
}

void text_keys(benchmark::State& state, bool sorted) {
  constexpr std::size_t rows = 10'000'000, distinct = 1'000'000;
  std::mt19937_64 random(10);
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < distinct; ++i) {
    std::string id;
    for (int c = 0; c < 36; ++c) id += c == 8 || c == 13 || c == 18 || c == 23 ? '-' : "0123456789abcdef"[random() % 16];
    ids.push_back(id);
  }
  std::vector<std::size_t> chosen(rows);
  for (std::size_t& one : chosen) one = random() % distinct;
  if (sorted) std::sort(chosen.begin(), chosen.end());
  // The bytes of the rows behind one another, as Arrow holds them.
  std::string bytes;
  for (const std::size_t one : chosen) bytes += ids[one];
  std::vector<std::string_view> keys;
  for (std::size_t row = 0; row < rows; ++row) keys.emplace_back(bytes.data() + 36 * row, 36);
  std::vector<std::uint32_t> numbers(rows);
  measure(state, rows, 36 + 16 + 4, [&](const thread_executor& host) {
    account_index index;
    number_accounts(index, keys, numbers, host);
    return index.size();
  });
}

using row = benchmark::internal::Benchmark;
void by_threads(row* b) {
  b->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
}
void by_size(row* b) {
  b->ArgNames({"threads", "rows"})->UseRealTime()->Unit(benchmark::kMillisecond);
  for (const int rows : {1'000'000, 10'000'000, 50'000'000}) b->Args({1, rows})->Args({2, rows});
}

}  // namespace

BENCHMARK_CAPTURE(snapshots_to_states, in_order, false)->Name("W2+W3/sorted")->Apply(by_size);
BENCHMARK_CAPTURE(snapshots_to_states, in_any_order, true)->Name("W2+W3/shuffled")->Apply(by_size);
BENCHMARK_CAPTURE(snapshots_by_ids, in_order, false)->Name("W2+W3/sorted_ids")->Apply(by_size);
BENCHMARK_CAPTURE(snapshots_by_ids, in_any_order, true)->Name("W2+W3/shuffled_ids")->Apply(by_size);
BENCHMARK(series)->Name("W2b/series")->Apply(by_threads);
BENCHMARK(movements_of_rows)->Name("W2b/movements_of_rows")->Apply(by_threads);
BENCHMARK(ledger_of_rows)->Name("W2b/ledger")->Apply(by_threads);
BENCHMARK(movements_of_ledger)->Name("W2b/movements_of_ledger")->Apply(by_threads);
BENCHMARK(retention_of_ledger)->Name("W2b/retention_of_60_windows")->Apply(by_threads);
BENCHMARK(all_of_ledger)->Name("W2b/all_answers_of_ledger")->Apply(by_threads);
BENCHMARK(survey_totals)->Name("W4/totals")->Apply(by_size);
BENCHMARK_CAPTURE(text_keys, any_order, false)->Name("W5/uuid_random")->Apply(by_threads);
BENCHMARK_CAPTURE(text_keys, in_order, true)->Name("W5/uuid_sorted")->Apply(by_threads);
