// From the renewals of a cohort to its projected retention and the value of a customer.
#include "sojourn/lifetime/decay.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include "sojourn/lifetime/chain_ladder.hpp"
#include "sojourn/lifetime/cltv.hpp"
#include "sojourn/lifetime/cox.hpp"
#include "sojourn/lifetime/decay_baseline.hpp"
#include "sojourn/lifetime/decay_bootstrap.hpp"
#include "sojourn/lifetime/incidence.hpp"
#include "sojourn/lifetime/logrank.hpp"
#include "sojourn/lifetime/mrr_index.hpp"
#include "sojourn/lifetime/survival.hpp"

// The checks must run in every build type.
#undef NDEBUG
#include <cassert>

namespace {

bool near(double a, double b, double tolerance) {
  return std::abs(a - b) <= tolerance;
}

void fit_and_project() {
  // survivors after 0, 1, 2 ... renewals: "High End", Fader and Hardie 2007
  const std::vector<std::int64_t> survivors{1000, 869, 743, 653, 593, 551, 517, 491};
  const sojourn::decay_fit fit = sojourn::fit_decay(sojourn::tally_decay(survivors));
  assert(fit.status == sojourn::fit_status::converged);
  assert(near(fit.log_likelihood, -1611.158147, 1e-6));

  // twelve years out, where 394 of the 1,000 were in fact left
  const sojourn::estimate s12 = sojourn::survival_estimate(fit, 12, {.interval = sojourn::decay_interval::profile});
  assert(near(s12.value, 0.378, 5e-4) && near(s12.low, 0.340, 5e-4) && near(s12.high, 0.416, 5e-4));

  // alpha is below 1: no finite mean lifetime, but a finite value at 10 % a year
  assert(sojourn::expected_lifetime(fit).reason == sojourn::undefined_reason::infinite);
  const sojourn::estimate value = sojourn::cltv(100, sojourn::contribution_margin{0.8}, fit,
                                                sojourn::payment_timing::new_customer_pays_now, {.discount_rate = 0.10});
  assert(near(value.value, 473.78, 0.005));
}

void draw_accounts_again() {
  const std::vector<std::int32_t> ages{0, 1, 2, 3, 4, 5, 6, 7};
  const std::vector<std::int64_t> survivors{1000, 869, 743, 653, 593, 551, 517, 491};
  const sojourn::decay_sample sample = sojourn::sample_decay(ages, survivors);
  const sojourn::decay_draws draws = sojourn::bootstrap_decay(sample, {}, {.replicates = 1000, .seed = 1});
  assert(near(sojourn::survival_estimate(draws, 12).low, 0.345, 0.002));
}

void fit_a_line_and_regret_it() {
  const std::vector<std::int32_t> ages{0, 1, 2, 3, 4, 5, 6, 7};
  const std::vector<double> shares{1, 0.869, 0.743, 0.653, 0.593, 0.551, 0.517, 0.491};
  const sojourn::decay_baseline line = sojourn::fit_baseline(ages, shares, sojourn::baseline_method::linear);
  assert(sojourn::survival(line, 14) < 0);
}

void survive_with_censoring() {
  const std::vector<std::int32_t> months{3, 5, 5, 8, 12};
  const std::vector<std::uint8_t> churned{1, 0, 1, 1, 0};
  sojourn::survival_state state = sojourn::tally_survival({.time = months, .event = churned});
  state += sojourn::tally_survival({.time = months, .event = churned});  // another book of accounts
  const sojourn::survival_curve curve = sojourn::kaplan_meier(state);
  assert(near(sojourn::survival_at(curve, 5).value, 0.6, 1e-12));
  assert(sojourn::survival_quantile(curve).value == 8);
}

void compare_two_plans() {
  const std::vector<double> age{2, 3, 5, 1, 3, 4};
  const std::vector<std::uint32_t> left{1, 1, 0, 1, 0, 1};
  const std::vector<std::uint32_t> plan{0, 0, 0, 1, 1, 1};
  const sojourn::logrank_test alike = sojourn::logrank({.time = age, .cause = left}, plan, 2);
  assert(near(alike.statistic, 1.0 / 99, 1e-12) && alike.dof == 1);
}

void leave_for_several_causes() {
  const std::vector<double> ages{1, 1, 2, 3, 4, 4};
  const std::vector<std::uint32_t> causes{1, 2, 0, 1, 2, 1};  // 0: still there
  const sojourn::incidence_curves curves = sojourn::cumulative_incidence({.time = ages, .cause = causes}, 2);
  assert(near(sojourn::incidence_at(curves, 0, 3).value, 7.0 / 18, 1e-12));
  assert(curves.causes[0].incidence[2] + curves.causes[1].incidence[2] + curves.survival[2] == 1);
}

void regress_the_rate() {
  const std::vector<double> months{2, 4, 4, 7, 9, 12, 12, 12};
  const std::vector<std::uint32_t> left{1, 1, 0, 1, 1, 0, 1, 0};
  const std::vector<double> seats{3, 10, 25, 4, 8, 30, 12, 6};
  const sojourn::cox_fit fit = sojourn::fit_cox({.rows = {.time = months, .cause = left}, .features = {{"seats", seats}}});
  assert(fit.status == sojourn::regression_status::converged);
  assert(near(fit.coefficients[0].hazard_ratio, 0.871, 5e-4));
}

void carry_young_cohorts_on() {
  const sojourn::age_triangle paying({{1000, 900, 850, 840}, {1200, 1056, 990}, {900, 828}, {1100}});
  const sojourn::triangle_projection end = project(sojourn::fit_chain_ladder(paying));
  assert(near(end.total.value, 3506.43797, 1e-5) && near(end.total.standard_error, 25.0704, 1e-4));
}

void compare_churn_rates() {
  const std::vector<double> monthly{0.01, 0.03, 0.05};
  const sojourn::mrr_index_table left = sojourn::mrr_index(monthly);
  assert(near(left.at(0, 24), 0.786, 5e-4));  // 1 % a month leaves 79 % after two years
  assert(near(left.at(2, 24), 0.292, 5e-4));  // 5 % leaves 29 %
}

}  // namespace

int main() {
  fit_and_project();
  draw_accounts_again();
  fit_a_line_and_regret_it();
  survive_with_censoring();
  compare_two_plans();
  leave_for_several_causes();
  regress_the_rate();
  carry_young_cohorts_on();
  compare_churn_rates();
}
