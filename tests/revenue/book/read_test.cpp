// A book read under views, and readings that follow corrections: equal to a book of the rows that are left, bit for bit.
#include "sojourn/revenue/book/read.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>

#include "sojourn/revenue/revenue_state.hpp"

using namespace sojourn;

namespace {

struct row {
  std::uint32_t account;
  std::int32_t start;
  std::int32_t end;  // 0: runs
  std::int64_t amount;
  std::uint32_t subscription = 0;
  std::int32_t known_from = 0, known_until = 0;  // 0: none
  std::uint32_t label = 0;
  std::uint32_t parent = 0;  // 0: its own
};

/// Rows as the facts of one source; owns their memory.
struct table {
  std::vector<std::uint32_t> account, subscription, label, parent;
  std::vector<std::int32_t> start, end, from, until, month;
  std::vector<std::int64_t> amount;
  std::vector<std::uint8_t> ends, begins_known, ends_known, has_parent;

  explicit table(const std::vector<row>& rows) {
    const std::size_t bytes = rows.size() / 8 + 1;
    ends.resize(bytes), begins_known.resize(bytes), ends_known.resize(bytes), has_parent.resize(bytes);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const row& r = rows[i];
      account.push_back(r.account), subscription.push_back(r.subscription), label.push_back(r.label);
      start.push_back(r.start), end.push_back(r.end), amount.push_back(r.amount);
      from.push_back(r.known_from), until.push_back(r.known_until), parent.push_back(r.parent);
      month.push_back(month_of(r.start));
      const auto set = [&](std::vector<std::uint8_t>& bits, bool on) {
        if (on) bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | (1u << (i % 8)));
      };
      set(ends, r.end != 0), set(begins_known, r.known_from != 0), set(ends_known, r.known_until != 0);
      set(has_parent, r.parent != 0);
    }
  }
  static std::int32_t month_of(std::int32_t d) { return sojourn::month::of(day{d}).since_epoch; }

  [[nodiscard]] facts as(fact_source source) const {
    const column<std::int32_t> end_days(std::span<const std::int32_t>(end), ends.data());
    facts f;
    switch (source) {
      case fact_source::periods:
        f.rows = subscriptions{account, start, end_days, amount};
        break;
      case fact_source::snapshots:
        f.rows = snapshots{account, month, amount};
        break;
      case fact_source::changes:
        f.rows = mrr_changes{account, start, amount, subscription};
        break;
      case fact_source::prices: {
        priced_subscriptions p;
        p.account = account, p.start = start, p.end = end_days, p.amount = amount, p.subscription = subscription;
        f.rows = p;
        break;
      }
      case fact_source::invoices: {
        invoice_lines l;
        l.account = account, l.service_start = start, l.service_end = end_days, l.amount = amount;
        l.subscription = subscription;
        f.rows = l;
        break;
      }
    }
    f.recorded_from = {std::span<const std::int32_t>(from), begins_known.data()};
    f.recorded_until = {std::span<const std::int32_t>(until), ends_known.data()};
    f.parent = {std::span<const std::uint32_t>(parent), has_parent.data()};
    f.labels.push_back({"plan", {label, {"basic", "pro", "team"}}});
    return f;
  }
};

constexpr std::uint32_t accounts = 6;
constexpr std::int32_t first_day_of_all = 18'262;  // 2020-01-01
constexpr std::int32_t as_of = first_day_of_all + 500;

row random_row(std::mt19937_64& random, fact_source source, std::uint32_t serial) {
  row r{static_cast<std::uint32_t>(random() % accounts), first_day_of_all + static_cast<std::int32_t>(random() % 480), 0, 0};
  r.amount = static_cast<std::int64_t>(random() % 5) * 1'000;
  const bool must_end = source == fact_source::invoices;
  if (must_end || random() % 3 != 0) r.end = r.start + (must_end ? 1 : 0) + static_cast<std::int32_t>(random() % 200);
  r.subscription = r.account * 2 + static_cast<std::uint32_t>(random() % 2);
  if (random() % 8 == 0) r.subscription = static_cast<std::uint32_t>(random() % (2 * accounts));  // one of another account
  if (random() % 3 == 0) r.known_from = r.start + static_cast<std::int32_t>(random() % 60);
  r.label = static_cast<std::uint32_t>(random() % 3);
  if (random() % 2 == 0) r.parent = accounts + static_cast<std::uint32_t>(random() % 2);
  // One snapshot per account and month.
  if (source == fact_source::snapshots) {
    r.account = serial % accounts;
    r.start = month{600 + static_cast<std::int32_t>(serial / accounts)}.first_day().since_epoch;
  }
  return r;
}

book book_of(fact_source source, const std::vector<row>& rows) {
  book made(source);
  for (std::int64_t who = 0; who < accounts + 2; ++who) made.keys().intern(who);
  for (std::int64_t who = 0; who < 2 * accounts; ++who) made.subscription_keys().intern(who);
  apply(made, table(rows).as(source));
  return made;
}

void check_same(const reading& a, const reading& b, std::size_t customers) {
  REQUIRE(a.ledger.book.known_until() == b.ledger.book.known_until());
  for (std::uint32_t who = 0; who < customers; ++who) {
    const auto x = a.ledger.book.steps(account{who}), y = b.ledger.book.steps(account{who});
    REQUIRE(std::vector(x.begin(), x.end()) == std::vector(y.begin(), y.end()));
    const auto s = a.ledger.book.shares(account{who}), t = b.ledger.book.shares(account{who});
    REQUIRE(std::vector(s.begin(), s.end()) == std::vector(t.begin(), t.end()));
    if (a.ledger.owner != nullptr && !x.empty()) REQUIRE(a.ledger.owner->at(who) == b.ledger.owner->at(who));
  }
}

std::vector<view> views(fact_source source) {
  std::vector<view> all(1);
  all[0].as_of = day{as_of};
  all.push_back(all[0]);
  all.back().known_on = day{first_day_of_all + 200};
  all.push_back(all[0]);
  all.back().policy.lapse_grace = 20;
  all.push_back(all[0]);
  all.back().where = {{"plan", {"basic", "team"}}};
  all.push_back(all[0]);
  all.back().split_by = "plan";
  all.push_back(all[0]);
  all.back().unit = book_unit::parent;
  all.push_back(all.back());
  all.back().policy.lapse_grace = 20, all.back().where = {{"plan", {"basic", "team"}}};
  all.push_back(all[0]);
  all.back().unit = book_unit::parent, all.back().owners_on = day{first_day_of_all + 250};
  if (source == fact_source::prices || source == fact_source::invoices) {
    all.push_back(all[0]);
    all.back().policy.unit = customer_unit::subscription;
  }
  return all;
}

}  // namespace

TEST_CASE("a reading that follows corrections is the reading of the rows that are left, for every source and view") {
  std::mt19937_64 random(20'261'130);
  for (std::size_t s = 0; s < values_of(fact_source{}).size(); ++s) {
    const auto source = static_cast<fact_source>(s);
    CAPTURE(values_of(fact_source{})[s]);
    for (int round = 0; round < 12; ++round) {
      std::vector<row> rows;
      std::uint32_t serial = 0;
      for (int i = 0; i < 25; ++i) rows.push_back(random_row(random, source, serial++));
      book followed = book_of(source, rows);
      const auto ways = views(source);
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
          rows.push_back(random_row(random, source, serial++));
          apply(followed, table({rows.back()}).as(source), all);
        } else if (what < 4) {
          const std::size_t at = random() % rows.size();
          if (!splits.empty()) continue;  // which of two equal rows was split is not said by a row
          retract(followed, table({rows[at]}).as(source), std::nullopt, all);
          rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at));
        } else if (what == 4 && mergers.empty() && parents.empty()) {
          const row& moved = rows[random() % rows.size()];
          const account into{accounts + 1};
          const day since{first_day_of_all + static_cast<int>(random() % 400)};
          split(followed, table({moved}).as(source), into, since, all);
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
        for (const split_row& one : splits) split(anew, table({one.moved}).as(source), one.into, one.since);
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
