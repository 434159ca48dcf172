#include "sojourn/health/card/tier_names.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace sojourn;
namespace h = sojourn::health;

namespace {

const std::vector<std::string> ladder = {"red", "yellow", "green"};

}  // namespace

TEST_CASE("tier names: a name is the place of its tier; any other lists them") {
  CHECK(h::tier_named(ladder, "green") == 2);
  CHECK_THROWS_WITH_AS((void)h::tier_named(ladder, "Green"), "there is no tier \"Green\"; there are: red, yellow, green",
                       schema_error);
}

TEST_CASE("tier names: unknown is a tier of its own, names of other cards are what the caller says") {
  const std::vector<std::string> given = {"green", "unknown", "amber"};
  CHECK(h::codes_of_names(given, ladder, h::foreign_tier) == std::vector<h::tier_code>{2, h::unknown_tier, h::foreign_tier});
}

TEST_CASE("tier names: a column is read by its labels; a name that is no tier is an error with its row") {
  const std::vector<std::string> labels = {"yellow", "unknown", "amber"};
  const std::vector<std::uint32_t> codes = {1, 0, 0, 2};
  const std::vector<std::uint8_t> first_three_but_one = {0b0101};
  CHECK(h::read_tiers(column<std::uint32_t>(std::span(codes).first(3), first_three_but_one.data()), labels, ladder,
                      h::no_tier) == std::vector<h::tier_code>{h::unknown_tier, h::no_tier, 1});
  CHECK_THROWS_WITH_AS((void)h::read_tiers(column<std::uint32_t>(codes), labels, ladder, h::no_tier),
                       "column \"tier\", row 3, value amber: is none of the tiers in `tiers`; name every tier, worst first",
                       data_error);
  CHECK_THROWS_AS((void)h::read_tiers(column<std::uint32_t>(codes), labels, std::vector<std::string>(17, "t"), h::no_tier),
                  schema_error);
}
