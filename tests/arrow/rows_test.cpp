#include "sojourn/arrow/rows.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

using namespace sojourn;
using arrow::any_column;
using arrow::kind;

TEST_CASE("rows: values keep their type, whole numbers in 64 bits; rows that are not there are missing") {
  const std::vector<std::int64_t> rows = {2, -1, 0, 9};
  const any_column days = arrow::take_rows(any_column::dates({10, 20, 30}), rows);
  CHECK(days.type() == kind::date);
  CHECK((days.present(0) && !days.present(1) && days.present(2) && !days.present(3)));
  CHECK((days.view<std::int32_t>()[0] == 30 && days.view<std::int32_t>()[2] == 10));

  const any_column whole = arrow::take_rows(any_column::from(std::vector<std::int64_t>{1, 2, 3}, {1, 1, 0}), rows);
  CHECK((whole.type() == kind::int64 && !whole.present(0) && whole.view<std::int64_t>()[2] == 1));

  const any_column text = arrow::take_rows(any_column::from(std::vector<std::string>{"a", "b", "c"}), rows);
  CHECK((text.type() == kind::text && text.view<std::string_view>()[0] == "c"));

  const any_column words = arrow::take_rows(any_column::dictionary({1, 0, 1}, {"x", "y"}), rows);
  CHECK((words.type() == kind::dictionary && words.labels()[words.view<std::uint32_t>()[0]] == "y"));

  const any_column cents = arrow::take_rows(any_column::decimals({100, 200, 300}, 2), rows);
  CHECK((cents.type() == kind::decimal && cents.scale() == 2 && cents.view<std::int64_t>()[0] == 300));

  const any_column truths = arrow::take_rows(any_column::booleans({1, 0, 0}), rows);
  CHECK((truths.type() == kind::boolean && truths.view<std::uint8_t>()[2] == 1));

  const any_column small = arrow::take_rows(any_column::from(std::vector<std::int32_t>{1, 2, 3}), rows);
  CHECK((small.type() == kind::int64 && small.view<std::int64_t>()[0] == 3 && !small.present(1)));

  const std::vector<std::int64_t> none = {-1, -1};
  CHECK(arrow::take_rows(any_column::dates({10, 20}), none).type() == kind::null);
  CHECK(arrow::take_rows(any_column::from(std::vector<double>{1, 2}), none).type() == kind::float64);

  CHECK(arrow::take_rows(any_column::missing(3), rows).size() == 4);
  CHECK(arrow::take_rows(any_column::from(std::vector<double>{1}), {}).size() == 0);
}

TEST_CASE("rows: numbers of parts go back to their rows") {
  const std::vector<any_column> parts = {any_column::from(std::vector<double>{1, 2}),
                                         any_column::from(std::vector<std::int64_t>{3, 4}, {1, 0})};
  const std::vector<std::vector<std::int64_t>> rows = {{3, 0}, {1, 2}};
  const any_column whole = arrow::merge_rows(parts, rows);
  const auto view = whole.view<double>();
  CHECK((view[3] == 1 && view[0] == 2 && view[1] == 3 && std::isnan(view[2])));
}

TEST_CASE("rows: names of parts become one dictionary; an empty part changes nothing") {
  const std::vector<any_column> parts = {any_column::dictionary({0, 1}, {"red", "green"}), any_column::dictionary({}, {""}),
                                         any_column::from(std::vector<std::string>{"green"})};
  const std::vector<std::vector<std::int64_t>> rows = {{2, 0}, {}, {1}};
  const any_column whole = arrow::merge_rows(parts, rows);
  const auto codes = whole.view<std::uint32_t>();
  REQUIRE(whole.labels().size() == 2);
  CHECK(whole.labels()[codes[0]] == "green");
  CHECK(whole.labels()[codes[1]] == "green");
  CHECK(whole.labels()[codes[2]] == "red");
}
