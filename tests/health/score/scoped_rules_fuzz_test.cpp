// A card with every kind of rule, damaged at random.
#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>
#include <string_view>

#include "damaged_text.hpp"
#include "rule_fixtures.hpp"
#include "sojourn/health/book/find_diagnoses.hpp"

using namespace health_test;

TEST_CASE("fuzz: a card with every kind of rule, damaged at random, compiles or is explained, and never does harm") {
  const std::string good = R"card({ "sojourn": 1, "card": "rules", "segment": "plan",
    "signals": {"a": {"norm": "identity", "observed_at": "seen"}, "b": {"norm": {"ramp": [0, 5]}, "missing": "worst"}, "c": {"norm": "bool"}},
    "tree": {"mean": [[3, {"id": "use", "mean": [[1, "a"], [1, "b"]]}], [1, "c"]]},
    "rules": [
      {"id": "r1", "if": "segment() == 'gold' or segment(seats) > 10", "signal": "a", "add": 5},
      {"id": "r2", "if": "prev(a) > 3 and delta(b) < -1", "group": "use", "exclude": true, "on_unknown": "fire"},
      {"id": "r3", "if": "missing(b) or age(a) > 30", "group": "use", "floor": 20},
      {"id": "r4", "if": "c == 1", "cap_tier": "red", "diagnosis": "stakeholder.left", "severity": "critical", "evidence": ["c"],
       "remedy": ["call", "visit"], "owner_role": "csm", "due_days": 7, "reason": "S29"},
      {"id": "r5", "if": "b between 1 and 2", "diagnosis": "low", "class": "ability"},
      {"id": "r6", "if": "sub(use) < 10 and prev_tier() == 'red'", "set": 5, "priority": 2}] })card";
  REQUIRE(h::validate_json(good).size() == 1);  // the set may raise
  const auto whole = h::compile_json(good);
  REQUIRE(h::compile_json(whole.to_json()).spec() == whole.spec());
  CHECK(whole.inputs() == std::vector<std::string>{"a", "b", "c", "seen", "plan", "seats"});
  CHECK(whole.spec().rules[3].finding->due_days == 7);
  CHECK(whole.spec().rules[4].finding->kind == h::diagnosis_class::ability);
  std::mt19937 random(4711);
  const std::string_view pieces[] = {"{",
                                     "}",
                                     "[",
                                     "]",
                                     ",",
                                     "\"",
                                     "segment()",
                                     "prev(a)",
                                     "delta(",
                                     "\"signal\": \"b\",",
                                     "\"group\": \"use\",",
                                     "\"diagnosis\": \"data.x\",",
                                     "\"exclude\": true,",
                                     "\"due_days\": 3,",
                                     "-1",
                                     "'",
                                     "null"};
  int compiled = 0, refused = 0;
  for (int round = 0; round < 4000; ++round) {
    const std::string text = sojourn::test::damaged(good, pieces, random);
    if (sojourn::has_errors(h::validate_json(text))) {
      ++refused;
      REQUIRE_THROWS_AS((void)h::compile_json(text), h::card_error);
      continue;
    }
    ++compiled;
    const auto card = h::compile_json(text);
    REQUIRE(h::compile_json(card.to_json()).hash() == card.hash());
    table t, then;
    for (const std::string& name : card.inputs()) {
      t.names.push_back(name);
      t.values.push_back({1, missing, inf, -5, 1e300});
    }
    then = t;
    const sojourn::signals before = then.view();
    const auto r = h::score(card, t.view(), {.as_of = sojourn::day{20'000}, .previous_signals = &before});
    for (const double score : r.score) REQUIRE((std::isnan(score) || (score >= 0 && score <= 100)));
    (void)h::find_diagnoses(card, r);
  }
  CHECK(compiled > 200);
  CHECK(refused > 1000);
}
