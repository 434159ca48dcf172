// From subscription rows to movements: the ledger, the tallies that read it, and corrections.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "sojourn/revenue.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/retention.hpp"

using namespace sojourn;

namespace {

constexpr std::size_t row_count = 10'000'000;
constexpr std::uint32_t account_count = 3'300'000;
const period_grid grid = period_grid::between(month::from_ym(2020, 1), month::from_ym(2024, 12));

/// Three rows an account on average over five years, 40 % of them running; unsorted, or sorted by account.
struct rows {
  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> start, end;
  std::vector<std::uint8_t> ends;
  std::vector<std::int64_t> amount;

  rows() : account(row_count), start(row_count), end(row_count), ends(row_count / 8 + 1), amount(row_count) {
    std::mt19937_64 random(7);
    const std::int32_t first = day::from_ymd(2020, 1, 1).since_epoch;
    for (std::size_t i = 0; i < row_count; ++i) {
      const std::uint64_t bits = random();
      account[i] = static_cast<std::uint32_t>((bits & 0xffff'ffff) * account_count >> 32);
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
};

const rows& unsorted() {
  static const rows made;
  return made;
}

const rows& sorted() {
  static const rows made = [] {
    rows some = unsorted();
    std::sort(some.account.begin(), some.account.end());
    return some;
  }();
  return made;
}

const ledger_options options{day::from_ymd(2025, 1, 1), account_count};

const ledger& book() {
  static const ledger made(unsorted().view(), options, thread_executor(2));
  return made;
}

void count_rows(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(row_count));
}

thread_executor host_of(const benchmark::State& state) {
  return thread_executor(static_cast<std::size_t>(state.range(0)));
}

void build(benchmark::State& state, const rows& from) {
  for (auto _ : state) {
    const ledger made(from.view(), options, host_of(state));
    benchmark::DoNotOptimize(made.accounts());
  }
  count_rows(state);
}
void build_unsorted(benchmark::State& state) {
  build(state, unsorted());
}
void build_sorted(benchmark::State& state) {
  build(state, sorted());
}

void tally_movements(benchmark::State& state) {
  (void)book();  // built before the clock starts
  for (auto _ : state) benchmark::DoNotOptimize(tally_revenue(book(), grid, {}, host_of(state)));
  count_rows(state);
}
void tally_cohort_cells(benchmark::State& state) {
  (void)book();
  for (auto _ : state) benchmark::DoNotOptimize(tally_cohorts(book(), grid, host_of(state)));
  count_rows(state);
}
void tally_retention_year(benchmark::State& state) {
  const day from = day::from_ymd(2023, 1, 1), to = day::from_ymd(2024, 1, 1);
  (void)book();
  for (auto _ : state) benchmark::DoNotOptimize(tally_retention(book(), from, to, host_of(state)));
  count_rows(state);
}

void series(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(tally_mrr_series(unsorted().view(), grid, options, host_of(state)));
  count_rows(state);
}

/// 20 million snapshots of 1.3 million accounts in 60 months, a change every ten months.
struct months_paid {
  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> when;
  std::vector<std::int64_t> amount;

  [[nodiscard]] snapshots view() const {
    return {column<std::uint32_t>(account), column<std::int32_t>(when), column<std::int64_t>(amount)};
  }
  [[nodiscard]] months_paid shuffled() const {
    months_paid mixed = *this;
    std::mt19937_64 random(9);
    for (std::size_t i = account.size(); i-- > 1;) {
      const std::size_t j = random() % (i + 1);
      std::swap(mixed.account[i], mixed.account[j]);
      std::swap(mixed.when[i], mixed.when[j]);
      std::swap(mixed.amount[i], mixed.amount[j]);
    }
    return mixed;
  }
  static months_paid made() {
    months_paid t;
    std::mt19937_64 random(8);
    const std::int32_t first = grid.first.since_epoch;
    for (std::uint32_t who = 0; t.account.size() < 20'000'000; ++who) {
      std::int64_t level = 4900;
      const auto start = static_cast<std::int32_t>(random() % 50);
      const auto stop = start + 1 + static_cast<std::int32_t>(random() % 30);
      for (std::int32_t m = start; m < std::min(stop, 60); ++m) {
        if (random() % 10 == 0) level = 1000 + static_cast<std::int64_t>(random() % 9000);
        t.account.push_back(who), t.when.push_back(first + m), t.amount.push_back(level);
      }
    }
    return t;
  }
};

const months_paid& months_in_order() {
  static const months_paid t = months_paid::made();
  return t;
}
const months_paid& months_mixed() {
  static const months_paid t = months_in_order().shuffled();
  return t;
}

void tally_months(benchmark::State& state, const months_paid& from) {
  for (auto _ : state) benchmark::DoNotOptimize(tally_snapshots(from.view(), grid, {}, {}, host_of(state)));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(from.account.size() * 16));
}
void snapshots_sorted(benchmark::State& state) {
  tally_months(state, months_in_order());
}
void snapshots_shuffled(benchmark::State& state) {
  tally_months(state, months_mixed());
}

/// Ten rows in and out again with the state kept up: what a correction costs, against a tally of everything.
void correct_ten_rows(benchmark::State& state) {
  ledger own = book();
  revenue_state kept = tally_revenue(own, grid, {}, thread_executor(2));
  const auto first = [](const auto& column) { return std::span(column).first(10); };
  const rows& all = unsorted();
  const subscriptions ten{column<std::uint32_t>(first(all.account)), column<std::int32_t>(first(all.start)),
                          column<std::int32_t>(first(all.end), all.ends.data()), column<std::int64_t>(first(all.amount))};
  const auto who = accounts_of(ten);
  for (auto _ : state) {
    kept -= tally_revenue(own, who, grid);
    own.retract(ten);
    own.apply(ten);
    kept += tally_revenue(own, who, grid);
  }
}

}  // namespace

BENCHMARK(build_unsorted)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(build_sorted)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(tally_movements)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(tally_cohort_cells)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(tally_retention_year)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(series)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(snapshots_sorted)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(snapshots_shuffled)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(correct_ten_rows)->UseRealTime()->Unit(benchmark::kMicrosecond)->Iterations(100);
