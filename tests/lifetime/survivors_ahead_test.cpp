#include "sojourn/lifetime/survivors_ahead.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using doctest::Approx;

TEST_CASE("survivors_ahead FC-06: High End after seven renewals, five more") {
  const std::vector<std::int64_t> left{1000, 869, 743, 653, 593, 551, 517, 491};
  const auto found = survivors_ahead(fit_decay(tally_decay(left)), 491, 7, 5);
  const double mean[] = {462.411352665, 437.645672203, 415.945954414, 396.747037235, 379.617727831};
  const double process[] = {5.18884026639, 6.89612935705, 7.97378937224, 8.72697246042, 9.27984095935};
  const double parameter[] = {2.38996484028, 4.46565160341, 6.27597890956, 7.86164521921, 9.25633795801};
  const std::int64_t actual[] = {468, 445, 427, 409, 394};
  REQUIRE(found.size() == 5);
  for (std::size_t h = 0; h < 5; ++h) {
    CAPTURE(h);
    CHECK(found[h].mean == Approx(mean[h]).epsilon(1e-6));
    CHECK(found[h].process_sd == Approx(process[h]).epsilon(1e-4));
    CHECK(found[h].parameter_sd == Approx(parameter[h]).epsilon(1e-4));
    CHECK(found[h].low <= actual[h]);
    CHECK(found[h].high >= actual[h]);
    const double sd = std::hypot(process[h], parameter[h]);
    CHECK(static_cast<double>(found[h].high - found[h].low) == Approx(2 * 1.96 * sd).epsilon(0.1));
  }
}

TEST_CASE("survivors_ahead: one rate, and a fit that cannot be read") {
  const std::vector<std::int64_t> even{1000, 900, 810, 729};
  const auto found = survivors_ahead(fit_decay(tally_decay(even), {.family = decay_family::geometric}), 729, 3, 2);
  CHECK(found[1].mean == Approx(729 * 0.81));
  CHECK(found[1].parameter_sd > 0);
  const std::vector<std::int64_t> nobody{100, 100};
  const auto refused = survivors_ahead(fit_decay(tally_decay(nobody)), 100, 1, 1);
  CHECK(std::isnan(refused[0].mean));
  CHECK(refused[0].low == 0);
  CHECK(refused[0].high == 100);
  CHECK_THROWS_AS((void)survivors_ahead(fit_decay(tally_decay(even)), -1, 3, 2), schema_error);
}

TEST_CASE("survivors_ahead: parameters at the end of their range leave nobody, or everybody, without an error") {
  const std::vector<std::int64_t> all_leave{50, 0}, nearly{1'000'000, 1, 0};
  for (const auto& one : survivors_ahead(fit_decay(tally_decay(all_leave), {.family = decay_family::geometric}), 10, 1, 3)) {
    CHECK(one.mean == 0);
    CHECK(one.high == 0);
  }
  const auto rare = survivors_ahead(fit_decay(tally_decay(nearly), {.family = decay_family::geometric}), 1000, 0, 1);
  CHECK(rare[0].mean == Approx(0.001).epsilon(0.01));
  CHECK(rare[0].parameter_sd > 0);
}
