#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "sojourn/exec/executor.hpp"
#include "sojourn/health/score/percentile_rank.hpp"

using namespace sojourn::health;
using sojourn::column;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

/// From the definition, by sorting.
std::vector<double> slow_ranks(const std::vector<double>& values) {
  std::vector<double> sorted;
  for (const double x : values)
    if (!std::isnan(x)) sorted.push_back(x);
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> result;
  for (const double x : values) {
    const auto low = std::lower_bound(sorted.begin(), sorted.end(), x),
               high = std::upper_bound(sorted.begin(), sorted.end(), x);
    const double below = static_cast<double>(low - sorted.begin()), equal = static_cast<double>(high - low);
    result.push_back(std::isnan(x) ? missing : (below + 0.5 * equal) / static_cast<double>(sorted.size()));
  }
  return result;
}

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

/// Columns of all kinds: smooth, few values, atoms, wide ranges, sorted, mostly equal, mostly missing.
std::vector<double> random_column(std::mt19937_64& random, std::size_t rows, unsigned shape) {
  std::vector<double> values(rows);
  std::normal_distribution<double> normal;
  for (std::size_t i = 0; i < rows; ++i) {
    const double z = normal(random);
    const auto bits = random();
    switch (shape % 8) {
      case 0:
        values[i] = z;
        break;
      case 1:
        values[i] = static_cast<double>(bits % 37);
        break;
      case 2:
        values[i] = bits % 16 == 0 ? 0.0 : std::exp(3 * z);
        break;
      case 3:
        values[i] = std::bit_cast<double>(bits);
        break;
      case 4:
        values[i] = static_cast<double>(i) * 0.5;
        break;
      case 5:
        values[i] = bits % 1000 == 0 ? z : 4.25;
        break;
      case 6:
        values[i] = bits % 3 == 0 ? -0.0 : bits % 3 == 1 ? 0.0 : z * 1e-310;
        break;
      default:
        values[i] = 1e9 + std::nextafter(1.0, 2.0) * static_cast<double>(bits % 5) + (bits % 7 == 0 ? z * 1e-7 : 0);
        break;
    }
    if (bits >> 60 == 3) values[i] = missing;
    if (bits >> 54 == 7) values[i] = (bits & 1u) != 0 ? inf : -inf;
  }
  return values;
}

}  // namespace

TEST_CASE("percentile rank: by hand") {
  const std::vector<double> values{10, 30, 20, 20, missing};
  const percentile_ranks found = percentile_rank(column<double>(values));
  CHECK(same(found.rank, {0.125, 0.875, 0.5, 0.5, missing}));
  CHECK(found.ranked == 4);
  CHECK(found.error == 0);
}

TEST_CASE("percentile rank: one value has one half; none, none at all") {
  for (const rank_precision precision : {rank_precision::exact, rank_precision::approximate}) {
    CHECK(percentile_rank(column<double>(), {precision}).rank.empty());
    const std::vector<double> one{-7}, gaps{missing, missing}, equal{3, 3, 3};
    CHECK(percentile_rank(column<double>(one), {precision}).rank == std::vector<double>{0.5});
    CHECK(same(percentile_rank(column<double>(gaps), {precision}).rank, gaps));
    CHECK(percentile_rank(column<double>(gaps), {precision}).ranked == 0);
    CHECK(percentile_rank(column<double>(equal), {precision}).rank == std::vector<double>{0.5, 0.5, 0.5});
  }
}

TEST_CASE("percentile rank: -0.0 equals 0.0; infinities are the ends; a cleared bit is missing") {
  const std::vector<double> values{-0.0, 0.0, inf, -inf, 5};
  const std::uint8_t present[] = {0b01111};
  const auto found = percentile_rank(column<double>(std::span<const double>(values), present));
  CHECK(same(found.rank, {0.5, 0.5, 0.875, 0.125, missing}));
}

TEST_CASE("percentile rank: exact ones equal those of a sorted column, for any executor, bit for bit") {
  std::mt19937_64 random(5);
  for (unsigned shape = 0; shape < 40; ++shape) {
    CAPTURE(shape);
    const std::size_t rows = shape < 24 ? 1 + random() % 3000 : 60'000 + random() % 60'000;
    const std::vector<double> values = random_column(random, rows, shape);
    const auto expected = slow_ranks(values);
    for (const std::size_t threads : {1u, 3u})
      CHECK(same(percentile_rank(column<double>(values), {}, sojourn::thread_executor(threads)).rank, expected));
  }
}

TEST_CASE("percentile rank: approximate ones stay within the error they report, and keep the order") {
  std::mt19937_64 random(6);
  for (unsigned shape = 0; shape < 8; ++shape) {
    CAPTURE(shape);
    const std::vector<double> values = random_column(random, 70'000, shape);
    const auto expected = slow_ranks(values);
    const auto found = percentile_rank(column<double>(values), {rank_precision::approximate}, sojourn::thread_executor(2));
    double worst = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      REQUIRE(std::isnan(expected[i]) == std::isnan(found.rank[i]));
      if (!std::isnan(expected[i])) worst = std::max(worst, std::abs(expected[i] - found.rank[i]));
    }
    CHECK(worst <= found.error + 1e-12);
    if (shape < 6) CHECK(found.error <= 5e-4);
    const auto alone = percentile_rank(column<double>(values), {rank_precision::approximate});
    CHECK(same(alone.rank, found.rank));
  }
}

TEST_CASE("percentile rank: ties of an atom are exact in the approximate form as well") {
  std::mt19937_64 random(8);
  std::vector<double> values(80'000);
  for (double& x : values) x = random() % 10 < 3 ? 0.0 : std::exp(static_cast<double>(random() % 100'000) * 1e-4);
  const auto expected = slow_ranks(values);
  const auto found = percentile_rank(column<double>(values), {rank_precision::approximate});
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == 0) REQUIRE(found.rank[i] == expected[i]);
  }
}

TEST_CASE("percentile rank: an array that exists is used again, whatever it held") {
  percentile_ranks result{{9, 9, 9, 9, 9}, 5, 5};
  const std::vector<double> values{2, 1};
  percentile_rank_into(result, column<double>(values));
  CHECK(result.rank == std::vector<double>{0.75, 0.25});
  CHECK(result.ranked == 2);
  CHECK(result.error == 0);
}

namespace {

/// Runs tasks on the caller's thread, and changes the values before one of the stages.
struct meddling_host {
  std::vector<double>& values;
  std::size_t stage;
  double by;
  std::size_t seen = 0;

  [[nodiscard]] std::size_t concurrency() const { return 2; }
  template <class F>
  void bulk(std::size_t n, F&& task) {
    if (seen++ == stage) {
      for (std::size_t i = 0; i < values.size(); i += 3) values[i] = by == by ? values[i] * by : by;
    }
    for (std::size_t i = 0; i < n; ++i) task(i);
  }
};

}  // namespace

TEST_CASE("percentile rank: values that change between the passes give numbers or an error, never a wild write") {
  const std::size_t rows = 200'000;
  for (const double by : {-1e6, 0.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    for (std::size_t stage = 0; stage < 4; ++stage) {
      std::vector<double> values(rows);
      for (std::size_t i = 0; i < rows; ++i) values[i] = static_cast<double>(i * 7'919 % 100'003);
      meddling_host host{values, stage, by};
      try {
        const auto found = percentile_rank(column<double>(values), {}, host);
        CHECK(found.rank.size() == rows);
      } catch (const sojourn::schema_error& e) {
        CHECK(std::string(e.what()).find("changed while they were ranked") != std::string::npos);
      }
    }
  }
}
