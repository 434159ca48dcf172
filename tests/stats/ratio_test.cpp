#include "sojourn/stats/ratio.hpp"

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "laws.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

using rows = std::vector<std::pair<std::int64_t, std::int64_t>>;
using rational = boost::multiprecision::cpp_rational;

ratio_state tally(const rows& accounts) {
  ratio_state state;
  for (const auto& [x, y] : accounts) state.add(x, y);
  return state;
}

/// The textbook formula, account by account, in fractions of any length.
double variance_by_residuals(const rows& accounts) {
  rational sum_x = 0, sum_y = 0, squares = 0;
  for (const auto& [x, y] : accounts) {
    sum_x += x;
    sum_y += y;
  }
  for (const auto& [x, y] : accounts) {
    const rational residual = rational(x) - sum_x / sum_y * rational(y);
    squares += residual * residual;
  }
  const auto n = static_cast<std::int64_t>(accounts.size());
  return rational(squares * n / (n - 1) / (sum_y * sum_y)).convert_to<double>();
}

/// A long tail as revenue has it: one account in a few hundred is thousands of times the median.
std::int64_t heavy_tailed(std::mt19937_64& random) {
  std::lognormal_distribution<double> size(8.0, 1.2);
  return static_cast<std::int64_t>(size(random)) + 1;
}

std::int64_t any64(std::mt19937_64& random) {
  return static_cast<std::int64_t>(random()) >> (random() % 63);
}

}  // namespace

TEST_CASE("ratio: no accounts and a zero denominator are undefined, each for its reason") {
  CHECK(ratio(ratio_state{}).reason == undefined_reason::no_observations);
  CHECK(std::isnan(ratio(ratio_state{}).value));
  const estimate empty_base = ratio(tally({{5, 0}, {0, 0}}));
  CHECK(empty_base.reason == undefined_reason::zero_denominator);
  CHECK(empty_base.n == 2);
  CHECK(std::isnan(empty_base.value));
}

TEST_CASE("ratio: one account has a value and no interval") {
  const estimate one = ratio(tally({{3, 4}}));
  CHECK(one.defined());
  CHECK(one.value == 0.75);
  CHECK(std::isnan(one.low));
  CHECK(std::isnan(one.high));
  CHECK(one.method == interval_method::none);
}

TEST_CASE("ratio: a worked example by hand") {
  // x = 1, 2, 6; y = 2, 2, 8: r = 9/12; residuals -0.5, 0.5, 0; sum of squares 0.5; variance 3/2 * 0.5 / 144.
  const estimate e = ratio(tally({{1, 2}, {2, 2}, {6, 8}}));
  const double error = std::sqrt(0.75 / 144);
  CHECK(e.value == 0.75);
  CHECK(e.low == Approx(0.75 - 1.959963984540054 * error).epsilon(1e-14));
  CHECK(e.high == Approx(0.75 + 1.959963984540054 * error).epsilon(1e-14));
  CHECK(e.n == 3);
  CHECK(e.method == interval_method::linearised);
}

TEST_CASE("ratio: percent scales value and limits alike") {
  const ratio_state state = tally({{1, 2}, {2, 2}, {6, 8}});
  const estimate share = ratio(state);
  const estimate percent = ratio(state, {.scale = 100});
  CHECK(percent.value == 75.0);
  CHECK(percent.low == Approx(100 * share.low).epsilon(1e-14));
  CHECK(percent.high == Approx(100 * share.high).epsilon(1e-14));
}

TEST_CASE("ratio: the variance equals the account-by-account formula in fractions, for any 64-bit values") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 200; ++round) {
    rows accounts(2 + random() % 30);
    for (auto& [x, y] : accounts) {
      x = any64(random);
      y = any64(random);
    }
    const double expected = variance_by_residuals(accounts);
    REQUIRE(ratio_variance(tally(accounts)) == Approx(expected).epsilon(8e-16).scale(0));
  }
}

TEST_CASE("ratio: nothing cancels where every account keeps nearly the same share") {
  // x = y - 0, 1 or 2 of 10^15: double sums of squares hold 16 digits and lose the residuals altogether.
  rows accounts;
  for (std::int64_t i = 0; i < 999; ++i)
    accounts.emplace_back(1'000'000'000'000'000 + 7 * i - i % 3, 1'000'000'000'000'000 + 7 * i);
  const double expected = variance_by_residuals(accounts);
  CHECK(expected == Approx(6.674e-34).epsilon(1e-2).scale(0));
  CHECK(ratio_variance(tally(accounts)) == Approx(expected).epsilon(8e-16).scale(0));
}

TEST_CASE("ratio: an exactly constant ratio has variance zero, not a stray remainder") {
  rows accounts;
  for (std::int64_t i = 1; i <= 1000; ++i) accounts.emplace_back(3 * i * 1'000'003, 7 * i * 1'000'003);
  const estimate e = ratio(tally(accounts));
  CHECK(e.low == e.value);
  CHECK(e.high == e.value);
}

TEST_CASE("ratio: sums at the ends of 64 bits stay exact and overflow of a merge is an error that changes nothing") {
  constexpr auto low = std::numeric_limits<std::int64_t>::min();
  const ratio_state extreme = tally({{low, low}, {low, low}, {low, low}});
  CHECK(ratio(extreme).value == 1.0);
  CHECK(ratio_variance(extreme) == 0.0);
  ratio_state many{.n = std::numeric_limits<std::int64_t>::max()};
  const ratio_state before = many;
  CHECK_THROWS_AS(many.add(1, 1), overflow_error);
  CHECK(many == before);
  ratio_state wide{.xx = {{0, 0, std::uint64_t{1} << 62}}};
  CHECK_THROWS_AS(wide += wide, overflow_error);
  CHECK_THROWS_AS((ratio_state{} -= ratio_state{.x = static_cast<detail::int128>(1) << 127}), overflow_error);
}

TEST_CASE("ratio: the interval of heavy-tailed revenue covers the truth between 93 and 97 times in 100") {
  // Each account keeps a random share of its revenue; the truth is the ratio of the population of 200,000 accounts drawn
  // from.
  std::mt19937_64 random(2024);
  std::uniform_real_distribution<double> kept(0.0, 1.3);
  rows population(200'000);
  for (auto& [x, y] : population) {
    y = heavy_tailed(random);
    x = static_cast<std::int64_t>(static_cast<double>(y) * kept(random));
  }
  const double truth = ratio(tally(population)).value;
  constexpr int samples = 2000;
  int covered = 0;
  for (int sample = 0; sample < samples; ++sample) {
    ratio_state state;
    for (int i = 0; i < 400; ++i) {
      const auto& [x, y] = population[random() % population.size()];
      state.add(x, y);
    }
    const estimate e = ratio(state);
    covered += e.low <= truth && truth <= e.high ? 1 : 0;
  }
  CAPTURE(covered);
  CHECK(covered >= samples * 93 / 100);
  CHECK(covered <= samples * 97 / 100);
}

TEST_CASE("compare_ratios: independent groups add their variances") {
  const ratio_state a = tally({{1, 2}, {2, 2}, {6, 8}});
  const ratio_state b = tally({{9, 10}, {5, 10}, {10, 10}, {8, 10}});
  const estimate d = compare_ratios(a, b, {.level = confidence_level{0.9}});
  CHECK(d.value == Approx(0.75 - 0.8));
  CHECK((d.high - d.low) / 2 ==
        Approx(1.6448536269514722 * std::sqrt(ratio_variance(a) + ratio_variance(b))).epsilon(1e-13));
  CHECK(d.n == 7);
  CHECK(compare_ratios(a, {}).reason == undefined_reason::no_observations);
  CHECK(compare_ratios(tally({{1, 0}}), b).reason == undefined_reason::zero_denominator);
  const estimate single = compare_ratios(a, tally({{1, 2}}));
  CHECK(single.value == 0.25);
  CHECK(std::isnan(single.low));
}

TEST_CASE("ratio_state: the laws") {
  test::check_laws<ratio_state>([](std::mt19937_64& random) {
    ratio_state state;
    for (std::uint64_t i = random() % 5; i < 5; ++i) state.add(any64(random), any64(random));
    return state;
  });
}
