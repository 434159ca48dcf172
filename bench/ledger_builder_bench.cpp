// A million rows of periods: one table, and 20 batches of a stream with and without a word on how many will come.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "sojourn/revenue/ledger/ledger_builder.hpp"

using namespace sojourn;

namespace {

constexpr std::size_t row_count = 1'000'000, batches = 20, batch_rows = row_count / batches;
constexpr std::uint32_t account_count = 250'000;
constexpr ledger_options known{.as_of = day{20'500}, .accounts = account_count};

struct rows {
  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> start, end;
  std::vector<std::int64_t> amount;

  rows() : account(row_count), start(row_count), end(row_count), amount(row_count) {
    std::mt19937_64 random(7);
    for (std::size_t i = 0; i < row_count; ++i) {
      account[i] = static_cast<std::uint32_t>(random() % account_count);
      start[i] = 18'000 + static_cast<std::int32_t>(random() % 1'500);
      end[i] = start[i] + static_cast<std::int32_t>(random() % 700);
      amount[i] = static_cast<std::int64_t>(random() % 100'000);
    }
  }
  [[nodiscard]] subscriptions between(std::size_t first, std::size_t count) const {
    const auto cut = [&](const auto& values) { return std::span(values).subspan(first, count); };
    return {cut(account), cut(start), cut(end), cut(amount)};
  }
};

const rows& all() {
  static const rows made;
  return made;
}

void one_table(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(ledger(all().between(0, row_count), known));
}

void stream(benchmark::State& state, bool reserved) {
  for (auto _ : state) {
    ledger_builder builder(nullptr, {.ledger = known});
    if (reserved) builder.reserve(row_count);
    for (std::size_t b = 0; b < batches; ++b) builder.add(all().between(b * batch_rows, batch_rows));
    benchmark::DoNotOptimize(builder.build());
  }
}

}  // namespace

BENCHMARK(one_table)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(stream, reserved, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(stream, grows, false)->Unit(benchmark::kMillisecond);
