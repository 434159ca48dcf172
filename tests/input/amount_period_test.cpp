#include "sojourn/input/amount_period.hpp"

#include <doctest/doctest.h>

#include "sojourn/domain/mrr.hpp"

using namespace sojourn;

TEST_CASE("holds_yearly_amounts: ARR as a word of the name") {
  for (const char* name : {"ARR", "arr", "arr_minor", "ARR (USD)", "Current ARR", "annual-recurring-revenue"})
    CHECK(holds_yearly_amounts(name));
  for (const char* name : {"mrr", "MRR (USD)", "array", "carr", "arrears", "annual revenue", ""})
    CHECK_FALSE(holds_yearly_amounts(name));
}

TEST_CASE("ticks_per_minor_of: a twelfth of a yearly amount is a whole number of ticks") {
  CHECK(ticks_per_minor_of("mrr") == mrr::ticks_per_minor);
  CHECK(12 * ticks_per_minor_of("ARR") == mrr::ticks_per_minor);
}
