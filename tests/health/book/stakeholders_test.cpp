// Stakeholders by influence, and checklists.
#include "sojourn/health/book/stakeholders.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using namespace sojourn::health;

TEST_CASE("coverage is the influence of the active people over that of all") {
  const std::vector<std::uint32_t> account = {0, 0, 0, 1, 2, 2};
  const std::vector<double> influence = {5, 3, 2, 4, std::numeric_limits<double>::quiet_NaN(), 0};
  const std::vector<std::uint8_t> active = {1, 1, 0, 0, 1, 1}, sponsor = {0, 0, 1, 1, 1, 0};
  const auto lines = stakeholder_coverage({account, influence, active, sponsor, 4});
  CHECK(lines[0].coverage == 0.8);
  CHECK(lines[0].concentration == 0.625);
  CHECK(lines[0].sponsor == sponsor_state::left);
  CHECK(lines[1].coverage == 0);
  CHECK(std::isnan(lines[1].concentration));
  CHECK(lines[2].unknown_influence == 1);
  CHECK(std::isnan(lines[2].coverage));
  CHECK(lines[2].sponsor == sponsor_state::active);
  CHECK(lines[3].people == 0);
  CHECK(std::isnan(lines[3].coverage));
  CHECK(stakeholder_coverage({account, influence, active, {}, 3})[1].sponsor == sponsor_state::none_known);
}

TEST_CASE("a checklist says what is missing") {
  const std::vector<std::uint8_t> goals = {1, 0}, risks = {1, 1}, given = {0b01};
  const std::vector<column<std::uint8_t>> items = {goals, {risks, given.data()}};
  const auto lines = checklist(items);
  CHECK(lines[0].completeness == 1);
  CHECK(lines[1].recorded == 0);
  CHECK(lines[1].missing == std::vector<std::uint32_t>{0, 1});
  CHECK(handover_items.size() == 9);
}

TEST_CASE("people and lists that do not fit are refused") {
  const std::vector<std::uint32_t> account = {0};
  const std::vector<double> negative = {-1}, two = {1, 1}, one = {1};
  const std::vector<std::uint8_t> active = {1}, longer = {1, 1};
  CHECK_THROWS_AS((void)stakeholder_coverage({account, negative, active, {}, 1}), data_error);
  CHECK_THROWS_AS((void)stakeholder_coverage({account, two, active, {}, 1}), schema_error);
  CHECK_THROWS_AS((void)stakeholder_coverage({account, one, active, {}, 0}), data_error);
  CHECK_THROWS_AS((void)checklist({}), schema_error);
  const std::vector<column<std::uint8_t>> uneven = {active, longer};
  CHECK_THROWS_AS((void)checklist(uneven), schema_error);
}
