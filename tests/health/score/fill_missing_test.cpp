// What stands in for a missing value: the last known one, a typical one, nothing at all because the signal says nothing.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "health_fixtures.hpp"
#include "oracle/slow_scorecard.hpp"
#include "sojourn/health/evaluation/fit.hpp"

using namespace health_test;

namespace {

constexpr int today = 20'000;

h::signal_spec dated(h::missing_policy policy, std::optional<h::staleness> stale = {}) {
  auto s = signal("x", h::identity{}, std::move(policy));
  s.observed_at = "seen";
  s.stale = stale;
  return s;
}
h::missing_policy carried(double max_age) {
  return {.kind = h::missing_kind::carry_forward, .max_age = max_age};
}

/// x is missing now and was `then`, observed so many days ago, beside y = 50.
h::scores one_cycle_later(const h::signal_spec& x, const std::vector<double>& then, const std::vector<double>& age) {
  const auto spec = card({x, signal("y")}, {leaf(1, "x"), leaf(1, "y")});
  std::vector<double> days, nothing(then.size(), missing), fifty(then.size(), 50);
  for (const double a : age) days.push_back(today - a);
  const table now{{"x", "y", "seen"}, {nothing, fifty, nothing}}, before{{"x", "seen"}, {then, days}};
  const auto previous = before.view();
  h::score_options options{.as_of = sojourn::day{today}};
  options.previous_signals = &previous;
  return h::score(h::compile(spec), now.view(), options);
}

std::string card_with(const std::string& policy) {
  return R"({"sojourn": 1, "signals": {"x": {"norm": {"ramp": [0, 10]}, "missing": )" + policy +
         R"(}}, "tree": {"mean": [[1, "x"]]}})";
}
void expect(const std::string& policy, std::string_view pointer, std::string_view message,
            std::string_view suggestion = "") {
  const auto found = h::validate_json(card_with(policy));
  CAPTURE(sojourn::to_string(found));
  CHECK(std::any_of(found.begin(), found.end(), [&](const sojourn::diagnostic& d) {
    return d.level == sojourn::severity::error && d.pointer == pointer && d.message.find(message) != std::string::npos &&
           d.suggestion.find(suggestion) != std::string::npos;
  }));
}

}  // namespace

TEST_CASE("carry forward: the last known value while it is young enough, to the day; it covers as a value of its age") {
  const auto r = one_cycle_later(dated(carried(30)), {90, 90, 90, missing, 90, 90}, {0, 30, 31, 1, missing, -2});
  CHECK(same_bits(r.score, {70, 70, 50, 50, 50, 70}));
  CHECK(same_bits(r.coverage, {1, 1, 0.5, 0.5, 0.5, 1}));
  CHECK(r.counters[0].carried == 3);
  CHECK(r.counters[0].expired == 1);
  CHECK(r.counters[0].undated == 1);
  CHECK(r.counters[0].future == 1);
  CHECK(r.counters[0].missing == 6);
  CHECK((r.flags[0] & h::flag::imputed) != 0);
  CHECK((r.flags[2] & h::flag::imputed) == 0);
}

TEST_CASE("carry forward: what is carried goes on growing old") {
  const auto fading =
      one_cycle_later(dated(carried(100), h::staleness{.to_neutral = h::neutral_decay{10, 0, 0.5}}), {90}, {10});
  CHECK(fading.score[0] == doctest::Approx((70 + 50) / 2.0).epsilon(1e-14));
  const auto lighter =
      one_cycle_later(dated(carried(100), h::staleness{.decay_weight = h::weight_decay{10, 0}}), {90}, {10});
  CHECK(lighter.score[0] == doctest::Approx((90 * 0.5 + 50) / 1.5).epsilon(1e-14));
  CHECK(lighter.coverage[0] == 0.75);
  const auto over = one_cycle_later(dated(carried(100), h::staleness{.validity = 20}), {90}, {21});
  CHECK(over.score[0] == 50);
  CHECK(over.stale_share[0] == 0.5);
}

TEST_CASE("carry forward: a value that is there is never replaced; no cycle before, nothing to carry") {
  const auto spec = card({dated(carried(1000))}, {leaf(1, "x")});
  const table now{{"x", "seen"}, {{10, missing}, {today, today}}},
      before{{"x", "seen"}, {{90, 80}, {today - 9.0, today - 9.0}}};
  const auto previous = before.view();
  h::score_options options{.as_of = sojourn::day{today}};
  CHECK(same_bits(h::score(h::compile(spec), now.view(), options).score, {10, missing}));
  options.previous_signals = &previous;
  CHECK(same_bits(h::score(h::compile(spec), now.view(), options).score, {10, 80}));
  options.as_of = {};
  CHECK_THROWS_WITH_AS((void)h::score(h::compile(spec), now.view(), options),
                       doctest::Contains("carries its last value forward"), sojourn::schema_error);
}

TEST_CASE("carry forward: a signal may bring its own days, names carry too, and without days it is refused") {
  auto spec = card({signal("x", h::value_map{{{"good", 1}, {"poor", 0.25}}}, carried(10))}, {leaf(1, "x")});
  const std::vector<std::int32_t> codes = {1, 0}, days = {today - 5, today - 50};
  const std::vector<double> nothing = {missing, missing};
  const sojourn::signals now = {{"x", sojourn::column<double>(nothing), {}, {}}};
  sojourn::signals before = {
      {"x", sojourn::column<std::int32_t>(codes), {"good", "poor"}, sojourn::column<std::int32_t>(days)}};
  h::score_options options{.as_of = sojourn::day{today}};
  options.previous_signals = &before;
  CHECK(same_bits(h::score(h::compile(spec), now, options).score, {25, missing}));
  before[0].observed_at = {};
  CHECK_THROWS_WITH_AS((void)h::score(h::compile(spec), now, options), doctest::Contains("observed_at"),
                       sojourn::schema_error);
}

TEST_CASE("impute: the typical raw value takes the way of every value, but covers nothing and has no age") {
  auto x = signal("x", h::ramp{0, 10}, {.kind = h::missing_kind::impute, .typical = 8});
  x.per = "seats";
  const auto spec = card({x, signal("y")}, {leaf(1, "x"), leaf(1, "y")});
  const table t{{"x", "y", "seats"}, {{missing, missing, 4, inf}, {0, 0, 0, 0}, {2, missing, 2, 1}}};
  const auto r = h::score(h::compile(spec), t.view());
  CHECK(same_bits(r.score, {20, 0, 10, 50}));  // 8 / 2 of 10; no seats, no value
  CHECK(same_bits(r.coverage, {0.5, 0.5, 1, 1}));
  CHECK((r.flags[0] & h::flag::imputed) != 0);
  CHECK((r.flags[1] & h::flag::imputed) == 0);
  const auto expired = card({dated({.kind = h::missing_kind::impute, .typical = 40},
                                   h::staleness{.validity = 5, .decay_weight = h::weight_decay{1, 0}}),
                             signal("y")},
                            {leaf(1, "x"), leaf(1, "y")});
  const table old{{"x", "y", "seen"}, {{100}, {0}, {today - 6}}};
  CHECK(h::score(h::compile(expired), old.view(), {.as_of = sojourn::day{today}}).score[0] == 20);
}

TEST_CASE("impute: by segment, in text or numbers; a segment without a value of its own takes that of all") {
  const auto policy = [](std::vector<std::pair<std::string, double>> by) {
    return h::missing_policy{.kind = h::missing_kind::impute, .typical = 10, .segment = "plan", .typical_by = std::move(by)};
  };
  const auto spec = [&](const h::missing_policy& p) {
    return h::compile(card({signal("x", h::identity{}, p)}, {leaf(1, "x")}));
  };
  const std::vector<double> nothing(4, missing);
  const std::vector<std::int32_t> codes = {1, 0, 2, -1};
  const sojourn::signals named = {{"x", sojourn::column<double>(nothing), {}, {}},
                                  {"plan", sojourn::column<std::int32_t>(codes), {"free", "gold", "new"}, {}}};
  CHECK(same_bits(h::score(spec(policy({{"gold", 70}, {"free", 20}})), named).score, {70, 20, 10, 10}));
  const table numbered{{"x", "plan"}, {nothing, {1, 2, 3, missing}}};
  CHECK(same_bits(h::score(spec(policy({{"1", 70}, {"2", 20}})), numbered.view()).score, {70, 20, 10, 10}));
  CHECK(spec(policy({})).inputs() == std::vector<std::string>{"x", "plan"});
  auto divided = card({signal("x", h::identity{}, policy({})), signal("y")}, {leaf(1, "x"), leaf(1, "y")});
  divided.signals[1].per = "plan";
  const sojourn::signals both = {named[0], named[1], {"y", sojourn::column<double>(nothing), {}, {}}};
  CHECK_THROWS_WITH_AS((void)h::score(h::compile(divided), both), doctest::Contains("holds text"), sojourn::schema_error);
}

TEST_CASE("impute: not fitted yet it is a remark, and gives its weight to its siblings") {
  const auto card = h::compile_json(card_with(R"({"impute": "median"})"));
  REQUIRE(card.warnings().size() == 1);
  CHECK(card.warnings()[0].pointer == "/signals/x/missing");
  CHECK(card.warnings()[0].suggestion.find("fit_normalisers") != std::string::npos);
  const table t{{"x"}, {{missing, 5}}};
  CHECK(same_bits(h::score(card, t.view()).score, {missing, 50}));
}

TEST_CASE("inactive: no weight, no coverage, no failure; siblings take its place, and the card says so") {
  auto spec = card({signal("x", h::identity{}, {.kind = h::missing_kind::fail}), signal("y"), signal("z")},
                   {leaf(9, "x"), leaf(1, "y"), sub(5, "g", {leaf(1, "z")})}, 0.9);
  spec.signals[0].state = h::activity::inactive;
  const auto compiled = h::compile(spec);
  REQUIRE(compiled.warnings().size() == 1);
  CHECK(compiled.warnings()[0].pointer == "/signals/x");
  const table t{{"x", "y", "z"}, {{0, missing}, {40, 40}, {100, 100}}};
  const auto r = h::score(compiled, t.view());
  for (const double score : r.score) CHECK(score == doctest::Approx(90).epsilon(1e-14));
  CHECK(same_bits(r.coverage, {1, 1}));
  spec.signals[2].state = h::activity::inactive;  // now the whole group says nothing
  CHECK(same_bits(h::score(h::compile(spec), t.view()).score, {40, 40}));
  spec.signals[1].state = h::activity::inactive;
  const auto nothing = h::score(h::compile(spec), t.view());
  CHECK(same_bits(nothing.score, {missing, missing}));
  CHECK(same_bits(nothing.coverage, {0, 0}));
  CHECK((nothing.flags[0] & h::flag::no_data) != 0);
  const auto again = h::compile_json(compiled.to_json());
  CHECK(again.spec() == compiled.spec());
  const auto shares = h::nominal_weights(compiled);
  CHECK(shares[0] == 0);
  CHECK(shares[1] == doctest::Approx(1.0 / 6));
}

TEST_CASE("policies: every policy, in either scope, with every pattern of missing values, as by hand") {
  const h::missing_policy policies[] = {
      {},
      {h::missing_kind::neutral, 0.3},
      {h::missing_kind::worst},
      {h::missing_kind::best},
      {h::missing_kind::not_applicable},
      {h::missing_kind::fail},
      carried(60),
      carried(5),
      {.kind = h::missing_kind::impute, .typical = 35},
      {.kind = h::missing_kind::impute, .typical = 35, .segment = "c", .typical_by = {{"70", 15}}},
      {.kind = h::missing_kind::impute}};
  constexpr std::size_t count = std::size(policies), patterns = 16;
  table now{{"a", "b", "c", "d", "seen"}, std::vector<std::vector<double>>(5)},
      then{{"a", "b", "c", "d", "seen"}, {{}, {}, {}, {}, {}}};
  const double values[] = {20, 45, 70, 95};
  for (std::size_t pattern = 0; pattern < patterns; ++pattern) {
    for (std::size_t k = 0; k < 4; ++k) {
      now.values[k].push_back((pattern >> k & 1) != 0 ? missing : values[k]);
      then.values[k].push_back(values[k] / 2);
    }
    now.values[4].push_back(today - 3.0);
    then.values[4].push_back(today - 33.0);
  }
  const auto before = then.view();
  h::score_options options{.as_of = sojourn::day{today}};
  options.previous_signals = &before;
  int scored = 0, unscored = 0;
  for (std::size_t one = 0; one < count * count * 2; ++one) {
    auto spec = card({signal("a", h::identity{}, policies[one % count]),
                      signal("b", h::ramp{0, 60}, policies[one / 2 / count]), signal("c"), signal("d")},
                     {leaf(3, "a"), sub(2, "g", {leaf(1, "b"), leaf(4, "c")}, one % 2 == 0 ? 0.3 : 0.0), leaf(1, "d")}, 0.4);
    spec.missing_scope = one % 2 == 0 ? h::redistribution_scope::group : h::redistribution_scope::global;
    for (std::size_t k = 0; k < 2; ++k) spec.signals[k].observed_at = "seen";
    if (one % 3 == 0)
      spec.signals[0].stale =
          h::staleness{.decay_weight = h::weight_decay{30, 10}, .to_neutral = h::neutral_decay{20, 0, 0.5}};
    const auto r = h::score(h::compile(spec), now.view(), options);
    for (std::size_t row = 0; row < patterns; ++row) {
      slow::account_row cells;
      for (std::size_t k = 0; k < 5; ++k) {
        cells[now.names[k]] = now.values[k][row];
        cells[slow::before(now.names[k])] = then.values[k][row];
      }
      const slow::card expected(spec, cells, today);
      CAPTURE(h::to_json(spec));
      CAPTURE(row);
      REQUIRE(r.coverage[row] == doctest::Approx(expected.coverage).epsilon(1e-13));
      REQUIRE(std::isnan(r.score[row]) == std::isnan(expected.score));
      if (!std::isnan(expected.score)) REQUIRE(r.score[row] == doctest::Approx(expected.score).epsilon(1e-13));
      ++(std::isnan(expected.score) ? unscored : scored);
    }
  }
  CHECK(scored > 1500);
  CHECK(unscored > 500);
}

TEST_CASE("card: policies are read without remark, keep their text and hash, and explain every mistake") {
  for (const std::string policy :
       {R"({"carry_forward": 60})", R"({"impute": "median", "value": 12.5})",
        R"({"impute": "segment_median", "segment": "plan", "value": 3, "by": {"gold": 9, "free": 1}})"}) {
    CAPTURE(policy);
    CHECK(h::validate_json(card_with(policy)).empty());
    const auto card = h::compile_json(card_with(policy));
    CHECK(h::compile_json(card.to_json()).spec() == card.spec());
    CHECK(h::compile_json(card.to_json()).hash() == card.hash());
  }
  const std::string at = "/signals/x/missing";
  expect(R"("carry_forward")", at, "how old", "in days");
  expect(R"("impute")", at, "which value", "median");
  expect(R"({"carry_forward": -1})", at + "/carry_forward", "days");
  expect(R"({"carry_forward": "long"})", at + "/carry_forward", "must be a number");
  expect(R"({"carry_foward": 3})", at + "/carry_foward", "unknown key", "carry_forward");
  expect(R"({"impute": "medain"})", at + "/impute", "one of", "median");
  expect(R"({"impute": "median", "value": "3"})", at + "/value", "must be a number");
  expect(R"({"impute": "median", "segment": "plan"})", at + "/segment", "knows no segments", "segment_median");
  expect(R"({"impute": "median", "by": {}})", at + "/by", "knows no segments");
  expect(R"({"impute": "segment_median", "value": 1})", at, "\"segment\" is missing");
  expect(R"({"impute": "segment_median", "segment": "plan", "value": 1, "by": {"a": 1, "a": 2}})", at + "/by/a", "twice");
  expect(R"({"neutral": 0.5, "carry_forward": 3})", at + "/neutral", "unknown key");
  auto flags = card({signal("x", h::boolean{}, {.kind = h::missing_kind::impute, .typical = 1})}, {leaf(1, "x")});
  CHECK(sojourn::to_string(h::validate(flags)).find("no typical value") != std::string::npos);
  flags.signals[0].norm = h::identity{};
  flags.signals[0].missing.typical = missing;
  CHECK(h::validate(flags)[0].pointer == at + "/value");
}
