#include "sojourn/arrow/any_column.hpp"
#include "sojourn/arrow/money.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "sojourn/domain/calendar.hpp"

using namespace sojourn;
using namespace sojourn::arrow;

namespace {

template <class T>
std::vector<std::optional<T>> rows_of(const held_column<T>& held) {
  std::vector<std::optional<T>> out;
  const auto view = held.view();
  for (std::size_t row = 0; row < view.size(); ++row)
    out.push_back(view.present(row) ? std::optional<T>(view[row]) : std::nullopt);
  return out;
}

template <class T>
using optionals = std::vector<std::optional<T>>;

}  // namespace

TEST_CASE("any_column: a column of the wanted type is not copied") {
  const auto source = any_column::from(std::vector<double>{1, 2});
  CHECK(as_double(source, "x").view().values().data() == source.data());
  const auto days = any_column::dates({1, 2});
  CHECK(as_day(days, "x").view().values().data() == days.data());
  CHECK(as_minor(any_column::decimals({125}, 0), "x").view()[0] == 125);
}

TEST_CASE("any_column: integers of any width widen, missing stays missing") {
  const auto source = any_column::from(std::vector<std::uint8_t>{7, 0, 255}, {1, 0, 1});
  CHECK(rows_of(as_int32(source, "x")) == optionals<std::int32_t>{7, std::nullopt, 255});
  CHECK(rows_of(as_int64(source, "x")) == optionals<std::int64_t>{7, std::nullopt, 255});
  CHECK(rows_of(as_double(source, "x")) == optionals<double>{7, std::nullopt, 255});
  CHECK(rows_of(as_int32(any_column::booleans({1, 0}), "x")) == optionals<std::int32_t>{1, 0});
  CHECK(rows_of(as_int32(any_column::missing(2), "x")) == optionals<std::int32_t>{std::nullopt, std::nullopt});
}

TEST_CASE("any_column: a value that does not fit is an error with its row") {
  const auto wide = any_column::from(std::vector<std::int64_t>{1, std::int64_t{1} << 31});
  try {
    (void)as_int32(wide, "score");
    FAIL("accepted");
  } catch (const data_error& e) {
    CHECK(e.column() == "score");
    CHECK(e.row() == 1);
    CHECK(e.value() == "2147483648");
  }
  constexpr std::int64_t last = std::int64_t{1} << 53;  // whole numbers beyond have gaps
  for (const std::int64_t beyond : {last + 1, -last - 1, INT64_MAX, INT64_MIN})
    CHECK_THROWS_AS((void)as_double(any_column::from(std::vector<std::int64_t>{beyond}), "x"), data_error);
  CHECK(as_double(any_column::from(std::vector<std::int64_t>{last, -last}), "x").view()[1] == -0x1p53);
}

TEST_CASE("any_column: whole floats are integers, NaN is missing, fractions are refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(rows_of(as_int32(any_column::from(std::vector<double>{3, nan, -4}), "x")) ==
        optionals<std::int32_t>{3, std::nullopt, -4});
  CHECK_THROWS_AS((void)as_int32(any_column::from(std::vector<double>{3.5}), "x"), data_error);
  CHECK_THROWS_AS((void)as_int32(any_column::from(std::vector<double>{3e9}), "x"), data_error);
  CHECK_THROWS_AS((void)as_int64(any_column::from(std::vector<double>{HUGE_VAL}), "x"), data_error);
}

TEST_CASE("any_column: money is exact or refused") {
  CHECK_THROWS_AS((void)as_minor(any_column::from(std::vector<double>{1}), "mrr"), schema_error);
  CHECK_THROWS_AS((void)as_minor(any_column::booleans({1}), "mrr"), schema_error);
  CHECK(rows_of(as_minor(any_column::decimals({150, -20, 0}, 1, {1, 1, 0}), "mrr")) ==
        optionals<std::int64_t>{15, -2, std::nullopt});
  CHECK_THROWS_AS((void)as_minor(any_column::decimals({1255}, 1), "mrr"), data_error);
  CHECK_THROWS_AS((void)as_minor(any_column::decimals({std::numeric_limits<std::int64_t>::max()}, 1), "mrr"), data_error);
  CHECK(rows_of(as_minor(any_column::from(std::vector<std::int32_t>{5}), "mrr")) == optionals<std::int64_t>{5});
}

TEST_CASE("any_column: days come from dates, midnights and ISO text; a moment with a zone is refused") {
  constexpr std::int64_t a_day = 86'400'000'000;
  const std::int32_t leap = day::from_ymd(2024, 2, 29).since_epoch;
  CHECK(rows_of(as_day(any_column::from(std::vector<std::string>{"2024-02-29", ""}, {1, 0}), "d")) ==
        optionals<std::int32_t>{leap, std::nullopt});
  CHECK(rows_of(as_day(any_column::dictionary({0, 0}, {"2024-02-29", "never read"}), "d")) ==
        optionals<std::int32_t>{leap, leap});
  CHECK(rows_of(as_day(any_column::instants({leap * a_day, -a_day}), "d")) == optionals<std::int32_t>{leap, -1});
  CHECK_THROWS_AS((void)as_day(any_column::instants({1}), "d"), data_error);
  CHECK_THROWS_AS((void)as_day(any_column::instants({0}, {}, "Europe/Berlin"), "d"), data_error);
  CHECK_THROWS_AS((void)as_day(any_column::from(std::vector<std::string>{"29.02.2024"}), "d"), data_error);
  CHECK_THROWS_AS((void)as_day(any_column::from(std::vector<std::int32_t>{1}), "d"), schema_error);
}

TEST_CASE("any_column: segments are numbered in order of first appearance") {
  const auto check = [](const any_column& source, const std::vector<std::string>& labels,
                        const optionals<std::uint32_t>& codes) {
    const segment_codes found = as_segments(source, "plan");
    CHECK(found.labels == labels);
    CHECK(rows_of(found.codes) == codes);
  };
  check(any_column::from(std::vector<std::string>{"pro", "free", "", "pro"}, {1, 1, 0, 1}), {"pro", "free"},
        {0, 1, std::nullopt, 0});
  check(any_column::dictionary({2, 0, 1, 2}, {"free", "pro", "pro"}), {"pro", "free"}, {0, 1, 0, 0});
  check(any_column::from(std::vector<std::int32_t>{30, -1, 30}), {"30", "-1"}, {0, 1, 0});
  check(any_column::booleans({0, 1}), {"false", "true"}, {0, 1});
  check(any_column::missing(1), {}, {std::nullopt});
  CHECK_THROWS_AS((void)as_segments(any_column::from(std::vector<double>{1}), "plan"), schema_error);
}

TEST_CASE("any_column: account keys get dense numbers that several columns share; a missing key is an error") {
  account_index index;
  CHECK(rows_of(as_accounts(any_column::from(std::vector<std::string>{"b", "a", "b"}), index, "account")) ==
        optionals<std::uint32_t>{0, 1, 0});
  CHECK(rows_of(as_accounts(any_column::dictionary({1, 0}, {"a", "c"}), index, "account")) ==
        optionals<std::uint32_t>{2, 1});
  CHECK_THROWS_AS((void)as_accounts(any_column::from(std::vector<std::string>{"a", ""}, {1, 0}), index, "account"),
                  data_error);
  CHECK_THROWS_AS((void)as_accounts(any_column::missing(1), index, "account"), data_error);
  CHECK_THROWS_AS((void)as_accounts(any_column::from(std::vector<double>{1}), index, "account"), schema_error);
  account_index ids;
  CHECK(rows_of(as_accounts(any_column::from(std::vector<std::int32_t>{9, -9, 9}), ids, "account")) ==
        optionals<std::uint32_t>{0, 1, 0});
}

TEST_CASE("any_column: every refusal names the column, what it holds and what is accepted") {
  try {
    (void)as_day(any_column::from(std::vector<double>{1}), "start");
    FAIL("accepted");
  } catch (const schema_error& e) {
    CHECK(std::string(e.what()) == "column \"start\" holds float64; accepted: dates, timestamps, text YYYY-MM-DD");
  }
}

TEST_CASE("any_column: flags are booleans or the numbers 0 and 1; anything else is refused with its row") {
  const char* rule = "an event is 0 or 1";
  CHECK(rows_of(as_flag(any_column::booleans({1, 0}), "event", rule)) == optionals<std::uint8_t>{1, 0});
  CHECK(rows_of(as_flag(any_column::from(std::vector<double>{1, std::nan(""), 0}), "event", rule)) ==
        optionals<std::uint8_t>{1, std::nullopt, 0});
  try {
    (void)as_flag(any_column::from(std::vector<std::int32_t>{0, 2}), "event", rule);
    FAIL("accepted");
  } catch (const data_error& e) {
    CHECK(e.row() == 1);
    CHECK(e.value() == "2");
    CHECK(e.rule() == rule);
  }
}
