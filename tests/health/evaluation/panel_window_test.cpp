#include "sojourn/health/evaluation/panel_window.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace sojourn;
namespace h = sojourn::health;

TEST_CASE("panel window: rows of [from, until), with who left and who did not") {
  const std::vector<std::int32_t> as_of = {10, 20, 30, 40}, left_on = {50, 0, 60, 70};
  const std::vector<std::uint32_t> account = {1, 2, 3, 4};
  const std::vector<h::tier_code> tier = {0, 1, 2, h::unknown_tier};
  const std::vector<std::uint8_t> second_stayed = {0b1101};
  const h::tier_panel all{column<std::int32_t>(as_of), column<std::uint32_t>(account), tier,
                          column<std::int32_t>(left_on, second_stayed.data())};

  const h::panel_window window(all, day{20}, day{40});
  const h::tier_panel rows = window.rows();
  REQUIRE(rows.as_of.size() == 2);
  CHECK((rows.as_of[0] == 20 && rows.as_of[1] == 30));
  CHECK((rows.account[0] == 2 && rows.account[1] == 3));
  CHECK((rows.tier[0] == 1 && rows.tier[1] == 2));
  CHECK(!rows.left_on.present(0));
  CHECK((rows.left_on.present(1) && rows.left_on[1] == 60));

  CHECK(h::panel_window(all, day{20}, {}).rows().as_of.size() == 3);
  CHECK(h::panel_window(all, day{41}, {}).rows().as_of.empty());
}

TEST_CASE("panel window: columns of different length are refused") {
  const std::vector<std::int32_t> two = {1, 2}, one = {1};
  const std::vector<std::uint32_t> account = {1, 2};
  const std::vector<h::tier_code> tier = {0, 1};
  const column<std::int32_t> days(two);
  const column<std::uint32_t> accounts(account);
  CHECK_THROWS_AS(h::panel_window({days, accounts, tier, column<std::int32_t>(one)}, day{0}, {}), schema_error);
  CHECK_THROWS_AS(h::panel_window({days, accounts, std::span(tier).first(1), days}, day{0}, {}), schema_error);
}
