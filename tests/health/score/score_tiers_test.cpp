// Tiers of scores, what they were a cycle before, and accounts and revenue by tier.
#include "sojourn/health.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "score_checks.hpp"

using namespace health_test;
using doctest::Approx;

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
