#include "sojourn/stats/moments.hpp"

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "laws.hpp"
#include "sojourn/input/column.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

using rational = boost::multiprecision::cpp_rational;

std::int64_t any64(std::mt19937_64& random) {
  return static_cast<std::int64_t>(random()) >> (random() % 63);
}

/// Two passes in fractions of any length.
double variance_in_two_passes(const std::vector<std::int64_t>& values, std::int64_t lost) {
  const auto n = static_cast<std::int64_t>(values.size());
  rational mean = 0, squares = 0;
  for (const auto value : values) mean += value;
  mean /= n;
  for (const auto value : values) squares += (rational(value) - mean) * (rational(value) - mean);
  return rational(squares / (n - lost)).convert_to<double>();
}

}  // namespace

TEST_CASE("moments: mean and variance of answers by hand") {
  const std::vector<std::int64_t> answers{2, 4, 4, 4, 5, 5, 7, 9};
  const moments_state state = tally_moments(column<std::int64_t>(answers));
  CHECK(mean(state).value == 5.0);
  CHECK(variance(state, variance_of::population) == 4.0);
  CHECK(variance(state) == 32.0 / 7.0);
}

TEST_CASE("moments: Student's interval equals R's t.test, the normal one is shorter") {
  // R: t.test(extra, data = subset(sleep, group == 1)), in tenths of an hour.
  const std::vector<std::int64_t> extra{7, -16, -2, -12, -1, 34, 37, 8, 0, 20};
  const moments_state state = tally_moments(column<std::int64_t>(extra));
  const estimate student = mean(state, {.scale = 0.1});
  CHECK(student.value == Approx(0.75).epsilon(1e-15));
  CHECK(student.low == Approx(-0.5297804).epsilon(1e-6));
  CHECK(student.high == Approx(2.0297804).epsilon(1e-6));
  CHECK(student.method == interval_method::student);
  const estimate normal = mean(state, {.interval = mean_interval::normal, .scale = 0.1});
  CHECK(normal.low > student.low);
  CHECK(normal.high < student.high);
  CHECK((normal.high - normal.value) == Approx(1.959963984540054 * std::sqrt(variance(state) / 10) * 0.1).epsilon(1e-13));
}

TEST_CASE("moments: no value is undefined, one value has no interval") {
  CHECK(mean(moments_state{}).reason == undefined_reason::no_observations);
  CHECK(std::isnan(variance(moments_state{}, variance_of::population)));
  moments_state one;
  one.add(7);
  CHECK(mean(one).value == 7.0);
  CHECK(std::isnan(mean(one).low));
  CHECK(mean(one).method == interval_method::none);
  CHECK(std::isnan(variance(one)));
  CHECK(variance(one, variance_of::population) == 0.0);
}

TEST_CASE("moments: missing rows are counted apart, and a bitmap that starts inside a byte is read so") {
  const std::vector<std::int64_t> values{5, 1'000'000, 9};
  const std::uint8_t validity = 0b101'000;
  const moments_state state = tally_moments(column<std::int64_t>(values, &validity, 3, "days"));
  CHECK(state.n == 2);
  CHECK(state.missing == 1);
  CHECK(mean(state).value == 7.0);
}

TEST_CASE("moments: money around a large mean, where sums of doubles lose the variance") {
  std::mt19937_64 random(5);
  std::normal_distribution<double> amount(1e8, 100);
  std::vector<std::int64_t> values(100'000);
  for (auto& value : values) value = std::llround(amount(random));
  double sum = 0, squares = 0;
  for (const auto value : values) {
    sum += static_cast<double>(value);
    squares += static_cast<double>(value) * static_cast<double>(value);
  }
  const auto n = static_cast<double>(values.size());
  const double exact = variance_in_two_passes(values, 1);
  CHECK(exact == Approx(10'000).epsilon(0.02));
  CHECK(std::abs((squares - sum * sum / n) / (n - 1) - exact) > 1);
  CHECK(variance(tally_moments(column<std::int64_t>(values))) == Approx(exact).epsilon(8e-16).scale(0));
}

TEST_CASE("moments: both variances equal two passes in fractions for any 64-bit values") {
  std::mt19937_64 random(6);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::int64_t> values(2 + random() % 40);
    for (auto& value : values) value = any64(random);
    const moments_state state = tally_moments(column<std::int64_t>(values));
    REQUIRE(variance(state) == Approx(variance_in_two_passes(values, 1)).epsilon(8e-16).scale(0));
    REQUIRE(variance(state, variance_of::population) == Approx(variance_in_two_passes(values, 0)).epsilon(8e-16).scale(0));
  }
}

TEST_CASE("moments: the ends of 64 bits") {
  constexpr auto low = std::numeric_limits<std::int64_t>::min();
  const std::vector<std::int64_t> values{low, low, std::numeric_limits<std::int64_t>::max()};
  const moments_state state = tally_moments(column<std::int64_t>(values));
  CHECK(mean(state).value == Approx(-9223372036854775808.0 / 3).epsilon(1e-15));
  CHECK(variance(state) == Approx(variance_in_two_passes(values, 1)).epsilon(8e-16).scale(0));
  moments_state full{.n = std::numeric_limits<std::int64_t>::max()};
  CHECK_THROWS_AS(full.add(1), overflow_error);
}

TEST_CASE("moments_state: the laws") {
  test::check_laws<moments_state>([](std::mt19937_64& random) {
    moments_state state;
    for (std::uint64_t i = random() % 5; i < 5; ++i) state.add(any64(random));
    state.missing = static_cast<std::int64_t>(random() % 3);
    return state;
  });
}
