// Intervals of revenue shares: closed forms, bounds, and how often they hold the truth. All of it:
// build/release/bench/coverage.
#include "sojourn/stats/loss_interval.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "generated_accounts.hpp"
#include "sojourn/exec/executor.hpp"
#include "sojourn/stats/bootstrap.hpp"
#include "sojourn/stats/proportion.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

TEST_CASE("loss_share: accounts of one size that leave or stay have Wilson's interval, once losses are plenty") {
  retention_state s;
  for (int i = 0; i < 4000; ++i) s.add(100, i < 1000 ? 0 : 100);
  const estimate lost = lost_share(s, s.gross);
  const estimate wilson = proportion(1000, 4000);
  // Observed variance has n - 1 where the model has n.
  CHECK(lost.low == Approx(wilson.low).epsilon(1e-4));
  CHECK(lost.high == Approx(wilson.high).epsilon(1e-4));
  CHECK(lost.method == interval_method::score);
  const estimate kept = grr(s);
  CHECK(kept.low == Approx(1 - lost.high).epsilon(1e-15));
  CHECK(kept.high == Approx(1 - lost.low).epsilon(1e-15));
}

TEST_CASE("loss_share: nothing lost is no certainty; linearised says it is") {
  retention_state s;
  for (int i = 0; i < 20; ++i) s.add(100, 100);
  CHECK(grr(s).value == 1.0);
  CHECK(grr(s).high == 1.0);
  CHECK(grr(s).low == Approx(1 - proportion(0, 20).high).epsilon(1e-12));
  CHECK(grr(s, {.interval = ratio_interval::linearised}).low == 1.0);
  retention_state whale = s;
  whale.add(10'000, 10'000);
  CHECK(effective_accounts(loss_ratio(whale, whale.gross)) < 2);
  CHECK(grr(whale).low < 0.5);
}

TEST_CASE("loss_share and kept_share: in range, hold their value, ordered in the level, for any accounts") {
  std::mt19937_64 random(31);
  for (int round = 0; round < 3000; ++round) {
    retention_state s;
    for (std::size_t i = 0; i < 2 + random() % 12; ++i) {
      const auto opening = static_cast<std::int64_t>(random() % (random() % 5 == 0 ? 1'000'000 : 100) + 1);
      const auto closing =
          random() % 3 == 0 ? 0 : static_cast<std::int64_t>(random() % (2 * static_cast<std::uint64_t>(opening) + 1));
      s.add(opening, closing);
    }
    for (const estimate& e : {grr(s), nrr(s)}) {
      REQUIRE(e.low >= 0);
      REQUIRE(e.low <= e.value + 1e-12);
      REQUIRE(e.value <= e.high + 1e-12);
    }
    REQUIRE(grr(s).high <= 1);
    REQUIRE(nrr(s, {.level = confidence_level{0.5}}).high <= nrr(s).high);
    REQUIRE(grr(s, {.level = confidence_level{0.5}}).low >= grr(s).low);
    REQUIRE(grr(s).value == grr(s, {.interval = ratio_interval::linearised}).value);
    REQUIRE(nrr(s).value == nrr(s, {.interval = ratio_interval::linearised}).value);
  }
}

TEST_CASE(
    "coverage: score intervals hold the truth of heavy-tailed account sets 93 to 99 times in 100 where Wald's hold it 50 to "
    "94") {
  const auto wald_too_short = [](const coverage& c) { return c.of_grr(ratio_interval::linearised) < 93; };
  int too_short = 0, cells = 0;
  for (const std::size_t happening : {0u, 1u, 2u, 3u}) {
    for (const std::size_t size : {1u, 2u, 5u}) {
      for (const std::int64_t n : {50, 300}) {
        const coverage c = count_covered(7, 1200, n, all_sizes[size], all_happenings[happening]);
        CAPTURE(all_sizes[size].name);
        CAPTURE(all_happenings[happening].name);
        CAPTURE(n);
        // 1,200 sets: a true 95 % shows 93.1 to 96.9 in 998 of 1,000 runs; the seed is fixed.
        CHECK(c.of_grr(ratio_interval::score) >= 92.5);
        CHECK(c.of_nrr(ratio_interval::score) >= 92.5);
        CHECK(c.of_grr(ratio_interval::score) <= 98.5);
        CHECK(c.of_nrr(ratio_interval::score) <= 99);  // rare losses: on the safe side
        too_short += wald_too_short(c);
        ++cells;
      }
    }
  }
  CHECK(too_short > cells / 2);
}

TEST_CASE("coverage: honest about its end, when only the largest are at risk") {
  const coverage c = count_covered(7, 1000, 50, all_sizes[5], all_happenings[5]);
  CHECK(c.of_grr(ratio_interval::score) < 93);
  CHECK(c.of_grr(ratio_interval::score) > c.of_grr(ratio_interval::linearised));
}

TEST_CASE(
    "bootstrap_ratio: agrees with the linearised interval where the tails are short, and repeats itself for any executor") {
  std::mt19937_64 random(12);
  std::uniform_real_distribution<double> unit;
  std::vector<ratio_part> parts;
  ratio_state state;
  for (int i = 0; i < 800; ++i) {
    const auto size = static_cast<std::int64_t>(1000 + random() % 1000),
               kept = static_cast<std::int64_t>(static_cast<double>(size) * unit(random));
    parts.push_back({static_cast<double>(kept), static_cast<double>(size)});
    state.add(kept, size);
  }
  const estimate exact = ratio(state), drawn = bootstrap_ratio(parts, {.replicates = 4000, .seed = 5});
  CHECK(drawn.value == Approx(exact.value));
  CHECK(drawn.high - drawn.low == Approx(exact.high - exact.low).epsilon(0.05));
  CHECK(drawn.method == interval_method::bootstrap);
  const estimate again = bootstrap_ratio(parts, {.replicates = 4000, .seed = 5},
                                         [](std::size_t n, const auto& draw) { thread_executor(3).bulk(n, draw); });
  CHECK(again.low == drawn.low);
  CHECK(again.high == drawn.high);
  CHECK(bootstrap_ratio(parts, {.replicates = 4000, .seed = 6}).low != drawn.low);
  CHECK(bootstrap_ratio({}).reason == undefined_reason::no_observations);
  CHECK_THROWS_AS((void)bootstrap_ratio(parts, {.replicates = -1}), schema_error);
}

TEST_CASE("loss_share: the limits are those of the published steps, to 1e-12") {
  // Wilson's interval of rate / size over effective accounts; four accounts that lose everything are foreseen in the size.
  retention_state s;
  const std::vector<std::pair<std::int64_t, std::int64_t>> accounts{{100, 0},   {250, 200}, {400, 400}, {80, 90},
                                                                    {600, 150}, {120, 120}, {90, 0},    {300, 310}};
  double y = 0, yy = 0, x = 0, xx = 0, xy = 0;
  for (const auto& [before, after] : accounts) {
    s.add(before, after);
    const auto opening = static_cast<double>(before), lost = std::max(0.0, static_cast<double>(before - after));
    y += opening, yy += opening * opening, x += lost, xx += lost * lost, xy += lost * opening;
  }
  const double rate = x / y, losers = x * x / xx;
  const double size = (losers * (xx / xy) + 4) / (losers + 4);
  const auto n = static_cast<double>(accounts.size());
  const double model = rate * (size - rate) / (y * y / yy);
  const double observed = n / (n - 1) * (xx - 2 * rate * xy + rate * rate * yy) / (y * y);
  const double effective = y * y / yy * (observed > model ? model / observed : 1.0);
  const double z = 1.959963984540054, share = rate / size;
  const double centre = (share + z * z / (2 * effective)) / (1 + z * z / effective);
  const double half =
      z / (1 + z * z / effective) * std::sqrt(share * (1 - share) / effective + z * z / (4 * effective * effective));
  const estimate found = lost_share(s, s.gross);
  CHECK(std::abs(found.value - rate) < 1e-12);
  CHECK(std::abs(found.low - size * (centre - half)) < 1e-12);
  CHECK(std::abs(found.high - size * (centre + half)) < 1e-12);
}
