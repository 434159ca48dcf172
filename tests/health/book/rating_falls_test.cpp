// Which signals are ratings.
#include "sojourn/health/book/rating_falls.hpp"

#include <doctest/doctest.h>

using namespace sojourn::health;

TEST_CASE("a quarter of the rising ramp of every subjective signal") {
  const scorecard card = compile_json(R"({"sojourn": 1, "card": "a", "signals": {
    "csat": {"norm": {"ramp": [1, 5]}, "class": "subjective"}, "mood": {"norm": "identity", "class": "subjective"},
    "effort": {"norm": {"ramp": [7, 1]}, "class": "subjective"}, "logins": {"norm": {"ramp": [0, 5]}, "class": "objective"},
    "nps": {"norm": {"bins": {"edges": [7, 9], "s": [0, 0.5, 1]}}, "class": "subjective"}},
    "tree": {"mean": [[1, "csat"], [1, "mood"], [1, "effort"], [1, "logins"], [1, "nps"]]}})");
  CHECK(usual_rating_falls(card) == std::map<std::string, double>{{"csat", 1}, {"mood", 25}});
}
