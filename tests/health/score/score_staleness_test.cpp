// What age takes from a value.
#include "sojourn/health.hpp"

#include <doctest/doctest.h>

#include "score_checks.hpp"

using namespace health_test;
using doctest::Approx;
using sojourn::column;

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
