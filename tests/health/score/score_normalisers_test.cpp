// From one value to points: published and derived examples, then the edges of each normaliser.
#include "sojourn/health.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "score_checks.hpp"

using namespace health_test;
using doctest::Approx;

TEST_CASE("H01, H02: a ramp from 7 to 30") {
  check_values(normalised(h::ramp{7, 30}, {18, 5, 7, 30, 31}), {47.826086956521740, 0, 0, 100, 100});
  CHECK(std::ceil(normalised(h::ramp{7, 30}, {18})[0]) == 48);  // the vendor rounds up
}

TEST_CASE("H10, H43, H44: goalposts either way round; a falling ramp is the mirror image") {
  check_values(normalised(h::ramp{0, 10}, {0, 7, 10}), {0, 70, 100});
  check_values(normalised(h::ramp{0, 10}, {1, 11, -1}), {10, 100, 0});
  check_values(normalised(h::ramp{10, 0}, {1, -1, 11}), {90, 100, 0});
  CHECK_FALSE(std::signbit(normalised(h::ramp{10, 0}, {10})[0]));
}

TEST_CASE("normalisers: piecewise with a sweet spot, target, logistic, log ramp, saturating, flags") {
  const h::piecewise tickets{{{0, 0.5}, {1, 1}, {2, 1}, {5, 0.25}}};
  check_values(normalised(tickets, {-1, 0, 0.5, 1, 1.5, 2, 3, 5, 9, missing}),
               {50, 50, 75, 100, 100, 100, 75, 25, 25, missing});
  check_values(normalised(h::target{40, 60, 10}, {29, 35, 40, 50, 60, 65, 71}), {0, 50, 100, 100, 100, 50, 0});
  check_values(normalised(h::target{5, 5, 1}, {4, 4.5, 5, 5.5, 6}), {0, 50, 100, 50, 0});
  check_values(normalised(h::logistic{10, 0.5}, {10, 12, 8}), {50, 100 / (1 + std::exp(-1.0)), 100 / (1 + std::exp(1.0))});
  check_values(normalised(h::logistic{0, -1e9}, {1e300, -1e300}), {0, 100});
  check_values(normalised(h::log_ramp{0, std::exp(1.0) - 1}, {0, std::exp(0.5) - 1, 100, -2}), {0, 50, 100, missing});
  check_values(normalised(h::saturating{6}, {0, 6, 18, -1}), {0, 50, 75, 0});
  check_values(normalised(h::boolean{1, 0}, {0, 1, 2, missing}), {100, 0, missing, missing});
  check_values(normalised(h::ramp{0, 10, h::ramp_outside::ignore}, {0, 5, 10, 11, -1}), {0, 50, 100, missing, missing});
  check_values(normalised(h::value_map{{{"1", 0.2}, {"2", 0.8}}}, {1, 2, 3}), {20, 80, missing});
}

TEST_CASE("H64: a percentile against a frozen reference, ties by half; one value of reference gives one half") {
  check_values(normalised(h::percentile{{10, 20, 20, 40}}, {10, 20, 40, 5, 99, -inf, inf, missing}),
               {12.5, 50, 87.5, 0, 100, 0, 100, missing});
  check_values(normalised(h::percentile{{10, 20, 20, 40}, h::better_side::lower}, {10, 20, 40, 5}), {87.5, 50, 12.5, 100});
  check_values(normalised(h::percentile{{7}}, {7, 6, 8}), {50, 0, 100});
}

TEST_CASE("H65: robust z of 3, 5, 6, 7, 100 around median 6 with MAD 1; and the plain z") {
  const std::vector<double> z = {-2.0235, -0.6745, 0, 0.6745, 63.403};
  const std::vector<double> x = {3, 5, 6, 7, 100};
  const auto s = normalised(h::robust_z{6, 1}, x);
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(s[i] == Approx(50 * std::erfc(-z[i] / std::sqrt(2.0))).epsilon(1e-12));
  check_values(normalised(h::zscore{10, 2}, {10, 10 + 2 * 1.959963984540054, inf}), {50, 97.5, missing});
  check_values(normalised(h::zscore{10, 2, h::better_side::lower}, {10, 10 + 2 * 1.959963984540054}), {50, 2.5});
}

TEST_CASE("recency: halves after the grace; tomorrow counts as today; needs the day of the score") {
  const auto compiled = h::compile(only(h::recency{30, 10}));
  const table t{{"x"}, {{990, 960, 930, 1001, -inf, missing}}};
  const auto r = h::score(compiled, t.view(), {.as_of = sojourn::day{1000}});
  check_values(r.score, {100, 50, 25, 100, 0, missing}, 1e-9);
  CHECK(r.counters[0].future == 1);
  CHECK_THROWS_WITH_AS((void)h::score(compiled, t.view()), doctest::Contains("as_of"), sojourn::schema_error);
}

TEST_CASE("normalisers: the good end of a ramp is the end of the scale, whatever its width") {
  for (int width = 1; width < 3000; ++width) {
    const auto ends = normalised(h::ramp{0.1, 0.1 + width}, {0.1, 0.1 + width});
    REQUIRE(ends[0] == 0);
    REQUIRE(ends[1] == 100);
  }
}

TEST_CASE("normalisers: knots of very different steepness do not cancel") {
  const h::piecewise steep{{{0, 0}, {1e-6, 1}, {1e6, 0.5}}};
  check_values(normalised(steep, {5e-7, 1e-6, 1e6, 5e5}), {50, 100, 50, 75}, 1e-9);
}

TEST_CASE("infinite values: the end of a saturating normaliser, else missing; counted either way") {
  const table t{{"x"}, {{inf, -inf, 1}}};
  const auto ramp = h::score(h::compile(only(h::ramp{0, 10})), t.view());
  check_values(ramp.score, {100, 0, 10});
  CHECK(ramp.counters[0].nonfinite == 2);
  const auto identity = h::score(h::compile(only(h::identity{})), t.view());
  check_values(identity.score, {missing, missing, 1});
  CHECK(identity.counters[0].nonfinite == 2);
  CHECK((identity.flags[0] & h::flag::irregular) != 0);
}

TEST_CASE("valid: values outside are missing, clamped or an error with its row") {
  h::scorecard_spec spec = only(h::ramp{0, 10});
  spec.signals[0].valid = h::valid_range{0, 10};
  const table t{{"x"}, {{5, 11, -1}}};
  auto r = h::score(h::compile(spec), t.view());
  check_values(r.score, {50, missing, missing});
  CHECK(r.counters[0].invalid == 2);
  spec.signals[0].valid->otherwise = h::invalid_policy::clamp;
  check_values(h::score(h::compile(spec), t.view()).score, {50, 100, 0});
  spec.signals[0].valid->otherwise = h::invalid_policy::error;
  try {
    (void)h::score(h::compile(spec), t.view());
    FAIL("must throw");
  } catch (const sojourn::data_error& e) {
    CHECK(e.column() == "x");
    CHECK(e.row() == 1);
    CHECK(e.value() == "11");
  }
}

TEST_CASE("per: usage per seat; no seats, no value") {
  h::scorecard_spec spec = only(h::ramp{0, 5});
  spec.signals[0].per = "seats";
  const table t{{"seats", "x"}, {{10, 0, missing, -1, 2}, {25, 25, 25, 25, missing}}};
  const auto r = h::score(h::compile(spec), t.view());
  check_values(r.score, {50, missing, missing, missing, missing});
  CHECK(r.counters[0].out_of_domain == 2);
  CHECK(r.counters[0].missing == 2);
}
