#include "sojourn/stats/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

#include "laws.hpp"
#include "sojourn/input/column.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
constexpr auto highest = std::numeric_limits<std::int64_t>::max();

std::vector<std::int64_t> random_values(std::mt19937_64& random) {
  std::vector<std::int64_t> values(1 + random() % 200);
  const int shift = static_cast<int>(random() % 63);
  for (auto& value : values) value = static_cast<std::int64_t>(random()) >> shift;
  return values;
}

distribution_state tally(const std::vector<std::int64_t>& values) {
  return tally_distribution(column<std::int64_t>(values));
}

}  // namespace

TEST_CASE("distribution: counting agrees with a map, dense or far apart, up to the ends of 64 bits") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 500; ++round) {
    auto values = random_values(random);
    if (round % 5 == 0) values.insert(values.end(), {lowest, highest});
    std::map<std::int64_t, std::int64_t> expected;
    for (const auto value : values) ++expected[value];
    const distribution_state state = tally(values);
    REQUIRE(state.canonical());
    REQUIRE(state.counts.size() == expected.size());
    REQUIRE(std::equal(state.counts.begin(), state.counts.end(), expected.begin(),
                       [](const value_count& a, const auto& b) { return a.value == b.first && a.count == b.second; }));
    REQUIRE(count(state) == static_cast<std::int64_t>(values.size()));
  }
}

TEST_CASE("distribution: both quantile rules agree with the sorted values") {
  std::mt19937_64 random(2);
  for (int round = 0; round < 300; ++round) {
    auto values = random_values(random);
    for (auto& value : values) value >>= 12;  // below 2^52, so that the reference in doubles is exact
    const distribution_state state = tally(values);
    std::sort(values.begin(), values.end());
    const auto n = static_cast<std::int64_t>(values.size());
    for (std::int64_t step = 0; step <= 128; ++step) {
      // Eighths of sixteenths are exact in binary, so the ranks are found in integers.
      const double p = static_cast<double>(step) / 128;
      const std::int64_t rank = std::max<std::int64_t>(0, (step * n + 127) / 128 - 1);
      REQUIRE(quantile(state, p).value == static_cast<double>(values[static_cast<std::size_t>(rank)]));
      const std::int64_t below = step * (n - 1) / 128;
      const auto low = static_cast<double>(values[static_cast<std::size_t>(below)]);
      const auto high = static_cast<double>(values[static_cast<std::size_t>(std::min(below + 1, n - 1))]);
      const double between = static_cast<double>(step * (n - 1) % 128) / 128;
      REQUIRE(quantile(state, p, quantile_rule::linear).value == low + between * (high - low));
    }
  }
}

TEST_CASE("distribution: quantiles as R and NumPy give them") {
  // R: quantile(c(1,2,3,4,10), c(.1,.25,.5,.9), type = 7) is 1.4 2 3 7.6; type = 1 is 1 2 3 10.
  const distribution_state state = tally({10, 3, 1, 4, 2});
  const double p[] = {0.1, 0.25, 0.5, 0.9}, linear[] = {1.4, 2, 3, 7.6}, nearest[] = {1, 2, 3, 10};
  for (int i = 0; i < 4; ++i) {
    CHECK(quantile(state, p[i], quantile_rule::linear).value == Approx(linear[i]).epsilon(1e-15));
    CHECK(quantile(state, p[i]).value == nearest[i]);
  }
}

TEST_CASE("distribution: a share that is a whole rank is that rank, although 0.07 * 100 is 7.000000000000001") {
  std::vector<std::int64_t> values(100);
  for (std::int64_t i = 0; i < 100; ++i) values[static_cast<std::size_t>(i)] = i + 1;
  const distribution_state state = tally(values);
  for (int percent = 1; percent <= 100; ++percent) CHECK(quantile(state, percent / 100.0).value == percent);
}

TEST_CASE("distribution: no values are undefined, p outside 0 .. 1 is refused") {
  CHECK(quantile({}, 0.5).reason == undefined_reason::no_observations);
  CHECK(std::isnan(quantile({}, 0.5).value));
  CHECK(!mode({}).has_value());
  for (const double p : {-0.1, 1.1, std::nan("")}) CHECK_THROWS_AS((void)quantile(tally({1}), p), schema_error);
}

TEST_CASE("distribution: the mode is the smallest of the most frequent values") {
  CHECK(mode(tally({5, 2, 2, 9, 5})) == value_count{2, 2});
  CHECK(mode(tally({-3})) == value_count{-3, 1});
}

TEST_CASE("distribution: missing rows are counted apart") {
  const std::vector<std::int64_t> values{4, 77, 4};
  const std::uint8_t validity = 0b101;
  const distribution_state state = tally_distribution(column<std::int64_t>(values, &validity));
  CHECK(state.missing == 1);
  CHECK(state.counts == std::vector<value_count>{{4, 2}});
}

TEST_CASE("distribution: a correction may be negative in between, but is not read so") {
  distribution_state state;
  state -= tally({7});
  CHECK_THROWS_AS((void)quantile(state, 0.5), state_error);
  CHECK_THROWS_AS((void)mode(state), state_error);
  state += tally({7, 8});
  CHECK(state == tally({8}));
}

TEST_CASE("distribution: ranks at the end of 64 bits, and counts beyond them") {
  distribution_state state{.counts = {{1, highest - 1}, {2, 1}}};
  CHECK(quantile(state, 1.0).value == 2);
  CHECK(quantile(state, 0.5).value == 1);
  state.counts.push_back({3, 1});
  CHECK_THROWS_AS((void)count(state), overflow_error);
  const distribution_state before = state;
  CHECK_THROWS_AS(state += (distribution_state{.counts = {{1, highest}}}), overflow_error);
  CHECK(state == before);
}

TEST_CASE("distribution_state: the laws") {
  test::check_laws<distribution_state>([](std::mt19937_64& random) {
    std::vector<std::int64_t> values(random() % 6);
    for (auto& value : values) value = static_cast<std::int64_t>(random() % 12) - 6;
    distribution_state state = tally(values);
    state.missing = static_cast<std::int64_t>(random() % 3);
    return state;
  });
}
