// Published and derived examples row by row, then the edge cases of the definition.
#include "sojourn/health.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "health_fixtures.hpp"

using namespace health_test;
using doctest::Approx;
using sojourn::column;

namespace {

void check_values(const std::vector<double>& actual, const std::vector<double>& expected, double tolerance = 1e-12) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    CAPTURE(i);
    if (std::isnan(expected[i]))
      CHECK(std::isnan(actual[i]));
    else
      CHECK(actual[i] == Approx(expected[i]).epsilon(tolerance));
  }
}

/// identity signals s0, s1, ... with these weights under the root
h::scorecard_spec weighted(const std::vector<double>& weights) {
  h::scorecard_spec spec = card({}, {});
  for (std::size_t k = 0; k < weights.size(); ++k) {
    spec.signals.push_back(signal("s" + std::to_string(k)));
    spec.tree.mean.push_back(leaf(weights[k], "s" + std::to_string(k)));
  }
  return spec;
}

const std::vector<h::signal_spec> catalyst_signals = {signal("a1"), signal("a2"), signal("b")};
h::scorecard_spec catalyst() {
  return card(catalyst_signals, {sub(60, "A", {leaf(50, "a1"), leaf(50, "a2")}), sub(40, "B", {leaf(1, "b")})});
}

}  // namespace

TEST_CASE("H01, H02: a ramp from 7 to 30") {
  check_values(normalised(h::ramp{7, 30}, {18, 5, 7, 30, 31}), {47.826086956521740, 0, 0, 100, 100});
  CHECK(std::ceil(normalised(h::ramp{7, 30}, {18})[0]) == 48);  // the vendor rounds up
}

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

TEST_CASE("H10, H43, H44: goalposts either way round; a falling ramp is the mirror image") {
  check_values(normalised(h::ramp{0, 10}, {0, 7, 10}), {0, 70, 100});
  check_values(normalised(h::ramp{0, 10}, {1, 11, -1}), {10, 100, 0});
  check_values(normalised(h::ramp{10, 0}, {1, -1, 11}), {90, 100, 0});
  CHECK_FALSE(std::signbit(normalised(h::ramp{10, 0}, {10})[0]));
}

TEST_CASE("H16: a missing signal's weight goes to its siblings in proportion") {
  const std::vector<double> w = {20, 16, 16, 16, 12, 20};
  const table t{{"s0", "s1", "s2", "s3", "s4", "s5"}, {{100}, {100}, {100}, {100}, {100}, {missing}}};
  const auto parts = h::explain(h::compile(weighted(w)), t.view());
  check_values(parts.points, {25, 20, 20, 20, 15, 0});
}

TEST_CASE("H19, H31: tiers and bins, closed on either side") {
  h::scorecard_spec gainsight = weighted({1});
  gainsight.tiers.closed = h::closed_side::right;
  const table t{{"s0"}, {{0, 50, 51, 75, 76, 100}}};
  CHECK(h::score(h::compile(gainsight), t.view()).tier == std::vector<h::tier_code>{0, 0, 1, 1, 2, 2});
  CHECK(h::score(h::compile(weighted({1})), t.view()).tier == std::vector<h::tier_code>{0, 1, 1, 2, 2, 2});

  const h::bins gitlab{{50, 80}, {0, 0.5, 1}, h::closed_side::left};
  check_values(normalised(gitlab, {49.9, 50, 79.9, 80, -inf, inf}), {0, 50, 50, 100, 0, 100});
  const h::bins right{{0, 50, 75, 100}, {0, 0.5, 1}, h::closed_side::right};
  check_values(normalised(right, {0, 50, 51, 75, 76, 100, missing}), {0, 0, 50, 50, 100, 100, missing});
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

TEST_CASE("H53, H62: tiers remember, by the margins and no further") {
  h::tier_spec two;
  two.tiers = {{"at_risk", 0}, {"healthy", 75}};
  const h::tier_ladder laravel(two);
  CHECK(laravel.of(20) == 0);
  CHECK(laravel.of(30, 0) == 0);
  CHECK(laravel.of(80, 0) == 1);

  h::tier_spec spec;
  spec.up = spec.down = 3;
  const h::tier_ladder ladder(spec);
  CHECK(ladder.of(48, 2) == 1);
  CHECK(ladder.of(46, 2) == 0);
  CHECK(ladder.of(80, 0) == 2);
  CHECK(ladder.of(76, 0) == 1);
}

TEST_CASE("H68: transitions, with new, lost and unknown accounts") {
  const auto code = [](char c) {
    return c == 'R' ? 0 : c == 'Y' ? 1 : c == 'G' ? 2 : c == '?' ? h::unknown_tier : h::no_tier;
  };
  const auto codes = [&](std::string_view text) {
    std::vector<h::tier_code> result;
    for (const char c : text) result.push_back(static_cast<h::tier_code>(code(c)));
    return result;
  };
  const auto state = h::tally_transitions(codes("GGGGYYYRR"), codes("GGYRYGRRY"));
  const std::int64_t expected[3][3] = {{1, 1, 0}, {1, 1, 1}, {1, 1, 2}};
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t b = 0; b < 3; ++b) CHECK(state.counts[a][b] == expected[a][b]);
  }
  const auto moved = h::movements(state);
  CHECK(moved.both == 9);
  CHECK(moved.upgrades == 2);
  CHECK(moved.downgrades == 3);
  CHECK(moved.staying.value == Approx(4.0 / 9));
  const auto edges = h::tally_transitions(codes("-?G"), codes("R?-"));
  CHECK(edges.counts[h::transition_state::outside_at][0] == 1);
  CHECK(edges.counts[h::transition_state::unknown_at][h::transition_state::unknown_at] == 1);
  CHECK(edges.counts[2][h::transition_state::outside_at] == 1);
  CHECK(std::isnan(h::movements(edges).staying.value));
  CHECK_THROWS_AS((void)h::tally_transitions(codes("GG"), codes("G")), sojourn::schema_error);
}

TEST_CASE("normalisers: piecewise with a sweet spot, target, logistic, log ramp, saturating, flags") {
  const h::piecewise tickets{{{0, 0.5}, {1, 1}, {2, 1}, {5, 0.25}}};
  check_values(normalised(tickets, {-1, 0, 0.5, 1, 1.5, 2, 3, 5, 9, missing}),
               {50, 50, 75, 100, 100, 100, 75, 25, 25, missing});
  check_values(normalised(h::target{40, 60, 10}, {29, 35, 40, 50, 60, 65, 71}), {0, 50, 100, 100, 100, 50, 0});
  check_values(normalised(h::target{5, 5, 1}, {4, 4.5, 5, 5.5, 6}), {0, 50, 100, 50, 0});
  check_values(normalised(h::logistic{10, 0.5}, {10, 12, 8}), {50, 100 / (1 + std::exp(-1.0)), 100 / (1 + std::exp(1.0))});
  check_values(normalised(h::logistic{0, -1e9}, {1e300, -1e300}), {0, 100});
  check_values(normalised(h::log_ramp{0, std::exp(1.0) - 1}, {0, std::exp(0.5) - 1, 100, -2}), {0, 50, 100, missing});
  check_values(normalised(h::saturating{6}, {0, 6, 18, -1}), {0, 50, 75, 0});
  check_values(normalised(h::boolean{1, 0}, {0, 1, 2, missing}), {100, 0, missing, missing});
  check_values(normalised(h::ramp{0, 10, h::ramp_outside::ignore}, {0, 5, 10, 11, -1}), {0, 50, 100, missing, missing});
  check_values(normalised(h::value_map{{{"1", 0.2}, {"2", 0.8}}}, {1, 2, 3}), {20, 80, missing});
}

TEST_CASE("H64: a percentile against a frozen reference, ties by half; one value of reference gives one half") {
  check_values(normalised(h::percentile{{10, 20, 20, 40}}, {10, 20, 40, 5, 99, -inf, inf, missing}),
               {12.5, 50, 87.5, 0, 100, 0, 100, missing});
  check_values(normalised(h::percentile{{10, 20, 20, 40}, h::better_side::lower}, {10, 20, 40, 5}), {87.5, 50, 12.5, 100});
  check_values(normalised(h::percentile{{7}}, {7, 6, 8}), {50, 0, 100});
}

TEST_CASE("H65: robust z of 3, 5, 6, 7, 100 around median 6 with MAD 1; and the plain z") {
  const std::vector<double> z = {-2.0235, -0.6745, 0, 0.6745, 63.403};
  const std::vector<double> x = {3, 5, 6, 7, 100};
  const auto s = normalised(h::robust_z{6, 1}, x);
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(s[i] == Approx(50 * std::erfc(-z[i] / std::sqrt(2.0))).epsilon(1e-12));
  check_values(normalised(h::zscore{10, 2}, {10, 10 + 2 * 1.959963984540054, inf}), {50, 97.5, missing});
  check_values(normalised(h::zscore{10, 2, h::better_side::lower}, {10, 10 + 2 * 1.959963984540054}), {50, 2.5});
}

TEST_CASE("recency: halves after the grace; tomorrow counts as today; needs the day of the score") {
  const auto compiled = h::compile(only(h::recency{30, 10}));
  const table t{{"x"}, {{990, 960, 930, 1001, -inf, missing}}};
  const auto r = h::score(compiled, t.view(), {.as_of = sojourn::day{1000}});
  check_values(r.score, {100, 50, 25, 100, 0, missing}, 1e-9);
  CHECK(r.counters[0].future == 1);
  CHECK_THROWS_WITH_AS((void)h::score(compiled, t.view()), doctest::Contains("as_of"), sojourn::schema_error);
}

TEST_CASE("normalisers: the good end of a ramp is the end of the scale, whatever its width") {
  for (int width = 1; width < 3000; ++width) {
    const auto ends = normalised(h::ramp{0.1, 0.1 + width}, {0.1, 0.1 + width});
    REQUIRE(ends[0] == 0);
    REQUIRE(ends[1] == 100);
  }
}

TEST_CASE("normalisers: knots of very different steepness do not cancel") {
  const h::piecewise steep{{{0, 0}, {1e-6, 1}, {1e6, 0.5}}};
  check_values(normalised(steep, {5e-7, 1e-6, 1e6, 5e5}), {50, 100, 50, 75}, 1e-9);
}

TEST_CASE("infinite values: the end of a saturating normaliser, else missing; counted either way") {
  const table t{{"x"}, {{inf, -inf, 1}}};
  const auto ramp = h::score(h::compile(only(h::ramp{0, 10})), t.view());
  check_values(ramp.score, {100, 0, 10});
  CHECK(ramp.counters[0].nonfinite == 2);
  const auto identity = h::score(h::compile(only(h::identity{})), t.view());
  check_values(identity.score, {missing, missing, 1});
  CHECK(identity.counters[0].nonfinite == 2);
  CHECK((identity.flags[0] & h::flag::irregular) != 0);
}

TEST_CASE("valid: values outside are missing, clamped or an error with its row") {
  h::scorecard_spec spec = only(h::ramp{0, 10});
  spec.signals[0].valid = h::valid_range{0, 10};
  const table t{{"x"}, {{5, 11, -1}}};
  auto r = h::score(h::compile(spec), t.view());
  check_values(r.score, {50, missing, missing});
  CHECK(r.counters[0].invalid == 2);
  spec.signals[0].valid->otherwise = h::invalid_policy::clamp;
  check_values(h::score(h::compile(spec), t.view()).score, {50, 100, 0});
  spec.signals[0].valid->otherwise = h::invalid_policy::error;
  try {
    (void)h::score(h::compile(spec), t.view());
    FAIL("must throw");
  } catch (const sojourn::data_error& e) {
    CHECK(e.column() == "x");
    CHECK(e.row() == 1);
    CHECK(e.value() == "11");
  }
}

TEST_CASE("per: usage per seat; no seats, no value") {
  h::scorecard_spec spec = only(h::ramp{0, 5});
  spec.signals[0].per = "seats";
  const table t{{"seats", "x"}, {{10, 0, missing, -1, 2}, {25, 25, 25, 25, missing}}};
  const auto r = h::score(h::compile(spec), t.view());
  check_values(r.score, {50, missing, missing, missing, missing});
  CHECK(r.counters[0].out_of_domain == 2);
  CHECK(r.counters[0].missing == 2);
}

namespace {

/// Score of an account whose values were seen these many days ago.
double aged(h::scorecard_spec spec, std::vector<double> x, std::vector<double> ages, h::scores* all = nullptr) {
  table t;
  for (std::size_t k = 0; k < x.size(); ++k) {
    spec.signals[k].observed_at = "day" + std::to_string(k);
    t.names.insert(t.names.end(), {"s" + std::to_string(k), "day" + std::to_string(k)});
    t.values.insert(t.values.end(), {{x[k]}, {20'000 - ages[k]}});
  }
  auto r = h::score(h::compile(spec), t.view(), {.as_of = sojourn::day{20'000}});
  if (all != nullptr) *all = r;
  return r.score[0];
}

}  // namespace

TEST_CASE("H34: linear decay loses a share of the first worth each period, never below 0") {
  h::scorecard_spec spec = weighted({1});
  spec.signals[0].stale = h::staleness{.linear = h::linear_decay{0.5, 30}};
  CHECK(aged(spec, {10}, {30}) == Approx(5));
  CHECK(aged(spec, {10}, {60}) == 0);
  CHECK(aged(spec, {10}, {600}) == 0);
}

TEST_CASE("staleness: validity to the day, half-lives, silence as uncertainty, ages that are not there") {
  h::scorecard_spec spec = weighted({1, 1});
  spec.signals[0].stale = h::staleness{.validity = 14};
  h::scores r;
  CHECK(aged(spec, {100, 0}, {14, 0}) == 50);
  CHECK(aged(spec, {100, 0}, {15, 0}, &r) == 0);
  CHECK(r.counters[0].expired == 1);
  CHECK(r.stale_share[0] == 0.5);
  CHECK(r.coverage[0] == 0.5);
  CHECK(aged(spec, {100, 0}, {missing, 0}, &r) == 0);
  CHECK(r.counters[0].undated == 1);
  CHECK(aged(spec, {100, 0}, {-3, 0}, &r) == 50);
  CHECK(r.counters[0].future == 1);

  spec.signals[0].stale = h::staleness{.decay_weight = h::weight_decay{30, 10}};
  CHECK(aged(spec, {100, 0}, {10, 0}) == 50);
  CHECK(aged(spec, {100, 0}, {40, 0}, &r) == Approx(100.0 / 3));
  CHECK(r.coverage[0] == Approx(0.75));
  CHECK(r.stale_share[0] == 0);                             // exactly one half is not yet old
  CHECK(std::isnan(aged(spec, {100, missing}, {1e5, 0})));  // nothing is left after 100 half-lives

  spec.signals[0].stale = h::staleness{.to_neutral = h::neutral_decay{60, 30, 0.5}};
  CHECK(aged(spec, {100, 0}, {90, 0}) == Approx(37.5));
}

TEST_CASE("staleness: a group that is equally old keeps its weight unless it propagates") {
  const auto decay = h::staleness{.decay_weight = h::weight_decay{30, 0}};
  h::scorecard_spec spec =
      card({signal("s0"), signal("s1"), signal("s2")}, {sub(1, "old", {leaf(1, "s0"), leaf(1, "s1")}), leaf(1, "s2")});
  spec.signals[0].stale = spec.signals[1].stale = decay;
  h::scores r;
  CHECK(aged(spec, {100, 50, 0}, {30, 30, 0}, &r) == Approx(37.5));
  CHECK(r.coverage[0] == Approx(0.75));
  std::get<h::group>(spec.tree.mean[0].node).own_weight = h::group_weight::by_coverage;
  CHECK(aged(spec, {100, 50, 0}, {30, 30, 0}) == Approx(25));
}

TEST_CASE("staleness: a signal may bring its own days; a card that grows old needs them and the day of the score") {
  h::scorecard_spec spec = weighted({1});
  spec.signals[0].stale = h::staleness{.validity = 14};
  const std::vector<double> x = {40, 60};
  const std::vector<std::int32_t> seen = {19'986, 19'985};
  const sojourn::signals own = {{"s0", column<double>(x), {}, column<std::int32_t>(seen)}};
  const auto compiled = h::compile(spec);
  check_values(h::score(compiled, own, {.as_of = sojourn::day{20'000}}).score, {40, missing});
  CHECK_THROWS_WITH_AS((void)h::score(compiled, own), doctest::Contains("as_of"), sojourn::schema_error);
  const sojourn::signals bare = {{"s0", column<double>(x), {}, {}}};
  CHECK_THROWS_WITH_AS((void)h::score(compiled, bare, {.as_of = sojourn::day{20'000}}), doctest::Contains("observed_at"),
                       sojourn::schema_error);
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

TEST_CASE("previous cycle: delta, hysteresis, new accounts, and a tier this card does not have") {
  h::scorecard_spec spec = weighted({1});
  spec.tiers.up = spec.tiers.down = 3;
  const table t{{"s0"}, {{73, 73, 73, 73, missing}}};
  const std::vector<double> before = {80, 60, missing, 70, 80};
  const std::vector<h::tier_code> tiers = {2, 1, h::no_tier, 9, 2};
  const auto r = h::score(h::compile(spec), t.view(), {.previous_score = before, .previous_tier = tiers});
  CHECK(r.tier == std::vector<h::tier_code>{2, 1, 1, 1, h::unknown_tier});
  check_values(r.delta, {-7, 13, missing, 3, missing});
  CHECK(r.prev_tier == tiers);
  CHECK(r.flags[3] == h::flag::card_changed);
  CHECK(r.flags[2] == 0);
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

TEST_CASE("no accounts: empty arrays, a distribution of zeros with undefined shares") {
  const table t{{"s0"}, {{}}};
  const auto card = h::compile(weighted({1}));
  const auto r = h::score(card, t.view());
  CHECK(r.size() == 0);
  const auto lines = h::distribution(h::tally_health(r), card.ladder());
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].accounts == 0);
  CHECK(std::isnan(lines[0].share.value));
  CHECK(h::mean_score(h::tally_health(r)).reason == sojourn::undefined_reason::no_observations);
}

TEST_CASE("book: counts, shares, mean score and revenue by tier; unknown accounts are counted, never averaged") {
  const table t{{"s0"}, {{10, 60, 80, 100, missing}}};
  const std::vector<std::int64_t> mrr = {100, 200, 300, 400, 500};
  const std::vector<std::uint32_t> owner = {0, 0, 1, 1, 1};
  const auto card = h::compile(weighted({1}));
  const auto r = h::score(card, t.view());
  const auto state = h::tally_health(r, mrr);
  const auto lines = h::distribution(state, card.ladder());
  REQUIRE(lines.size() == 4);
  CHECK(lines[2].accounts == 2);
  CHECK(lines[2].share.value == Approx(0.4));
  CHECK(lines[2].share.method == sojourn::interval_method::wilson);
  CHECK(static_cast<std::int64_t>(lines[2].value) == 700);
  CHECK(lines[2].mean_score.value == Approx(90));
  CHECK(lines[3].tier == h::unknown_tier);
  CHECK(lines[3].accounts == 1);
  CHECK(static_cast<std::int64_t>(lines[3].value) == 500);
  const auto mean = h::mean_score(state);
  CHECK(mean.n == 4);
  CHECK(mean.value == Approx(62.5));
  CHECK(mean.high - mean.value == Approx(1.959963985 * std::sqrt(4475.0 / 3) / 2));  // squares of -52.5, -2.5, 17.5, 37.5
  CHECK(state.coverage[10] == 4);
  CHECK(state.coverage[0] == 1);

  const auto by_owner = h::tally_health_by(r, owner, 2, mrr);
  REQUIRE(by_owner.size() == 3);
  h::health_state sum = by_owner[0];
  sum += by_owner[1];
  CHECK(sum == state);
  sum -= by_owner[1];
  CHECK(sum == by_owner[0]);
  CHECK(by_owner[2] == h::health_state{});
}
