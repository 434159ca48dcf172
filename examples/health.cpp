// Which accounts are at risk, by how much, and because of what.
#undef NDEBUG  // the assertions are the point, in every build
#include <cassert>
#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

#include "sojourn/health.hpp"

int main() {
  namespace health = sojourn::health;
  const double missing = std::numeric_limits<double>::quiet_NaN();

  const auto card = health::compile_json(R"({
    "sojourn": 1, "card": "first", "min_coverage": 0.5,
    "signals": {
      "logins_wk": {"norm": {"ramp": [0, 5]}, "per": "seats"},
      "tickets_90d": {"norm": {"piecewise": [[0, 0.5], [1, 1], [2, 1], [5, 0.25]]}},
      "csat": {"norm": {"ramp": [1, 5]}, "missing": {"neutral": 0.5}} },
    "tree": {"mean": [[60, "logins_wk"], [15, "tickets_90d"], [25, "csat"]]},
    "tiers": {"red": 0, "yellow": 50, "green": 75, "up": 3, "down": 3} })");

  const std::vector<double> logins = {50, 8, missing}, seats = {10, 10, 10}, tickets = {1, 5, missing},
                            csat = {5, 2, missing};
  const sojourn::signals accounts = {{"logins_wk", sojourn::column<double>(logins)},
                                     {"seats", sojourn::column<double>(seats)},
                                     {"tickets_90d", sojourn::column<double>(tickets)},
                                     {"csat", sojourn::column<double>(csat)}};

  const health::scores january = health::score(card, accounts);
  assert(january.score[0] == 100 && card.tier_name(january.tier[0]) == "green");
  assert(card.tier_name(january.tier[1]) == "red");
  // Nothing is known about the third account: no score, a tier of its own, and a flag that says why.
  assert(std::isnan(january.score[2]) && january.tier[2] == health::unknown_tier);
  assert((january.flags[2] & health::flag::low_coverage) != 0);

  // The parts of a score add to it exactly; what an account loses most by comes first.
  const health::contributions parts = health::explain(card, accounts);
  assert(parts.part(1, 0) + parts.part(1, 1) + parts.part(1, 2) == january.score[1]);
  for (const health::driver& d : health::drivers(parts, 2)) {
    std::printf("account %zu: %s costs %.1f points\n", d.row, card.spec().signals[d.signal].name.c_str(), d.lost);
  }

  // The next cycle remembers the last one: 73 is still green for an account that was green, by the margin of 3.
  const std::vector<double> logins_later = {27.5, 8, missing};
  sojourn::signals later = accounts;
  later[0].values = sojourn::column<double>(logins_later);
  const health::scores february =
      health::score(card, later, {.previous_score = january.score, .previous_tier = january.tier});
  assert(february.score[0] < 75 && february.delta[0] < 0 && card.tier_name(february.tier[0]) == "green");

  const auto moves = health::tally_transitions(january.tier, february.tier);
  assert(health::movements(moves).staying.value == 1);
  const auto lines = health::distribution(health::tally_health(february), card.ladder());
  assert(lines.back().tier == health::unknown_tier && lines.back().accounts == 1);

  // A card with mistakes is told all of them, each with its place.
  const auto found =
      health::validate_json(R"({"sojourn": 1, "signals": {"csat": {"norm": {"ramp": [1, 1]}, "mising": "worst"}},
                                               "tree": {"mean": [[-1, "csat"]]}})");
  assert(found.size() == 3 && found[0].pointer == "/signals/csat/mising");
  std::printf("%s\n", sojourn::to_string(found).c_str());
}
