// Who could grow.
#include "sojourn/health/book/expansion.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using namespace sojourn::health;

TEST_CASE("healthy accounts that use nearly all they bought, the most valuable first") {
  const std::vector<tier_code> tier = {2, 2, 1, 2, 2, unknown_tier};
  const std::vector<double> used = {9, 12, 10, 8.9, std::numeric_limits<double>::quiet_NaN(), 10},
                            bought = {10, 10, 10, 10, 10, 10};
  const std::vector<std::int64_t> value = {100, 100, 900, 900, 900, 900};
  const expansion_list list = ready_to_expand({tier, used, bought, value});
  REQUIRE(list.candidates.size() == 2);
  CHECK(list.candidates[0].row == 1);  // of equal value, the one that uses more
  CHECK(list.candidates[0].use == 1.2);
  CHECK(list.candidates[1].row == 0);  // 0.9 counts
  CHECK(list.unknown == 1);
  CHECK(ready_to_expand({tier, used, bought, value}, {.tier = 1}).candidates.size() == 3);
}

TEST_CASE("amounts that cannot be are refused") {
  const std::vector<tier_code> tier = {2};
  const std::vector<double> negative = {-1}, one = {1}, nothing = {0};
  CHECK_THROWS_AS((void)ready_to_expand({tier, negative, one}), data_error);
  CHECK_THROWS_AS((void)ready_to_expand({tier, one, {}}), schema_error);
  CHECK_THROWS_AS((void)ready_to_expand({tier, one, one}, {.share = 0}), schema_error);
  CHECK(ready_to_expand({tier, one, nothing}).unknown == 1);
}
