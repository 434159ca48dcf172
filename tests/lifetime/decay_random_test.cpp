// Random valid cohorts and triangles through decay, value and chain ladder: no crash, and a number or a reason everywhere.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "random_cases.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/lifetime/chain_ladder.hpp"
#include "sojourn/lifetime/chain_ladder_checks.hpp"
#include "sojourn/lifetime/cltv.hpp"
#include "sojourn/lifetime/decay.hpp"
#include "sojourn/lifetime/decay_comparison.hpp"
#include "sojourn/lifetime/mrr_index.hpp"
#include "sojourn/lifetime/odp.hpp"
#include "sojourn/lifetime/survivors_ahead.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

/// Survivors of one cohort: 1 to billions of accounts over up to 14 renewals; nobody leaves, all leave at once, or any
/// share.
std::vector<std::int64_t> any_cohort(std::mt19937_64& random) {
  auto left = static_cast<std::int64_t>(any_size(random, 0, one_in(random, 3) ? 9.5 : 3.5));
  std::vector<std::int64_t> survivors{left};
  const auto kind = random() % 6;
  for (std::size_t renewals = random() % 15; renewals > 0; --renewals) {
    const double stays = kind == 0 ? 1 : kind == 1 ? 0 : kind == 2 ? 0.9 : uniform_of(random);
    left = std::llround(static_cast<double>(left) * stays);
    survivors.push_back(left);
  }
  return survivors;
}

void check_lifetime(const estimate& found) {
  if (found.defined())
    REQUIRE((found.value >= 0 && std::isfinite(found.value)));
  else
    REQUIRE_FALSE(std::isfinite(found.value));
}

}  // namespace

TEST_CASE("random cohorts: each family has a status, and a fit that may be read has a curve from 1 down") {
  std::mt19937_64 random(21);
  const int cases = random_cases(80);
  int usable = 0;
  for (int round = 0; round < cases; ++round) {
    CAPTURE(round);
    decay_state observed = tally_decay(any_cohort(random));
    for (std::size_t more = random() % 3; more > 0; --more) observed += tally_decay(any_cohort(random));
    for (const decay_family family : all_decay_families) {
      CAPTURE(to_string(family));
      const decay_fit fit = fit_decay(observed, {.family = family});
      const decay_projection ahead = project(fit, 20);
      check_lifetime(discounted_lifetime(fit, 0.01));
      check_lifetime(expected_lifetime(fit));
      check_lifetime(discounted_residual_lifetime(fit, static_cast<std::int64_t>(random() % 10), 0.1));
      if (!fit.usable()) {
        REQUIRE_FALSE(survival_estimate(fit, 3).defined());
        continue;
      }
      ++usable;
      REQUIRE(std::isfinite(fit.log_likelihood));
      for (const decay_parameter& one : parameters(fit)) REQUIRE(std::isfinite(one.value));
      REQUIRE(all_finite(fit.covariance));
      REQUIRE(ahead.survival[0] == 1);
      for (std::size_t t = 1; t < ahead.survival.size(); ++t) {
        REQUIRE((ahead.survival[t] >= 0 && ahead.survival[t] <= ahead.survival[t - 1] * (1 + 1e-12)));
        REQUIRE((ahead.retention[t] >= 0 && ahead.retention[t] <= 1));
        if (ahead.survival[t] < 1e-300) continue;  // limits of such shares are rounded to 0
        REQUIRE_FALSE(ahead.low[t] > ahead.survival[t]);
        REQUIRE_FALSE(ahead.high[t] < ahead.survival[t]);
      }
      for (const expected_survivors& one : survivors_ahead(fit, 100, 3, 4)) {
        REQUIRE((one.mean >= 0 && one.mean <= 100 + 1e-9));
        REQUIRE(std::isfinite(one.process_sd));
        REQUIRE(std::isfinite(one.parameter_sd));
        REQUIRE((one.low >= 0 && one.low <= one.high && one.high <= 100));
      }
      const estimate value = cltv(1000, contribution_margin(0.8), fit, payment_timing::period_end, {.discount_rate = 0.01});
      REQUIRE((value.value > 0 && std::isfinite(value.value)));
    }
    if (observed.periods.size() > 2) {
      for (const compared_decay& one : compare_decay(observed, all_decay_families, 1))
        REQUIRE((one.status != fit_status::converged || std::isfinite(one.aic)));
    }
  }
  CHECK(usable > cases);
}

TEST_CASE("random parameters: every family gives shares, retention and lifetimes, or says that they are infinite") {
  std::mt19937_64 random(22);
  for (int round = 0; round < random_cases(1000); ++round) {
    CAPTURE(round);
    for (const decay_family family : all_decay_families) {
      CAPTURE(to_string(family));
      std::vector<double> at;
      for (const std::string_view name : parameter_names(family)) {
        const bool share = name.starts_with("theta") || name == "cured" || name == "share";
        at.push_back(share ? uniform_of(random, 0.001, 0.999) : any_size(random, -2, 2));
        if (name == "mu" || (name == "b" && family == decay_family::gompertz)) at.back() = uniform_of(random, -3, 3);
        if (name == "theta_2") std::sort(at.end() - 2, at.end());
      }
      const decay_fit fit = decay_of(family, at);
      double before = 1;
      for (const std::int64_t t : {1, 2, 10, 100, 100'000}) {
        CAPTURE(t);
        const double s = survival(fit, t), r = retention(fit, t);
        REQUIRE((s >= 0 && s <= before * (1 + 1e-12)));
        REQUIRE((r >= 0 && r <= 1));
        before = s;
      }
      check_lifetime(expected_lifetime(fit));
      check_lifetime(discounted_lifetime(fit, any_size(random, -4, 0)));
      check_lifetime(discounted_residual_lifetime(fit, static_cast<std::int64_t>(random() % 100), any_size(random, -4, 0)));
    }
  }
}

TEST_CASE("random triangles: ultimates and errors are numbers, or carry the reason why not") {
  std::mt19937_64 random(23);
  for (int round = 0; round < random_cases(10'000); ++round) {
    CAPTURE(round);
    const std::size_t cohorts = 1 + random() % 8;
    const double unit = any_size(random, -3, 9);
    const bool grows = one_in(random, 2), zeros = one_in(random, 3);
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < cohorts; ++i) {
      std::vector<double>& row = rows.emplace_back();
      double value = zeros && one_in(random, 4) ? 0 : unit * uniform_of(random, 0.1, 3);
      for (std::size_t k = i; k < cohorts; ++k) {
        row.push_back(value);
        value *= grows ? uniform_of(random, 1, 2) : uniform_of(random, zeros && one_in(random, 6) ? 0 : 0.5, 1.1);
      }
    }
    const chain_ladder_fit fit = fit_chain_ladder(age_triangle(rows));
    for (const auto& found : {project(fit), project(fit, 1)}) {
      std::vector<projected_value> all = found.cohorts;
      all.push_back(found.total);
      for (const projected_value& one : all) {
        if (one.gap != projection_gap::no_factor) REQUIRE(std::isfinite(one.value));
        if (one.gap == projection_gap::none) REQUIRE((one.standard_error >= 0 && std::isfinite(one.standard_error)));
      }
    }
    try {
      const odp_fit odp = fit_odp(age_triangle(rows));
      const projected_value total = project(odp).total;
      REQUIRE((std::isfinite(total.value) || total.gap == projection_gap::no_factor));
      if (std::isfinite(odp.phi)) {
        const odp_draws drawn = bootstrap_odp(odp, {.replicates = 3, .seed = 1});
        REQUIRE(drawn.total.size() + static_cast<std::size_t>(drawn.refused) == 3);
        REQUIRE(all_finite(drawn.total));
      }
    } catch (const schema_error&) {
      REQUIRE_FALSE(grows);  // ages that shrink are refused, with the remedy
    }
  }
}

TEST_CASE("random rates: indices of MRR and simple lifetime values are numbers, or carry a reason") {
  std::mt19937_64 random(24);
  for (int round = 0; round < random_cases(10'000); ++round) {
    CAPTURE(round);
    std::vector<double> rates;
    for (std::size_t n = random() % 5; n > 0; --n) rates.push_back(one_in(random, 5) ? 0 : uniform_of(random));
    const std::span<const double> given = rates;
    REQUIRE(all_shares(mrr_index(given, static_cast<std::int32_t>(random() % 60)).remaining));
    const double churn = one_in(random, 6) ? 0 : one_in(random, 6) ? 1 : uniform_of(random);
    for (const payment_timing timing :
         {payment_timing::new_customer_pays_now, payment_timing::just_paid, payment_timing::period_end}) {
      cltv_options options{.discount_rate = one_in(random, 3) ? 0 : uniform_of(random),
                           .acquisition_cost = any_size(random, 0, 6)};
      if (one_in(random, 3)) options.cap_periods = static_cast<std::int32_t>(random() % 100);
      const estimate found =
          cltv(any_size(random, -2, 9), contribution_margin(uniform_of(random, -1, 1)), churn, timing, options);
      REQUIRE(std::isfinite(found.value) == found.defined());
    }
  }
}
