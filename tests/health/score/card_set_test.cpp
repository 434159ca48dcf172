// Sets of cards: who gets which, what a card inherits, and that a set scores bit for bit as its cards do alone.
#include "sojourn/health/score/card_set.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "damaged_text.hpp"
#include "health_fixtures.hpp"

using namespace health_test;

namespace {

const std::string good = R"set({ "sojourn": 1, "set": "by plan",
  "cards": [
    {"sojourn": 1, "card": "small", "version": "2", "min_coverage": 0.5, "segment": "plan",
     "signals": {"logins": {"norm": {"ramp": [0, 5]}, "class": "objective"}, "csat": {"norm": {"ramp": [1, 5]}}, "calls": {"norm": {"ramp": [0, 4]}}},
     "tree": {"mean": [[60, {"id": "use", "mean": [[1, "logins"], [1, "calls"]]}], [40, "csat"]]},
     "tiers": {"red": 0, "yellow": 50, "green": 75},
     "rules": [{"id": "unhappy", "if": "csat < 2", "cap": 40}, {"id": "bonus", "if": "calls > 3", "add": 5}]},
    {"card": "large", "extends": "small", "weights": {"csat": 60, "logins": 3},
     "signals": {"logins": {"norm": {"ramp": [0, 50]}}, "visits": {"norm": {"ramp": [0, 2]}}},
     "tree": {"mean": [[60, {"id": "use", "mean": [[1, "logins"], [1, "calls"], [1, "visits"]]}], [40, "csat"]]},
     "tiers": {"poor": 0, "good": 60},
     "rules": [{"id": "bonus", "drop": true}, {"id": "unhappy", "if": "csat < 3", "cap": 30}, {"id": "new", "if": "visits > 1", "add": 1}]},
    {"card": "trial", "extends": "large", "version": null, "signals": {"visits": null}, "weights": {"use": 10}, "rules": [{"id": "new", "drop": true}]}
  ],
  "assign": [{"if": "plan == 'enterprise' and seats >= 100", "card": "large"}, {"if": "missing(plan) or plan in ('trial', 'free')", "card": "trial"}],
  "default": "small" })set";

std::string with(std::string_view what, std::string_view by) {
  std::string text = good;
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  text.replace(at, what.size(), by);
  return text;
}

void expect(const std::string& text, std::string_view pointer, std::string_view message, std::string_view suggestion = "") {
  const auto found = h::validate_set_json(text);
  CAPTURE(sojourn::to_string(found));
  CHECK(std::any_of(found.begin(), found.end(), [&](const sojourn::diagnostic& d) {
    return d.level == sojourn::severity::error && d.pointer == pointer && d.message.find(message) != std::string::npos &&
           d.suggestion.find(suggestion) != std::string::npos;
  }));
  CHECK_THROWS_AS((void)h::compile_set_json(text), h::card_error);
}

/// Accounts with a plan and random signals.
struct book {
  std::vector<std::int32_t> plan;
  std::vector<std::uint8_t> bits;
  std::vector<double> seats;
  table numbers{{"logins", "csat", "calls", "visits"}, {{}, {}, {}, {}}};

  explicit book(std::size_t rows) : bits((rows + 7) / 8, 0) {
    std::mt19937 random(3);
    for (std::size_t i = 0; i < rows; ++i) {
      plan.push_back(static_cast<std::int32_t>(random() % 4));
      if (random() % 5 != 0) bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | 1u << i % 8);
      seats.push_back(random() % 6 == 0 ? missing : static_cast<double>(random() % 200));
      for (auto& column : numbers.values) column.push_back(random() % 5 == 0 ? missing : static_cast<double>(random() % 6));
    }
  }
  [[nodiscard]] sojourn::signals view() const {
    sojourn::signals all = numbers.view();
    all.push_back({"plan", sojourn::column<std::int32_t>(plan, bits.data()), {"enterprise", "pro", "trial", "free"}, {}});
    all.push_back({"seats", sojourn::column<double>(seats), {}, {}});
    return all;
  }
};

}  // namespace

TEST_CASE("card set: a card that extends another is that card with what it says itself") {
  CHECK(h::validate_set_json(good).empty());
  const auto set = h::compile_set_json(good);
  const auto again = h::compile_set_json(set.to_json());
  CHECK(again.to_json() == set.to_json());
  CHECK(again.hash() == set.hash());
  CHECK(again.spec() == set.spec());
  const auto& large = set.cards()[1].spec();
  CHECK(large.version == "2");
  CHECK(large.segment == "plan");
  CHECK(std::get<h::ramp>(large.signals[0].norm).good == 50);
  CHECK(large.signals[0].kind == h::signal_class::objective);  // the rest of the signal is the base's
  CHECK(large.signals[3].name == "visits");
  CHECK(large.tree.mean[1].weight == 60);  // weights after the tree
  CHECK(std::get<h::group>(large.tree.mean[0].node).mean[0].weight == 3);
  REQUIRE(large.rules.size() == 2);
  CHECK(large.rules[0].id == "unhappy");
  CHECK(large.rules[0].value == 30);
  CHECK(large.rules[1].id == "new");
  CHECK(large.tiers.tiers[1].name == "good");
  const auto& trial = set.cards()[2].spec();
  CHECK(trial.version.empty());      // null takes a key away
  CHECK(trial.signals.size() == 3);  // and a signal with its place in the tree
  CHECK(trial.tree.mean[0].weight == 10);
  CHECK(trial.rules.size() == 1);
  CHECK(set.inputs() == std::vector<std::string>{"plan", "seats"});
}

TEST_CASE("card set: the first choice that holds decides, what is undecided does not hold") {
  const auto set = h::compile_set_json(good);
  const std::vector<std::int32_t> plan = {0, 0, 0, 1, 2, 3, 0};
  const std::uint8_t bits[] = {0b0111111};
  const std::vector<double> seats = {100, 99, missing, 500, 500, 1, 500};
  const sojourn::signals columns = {
      {"plan", sojourn::column<std::int32_t>(plan, bits), {"enterprise", "pro", "trial", "free"}, {}},
      {"seats", sojourn::column<double>(seats), {}, {}}};
  const auto assigned = h::assign(set, columns);
  CHECK(assigned.card == std::vector<std::uint32_t>{1, 0, 0, 0, 2, 2, 2});
  CHECK(assigned.undecided == 2);
  CHECK_THROWS_AS((void)h::assign(set, {columns[0]}), sojourn::schema_error);
  const auto alone = h::compile_set_json(with(
      R"x([{"if": "plan == 'enterprise' and seats >= 100", "card": "large"}, {"if": "missing(plan) or plan in ('trial', 'free')", "card": "trial"}])x",
      "[]"));
  CHECK(h::assign(alone, columns).card == std::vector<std::uint32_t>(7, 0));
}

TEST_CASE("card set: bit for bit what each card gives its accounts alone, whatever the threads") {
  const auto set = h::compile_set_json(good);
  const book b(3000);
  const auto whole = h::score(set, b.view());
  REQUIRE(whole.parts.size() == 3);
  std::size_t accounts = 0;
  for (const h::set_part& part : whole.parts) {
    const auto all = h::score(set.cards()[part.card], b.view());
    accounts += part.rows.size();
    CHECK(part.rows.size() > 100);
    for (std::size_t i = 0; i < part.rows.size(); ++i) {
      const std::size_t row = part.rows[i];
      REQUIRE(whole.assigned.card[row] == part.card);
      REQUIRE(same_bits({part.result.score[i], part.result.coverage[i]}, {all.score[row], all.coverage[row]}));
      REQUIRE(same_bits({whole.score[row]}, {all.score[row]}));
      REQUIRE(part.result.tier[i] == all.tier[row]);
      REQUIRE(part.result.fired[i] == all.fired[row]);
    }
  }
  CHECK(accounts == 3000);
  for (const std::size_t threads : {2u, 3u, 8u}) {
    CHECK(same_bits(h::score(set, b.view(), {}, sojourn::thread_executor(threads)).score, whole.score));
  }
  const auto each = h::score_all(set, b.view());
  CHECK(each.size() == 3);
  CHECK(same_bits(each[2].score, h::score(set.cards()[2], b.view()).score));
}

TEST_CASE("card set: a score from another card is marked, and its tier forgotten") {
  const auto set = h::compile_set_json(
      with(R"("tiers": {"poor": 0, "good": 60},)", R"("tiers": {"red": 0, "yellow": 50, "green": 75, "up": 20},)"));
  const book b(50);
  const std::vector<double> before(50, 10.0);
  const std::vector<h::tier_code> tier(50, 0);
  std::vector<std::uint32_t> same = h::assign(set, b.view()).card, moved = same;
  for (auto& c : moved) c = (c + 1) % 3;
  const auto stayed = h::score(set, b.view(), {.previous_score = before, .previous_tier = tier, .previous_card = same});
  const auto changed = h::score(set, b.view(), {.previous_score = before, .previous_tier = tier, .previous_card = moved});
  const auto fresh = h::score(set, b.view());
  int held = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t i = 0; i < fresh.parts[c].rows.size(); ++i) {
      const std::size_t row = fresh.parts[c].rows[i];
      CHECK((stayed.flags[row] & h::flag::card_changed) == 0);
      CHECK((changed.flags[row] & h::flag::card_changed) != 0);
      CHECK(changed.parts[c].result.tier[i] == fresh.parts[c].result.tier[i]);
      held += stayed.parts[c].result.tier[i] != fresh.parts[c].result.tier[i];
    }
  }
  CHECK(held > 0);  // hysteresis held some where the card is the same
  CHECK_THROWS_AS((void)h::score(set, b.view(), {.previous_score = std::span(before).first(3)}), sojourn::schema_error);
}

TEST_CASE("card set: values by hand and the cycle before go to the right card") {
  const auto set = h::compile_set_json(good);
  const book b(40);
  const auto assigned = h::assign(set, b.view()).card;
  const auto plain = h::score(set, b.view());
  std::vector<h::manual_value> values;
  for (std::size_t row = 0; row < 40; ++row) values.push_back({row, static_cast<double>(row)});
  const auto by_hand = h::score(set, b.view(), {.as_of = sojourn::day{5}, .manual = values});
  for (std::size_t row = 0; row < 40; ++row) {
    if (std::isnan(plain.score[row])) continue;
    CHECK(by_hand.score[row] <= static_cast<double>(row));
  }
  values.push_back({40, 1});
  CHECK_THROWS_AS((void)h::score(set, b.view(), {.manual = values}), sojourn::data_error);
}

TEST_CASE("card set: every mistake has its place") {
  expect(with(R"("extends": "small")", R"("extends": "smal")"), "/cards/1/extends", "no card \"smal\"", "small");
  expect(with(R"("card": "small", )", R"("card": "small", "extends": "trial", )"), "/cards/1/extends",
         "small -> trial -> large -> small");
  expect(with(R"("card": "trial", "extends": "large")", R"("card": "trial", "extends": "trial")"), "/cards/2/extends",
         "trial -> trial");
  expect(with(R"("card": "trial")", R"("card": "large")"), "/cards/2/card", "exists already at position 2");
  expect(with(R"("csat": 60)", R"("cast": 60)"), "/cards/1/weights/cast", "neither", "csat");
  expect(with(R"("csat": 60)", R"("csat": "much")"), "/cards/1/weights/csat", "number");
  expect(with(R"("csat": 60)", R"("csat": -60)"), "/cards/1/tree/mean/1/0", "negative");
  expect(with(R"({"id": "bonus", "drop": true})", R"({"id": "bonsu", "drop": true})"), "/cards/1/rules/0", "no rule");
  expect(with(R"("visits": null)", R"("visits": {"norm": "identiti"})"), "/cards/2/signals/visits/norm", "one of",
         "identity");
  expect(with(R"("card": "large"})", R"("card": "lrage"})"), "/assign/0/card", "no card", "large");
  expect(with(R"("default": "small")", R"("default": "smal")"), "/default", "no card", "small");
  expect(with(R"(,
  "default": "small")",
              ""),
         "", "\"default\" is missing");
  expect(with("seats >= 100", "seats >= "), "/assign/0/if", "expected");
  expect(with("seats >= 100", "score() >= 100"), "/assign/0/if", "being chosen");
  expect(with(R"("assign")", R"("asign")"), "/asign", "unknown key", "assign");
  expect(with(R"("set": "by plan")", R"("set": "")"), "/set", "name");
  expect(with(R"("weights": {)", R"("weights": {"csat": 1, )"), "/cards/1/weights/csat", "twice");
  expect(with(R"("ramp": [0, 5])", R"("ramp": [5, 5])"), "/cards/0/signals/logins/norm/ramp", "same value");
  expect("[]", "", "must be an object");
  expect("{", "", "not valid JSON");
  expect(R"({"sojourn": 1, "cards": [], "default": "x"})", "/cards", "at least one");
  expect(R"({"sojourn": 1, "cards": [3], "default": "x"})", "/cards/0", "must be an object");
  // What is wrong with the base is said once, not again for all who extend it.
  const auto found = h::validate_set_json(with(R"("ramp": [1, 5])", R"("ramp": [5, 5])"));
  CHECK(std::count_if(found.begin(), found.end(),
                      [](const auto& d) { return d.message.find("same value") != std::string::npos; }) == 1);
}

TEST_CASE("card set: built in C++ it is checked by the same rules") {
  h::card_set_spec spec;
  CHECK(sojourn::has_errors(h::validate(spec)));
  spec.cards = {only(h::identity{})};
  spec.otherwise = "card";
  CHECK(h::validate(spec).empty());
  spec.cards.push_back(only(h::identity{}));
  CHECK(h::validate(spec)[0].pointer == "/cards/1/card");
  spec.cards[1].card = "other";
  spec.assign = {{"x > ", "other"}};
  CHECK_THROWS_AS((void)h::compile(spec), h::card_error);
  spec.assign[0].when = "x > 5";
  const table t{{"x"}, {{1, 9}}};
  CHECK(h::assign(h::compile(spec), t.view()).card == std::vector<std::uint32_t>{0, 1});
}

TEST_CASE("fuzz: a valid set with random damage compiles or is explained") {
  std::mt19937 random(99);
  const std::string_view pieces[] = {"{",
                                     "}",
                                     "[",
                                     "]",
                                     ",",
                                     ":",
                                     "\"",
                                     "null",
                                     "true",
                                     "-1",
                                     "1e308",
                                     "\"extends\": \"small\",",
                                     "\"weights\": {},",
                                     "\"tree\"",
                                     "\"drop\": true,",
                                     "\"card\": \"small\",",
                                     "[[1, \"csat\"]]",
                                     "\xff"};
  int compiled = 0, refused = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::string text = sojourn::test::damaged(good, pieces, random);
    if (sojourn::has_errors(h::validate_set_json(text))) {
      ++refused;
      REQUIRE_THROWS_AS((void)h::compile_set_json(text), h::card_error);
      continue;
    }
    ++compiled;
    const auto set = h::compile_set_json(text);
    REQUIRE(h::compile_set_json(set.to_json()).hash() == set.hash());
  }
  CHECK(compiled > 100);
  CHECK(refused > 500);
}
