#include "sojourn/stats/target_check.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "sojourn/stats/proportion.hpp"

using namespace sojourn;

namespace {

constexpr double open_side = std::numeric_limits<double>::infinity();

estimate between(double low, double value, double high) {
  estimate e;
  e.value = value, e.low = low, e.high = high, e.method = interval_method::delta;
  return e;
}

target_verdict verdict(const estimate& number, const target_range& target) {
  return check_target(number, target).verdict;
}

}  // namespace

TEST_CASE("target_check: the whole interval decides, borders included") {
  const target_range ratio(3, 5);
  CHECK(verdict(between(3, 4, 5), ratio) == target_verdict::met);
  CHECK(verdict(between(1, 2, 2.9), ratio) == target_verdict::missed);
  CHECK(verdict(between(5.1, 6, 7), ratio) == target_verdict::missed);
  CHECK(verdict(between(2.9, 4, 5), ratio) == target_verdict::cannot_tell);
  CHECK(verdict(between(3, 4, 5.1), ratio) == target_verdict::cannot_tell);
  CHECK(verdict(between(1, 4, 9), ratio) == target_verdict::cannot_tell);
  CHECK(verdict(between(3, 4, open_side), ratio) == target_verdict::cannot_tell);
  CHECK(verdict(between(3, 4, open_side), {3, open_side}) == target_verdict::met);
  CHECK(check_target(between(1, 4, 9), ratio).reason == "the interval reaches over both borders of the target");
  CHECK(check_target(between(1, 4, 5), ratio).reason == "the interval reaches over the lower border of the target");
  CHECK(check_target(between(3, 4, 9), ratio).reason == "the interval reaches over the upper border of the target");
  CHECK(check_target(between(6, 7, 9), ratio).reason == "the interval lies above the target");
}

TEST_CASE("target_check: a number without an interval is taken as exact, and one that is undefined cannot be told") {
  estimate payback;
  payback.value = 12;
  const target_range year(-open_side, 12);
  CHECK(verdict(payback, year) == target_verdict::met);
  payback.value = 12.5;
  CHECK(verdict(payback, year) == target_verdict::missed);
  CHECK(check_target(payback, year).reason == "the value, which has no interval, lies above the target");
  CHECK(verdict(undefined_estimate(undefined_reason::zero_denominator), year) == target_verdict::cannot_tell);
  CHECK(check_target(undefined_estimate(undefined_reason::zero_denominator), year).reason == "zero denominator");
  CHECK(verdict(estimate{}, year) == target_verdict::cannot_tell);
}

TEST_CASE("target_check: few customers cannot tell what many can") {
  const target_range churn(-open_side, 0.05);
  CHECK(verdict(proportion(1, 50), churn) == target_verdict::cannot_tell);
  CHECK(verdict(proportion(100, 5000), churn) == target_verdict::met);
  CHECK(verdict(proportion(500, 5000), churn) == target_verdict::missed);
}

TEST_CASE("target_check: a target has its borders in order and one of them at least") {
  CHECK_THROWS_AS(target_range(5, 3), schema_error);
  CHECK_THROWS_AS(target_range(-open_side, open_side), schema_error);
  CHECK_THROWS_AS(target_range(std::nan(""), 3), schema_error);
  CHECK_THROWS_AS(target_range(open_side, open_side), schema_error);
  CHECK_NOTHROW(target_range(3, 3));
}
