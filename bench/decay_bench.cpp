// Fitting the shifted beta-geometric to one cohort: our Newton against the derivative-free search that notebooks use.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "sojourn/lifetime/decay.hpp"
#include "sojourn/lifetime/survival.hpp"

namespace {

using namespace sojourn;

/// A cohort of 1,000,000 that decays as sbg(0.7, 3.8) says, seen over `periods` renewals.
decay_state cohort(std::int64_t periods) {
  std::vector<std::int64_t> survivors;
  for (std::int64_t t = 0; t <= periods; ++t) survivors.push_back(std::llround(1e6 * survival(sbg{0.7, 3.8}, t)));
  return tally_decay(survivors);
}

struct point {
  std::array<double, 2> at{};
  double height = 0;
};

/// Nelder and Mead 1965 in (log alpha, log beta), with the usual coefficients, to 1e-8 in both as SciPy's `xatol`.
point nelder_mead(const decay_state& observed) {
  const auto measured = [&](double x, double y) {
    return point{{x, y}, -log_likelihood(sbg{std::exp(x), std::exp(y)}, observed)};
  };
  std::array<point, 3> corner{measured(0, 0), measured(0.25, 0), measured(0, 0.25)};
  for (int step = 0; step < 400; ++step) {
    std::sort(corner.begin(), corner.end(), [](const point& a, const point& b) { return a.height < b.height; });
    const auto& [best, good, worst] = corner;
    if (std::abs(worst.at[0] - best.at[0]) < 1e-8 && std::abs(worst.at[1] - best.at[1]) < 1e-8) break;
    const double cx = (best.at[0] + good.at[0]) / 2, cy = (best.at[1] + good.at[1]) / 2;
    const auto along = [&](double t) { return measured(cx + t * (worst.at[0] - cx), cy + t * (worst.at[1] - cy)); };
    const point reflected = along(-1);
    if (reflected.height < best.height) {
      const point further = along(-2);
      corner[2] = further.height < reflected.height ? further : reflected;
    } else if (reflected.height < good.height) {
      corner[2] = reflected;
    } else if (const point nearer = along(reflected.height < worst.height ? -0.5 : 0.5);
               nearer.height < std::min(reflected.height, worst.height)) {
      corner[2] = nearer;
    } else {
      for (std::size_t k = 1; k < 3; ++k)
        corner[k] = measured((corner[k].at[0] + best.at[0]) / 2, (corner[k].at[1] + best.at[1]) / 2);
    }
  }
  return corner[0];
}

void fit_newton(benchmark::State& state) {
  const decay_state observed = cohort(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(fit_decay(observed));
}

void fit_nelder_mead(benchmark::State& state) {
  const decay_state observed = cohort(state.range(0));
  if (std::abs(std::exp(nelder_mead(observed).at[0]) - std::get<sbg>(fit_decay(observed).model).alpha) > 1e-5) {
    state.SkipWithError("the two searches disagree");
  }
  for (auto _ : state) benchmark::DoNotOptimize(nelder_mead(observed));
}

void one_likelihood(benchmark::State& state) {
  const decay_state observed = cohort(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(log_likelihood(sbg{0.7, 3.8}, observed));
}

/// Accounts with ages up to 72 months into the survival state.
void tally_ages(benchmark::State& state) {
  std::mt19937_64 random(7);
  std::vector<std::int32_t> time(static_cast<std::size_t>(state.range(0)));
  std::vector<std::uint8_t> event(time.size());
  for (std::size_t row = 0; row < time.size(); ++row) {
    time[row] = static_cast<std::int32_t>(random() % 73);
    event[row] = static_cast<std::uint8_t>(random() % 4 == 0);
  }
  for (auto _ : state) benchmark::DoNotOptimize(tally_survival({.time = time, .event = event}));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

}  // namespace

BENCHMARK(fit_newton)->Name("decay/sbg_newton")->ArgName("periods")->Arg(7)->Arg(36);
BENCHMARK(fit_nelder_mead)->Name("decay/sbg_nelder_mead")->ArgName("periods")->Arg(7)->Arg(36);
BENCHMARK(one_likelihood)->Name("decay/sbg_log_likelihood")->ArgName("periods")->Arg(36);
BENCHMARK(tally_ages)->Name("survival/tally")->ArgName("accounts")->Arg(7'043)->Arg(1'000'000);
