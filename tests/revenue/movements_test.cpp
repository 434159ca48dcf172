#include "sojourn/revenue/movements.hpp"
#include "paths.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>

#include "laws.hpp"
#include "sojourn/revenue/sources/price.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

std::vector<movement_row> monthly(const table& t, const std::string& first, const std::string& last,
                                  const std::string& as_of, const revenue_policy& policy = {}) {
  return movements(tally_revenue(t.book(at(as_of)), period_grid::between(in(first), in(last)), policy));
}

// opening, new, reactivation, expansion, contraction, churn, closing
using seven = std::array<std::int64_t, 7>;
seven amounts(const movement_row& r) {
  return {r.opening, r.new_business, r.reactivation, r.expansion, r.contraction, r.churn, r.closing};
}
using five = std::array<std::int64_t, 5>;
five counts(const movement_row& r) {
  return {r.accounts_opening, r.accounts_new, r.accounts_reactivated, r.accounts_churned, r.accounts_closing};
}
seven amounts(const oracle::slow_period& p) {
  return {p.opening, p.added, p.returned, p.expansion, p.contraction, p.churn, p.closing};
}
five counts(const oracle::slow_period& p) {
  return {p.accounts_opening, p.accounts_new, p.accounts_reactivated, p.accounts_churned, p.accounts_closing};
}

revenue_state random_state(std::mt19937_64& random) {
  table t = random_table(random, 5, random() % 10 + 1);
  if (random() % 4 == 0) t.add(0, "2020-02-01", "", 30'000'000'000'000);
  return tally_revenue(t.book(at("2021-01-01")), period_grid::between(in("2020-01"), in("2020-12")));
}

}  // namespace

TEST_CASE("movements: equal the day-by-day count on thousands of random ledgers, in both modes and three grids") {
  std::mt19937_64 random(4);
  for (int round = 0; round < 1000; ++round) {
    const table t = random_table(random, 4, random() % 10 + 1);
    const int as_of = on("2020-06-15") + static_cast<int>(random() % 400);
    const ledger book = t.book(day{as_of});
    const oracle::slow_ledger slow(t.slow_rows(), on("2019-12-01"), on("2021-05-01"), as_of);
    const period_length each[] = {period_length::month, period_length::quarter, period_length::year};
    const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"), each[round % 3]);
    const revenue_state events = tally_revenue(book, grid);
    const revenue_state net = tally_revenue(book, grid, {.movements = movement_mode::net_endpoints});
    const auto event_rows = movements(events);
    const auto net_rows = movements(net);
    for (std::int32_t p = 0; p < grid.count; ++p) {
      const auto i = static_cast<std::size_t>(p);
      const int from = grid.start(p).since_epoch;
      const int to = grid.end(p).since_epoch;
      REQUIRE((i < event_rows.size()) == (from < as_of));
      if (i >= event_rows.size()) break;
      REQUIRE(amounts(event_rows[i]) == amounts(slow.events(from, to)));
      REQUIRE(counts(event_rows[i]) == counts(slow.events(from, to)));
      REQUIRE(amounts(net_rows[i]) == amounts(slow.net(from, to)));
      REQUIRE(counts(net_rows[i]) == counts(slow.net(from, to)));
      REQUIRE(events.periods[i].lost_in_events.lost == detail::int128{slow.capped_loss(from, to)} * mrr::ticks_per_minor);
      const auto r = slow.retention(from, to);
      REQUIRE(events.periods[i].base.accounts_opening == r.accounts);
      REQUIRE(events.periods[i].base.accounts_lost == r.accounts - r.stayed);
      REQUIRE(events.periods[i].base.gross.lost == detail::int128{r.opening - r.kept} * mrr::ticks_per_minor);
      REQUIRE(events.periods[i].base.net.lost == detail::int128{r.opening - r.closing} * mrr::ticks_per_minor);
      REQUIRE(events.periods[i].base == net.periods[i].base);
    }
  }
}

TEST_CASE("synth_saas: all 36 months of the published waterfall, to the cent") {
  const auto shown = monthly(synth_saas(), "2022-01", "2024-12", "2025-01-01");
  const auto expected = read_csv(sojourn::test::in_repository("examples/data/synth_saas_waterfall.csv"));
  REQUIRE(shown.size() == 36);
  REQUIRE(expected.size() == 36);
  for (std::size_t i = 0; i < 36; ++i) {
    const auto cell = [&](std::size_t column) { return std::stoll(expected[i][column]); };
    CAPTURE(shown[i].period);
    CHECK(expected[i][0] == shown[i].period + "-01");
    CHECK(amounts(shown[i]) == seven{cell(1), cell(2), cell(3), cell(4), cell(5), cell(6), cell(7)});
    CHECK(counts(shown[i]) == five{cell(8), cell(9), cell(10), cell(11), cell(12)});
    CHECK(shown[i].complete);
  }
}

TEST_CASE("mov-01, mov-02: the five movements of one account's life") {
  // Four yearly plans, 2,000 together.
  CHECK(round_to_minor(mrr_from_price({.amount_minor = 200'000, .unit = billing_unit::year}).value.ticks()) == 16'667);
  table t;
  t.add(0, "2023-01-10", "2024-01-10", 16'667);  // (1) and (4)
  t.add(0, "2023-02-05", "2023-04-05", 6'000);   // (2) and (3), at the end of its month
  t.add(0, "2024-05-01", "", 15'000);            // (5)
  const auto why = explain(t.book(at("2024-06-01")), account{0}, at("2023-01-01"), at("2024-06-01"));
  const auto m = [](const std::string& d, movement_kind kind, std::int64_t before, std::int64_t after) {
    return account_movement{at(d), kind, mrr::from_minor(before), mrr::from_minor(after)};
  };
  CHECK(why.movements == std::vector<account_movement>{m("2023-01-10", movement_kind::new_business, 0, 16'667),
                                                       m("2023-02-05", movement_kind::expansion, 16'667, 22'667),
                                                       m("2023-04-05", movement_kind::contraction, 22'667, 16'667),
                                                       m("2024-01-10", movement_kind::churn, 16'667, 0),
                                                       m("2024-05-01", movement_kind::reactivation, 0, 15'000)});
  CHECK(why.rows == std::vector<std::uint32_t>{0, 1, 2});
}

TEST_CASE("mov-04, mov-05: churn stands on the day service ends, not on the day of the request") {
  table t;
  t.add(0, "2024-04-15", "2024-06-15", 1'000).add(1, "2024-01-15", "2024-02-15", 1'000);
  const ledger book = t.book(at("2024-07-01"));
  CHECK(explain(book, account{0}, at("2024-06-01"), at("2024-07-01")).movements.at(0).when == at("2024-06-15"));
  CHECK(book.level(account{1}, at("2024-02-14")) == mrr::from_minor(1'000));
  CHECK(book.level(account{1}, at("2024-02-15")) == mrr{});
  const auto rows = monthly(t, "2024-02", "2024-02", "2024-07-01");
  CHECK(rows[0].churn == 1'000);
}

TEST_CASE("mov-07: who ends on day 4 is churned on day 5, and active(t) = active(t-1) + new - churned") {
  // active 10, 11, 11, 11, 10, 10: the last paid day is day 4 (index 3), so the half-open end is day 5 (index 4).
  table t;
  for (std::uint32_t who = 0; who < 9; ++who) t.add(who, "2024-01-01", "", 100);
  t.add(9, "2024-01-01", "2024-02-05", 100).add(10, "2024-02-02", "", 100);
  const ledger book = t.book(at("2024-03-01"));
  const int expected_active[] = {10, 11, 11, 11, 10, 10};
  const int expected_churned[] = {0, 0, 0, 0, 1, 0};
  for (int d = 0; d < 6; ++d) {
    const day today{on("2024-02-01") + d};
    int active = 0;
    int churned = 0;
    for (std::uint32_t who = 0; who < book.accounts(); ++who) {
      if (book.level(account{who}, today) > mrr{}) ++active;
      for (const auto& m : explain(book, account{who}, today, day{today.since_epoch + 1}).movements) {
        if (m.kind == movement_kind::churn) ++churned;
      }
    }
    CHECK(active == expected_active[d]);
    CHECK(churned == expected_churned[d]);
  }
}

TEST_CASE("mov-08: new, churn, reactivation, upgrade, churn") {
  table t;
  t.add(0, "2018-11-01", "2019-02-01", 5'000)
      .add(0, "2019-04-01", "2019-06-01", 5'000)
      .add(0, "2019-06-01", "2019-08-01", 7'500);
  const auto rows = monthly(t, "2018-11", "2019-08", "2019-09-01");
  CHECK(rows[0].new_business == 5'000);
  CHECK(rows[3].churn == 5'000);
  CHECK(rows[5].reactivation == 5'000);
  CHECK(rows[7].expansion == 2'500);
  CHECK(rows[9].churn == 7'500);
}

TEST_CASE("mov-10, mov-11: accounts with the published totals of two months give the published closing and renewed amount") {
  // The totals and counts are published, the data set is not ours: `many` accounts stay, others do what the month did.
  const auto check = [](const table& t, seven expected, five accounts, std::int64_t renewed) {
    const revenue_state s = tally_revenue(t.book(at("2020-02-01")), period_grid::between(in("2020-01"), in("2020-01")));
    CHECK(amounts(movements(s)[0]) == expected);
    CHECK(counts(movements(s)[0]) == accounts);
    CHECK(s.periods[0].opening() - s.periods[0].base.gross.lost == detail::int128{renewed} * mrr::ticks_per_minor);
  };
  const auto stay = [](table& t, std::uint32_t many, std::int64_t each) {
    for (std::uint32_t who = 0; who < many; ++who) t.add(who, "2019-01-01", "", each);
  };
  table august;
  stay(august, 23, 45);
  august.add(23, "2019-01-01", "2020-01-01", 155)
      .add(23, "2020-01-01", "", 100)
      .add(24, "2020-01-01", "", 50)
      .add(25, "2020-01-01", "", 55);
  august.add(26, "2019-01-01", "2020-01-01", 50)
      .add(27, "2019-01-01", "2020-01-01", 50)
      .add(28, "2019-01-01", "2020-01-01", 60);
  check(august, {1350, 105, 0, 0, 55, 160, 1240}, {27, 2, 0, 3, 26}, 1135);
  table december;
  stay(december, 25, 40);
  december.add(25, "2019-01-01", "2020-01-01", 100).add(25, "2020-01-01", "", 70).add(26, "2019-01-01", "2020-01-01", 35);
  december.add(26, "2020-01-01", "", 85).add(27, "2020-01-01", "", 100).add(28, "2019-01-01", "2020-01-01", 49);
  for (std::uint32_t who = 29; who < 45; ++who) december.add(who, "2019-01-01", "2020-01-01", 41);
  check(december, {1840, 100, 0, 50, 30, 705, 1255}, {44, 1, 0, 17, 28}, 1105);
}

TEST_CASE("mov-13: a contract that steps up or down is expansion or contraction, never churn") {
  for (const std::int64_t second : {2'000'000, 500'000}) {
    table t;
    t.add(0, "2022-06-01", "2023-06-01", 1'000'000).add(0, "2023-06-01", "2024-06-01", second);
    const auto row = monthly(t, "2023-06", "2023-06", "2024-01-01")[0];
    CHECK(row.expansion == std::max<std::int64_t>(0, second - 1'000'000));
    CHECK(row.contraction == std::max<std::int64_t>(0, 1'000'000 - second));
    CHECK(row.churn == 0);
  }
}

TEST_CASE("mov-14: the published 12-month chain") {
  double book = 125'000;
  const double shown[] = {142'875, 160'732, 178'571};
  for (int m = 1; m <= 12; ++m) {
    book += 18'000 + 0.032 * book - 0.033 * book;
    if (m <= 3) CHECK(std::abs(book - shown[m - 1]) <= 0.5);
    if (m == 6) CHECK(std::abs(book - 231'982) <= 0.5);
  }
  CHECK(std::abs(book - 338'324) <= 0.5);
}

TEST_CASE("movements: a second subscription is an expansion, one of two cancelled a contraction, both together one churn") {
  table t;
  t.add(0, "2024-01-01", "2024-03-10", 100).add(0, "2024-02-10", "2024-04-10", 50).add(1, "2024-01-01", "2024-02-10", 70);
  t.add(1, "2024-01-01", "2024-02-10", 30);
  const auto rows = monthly(t, "2024-02", "2024-04", "2024-05-01");
  CHECK(amounts(rows[0]) == seven{200, 0, 0, 50, 0, 100, 150});
  CHECK(rows[0].accounts_churned == 1);
  CHECK(amounts(rows[1]) == seven{150, 0, 0, 0, 100, 0, 50});
  CHECK(amounts(rows[2]) == seven{50, 0, 0, 0, 0, 50, 0});
}

TEST_CASE("movements: options change what they say and keep the roll-forward closed") {
  table t;
  t.add(0, "2024-01-10", "2024-01-20", 100);                                // joins and leaves
  t.add(1, "2023-01-01", "2023-06-01", 100).add(1, "2024-01-10", "", 100);  // back after 223 days
  SUBCASE("default") {
    const auto row = monthly(t, "2024-01", "2024-01", "2024-02-01")[0];
    CHECK(amounts(row) == seven{0, 100, 100, 0, 0, 100, 100});
  }
  SUBCASE("who joins and leaves in one period is dropped") {
    const auto row = monthly(t, "2024-01", "2024-01", "2024-02-01", {.new_and_churned = same_period_new_churn::drop})[0];
    CHECK(amounts(row) == seven{0, 0, 100, 0, 0, 0, 100});
    CHECK(counts(row) == five{0, 0, 1, 0, 1});
  }
  SUBCASE("a return after more than 90 days is new") {
    const auto row = monthly(t, "2024-01", "2024-01", "2024-02-01", {.reactivation_max_gap = 90})[0];
    CHECK(amounts(row) == seven{0, 200, 0, 0, 0, 100, 100});
    const int gap = on("2024-01-10") - on("2023-06-01");
    CHECK(monthly(t, "2024-01", "2024-01", "2024-02-01", {.reactivation_max_gap = gap})[0].reactivation == 100);
    CHECK(monthly(t, "2024-01", "2024-01", "2024-02-01", {.reactivation_max_gap = gap - 1})[0].reactivation == 0);
  }
  SUBCASE("net endpoints never see a lapse inside the period") {
    table lapse;
    lapse.add(0, "2023-01-01", "2024-01-10", 100).add(0, "2024-01-20", "", 80);
    CHECK(amounts(monthly(lapse, "2024-01", "2024-01", "2024-02-01")[0]) == seven{100, 0, 80, 0, 0, 100, 80});
    CHECK(amounts(monthly(lapse, "2024-01", "2024-01", "2024-02-01", {.movements = movement_mode::net_endpoints})[0]) ==
          seven{100, 0, 0, 0, 20, 0, 80});
  }
}

TEST_CASE("movements: months of gross events add up to quarters and years") {
  const table t = synth_saas();
  const auto months = monthly(t, "2022-01", "2024-12", "2025-01-01");
  const ledger book = t.book(at("2025-01-01"));
  for (const auto each : {period_length::quarter, period_length::year}) {
    const auto coarse = movements(tally_revenue(book, period_grid::between(in("2022-01"), in("2024-12"), each)));
    const std::size_t length = static_cast<std::size_t>(each);
    for (std::size_t i = 0; i < coarse.size(); ++i) {
      const auto sum = [&](auto field) {
        return std::accumulate(months.begin() + static_cast<std::ptrdiff_t>(i * length),
                               months.begin() + static_cast<std::ptrdiff_t>((i + 1) * length), std::int64_t{0},
                               [&](std::int64_t total, const movement_row& r) { return total + r.*field; });
      };
      CHECK(coarse[i].churn == sum(&movement_row::churn));
      CHECK(coarse[i].expansion == sum(&movement_row::expansion));
      CHECK(coarse[i].accounts_churned == sum(&movement_row::accounts_churned));
      CHECK(coarse[i].opening == months[i * length].opening);
      CHECK(coarse[i].closing == months[(i + 1) * length - 1].closing);
    }
    CHECK(coarse[0].period == (each == period_length::year ? "2022" : "2022-Q1"));
  }
}

TEST_CASE("movements: parts of minor units are shown by largest remainder, and every row as shown still closes") {
  std::mt19937_64 random(5);
  for (int round = 0; round < 500; ++round) {
    table t = random_table(random, 6, 14);
    subscriptions odd = t.view();
    odd.ticks_per_unit = static_cast<std::int64_t>(random() % 200'000 + 1);  // any fraction of a minor unit
    const auto rows =
        movements(tally_revenue(ledger(odd, {at("2021-03-01")}), period_grid::between(in("2020-01"), in("2020-12"))));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto& r = rows[i];
      REQUIRE(r.opening + r.new_business + r.reactivation + r.expansion - r.contraction - r.churn + r.fx == r.closing);
      if (i > 0) REQUIRE(r.opening == rows[i - 1].closing);
      for (const std::int64_t part : amounts(r)) REQUIRE(part >= 0);
    }
  }
}

TEST_CASE("revenue_state: the laws") {
  check_laws<revenue_state>(random_state);
}

TEST_CASE("revenue_state: order of rows and names of accounts have no influence, amounts scale") {
  std::mt19937_64 random(6);
  const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));
  for (int round = 0; round < 300; ++round) {
    const table t = random_table(random, 6, 25);
    std::vector<std::size_t> order(t.account.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    std::vector<std::uint32_t> names{0, 1, 2, 3, 4, 5};
    std::shuffle(names.begin(), names.end(), random);
    const revenue_state whole = tally_revenue(t.book(at("2021-01-01")), grid);
    REQUIRE(whole == tally_revenue(t.rearranged(order, names).book(at("2021-01-01")), grid));

    table scaled = t;
    for (std::int64_t& amount : scaled.amount) amount *= 3;
    const revenue_state triple = tally_revenue(scaled.book(at("2021-01-01")), grid);
    for (std::size_t i = 0; i < whole.periods.size(); ++i) {
      REQUIRE(triple.periods[i].churn == 3 * whole.periods[i].churn);
      REQUIRE(triple.periods[i].closing() == 3 * whole.periods[i].closing());
      REQUIRE(triple.periods[i].accounts_churned == whole.periods[i].accounts_churned);
    }

    const ledger book = t.book(at("2021-01-01"));
    const std::size_t cut = random() % (book.accounts() + 1);
    revenue_state sum = tally_revenue(book.part(0, cut), grid);
    sum += tally_revenue(book.part(cut, book.accounts()), grid);
    REQUIRE(sum == whole);
  }
}

TEST_CASE("revenue_state: a month-aligned ledger shifted by months gives the same state in shifted periods") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    const int shift = static_cast<int>(random() % 60);
    table here;
    table there;
    for (int i = 0; i < 12; ++i) {
      const auto who = static_cast<std::uint32_t>(random() % 4);
      const month from = in("2020-01") + months{static_cast<int>(random() % 12)};
      const month to = from + months{static_cast<int>(random() % 9)};
      const auto amount = static_cast<std::int64_t>(random() % 1000);
      here.add(who, from.first_day().since_epoch, to.first_day().since_epoch, amount);
      there.add(who, (from + months{shift}).first_day().since_epoch, (to + months{shift}).first_day().since_epoch, amount);
    }
    const period_grid grid = period_grid::between(in("2020-01"), in("2021-12"));
    const period_grid later = period_grid::between(in("2020-01") + months{shift}, in("2021-12") + months{shift});
    const as_of_day all = as_of_day::after_latest_date();
    REQUIRE(tally_revenue(here.book(all), grid).periods == tally_revenue(there.book(all), later).periods);
  }
}

TEST_CASE("revenue_state: 1, 2, 3 and 8 threads give the same state over several chunks") {
  std::mt19937_64 random(8);
  table t;
  for (std::uint32_t who = 0; who < 140'000; ++who) {
    const int from = on("2019-06-01") + static_cast<int>(random() % 500);
    t.add(who, from, from + static_cast<int>(random() % 300), static_cast<std::int64_t>(random() % 100'000));
  }
  const ledger book = t.book(at("2021-01-01"));
  const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));
  const revenue_state serial = tally_revenue(book, grid);
  for (const std::size_t threads : {1u, 2u, 3u, 8u})
    CHECK(tally_revenue(book, grid, {}, thread_executor(threads)) == serial);
}

TEST_CASE("revenue_state: states that do not belong together are refused, and grids must hold whole periods") {
  table t;
  t.add(0, "2024-01-01", "", 100);
  const ledger book = t.book(at("2025-01-01"));
  revenue_state a = tally_revenue(book, period_grid::between(in("2024-01"), in("2024-03")));
  CHECK_THROWS_AS(a += tally_revenue(book, period_grid::between(in("2024-02"), in("2024-04"))), state_error);
  CHECK_THROWS_AS(a += tally_revenue(book, period_grid::between(in("2024-01"), in("2024-03")), {.reactivation_max_gap = 5}),
                  state_error);
  CHECK_THROWS_AS((void)period_grid::between(in("2024-01"), in("2024-02"), period_length::quarter), schema_error);
  CHECK_THROWS_AS((void)period_grid::between(in("2024-02"), in("2024-01")), schema_error);
  CHECK_THROWS_AS((void)tally_revenue(book, period_grid{}), schema_error);
  CHECK(period_grid::between(in("2024-02"), in("2025-01"), period_length::year).label(0) == "2024-02..2025-01");
}

TEST_CASE("movements: a period cut by as_of is shown and named; one account's explanation adds up to the waterfall") {
  const table t = synth_saas();
  const auto rows = monthly(t, "2024-10", "2024-12", "2024-12-15");
  CHECK(rows[1].complete);
  CHECK_FALSE(rows[2].complete);
  const ledger book = t.book(at("2025-01-01"));
  std::int64_t churned = 0;
  for (std::uint32_t who = 0; who < book.accounts(); ++who) {
    const auto why = explain(book, account{who}, at("2024-12-01"), at("2025-01-01"));
    for (const auto& m : why.movements) {
      if (m.kind == movement_kind::churn) churned += m.before.ticks() / mrr::ticks_per_minor;
    }
    mrr level = why.opening;
    for (const auto& m : why.movements) level = m.after;
    REQUIRE(level == why.closing);
  }
  CHECK(churned == monthly(t, "2024-12", "2024-12", "2025-01-01")[0].churn);
  CHECK_THROWS_AS((void)explain(book, account{999'999}, at("2024-12-01"), at("2025-01-01")), data_error);
}

TEST_CASE("movements: what as_of has not reached has no row, and what it cuts is shown as far as it is known") {
  const ledger book = table{}.add(0, "2024-01-01", "", 100).add(1, "2024-02-10", "2024-06-20", 50).book(at("2024-06-10"));
  const period_grid grid = period_grid::between(in("2024-05"), in("2024-12"));
  const auto rows = movements(tally_revenue(book, grid));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].complete);
  CHECK(rows[1].period == "2024-06");
  CHECK_FALSE(rows[1].complete);
  CHECK(rows[1].churn == 0);
  CHECK(periods_not_reached(grid, book.known_until()).front() == "2024-07");
  CHECK(periods_not_reached(grid, book.known_until()).size() == 6);
  CHECK(periods_not_reached(grid, at("2025-01-01")).empty());
  // On the first day of a month nothing of it is known.
  CHECK(periods_not_reached(grid, at("2024-06-01")).front() == "2024-06");
}
