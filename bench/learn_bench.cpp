// Weights of twelve signals from a million outcomes: the fit alone, on signals that are normalised already.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "sojourn/exec/executor.hpp"
#include "sojourn/health/evaluation/learn.hpp"

using namespace sojourn;
namespace h = sojourn::health;

namespace {

constexpr std::size_t rows = 1'000'000, signal_count = 12;

struct book {
  h::normalised_signals signals{std::vector<double>(rows * signal_count), rows, signal_count};
  std::vector<std::uint8_t> left;

  book() : left(rows) {
    std::mt19937_64 random(7);
    const auto share = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    for (double& s : signals.values) s = share();
    for (std::size_t i = 0; i < rows; ++i) {
      double eta = 1;
      for (std::size_t k = 0; k < signal_count; ++k)
        eta -= (0.2 + 0.1 * static_cast<double>(k)) * signals.values[k * rows + i];
      left[i] = share() < 1 / (1 + std::exp(-eta)) ? 1 : 0;
    }
  }
};

void learn(benchmark::State& state) {
  static const book made;
  h::learned_weights found;
  for (auto _ : state) {
    found = h::learn_weights(made.signals.view(), column<std::uint8_t>(made.left), {.ridge = 0}, {},
                             thread_executor(static_cast<std::size_t>(state.range(0))));
    benchmark::DoNotOptimize(found.intercept);
  }
  state.counters["steps"] = found.steps;
  state.counters["residual"] = found.residual;
}

}  // namespace

BENCHMARK(learn)
    ->Name("learn/12 signals")
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();
