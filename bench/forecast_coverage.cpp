// How often forecasts hold what comes: worlds with known truth, many forecasts, one table.
//
//   forecast_coverage [worlds a cell, 400 by default] [first of the seeds, 20260101 by default]
//
// Each world draws a history of 24 months, forecasts 12 months ahead, and only then draws the future: from streams of its
// own, so that no forecast sees it. Limits are judged 1, 6 and 12 months ahead. Some worlds have annual contracts, which the
// forecast is told, or accounts that were customers for up to 12 months before the history begins.
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
constexpr std::array<std::size_t, 3> judged{1, 6, 12};  // months ahead
constexpr double churn = 0.02, spread_of_churn = 30;    // of a beta distribution over accounts: mean, and alpha + beta
constexpr double expansion = 0.03, contraction = 0.01;

struct cell {
  std::size_t accounts = 0;
  double sigma = 0;   ///< of the logarithm of MRR
  double shock = 0;   ///< of a month, on the logit
  double annual = 0;  ///< share of accounts that can leave once a year only
  bool late = false;  ///< the first 12 months of the world are not in the history
};

/// One account of the world: what nobody but the world knows.
struct account_truth {
  double rate = 0;
  std::size_t start = 0;
  std::int64_t ticks = 0;
  bool annual = false;

  /// Of leaving in month t of the world.
  [[nodiscard]] double leaves(std::size_t t) const {
    if (!annual) return rate;
    return (t - start) % 12 == 0 ? 1 - std::pow(1 - rate, 12) : 0;
  }
};

double beta_draw(std::mt19937_64& random, double a, double b) {
  std::gamma_distribution<double> first(a), second(b);
  const double x = first(random), y = second(random);
  return x / (x + y);
}

/// A month of change.
std::int64_t changed(std::int64_t ticks, std::mt19937_64& random) {
  std::uniform_real_distribution<double> unit;
  const double u = unit(random);
  if (u < expansion) return std::llround(static_cast<double>(ticks) * (1.05 + 0.45 * unit(random)));
  if (u < expansion + contraction) return std::llround(static_cast<double>(ticks) * (0.5 + 0.45 * unit(random)));
  return ticks;
}

/// Month t of an account that is there: MRR at its end, -1 where it left. Under contract nothing happens until the renewal,
/// which makes up for the changes of a year.
std::int64_t next_month(const account_truth& of, std::size_t t, std::int64_t ticks, double odds, std::mt19937_64& random) {
  const double rate = of.leaves(t), p = rate * odds / (1 - rate + rate * odds);
  if (std::uniform_real_distribution<double>()(random) < p) return -1;
  if (!of.annual) return changed(ticks, random);
  for (int k = 0; k < 12 && rate > 0; ++k) ticks = changed(ticks, random);
  return ticks;
}

struct world {
  account_months history;
  std::vector<account_truth> accounts;
};

world drawn_world(const cell& of, std::mt19937_64& random) {
  const std::size_t unseen = of.late ? 12 : 0;  // months of the world before the history
  world made{.history = {.first = month::from_ym(2023, 1), .months = history_months, .accounts = of.accounts},
             .accounts = {}};
  made.history.ticks.resize(of.accounts * history_months);
  made.history.there.resize(of.accounts * history_months);
  std::normal_distribution<double> normal;
  std::array<double, history_months + 12> odds{};
  for (double& one : odds) one = std::exp(of.shock * normal(random));
  for (std::size_t who = 0; who < of.accounts; ++who) {
    account_truth truth{.rate = beta_draw(random, churn * spread_of_churn, (1 - churn) * spread_of_churn),
                        .start = random() % (18 + unseen),
                        .ticks = std::llround(20'000 * std::exp(of.sigma * normal(random))) * mrr::ticks_per_minor};
    if (of.annual > 0) truth.annual = std::uniform_real_distribution<double>()(random) < of.annual;
    made.accounts.push_back(truth);
    std::int64_t ticks = truth.ticks;
    for (std::size_t t = truth.start; t < history_months + unseen; ++t) {
      if (t > truth.start) ticks = next_month(truth, t, ticks, odds[t], random);
      if (ticks < 0) break;
      if (t < unseen) continue;
      made.history.ticks[who * history_months + t - unseen] = ticks;
      made.history.there[who * history_months + t - unseen] = 1;
    }
  }
  return made;
}

/// The contracts of accounts that are customers still, as the forecast is told.
std::vector<forecast_contract> contracts_of(const cell& of, const world& made) {
  const std::size_t now = history_months + (of.late ? 12 : 0) - 1;  // the last month, in months of the world
  std::vector<forecast_contract> found;
  for (std::uint32_t who = 0; who < of.accounts; ++who) {
    const account_truth& one = made.accounts[who];
    if (!one.annual || made.history.there[who * history_months + history_months - 1] == 0) continue;
    const auto due = static_cast<std::int32_t>(12 - (now - one.start) % 12);
    const month last = made.history.first + months{static_cast<std::int32_t>(history_months) - 1};
    found.push_back({.account = who, .renews_on = (last + months{due}).first_day(), .every = 12});
  }
  return found;
}

/// What the accounts of the last month pay later, in minor units; MRR at the judged months, the others after a year.
struct truth_of_year {
  std::array<double, judged.size()> mrr{};
  double gross = 0;
  std::int64_t logos = 0;
};

truth_of_year drawn_future(const cell& of, const world& made, std::mt19937_64& random) {
  const std::size_t now = history_months + (of.late ? 12 : 0) - 1;
  std::normal_distribution<double> normal;
  std::array<double, horizon> odds{};
  for (double& one : odds) one = std::exp(of.shock * normal(random));
  truth_of_year sum;
  for (std::size_t who = 0; who < of.accounts; ++who) {
    const std::size_t last = who * history_months + history_months - 1;
    if (made.history.there[last] == 0) continue;
    std::int64_t ticks = made.history.ticks[last];
    for (std::size_t h = 0; h < horizon && ticks >= 0; ++h) {
      ticks = next_month(made.accounts[who], now + 1 + h, ticks, odds[h], random);
      for (std::size_t k = 0; k < judged.size(); ++k) {
        if (judged[k] == h + 1 && ticks >= 0)
          sum.mrr[k] += static_cast<double>(ticks) / static_cast<double>(mrr::ticks_per_minor);
      }
    }
    if (ticks < 0) continue;
    sum.logos += 1;
    sum.gross += static_cast<double>(std::min(ticks, made.history.ticks[last])) / static_cast<double>(mrr::ticks_per_minor);
  }
  return sum;
}

struct counts {
  std::array<int, judged.size()> in80{}, in95{};
  int grr95 = 0, logos95 = 0, worlds = 0;
  std::array<int, 10> pit{};
  double effective = 0;
};

void judge(const mrr_forecast& found, const mrr_forecast* gross, const truth_of_year& truth, double u, counts& sums) {
  for (std::size_t k = 0; k < judged.size(); ++k) {
    const std::vector<double>& closings = found.closings[judged[k] - 1];
    const auto inside = [&](double level) {
      return truth.mrr[k] >= draw_quantile(closings, (1 - level) / 2) &&
             truth.mrr[k] <= draw_quantile(closings, (1 + level) / 2);
    };
    sums.in80[k] += inside(0.8) ? 1 : 0;
    sums.in95[k] += inside(0.95) ? 1 : 0;
  }
  std::vector<double> draws = found.closings[horizon - 1];
  std::sort(draws.begin(), draws.end());
  const double later = truth.mrr.back();
  const auto below = std::lower_bound(draws.begin(), draws.end(), later) - draws.begin();
  const auto up_to = std::upper_bound(draws.begin(), draws.end(), later) - draws.begin();
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
  const std::uint64_t seed = argc > 2 ? static_cast<std::uint64_t>(std::atoll(argv[2])) : 20'260'101;
  const cell cells[] = {{.accounts = 50, .sigma = 0.5},
                        {.accounts = 50, .sigma = 1.5},
                        {.accounts = 300, .sigma = 0.5},
                        {.accounts = 300, .sigma = 1.5},
                        {.accounts = 1500, .sigma = 0.5},
                        {.accounts = 300, .sigma = 0.5, .shock = 0.1},
                        {.accounts = 300, .sigma = 0.5, .shock = 0.3},
                        {.accounts = 50, .sigma = 0.5, .annual = 1},
                        {.accounts = 300, .sigma = 0.5, .annual = 0.5},
                        {.accounts = 300, .sigma = 0.5, .annual = 1},
                        {.accounts = 300, .sigma = 0.5, .late = true},
                        {.accounts = 300, .sigma = 0.5, .annual = 0.5, .late = true}};
  const forecast_spread spreads[] = {forecast_spread::both, forecast_spread::process, forecast_spread::parameters};
  std::printf("%d worlds a cell, %zu months of history, %zu ahead, 400 draws\n\n", worlds, history_months, horizon);
  std::printf(
      "| accounts | sigma | shock | annual | late | effective | spread | 1 month | 6 months | 12 months | GRR | logos | PIT "
      "|\n");
  std::printf("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
  const thread_executor host;
  const auto bulk = [&](std::size_t n, detail::task_ref task) { host.bulk(n, task); };
  for (std::size_t place = 0; place < std::size(cells); ++place) {
    const cell& one_cell = cells[place];
    const std::size_t kinds = one_cell.annual > 0 || one_cell.late ? 1 : std::size(spreads);
    std::array<counts, std::size(spreads)> sums{};
    for (int world_number = 0; world_number < worlds; ++world_number) {
      const std::uint64_t number = seed + 1'000'000 * place + static_cast<std::uint64_t>(world_number);
      std::mt19937_64 past(2 * number), future(2 * number + 1);
      const world made = drawn_world(one_cell, past);
      const std::vector<forecast_contract> contracts = contracts_of(one_cell, made);
      std::array<mrr_forecast, std::size(spreads)> found;
      for (std::size_t kind = 0; kind < kinds; ++kind) {
        const forecast_options options{.draws = 400, .seed = number, .spread = spreads[kind]};
        found[kind] = forecast_mrr(made.history, {}, contracts, options, bulk);
      }
      const truth_of_year truth = drawn_future(one_cell, made, future);
      const double u = std::uniform_real_distribution<double>()(future);
      for (std::size_t kind = 0; kind < kinds; ++kind)
        judge(found[kind], kind < 2 ? &found[kind] : nullptr, truth, u, sums[kind]);
    }
    for (std::size_t kind = 0; kind < kinds; ++kind) {
      const counts& one = sums[kind];
      double chi2 = 0, mean_pit = 0;
      for (std::size_t bin = 0; bin < one.pit.size(); ++bin) {
        const double expected = one.worlds / 10.0;
        chi2 += (one.pit[bin] - expected) * (one.pit[bin] - expected) / expected;
        mean_pit += (static_cast<double>(bin) + 0.5) / 10 * one.pit[bin] / one.worlds;
      }
      std::printf("| %zu | %.1f | %.1f | %.1f | %s | %.0f | %s |", one_cell.accounts, one_cell.sigma, one_cell.shock,
                  one_cell.annual, one_cell.late ? "12" : "0", one.effective / one.worlds,
                  std::string(values_of(forecast_spread{})[kind]).c_str());
      for (std::size_t k = 0; k < judged.size(); ++k)
        std::printf(" %s / %s |", share(one.in80[k], one.worlds).c_str(), share(one.in95[k], one.worlds).c_str());
      std::printf(" %s | %s | %.1f, mean %.2f |\n", kind < 2 ? share(one.grr95, one.worlds).c_str() : "-",
                  kind < 2 ? share(one.logos95, one.worlds).c_str() : "-", chi2, mean_pit);
      std::fflush(stdout);
    }
  }
}
