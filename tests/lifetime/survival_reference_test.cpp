// Errors and limits against the definition, summed row by row.
#include "sojourn/lifetime/survival.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "lifetime_rows.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

struct brute_curve {
  double survival = 1, hazard = 0, survival_variance = 0, hazard_variance = 0;
  bool died = false;
};

/// The definition, row by row: risk sets counted anew for every age, influence functions summed account by account.
brute_curve brute_force(const account_rows& rows, std::int32_t age, bool weighted) {
  const std::size_t n = rows.time.size();
  const auto w = [&](std::size_t i) { return weighted ? static_cast<double>(rows.weight[i]) : 1.0; };
  const auto in_risk = [&](std::size_t i, std::int32_t t) {
    return rows.time[i] >= t && (rows.entry.empty() || rows.entry[i] < t);
  };
  brute_curve result;
  double greenwood = 0, aalen = 0;
  std::vector<double> s_influence(n, 0.0), h_influence(n, 0.0);
  for (std::int32_t t = 0; t <= age; ++t) {
    double at_risk = 0, lost = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (!in_risk(i, t)) continue;
      at_risk += w(i);
      if (rows.time[i] == t && rows.event[i] == 1) lost += w(i);
    }
    if (lost == 0) continue;
    result.survival *= 1 - lost / at_risk;
    result.hazard += lost / at_risk;
    aalen += lost / (at_risk * at_risk);
    if (lost == at_risk)
      result.died = true;
    else
      greenwood += lost / (at_risk * (at_risk - lost));
    for (std::size_t i = 0; i < n; ++i) {
      if (!in_risk(i, t)) continue;
      const double churned = rows.time[i] == t && rows.event[i] == 1 ? 1 : 0;
      if (lost < at_risk) s_influence[i] -= (churned * at_risk - lost) / (at_risk * (at_risk - lost));
      h_influence[i] += (churned - lost / at_risk) / at_risk;
    }
  }
  if (!weighted) {
    result.survival_variance = result.survival * result.survival * greenwood;
    result.hazard_variance = aalen;
    return result;
  }
  for (std::size_t i = 0; i < n; ++i) {
    result.survival_variance += std::pow(result.survival * w(i) * s_influence[i], 2);
    result.hazard_variance += std::pow(w(i) * h_influence[i], 2);
  }
  return result;
}

}  // namespace

TEST_CASE("survival: errors equal the definition on random rows, plain and weighted, with and without late entry") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 600; ++round) {
    const bool late = round % 2 == 1, weighted = round % 4 >= 2;
    const auto rows = random_rows(random, late, weighted);
    const auto measure = weighted ? survival_measure::weight : survival_measure::accounts;
    const auto curve = kaplan_meier(rows.tally(), {.measure = measure});
    for (std::size_t k = 0; k < curve.time.size(); ++k) {
      const auto slow = brute_force(rows, curve.time[k], weighted);
      REQUIRE(curve.survival[k] == Approx(slow.survival).epsilon(1e-10));
      REQUIRE(curve.cumulative_hazard[k] == Approx(slow.hazard).epsilon(1e-10));
      REQUIRE(curve.hazard_standard_error[k] == Approx(std::sqrt(slow.hazard_variance)).epsilon(1e-8));
      if (slow.died)
        REQUIRE(std::isnan(curve.standard_error[k]));
      else
        REQUIRE(curve.standard_error[k] == Approx(std::sqrt(slow.survival_variance)).epsilon(1e-8));
    }
  }
}

TEST_CASE("survival: the weighted restricted mean has the jackknife variance of its definition") {
  std::mt19937_64 random(13);
  int measured = 0;
  for (int round = 0; round < 200; ++round) {
    auto rows = random_rows(random, round % 2 == 1, true);
    rows.time.push_back(25);  // the last account is censored: the mean is defined everywhere
    rows.event.push_back(0);
    rows.weight.push_back(10);
    if (!rows.entry.empty()) rows.entry.push_back(0);
    const auto state = rows.tally();
    const estimate mean = restricted_mean(state, 22, {.measure = survival_measure::weight});
    // Numerical influence: the derivative of the mean by each account's weight, times that weight.
    double variance = 0;
    for (std::size_t i = 0; i < rows.time.size(); ++i) {
      auto more = rows;
      for (auto& w : more.weight) w *= 1'000'000;
      more.weight[i] += rows.weight[i];
      const double shifted = restricted_mean(more.tally(), 22, {.measure = survival_measure::weight}).value;
      variance += std::pow((shifted - mean.value) * 1e6, 2);
    }
    REQUIRE(0 <= mean.low);
    REQUIRE(mean.high <= 22);
    // A limit that would lie outside what is possible says nothing of the error; the other one does.
    const double half = mean.high < 22 ? mean.high - mean.value : mean.value - mean.low;
    if (mean.high == 22 && mean.low == 0) continue;
    REQUIRE(half / confidence_level{}.normal_quantile() == Approx(std::sqrt(variance)).epsilon(1e-4));
    ++measured;
  }
  CHECK(measured > 150);
}

TEST_CASE("survival: without censoring the curve is the share that is left") {
  std::mt19937_64 random(17);
  for (int round = 0; round < 200; ++round) {
    auto rows = random_rows(random, false, false);
    std::fill(rows.event.begin(), rows.event.end(), std::uint8_t{1});
    const auto curve = kaplan_meier(rows.tally());
    const double n = static_cast<double>(rows.time.size());
    for (std::size_t k = 0; k < curve.time.size(); ++k) {
      const auto left = std::count_if(rows.time.begin(), rows.time.end(), [&](auto t) { return t > curve.time[k]; });
      REQUIRE(curve.survival[k] == Approx(static_cast<double>(left) / n).epsilon(1e-12));
    }
    // And the mean is the mean of min(T, horizon).
    double sum = 0;
    for (auto t : rows.time) sum += std::min(t, 15);
    REQUIRE(restricted_mean(rows.tally(), 15).value == Approx(sum / n));
  }
}

TEST_CASE("survival: moving a censoring between two churns changes no rate") {
  std::mt19937_64 random(23);
  for (int round = 0; round < 200; ++round) {
    auto rows = random_rows(random, false, false);
    for (auto& t : rows.time) t *= 10;  // churns at multiples of 10
    const auto before = kaplan_meier(rows.tally());
    for (std::size_t i = 0; i < rows.time.size(); ++i) {
      if (rows.event[i] == 0) rows.time[i] += static_cast<std::int32_t>(random() % 10);
    }
    const auto after = kaplan_meier(rows.tally());
    REQUIRE(at_events(before, before.survival) == at_events(after, after.survival));
    REQUIRE(at_events(before, before.low).size() == at_events(after, after.low).size());
    check_close(at_events(after, after.standard_error), at_events(before, before.standard_error), 0);
  }
}

TEST_CASE("survival: 10,000 random tables give rates in [0, 1] and limits around them") {
  std::mt19937_64 random(37);
  for (int round = 0; round < 10'000; ++round) {
    const bool weighted = round % 3 == 0;
    const auto rows = random_rows(random, round % 2 == 0, weighted, 12);
    const auto scale = static_cast<survival_interval>(round % 5);
    const auto curve = kaplan_meier(
        rows.tally(), {.interval = scale, .measure = weighted ? survival_measure::weight : survival_measure::accounts});
    for (std::size_t k = 0; k < curve.time.size(); ++k) {
      const double s = curve.survival[k];
      REQUIRE((s >= 0 && s <= 1));
      REQUIRE(std::isfinite(curve.cumulative_hazard[k]));
      REQUIRE(std::isfinite(curve.hazard_standard_error[k]));
      REQUIRE(std::isnan(curve.standard_error[k]) == (s == 0));
      REQUIRE(std::isnan(curve.low[k]) == (s == 0 || s == 1));
      if (s > 0 && s < 1) REQUIRE((curve.low[k] >= 0 && curve.low[k] <= s && s <= curve.high[k] && curve.high[k] <= 1));
    }
  }
}
