// The bootstrap of decay curves: against the delta method, deterministic on any threads, honest where it cannot say.
#include "sojourn/lifetime/decay_bootstrap.hpp"
#include "one_call.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "sojourn/exec/executor.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

const std::vector<std::int64_t> high_end{1000, 869, 743, 653, 593, 551, 517, 491};

decay_sample published() {
  std::vector<std::int32_t> ages(high_end.size());
  for (std::size_t t = 0; t < ages.size(); ++t) ages[t] = static_cast<std::int32_t>(t);
  return sample_decay(ages, high_end);
}

double spread_of(const decay_draws& draws, std::int64_t t) {
  double sum = 0, squares = 0;
  for (const decay_model& one : draws.models) {
    const double s = std::visit([&](const auto& model) { return survival(model, t); }, one);
    sum += s;
    squares += s * s;
  }
  const auto n = static_cast<double>(draws.models.size());
  return std::sqrt((squares - sum * sum / n) / (n - 1));
}

/// Several cohorts with a mean churn of their own: what accounts of one cohort share.
decay_sample cohorts(std::mt19937_64& random, bool alike, bool weighted) {
  std::vector<std::int32_t> age;
  std::vector<std::int64_t> left;
  std::vector<std::uint32_t> cohort;
  std::vector<double> weight;
  std::uniform_real_distribution<double> unit;
  for (std::uint32_t c = 0; c < 30; ++c) {
    const double churn = alike ? 0.2 : 0.05 + 0.3 * unit(random);
    std::int64_t now = 100;
    for (std::int32_t t = 0; t <= 5; ++t) {
      age.push_back(t);
      left.push_back(now);
      cohort.push_back(c);
      weight.push_back(c % 2 == 0 ? 1 : 10);
      std::int64_t kept = 0;
      for (std::int64_t i = 0; i < now; ++i) kept += unit(random) >= churn ? 1 : 0;
      now = kept;
    }
  }
  return sample_decay(age, left, cohort, weighted ? column<double>(weight) : column<double>{});
}

}  // namespace

TEST_CASE("decay_bootstrap: draws of accounts spread as the delta method says, and hold the published profile") {
  const decay_draws draws = bootstrap_decay(published(), {}, {.replicates = 2000, .seed = 3});
  CHECK(draws.refused == 0);
  REQUIRE(draws.models.size() == 2000);
  CHECK(spread_of(draws, 8) == Approx(0.01660106339).epsilon(0.05));
  CHECK(spread_of(draws, 12) == Approx(0.01942769324).epsilon(0.05));
  const estimate at = survival_estimate(draws, 12);
  CHECK(at.value == Approx(0.3779990763).epsilon(1e-6));
  CHECK(at.low == Approx(0.3397610677).epsilon(0.01));
  CHECK(at.high == Approx(0.4159228463).epsilon(0.01));
  CHECK(at.method == interval_method::bootstrap);
  CHECK(at.n == 1000);
  const estimate alpha = parameter_estimate(draws, "alpha");
  CHECK(alpha.low == Approx(0.506).epsilon(0.05));
  CHECK(alpha.high == Approx(0.943).epsilon(0.06));
  const estimate rate = retention_estimate(draws, 8);
  CHECK(rate.low < rate.value);
  CHECK(rate.value < rate.high);
  CHECK(rate.value == Approx(0.94177465).epsilon(1e-6));
  CHECK_THROWS_AS((void)parameter_estimate(draws, "theta"), schema_error);
}

TEST_CASE("decay_bootstrap: threads change no bit, seeds do") {
  const thread_executor four(4);
  const auto spread = [&](std::size_t n, detail::task_ref task) { four.bulk(n, task); };
  const bulk_draws on_threads = spread;
  std::mt19937_64 random(4);
  for (const auto drawn : {decay_resampling::accounts, decay_resampling::cohorts}) {
    const decay_sample sample = cohorts(random, true, true);
    const bootstrap_plan plan{.replicates = 60, .seed = 9};
    const auto limits = [&](const bootstrap_plan& by, const bulk_draws& bulk) {
      return survival_estimate(bootstrap_decay(sample, {}, by, drawn, bulk), 6);
    };
    const estimate alone = limits(plan, {}), together = limits(plan, on_threads), other = limits({.replicates = 60}, {});
    CHECK(alone.low == together.low);
    CHECK(alone.high == together.high);
    CHECK(alone.low != other.low);
  }
}

TEST_CASE("decay_bootstrap: accounts of different weights are drawn as accounts") {
  std::mt19937_64 random(11);
  std::vector<std::int32_t> t;
  std::vector<std::uint8_t> left;
  std::vector<double> weight;
  std::lognormal_distribution<double> worth(0, 1);
  std::geometric_distribution<int> life(0.2);
  for (int i = 0; i < 600; ++i) {
    const int at = life(random) + 1;
    t.push_back(std::min(at, 6));
    left.push_back(at <= 6);
    weight.push_back(worth(random));
  }
  const decay_rows rows{.t = t, .left = left, .weight = weight};
  const decay_draws draws = bootstrap_decay(sample_decay(rows), {decay_family::geometric}, {.replicates = 1000, .seed = 2});
  const double robust = std::sqrt(draws.fit.covariance[0]);
  double sum = 0, squares = 0;
  for (const decay_model& one : draws.models) {
    const double theta = std::get<geometric>(one).theta;
    sum += theta;
    squares += theta * theta;
  }
  const auto n = static_cast<double>(draws.models.size());
  CHECK(std::sqrt((squares - sum * sum / n) / (n - 1)) == Approx(robust).epsilon(0.08));
}

TEST_CASE("decay_bootstrap: cohorts that differ have wider limits than their accounts alone") {
  std::mt19937_64 random(12);
  for (const bool alike : {true, false}) {
    const decay_sample sample = cohorts(random, alike, false);
    const bootstrap_plan plan{.replicates = 400, .seed = 6};
    const decay_draws by_account = bootstrap_decay(sample, {decay_family::geometric}, plan);
    const decay_draws by_cohort = bootstrap_decay(sample, {decay_family::geometric}, plan, decay_resampling::cohorts);
    const double more = spread_of(by_cohort, 5) / spread_of(by_account, 5);
    if (alike)
      CHECK(more < 1.4);
    else
      CHECK(more > 2);
  }
  CHECK_THROWS_AS((void)bootstrap_decay(published(), {}, {}, decay_resampling::cohorts), schema_error);
  const std::int64_t huge = std::int64_t{1} << 61;
  const decay_sample too_many =
      sample_decay(one_call(std::vector<std::int32_t>{0, 1, 0, 1}), one_call(std::vector<std::int64_t>{huge, 5, huge, 5}),
                   one_call(std::vector<std::uint32_t>{0, 0, 1, 1}));
  CHECK_THROWS_AS((void)bootstrap_decay(too_many, {decay_family::geometric}, {}, decay_resampling::cohorts), overflow_error);
  CHECK_THROWS_AS((void)bootstrap_decay(published(), {}, {.replicates = -1}), schema_error);
}

TEST_CASE("decay_bootstrap: where draws say nothing there are no limits") {
  const std::vector<std::int32_t> ages{0, 1, 2};
  const decay_draws refused = bootstrap_decay(sample_decay(ages, one_call(std::vector<std::int64_t>{5, 5, 5})));
  CHECK_FALSE(survival_estimate(refused, 2).defined());
  CHECK(refused.models.empty());
  // One account of a hundred left: a third of the draws has nobody who left, and no curve.
  const decay_draws rare =
      bootstrap_decay(sample_decay(ages, one_call(std::vector<std::int64_t>{100, 100, 99})), {decay_family::geometric});
  CHECK(rare.refused > 250);
  CHECK(rare.refused < 480);
  CHECK_FALSE(rare.limits_hold());
  CHECK(std::isnan(survival_estimate(rare, 2).low));
  CHECK(survival_estimate(rare, 2).defined());
  const decay_draws none = bootstrap_decay(published(), {}, {.replicates = 0});
  CHECK(std::isnan(survival_estimate(none, 3).low));
}

TEST_CASE("decay_bootstrap: of a million accounts each draw costs by cell, not by account") {
  std::vector<std::int64_t> many;
  many.reserve(high_end.size());
  for (const std::int64_t n : high_end) many.push_back(n * 1'000'000);
  std::vector<std::int32_t> ages(many.size());
  for (std::size_t t = 0; t < ages.size(); ++t) ages[t] = static_cast<std::int32_t>(t);
  const decay_draws draws = bootstrap_decay(sample_decay(ages, many), {}, {.replicates = 500, .seed = 8});
  REQUIRE(draws.models.size() == 500);
  CHECK(spread_of(draws, 12) == Approx(0.01942769324 / 1000).epsilon(0.1));
}

TEST_CASE("decay_bootstrap: lifetimes, infinite ones too, and the projection") {
  const decay_draws draws = bootstrap_decay(published(), {}, {.replicates = 300, .seed = 5});
  CHECK(discounted_lifetime(draws, 0).reason == undefined_reason::infinite);
  const estimate discounted = discounted_lifetime(draws, 0.1);
  CHECK(discounted.low < 5.922253531);
  CHECK(discounted.high > 5.922253531);
  CHECK(discounted_residual_lifetime(draws, 2, 0.1).low < discounted_residual_lifetime(draws, 2, 0.1).value);
  const decay_projection curve = project(draws, 12);
  CHECK(curve.low[12] == survival_estimate(draws, 12).low);
  CHECK(std::isnan(curve.low[0]));
  // alpha is 1.2: the mean is finite, and in more than one draw of forty it is not.
  std::vector<std::int64_t> nearly;
  std::vector<std::int32_t> ages;
  for (std::int32_t t = 0; t <= 6; ++t) {
    nearly.push_back(std::llround(1000 * survival(sbg{1.2, 3}, t)));
    ages.push_back(t);
  }
  const estimate mean = discounted_lifetime(bootstrap_decay(sample_decay(ages, nearly), {}, {.seed = 7}), 0);
  REQUIRE(mean.defined());
  CHECK(mean.low < mean.value);
  CHECK(std::isinf(mean.high));
}
