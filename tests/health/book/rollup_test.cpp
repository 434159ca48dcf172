// Published roll-ups row by row, a slow reference by recursion, and the shapes that are no tree.
#include "sojourn/health/book/rollup.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>

using namespace sojourn;
using namespace sojourn::health;
using doctest::Approx;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

rolled_up roll(const std::vector<std::int32_t>& parent, const std::vector<double>& score, rollup_options options = {},
               const std::vector<std::int64_t>& weight = {}) {
  return rollup(hierarchy(parent), {score, {}, weight}, options);
}

/// The definition as a recursion over all rows: slow and obvious.
double slow(const std::vector<std::int32_t>& parent, const std::vector<double>& score,
            const std::vector<std::int64_t>& weight, rollup_options options, std::size_t row) {
  std::vector<std::pair<double, double>> members;
  for (std::size_t child = 0; child < parent.size(); ++child) {
    if (parent[child] != static_cast<std::int32_t>(row)) continue;
    members.emplace_back(slow(parent, score, weight, options, child), static_cast<double>(weight[child]));
  }
  if (members.empty() || options.method == rollup_method::own) return score[row];
  if (options.self == include_self::yes) members.emplace_back(score[row], static_cast<double>(weight[row]));
  double top = 0, bottom = 0, low = 1e9, high = -1e9;
  for (const auto& [s, w] : members) {
    if (std::isnan(s)) continue;
    const double counts = options.method == rollup_method::weighted ? w : 1;
    top += counts * s;
    bottom += counts;
    low = std::min(low, s);
    high = std::max(high, s);
  }
  if (low > high || bottom == 0) return missing;
  return options.method == rollup_method::minimum ? low : options.method == rollup_method::maximum ? high : top / bottom;
}

/// A random forest: a parent always stands at a smaller number before the rows are shuffled.
std::vector<std::int32_t> random_forest(std::mt19937_64& random, std::size_t n) {
  std::vector<std::int32_t> place(n), parent(n, no_parent);
  for (std::size_t i = 0; i < n; ++i) place[i] = static_cast<std::int32_t>(i);
  std::shuffle(place.begin(), place.end(), random);
  for (std::size_t i = 1; i < n; ++i) {
    if (random() % 4 != 0) parent[static_cast<std::size_t>(place[i])] = place[random() % i];
  }
  return parent;
}

}  // namespace

TEST_CASE("H07: five good, three average, two poor make 76") {
  const std::vector<std::int32_t> parent = {-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  const auto r = roll(parent, {missing, 100, 100, 100, 100, 100, 60, 60, 60, 40, 40});
  CHECK(r.score[0] == 76);
  CHECK(r.children[0] == 10);
  CHECK(r.missing[0] == 0);
}

TEST_CASE("H11: a parent of 10 and three children of 5, the parent being one of the members") {
  const std::vector<std::int32_t> parent = {-1, 0, 0, 0};
  CHECK(roll(parent, {10, 5, 5, 5}, {.self = include_self::yes}).score[0] == 6.25);
  CHECK(std::round(6.25) == 6);                      // as published
  CHECK(roll(parent, {10, 5, 5, 5}).score[0] == 5);  // ChurnZero leaves the parent out
  CHECK(roll(parent, {10, 5, 5, 5}, {.method = rollup_method::own}).score[0] == 10);
}

TEST_CASE("H17: weighted by ARR the book is at 71, not at the plain 64.8") {
  const std::vector<std::int32_t> parent = {-1, 0, 0, 0, 0, 0};
  const std::vector<double> score = {missing, 79, 53, 34, 68, 90};
  const std::vector<std::int64_t> arr = {0, 174, 110, 46, 77, 142};
  CHECK(roll(parent, score, {.method = rollup_method::weighted}, arr).score[0] == Approx(71.3224).epsilon(1e-6));
  CHECK(roll(parent, score, {}, arr).score[0] == Approx(64.8).epsilon(1e-15));
}

TEST_CASE("H18: 156 of the ARR, 28 percent, stands in amber or red") {
  const std::vector<std::int32_t> parent = {-1, 0, 0, 0, 0};
  const std::vector<tier_code> tier = {no_tier, 3, 2, 1, 0};
  const std::vector<std::int64_t> arr = {0, 142, 251, 110, 46};
  const auto at_risk = rollup_tiers(hierarchy(parent), tier, 1, tier_match::or_worse, include_self::no, arr)[0];
  CHECK(at_risk.weight_in_tier == 156);
  CHECK(std::round(100 * at_risk.weight_share()) == 28);
  CHECK(at_risk.count == 2);
  CHECK(at_risk.share() == 0.5);
}

TEST_CASE("rollup: products to accounts to a parent, with what is missing") {
  // 0 group; 1, 2 accounts; 3, 4 products of 1; 5, 6 products of 2, none of which has a score
  const std::vector<std::int32_t> parent = {-1, 0, 0, 1, 1, 2, 2};
  const std::vector<double> score = {missing, missing, missing, 80, missing, missing, missing};
  const auto r = roll(parent, score);
  CHECK(r.score[1] == 80);
  CHECK(std::isnan(r.score[2]));
  CHECK(r.score[0] == 80);
  CHECK(r.missing == std::vector<std::int64_t>{1, 1, 2, 0, 0, 0, 0});
  CHECK(r.coverage[1] == 0.5);
  CHECK(r.coverage[2] == 0);
  CHECK(r.coverage[0] == 0.25);  // a gap below is seen above
  const std::vector<double> coverage = {1, 1, 1, 0.9, 0.3, missing, 0.2};
  const auto given = rollup(hierarchy(parent), {score, coverage, {}});
  CHECK(given.coverage[1] == Approx(0.6));
  CHECK(given.coverage[2] == Approx(0.1));
}

TEST_CASE("rollup: weights that are missing, zero or negative") {
  const std::vector<std::int32_t> parent = {-1, 0, 0, 1, 1};
  const std::vector<double> score = {missing, missing, 50, 100, 0};
  const std::vector<std::int64_t> weight = {7, 7, 10, 30, 10};
  const std::vector<std::uint8_t> bits = {0b11100};  // rows 0 and 1 carry no weight of their own
  const column<std::int64_t> gaps(weight, bits.data());
  const auto r = rollup(hierarchy(parent), {score, {}, gaps}, {.method = rollup_method::weighted});
  CHECK(r.weight == std::vector<std::int64_t>{50, 40, 10, 30, 10});
  CHECK(r.score[1] == 75);
  CHECK(r.score[0] == 70);

  CHECK(std::isnan(roll({-1, 0, 0}, {1, 20, 40}, {.method = rollup_method::weighted}, {0, 0, 0}).score[0]));
  CHECK(roll({-1, 0, 0}, {1, 20, 40}, {.method = rollup_method::weighted, .zero = zero_weights::plain_mean}, {0, 0, 0})
            .score[0] == 30);
  CHECK_THROWS_AS(roll({-1, 0, 0}, {1, 20, 40}, {.method = rollup_method::weighted}, {0, -5, 5}), data_error);
  CHECK(roll({-1, 0, 0}, {1, 20, 40}, {.method = rollup_method::weighted, .negative = negative_weights::as_zero}, {0, -5, 5})
            .score[0] == 40);
  CHECK_THROWS_AS(roll({-1, 0}, {1, 2}, {.method = rollup_method::weighted}), schema_error);
  CHECK_THROWS_AS(roll({-1, 0, 1}, {1, 2, 3}, {}, {1, 2}), schema_error);
  CHECK_THROWS_AS(roll({-1, 0}, {1}), schema_error);
}

TEST_CASE("hierarchy: a cycle is printed, a parent that is not there is refused") {
  const auto message = [](std::vector<std::int32_t> parent) {
    try {
      hierarchy tree(parent);
    } catch (const data_error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(message({-1, 2, 5, 0, -1, 2}).find("2 -> 5 -> 2") != std::string::npos);
  CHECK(message({0}).find("0 -> 0") != std::string::npos);
  CHECK(message({-1, 9}).find("is not a row") != std::string::npos);
  CHECK(message({-2}).find("is not a row") != std::string::npos);
  std::vector<std::int32_t> ring(1000);
  for (std::size_t i = 0; i < ring.size(); ++i) ring[i] = static_cast<std::int32_t>((i + 1) % ring.size());
  CHECK(message(ring).size() < 400);
  CHECK(message({}).empty());
  CHECK(roll({}, {}).score.empty());
}

TEST_CASE("rollup: equals the recursion on random forests") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 200; ++round) {
    const std::size_t n = 1 + random() % 30;
    const auto parent = random_forest(random, n);
    std::vector<double> score(n);
    std::vector<std::int64_t> weight(n);
    for (double& s : score) s = random() % 5 == 0 ? missing : static_cast<double>(random() % 10001) / 100;
    for (auto& w : weight) w = static_cast<std::int64_t>(random() % 4);
    for (const auto method : {rollup_method::mean, rollup_method::weighted, rollup_method::minimum, rollup_method::maximum,
                              rollup_method::own}) {
      for (const auto self : {include_self::no, include_self::yes}) {
        const rollup_options options{.method = method, .self = self};
        const auto r = roll(parent, score, options, weight);
        for (std::size_t row = 0; row < n; ++row) {
          const double expected = slow(parent, score, weight, options, row);
          REQUIRE(std::isnan(r.score[row]) == std::isnan(expected));
          if (!std::isnan(expected)) REQUIRE(r.score[row] == Approx(expected).epsilon(1e-12));
        }
      }
    }
  }
}

TEST_CASE("rollup: tier counts equal a walk from every row to the top") {
  std::mt19937_64 random(12);
  for (int round = 0; round < 100; ++round) {
    const std::size_t n = 1 + random() % 40;
    const auto parent = random_forest(random, n);
    std::vector<tier_code> tier(n);
    std::vector<std::int64_t> weight(n);
    for (auto& t : tier) t = random() % 5 == 0 ? unknown_tier : static_cast<tier_code>(random() % 3);
    for (auto& w : weight) w = static_cast<std::int64_t>(random() % 1000);
    const auto shares = rollup_tiers(hierarchy(parent), tier, 1, tier_match::or_worse, include_self::yes, weight);
    std::vector<std::int64_t> count(n), known(n), unknown(n), value(n);
    for (std::size_t row = 0; row < n; ++row) {
      for (auto at = static_cast<std::int32_t>(row); at != no_parent; at = parent[static_cast<std::size_t>(at)]) {
        const auto up = static_cast<std::size_t>(at);
        if (tier[row] == unknown_tier) {
          ++unknown[up];
          continue;
        }
        ++known[up];
        if (tier[row] <= 1) ++count[up], value[up] += weight[row];
      }
    }
    for (std::size_t row = 0; row < n; ++row) {
      REQUIRE(shares[row].count == count[row]);
      REQUIRE(shares[row].known == known[row]);
      REQUIRE(shares[row].unknown == unknown[row]);
      REQUIRE(shares[row].known + shares[row].unknown >= 1);
      if (known[row] == 0) REQUIRE(std::isnan(shares[row].share()));
    }
  }
}
