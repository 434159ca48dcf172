#include "sojourn/stats/concentration.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

concentration_result of(const std::vector<std::int64_t>& values, concentration_options options = {}) {
  return concentration(std::span<const std::int64_t>(values), options);
}

}  // namespace

TEST_CASE("CON-01: shares, index, effective number and both Gini coefficients, by hand") {
  const concentration_result found = of({50, 30, 15, 5}, {.top = {1, 2, 10}});
  CHECK(found.hhi.value == Approx(0.365).epsilon(1e-12));
  CHECK(found.effective.value == Approx(1 / 0.365).epsilon(1e-12));
  CHECK(found.gini.value == Approx(0.375).epsilon(1e-12));
  CHECK(found.gini_sample.value == Approx(0.5).epsilon(1e-12));
  CHECK(found.shares[0].value == Approx(0.5));
  CHECK(found.shares[1].value == Approx(0.8));
  CHECK(found.shares[2].value == 1);
  CHECK(found.hhi.method == interval_method::none);
}

TEST_CASE("concentration: whole numbers as doubles are summed exactly, others nearly so") {
  const std::vector<std::int64_t> cents{4999, 1, 123456789, 4999, 70000};
  std::vector<double> same, dollars;
  for (const std::int64_t x : cents) same.push_back(static_cast<double>(x)), dollars.push_back(static_cast<double>(x) / 100);
  CHECK(concentration(std::span<const double>(same)).hhi.value == of(cents).hhi.value);
  CHECK(concentration(std::span<const double>(dollars)).hhi.value == Approx(of(cents).hhi.value).epsilon(1e-14));
  CHECK(concentration(std::span<const double>(dollars)).gini.value == Approx(of(cents).gini.value).epsilon(1e-14));
  const std::vector<double> huge{1e300, 2e300, 0.5e300};
  CHECK(concentration(std::span<const double>(huge)).hhi.value == Approx(5.25 / 12.25).epsilon(1e-14));
}

TEST_CASE("concentration: the largest numbers of 64 bits do not overflow") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const concentration_result found = of({most, most, most, most}, {.top = {3}});
  CHECK(found.hhi.value == 0.25);
  CHECK(found.gini.value == 0);
  CHECK(found.shares[0].value == 0.75);
}

TEST_CASE("concentration: nobody, one, and zeros") {
  CHECK(of({}).hhi.reason == undefined_reason::no_observations);
  CHECK(of({0, 0}).left_out == 2);
  CHECK(of({0, 0}, {.zeros = zero_holders::included}).gini.reason == undefined_reason::zero_denominator);
  CHECK(of({42}).hhi.value == 1);
  CHECK(of({42}).gini_sample.reason == undefined_reason::one_observation);
  CHECK(of({60, 40, 0, 0}, {.zeros = zero_holders::included}).gini.value == Approx(0.55));
  CHECK(of({60, 40, 0, 0}).gini.value == Approx(0.1));
}

TEST_CASE("concentration: as a sample it has intervals that a seed repeats") {
  std::vector<std::int64_t> values;
  for (std::int64_t i = 1; i <= 60; ++i) values.push_back(i * i);
  const concentration_options drawn{.holders = holders_are::sample, .bootstrap = {.replicates = 300, .seed = 4}};
  const concentration_result found = of(values, drawn);
  CHECK(found.hhi.low < found.hhi.value);
  CHECK(found.hhi.high > found.hhi.value);
  CHECK(of(values, drawn).gini.low == found.gini.low);
  CHECK(of({5, 5, 5}, drawn).hhi.method == interval_method::none);
}

TEST_CASE("concentration: a debt names its row, a top of 0 is no share") {
  CHECK_THROWS_AS((void)of({1, -1}), data_error);
  CHECK_THROWS_AS((void)of({1}, {.top = {0}}), schema_error);
  const std::vector<double> endless{1, std::numeric_limits<double>::infinity()};
  CHECK_THROWS_AS((void)concentration(std::span<const double>(endless)), data_error);
}
