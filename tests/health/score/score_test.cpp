// Weighted means, coverage and parts: published and derived examples row by row, then the edge cases of the definition.
#include "sojourn/health.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "score_checks.hpp"

using namespace health_test;
using doctest::Approx;
using sojourn::column;

namespace {

const std::vector<h::signal_spec> catalyst_signals = {signal("a1"), signal("a2"), signal("b")};
h::scorecard_spec catalyst() {
  return card(catalyst_signals, {sub(60, "A", {leaf(50, "a1"), leaf(50, "a2")}), sub(40, "B", {leaf(1, "b")})});
}

}  // namespace

TEST_CASE("H04, H05: two levels of weighted means, without rounding in between") {
  const auto names = [](std::size_t n) {
    std::vector<h::signal_spec> all;
    for (std::size_t k = 0; k < n; ++k) all.push_back(signal("m" + std::to_string(k)));
    return all;
  };
  const auto natero =
      card(names(7), {sub(7, "a", {leaf(1, "m0")}), sub(5, "b", {leaf(1, "m1"), leaf(1, "m2")}),
                      sub(8, "c", {leaf(1, "m3"), leaf(1, "m4"), leaf(1, "m5")}), sub(3, "d", {leaf(1, "m6")})});
  CHECK(one(natero, {83, 76, 65, 81, 65, 90, 54}) == Approx(74.992753623188406).epsilon(1e-14));
  const auto second = card(names(5), {sub(2, "a", {leaf(1, "m0")}), sub(3, "b", {leaf(1, "m1"), leaf(1, "m2")}),
                                      sub(3, "c", {leaf(1, "m3")}), sub(2, "d", {leaf(1, "m4")})});
  CHECK(one(second, {80, 76, 65, 90, 54}) == Approx(74.95).epsilon(1e-14));
}

TEST_CASE("H08, H14: named levels, and their mean at one third exactly") {
  const std::vector<std::string> labels = {"good", "average", "poor", "superb"};
  const std::vector<std::int32_t> codes = {0, 1, 2, 3};
  const h::value_map map{{{"good", 1}, {"average", 0.6}, {"poor", 0}}};
  const auto r = h::score(h::compile(only(map)), {{"x", column<std::int32_t>(codes), labels, {}}});
  check_values(r.score, {100, 60, 0, missing});
  CHECK(r.counters[0].unknown == 1);
  CHECK(r.counters[0].missing == 0);
  CHECK((r.flags[3] & h::flag::irregular) != 0);

  h::scorecard_spec vitally = weighted({1, 1, 1});
  vitally.tiers.tiers = {{"poor", 0}, {"concerning", 100.0 / 3}, {"healthy", 200.0 / 3}};
  const table t{{"s0", "s1", "s2"}, {{100}, {100}, {0}}};
  const auto tie = h::score(h::compile(vitally), t.view());
  CHECK(tie.score[0] == Approx(20.0 / 3 * 10).epsilon(1e-15));
  CHECK(tie.tier[0] == (tie.score[0] >= 200.0 / 3 ? 2 : 1));  // compared as given, no tolerance
}

TEST_CASE("H16: a missing signal's weight goes to its siblings in proportion") {
  const std::vector<double> w = {20, 16, 16, 16, 12, 20};
  const table t{{"s0", "s1", "s2", "s3", "s4", "s5"}, {{100}, {100}, {100}, {100}, {100}, {missing}}};
  const auto parts = h::explain(h::compile(weighted(w)), t.view());
  check_values(parts.points, {25, 20, 20, 20, 15, 0});
}

TEST_CASE("H20, H42: weighted means; weights need not add to 100; the mean compensates fully") {
  CHECK(one(weighted({50, 30, 20}), {80, 60, 100}) == Approx(78).epsilon(1e-15));
  CHECK(one(weighted({5, 3, 2}), {80, 60, 100}) == Approx(78).epsilon(1e-15));
  CHECK(one(weighted({1, 1, 1, 1}), {21, 1, 1, 1}) == Approx(6).epsilon(1e-14));
  CHECK(one(weighted({1, 1, 1, 1}), {6, 6, 6, 6}) == Approx(6).epsilon(1e-14));
}

TEST_CASE("H38, H39, H40, H41: one account, one missing value, four policies, four scores") {
  CHECK(one(catalyst(), {missing, 80, 40}) == Approx(64).epsilon(1e-14));
  h::scorecard_spec flat = catalyst();
  flat.missing_scope = h::redistribution_scope::global;
  CHECK(one(flat, {missing, 80, 40}) == Approx(400.0 / 7).epsilon(1e-14));
  h::scorecard_spec zero = catalyst();
  zero.signals[0].missing = {h::missing_kind::worst, 0};
  CHECK(one(zero, {missing, 80, 40}) == Approx(40).epsilon(1e-14));
  h::scorecard_spec neutral = catalyst();
  neutral.signals[0].missing = {h::missing_kind::neutral, 0.5};
  CHECK(one(neutral, {missing, 80, 40}) == Approx(55).epsilon(1e-14));

  const table nothing{{"a1", "a2", "b"}, {{missing}, {missing}, {missing}}};
  const auto r = h::score(h::compile(catalyst()), nothing.view());
  CHECK(std::isnan(r.score[0]));
  CHECK(r.tier[0] == h::unknown_tier);
  CHECK(r.coverage[0] == 0);
  CHECK((r.flags[0] & h::flag::no_data) != 0);
}

TEST_CASE("coverage: the share of weight that real values cover decides whether there is a score") {
  h::scorecard_spec spec = weighted({30, 30, 40});
  spec.min_coverage = 0.5;
  const table t{{"s0", "s1", "s2"}, {{50, 50, 50}, {missing, missing, 50}, {50, missing, 50}}};
  const auto r = h::score(h::compile(spec), t.view());
  check_values(r.coverage, {0.7, 0.3, 1});
  check_values(r.score, {50, missing, 50});
  CHECK(r.coverage[2] == 1.0);
  CHECK(r.tier[1] == h::unknown_tier);
  CHECK(r.flags[1] == h::flag::low_coverage);
  spec.signals[1].missing.kind = h::missing_kind::not_applicable;
  check_values(h::score(h::compile(spec), t.view()).coverage, {1, 30.0 / 70, 1});
  spec.signals[1].missing = {h::missing_kind::best, 0};
  const auto best = h::score(h::compile(spec), t.view());
  check_values(best.coverage, {0.7, 0.3, 1});  // a filled-in value is not knowledge
  check_values(best.score, {65, missing, 50});
  CHECK((best.flags[0] & h::flag::imputed) != 0);
  spec.signals[1].missing.kind = h::missing_kind::fail;
  const auto fail = h::score(h::compile(spec), t.view());
  check_values(fail.score, {missing, missing, 50});
  CHECK((fail.flags[0] & h::flag::required_missing) != 0);
}

TEST_CASE("coverage: a group below its own minimum counts as missing") {
  h::scorecard_spec spec =
      card({signal("a"), signal("b"), signal("c")}, {sub(1, "ab", {leaf(3, "a"), leaf(1, "b")}, 0.5), leaf(1, "c")});
  CHECK(one(spec, {missing, 100, 20}) == Approx(20));
  CHECK(one(spec, {100, missing, 20}) == Approx(60));
}

TEST_CASE("weights: present leaves of weight 0 are no data; a group of zeros may stand under a weight of 0") {
  const auto spec =
      card({signal("a"), signal("b"), signal("z")}, {leaf(1, "a"), leaf(0, "b"), sub(0, "zeros", {leaf(0, "z")})});
  CHECK(one(spec, {40, 90, 90}) == Approx(40));
  CHECK(std::isnan(one(spec, {missing, 90, 90})));
}

TEST_CASE("parts: they add to the score bit for bit, and a perfect account is exactly 100") {
  const h::scorecard_spec spec = weighted({0.1, 0.2, 0.7, 3, 1.0 / 3, 7, 11, 13});
  table t;
  for (std::size_t k = 0; k < 8; ++k) {
    t.names.push_back("s" + std::to_string(k));
    auto& x = t.values.emplace_back();
    for (int i = 0; i < 600; ++i)
      x.push_back(i % 7 == static_cast<int>(k) ? missing
                                               : (i < 300 ? 100 : std::fmod(i * 7.3 + static_cast<double>(k) * 31, 100)));
  }
  const auto card = h::compile(spec);
  const auto r = h::score(card, t.view());
  const auto parts = h::explain(card, t.view());
  for (std::size_t i = 0; i < 600; ++i) {
    double sum = 0, lost = 0;
    for (std::size_t k = 0; k < 8; ++k) sum += parts.part(i, k), lost += parts.loss(i, k);
    REQUIRE(sum == r.score[i]);
    REQUIRE(sum + lost == Approx(100).epsilon(1e-13));
    if (i < 300) REQUIRE(r.score[i] == 100.0);
  }
}

TEST_CASE("drivers: what costs most comes first, ties in the card's order, nothing lost is no driver") {
  const table t{{"s0", "s1", "s2", "s3"}, {{50}, {0}, {100}, {0}}};
  const auto worst = h::drivers(h::explain(h::compile(weighted({1, 1, 1, 1})), t.view()), 5);
  REQUIRE(worst.size() == 3);
  CHECK(worst[0].signal == 1);
  CHECK(worst[1].signal == 3);
  CHECK(worst[2].signal == 0);
  CHECK(worst[2].rank == 3);
  CHECK(worst[0].lost == 25);
}

TEST_CASE("columns: any width, bitmaps, extra columns; absent, short, doubled and text ones are refused") {
  const std::vector<float> f = {1.5f, std::nanf("")};
  const std::vector<std::int64_t> i = {50, 60};
  const std::uint8_t bits[] = {0b10};
  const std::vector<std::uint8_t> u = {1, 0};
  const auto spec =
      card({signal("f", h::ramp{0, 3}), signal("i"), signal("u", h::boolean{})}, {leaf(1, "f"), leaf(1, "i"), leaf(1, "u")});
  const auto compiled = h::compile(spec);
  sojourn::signals all = {{"u", column<std::uint8_t>(u), {}, {}},
                          {"f", column<float>(f), {}, {}},
                          {"i", column<std::int64_t>(i, bits), {}, {}},
                          {"extra", column<double>(), {}, {}}};
  const auto r = h::score(compiled, all);
  check_values(r.score, {75, 30});
  CHECK(r.counters[0].missing == 1);
  CHECK(r.counters[1].missing == 1);

  all[1].name = "ff";
  CHECK_THROWS_WITH_AS((void)h::score(compiled, all), doctest::Contains("there are: u, ff, i, extra"),
                       sojourn::schema_error);
  all[1] = {"f", column<float>(std::span(f).first(1)), {}, {}};
  CHECK_THROWS_AS((void)h::score(compiled, all), sojourn::schema_error);
  all[1].name = "u";
  CHECK_THROWS_WITH_AS((void)h::score(compiled, all), doctest::Contains("given twice"), sojourn::schema_error);
  const std::vector<std::int32_t> codes = {0, 0};
  all[1] = {"f", column<std::int32_t>(codes), {"low"}, {}};
  CHECK_THROWS_WITH_AS((void)h::score(compiled, all), doctest::Contains("text"), sojourn::schema_error);
}
