// A book read under views, and readings that follow corrections: equal to a book of the rows that are left, bit for bit.
#include "sojourn/revenue/book/read.hpp"

#include <doctest/doctest.h>

#include <random>

#include "revenue/book/random_books.hpp"

using namespace sojourn;
using namespace sojourn::test;

TEST_CASE("a reading that follows corrections is the reading of the rows that are left, for every source and view") {
  std::mt19937_64 random(20'261'130);
  for (std::size_t s = 0; s < 2 * values_of(fact_source{}).size(); ++s) {
    const auto source = static_cast<fact_source>(s / 2);
    const bool beside = s % 2 == 1;  // rows of usage beside those of the source
    CAPTURE(values_of(fact_source{})[s / 2]);
    CAPTURE(beside);
    for (int round = 0; round < (beside ? 6 : 12); ++round) {
      std::vector<row> rows;
      std::uint32_t serial = 0;
      const auto one_more = [&] {
        const bool usage = beside && random() % 2 == 0;
        return random_row(random, usage ? fact_source::usage : source, usage ? serial : serial++);
      };
      for (int i = 0; i < 25; ++i) rows.push_back(one_more());
      book followed = book_of(source, rows);
      const auto ways = views(source, beside);
      std::vector<reading> readings;
      for (const view& way : ways) readings.push_back(read(followed, way));
      std::vector<reading*> all;
      for (reading& one : readings) all.push_back(&one);
      std::vector<merger> mergers;
      std::vector<parent_fact> parents;
      struct split_row {
        row moved;
        account into;
        day since;
      };
      std::vector<split_row> splits;
      for (int step = 0; step < 12; ++step) {
        const auto what = random() % 7;
        if (what < 2 || rows.empty()) {
          rows.push_back(one_more());
          add_rows(followed, source, {rows.back()}, all);
        } else if (what < 4) {
          const std::size_t at = random() % rows.size();
          if (!splits.empty()) continue;  // which of two equal rows was split is not said by a row
          retract(followed, table({rows[at]}).as(source_of(rows[at], source)), std::nullopt, all);
          rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at));
        } else if (what == 4 && mergers.empty() && parents.empty()) {
          const row& moved = rows[random() % rows.size()];
          const account into{accounts + 1};
          const day since{first_day_of_all + static_cast<int>(random() % 400)};
          split(followed, table({moved}).as(source_of(moved, source)), into, since, all);
          splits.push_back({moved, into, since});
        } else if (what <= 5) {
          const merger one{{static_cast<std::uint32_t>(random() % accounts)},
                           {static_cast<std::uint32_t>(random() % accounts)},
                           random() % 2 == 0 ? earliest_day : day{first_day_of_all + static_cast<int>(random() % 400)}};
          try {
            merge(followed, one, all);
            mergers.push_back(one);
          } catch (const data_error&) {  // merged before, or in a circle: nothing has changed
          }
        } else {
          const parent_fact one{{static_cast<std::uint32_t>(random() % accounts)},
                                {accounts + static_cast<std::uint32_t>(random() % 2)},
                                day{first_day_of_all + static_cast<int>(random() % 400)}};
          set_parent(followed, one, all);
          parents.push_back(one);
        }
        book anew = book_of(source, rows);
        for (const split_row& one : splits)
          split(anew, table({one.moved}).as(source_of(one.moved, source)), one.into, one.since);
        for (const merger& one : mergers) merge(anew, one);
        for (const parent_fact& one : parents) set_parent(anew, one);
        for (std::size_t v = 0; v < ways.size(); ++v) {
          CAPTURE(v);
          const reading wanted = read(anew, ways[v]);
          check_same(readings[v], wanted, 2 * accounts);
          check_same(read(followed, ways[v]), wanted, 2 * accounts);
        }
      }
    }
  }
}

TEST_CASE("a copy of a book is a snapshot: corrections of the other do not reach it") {
  std::mt19937_64 random(1);
  std::vector<row> rows;
  for (int i = 0; i < 40; ++i) rows.push_back(random_row(random, fact_source::periods, 0));
  book live = book_of(fact_source::periods, rows);
  reading now = read(live, {.as_of = day{as_of}});
  const book frozen = live;
  const reading then = now;
  reading* follow[] = {&now};
  for (int i = 0; i < 30; ++i)
    apply(live, table({random_row(random, fact_source::periods, 0)}).as(fact_source::periods), follow);
  for (int i = 0; i < 10; ++i) {
    retract(live, table({rows[static_cast<std::size_t>(i)]}).as(fact_source::periods), std::nullopt, follow);
  }
  CHECK(frozen == book_of(fact_source::periods, rows));
  CHECK(!(frozen == live));
  check_same(then, read(frozen, {.as_of = day{as_of}}), accounts);
  check_same(now, read(live, {.as_of = day{as_of}}), accounts);
}

TEST_CASE("rows that a book does not hold are not retracted, and nothing changes") {
  book b = book_of(fact_source::periods, {{0, 18'300, 18'400, 100}});
  reading r = read(b, {.as_of = day{as_of}});
  reading* follow[] = {&r};
  const reading before = r;
  CHECK_THROWS_AS(retract(b, table({{0, 18'300, 18'400, 99}}).as(fact_source::periods), std::nullopt, follow), data_error);
  CHECK_THROWS_AS(
      retract(b, table({{0, 18'300, 18'400, 100}, {0, 18'300, 18'400, 100}}).as(fact_source::periods), std::nullopt, follow),
      data_error);
  CHECK(b.rows() == 1);
  check_same(r, before, accounts);
}

TEST_CASE("a row taken back on a day stays known until then") {
  book b = book_of(fact_source::periods, {{0, 18'300, 18'400, 100}});
  retract(b, table({{0, 18'300, 18'400, 100}}).as(fact_source::periods), day{18'500});
  CHECK(b.known(day{18'499}).known == 1);
  CHECK(b.known(day{18'500}).taken_back == 1);
  CHECK(read(b, {.as_of = day{as_of}}).ledger.book.steps(account{0}).empty());
  CHECK(read(b, {.as_of = day{as_of}, .known_on = day{18'499}}).ledger.book.steps(account{0}).size() == 2);
}

TEST_CASE("amounts of several currencies are never added") {
  book b(fact_source::periods);
  const std::vector<std::uint32_t> who{b.keys().intern("a").index, b.keys().intern("a").index}, code{0, 1};
  const std::vector<std::int32_t> start{18'300, 18'310}, end{18'400, 18'410};
  const std::vector<std::int64_t> mrr{100, 200};
  apply(b, {.rows = subscriptions{who, start, end, mrr}, .currency = {code, {"EUR", "USD"}}});
  CHECK_THROWS_AS((void)read(b, {.as_of = day{as_of}}), schema_error);
  const reading apart = read(b, {.as_of = day{as_of}, .split_by = "currency"});
  CHECK(apart.lanes.size() == 2);
  CHECK(apart.ledger.book.lanes() == 2);
}

TEST_CASE(
    "50,000 corrections of one row leave nothing behind, and cost what its account does, by parent and subscription too") {
  // A book in which deriving all accounts for each correction would take minutes.
  std::vector<row> rows{{0, 18'300, 18'400, 100}};
  constexpr std::uint32_t many = 3'000;
  for (std::uint32_t who = 1; who < many; ++who) {
    row r{who, 18'300, 0, 7};
    r.subscription = who, r.parent = many + who / 3;
    rows.push_back(r);
  }
  rows[0].parent = many + 1;
  for (const fact_source source : {fact_source::periods, fact_source::prices}) {
    book b(source);
    for (std::int64_t who = 0; who < 2 * many; ++who) b.keys().intern(who), b.subscription_keys().intern(who);
    apply(b, table(rows).as(source));
    std::vector<view> ways(2);
    ways[0].as_of = ways[1].as_of = day{as_of};
    ways[1].unit = book_unit::parent;
    if (source == fact_source::prices) {
      ways.push_back(ways[0]);
      ways.back().policy.unit = customer_unit::subscription;
    }
    std::vector<reading> readings;
    for (const view& way : ways) readings.push_back(read(b, way));
    const std::vector<reading> before = readings;
    std::vector<reading*> follow;
    for (reading& one : readings) follow.push_back(&one);
    const table one({rows[0]});
    const facts changed = one.as(source);
    for (int i = 0; i < 50'000; ++i) {
      retract(b, changed, std::nullopt, follow);
      apply(b, changed, follow);
    }
    CHECK(b.rows() == rows.size());
    for (std::size_t i = 0; i < readings.size(); ++i) check_same(readings[i], before[i], 2 * many);
  }
}
