// Corrections of a book: all or nothing also without memory, and readers of snapshots beside them.
#include "sojourn/revenue/book/read.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "failing_memory.hpp"
#include "revenue/book/random_books.hpp"
#include "sojourn/revenue/movements.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

using readings = std::vector<reading>;
using change = std::function<void(book&, std::span<reading* const>)>;

struct named_change {
  const char* name;
  change call;
};

readings all_readings(const book& of, fact_source source) {
  readings all;
  for (const view& way : views(source)) all.push_back(read(of, way));
  return all;
}

std::vector<reading*> pointers(readings& to) {
  std::vector<reading*> all;
  for (reading& one : to) all.push_back(&one);
  return all;
}

bool same(const readings& a, const readings& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].lanes != b[i].lanes || a[i].ledger.book.lanes() != b[i].ledger.book.lanes()) return false;
    for (std::uint32_t who = 0; who < 2 * accounts; ++who) {
      const auto x = a[i].ledger.book.steps(account{who}), y = b[i].ledger.book.steps(account{who});
      if (!std::equal(x.begin(), x.end(), y.begin(), y.end())) return false;
    }
  }
  return true;
}

/// A table with columns that the book does not have yet.
facts with_new_columns(const table& rows, fact_source source) {
  static const std::vector<std::uint32_t> code{0};
  facts wide = rows.as(source);
  wide.cause = {code, {"moved away"}};
  wide.parent = code;
  wide.labels.front().label.words = {"another", "word", "here"};
  wide.labels.push_back({"region", {code, {"EU"}}});
  return wide;
}

std::vector<named_change> changes(const table& fresh, const table& held, fact_source source) {
  return {
      {"apply", [&, source](book& b, auto follow) { apply(b, fresh.as(source), follow); }},
      {"apply new columns", [&, source](book& b, auto follow) { apply(b, with_new_columns(fresh, source), follow); }},
      {"retract", [&, source](book& b, auto follow) { retract(b, held.as(source), std::nullopt, follow); }},
      {"take back", [&, source](book& b, auto follow) { retract(b, held.as(source), day{as_of}, follow); }},
      {"split", [&, source](book& b, auto follow) { split(b, held.as(source), {accounts}, day{18'400}, follow); }},
      {"merge", [](book& b, auto follow) { merge(b, {{0}, {1}, day{18'400}}, follow); }},
      {"merge_all",
       [](book& b, auto follow) {
         const merger all[] = {{{1}, {2}}, {{0}, {1}}};
         merge_all(b, all, follow);
       }},
      {"set_parent", [](book& b, auto follow) { set_parent(b, {{0}, {accounts}, day{18'400}}, follow); }},
  };
}

}  // namespace

TEST_CASE("a correction without memory changes nothing, and succeeds when there is memory again") {
  if (!failing_memory::possible) MESSAGE("allocations do not fail here: the thread sanitizer brings its own");
  std::mt19937_64 random(31);
  for (std::size_t s = 0; s < values_of(fact_source{}).size(); ++s) {
    const auto source = static_cast<fact_source>(s);
    std::vector<row> rows;
    for (std::uint32_t i = 0; i < 12; ++i) rows.push_back(random_row(random, source, i));
    rows[0].known_from = 0;
    const table fresh({random_row(random, source, 12)}), held({rows[0]});
    const book was = book_of(source, rows);
    const readings were = all_readings(was, source);
    for (const named_change& one : changes(fresh, held, source)) {
      CAPTURE(values_of(fact_source{})[s]);
      CAPTURE(one.name);
      book right = book_of(source, rows);
      one.call(right, {});
      const readings right_readings = all_readings(right, source);
      for (const bool shared : {true, false}) {  // with a copy that still reads the blocks, and alone
        book now = shared ? was : book_of(source, rows);
        readings now_read = shared ? were : all_readings(now, source);
        const std::vector<reading*> follow = pointers(now_read);
        const std::vector<std::string> labels = now.labels(), causes = now.causes();
        bool unchanged = true;
        const std::size_t took = fail_each_allocation([&] { one.call(now, follow); },
                                                      [&] {
                                                        unchanged = unchanged && now == was && same(now_read, were) &&
                                                                    now.labels() == labels && now.causes() == causes &&
                                                                    now.has_parents() == was.has_parents();
                                                      });
        CHECK((took > 10 || !failing_memory::possible));
        CHECK(unchanged);
        CHECK(now == right);
        CHECK(same(now_read, right_readings));
      }
    }
  }
}

TEST_CASE("the first rows of a book without memory: it stays empty, and takes amounts in another unit") {
  const std::vector<row> rows{{0, 18'300, 18'400, 100}, {5'000, 18'300, 0, 100}};
  const auto empty_book = [] {
    book made(fact_source::periods);
    for (std::int64_t who = 0; who < 5'001; ++who) made.keys().intern(who);
    return made;
  };
  const table given(rows);
  const book none = empty_book();
  book now = empty_book();
  bool unchanged = true;
  fail_each_allocation([&] { apply(now, given.as(fact_source::periods)); },
                       [&] {
                         facts other = given.as(fact_source::periods);
                         std::get<subscriptions>(other.rows).ticks_per_unit = 7;
                         book also = now;
                         apply(also, other);
                         unchanged = unchanged && now == none && now.labels().empty();
                       });
  CHECK(unchanged);
  CHECK(now.rows() == 2);
}

TEST_CASE("a refused table leaves no column, word or unit behind") {
  book b = book_of(fact_source::periods, {});
  const table first({{0, 18'300, 18'400, 100}}), other({{0, 18'300, 18'400, 99}}), negative({{0, 18'300, 18'400, -1}});
  facts plain = first.as(fact_source::periods);
  plain.parent = {};
  apply(b, plain);
  reading by_parent = read(b, {.as_of = day{as_of}, .unit = book_unit::parent});
  reading* follow[] = {&by_parent};
  const book before = b;
  CHECK_THROWS_AS(retract(b, with_new_columns(other, fact_source::periods), std::nullopt, follow), data_error);
  CHECK_THROWS_AS(apply(b, with_new_columns(negative, fact_source::periods), follow), data_error);
  CHECK(b == before);
  CHECK(b.labels() == std::vector<std::string>{"plan"});
  CHECK(b.causes().empty());
  CHECK(!b.has_causes());
  CHECK(!b.has_parents());
  plain.labels.clear();
  apply(b, plain, follow);
  CHECK(by_parent.ledger.book.steps(account{0}).front().level == mrr::from_minor(200));
}

TEST_CASE("snapshots keep their numbers while the book is corrected and learns keys") {
  const fact_source source = fact_source::periods;
  book live = book_of(source, {{0, 18'300, 0, 1'000}, {1, 18'300, 0, 500}});
  reading now = read(live, {.as_of = day{as_of}});
  std::mutex guard;  // of `live` and `now`: held while they are copied, and while they are corrected
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0}, looked{0};
  const period_grid grid{month::of(day{first_day_of_all}), 1, 16};
  const auto look = [&] {
    while (!done || looked < 50) {
      auto copies = [&] {
        const std::lock_guard held(guard);
        return std::optional(std::pair(live, now));
      }();
      const auto& [frozen, how] = *copies;
      const revenue_state first = tally_revenue(how.ledger.book, grid);
      const std::string last = frozen.keys().key(account{static_cast<std::uint32_t>(frozen.accounts() - 1)});
      const reading again = read(frozen, how.under);
      wrong += tally_revenue(how.ledger.book, grid) != first || tally_revenue(again.ledger.book, grid) != first;
      wrong += !frozen.keys().find(static_cast<std::int64_t>(std::stoll(last)));
      ++looked;
      const std::lock_guard held(guard);  // the thread sanitizer does not know the fence that makes this needless
      copies.reset();
    }
  };
  std::thread one(look), other(look);
  for (std::int64_t i = 0; i < 300; ++i) {
    const std::uint32_t who = live.keys().intern(1'000 + i).index;
    const table row({{who, 18'300 + static_cast<std::int32_t>(i), 0, 100}});
    const std::lock_guard held(guard);
    reading* follow[] = {&now};
    apply(live, row.as(source), follow);
    if (i % 2 == 0) retract(live, row.as(source), std::nullopt, follow);
  }
  done = true;
  one.join(), other.join();
  CHECK(wrong == 0);
}
