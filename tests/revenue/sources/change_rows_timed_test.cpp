// Changes of an account at other moments of one day: several movements under `timed_events`, one under other policies.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <vector>

#include "sojourn/book_bytes.hpp"
#include "sojourn/revenue/book/read.hpp"
#include "sojourn/revenue/cause_movements.hpp"
#include "sojourn/revenue/explain/reconcile.hpp"
#include "sojourn/revenue/lane_movements.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/sources/change_rows.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

constexpr std::int64_t an_hour = 3'600'000'000'000;  // in nanoseconds

struct timed_row {
  std::uint32_t account;
  int day;
  int hour;
  std::int64_t level;
  std::uint32_t subscription;
  std::uint32_t plan = 0;
};

/// A log with times; owns its memory.
struct timed_log {
  std::vector<std::uint32_t> account, subscription, plan;
  std::vector<std::int32_t> when;
  std::vector<std::int64_t> amount, nanosecond;

  explicit timed_log(const std::vector<timed_row>& rows) {
    for (const timed_row& one : rows) {
      account.push_back(one.account), subscription.push_back(one.subscription), plan.push_back(one.plan);
      when.push_back(one.day), amount.push_back(one.level), nanosecond.push_back(one.hour * an_hour);
    }
  }
  [[nodiscard]] mrr_changes view() const {
    return {.account = account, .when = when, .amount = amount, .subscription = subscription, .nanosecond = nanosecond};
  }
  [[nodiscard]] facts as_facts() const {
    facts made{.rows = view()};
    made.cause = {plan, {"price", "seats", "voluntary"}};
    made.labels.push_back({"plan", {plan, {"basic", "pro", "team"}}});
    return made;
  }
  [[nodiscard]] book held() const {
    book made(fact_source::changes);
    for (std::int64_t who = 0; who < 4; ++who) made.keys().intern(who);
    for (std::int64_t which = 0; which < 12; ++which) made.subscription_keys().intern(which);
    apply(made, as_facts());
    return made;
  }
};

revenue_policy timed() {
  return {.movements = movement_mode::timed_events};
}

/// Two subscriptions of 100.00 and 200.00 that are cancelled at two moments of 10 March.
std::vector<timed_row> two_cancellations(int first_hour, int second_hour) {
  const int january = on("2024-01-01"), march = on("2024-03-10");
  return {{0, january, 9, 100, 0}, {0, january, 9, 200, 1}, {0, march, first_hour, 0, 0}, {0, march, second_hour, 0, 1}};
}

std::vector<movement_kind> kinds(const timed_log& log, const revenue_policy& policy) {
  const auto books = books_of(log.view(), change_options{.as_of = at("2024-06-01")});
  std::vector<movement_kind> found;
  for (const auto& one : explain(*books(policy).book, account{0}, at("2024-01-01"), at("2024-06-01"), policy).movements) {
    found.push_back(one.kind);
  }
  return found;
}

/// Days are few, so that many changes fall on one; an account has at most three subscriptions.
std::vector<timed_row> random_rows(std::mt19937_64& random) {
  std::vector<timed_row> rows;
  std::map<std::pair<std::uint32_t, int>, bool> taken;  // one change per subscription and moment
  for (std::size_t n = 1 + random() % 20; n > 0; --n) {
    const auto who = static_cast<std::uint32_t>(random() % 4);
    timed_row one{who, on("2024-01-05") + static_cast<int>(random() % 4) * 15, static_cast<int>(random() % 3) * 5,
                  static_cast<std::int64_t>(random() % 3) * 100, who * 3 + static_cast<std::uint32_t>(random() % 3)};
    one.plan = one.subscription % 3;
    if (!std::exchange(taken[{one.subscription, one.day * 24 + one.hour}], true)) rows.push_back(one);
  }
  return rows;
}

/// Movements of a month by a walk through the moments of each account.
struct slow_sums {
  std::int64_t grown = 0, lost = 0, joined = 0, left = 0, left_accounts = 0;
  friend bool operator==(const slow_sums&, const slow_sums&) = default;
};

std::map<std::string, slow_sums> slow_movements(const std::vector<timed_row>& rows) {
  std::map<std::string, slow_sums> months;
  for (std::uint32_t who = 0; who < 4; ++who) {
    std::map<std::pair<int, int>, std::vector<timed_row>> moments;
    for (const timed_row& one : rows) {
      if (one.account == who) moments[{one.day, one.hour}].push_back(one);
    }
    std::map<std::uint32_t, std::int64_t> levels;
    std::int64_t before = 0;
    for (const auto& [moment, changes] : moments) {
      for (const timed_row& one : changes) levels[one.subscription] = one.level;
      std::int64_t now = 0;
      for (const auto& [which, level] : levels) now += level;
      slow_sums& to = months[to_string(month::of(day{moment.first}))];
      if (before == 0)
        to.joined += now;
      else if (now == 0)
        to.left += before, ++to.left_accounts;
      else
        (now > before ? to.grown : to.lost) += now > before ? now - before : before - now;
      before = now;
    }
  }
  return months;
}

slow_sums sums_of(const movement_row& row) {
  return {row.expansion, row.contraction, row.new_business + row.reactivation, row.churn, row.accounts_churned};
}

}  // namespace

TEST_CASE("two cancellations on one day are a contraction and a churn under Stripe's policy, where times tell them apart") {
  using enum movement_kind;
  const timed_log apart(two_cancellations(10, 15)), together(two_cancellations(10, 10));
  const std::vector one_churn{new_business, churn}, two{new_business, contraction, churn};
  CHECK(kinds(apart, revenue_policy::preset("stripe")) == two);
  CHECK(kinds(apart, timed()) == two);
  CHECK(kinds(apart, {}) == one_churn);
  CHECK(kinds(together, revenue_policy::preset("stripe")) == one_churn);
  // What follows within the minutes of a group is one change.
  revenue_policy grouped = timed();
  grouped.grouping_minutes = 300;
  CHECK(kinds(apart, grouped) == one_churn);
  grouped.grouping_minutes = 299;
  CHECK(kinds(apart, grouped) == two);
  // Without times there are no moments, and a rule that refuses two changes of a day knows none either.
  timed_log days(two_cancellations(10, 15));
  mrr_changes without = days.view();
  without.nanosecond = {};
  CHECK(rows_from_changes(without, {.movements = movement_mode::timed_events}).marks.empty());
}

TEST_CASE("timed events: the amounts, and one subscription that changes twice on a day") {
  const period_grid march = period_grid::between(in("2024-03"), in("2024-03"));
  const timed_log two(two_cancellations(15, 10));
  const auto movements_of = [&](const timed_log& log, const revenue_policy& policy) {
    return movements(
               tally_revenue(*books_of(log.view(), change_options{.as_of = at("2024-06-01")})(policy).book, march, policy))
        .front();
  };
  CHECK(sums_of(movements_of(two, timed())) == slow_sums{0, 200, 0, 100, 1});
  CHECK(sums_of(movements_of(two, {})) == slow_sums{0, 0, 0, 300, 1});
  const timed_log one({{0, on("2024-01-01"), 9, 300, 0},
                       {0, on("2024-03-10"), 9, 500, 0},
                       {0, on("2024-03-10"), 11, 100, 0},
                       {0, on("2024-03-10"), 12, 0, 0}});
  CHECK(sums_of(movements_of(one, timed())) == slow_sums{200, 400, 0, 100, 1});
  CHECK(sums_of(movements_of(one, {})) == slow_sums{0, 0, 0, 300, 1});
}

TEST_CASE("timed events: movements equal a walk through moments; lanes and causes add up to them") {
  std::mt19937_64 random(84);
  const period_grid grid = period_grid::between(in("2024-01"), in("2024-03"));
  for (int round = 0; round < 400; ++round) {
    const std::vector<timed_row> rows = random_rows(random);
    const timed_log log(rows);
    const book held = log.held();
    const view under{.policy = timed(), .as_of = at("2024-06-01")};
    const reading whole = read(held, under);
    const auto slow = slow_movements(rows);
    const auto shown = movements(tally_revenue(whole.ledger.book, grid, under.policy));
    for (const movement_row& row : shown) {
      const auto wanted = slow.find(row.period);
      REQUIRE(sums_of(row) == (wanted == slow.end() ? slow_sums{} : wanted->second));
    }
    view by_plan = under;
    by_plan.split_by = "plan";
    const auto lanes = tally_lanes(read(held, by_plan).ledger.book, lane_amounts::one_currency, grid, under.policy);
    const auto causes = tally_causes(whole.ledger.book, grid, under.policy);
    for (std::size_t p = 0; p < shown.size(); ++p) {
      detail::int128 churn = 0, contraction = 0, expansion = 0, joined = 0;
      for (const lane_sums& one : lanes.periods[p]) {
        churn += one.churn, contraction += one.contraction, expansion += one.expansion;
        joined += one.new_business + one.reactivation;
      }
      REQUIRE(churn == detail::int128{shown[p].churn} * mrr::ticks_per_minor);
      REQUIRE(contraction == detail::int128{shown[p].contraction} * mrr::ticks_per_minor);
      REQUIRE(expansion == detail::int128{shown[p].expansion} * mrr::ticks_per_minor);
      REQUIRE(joined == detail::int128{shown[p].new_business + shown[p].reactivation} * mrr::ticks_per_minor);
      churn = contraction = 0;
      for (const cause_sums& one : causes.periods[p]) churn += one.churn, contraction += one.contraction;
      REQUIRE(churn == detail::int128{shown[p].churn} * mrr::ticks_per_minor);
      REQUIRE(contraction == detail::int128{shown[p].contraction} * mrr::ticks_per_minor);
    }
    // Levels at the ends of days are those of any policy.
    const reading plain = read(held, view{.as_of = at("2024-06-01")});
    for (std::uint32_t who = 0; who < 4; ++who) {
      for (int d = on("2024-01-01"); d < on("2024-04-01"); d += 2) {
        REQUIRE(whole.ledger.book.level(account{who}, day{d}) == plain.ledger.book.level(account{who}, day{d}));
      }
    }
  }
}

TEST_CASE("timed events: corrections one by one and bytes give what a reading of all rows gives") {
  std::mt19937_64 random(85);
  for (int round = 0; round < 100; ++round) {
    const std::vector<timed_row> rows = random_rows(random);
    view under{.policy = timed(), .as_of = at("2024-06-01")};
    if (round % 2 == 1) under.policy.lapse_grace = 20;
    const book all = timed_log(rows).held();
    book grown = timed_log(std::vector<timed_row>(rows.begin(), rows.begin() + 1)).held();
    reading follows = read(grown, under);
    std::vector<reading*> follow{&follows};
    for (std::size_t i = 1; i < rows.size(); ++i) apply(grown, timed_log({rows[i]}).as_facts(), follow);
    const reading whole = read(all, under);
    const reading again = read(from_bytes<book>(to_bytes(all)), under);
    for (std::uint32_t who = 0; who < 4; ++who) {
      const auto a = whole.ledger.book.steps(account{who}), b = follows.ledger.book.steps(account{who});
      REQUIRE(std::vector(a.begin(), a.end()) == std::vector(b.begin(), b.end()));
    }
    REQUIRE(movements(tally_revenue(again.ledger.book, period_grid::between(in("2024-01"), in("2024-03")))) ==
            movements(tally_revenue(whole.ledger.book, period_grid::between(in("2024-01"), in("2024-03")))));
  }
}

TEST_CASE("timed events: a lapse that the policy bridges moves nothing, also one within a day") {
  const int january = on("2024-01-01"), march = on("2024-03-10");
  using enum movement_kind;
  revenue_policy grace = timed();
  const std::vector<timed_row> within{{0, january, 9, 100, 0}, {0, march, 10, 0, 0}, {0, march, 15, 100, 1}};
  CHECK(kinds(timed_log(within), grace) == std::vector{new_business, churn, reactivation});
  std::vector<timed_row> days = two_cancellations(10, 15);
  days.push_back({0, march + 3, 8, 100, 0}), days.push_back({0, march + 3, 9, 200, 1});
  CHECK(kinds(timed_log(days), grace) == std::vector{new_business, contraction, churn, reactivation, expansion});
  grace.lapse_grace = 5;
  CHECK(kinds(timed_log(within), grace) == std::vector{new_business});
  CHECK(kinds(timed_log(days), grace) == std::vector{new_business});
}
