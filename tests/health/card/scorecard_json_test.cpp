// Cards as text: what is accepted, what each mistake is told, and that no text whatever does harm.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "damaged_text.hpp"
#include "health_fixtures.hpp"

using namespace health_test;

namespace {

const std::string good = R"card({ "sojourn": 1, "card": "smb-adoption", "version": "2024.3", "event": "churn",
  "scale": [0, 100], "min_coverage": 0.5, "missing_scope": "group",
  "signals": {
    "logins_wk": {"norm": {"ramp": [0, 5]}, "per": "seats", "class": "objective", "observed_at": "seen", "stale": {"validity": 14}},
    "features": {"norm": {"saturating": 6}, "class": "objective", "valid": [0, 1000], "invalid": "clamp"},
    "uploads_gb": {"norm": {"log_ramp": [0.1, 50]}, "missing": "worst"},
    "tickets_90d": {"norm": {"piecewise": [[0,0.5],[1,1],[2,1],[5,0.25]]}},
    "csat": {"norm": {"ramp": [1, 5], "outside": "ignore"}, "class": "subjective", "missing": {"neutral": 0.4},
             "observed_at": "seen", "stale": {"to_neutral": {"half_life": 60, "grace": 30}, "decay_weight": {"half_life": 90},
             "linear": {"rate": 0.1, "period": 30}}},
    "stage": {"norm": {"map": {"live": 1, "pilot": 0.5}}, "missing": "fail"},
    "load": {"norm": {"bins": {"edges": [50, 80], "s": [0, 0.5, 1], "closed": "right"}}, "missing": "best"},
    "span": {"norm": {"target": [40, 60, 10]}}, "curve": {"norm": {"logistic": [10, -0.5]}},
    "last": {"norm": {"recency": {"half_life": 30, "grace": 7}}}, "z": {"norm": {"zscore": [10, 2.5]}},
    "rz": {"norm": {"robust_z": [6, 1], "better": "lower"}}, "rank": {"norm": {"percentile": [10, 20, 20, 40]}},
    "raw": {"norm": "identity"}, "flag": {"norm": {"bool": {"false": 1, "true": 0}}},
    "sponsor_left": {"norm": "bool", "missing": "not_applicable", "critical": true} },
  "tree": {"mean": [
     [60, {"id": "engagement", "min_coverage": 0.2, "propagate": true, "mean": [[40,"logins_wk"],[40,"features"],[20,"uploads_gb"]]}],
     [15, "tickets_90d"], [25, "csat"], [1, "stage"], [1, "load"], [1, "span"], [1, "curve"], [1, "last"], [1, "z"], [1, "rz"], [1, "rank"], [1, "raw"], [1, "flag"],
     [0, "sponsor_left"]]},
  "tiers": {"red": 0, "yellow": 50, "green": 75, "up": 3, "down": 3, "closed": "left"},
  "rules": [{"id": "sponsor", "if": "sponsor_left == 1 and not missing(csat)", "cap_tier": "red", "yields_to_manual": true, "reason": "S29"},
            {"id": "bonus", "if": "stage in ('live', 'pilot') or age(csat) < 30", "add": 5, "on_unknown": "fire"},
            {"id": "weak", "if": "sub(engagement) < 20 and tier() != 'red'", "cap": 60},
            {"id": "out", "if": "raw between -1 and 0", "exclude": true}] })card";

std::string with(std::string_view what, std::string_view by) {
  std::string text = good;
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  text.replace(at, what.size(), by);
  return text;
}

void expect(const std::string& text, std::string_view pointer, std::string_view message, std::string_view suggestion = "") {
  CAPTURE(text);
  const auto found = h::validate_json(text);
  CAPTURE(sojourn::to_string(found));
  const bool told = std::any_of(found.begin(), found.end(), [&](const sojourn::diagnostic& d) {
    return d.level == sojourn::severity::error && d.pointer == pointer && d.message.find(message) != std::string::npos &&
           d.suggestion.find(suggestion) != std::string::npos;
  });
  CHECK(told);
  CHECK_THROWS_AS((void)h::compile_json(text), h::card_error);
}

}  // namespace

TEST_CASE("card: a full one is read without remark, and its canonical text is a fixed point with the same hash") {
  CHECK(h::validate_json(good).empty());
  const auto card = h::compile_json(good);
  const auto again = h::compile_json(card.to_json());
  CHECK(again.to_json() == card.to_json());
  CHECK(again.hash() == card.hash());
  CHECK(again.spec() == card.spec());
  CHECK(h::to_json(card.spec()) == card.to_json());
  CHECK(card.spec().signals[0].per == "seats");
  CHECK(card.spec().signals[15].critical == h::criticality::critical);
  CHECK(card.spec().signals[4].kind == h::signal_class::subjective);
  CHECK(std::get<h::group>(card.spec().tree.mean[0].node).min_coverage == 0.2);
  CHECK(card.inputs().back() == "seen");
  CHECK(card.inputs().size() == 18);
  CHECK(card.spec().signals[4].stale->to_neutral->neutral == 0.5);
  CHECK(card.tier_name(1) == "yellow");
  CHECK(card.tier_name(h::unknown_tier) == "unknown");
}

TEST_CASE("card: the hash ignores spelling and changes with meaning") {
  const auto hash = h::compile_json(good).hash();
  CHECK(h::compile_json(with("[0, 5]", "[0.0, 5e0]")).hash() == hash);
  CHECK(h::compile_json(with(R"("min_coverage": 0.5, )", "")).hash() == hash);
  CHECK(h::compile_json(with("[0, 5]", "[0, 6]")).hash() != hash);
  CHECK(h::compile_json(with(R"([15, "tickets_90d"])", R"([16, "tickets_90d"])")).hash() != hash);
}

TEST_CASE("card: unknown keys are errors with a pointer and the nearest name") {
  expect(with(R"("missing": "worst")", R"("mising": "worst")"), "/signals/uploads_gb/mising", "unknown key",
         "did you mean \"missing\"?");
  expect(with(R"("min_coverage": 0.5)", R"("min_covrage": 0.5)"), "/min_covrage", "unknown key", "min_coverage");
  expect(with(R"("validity": 14)", R"("validty": 14)"), "/signals/logins_wk/stale/validty", "unknown key", "validity");
  expect(with(R"("grace": 30)", R"("grac": 30)"), "/signals/csat/stale/to_neutral/grac", "unknown key", "grace");
  expect(with(R"("closed": "right")", R"("close": "right")"), "/signals/load/norm/bins/close", "unknown key", "closed");
  expect(with(R"("saturating")", R"("saturation")"), "/signals/features/norm", "names no normaliser", "saturating");
  expect(with(R"("outside": "ignore")", R"("outside": "drop")"), "/signals/csat/norm/outside", "one of");
  expect(with(R"("worst")", R"("wurst")"), "/signals/uploads_gb/missing", "one of", "worst");
  expect(with(R"([15, "tickets_90d"])", R"([15, "ticket_90d"])"), "/tree/mean/1/1", "not declared",
         "did you mean \"tickets_90d\"?");
}

TEST_CASE("card: all errors at once, not the first one") {
  std::string text = with("[0, 5]", "[5, 5]");
  text.replace(text.find("[25, \"csat\"]"), 12, "[-25, \"csat\"]");
  text.replace(text.find("\"green\": 75"), 11, "\"green\": 45");
  const auto found = h::validate_json(text);
  CHECK(found.size() == 3);
  CHECK(found[0].pointer == "/signals/logins_wk/norm/ramp");
  CHECK(found[1].pointer == "/tree/mean/2/0");
  CHECK(found[2].pointer == "/tiers/green");
  try {
    (void)h::compile_json(text);
    FAIL("must throw");
  } catch (const h::card_error& e) {
    CHECK(e.found().size() == 3);
    CHECK(std::string(e.what()).find("/tree/mean/2/0") != std::string::npos);
  }
}

TEST_CASE("card: every rule of the definition has its message") {
  expect(with("[0,0.5],[1,1]", "[1,0.5],[1,1]"), "/signals/tickets_90d/norm/piecewise/1/0", "increase");
  expect(with("[5,0.25]", "[5,1.25]"), "/signals/tickets_90d/norm/piecewise/3/1", "between 0 and 1");
  expect(with("[[0,0.5],[1,1],[2,1],[5,0.25]]", "[[0,0.5]]"), "/signals/tickets_90d/norm/piecewise", "two knots");
  expect(with("[50, 80]", "[80, 50]"), "/signals/load/norm/bins/edges/1", "increase");
  expect(with("[0, 0.5, 1]", "[0, 1]"), "/signals/load/norm/bins/edges", "2 scores need 1 inner edges");
  expect(with("[40, 60, 10]", "[40, 60, 0]"), "/signals/span/norm/target/2", "falloff");
  expect(with("[10, -0.5]", "[10, 0]"), "/signals/curve/norm/logistic/1", "slope");
  expect(with("[10, 2.5]", "[10, 0]"), "/signals/z/norm/zscore/1", "standard deviation", "tell accounts apart");
  expect(with("[6, 1]", "[6, -1]"), "/signals/rz/norm/robust_z/1", "median absolute deviation");
  expect(with(R"("better": "lower")", R"("better": "less")"), "/signals/rz/norm/better", "one of");
  expect(with("[10, 20, 20, 40]", "[10, 20, 15, 40]"), "/signals/rank/norm/percentile/2", "increasing order");
  expect(with("[10, 20, 20, 40]", "[]"), "/signals/rank/norm/percentile", "at least one");
  expect(with(R"("half_life": 30, )", ""), "/signals/last/norm/recency", "\"half_life\" is missing");
  expect(with("[0.1, 50]", "[-1, 50]"), "/signals/uploads_gb/norm/log_ramp", "-1");
  expect(with(R"({"saturating": 6})", R"({"saturating": 0})"), "/signals/features/norm/saturating", "greater than 0");
  expect(with(R"({"validity": 14})", "{}"), "/signals/logins_wk/stale", "says nothing");
  expect(with(R"("validity": 14)", R"("validity": -1)"), "/signals/logins_wk/stale/validity", "days");
  expect(with(R"("half_life": 60, )", R"("half_life": 0, )"), "/signals/csat/stale/to_neutral/half_life", "greater than 0");
  expect(with(R"("half_life": 60, )", ""), "/signals/csat/stale/to_neutral", "\"half_life\" is missing");
  expect(with(R"("rate": 0.1)", R"("rate": 2)"), "/signals/csat/stale/linear/rate", "between 0 and 1");
  expect(with(R"("tree": {)", R"("tree": {"propagate": true, )"), "/tree/propagate", "root");
  expect(with(R"("missing_scope": "group")", R"("missing_scope": "global")"), "/tree/mean/0/1/propagate", "global");
  expect(with(R"("pilot": 0.5)", R"("pilot": 2)"), "/signals/stage/norm/map/pilot", "between 0 and 1");
  expect(with(R"("pilot": 0.5)", R"("live": 0.5)"), "/signals/stage/norm/map/live", "twice");
  expect(with(R"({"neutral": 0.4})", R"({"neutral": 4})"), "/signals/csat/missing/neutral", "between 0 and 1");
  expect(with("[0, 1000]", "[1000, 0]"), "/signals/features/valid", "low must be less");
  expect(with(R"("valid": [0, 1000], )", ""), "/signals/features/invalid", "no \"valid\"");
  expect(with(R"([15, "tickets_90d"])", R"([15, "csat"])"), "/tree/mean/2/1", "weighed already");
  expect(with(R"([15, "tickets_90d"], )", ""), "/signals/tickets_90d", "nowhere in the tree");
  expect(with(R"([15, "tickets_90d"])", R"([15, {"id": "engagement", "mean": [[1, "tickets_90d"]]}])"), "/tree/mean/1/1/id",
         "exists already");
  expect(with("[[40,\"logins_wk\"],[40,\"features\"],[20,\"uploads_gb\"]]", "[]"), "/tree/mean/0/1", "empty group");
  expect(with("[[40,\"logins_wk\"],[40,\"features\"],[20,", "[[0,\"logins_wk\"],[0,\"features\"],[0,"), "/tree/mean/0/1",
         "all weights");
  expect(with("[60, {", "[1e200, {"), "/tree/mean/0/0", "1e100");
  expect(with(R"("red": 0)", R"("red": 1)"), "/tiers/red", "starts at 0");
  expect(with(R"("green": 75)", R"("green": 101)"), "/tiers/green", "between 0 and 100");
  expect(with(R"("green": 75)", R"("unknown": 75)"), "/tiers/unknown", "cannot name a tier");
  expect(with(R"("green": 75)", R"("yellow": 75)"), "/tiers/yellow", "twice");
  expect(with(R"("up": 3)", R"("up": -3)"), "/tiers/up", "between");
  expect(with(R"("sojourn": 1)", R"("sojourn": 2)"), "/sojourn", "format 1");
  expect(with(R"("scale": [0, 100])", R"("scale": [0, 10])"), "/scale", "[0, 100]");
  expect(with(R"("min_coverage": 0.5)", R"("min_coverage": 50)"), "/min_coverage", "between 0 and 1");
  expect(with(R"("card": "smb-adoption")", R"("card": "")"), "/card", "name");
  expect(with(R"("version": "2024.3")", R"("version": 2024.3)"), "/version", "must be text");
  expect(with(R"("critical": true)", R"("critical": "yes")"), "/signals/sponsor_left/critical", "true or false");
  expect(with(R"("features": {"norm")", R"("logins_wk": {"norm")"), "/signals/logins_wk", "declared twice");
  expect(with(R"("event": "churn")", R"("card": "churn")"), "/card", "given twice");
}

TEST_CASE("card: rules are read with their conditions, and every mistake has its message") {
  const auto card = h::compile_json(good);
  REQUIRE(card.spec().rules.size() == 4);
  CHECK(card.spec().rules[0].strength == h::cap_strength::yields_to_manual);
  CHECK(card.spec().rules[1].on_unknown == h::undecided::fires);
  CHECK(card.spec().rules[1].value == 5);
  CHECK(card.spec().rules[3].action == h::rule_action::exclude);
  const auto condition = [](std::string_view text) { return with("raw between -1 and 0", text); };
  for (const std::string_view fine :
       {"raw < 1", "(raw < 1)", "not (raw < 1 or raw > 5) and 3 <= raw", "`raw` == 1", "score() > prev_score()",
        "delta_score() <= -10", "prev_tier() == 'green'", "'live' == stage", "tier() in ('red', 'green')",
        "raw in (1, 2, .5, -1e3)", "raw between csat and 5 and missing(flag)", "'red' <= tier()"}) {
    CAPTURE(fine);
    CHECK(h::validate_json(condition(fine)).empty());
  }
  const auto wrong = [&](std::string_view text, std::string_view message, std::string_view suggestion = "") {
    expect(condition(text), "/rules/3/if", message, suggestion);
  };
  wrong("", "expected a signal");
  wrong("raw", "expected a comparison");
  wrong("raw = 1", "unexpected character", "==");
  wrong("rwa < 1", "not declared", "raw");
  wrong("raw < 1 raw", "\"and\" or \"or\"");
  wrong("raw < 'a'", "no order");
  wrong("stage == 'live", "never closed");
  wrong("tier() == 'gren'", "no tier", "green");
  wrong("tier() < 2", "name of a tier");
  wrong("sub(engagment) < 2", "not declared", "engagement");
  wrong("agee(raw) < 2", "no function", "age");
  wrong("age raw < 2", "not declared");
  wrong("missing(3)", "expected a name");
  wrong("raw in 3", "expected \"(\"");
  wrong("raw in (3", "expected \")\"");
  wrong("raw between 1 or 2", "upper end");
  wrong("raw < 1e999", "no number");
  wrong(std::string(100, '(') + "raw < 1", "deeper");
  wrong(std::string(5000, ' '), "longer than");
  std::string many = "raw < 1";
  for (int i = 0; i < 200; ++i) many += " or raw < 1";
  wrong(many, "more than 256 terms");
  const auto replaced = [](std::string_view what, std::string_view by) { return with(what, by); };
  expect(replaced(R"("id": "bonus")", R"("id": "sponsor")"), "/rules/1/id", "exists already");
  expect(replaced(R"("id": "bonus")", R"("id": "")"), "/rules/1/id", "name of its own");
  expect(replaced(R"("cap_tier": "red")", R"("cap_tier": "rde")"), "/rules/0/cap_tier", "no tier", "red");
  expect(replaced(R"("add": 5)", R"("add": 500)"), "/rules/1/add", "100 points");
  expect(replaced(R"("add": 5)", R"("add": 5, "cap": 3)"), "/rules/1", "exactly one");
  expect(replaced(R"("add": 5, )", ""), "/rules/1", "exactly one");
  expect(replaced(R"("add": 5)", R"("addd": 5)"), "/rules/1/addd", "unknown key", "add");
  expect(replaced(R"("add": 5)", R"("add": 5, "yields_to_manual": true)"), "/rules/1/yields_to_manual", "only a cap");
  expect(replaced(R"("add": 5)", R"("add": 5, "priority": 1)"), "/rules/1/priority", "only \"set\"");
  expect(replaced(R"("add": 5)", R"("set": 5, "priority": 1.5)"), "/rules/1/priority", "whole number");
  expect(replaced(R"("exclude": true)", R"("exclude": false)"), "/rules/3/exclude", "must be true");
  expect(replaced(R"("if": "raw between -1 and 0", )", ""), "/rules/3", "\"if\" is missing");
  const auto remark = h::validate_json(replaced(R"("add": 5)", R"("set": 50)"));
  REQUIRE(remark.size() == 1);
  CHECK(remark[0].level == sojourn::severity::warning);
  CHECK(remark[0].pointer == "/rules/1/set");
}

TEST_CASE("fuzz: conditions of random words are read or explained") {
  std::mt19937 random(77);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const std::string_view words[] = {"raw",        "stage", "csat", "and",     "or",          "not",    "(",       ")",
                                    ",",          "<",     "<=",   "==",      "!=",          "in",     "between", "missing",
                                    "age",        "sub",   "tier", "()",      "'red'",       "'live'", "1",       "-.5",
                                    "engagement", "`",     "'",    "score()", "prev_tier()", "\\u0000"};
  int fine = 0;
  for (int round = 0; round < 6000; ++round) {
    std::string text = "raw < 1";
    for (std::size_t n = 1 + below(6); n-- > 0;) {
      // Drawn one after the other: as two arguments of one call their order would be the compiler's.
      const std::string word = " " + std::string(words[below(std::size(words))]) + " ";
      const bool behind = below(2) != 0;
      text = behind ? text + word : word + text;
    }
    const auto found = h::validate_json(with("raw between -1 and 0", text));
    if (sojourn::has_errors(found)) continue;
    ++fine;
    const auto card = h::compile_json(with("raw between -1 and 0", text));
    REQUIRE(h::compile_json(card.to_json()).hash() == card.hash());
  }
  CHECK(fine > 20);
}

TEST_CASE("card: margins that overlap are a remark, not an error") {
  const auto found = h::validate_json(with(R"("up": 3, "down": 3)", R"("up": 15, "down": 15)"));
  REQUIRE(found.size() == 1);
  CHECK(found[0].level == sojourn::severity::warning);
  CHECK(found[0].pointer == "/tiers/yellow");
  CHECK(h::compile_json(with(R"("up": 3, "down": 3)", R"("up": 15, "down": 15)")).warnings().size() == 1);
}

TEST_CASE("card: text that is no card") {
  expect("", "", "not valid JSON");
  expect("{", "", "not valid JSON");
  expect("[]", "", "must be an object");
  expect("{}", "", "\"signals\" is missing");
  expect("nan", "", "not valid JSON");
  expect(R"({"sojourn": 1, "signals": 3, "tree": []})", "/signals", "must be an object");
  expect("\xff\xfe", "", "not valid JSON");
  expect(with("60,", "1e999,"), "", "not valid JSON");
}

TEST_CASE("card: size and depth are bounded") {
  expect(std::string(2'000'000, ' ') + good, "", "1 MiB");
  expect(std::string(500'000, '['), "", "deeper");
  std::string deep = R"({"mean": [[1, "raw"]]})";
  for (int i = 0; i < 40; ++i) deep = R"({"mean": [[1, )" + deep + "]]}";
  const std::string card = R"({"sojourn": 1, "signals": {"raw": {"norm": "identity"}}, "tree": )" + deep + "}";
  CHECK(sojourn::has_errors(h::validate_json(card)));
  std::string wide = "{";
  for (int i = 0; i < 40000; ++i) wide += "\"key" + std::to_string(i) + "\": 1, ";
  CHECK(h::validate_json(wide + "\"sojourn\": 1}").size() <= 110);
}

TEST_CASE("spec: cards built in C++ are checked by the same rules") {
  auto spec = card({signal("a"), signal("a/b~c")}, {leaf(1, "a"), leaf(missing, "a/b~c")});
  auto found = h::validate(spec);
  REQUIRE(found.size() == 1);
  CHECK(found[0].pointer == "/tree/mean/1/0");
  spec.tree.mean[1].weight = 1;
  spec.signals[1].norm = h::ramp{1, inf};
  found = h::validate(spec);
  REQUIRE(found.size() == 1);
  CHECK(found[0].pointer == "/signals/a~1b~0c/norm/ramp");
  CHECK_THROWS_AS((void)h::compile(spec), h::card_error);
  spec.signals[1].name = "a";
  CHECK(h::validate(spec)[0].message.find("positions 1 and 2") != std::string::npos);
  spec.card = "\xff";
  CHECK_NOTHROW((void)h::to_json(spec));
}

TEST_CASE("fuzz: a valid card with random damage compiles or is explained, and never does harm") {
  std::mt19937 random(20240701);
  const std::string_view pieces[] = {
      "{",     "}",      "[", "]",       ",",    ":",        "\"",       "null",  "true",    "-1",
      "1e308", "1e-320", "0", "\\u0000", "\xc3", "\"norm\"", "\"mean\"", "[0,1]", "\"raw\"", "{\"mean\":[[1,\"raw\"]]}"};
  int compiled = 0, refused = 0;
  for (int round = 0; round < 4000; ++round) {
    const std::string text = sojourn::test::damaged(good, pieces, random);
    const auto found = h::validate_json(text);
    if (sojourn::has_errors(found)) {
      ++refused;
      REQUIRE_THROWS_AS((void)h::compile_json(text), h::card_error);
      continue;
    }
    ++compiled;
    const auto card = h::compile_json(text);
    REQUIRE(h::compile_json(card.to_json()).hash() == card.hash());
    table t;
    for (const std::string& name : card.inputs()) {
      t.names.push_back(name);
      t.values.push_back({1, missing, inf, -5, 1e300});
    }
    bool has_error_range = false;
    for (const auto& s : card.spec().signals) has_error_range |= s.valid && s.valid->otherwise == h::invalid_policy::error;
    if (has_error_range) continue;
    const auto r = h::score(card, t.view(), {.as_of = sojourn::day{20'000}});
    for (const double score : r.score) REQUIRE((std::isnan(score) || (score >= 0 && score <= 100)));
  }
  CHECK(compiled > 100);
  CHECK(refused > 1000);
}
