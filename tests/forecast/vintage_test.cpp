#include "sojourn/forecast/vintage.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "sojourn/input/subscriptions.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

constexpr std::int64_t tick = mrr::ticks_per_minor;

std::int32_t on(const char* text) {
  return parse_day(text).value().since_epoch;
}

keyed_ledger book_of(const std::vector<const char*>& keys, const std::vector<std::int32_t>& start,
                     const std::vector<std::int32_t>& end, const std::vector<std::int64_t>& minor, const char* as_of) {
  keyed_ledger made{.book = {}, .keys = std::make_shared<account_index>()};
  std::vector<std::uint32_t> who;
  for (const char* key : keys) who.push_back(made.keys->intern(std::string_view(key)).index);
  const subscriptions rows{.account = who, .start = start, .end = end, .amount = minor};
  made.book = ledger(rows, {.as_of = parse_day(as_of).value()});
  return made;
}

}  // namespace

TEST_CASE("vintage: what the accounts of then pay later, found by key, as today knows it") {
  const std::int32_t open = on("2199-01-01");
  const keyed_ledger then = book_of({"a", "b"}, {on("2024-01-01"), on("2024-01-01")}, {open, open}, {100, 50}, "2024-03-01");
  const keyed_ledger today =
      book_of({"c", "b", "a", "a"}, {on("2024-03-01"), on("2024-01-01"), on("2024-01-01"), on("2024-04-01")},
              {open, on("2024-04-10"), on("2024-04-01"), open}, {900, 50, 100, 130}, "2024-05-01");
  const std::vector<double> later = later_mrr(today, then, 3);
  CHECK(later[0] == 150);  // March: c is new and does not count
  CHECK(later[1] == 130);  // April: b has left, a pays more
  CHECK(std::isnan(later[2]));
}

TEST_CASE("vintage: rules without a model") {
  account_months book{.first = month::from_ym(2024, 1), .months = 13, .accounts = 2};
  for (int t = 0; t < 13; ++t) book.ticks.push_back((t < 12 ? 100 : 90) * tick), book.there.push_back(1);
  for (int t = 0; t < 13; ++t) book.ticks.push_back((t < 6 ? 100 : 130) * tick), book.there.push_back(1);
  CHECK(naive_forecast(book, naive_rule::flat, 7) == 220);
  CHECK(naive_forecast(book, naive_rule::last_year, 12) == Approx(220 * 220.0 / 200));
  CHECK(naive_forecast(book, naive_rule::last_churn, 1) == Approx(220 * 220.0 / 230));
  book.months = 1, book.ticks = {100 * tick, 5 * tick}, book.there = {1, 1};
  CHECK(naive_forecast(book, naive_rule::last_year, 12) == 105);
}
