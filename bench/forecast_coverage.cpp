// How often forecasts hold what comes: worlds with known truth, many forecasts, one table.
//
//   forecast_coverage [worlds a cell, 400 by default]
//
// Each world draws a history of 24 months, forecasts 12 months ahead, and only then draws the future: from streams of its
// own, so that no forecast sees it. The seed is fixed.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "sojourn/exec/executor.hpp"
#include "sojourn/forecast/mrr_forecast.hpp"

namespace {

using namespace sojourn;

constexpr std::size_t history_months = 24, horizon = 12;
constexpr std::uint64_t seed = 20'260'101;
constexpr double churn = 0.02, spread_of_churn = 30;  // of a beta distribution over accounts: mean, and alpha + beta
constexpr double expansion = 0.03, contraction = 0.01;

struct cell {
  std::size_t accounts = 0;
  double sigma = 0;  ///< of the logarithm of MRR
  double shock = 0;  ///< of a month, on the logit
};

/// One account of the world: what nobody but the world knows.
struct account_truth {
  double rate = 0;
  std::size_t start = 0;
  std::int64_t ticks = 0;
};

double beta_draw(std::mt19937_64& random, double a, double b) {
  std::gamma_distribution<double> first(a), second(b);
  const double x = first(random), y = second(random);
  return x / (x + y);
}

/// A month of an account that is there: MRR at its end, -1 where it left.
std::int64_t next_month(std::int64_t ticks, double rate, double odds, std::mt19937_64& random) {
  std::uniform_real_distribution<double> unit;
  const double p = rate * odds / (1 - rate + rate * odds);
  if (unit(random) < p) return -1;
  const double u = unit(random);
  if (u < expansion) return std::llround(static_cast<double>(ticks) * (1.05 + 0.45 * unit(random)));
  if (u < expansion + contraction) return std::llround(static_cast<double>(ticks) * (0.5 + 0.45 * unit(random)));
  return ticks;
}

struct world {
  account_months history;
  std::vector<account_truth> accounts;
};

world drawn_world(const cell& of, std::mt19937_64& random) {
  world made{.history = {.first = month::from_ym(2023, 1), .months = history_months, .accounts = of.accounts},
             .accounts = {}};
  made.history.ticks.resize(of.accounts * history_months);
  made.history.there.resize(of.accounts * history_months);
  std::normal_distribution<double> normal;
  std::array<double, history_months> odds{};
  for (double& one : odds) one = std::exp(of.shock * normal(random));
  for (std::size_t who = 0; who < of.accounts; ++who) {
    account_truth truth{.rate = beta_draw(random, churn * spread_of_churn, (1 - churn) * spread_of_churn),
                        .start = random() % 18,
                        .ticks = std::llround(20'000 * std::exp(of.sigma * normal(random))) * mrr::ticks_per_minor};
    made.accounts.push_back(truth);
    std::int64_t ticks = truth.ticks;
    for (std::size_t t = truth.start; t < history_months; ++t) {
      if (t > truth.start) ticks = next_month(ticks, truth.rate, odds[t], random);
      if (ticks < 0) break;
      made.history.ticks[who * history_months + t] = ticks;
      made.history.there[who * history_months + t] = 1;
    }
  }
  return made;
}

/// What the accounts of the last month pay a year later, in minor units.
struct truth_of_year {
  double mrr = 0, gross = 0;
  std::int64_t logos = 0;
};

truth_of_year drawn_future(const cell& of, const world& made, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  std::array<double, horizon> odds{};
  for (double& one : odds) one = std::exp(of.shock * normal(random));
  truth_of_year sum;
  for (std::size_t who = 0; who < of.accounts; ++who) {
    const std::size_t last = who * history_months + history_months - 1;
    if (made.history.there[last] == 0) continue;
    std::int64_t ticks = made.history.ticks[last];
    for (std::size_t h = 0; h < horizon && ticks >= 0; ++h)
      ticks = next_month(ticks, made.accounts[who].rate, odds[h], random);
    if (ticks < 0) continue;
    sum.logos += 1;
    sum.mrr += static_cast<double>(ticks) / static_cast<double>(mrr::ticks_per_minor);
    sum.gross += static_cast<double>(std::min(ticks, made.history.ticks[last])) / static_cast<double>(mrr::ticks_per_minor);
  }
  return sum;
}

struct counts {
  int in80 = 0, in95 = 0, grr95 = 0, logos95 = 0, worlds = 0;
  std::array<int, 10> pit{};
  double effective = 0;
};

void judge(const mrr_forecast& found, const mrr_forecast* gross, const truth_of_year& truth, double u, counts& sums) {
  std::vector<double> draws = found.closings[horizon - 1];
  std::sort(draws.begin(), draws.end());
  const auto inside = [&](double level) {
    return truth.mrr >= draw_quantile(draws, (1 - level) / 2) && truth.mrr <= draw_quantile(draws, (1 + level) / 2);
  };
  sums.in80 += inside(0.8) ? 1 : 0;
  sums.in95 += inside(0.95) ? 1 : 0;
  const auto below = std::lower_bound(draws.begin(), draws.end(), truth.mrr) - draws.begin();
  const auto up_to = std::upper_bound(draws.begin(), draws.end(), truth.mrr) - draws.begin();
  const double pit =
      (static_cast<double>(below) + u * static_cast<double>(up_to - below)) / static_cast<double>(draws.size());
  sums.pit[static_cast<std::size_t>(std::min(9.0, std::floor(10 * pit)))] += 1;
  if (gross != nullptr) {
    const forecast_row& last = gross->total.rows[horizon - 1];
    const double grr = truth.gross / gross->total.rows[0].opening;
    sums.grr95 += grr >= gross->total.grr.low && grr <= gross->total.grr.high ? 1 : 0;
    const auto logos = static_cast<double>(truth.logos);
    sums.logos95 += logos >= last.accounts_low && logos <= last.accounts_high ? 1 : 0;
  }
  sums.effective += found.effective_accounts;
  sums.worlds += 1;
}

std::string share(int count, int of) {
  char text[16];
  std::snprintf(text, sizeof text, "%5.1f", 100.0 * count / of);
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  const int worlds = argc > 1 ? std::atoi(argv[1]) : 400;
  const cell cells[] = {{50, 0.5, 0},    {50, 1.5, 0},    {300, 0.5, 0}, {300, 1.5, 0},
                        {300, 0.5, 0.1}, {300, 0.5, 0.3}, {1500, 0.5, 0}};
  const forecast_spread spreads[] = {forecast_spread::both, forecast_spread::process, forecast_spread::parameters};
  std::printf("%d worlds a cell, %zu months of history, %zu ahead, 400 draws\n\n", worlds, history_months, horizon);
  std::printf("| accounts | sigma | shock | effective | spread | MRR 80 | MRR 95 | GRR 95 | logos 95 | PIT chi2 |\n");
  std::printf("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
  const thread_executor host;
  const auto bulk = [&](std::size_t n, detail::task_ref task) { host.bulk(n, task); };
  for (std::size_t place = 0; place < std::size(cells); ++place) {
    std::array<counts, 3> sums{};
    for (int world_number = 0; world_number < worlds; ++world_number) {
      const std::uint64_t number = seed + 1'000'000 * place + static_cast<std::uint64_t>(world_number);
      std::mt19937_64 past(2 * number), future(2 * number + 1);
      const world made = drawn_world(cells[place], past);
      std::array<mrr_forecast, 3> found;
      for (std::size_t kind = 0; kind < 3; ++kind)
        found[kind] = forecast_mrr(made.history, {}, {}, {.draws = 400, .seed = number, .spread = spreads[kind]}, bulk);
      const truth_of_year truth = drawn_future(cells[place], made, future);
      const double u = std::uniform_real_distribution<double>()(future);
      for (std::size_t kind = 0; kind < 3; ++kind)
        judge(found[kind], kind < 2 ? &found[kind] : nullptr, truth, u, sums[kind]);
    }
    for (std::size_t kind = 0; kind < 3; ++kind) {
      const counts& one = sums[kind];
      double chi2 = 0;
      for (const int n : one.pit) chi2 += (n - one.worlds / 10.0) * (n - one.worlds / 10.0) / (one.worlds / 10.0);
      std::printf("| %zu | %.1f | %.1f | %.0f | %s | %s | %s | %s | %s | %.1f |\n", cells[place].accounts,
                  cells[place].sigma, cells[place].shock, one.effective / one.worlds,
                  std::string(values_of(forecast_spread{})[kind]).c_str(), share(one.in80, one.worlds).c_str(),
                  share(one.in95, one.worlds).c_str(), kind < 2 ? share(one.grr95, one.worlds).c_str() : "-",
                  kind < 2 ? share(one.logos95, one.worlds).c_str() : "-", chi2);
      std::fflush(stdout);
    }
  }
}
