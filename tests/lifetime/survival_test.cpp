#include "sojourn/lifetime/survival.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "laws.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

/// The rows of a test, owned.
struct account_rows {
  std::vector<std::int32_t> time;
  std::vector<std::uint8_t> event;
  std::vector<std::int32_t> entry{};
  std::vector<std::int64_t> weight{};
  std::vector<std::int64_t> count{};

  [[nodiscard]] lifetimes view() const { return {time, event, entry, weight, count}; }
  [[nodiscard]] survival_state tally() const { return tally_survival(view()); }
};

account_rows six_mp() {
  return {{6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35},
          {1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0}};
}

account_rows random_rows(std::mt19937_64& random, bool late, bool weighted, std::size_t most = 40) {
  account_rows rows;
  const std::size_t n = random() % most + 1;
  for (std::size_t i = 0; i < n; ++i) {
    const auto time = static_cast<std::int32_t>(random() % 20 + (late ? 1 : 0));
    rows.time.push_back(time);
    rows.event.push_back(static_cast<std::uint8_t>(random() % 2));
    if (late) rows.entry.push_back(static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(time)));
    if (weighted) rows.weight.push_back(static_cast<std::int64_t>(random() % 1000));
  }
  return rows;
}

/// The curve's values at the ages where somebody churned, as the published tables list them.
std::vector<double> at_events(const survival_curve& curve, const std::vector<double>& column) {
  std::vector<double> values;
  for (std::size_t k = 0; k < curve.time.size(); ++k) {
    if (curve.events[k] > 0) values.push_back(column[k]);
  }
  return values;
}

void check_close(const std::vector<double>& found, const std::vector<double>& wanted, double tolerance) {
  REQUIRE(found.size() == wanted.size());
  for (std::size_t k = 0; k < found.size(); ++k) {
    CAPTURE(k);
    if (std::isnan(wanted[k]))
      CHECK(std::isnan(found[k]));
    else
      CHECK(std::abs(found[k] - wanted[k]) <= tolerance);
  }
}

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

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

TEST_CASE("km-01: 6-MP, survival and Greenwood's errors") {
  const auto curve = kaplan_meier(six_mp().tally());
  check_close(at_events(curve, curve.survival),
              {0.8571428571, 0.8067226891, 0.7529411765, 0.6901960784, 0.6274509804, 0.5378151261, 0.4481792717}, 1e-10);
  check_close(at_events(curve, curve.standard_error),
              {0.07636035483, 0.08693528518, 0.09634965299, 0.1068147078, 0.1140538653, 0.1282337517, 0.1345914568}, 1e-10);
}

TEST_CASE("km-01: 6-MP, median 23 with limits (13, not reached)") {
  const estimate median = survival_quantile(kaplan_meier(six_mp().tally()));
  CHECK(median.value == 23);
  CHECK(median.low == 13);
  CHECK(std::isnan(median.high));
  CHECK(median.defined());
}

TEST_CASE("km-01: 6-MP, restricted mean to 35 with the error of the estimate") {
  const estimate mean = restricted_mean(six_mp().tally(), 35);
  CHECK(mean.value == Approx(23.28739496).epsilon(1e-9));
  const double error = (mean.high - mean.value) / confidence_level{}.normal_quantile();
  CHECK(error == Approx(2.827467623).epsilon(1e-9));
  CHECK(mean.n == 21);
}

TEST_CASE("km-02: 6-MP, limits on four scales equal R's") {
  const auto check = [](survival_interval scale, const std::vector<double>& low, const std::vector<double>& high) {
    const auto curve = kaplan_meier(six_mp().tally(), {.interval = scale});
    check_close(at_events(curve, curve.low), low, 1e-9);
    check_close(at_events(curve, curve.high), high, 1e-9);
  };
  check(survival_interval::log_log,
        {0.6197179553, 0.5631465646, 0.5031995108, 0.4316102225, 0.367510856, 0.2677789368, 0.188052006},
        {0.9515517476, 0.9228090192, 0.8893618352, 0.8490659633, 0.8049121895, 0.7467907176, 0.6801426285});
  check(survival_interval::plain,
        {0.7074793118, 0.6363326611, 0.5640993267, 0.4808430982, 0.4039095122, 0.2864815911, 0.1843848638},
        {1, 0.977112717, 0.9417830263, 0.8995490587, 0.8509924486, 0.789148661, 0.7119736796});
  check(survival_interval::log,
        {0.7198170839, 0.6531242185, 0.585918982, 0.5096130991, 0.439393925, 0.3370366162, 0.2487882268},
        {1, 0.9964436759, 0.9675747546, 0.9347691955, 0.8959949385, 0.858200848, 0.8073720455});
  check(survival_interval::logit,
        {0.6386494523, 0.5832326835, 0.5247784845, 0.4556053678, 0.3929319019, 0.297429659, 0.218459751},
        {0.9532031321, 0.9256456835, 0.8937400106, 0.8557116437, 0.8142095744, 0.7618170874, 0.7023691232});
}

TEST_CASE("survival: the arcsine limits are symmetric on the arcsine scale") {
  const auto curve = kaplan_meier(six_mp().tally(), {.interval = survival_interval::arcsine});
  for (std::size_t k = 0; k < curve.time.size(); ++k) {
    const auto scale = [](double s) { return std::asin(std::sqrt(s)); };
    const double s = curve.survival[k];
    const double half = confidence_level{}.normal_quantile() * curve.standard_error[k] / (2 * std::sqrt(s * (1 - s)));
    CHECK(scale(curve.low[k]) == Approx(scale(s) - half));
    CHECK(scale(curve.high[k]) == Approx(scale(s) + half));
  }
}

TEST_CASE("km-03: 6-MP, Nelson-Aalen with Aalen's variance") {
  const auto curve = kaplan_meier(six_mp().tally());
  check_close(at_events(curve, curve.cumulative_hazard),
              {0.1428571429, 0.2016806723, 0.2683473389, 0.3516806723, 0.4425897632, 0.585446906, 0.7521135727}, 1e-10);
  check_close(at_events(curve, curve.hazard_standard_error),
              {0.08247860988, 0.1013061138, 0.1212739591, 0.147145566, 0.1729632342, 0.2243311028, 0.2794677467}, 1e-10);
}

TEST_CASE("km-05: maintained patients of the AML study") {
  const account_rows rows{{9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161}, {1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0}};
  const auto curve = kaplan_meier(rows.tally());
  check_close(at_events(curve, curve.survival),
              {0.9090909091, 0.8181818182, 0.7159090909, 0.6136363636, 0.4909090909, 0.3681818182, 0.1840909091}, 1e-10);
  check_close(at_events(curve, curve.standard_error),
              {0.0866784172, 0.1162912998, 0.1396649706, 0.152632331, 0.1641932672, 0.1626688858, 0.1534927458}, 1e-10);
}

TEST_CASE("km-06: at zero the curve has no error and no limits") {
  const account_rows rows{{5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45}, {1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1}};
  const auto curve = kaplan_meier(rows.tally());
  check_close(
      at_events(curve, curve.survival),
      {0.8333333333, 0.6666666667, 0.5833333333, 0.4861111111, 0.3888888889, 0.2916666667, 0.1944444444, 0.09722222222, 0},
      1e-10);
  check_close(at_events(curve, curve.standard_error),
              {0.1075828707, 0.1360827635, 0.1423187606, 0.1481300626, 0.1469861839, 0.1387151691, 0.1218745054,
               0.09186636497, undefined},
              1e-10);
  CHECK(curve.survival.back() == 0);
  CHECK(std::isnan(curve.low.back()));
  CHECK(std::isnan(curve.high.back()));
  CHECK(survival_at(curve, 1000).value == 0);
}

TEST_CASE("km-07: the tiny example of Hosmer, Lemeshow and May") {
  const account_rows rows{{6, 44, 21, 14, 62}, {1, 1, 0, 1, 1}};
  const auto curve = kaplan_meier(rows.tally());
  check_close(at_events(curve, curve.survival), {0.8, 0.6, 0.3, 0}, 1e-15);
  check_close(at_events(curve, curve.standard_error), {0.1789, 0.2191, 0.2387, undefined}, 5e-5);
}

TEST_CASE("km-08: late entry; who enters exactly at a churn was not at risk of it") {
  const account_rows rows{{3, 5, 6, 4, 8, 7, 9, 6, 10, 2}, {1, 1, 0, 1, 1, 0, 1, 1, 0, 1}, {0, 0, 0, 2, 2, 3, 4, 5, 5, 0}};
  const auto curve = kaplan_meier(rows.tally());
  check_close(at_events(curve, curve.survival), {0.75, 0.6, 0.48, 0.384, 0.32, 0.2133333333, 0.1066666667}, 1e-10);
  check_close(at_events(curve, curve.standard_error),
              {0.2165063509, 0.219089023, 0.2055237213, 0.1854896224, 0.1652472894, 0.1404331922, 0.1030497902}, 1e-10);
  check_close(at_events(curve, curve.cumulative_hazard), {0.25, 0.45, 0.65, 0.85, 1.016666667, 1.35, 1.85}, 1e-9);
  check_close(at_events(curve, {curve.at_risk.begin(), curve.at_risk.end()}), {4, 5, 5, 5, 6, 3, 2}, 0);
}

TEST_CASE("survival: a risk set that dies out early is reported, and given_age gets past it") {
  const account_rows rows{{2, 9, 10, 12, 15}, {1, 1, 0, 1, 0}, {0, 5, 5, 6, 7}};
  const auto state = rows.tally();
  const auto curve = kaplan_meier(state);
  CHECK(curve.died_out_at == 2);
  CHECK(curve.survival.back() == 0);
  const auto later = kaplan_meier(state, {.given_age = 5});
  CHECK(!later.died_out_at);
  check_close(at_events(later, later.survival), {0.75, 0.375}, 1e-15);
  CHECK(later.accounts == 4);
  // From age 5: 4 periods at 1, 3 at 0.75, 3 at 0.375.
  CHECK(restricted_mean(state, 15, {.given_age = 5}).value == Approx(4 + 3 * 0.75 + 3 * 0.375));
}

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

TEST_CASE("survival: ages far apart are read as those close together") {
  std::mt19937_64 random(15);
  for (int round = 0; round < 100; ++round) {
    const auto near = random_rows(random, round % 2 == 1, true);
    auto far = near;
    for (auto& age : far.time) age *= 50'000'000;
    for (auto& age : far.entry) age *= 50'000'000;
    for (const survival_measure measure : {survival_measure::accounts, survival_measure::weight}) {
      const survival_curve one = kaplan_meier(near.tally(), {.measure = measure}),
                           other = kaplan_meier(far.tally(), {.measure = measure});
      REQUIRE(one.at_risk == other.at_risk);
      REQUIRE(one.survival == other.survival);
      REQUIRE(one.hazard_standard_error == other.hazard_standard_error);
    }
  }
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

TEST_CASE("survival: a row that stands for two equals the row twice, and weight 2 gives the same curve") {
  std::mt19937_64 random(19);
  for (int round = 0; round < 100; ++round) {
    auto rows = random_rows(random, round % 2 == 1, false);
    auto twice = rows, counted = rows, weighted = rows;
    twice.time.insert(twice.time.end(), rows.time.begin(), rows.time.end());
    twice.event.insert(twice.event.end(), rows.event.begin(), rows.event.end());
    twice.entry.insert(twice.entry.end(), rows.entry.begin(), rows.entry.end());
    counted.count.assign(rows.time.size(), 2);
    weighted.weight.assign(rows.time.size(), 2);
    REQUIRE(twice.tally() == counted.tally());
    const auto by_weight = kaplan_meier(weighted.tally(), {.measure = survival_measure::weight});
    REQUIRE(by_weight.survival == kaplan_meier(twice.tally()).survival);
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

TEST_CASE("survival: strata sum to the whole, rows without a segment included") {
  std::mt19937_64 random(29);
  const auto rows = random_rows(random, true, true, 500);
  std::vector<std::uint32_t> segment(rows.time.size());
  std::vector<std::uint8_t> bitmap(rows.time.size() / 8 + 1);
  for (auto& code : segment) code = static_cast<std::uint32_t>(random() % 3);
  for (auto& byte : bitmap) byte = static_cast<std::uint8_t>(random());
  const auto parts = tally_survival_by(rows.view(), column<std::uint32_t>(segment, bitmap.data()), 3);
  survival_state sum = parts.without_segment;
  CHECK(sum.accounts() > 0);
  for (const auto& part : parts.segments) sum += part;
  CHECK(sum == rows.tally());
  segment[0] = 3;
  bitmap[0] |= 1;
  CHECK_THROWS_AS((void)tally_survival_by(rows.view(), column<std::uint32_t>(segment, bitmap.data()), 3), data_error);
}

TEST_CASE("survival: any number of threads gives the same state") {
  std::mt19937_64 random(31);
  account_rows rows;
  for (int i = 0; i < 200'000; ++i) {
    rows.time.push_back(static_cast<std::int32_t>(random() % 60 + 2));
    rows.event.push_back(static_cast<std::uint8_t>(random() % 2));
    rows.entry.push_back(static_cast<std::int32_t>(random() % 2));
    rows.weight.push_back(static_cast<std::int64_t>(random() % 100'000'000));
  }
  const auto serial = rows.tally();
  for (const std::size_t threads : {2u, 3u, 8u}) CHECK(tally_survival(rows.view(), thread_executor(threads)) == serial);
}

TEST_CASE("survival_state: the laws") {
  test::check_laws<survival_state>([](std::mt19937_64& random) {
    auto rows = random_rows(random, random() % 2 == 0, true);
    for (auto& w : rows.weight) w *= 1'000'000'000'000;
    return rows.tally();
  });
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

TEST_CASE("survival: the median of a step that lies on one half is the middle of the step") {
  const account_rows rows{{2, 4, 8, 9}, {1, 1, 1, 0}};  // S = 0.75, 0.5, 0.25
  CHECK(survival_quantile(kaplan_meier(rows.tally())).value == 6);
  const account_rows never{{2, 4, 9, 9}, {1, 0, 0, 0}};
  const estimate median = survival_quantile(kaplan_meier(never.tally()));
  CHECK(std::isnan(median.value));
  CHECK(median.reason == undefined_reason::model_limit);
  CHECK_THROWS_AS((void)survival_quantile(kaplan_meier(rows.tally()), 1.0), schema_error);
}

TEST_CASE("survival: nothing observed is undefined, and so is what lies beyond the last age") {
  const account_rows none{};
  const auto curve = kaplan_meier(none.tally());
  CHECK(curve.time.empty());
  CHECK(survival_at(curve, 3).reason == undefined_reason::no_observations);
  CHECK(survival_quantile(curve).reason == undefined_reason::no_observations);
  CHECK(restricted_mean(none.tally(), 3).reason == undefined_reason::no_observations);
  const account_rows censored{{5, 7}, {0, 0}};
  CHECK(survival_at(kaplan_meier(censored.tally()), 7).value == 1);
  CHECK(survival_at(kaplan_meier(censored.tally()), 8).reason == undefined_reason::model_limit);
  CHECK(restricted_mean(censored.tally(), 7).value == 7);
  CHECK(restricted_mean(censored.tally(), 8).reason == undefined_reason::model_limit);
  CHECK_THROWS_AS((void)restricted_mean(censored.tally(), 0), schema_error);
  CHECK(restricted_mean(censored.tally(), 6.5).value == 6.5);
  CHECK(survival_at(kaplan_meier(censored.tally()), 7.5).reason == undefined_reason::model_limit);
  CHECK_THROWS_AS((void)survival_at(kaplan_meier(censored.tally()), -1), schema_error);
}

TEST_CASE("survival: a row with a missing value is left out and counted") {
  account_rows rows{{5, 6, 7}, {1, 1, 0}};
  const std::uint8_t bitmap = 0b101;
  lifetimes view = rows.view();
  view.event = column<std::uint8_t>(rows.event, &bitmap);
  const auto state = tally_survival(view);
  CHECK(state.rows_missing == 1);
  CHECK(state.accounts() == 2);
  CHECK(kaplan_meier(state).rows_missing == 1);
}

TEST_CASE("survival: accounts of age 0 stay in the table, at risk of nothing later") {
  const account_rows rows{{0, 0, 1, 2}, {0, 0, 1, 0}};
  const auto curve = kaplan_meier(rows.tally());
  CHECK(curve.at_risk == std::vector<std::int64_t>{4, 2, 1});
  CHECK(curve.survival == std::vector<double>{1, 0.5, 0.5});
}

TEST_CASE("survival: every broken rule is named with its column and row") {
  const account_rows rows{{5, -1, 7, 4}, {1, 0, 2, 1}, {0, 0, 0, 4}, {1, -1, 1, 1}, {1, 1, 1, -3}};
  const auto problems = validate(rows.view());
  std::vector<std::string> found;
  for (const auto& p : problems) found.push_back(p.column + std::to_string(p.row));
  CHECK(found == std::vector<std::string>{"time1", "entry1", "weight1", "event2", "entry3", "count3"});
  CHECK(validate(rows.view(), 2).size() == 2);
  try {
    (void)rows.tally();
    FAIL("a negative age was accepted");
  } catch (const data_error& e) {
    CHECK(std::string(e.what()) ==
          "column \"time\", row 1, value -1: an age is 0 or more; count ages from the start of the account");
  }
  account_rows uneven{{1, 2}, {1}};
  CHECK_THROWS_AS((void)uneven.tally(), schema_error);
}

TEST_CASE("survival: a sum of squares beyond 128 bits is an error, not a wrap") {
  const std::int64_t huge = std::numeric_limits<std::int64_t>::max();
  const account_rows rows{{1, 1, 1}, {1, 1, 1}, {}, {huge, huge, huge}};
  CHECK_THROWS_AS((void)rows.tally(), overflow_error);
}

TEST_CASE("survival: an estimate names the scale of its interval; the robust error of a mean is the jackknife's") {
  const account_rows rows{{2, 4, 8, 9}, {1, 1, 1, 0}};
  const std::pair<survival_interval, const char*> names[] = {{survival_interval::log_log, "log_log"},
                                                             {survival_interval::plain, "wald"},
                                                             {survival_interval::log, "log"},
                                                             {survival_interval::logit, "logit"},
                                                             {survival_interval::arcsine, "arcsine"}};
  for (const auto& [scale, name] : names) {
    const survival_curve curve = kaplan_meier(rows.tally(), {.interval = scale});
    CHECK(to_string(survival_at(curve, 4).method) == name);
    CHECK(to_string(survival_quantile(curve).method) == name);
  }
  CHECK(restricted_mean(rows.tally(), 8).method == interval_method::wald);
  CHECK(to_string(restricted_mean(rows.tally(), 8, {.measure = survival_measure::weight}).method) == "jackknife");
}

TEST_CASE("survival: ages counted in an array and ages sorted give the same state") {
  std::mt19937_64 random(41);
  for (const std::int32_t most : {1, 72, 4095, 4096, 100'000}) {
    CAPTURE(most);
    account_rows rows = random_rows(random, false, true, 500);
    for (auto& t : rows.time) t = static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(most));
    rows.time.back() = most;
    const std::vector<std::int32_t> unused(rows.time.size());
    const std::vector<std::uint8_t> all_missing(rows.time.size() / 8 + 1, 0);
    lifetimes with_entry = rows.view();
    with_entry.entry = column<std::int32_t>(std::span<const std::int32_t>(unused), all_missing.data());
    CHECK(tally_survival(with_entry) == rows.tally());
  }
}

TEST_CASE("edge I01: entry and exit on one day: never at risk, refused") {
  const std::vector<std::int32_t> time{1, 2}, entry{1, 0};
  const std::vector<std::uint8_t> event{1, 1};
  CHECK_THROWS_AS((void)tally_survival(lifetimes{.time = time, .event = event, .entry = entry}), data_error);
}

TEST_CASE("edge I02: who enters at the time of a churn is not at risk then") {
  const std::vector<std::int32_t> time{1, 3, 3}, entry{0, 1, 0};
  const std::vector<std::uint8_t> event{1, 1, 0};
  const survival_curve curve = kaplan_meier(tally_survival(lifetimes{.time = time, .event = event, .entry = entry}));
  CHECK(curve.survival == std::vector<double>{0.5, 0.25});
}

TEST_CASE("edge I05: a churn at each of 400 ages ends at 0, never below") {
  std::vector<std::int32_t> time;
  for (std::int32_t age = 1; age <= 400; ++age) time.push_back(age);
  const std::vector<std::uint8_t> event(400, 1);
  const survival_curve curve = kaplan_meier(tally_survival(lifetimes{.time = time, .event = event}));
  CHECK(*std::min_element(curve.survival.begin(), curve.survival.end()) == 0);
  CHECK(curve.survival.back() == 0);
}

TEST_CASE("edge I09: a median that is never reached is undefined, with a reason") {
  const std::vector<std::int32_t> time{1, 2, 3, 4};
  const std::vector<std::uint8_t> event{1, 0, 0, 0};
  const survival_curve curve = kaplan_meier(tally_survival(lifetimes{.time = time, .event = event}));
  const estimate median = survival_quantile(curve, 0.5);
  CHECK(std::isnan(median.value));
  CHECK(!to_string(median.reason).empty());
}
