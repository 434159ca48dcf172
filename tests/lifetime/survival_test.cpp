#include "sojourn/lifetime/survival.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "lifetime_rows.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

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

TEST_CASE("survival: accounts of age 0 stay in the table, at risk of nothing later") {
  const account_rows rows{{0, 0, 1, 2}, {0, 0, 1, 0}};
  const auto curve = kaplan_meier(rows.tally());
  CHECK(curve.at_risk == std::vector<std::int64_t>{4, 2, 1});
  CHECK(curve.survival == std::vector<double>{1, 0.5, 0.5});
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
