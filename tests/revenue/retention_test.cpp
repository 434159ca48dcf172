#include "sojourn/revenue/retention.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "laws.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

retention_state of(std::initializer_list<std::pair<std::int64_t, std::int64_t>> accounts) {
  retention_state s;
  for (const auto& [opening, closing] : accounts) s.add(opening * mrr::ticks_per_minor, closing * mrr::ticks_per_minor);
  return s;
}

retention_state random_state(std::mt19937_64& random) {
  retention_state s;
  const auto value = [&] { return static_cast<std::int64_t>(random() >> (random() % 8 == 0 ? 1 : 30)); };
  for (std::size_t i = 0; i < random() % 6 + 1; ++i) s.add(value() | 1, random() % 3 == 0 ? 0 : value());
  return s;
}

}  // namespace

TEST_CASE("synth_saas: NRR 95.205435 %, GRR 84.060909 %, logo retention 76.287263 % for 2023-12 to 2024-12") {
  const ledger book = synth_saas().book(at("2025-01-01"));
  const retention_state year = tally_retention(book, at("2024-01-01"), at("2025-01-01"));
  CHECK(std::abs(100 * nrr(year).value - 95.205435) < 5e-7);
  CHECK(std::abs(100 * grr(year).value - 84.060909) < 5e-7);
  // 1,126 of 1,476. The data's own note prints 76.286263, which no count of 1,476 gives.
  CHECK(year.accounts_opening == 1'476);
  CHECK(year.accounts_lost == 350);
  CHECK(std::abs(100 * logo_retention(year).value - 76.287263) < 5e-7);
  CHECK(nrr(year).method == interval_method::score);
  CHECK(nrr(year, {.interval = ratio_interval::linearised}).method == interval_method::linearised);
  CHECK(logo_retention(year).method == interval_method::wilson);
  CHECK(nrr(year).low < nrr(year).value);
  CHECK(nrr(year).value < nrr(year).high);
}

TEST_CASE("ret-01 (negative): 5,000 at the beginning of 6,000 at the end is 100 %, not 1 %, and totals hide losses") {
  CHECK(grr(of({{5'000, 6'000}})).value == 1.0);
  // The same totals: one account lost 2,000, another grew by 3,000. The minimum of totals still says 100 %.
  CHECK(grr(of({{2'000, 0}, {3'000, 6'000}})).value == Approx(0.6));
}

TEST_CASE("ret-02: NRR 102 % and GRR 98 % of 2,000,000 with 80,000 expansion, 30,000 churn, 10,000 contraction") {
  const auto s = of({{1'000'000, 1'080'000}, {30'000, 0}, {100'000, 90'000}, {870'000, 870'000}});
  CHECK(s.opening == detail::int128{2'000'000} * mrr::ticks_per_minor);
  CHECK(nrr(s).value == Approx(1.02));
  CHECK(grr(s).value == Approx(0.98));
}

TEST_CASE("ret-04: 950 at the end, 100 of them new, of 1,000 is a logo retention of 85 %") {
  retention_state s;
  for (int i = 0; i < 1000; ++i) s.add(100, i < 850 ? 100 : 0);
  CHECK(logo_retention(s).value == Approx(0.85));
}

TEST_CASE("ret-05: no losses and 10 % upsell are NRR 110 %, GRR 100 %") {
  const auto s = of({{1'000, 1'100}, {2'000, 2'200}});
  CHECK(nrr(s).value == Approx(1.1));
  CHECK(grr(s).value == 1.0);
  CHECK(grr(s).high == 1.0);
}

TEST_CASE("chr-20: 100 at the start, 105 at the end, 10 new is 95 % retention") {
  table t;
  for (std::uint32_t who = 0; who < 100; ++who) {
    t.add(who, "2023-01-01", who < 5 ? "2024-01-15" : "", 100);
  }
  for (std::uint32_t who = 100; who < 110; ++who) t.add(who, "2024-01-20", "", 100);
  CHECK(logo_retention(tally_retention(t.book(at("2024-02-01")), at("2024-01-01"), at("2024-02-01"))).value == Approx(0.95));
}

TEST_CASE("chr-14: a rolling window of 30 days, [t - 30, t), with the cancellation as the end") {
  table t;
  for (std::uint32_t who = 0; who < 5; ++who) t.add(who, "2024-01-01", who == 0 ? "2024-02-01" : "", 100);
  const ledger book = t.book(at("2024-04-01"));
  const auto lost = [&](const std::string& until) {
    const day to = at(until);
    return 1 - logo_retention(tally_retention(book, day{to.since_epoch - 30}, to)).value;
  };
  CHECK(lost("2024-02-01") == 0.0);
  CHECK(lost("2024-02-02") == Approx(0.2));
  CHECK(lost("2024-03-01") == Approx(0.2));
  CHECK(lost("2024-03-02") == Approx(0.2));
  CHECK(lost("2024-03-03") == 0.0);
}

TEST_CASE("grr: churn_only forgives downgrades") {
  const auto s = of({{1'000, 500}, {1'000, 0}, {2'000, 3'000}});
  CHECK(grr(s).value == Approx(0.625));
  CHECK(grr(s, {.policy = {.grr = grr_basis::churn_only}}).value == Approx(0.75));
}

TEST_CASE("retention: equals the day-by-day ledger, and the grid's own periods") {
  std::mt19937_64 random(21);
  for (int round = 0; round < 2000; ++round) {
    const table t = random_table(random, 5, random() % 12 + 1);
    const ledger book = t.book(at("2021-03-01"));
    const oracle::slow_ledger slow(t.slow_rows(), on("2019-12-01"), on("2021-05-01"), on("2021-03-01"));
    const month first = in("2020-01") + months{static_cast<int>(random() % 12)};
    const int length = static_cast<int>(random() % 3);
    const period_length each[] = {period_length::month, period_length::quarter, period_length::year};
    const period_grid grid = period_grid::between(first, first + months{static_cast<int>(each[length]) - 1}, each[length]);
    if (grid.end(0) > at("2021-05-01")) continue;
    const retention_state s = tally_retention(book, grid.start(0), grid.end(0));
    const auto r = slow.retention(grid.start(0).since_epoch, grid.end(0).since_epoch);
    REQUIRE(s.accounts_opening == r.accounts);
    REQUIRE(s == tally_revenue(book, grid).periods[0].base);
    if (r.opening == 0) {
      REQUIRE(std::isnan(nrr(s).value));
      REQUIRE(nrr(s).reason == undefined_reason::no_observations);
      continue;
    }
    REQUIRE(nrr(s).value == Approx(static_cast<double>(r.closing) / static_cast<double>(r.opening)).epsilon(1e-14));
    REQUIRE(grr(s).value == Approx(static_cast<double>(r.kept) / static_cast<double>(r.opening)).epsilon(1e-14));
    REQUIRE(grr(s).value <= std::min(1.0, nrr(s).value));
    REQUIRE(grr(s).value >= 0);
    REQUIRE(grr(s, {.policy = {.grr = grr_basis::churn_only}}).value >= grr(s).value);
  }
}

TEST_CASE("nrr: the linearised interval is the textbook residual sum, account by account") {
  std::mt19937_64 random(22);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::pair<double, double>> accounts;
    retention_state s;
    for (std::size_t i = 0; i < 2 + random() % 40; ++i) {
      const auto opening = static_cast<std::int64_t>(random() % 10'000 + 1);
      const auto closing = random() % 4 == 0 ? 0 : static_cast<std::int64_t>(random() % 12'000);
      s.add(opening * mrr::ticks_per_minor, closing * mrr::ticks_per_minor);
      accounts.emplace_back(opening, closing);
    }
    const auto half_width = [&](auto kept) {
      double x = 0;
      double y = 0;
      for (const auto& [o, c] : accounts) x += o, y += kept(o, c);
      double squares = 0;
      for (const auto& [o, c] : accounts) squares += std::pow(kept(o, c) - y / x * o, 2);
      const auto n = static_cast<double>(accounts.size());
      return 1.959963984540054 * std::sqrt(n / (n - 1) * squares) / x;
    };
    const double net = half_width([](double, double c) { return c; });
    const double gross = half_width([](double o, double c) { return std::min(o, c); });
    const rate_options wald{.interval = ratio_interval::linearised};
    REQUIRE(nrr(s, wald).high - nrr(s, wald).value == Approx(net).epsilon(1e-9));
    REQUIRE(nrr(s, wald).low == Approx(std::max(0.0, nrr(s, wald).value - net)).epsilon(1e-9));
    REQUIRE(grr(s, wald).low == Approx(std::max(0.0, grr(s, wald).value - gross)).epsilon(1e-9));
  }
}

TEST_CASE("retention: who returned within the window counts as kept, who came later does not count") {
  table t;
  t.add(0, "2023-01-01", "2024-03-01", 100).add(0, "2024-06-01", "", 150).add(1, "2024-02-01", "", 900);
  const auto s = tally_retention(t.book(at("2025-01-01")), at("2024-01-01"), at("2025-01-01"));
  CHECK(s.accounts_opening == 1);
  CHECK(nrr(s).value == Approx(1.5));
  CHECK(grr(s).value == 1.0);
}

TEST_CASE("retention: nothing at the opening is undefined; one account has no interval; an empty window is refused") {
  CHECK(std::isnan(nrr({}).value));
  CHECK(nrr({}).reason == undefined_reason::no_observations);
  CHECK(logo_retention({}).reason == undefined_reason::no_observations);
  const auto one = nrr(of({{100, 90}}));
  CHECK(one.value == Approx(0.9));
  CHECK(std::isnan(one.low));
  CHECK(one.method == interval_method::none);
  CHECK_THROWS_AS((void)tally_retention(ledger{}, at("2024-01-01"), at("2024-01-01")), schema_error);
}

TEST_CASE("retention_state: the laws") {
  check_laws<retention_state>(random_state);
}
