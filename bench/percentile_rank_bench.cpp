// Percentile ranks of one column: continuous values with an atom of zeros, and few distinct ones.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "sojourn/exec/executor.hpp"
#include "sojourn/health/score/percentile_rank.hpp"

using namespace sojourn;
namespace h = sojourn::health;

namespace {

constexpr std::size_t rows = 10'000'000;

/// 6 % zeros, the rest lognormal; or whole numbers from 0 to 36.
std::vector<double> made(bool few) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  std::vector<double> values(rows);
  for (double& x : values)
    x = few ? static_cast<double>(random() % 37) : random() % 100 < 6 ? 0.0 : std::exp(normal(random));
  return values;
}

template <bool Few, h::rank_precision Precision>
void rank(benchmark::State& state) {
  static const std::vector<double> values = made(Few);
  h::percentile_ranks result;
  for (auto _ : state) {
    h::percentile_rank_into(result, column<double>(values), {Precision},
                            thread_executor(static_cast<std::size_t>(state.range(0))));
    benchmark::DoNotOptimize(result.rank.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows));
  state.counters["error"] = result.error;
}

void threads(benchmark::internal::Benchmark* one) {
  one->ArgName("threads")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
}

}  // namespace

BENCHMARK(rank<false, h::rank_precision::exact>)->Name("percentile_rank/continuous")->Apply(threads);
BENCHMARK(rank<true, h::rank_precision::exact>)->Name("percentile_rank/37 values")->Apply(threads);
BENCHMARK(rank<false, h::rank_precision::approximate>)->Name("percentile_rank/continuous, approximate")->Apply(threads);
BENCHMARK(rank<true, h::rank_precision::approximate>)->Name("percentile_rank/37 values, approximate")->Apply(threads);
