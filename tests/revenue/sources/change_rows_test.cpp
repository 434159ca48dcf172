#include "sojourn/revenue/sources/change_rows.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/explain/reconcile.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "sojourn/revenue/snapshot_tally.hpp"
#include "sojourn/state_bytes.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

/// Changes with their times; MRR of a day as an account sees it, change after change.
constexpr std::int64_t a_minute = 60'000'000'000;  // in nanoseconds

struct timed_change {
  std::uint32_t account;
  std::int64_t moment;  // minutes since 1970
  std::int64_t level;
  std::uint32_t subscription;
};

// Each account alone: a change counts on the day of the first of the changes that follow each other within the window.
std::int64_t slow_grouped_level(const std::vector<timed_change>& rows, std::uint32_t who, int window,
                                std::optional<int> as_of, int day_) {
  // A multimap keeps equal keys in their order, as a stable sort would; libstdc++ 12's stable_sort warns under clang 19.
  std::multimap<std::int64_t, timed_change> all;
  for (const timed_change& c : rows) {
    if (c.account == who) all.emplace(c.moment, c);
  }
  std::map<std::uint32_t, std::int64_t> levels;
  std::int64_t group_day = 0, before = 0;
  bool any = false;
  for (const auto& [moment, c] : all) {
    const std::int64_t own = c.moment / 1440;
    const bool joins = any && c.moment - before <= window && !(as_of && own >= *as_of);
    if (!joins) group_day = own;
    if (group_day <= day_ && !(as_of && group_day >= *as_of)) levels[c.subscription] = c.level;
    before = c.moment, any = true;
  }
  std::int64_t sum = 0;
  for (const auto& [which, level] : levels) sum += level;
  return sum;
}

struct change_table {
  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> when;
  std::vector<std::int64_t> amount;
  std::vector<std::uint32_t> subscription;

  change_table& add(std::uint32_t who, int day_, std::int64_t minor, std::uint32_t which = 0) {
    account.push_back(who), when.push_back(day_), amount.push_back(minor), subscription.push_back(which);
    return *this;
  }
  [[nodiscard]] mrr_changes view() const {
    return {column<std::uint32_t>(account, "account"), column<std::int32_t>(when, "on"), column<std::int64_t>(amount, "mrr"),
            column<std::uint32_t>(subscription, "subscription")};
  }
};

using levels = std::map<std::pair<std::uint32_t, std::uint32_t>, std::map<int, std::int64_t>>;

// MRR of an account on a day: each subscription's last level on or before it.
std::int64_t slow_level(const levels& all, std::uint32_t who, int day_) {
  std::int64_t sum = 0;
  for (const auto& [key, changes] : all) {
    if (key.first != who) continue;
    std::int64_t level = 0;
    for (const auto& [when, to] : changes) {
      if (when <= day_) level = to;
    }
    sum += level;
  }
  return sum;
}

change_table shuffled(const change_table& t, std::mt19937_64& random) {
  std::vector<std::size_t> order(t.account.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), random);
  change_table out;
  for (const std::size_t i : order) out.add(t.account[i], t.when[i], t.amount[i], t.subscription[i]);
  return out;
}

bool same_steps(const ledger& a, const ledger& b) {
  if (a.accounts() != b.accounts()) return false;
  for (std::uint32_t who = 0; who < a.accounts(); ++who) {
    if (!std::ranges::equal(a.steps(account{who}), b.steps(account{who}))) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("changes: levels and deltas, sorted or not, give what a map of days gives") {
  std::mt19937_64 random(81);
  for (int round = 0; round < 300; ++round) {
    levels all;
    change_table as_levels, as_deltas;
    for (std::uint32_t who = 0; who < 4; ++who) {
      for (std::uint32_t which = 0; which < 1 + random() % 3; ++which) {
        int when = on("2020-01-01") + static_cast<int>(random() % 60);
        std::int64_t before = 0;
        for (std::size_t n = random() % 6; n > 0; --n) {
          const std::int64_t level = static_cast<std::int64_t>(random() % 4) * 1000;
          all[{who, which}][when] = level;
          as_levels.add(who, when, level, who * 10 + which);
          as_deltas.add(who, when, level - before, who * 10 + which);
          before = level;
          when += 1 + static_cast<int>(random() % 70);
        }
      }
    }
    if (as_levels.account.empty()) continue;
    const std::optional<day> as_of = random() % 2 == 0 ? std::optional<day>(at("2020-08-01")) : std::nullopt;
    change_options options;
    options.accounts = 4;
    const ledger book = rows_from_changes(as_levels.view(), options).book(as_of);
    REQUIRE(same_steps(book, rows_from_changes(shuffled(as_levels, random).view(), options).book(as_of)));
    options.amount = change_amount::delta;
    REQUIRE(same_steps(book, rows_from_changes(as_deltas.view(), options).book(as_of)));
    REQUIRE(same_steps(book, rows_from_changes(shuffled(as_deltas, random).view(), options).book(as_of)));
    const int until = as_of ? as_of->since_epoch : on("2021-12-01");
    for (std::uint32_t who = 0; who < book.accounts(); ++who) {
      for (int d = on("2019-12-20"); d < until; d += 3) {
        REQUIRE(book.level(account{who}, day{d}) == mrr::from_minor(slow_level(all, who, d)));
      }
    }
  }
}

TEST_CASE("changes: a sign-up and an upgrade minutes apart are one new customer, and two cancellations one churn") {
  // What ChartMogul documents of its window of 60 minutes; sign-up at 23:50, upgrade at 00:20.
  const std::vector<std::uint32_t> account(4, 0), subscription{0, 1, 0, 1};
  const std::vector<std::int32_t> when{on("2024-01-31"), on("2024-02-01"), on("2024-05-31"), on("2024-06-01")};
  const std::vector<std::int64_t> time{1430 * a_minute, 20 * a_minute, 1420 * a_minute, 5 * a_minute};
  const std::vector<std::int64_t> amount{5000, 3000, 0, 0};
  const mrr_changes table{
      .account = account, .when = when, .amount = amount, .subscription = subscription, .nanosecond = time};
  const policy_books books = books_of(table, {.as_of = at("2024-07-01")});
  const auto kinds = [&](const revenue_policy& policy) {
    std::vector<movement_kind> found;
    for (const auto& m :
         explain(*books(policy).book, sojourn::account{0}, at("2024-01-01"), at("2024-07-01"), policy).movements)
      found.push_back(m.kind);
    return found;
  };
  using enum movement_kind;
  CHECK(kinds({}) == std::vector{new_business, expansion, contraction, churn});
  revenue_policy grouped;
  grouped.grouping_minutes = 60;
  CHECK(kinds(grouped) == std::vector{new_business, churn});
  CHECK(kinds(revenue_policy::preset("chartmogul")) == std::vector{new_business, churn});
  grouped.grouping_minutes = 30;
  CHECK(kinds(grouped) == std::vector{new_business, churn});
  grouped.grouping_minutes = 29;
  CHECK(kinds(grouped) == std::vector{new_business, expansion, churn});
  grouped.grouping_minutes = 24;
  CHECK(kinds(grouped).size() == 4);

  const reconciliation why = reconcile(books, {}, revenue_policy::preset("chartmogul"), at("2024-01-01"), at("2024-02-01"));
  const auto step =
      std::find_if(why.steps.begin(), why.steps.end(), [](const auto& s) { return s.option == "grouping_minutes"; });
  REQUIRE(step != why.steps.end());
  CHECK(step->change.closing == mrr::from_minor(3000).ticks());
  CHECK(rows_from_changes(table, {.grouping_minutes = 60}).counts.grouped == 2);
  // What has not happened by as_of is not known, so it is not moved before it.
  CHECK(rows_from_changes(table, {.grouping_minutes = 60, .as_of = at("2024-02-01")})
            .book(at("2024-02-01"))
            .level(sojourn::account{0}, at("2024-01-31")) == mrr::from_minor(5000));
}

TEST_CASE("changes: the time of day says which is the last, and groups equal a walk through each account") {
  std::mt19937_64 random(83);
  for (int round = 0; round < 500; ++round) {
    std::vector<timed_change> all;
    std::int64_t moment = std::int64_t{on("2024-01-01")} * 1440;
    for (std::size_t n = 1 + random() % 14; n > 0; --n) {
      moment += 1 + static_cast<std::int64_t>(random() % (random() % 3 == 0 ? 4000 : 90));
      all.push_back({static_cast<std::uint32_t>(random() % 2), moment, static_cast<std::int64_t>(random() % 4) * 100,
                     static_cast<std::uint32_t>(random() % 2)});
    }
    const int window = static_cast<int>(random() % 3) * 45;
    const std::optional<int> as_of = random() % 2 == 0 ? std::optional(on("2024-01-03")) : std::nullopt;
    std::vector<timed_change> order = all;
    std::shuffle(order.begin(), order.end(), random);
    std::vector<std::uint32_t> account, subscription;
    std::vector<std::int32_t> when;
    std::vector<std::int64_t> amount, time;
    for (const timed_change& c : order) {
      account.push_back(c.account), subscription.push_back(c.account * 2 + c.subscription), amount.push_back(c.level);
      when.push_back(static_cast<std::int32_t>(c.moment / 1440)), time.push_back(c.moment % 1440 * a_minute);
    }
    const mrr_changes table{
        .account = account, .when = when, .amount = amount, .subscription = subscription, .nanosecond = time};
    change_options options{.accounts = 2, .grouping_minutes = window};
    if (as_of) options.as_of = day{*as_of};
    const ledger book = rows_from_changes(table, options).book(options.as_of);
    const int last = as_of ? *as_of : on("2024-03-01");
    for (std::uint32_t who = 0; who < book.accounts(); ++who) {
      for (int d = on("2023-12-31"); d < last; ++d) {
        REQUIRE(book.level(sojourn::account{who}, day{d}) ==
                mrr::from_minor(slow_grouped_level(all, who, window, as_of, d)));
      }
    }
  }
  const std::vector<std::uint32_t> account{0};
  const std::vector<std::int32_t> when{0};
  const std::vector<std::int64_t> amount{1}, time{1440 * a_minute};
  CHECK_THROWS_AS((void)rows_from_changes({.account = account, .when = when, .amount = amount, .nanosecond = time}),
                  data_error);
}

TEST_CASE("edge F04: changes seconds and nanoseconds apart count in the order of their moments, newest first too") {
  for (const std::int64_t apart : {std::int64_t{25'000'000'000}, std::int64_t{1}}) {
    const std::int64_t ten = 600 * a_minute;
    const std::vector<std::uint32_t> account{0, 0};
    const std::vector<std::int32_t> when(2, on("2024-01-10"));
    const std::vector<std::int64_t> amount{0, 3000}, time{ten + apart, ten};
    const mrr_rows rows =
        rows_from_changes({.account = account, .when = when, .amount = amount, .nanosecond = time}, {.accounts = 1});
    CHECK(rows.book(at("2024-02-01")).level(sojourn::account{0}, at("2024-01-10")) == mrr{});
    CHECK(rows.counts.same_moment == 0);
  }
}

TEST_CASE("changes: where one moment has two last changes the row decides, and the count says so") {
  const std::vector<std::uint32_t> account{0, 0, 1, 1, 2};
  const std::vector<std::int32_t> when(5, on("2024-01-10"));
  const std::vector<std::int64_t> amount{3000, 0, 500, 500, 100}, time(5, 7);
  const mrr_changes table{.account = account, .when = when, .amount = amount, .nanosecond = time};
  const mrr_rows rows = rows_from_changes(table, {.accounts = 3});
  CHECK(rows.counts.same_moment == 1);  // two equal amounts need no decision
  CHECK(rows.book(at("2024-02-01")).level(sojourn::account{0}, at("2024-01-10")) == mrr{});
  CHECK(rows_from_changes(table, {.same_day = same_day_changes::sum, .accounts = 3}).counts.same_moment == 0);
}

TEST_CASE("changes: an interval table and the log of its days are one ledger") {
  std::mt19937_64 random(82);
  for (int round = 0; round < 300; ++round) {
    const table rows = random_table(random, 5, 1 + random() % 12);
    change_table log;
    std::uint32_t which = 0;
    for (const auto& row : rows.slow_rows()) {
      log.add(row.account, row.start, row.amount, which);
      if (row.end && *row.end != row.start) log.add(row.account, *row.end, 0, which);
      if (row.end && *row.end == row.start) log.amount.back() = 0;
      ++which;
    }
    change_options options;
    options.accounts = 5;
    const day as_of{on("2020-05-01") + static_cast<int>(random() % 300)};
    const ledger ours = rows_from_changes(shuffled(log, random).view(), options).book(as_of);
    const ledger theirs = rows.book(as_of);
    for (std::uint32_t who = 0; who < 5; ++who)
      REQUIRE(std::ranges::equal(ours.steps(account{who}), theirs.steps(account{who})));
  }
}

TEST_CASE("changes: several on one day follow the named rule, and are counted") {
  change_table t;
  t.add(0, on("2024-01-05"), 1000).add(0, on("2024-01-05"), 300).add(0, on("2024-02-01"), 0);
  const auto level_on = [&](const change_options& options, const char* date) {
    return rows_from_changes(t.view(), options).book().level(account{0}, at(date));
  };
  CHECK(level_on({}, "2024-01-20") == mrr::from_minor(300));
  CHECK(level_on({change_amount::level, same_day_changes::sum}, "2024-01-20") == mrr::from_minor(1300));
  CHECK(level_on({change_amount::delta, same_day_changes::usual}, "2024-02-20") == mrr::from_minor(1300));
  CHECK(level_on({change_amount::delta, same_day_changes::last}, "2024-01-20") == mrr::from_minor(300));
  CHECK(level_on({}, "2024-02-01") == mrr{});
  CHECK_THROWS_WITH_AS((void)level_on({change_amount::level, same_day_changes::refuse}, "2024-02-01"),
                       doctest::Contains("row 1"), data_error);
  const ledger book = rows_from_changes(t.view()).book();
  CHECK(book.counts().rows == 3);
  CHECK(book.counts().empty_periods == 1);
  CHECK(book.counts().free_periods == 1);
  CHECK(book.rows_of(account{0}).size() == 3);
}

TEST_CASE("changes: what cannot be is refused with its row") {
  change_table below;
  below.add(0, on("2024-01-05"), 100).add(0, on("2024-02-05"), -200);
  CHECK_THROWS_WITH_AS((void)rows_from_changes(below.view()), doctest::Contains("row 1"), data_error);
  CHECK_THROWS_WITH_AS((void)rows_from_changes(below.view(), {change_amount::delta}), doctest::Contains("add up to -100"),
                       data_error);
  change_table far;
  far.add(0, on("2024-01-05"), 100).add(9, on("2024-02-05"), 200);
  CHECK_THROWS_AS((void)rows_from_changes(far.view()), data_error);
  far.account[1] = 1, far.when[1] = 3'000'000;
  CHECK_THROWS_WITH_AS((void)rows_from_changes(far.view()), doctest::Contains("1900"), data_error);
  far.when[1] = 0, far.amount[1] = INT64_MAX;
  CHECK_THROWS_AS((void)rows_from_changes(far.view()), data_error);
  mrr_changes shorter = far.view();
  shorter.amount = {};
  CHECK_THROWS_AS((void)rows_from_changes(shorter), schema_error);
}

TEST_CASE("snapshots: the ledger of their rows gives the states of the snapshot tally, sorted or not") {
  std::mt19937_64 random(83);
  const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));
  for (int round = 0; round < 300; ++round) {
    std::vector<std::pair<std::uint32_t, std::int32_t>> places;
    for (std::uint32_t who = 0; who < 5; ++who) {
      for (std::int32_t m = 0; m < 16; ++m) {
        if (random() % 4 != 0) places.emplace_back(who, month::from_ym(2019, 10).since_epoch + m);
      }
    }
    if (random() % 2 == 0) std::shuffle(places.begin(), places.end(), random);
    std::vector<std::uint32_t> who;
    std::vector<std::int32_t> when;
    std::vector<std::int64_t> amount;
    for (const auto& [a, m] : places)
      who.push_back(a), when.push_back(m), amount.push_back(static_cast<std::int64_t>(random() % 3) * 500);
    const snapshots view{column<std::uint32_t>(who), column<std::int32_t>(when), column<std::int64_t>(amount)};
    snapshot_options options;
    options.accounts = 5;
    if (random() % 2 == 0) options.as_of = month::from_ym(2020, 9);
    const month as_of = options.as_of.value_or(month_after(view).value());
    const ledger book = rows_from_snapshots(view, 5).book(as_of.first_day());
    const snapshot_state expected = tally_snapshots(view, grid, options);
    REQUIRE(to_bytes(tally_revenue(book, grid)) == to_bytes(expected.revenue));
    REQUIRE(to_bytes(tally_cohorts(book, grid)) == to_bytes(expected.cohorts));
  }
}

TEST_CASE("snapshots: two rows of one account and month are an error that names both") {
  const std::vector<std::uint32_t> who{1, 0, 1};
  const std::vector<std::int32_t> when{600, 600, 600};
  const std::vector<std::int64_t> amount{5, 5, 5};
  const snapshots view{column<std::uint32_t>(who), column<std::int32_t>(when), column<std::int64_t>(amount)};
  CHECK_THROWS_WITH_AS((void)rows_from_snapshots(view), doctest::Contains("row 2"), data_error);
  CHECK_THROWS_WITH_AS((void)rows_from_snapshots(view), doctest::Contains("row 0 is another"), data_error);
  CHECK(!month_after(snapshots{}).has_value());
}
