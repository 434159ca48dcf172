// Models of purchases fitted to a million simulated customers, in whole days and at any moment.
#include "sojourn/lifetime/purchases.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "sojourn/exec/executor.hpp"

namespace {

struct customers {
  std::vector<std::int64_t> x;
  std::vector<double> t_x, T;

  [[nodiscard]] sojourn::purchase_rows view() const { return {x, t_x, T}; }
};

/// Pareto/NBD customers watched for 27 to 39 weeks; in whole days a tenth of the rows are distinct.
customers simulated(std::size_t n, bool whole_days) {
  std::mt19937_64 random(1);
  std::gamma_distribution<double> rates(0.55, 1 / 10.58), leaving(0.61, 1 / 11.67);
  std::uniform_real_distribution<double> uniform(0, 1);
  customers found;
  for (std::size_t i = 0; i < n; ++i) {
    double end = 27 + 12 * uniform(random);
    if (whole_days) end = std::round(end * 7) / 7;
    const double rate = rates(random), left = -std::log(1 - uniform(random)) / leaving(random);
    double now = 0, last = 0;
    std::int64_t x = 0;
    for (;; ++x) {
      now += -std::log(1 - uniform(random)) / rate;
      if (now > std::min(left, end)) break;
      last = now;
    }
    found.x.push_back(x);
    found.t_x.push_back(whole_days ? std::min(std::ceil(last * 7) / 7, end) : last);
    found.T.push_back(end);
  }
  return found;
}

void fit(benchmark::State& state, sojourn::purchase_model model) {
  const customers rows = simulated(1'000'000, state.range(0) != 0);
  const sojourn::thread_executor host;
  for (auto _ : state) {
    const sojourn::purchase_fit found = sojourn::fit_purchases(rows.view(), model, {}, sojourn::any_executor(host));
    if (!found.usable()) state.SkipWithError("no fit");
    benchmark::DoNotOptimize(found.log_likelihood);
  }
}

void fit_bgnbd(benchmark::State& state) {
  fit(state, sojourn::purchase_model::bgnbd);
}
void fit_paretonbd(benchmark::State& state) {
  fit(state, sojourn::purchase_model::paretonbd);
}

}  // namespace

BENCHMARK(fit_bgnbd)->ArgName("whole_days")->Arg(1)->Arg(0)->Unit(benchmark::kMillisecond);
BENCHMARK(fit_paretonbd)->ArgName("whole_days")->Arg(1)->Arg(0)->Unit(benchmark::kMillisecond);
