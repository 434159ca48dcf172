#include "sojourn/forecast/renewal_outcomes.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using doctest::Approx;

TEST_CASE("renewal_outcomes FC-01: three contracts, one of them beyond the horizon") {
  const std::vector<due_contract> contracts{{.mrr = 1000, .renews_in = 3, .every = 0, .probability = 0.8},
                                            {.mrr = 400, .renews_in = 9, .every = 0, .probability = 0.5},
                                            {.mrr = 600, .renews_in = 18, .every = 0, .probability = 0.9}};
  const renewal_outcomes found = outcomes_of_renewals(contracts, 12, confidence_level{0.8});
  CHECK(found.opening == 2000);
  CHECK(found.expected == Approx(1600).epsilon(1e-12));
  CHECK(found.variance == Approx(200'000).epsilon(1e-12));
  REQUIRE(found.outcomes.size() == 4);
  const double wanted[] = {0.1, 0.1, 0.4, 0.4};
  const std::int64_t sums[] = {600, 1000, 1600, 2000};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(found.outcomes[i].mrr == sums[i]);
    CHECK(found.outcomes[i].probability == Approx(wanted[i]).epsilon(1e-12));
  }
  CHECK(found.low == 600);
  CHECK(found.high == 2000);
}

TEST_CASE("renewal_outcomes FC-03: a monthly contract renews often") {
  const std::vector<due_contract> monthly{{.mrr = 100, .renews_in = 1, .every = 1, .probability = 0.9}};
  const renewal_outcomes found = outcomes_of_renewals(monthly, 3);
  CHECK(found.expected == Approx(72.9).epsilon(1e-12));
  CHECK(found.variance == Approx(1975.59).epsilon(1e-12));
}

TEST_CASE("renewal_outcomes FC-19: forty equal accounts are a binomial count") {
  const std::vector<due_contract> equal(40, {.mrr = 1, .renews_in = 1, .every = 0, .probability = 0.9});
  const renewal_outcomes found = outcomes_of_renewals(equal, 12, confidence_level{0.8});
  CHECK(found.expected == Approx(36).epsilon(1e-12));
  CHECK(std::sqrt(found.variance) == Approx(1.8973665961).epsilon(1e-10));
  CHECK(found.low == 34);
  CHECK(found.high == 38);
}

TEST_CASE("renewal_outcomes: certainty is a point, too many outcomes keep mean and variance") {
  const std::vector<due_contract> certain{{.mrr = 5, .renews_in = 24, .every = 12, .probability = 0.1}};
  const renewal_outcomes point = outcomes_of_renewals(certain, 12);
  CHECK(point.low == 5);
  CHECK(point.high == 5);
  std::vector<due_contract> many;
  for (std::int64_t i = 0; i < 30; ++i)
    many.push_back({.mrr = std::int64_t{1} << i, .renews_in = 1, .every = 0, .probability = 0.5});
  const renewal_outcomes large = outcomes_of_renewals(many, 12);
  CHECK(large.outcomes.empty());
  CHECK(std::isnan(large.low));
  CHECK(large.expected == Approx(((std::int64_t{1} << 30) - 1) / 2.0));
  CHECK(outcomes_of_renewals({}, 12).high == 0);
}

TEST_CASE("renewal_outcomes: what cannot be meant is named") {
  const std::vector<due_contract> percent{{.mrr = 1, .renews_in = 1, .every = 0, .probability = 90}};
  CHECK_THROWS_WITH_AS((void)outcomes_of_renewals(percent, 3), doctest::Contains("\"probability\", row 0"), data_error);
  CHECK_THROWS_AS((void)outcomes_of_renewals(std::vector<due_contract>{{.mrr = -1}}, 3), data_error);
  CHECK_THROWS_AS((void)outcomes_of_renewals(std::vector<due_contract>{{.mrr = 1, .renews_in = 1, .every = -1}}, 3),
                  data_error);
}
