#include "sojourn/stats/proportion.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace sojourn;
using doctest::Approx;

namespace {

struct row {
  std::int64_t x, n;
  double low, high;
};

void check_all(proportion_interval kind, std::initializer_list<row> rows) {
  for (const row& r : rows) {
    CAPTURE(r.x);
    CAPTURE(r.n);
    const estimate e = proportion(r.x, r.n, {confidence_level{}, kind});
    CHECK(e.low == Approx(r.low).epsilon(1e-7));
    CHECK(e.high == Approx(r.high).epsilon(1e-7));
  }
}

}  // namespace

TEST_CASE("chr-26: Wilson, Clopper-Pearson and Jeffreys limits equal R's") {
  check_all(proportion_interval::wilson, {{5, 50, 0.0434757649, 0.2136023144},
                                          {8, 50, 0.0833742068, 0.2851421606},
                                          {10, 100, 0.0552291371, 0.1743656615},
                                          {0, 20, 0, 0.1611251581},
                                          {50, 1000, 0.0381302624, 0.0653138202},
                                          {1, 3, 0.0614919447, 0.7923403992}});
  check_all(proportion_interval::clopper_pearson, {{5, 50, 0.0332750936, 0.2181353664},
                                                   {8, 50, 0.0717007672, 0.2911263066},
                                                   {10, 100, 0.0490046892, 0.1762225977},
                                                   {0, 20, 0, 0.1684334710},
                                                   {50, 1000, 0.0373353976, 0.0653904879},
                                                   {1, 3, 0.0084037587, 0.9057006759}});
  check_all(proportion_interval::jeffreys, {{5, 50, 0.0391943644, 0.2053548280},
                                            {8, 50, 0.0786674840, 0.2793263305},
                                            {10, 100, 0.0525846753, 0.1701239297},
                                            {0, 20, 0.0000242465, 0.1166389829},
                                            {50, 1000, 0.0377701323, 0.0648284557},
                                            {1, 3, 0.0387476178, 0.8232639029}});
}

TEST_CASE("chr-25 (negative): the table published as Wilson is Clopper-Pearson, and Wilson does not give it") {
  const estimate wilson = proportion(31, 40);
  CHECK(wilson.low == Approx(0.624969).epsilon(1e-5));
  CHECK(wilson.high == Approx(0.876839).epsilon(1e-5));
  CHECK(std::abs(wilson.low - 0.615) > 0.005);
  CHECK(proportion(31, 40, {.interval = proportion_interval::clopper_pearson}).low == Approx(0.615).epsilon(1e-3));
}

TEST_CASE("proportion: no observations is NaN with n = 0 and a reason") {
  const estimate e = proportion(0, 0);
  CHECK(std::isnan(e.value));
  CHECK(e.n == 0);
  CHECK(e.reason == undefined_reason::no_observations);
}

TEST_CASE("proportion: a share above one is refused") {
  CHECK_THROWS_AS((void)proportion(3, 2), schema_error);
  CHECK_THROWS_AS((void)proportion(-1, 2), schema_error);
  CHECK_THROWS_AS(confidence_level{1.0}, schema_error);
}

TEST_CASE("proportion: the interval holds the value, mirrors, and grows with the level") {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    const auto n = static_cast<std::int64_t>(random() % 300 + 1);
    const auto x = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n + 1));
    for (const auto kind : {proportion_interval::wilson, proportion_interval::clopper_pearson}) {
      const estimate e = proportion(x, n, {confidence_level{0.9}, kind});
      const estimate mirror = proportion(n - x, n, {confidence_level{0.9}, kind});
      const estimate wider = proportion(x, n, {confidence_level{0.99}, kind});
      REQUIRE(e.low <= e.value);
      REQUIRE(e.value <= e.high);
      REQUIRE(e.low >= 0);
      REQUIRE(e.high <= 1);
      REQUIRE(mirror.low == Approx(1 - e.high).epsilon(1e-9));
      REQUIRE(wider.low <= e.low);
      REQUIRE(wider.high >= e.high);
    }
  }
}

TEST_CASE("compare_proportions: Newcombe 1998, method 10, 56/70 against 48/80") {
  const estimate d = compare_proportions(56, 70, 48, 80);
  CHECK(d.value == Approx(0.2));
  CHECK(d.low == Approx(0.0524).epsilon(1e-3));
  CHECK(d.high == Approx(0.3339).epsilon(1e-3));
}
