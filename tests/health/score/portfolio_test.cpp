#include "sojourn/health/score/portfolio.hpp"

#include <doctest/doctest.h>

#include "sojourn/domain/error.hpp"
#include "sojourn/health/card/scorecard.hpp"

using namespace sojourn;
namespace h = sojourn::health;

namespace {

h::card_health counted(std::uint64_t card, std::int64_t accounts) {
  h::card_health one{{}, card};
  one.state.tiers[0].accounts = accounts;
  one.state.coverage[0] = accounts;
  return one;
}

}  // namespace

TEST_CASE("card health: states of one card merge and retract exactly") {
  h::card_health total = counted(7, 3);
  total += counted(7, 2);
  CHECK(total.state.accounts() == 5);
  total -= counted(7, 2);
  CHECK(total == counted(7, 3));
}

TEST_CASE("card health: the state of another card is refused and changes nothing") {
  h::card_health total = counted(7, 3);
  CHECK_THROWS_AS(total += counted(8, 2), state_error);
  CHECK_THROWS_AS(total -= counted(8, 2), state_error);
  CHECK(total == counted(7, 3));
  const h::scorecard card = h::compile_json(
      R"({"sojourn": 1, "card": "c", "signals": {"x": {"norm": "identity"}}, "tree": {"mean": [[1, "x"]]}})");
  CHECK_NOTHROW(h::require_card(counted(card.hash(), 1), card));
  CHECK_THROWS_AS(h::require_card(counted(card.hash() + 1, 1), card), state_error);
}
