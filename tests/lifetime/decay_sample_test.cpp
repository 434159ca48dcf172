// Curves of accounts with weights: what they share with counts, and their errors against the definition.
#include "sojourn/lifetime/decay_sample.hpp"
#include "one_call.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <random>

#include "sojourn/lifetime/decay_comparison.hpp"
#include "sojourn/stats/proportion.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

using numbers = std::vector<double>;

/// Rows that a test owns.
struct account_list {
  std::vector<std::int32_t> t;
  std::vector<std::uint8_t> left;
  numbers weight{};
  std::vector<std::int32_t> entry{};
  std::vector<std::int64_t> count{};

  [[nodiscard]] decay_rows view() const { return {.t = t, .left = left, .entry = entry, .weight = weight, .count = count}; }
  void add(std::int32_t at, bool gone, double worth) {
    t.push_back(at);
    left.push_back(gone);
    weight.push_back(worth);
  }
};

/// Accounts of a churn rate of their own each (beta 1.2, 3), watched for at most `periods` renewals; weights differ a lot
/// and have nothing to do with the lifetime.
account_list random_accounts(std::mt19937_64& random, int n, int periods) {
  std::gamma_distribution<double> a(1.2), b(3);
  std::lognormal_distribution<double> worth(0, 1);
  std::uniform_real_distribution<double> unit;
  account_list rows;
  for (int i = 0; i < n; ++i) {
    const double x = a(random), churn = x / (x + b(random));
    const int watched = periods - static_cast<int>(random() % 3);
    int t = 1;
    while (t <= watched && unit(random) >= churn) ++t;
    rows.add(std::min(t, watched), t <= watched, worth(random));
  }
  return rows;
}

std::vector<double> values_of(const decay_fit& fit) {
  std::vector<double> values;
  for (const decay_parameter& one : parameters(fit)) values.push_back(one.value);
  return values;
}

constexpr std::array families = {decay_family::geometric, decay_family::sbg, decay_family::weibull, decay_family::lognormal};

}  // namespace

TEST_CASE("decay_sample: accounts, cohorts and counts are one table") {
  const std::vector<std::int64_t> survivors{10, 7, 5, 5};
  const decay_sample cohort = sample_decay(one_call(std::vector<std::int32_t>{0, 1, 2, 3}), survivors);
  const account_list rows{.t = {1, 2, 3}, .left = {1, 1, 0}, .count = {3, 2, 5}};
  const decay_sample accounts = sample_decay(rows.view());
  CHECK(accounts.cells == cohort.cells);
  CHECK(accounts.counts() == tally_decay(survivors));
  CHECK(accounts.accounts() == 10);
  CHECK_FALSE(accounts.weighted);
  const decay_fit fit = fit_decay(accounts, {decay_family::geometric}),
                  plain = fit_decay(tally_decay(survivors), {decay_family::geometric});
  CHECK(values_of(fit) == values_of(plain));
  CHECK_FALSE(fit.robust);
}

TEST_CASE("decay_sample: who enters later faced no earlier renewal") {
  const account_list rows{.t = {3, 3, 2, 0}, .left = {1, 0, 1, 0}, .entry = {2, 0, 1, 0}};
  const decay_state counts = sample_decay(rows.view()).counts();
  REQUIRE(counts.periods.size() == 3);
  CHECK(counts.periods[0] == decay_period{1, 0});
  CHECK(counts.periods[1] == decay_period{1, 1});
  CHECK(counts.periods[2] == decay_period{1, 1});
}

TEST_CASE("decay_sample: rows with a gap are counted, rows of no weight are absent, broken rules are named") {
  account_list rows{.t = {1, 2, 2, 3}, .left = {1, 0, 1, 0}, .weight = {1, std::numeric_limits<double>::quiet_NaN(), 0, 2}};
  const decay_sample sample = sample_decay(rows.view());
  CHECK(sample.rows_missing == 1);
  CHECK(sample.accounts() == 2);
  const auto refused = [](account_list bad, const char* column, std::size_t row) {
    try {
      (void)sample_decay(bad.view());
      FAIL("accepted");
    } catch (const data_error& error) {
      CHECK(error.column() == column);
      CHECK(error.row() == row);
    }
  };
  refused({.t = {1, 0}, .left = {1, 1}}, "t", 1);
  refused({.t = {-1}, .left = {0}}, "t", 0);
  refused({.t = {200'000}, .left = {0}}, "t", 0);
  refused({.t = {2}, .left = {2}}, "left", 0);
  refused({.t = {2}, .left = {1}, .entry = {2}}, "entry", 0);
  refused({.t = {2}, .left = {1}, .weight = {-1}}, "weights", 0);
  refused({.t = {2}, .left = {1}, .count = {-1}}, "count", 0);
  const std::vector<std::int32_t> ages{0, 1};
  const std::vector<std::int64_t> left{5, 3};
  CHECK_THROWS_AS((void)sample_decay(ages, left, {}, one_call(numbers{1, 2})), data_error);
  CHECK_THROWS_AS((void)sample_decay(ages, left, {}, one_call(numbers{0, 0})), data_error);
}

TEST_CASE(
    "decay_sample: no answer changes when all weights are multiplied by a number, and equal weights move no estimate") {
  std::mt19937_64 random(5);
  account_list rows = random_accounts(random, 400, 10);
  for (const decay_family family : families) {
    CAPTURE(to_string(family));
    const decay_fit fit = fit_decay(sample_decay(rows.view()), {family});
    REQUIRE(fit.status == fit_status::converged);
    account_list scaled = rows, equal = rows, plain = rows;
    for (double& w : scaled.weight) w *= 1e9 / 7;
    for (double& w : equal.weight) w = 12.5;
    plain.weight.clear();
    const decay_fit again = fit_decay(sample_decay(scaled.view()), {family});
    const decay_fit same = fit_decay(sample_decay(equal.view()), {family});
    const decay_fit counts = fit_decay(sample_decay(plain.view()), {family});
    CHECK(again.log_likelihood == Approx(fit.log_likelihood).epsilon(1e-9));
    CHECK(same.log_likelihood == Approx(counts.log_likelihood).epsilon(1e-9));
    for (std::size_t k = 0; k < values_of(fit).size(); ++k) {
      CHECK(values_of(again)[k] == Approx(values_of(fit)[k]).epsilon(1e-7));
      CHECK(values_of(same)[k] == Approx(values_of(counts)[k]).epsilon(1e-7));
      CHECK(values_of(same)[k] != Approx(values_of(fit)[k]).epsilon(1e-4));
    }
    for (std::size_t k = 0; k < fit.covariance.size(); ++k)
      CHECK(again.covariance[k] == Approx(fit.covariance[k]).epsilon(1e-5));
  }
}

TEST_CASE("decay_sample: the robust covariance is the infinitesimal jackknife over accounts") {
  std::mt19937_64 random(6);
  account_list rows = random_accounts(random, 60, 8);
  rows.entry.assign(rows.t.size(), 0);
  for (std::size_t i = 0; i < rows.t.size(); i += 4) rows.entry[i] = std::max(0, rows.t[i] - 2);
  for (const decay_family family : {decay_family::geometric, decay_family::sbg, decay_family::weibull}) {
    CAPTURE(to_string(family));
    const decay_fit fit = fit_decay(sample_decay(rows.view()), {family});
    REQUIRE(fit.status == fit_status::converged);
    const std::size_t n = values_of(fit).size();
    numbers sum(n * n);
    for (std::size_t i = 0; i < rows.t.size(); ++i) {
      // w d parameter / d w of this account, by a difference
      constexpr double h = 1e-3;
      account_list more = rows, less = rows;
      more.weight[i] *= 1 + h;
      less.weight[i] *= 1 - h;
      const numbers up = values_of(fit_decay(sample_decay(more.view()), {family}));
      const numbers down = values_of(fit_decay(sample_decay(less.view()), {family}));
      for (std::size_t a = 0; a < n; ++a) {
        for (std::size_t b = 0; b < n; ++b) sum[a * n + b] += (up[a] - down[a]) * (up[b] - down[b]) / (4 * h * h);
      }
    }
    for (std::size_t k = 0; k < n * n; ++k) CHECK(fit.covariance[k] == Approx(sum[k]).epsilon(1e-3));
  }
}

TEST_CASE("decay_sample: a weighted fit says how many accounts are behind it, and refuses what needs counts") {
  std::mt19937_64 random(7);
  const decay_fit fit = fit_decay(sample_decay(random_accounts(random, 300, 8).view()));
  REQUIRE(fit.robust);
  CHECK(fit.accounts() == 300);
  CHECK(survival_estimate(fit, 5).n == 300);
  CHECK(survival_estimate(fit, 5).method == interval_method::delta);
  CHECK(std::isnan(aic(fit)));
  CHECK(std::isnan(bic(fit)));
  CHECK_THROWS_AS((void)survival_estimate(fit, 5, {.interval = decay_interval::profile}), schema_error);
  CHECK_THROWS_AS((void)parameter_estimate(fit, 0, {.interval = decay_interval::profile}), schema_error);
  CHECK(project(fit, 3).observed[1] == Approx(fit.observed.observed_survival()[1]));
}

TEST_CASE("decay_sample: limits of money curves hold the truth as often as they say; amounts as counts do not") {
  std::mt19937_64 random(8);
  constexpr int books = 400;
  const double truth = survival(sbg{1.2, 3}, 12);
  int held = 0, held_by_amounts = 0, fitted = 0;
  for (int book = 0; book < books; ++book) {
    account_list rows = random_accounts(random, 400, 9);
    const decay_fit fit = fit_decay(sample_decay(rows.view()));
    if (fit.status != fit_status::converged) continue;
    ++fitted;
    const estimate robust = survival_estimate(fit, 12);
    held += robust.low <= truth && truth <= robust.high ? 1 : 0;
    rows.count.reserve(rows.weight.size());
    for (const double w : rows.weight) rows.count.push_back(std::llround(100 * w));  // each dollar an account: wrong
    rows.weight.clear();
    const estimate amounts = survival_estimate(fit_decay(sample_decay(rows.view())), 12);
    held_by_amounts += amounts.low <= truth && truth <= amounts.high ? 1 : 0;
  }
  REQUIRE(fitted > books * 9 / 10);
  CHECK(held > 0.90 * fitted);
  CHECK(held < 0.99 * fitted);
  CHECK(held_by_amounts < 0.4 * fitted);
}

TEST_CASE("decay_sample: segments hold the accounts of the whole, rows without a segment included") {
  std::mt19937_64 random(9);
  const account_list rows = random_accounts(random, 200, 6);
  std::vector<std::uint32_t> segment(rows.t.size());
  std::vector<std::uint8_t> present(rows.t.size() / 8 + 1);
  for (std::size_t i = 0; i < segment.size(); ++i) {
    segment[i] = static_cast<std::uint32_t>(random() % 3);
    if (i % 5 != 0) present[i / 8] = static_cast<std::uint8_t>(present[i / 8] | (1u << (i % 8)));
  }
  const column<std::uint32_t> by(segment, present.data());
  const decay_by_segment parts = sample_decay_by(rows.view(), by, 3);
  decay_state sum = parts.without_segment.counts();
  CHECK(parts.without_segment.accounts() == 40);
  for (const decay_sample& part : parts.segments) {
    CHECK(part.weighted);
    sum += part.counts();
  }
  CHECK(sum == sample_decay(rows.view()).counts());
  CHECK_THROWS_AS((void)sample_decay_by(rows.view(), by, 2), data_error);
}

TEST_CASE("renewal_curve: each rate is of those who faced that renewal") {
  const account_list rows{.t = {1, 2, 2, 3, 1, 0}, .left = {1, 0, 1, 1, 0, 0}, .count = {2, 3, 1, 4, 5, 9}};
  const auto curve = renewal_curve(sample_decay(rows.view()), confidence_level(0.9));
  REQUIRE(curve.size() == 3);
  CHECK(curve[0].faced == 15);
  CHECK(curve[0].renewed == 13);
  CHECK(curve[1].faced == 8);
  CHECK(curve[1].renewed == 7);
  CHECK(curve[2].renewed == 0);
  const estimate wilson = proportion(7, 8, {.level = confidence_level(0.9)});
  CHECK(curve[1].rate.value == wilson.value);
  CHECK(curve[1].rate.low == wilson.low);
  CHECK(curve[1].rate.high == wilson.high);
  CHECK(curve[1].survival == Approx(13.0 / 15 * 7 / 8));
  CHECK(curve[2].survival == 0);
}

TEST_CASE("renewal_curve: by weight, on as many accounts as are as informative") {
  account_list rows{.t = {1, 1, 1, 1}, .left = {1, 0, 0, 0}, .weight = {1, 1, 1, 1}};
  const auto equal = renewal_curve(sample_decay(rows.view()))[0].rate;
  CHECK(equal.value == Approx(0.75));
  rows.weight = {1, 1, 1, 1000};
  const auto one_heavy = renewal_curve(sample_decay(rows.view()))[0].rate;
  CHECK(one_heavy.value == Approx(1002.0 / 1003));
  CHECK(one_heavy.low < 0.25);  // it knows as much as one account
  rows.weight = {5, 5, 5, 5000};
  CHECK(renewal_curve(sample_decay(rows.view()))[0].rate.low == Approx(one_heavy.low));
}

TEST_CASE("renewal_curve: after a renewal that nobody faced the survival is not known") {
  const account_list rows{.t = {1, 4}, .left = {0, 0}, .entry = {0, 2}};
  const auto curve = renewal_curve(sample_decay(rows.view()));
  REQUIRE(curve.size() == 4);
  CHECK(curve[1].faced == 0);
  CHECK_FALSE(curve[1].rate.defined());
  CHECK(curve[2].rate.value == 1);
  CHECK(std::isnan(curve[3].survival));
  CHECK(renewal_curve({}).empty());
}
