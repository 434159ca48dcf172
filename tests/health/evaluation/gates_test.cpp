// Gates by hand: who was foreseen, how much more red leaves, how green the book is.
#include "sojourn/health/evaluation/gates.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "sojourn/stats/proportion.hpp"

using doctest::Approx;
using namespace sojourn;
namespace h = sojourn::health;

namespace {

h::tier_outcomes outcomes(std::initializer_list<std::pair<std::int64_t, std::int64_t>> left_and_all) {
  h::tier_outcomes found;
  std::size_t tier = 0;
  for (const auto& [left, all] : left_and_all) found.left[tier] = left, found.stayed[tier] = all - left, ++tier;
  return found;
}

struct rows {
  std::vector<std::int32_t> as_of, left_on;
  std::vector<std::uint32_t> account;
  std::vector<h::tier_code> tier;
  std::vector<std::uint8_t> known = std::vector<std::uint8_t>(100, 0);

  void add(std::uint32_t who, std::int32_t when, h::tier_code in, std::int32_t left) {
    const std::size_t i = as_of.size();
    as_of.push_back(when), account.push_back(who), tier.push_back(in), left_on.push_back(left);
    if (left >= 0) known[i / 8] = static_cast<std::uint8_t>(known[i / 8] | (1u << (i % 8)));
  }
  [[nodiscard]] column<std::int32_t> left() const { return {left_on, known.data()}; }
};

}  // namespace

TEST_CASE("gates: a departure counts once, by its last look 60 to 90 days before") {
  rows r;
  r.add(0, 0, 2, 100), r.add(0, 35, 1, 100), r.add(0, 70, 2, 100);  // 65 days before: yellow; 30 before does not matter
  r.add(1, 10, 2, 100);                                             // 90 days before: green
  r.add(2, 40, 0, 100);                                             // 60 days before: red
  r.add(3, 41, 0, 100);                                             // 59: not in time
  r.add(4, 20, h::unknown_tier, 100);                               // looked, and knew nothing
  r.add(5, 20, 0, -1), r.add(5, 50, 0, -1);                         // has not left
  r.add(0, 300, 1, 380);                                            // came back and left again
  r.add(6, 120, 0, 100);                                            // a row after the departure
  const auto found = h::tally_foreseen(column<std::int32_t>(r.as_of), column<std::uint32_t>(r.account), r.tier, r.left(), 2);
  CHECK(found.below_best == 3);
  CHECK(found.best == 1);
  CHECK(found.not_seen == 2);
  h::gate_options wider;
  wider.days_before = 10;
  CHECK(
      h::tally_foreseen(column<std::int32_t>(r.as_of), column<std::uint32_t>(r.account), r.tier, r.left(), 2, wider).best ==
      2);
  wider.days_before = 100;
  CHECK_THROWS_AS(
      (void)h::tally_foreseen(column<std::int32_t>(r.as_of), column<std::uint32_t>(r.account), r.tier, r.left(), 2, wider),
      schema_error);
}

TEST_CASE("gates: lead time runs from the first red of the departure") {
  rows r;
  r.add(0, 0, 2, 100), r.add(0, 20, 0, 100), r.add(0, 60, 1, 100), r.add(0, 80, 0, 100);
  r.add(1, 10, 1, 90), r.add(1, 70, 0, 90);
  r.add(2, 10, 2, 90);
  r.add(3, 10, 0, -1);
  const auto found =
      h::lead_time(h::tally_first_red(column<std::int32_t>(r.as_of), column<std::uint32_t>(r.account), r.tier, r.left()));
  CHECK(found.lower_quartile.value == 20);
  CHECK(found.upper_quartile.value == 80);
  CHECK(found.never_red.value == Approx(1.0 / 3));
}

TEST_CASE("gates: a book that passes, one that only seems to, one that fails, and one that says nothing") {
  using enum h::verdict;
  // 300 of 1000 red leave, of 10,000 600 do: 5 times the base.
  const auto good = h::judge(outcomes({{300, 1000}, {200, 3000}, {100, 6000}}), 3, {450, 150, 20});
  CHECK(good[0].value.value == Approx(5));
  CHECK(good[0].value.low == Approx(proportion(300, 1000).low / 0.06));
  CHECK(good[0].says == passed);
  CHECK(good[1].value.value == 0.75);
  CHECK(good[1].says == passed);
  CHECK(good[2].value.value == 0.6);
  CHECK(good[2].says == passed);
  const auto small = h::judge(outcomes({{3, 10}, {2, 30}, {1, 60}}), 3, {7, 3, 0});
  CHECK(small[0].says == passed_by_chance);
  CHECK(small[1].says == passed_by_chance);
  const auto green = h::judge(outcomes({{10, 100}, {10, 100}, {300, 3000}}), 3, {1, 9, 0});
  CHECK(green[0].value.value == Approx(1));
  for (const auto& one : green) CHECK(one.says == failed);
  const auto nothing = h::judge({}, 3, {});
  for (const auto& one : nothing) {
    CHECK(one.says == unknown);
    CHECK(std::string(to_string(one.says)) == "unknown");
  }
  CHECK(h::judge(outcomes({{0, 10}, {0, 10}}), 2, {})[0].value.reason == undefined_reason::zero_denominator);
  CHECK_THROWS_AS((void)h::judge({}, 1, {}), schema_error);
  h::gate_options strict;
  strict.red_lift = 6;
  CHECK(h::judge(outcomes({{300, 1000}, {200, 3000}, {100, 6000}}), 3, {450, 150, 20}, strict)[0].says == failed);
}
