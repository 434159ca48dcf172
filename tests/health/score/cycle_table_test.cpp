#include "sojourn/health/score/cycle_table.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "sojourn/health/score/delta.hpp"

using namespace sojourn;
namespace h = sojourn::health;

namespace {

h::scorecard card_with(const std::string& more) {
  return h::compile_json(R"({"sojourn": 1, "card": "c", "signals": {"x": {"norm": "identity"}},
                             "tree": {"mean": [[1, "x"]]}, "tiers": {"red": 0, "green": 50})" +
                         more + "}");
}

}  // namespace

TEST_CASE("cycle table: scores and tiers of before in the order of now; new accounts start afresh") {
  const std::vector<double> score = {10, 60};
  const std::vector<std::string> labels = {"red", "green", "amber"};
  const std::vector<std::uint32_t> tier = {0, 2};
  const h::cycle_table before{column<double>(score), {column<std::uint32_t>(tier), labels}, nullptr};
  const std::vector<std::size_t> row_before = {1, h::not_there, 0};
  const auto states = h::align_cycle(card_with(""), before, row_before);
  REQUIRE(states.size() == 3);
  CHECK((states[0].score == 60 && states[0].tier == h::foreign_tier));  // this card has no amber
  CHECK(states[1] == h::cycle_state{});
  CHECK((states[2].score == 10 && states[2].tier == 0 && std::isnan(states[2].smoothed)));
}

TEST_CASE("cycle table: memory comes along, and counts of cycles stay within their range") {
  const std::vector<double> score = {10}, smoothed = {12};
  const std::vector<std::string> labels = {"green"};
  const std::vector<std::uint32_t> tier = {0};
  const std::vector<std::int64_t> held = {70'000}, gap = {-3};
  const std::vector<std::int32_t> scored_on = {19'000}, as_of = {19'001};
  const h::cycle_memory memory{column<double>(smoothed),        {column<std::uint32_t>(tier), labels},
                               column<std::int64_t>(held),      column<std::int64_t>(gap),
                               column<std::int32_t>(scored_on), column<std::int32_t>(as_of)};
  const h::cycle_table before{column<double>(score), {column<std::uint32_t>(tier), labels}, &memory};
  const std::vector<std::size_t> row_before = {0};
  const auto states = h::align_cycle(card_with(""), before, row_before);
  CHECK(states.at(0).smoothed == 12);
  CHECK(states.at(0).candidate == 1);
  CHECK(states.at(0).held == 65'535);
  CHECK(states.at(0).gap == 0);
  CHECK((states.at(0).scored_on == day{19'000} && states.at(0).as_of == day{19'001}));
}

TEST_CASE("cycle table: a card that smooths needs the memory") {
  const h::scorecard smooths = card_with(R"(, "smoothing": {"half_life_days": 30})");
  CHECK_THROWS_AS((void)h::align_cycle(smooths, {}, {}), schema_error);
}
