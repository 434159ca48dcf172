// Values by hand for a signal: when they stand in for its value, and which one decided.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "rule_fixtures.hpp"

using namespace health_test;
using doctest::Approx;

TEST_CASE("values by hand for a signal: they stand in for its value, in its unit, and grow old like it") {
  auto spec = small({});
  spec.signals[0].norm = h::ramp{0, 10};
  spec.signals[0].observed_at = "seen";
  spec.signals[0].stale.emplace().validity = 30;
  table t = book({{2, missing, 4}, {0, 0, 0}, {0, 0, 0}, {1, 1, 1}});
  t.names.push_back("seen");
  t.values.push_back({90, missing, 80});
  const auto day = [](int d) { return sojourn::day{d}; };
  const auto scored = [&](std::vector<h::manual_value> values, int today = 100) {
    auto r = h::score(h::compile(spec), t.view(), {.as_of = day(today), .manual = values});
    for (double& s : r.score) s /= 37.5;  // a alone holds 3/8 of the score
    return r;
  };
  const auto rating = [&](std::size_t row, double value, int on) {
    h::manual_value m{row, value, h::manual_mode::signal, day(on)};
    m.signal = "a";
    return m;
  };
  CHECK(scored({}).score[0] == Approx(0.2));
  CHECK(scored({rating(0, 8, 95)}).score[0] == Approx(0.8));
  CHECK(scored({rating(0, 8, 95)}).manual[0] == h::manual_state::bound);
  CHECK(scored({rating(0, 8, 90)}).score[0] == Approx(0.8));  // the same day: by hand
  CHECK(scored({rating(0, 8, 85)}).score[0] == Approx(0.2));  // the feed is newer
  CHECK(scored({rating(0, 8, 85)}).manual[0] == h::manual_state::overruled);
  auto stubborn = rating(0, 8, 85);
  stubborn.merge = h::manual_merge::priority;
  CHECK(scored({stubborn}).score[0] == Approx(0.8));
  CHECK(scored({rating(1, 8, 95)}).score[1] == Approx(0.8));  // where there was none
  CHECK(scored({}).score[1] == Approx(0.0));
  CHECK(scored({rating(1, 8, 69)}).score[1] == Approx(0.0));  // older than its validity
  CHECK(scored({rating(0, 8, 95), rating(0, 6, 97)}).score[0] == Approx(0.6));
  auto first = rating(0, 8, 95);
  first.priority = 1;
  CHECK(scored({first, rating(0, 6, 97)}).score[0] == Approx(0.8));
  CHECK(scored({rating(0, 8, 101)}).manual[0] == h::manual_state::waiting);
  auto gone = rating(0, 8, 95);
  gone.expires_at = day(100);
  CHECK(scored({gone}).manual[0] == h::manual_state::expired);
  gone.expires_at = day(101);
  CHECK(scored({gone}).score[0] == Approx(0.8));
  CHECK(t.values[0][0] == 2);  // the caller's column is as it was
  auto wrong = rating(0, 8, 95);
  wrong.signal = "aa";
  CHECK_THROWS_AS((void)scored({wrong}), sojourn::schema_error);
  CHECK_THROWS_AS((void)scored({rating(0, inf, 95)}), sojourn::data_error);
  CHECK_THROWS_AS((void)scored({rating(3, 1, 95)}), sojourn::data_error);
  // A feed without days says nothing about when: the hand counts.
  spec.signals[0].observed_at.clear();
  spec.signals[0].stale.reset();
  CHECK(scored({rating(0, 8, 1)}).score[0] == Approx(0.8));
}

TEST_CASE("values by hand: which one decided") {
  const auto of = [](std::vector<h::manual_value> values, std::vector<h::rule> rules = {}) {
    const table t = book({{50}, {50}, {50}, {1}});
    return h::score(h::compile(small(std::move(rules))), t.view(), {.as_of = sojourn::day{100}, .manual = values});
  };
  const auto day = [](int d) { return sojourn::day{d}; };
  using enum h::manual_mode;
  const auto two = of({{0, 70, set, day(90)}, {0, 80, set, day(95)}});
  CHECK(two.by_hand == std::vector<std::int32_t>{1});
  CHECK(two.manual == std::vector<h::manual_state>{h::manual_state::overruled, h::manual_state::bound});
  const auto capped = of({{0, 80, set, day(95)}}, {acting("c", "x == 1", h::rule_action::cap, 60)});
  CHECK(capped.by_hand == std::vector<std::int32_t>{-1});
  CHECK(capped.binding[0] == 0);
  CHECK(capped.manual[0] == h::manual_state::overruled);
  auto yields = acting("c", "x == 1", h::rule_action::cap, 60);
  yields.strength = h::cap_strength::yields_to_manual;
  CHECK(of({{0, 80, set, day(95)}}, {yields}).manual[0] == h::manual_state::bound);
  CHECK(of({{0, 50, set, day(95)}}).manual[0] == h::manual_state::overruled);  // it was so anyway
  CHECK(of({{0, 80, set, day(95)}, {0, 60, cap, day(1)}}).by_hand == std::vector<std::int32_t>{1});
  CHECK(of({{0, 80, set, day(95), day(100)}}).manual[0] == h::manual_state::expired);  // on the day it expires it is gone
}
