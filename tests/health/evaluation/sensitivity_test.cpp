// Drawn weights and left-out signals against what can be worked out.
#include "sojourn/health/evaluation/sensitivity.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

using doctest::Approx;
using namespace sojourn;
namespace h = sojourn::health;

namespace {

using numbers = std::vector<double>;
constexpr double absent = std::numeric_limits<double>::quiet_NaN();

h::tier_ladder ladder_at(std::initializer_list<double> thresholds) {
  h::tier_spec spec;
  spec.tiers = {{"red", 0}};
  for (const double t : thresholds) spec.tiers.push_back({"next", t});
  return h::tier_ladder(spec);
}

numbers random_values(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> unit;
  numbers x(count);
  for (double& v : x) v = unit(random);
  return x;
}

}  // namespace

TEST_CASE(
    "sensitivity: an account that is 1 on one signal and 0 on the other shows the weight itself, a Beta distribution") {
  // Score = 100 w with w ~ Beta(15, 35): mean 0.3, 5 % and 95 % quantiles 0.2007 and 0.4107 (qbeta).
  const numbers x{1, 0, 0, 1}, weights{3, 7};
  h::sensitivity_options options;
  options.draws = 20'000;
  options.concentration = 50;
  const auto found = h::sensitivity({x, 2, 2}, weights, ladder_at({25}), options);
  CHECK(found.score[0] == Approx(30));
  CHECK(std::abs(found.score_low[0] - 20.07) < 0.3);
  CHECK(std::abs(found.score_high[0] - 41.07) < 0.3);
  // P(Beta(15, 35) < 0.25) = 0.2235.
  CHECK(std::abs(found.flip[0] - 0.2235) < 0.01);
  CHECK(found.rank[0] == 1);
  CHECK(found.rank_low[0] == 1);
}

TEST_CASE("sensitivity: what is equal on all signals, or at an end, does not move") {
  const numbers x{0.75, 0, 1, 0.75, 0, 1}, weights{1, 2};
  const auto found = h::sensitivity({x, 3, 2}, weights, ladder_at({50, 75}));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(found.flip[i] == 0);
    CHECK(found.score_high[i] - found.score_low[i] < 1e-4);
    CHECK(found.rank_low[i] == found.rank_high[i]);
  }
  CHECK(found.mean_flip == 0);
}

TEST_CASE("sensitivity: trust in the weights narrows the intervals; a weight of 0 stays 0") {
  const numbers x = random_values(300, 1);
  const numbers weights{0.6, 0.4, 0};
  h::sensitivity_options loose, tight;
  loose.concentration = 10;
  tight.concentration = 1000;
  const auto wide = h::sensitivity({x, 100, 3}, weights, ladder_at({50}), loose),
             narrow = h::sensitivity({x, 100, 3}, weights, ladder_at({50}), tight);
  CHECK(wide.mean_flip > 2 * narrow.mean_flip);
  double w = 0, n = 0;
  for (std::size_t i = 0; i < 100; ++i) {
    w += wide.rank_high[i] - wide.rank_low[i], n += narrow.rank_high[i] - narrow.rank_low[i];
    REQUIRE(narrow.rank_low[i] <= narrow.rank[i]);
    REQUIRE(narrow.rank[i] <= narrow.rank_high[i]);
  }
  CHECK(w > 3 * n);
}

TEST_CASE("sensitivity: threads and order of draws change nothing; the seed does") {
  const numbers x = random_values(3000, 2);
  const numbers weights{1, 1, 1};
  const auto one = h::sensitivity({x, 1000, 3}, weights, ladder_at({40, 60}));
  const auto three = h::sensitivity({x, 1000, 3}, weights, ladder_at({40, 60}), {}, thread_executor(3));
  CHECK(one.flip == three.flip);
  CHECK(one.rank_low == three.rank_low);
  h::sensitivity_options other;
  other.seed = 2;
  CHECK(h::sensitivity({x, 1000, 3}, weights, ladder_at({40, 60}), other).flip != one.flip);
}

TEST_CASE("sensitivity: accounts without a signal stay unknown, and what makes no sense is refused") {
  const numbers x{absent, 0.5, absent, 0.7}, weights{1, 1};
  const auto found = h::sensitivity({x, 2, 2}, weights, ladder_at({50}));
  CHECK(std::isnan(found.score[0]));
  CHECK(found.tier[0] == h::unknown_tier);
  CHECK(std::isnan(found.flip[0]));
  CHECK(found.rank[1] == 1);
  h::sensitivity_options options;
  options.concentration = 0;
  CHECK_THROWS_AS((void)h::sensitivity({x, 2, 2}, weights, ladder_at({50}), options), schema_error);
  CHECK_THROWS_AS((void)h::sensitivity({x, 2, 2}, numbers{0, 0}, ladder_at({50})), schema_error);
  options = {};
  options.draws = std::int64_t{1} << 40;
  CHECK_THROWS_AS((void)h::sensitivity({x, 2, 2}, weights, ladder_at({50}), options), schema_error);
}

TEST_CASE("leave_one_out: a copy changes nothing when it goes, the only signal of its kind changes all") {
  numbers x = random_values(1000, 3);
  x.insert(x.end(), x.begin(), x.end());
  const numbers weights{1, 1};
  for (const auto& one : h::leave_one_out({x, 1000, 2}, weights, ladder_at({50}))) {
    CHECK(one.tier_changes == 0);
    CHECK(one.mean_shift < 1e-12);
    CHECK(one.rank_correlation == Approx(1));
  }
  // One account each way: without the first signal their order turns.
  const numbers turned{1, 0, 0, 0.5};
  const auto found = h::leave_one_out({turned, 2, 2}, weights, ladder_at({40}));
  CHECK(found[0].rank_correlation == Approx(-1));
  CHECK(found[0].largest_shift == 0.5);
  CHECK(found[0].tier_changes == 1);
  CHECK(found[1].rank_correlation == Approx(1));
  // The only signal: without it nobody has a score.
  const numbers single{1, 0}, alone{1};
  CHECK(h::leave_one_out({single, 2, 1}, alone, ladder_at({50}))[0].tier_changes == 1);
}
