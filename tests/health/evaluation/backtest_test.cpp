// Splits by time that refuse to look ahead, and the paired bootstrap.
#include "sojourn/health/evaluation/backtest.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "sojourn/health/evaluation/validation.hpp"

using doctest::Approx;
using namespace sojourn;
namespace h = sojourn::health;

namespace {

using days = std::vector<std::int32_t>;

/// One row: t, and the day of departure or -1.
h::split_panel split_one(std::int32_t t, std::int32_t left_on, const h::split_options& options) {
  const days as_of{t}, gone{left_on};
  const std::uint8_t present = left_on >= 0;
  return h::split_by_time({column<std::int32_t>(as_of), column<std::int32_t>(gone, &present), {}}, options);
}

h::split_options usual() {
  h::split_options options;
  options.gap_days = 10;
  options.horizon_days = 90;
  options.test_from = day{1000};
  options.known_until = day{2000};
  return options;
}

struct scored {
  std::vector<double> good, bad;
  std::vector<std::uint8_t> left;
  std::vector<std::uint32_t> account;
};

scored random_scores(std::size_t rows, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  scored s;
  for (std::size_t i = 0; i < rows; ++i) {
    const double risk = normal(random);
    s.left.push_back(normal(random) < risk - 1);
    s.good.push_back(risk + 0.3 * normal(random));
    s.bad.push_back(risk + 2 * normal(random));
    s.account.push_back(static_cast<std::uint32_t>(7 * (i / 2)));
  }
  return s;
}

}  // namespace

TEST_CASE("backtest: the window is open at its start and closed at its end") {
  using enum h::panel_role;
  const auto role = [](std::int32_t t, std::int32_t left_on) { return split_one(t, left_on, usual()).role[0]; };
  const auto outcome = [](std::int32_t t, std::int32_t left_on) { return split_one(t, left_on, usual()).left[0]; };
  CHECK(role(500, 500) == already_left);
  CHECK(role(500, 501) == left_in_gap);
  CHECK(role(500, 510) == left_in_gap);
  CHECK(role(500, 511) == train);
  CHECK(outcome(500, 511) == 1);
  CHECK(outcome(500, 600) == 1);
  CHECK(outcome(500, 601) == 0);
  CHECK(outcome(500, -1) == 0);
}

TEST_CASE("backtest: training rows keep their distance and test windows must be over") {
  using enum h::panel_role;
  const auto role = [](std::int32_t t) { return split_one(t, -1, usual()).role[0]; };
  CHECK(role(900) == train);
  CHECK(role(901) == embargoed);
  CHECK(role(999) == embargoed);
  CHECK(role(1000) == test);
  CHECK(role(1900) == test);
  CHECK(role(1901) == immature);
  h::split_options longer = usual();
  longer.embargo_days = 200;
  CHECK(split_one(801, -1, longer).role[0] == embargoed);
  longer.embargo_days = 99;
  CHECK_THROWS_AS((void)split_one(1, -1, longer), schema_error);
}

TEST_CASE("backtest: a signal observed after its day is refused with both days") {
  const days as_of{100, 100}, gone{150, 150}, seen{100, 151};
  const h::panel leaking{column<std::int32_t>(as_of), column<std::int32_t>(gone), column<std::int32_t>(seen)};
  try {
    (void)h::split_by_time(leaking, usual());
    FAIL("accepted a look into the future");
  } catch (const data_error& e) {
    CHECK(e.row() == 1);
    CHECK(std::string(e.what()).find("1970-06-01") != std::string::npos);
    CHECK(std::string(e.what()).find("know the future") != std::string::npos);
  }
}

TEST_CASE("backtest: every row is counted once, and events by part") {
  std::mt19937_64 random(8);
  days as_of, gone;
  std::vector<std::uint8_t> known(125, 0x5A);
  for (int i = 0; i < 1000; ++i) {
    as_of.push_back(static_cast<std::int32_t>(random() % 2100));
    gone.push_back(as_of.back() - 20 + static_cast<std::int32_t>(random() % 200));
  }
  const column<std::int32_t> left_on(gone, known.data());
  const auto found = h::split_by_time({column<std::int32_t>(as_of), left_on, {}}, usual());
  std::int64_t rows = 0, train = 0, test = 0;
  for (const auto n : found.rows) rows += n;
  for (std::size_t i = 0; i < 1000; ++i) {
    train += found.role[i] == h::panel_role::train && found.left[i];
    test += found.role[i] == h::panel_role::test && found.left[i];
  }
  CHECK(rows == 1000);
  CHECK(found.events[0] == train);
  CHECK(found.events[1] == test);
  CHECK(test > 50);
}

TEST_CASE("bootstrap: areas are those of the state, the better score wins, the seed is told") {
  const scored s = random_scores(800, 5);
  const column<double> bad(s.bad), good(s.good);
  const column<std::uint8_t> left(s.left);
  const column<std::uint32_t> account(s.account);
  const auto found = h::compare_auc(bad, good, left, account, {300, 42, {}});
  CHECK(found.first.value == Approx(h::auc(h::tally_outcomes(bad, left)).value).epsilon(1e-12));
  CHECK(found.second.value == Approx(h::auc(h::tally_outcomes(good, left)).value).epsilon(1e-12));
  CHECK(found.difference.value == found.second.value - found.first.value);
  CHECK(found.difference.low > 0);
  CHECK(found.share_not_better == 0);
  CHECK(found.seed == 42);
  CHECK(found.replicates == 300);
  CHECK(found.difference.n == 400);
  CHECK(found.difference.method == interval_method::bootstrap);
}

TEST_CASE("bootstrap: threads change nothing, another seed does, the same score never differs") {
  const scored s = random_scores(300, 6);
  const column<double> bad(s.bad), good(s.good);
  const column<std::uint8_t> left(s.left);
  const column<std::uint32_t> account(s.account);
  const auto one = h::compare_auc(bad, good, left, account, {200, 1, {}});
  for (const std::size_t threads : {2u, 3u, 8u}) {
    const auto many = h::compare_auc(bad, good, left, account, {200, 1, {}}, thread_executor(threads));
    CHECK(many.difference.low == one.difference.low);
    CHECK(many.difference.high == one.difference.high);
  }
  CHECK(h::compare_auc(bad, good, left, account, {200, 2, {}}).difference.low != one.difference.low);
  const auto same = h::compare_auc(good, good, left, account, {50, 1, {}});
  CHECK(same.difference.low == 0);
  CHECK(same.difference.high == 0);
  CHECK(same.share_not_better == 1);
}

TEST_CASE("bootstrap: its spread agrees with DeLong's where every account has one row") {
  scored s = random_scores(1500, 7);
  for (std::size_t i = 0; i < s.account.size(); ++i) s.account[i] = static_cast<std::uint32_t>(i);
  const column<double> good(s.good);
  const column<std::uint8_t> left(s.left);
  const auto drawn = h::compare_auc(good, good, left, column<std::uint32_t>(s.account), {1000, 3, {}}).first;
  const auto delong = h::auc(h::tally_outcomes(good, left));
  CHECK((drawn.high - drawn.low) / (delong.high - delong.low) == Approx(1).epsilon(0.1));
}

TEST_CASE("bootstrap: one kind of outcome is undefined") {
  const std::vector<double> risk{1, 2};
  const std::vector<std::uint8_t> left{0, 0};
  const std::vector<std::uint32_t> account{0, 1};
  const auto found =
      h::compare_auc(column<double>(risk), column<double>(risk), column<std::uint8_t>(left), column<std::uint32_t>(account));
  CHECK(found.difference.reason == undefined_reason::zero_denominator);
  CHECK(found.replicates == 0);
}

TEST_CASE("backtest: several splits share no test row, and each begins with a past to train on") {
  std::mt19937_64 random(9);
  days as_of, gone;
  for (int i = 0; i < 2000; ++i) {
    as_of.push_back(100 * static_cast<std::int32_t>(random() % 12));
    gone.push_back(as_of.back() + 1 + static_cast<std::int32_t>(random() % 400));
  }
  const h::panel rows{column<std::int32_t>(as_of), column<std::int32_t>(gone), {}};
  const auto starts = h::test_days(rows.as_of, 3);
  CHECK(starts == std::vector<day>{day{300}, day{600}, day{900}});
  std::vector<int> tested(2000, 0);
  for (std::size_t s = 0; s < starts.size(); ++s) {
    h::split_options options;
    options.horizon_days = 90;
    options.known_until = day{2000};
    options.test_from = starts[s];
    if (s + 1 < starts.size()) options.test_until = starts[s + 1];
    const auto found = h::split_by_time(rows, options);
    CHECK(found.count(h::panel_role::train) > 0);
    std::int64_t all = 0;
    for (const auto n : found.rows) all += n;
    CHECK(all == 2000);
    for (std::size_t i = 0; i < 2000; ++i) {
      tested[i] += found.role[i] == h::panel_role::test;
      if (found.role[i] == h::panel_role::after_test) CHECK(as_of[i] >= options.test_until->since_epoch);
    }
  }
  for (std::size_t i = 0; i < 2000; ++i) REQUIRE(tested[i] == (as_of[i] >= 300 ? 1 : 0));
  CHECK_THROWS_AS((void)h::test_days(rows.as_of, 12), schema_error);
  h::split_options backwards = usual();
  backwards.test_until = backwards.test_from;
  CHECK_THROWS_AS((void)h::split_by_time(rows, backwards), schema_error);
}
