#include "sojourn/arrow/ordered_segments.hpp"

#include <doctest/doctest.h>

using namespace sojourn;
using namespace sojourn::arrow;

namespace {

using labels = std::vector<std::string>;

std::vector<int> codes_of(const held_column<std::uint32_t>& held) {
  std::vector<int> codes;
  const auto view = held.view();
  for (std::size_t row = 0; row < view.size(); ++row) codes.push_back(view.present(row) ? static_cast<int>(view[row]) : -1);
  return codes;
}

any_column numbers(std::vector<std::int64_t> values, const std::vector<std::uint8_t>& present = {}) {
  return present.empty() ? any_column::from(std::move(values)) : any_column::from(std::move(values), present);
}

}  // namespace

TEST_CASE("ordered segments: whole numbers by value, also negative ones and those in floats; text as text") {
  const auto whole = as_ordered_segments(numbers({10, 9, -1, 10}), "by");
  CHECK(whole.labels == labels{"-1", "9", "10"});
  CHECK(codes_of(whole.codes) == std::vector<int>{2, 1, 0, 2});
  const auto floats = as_ordered_segments(any_column::from(std::vector<double>{10, 9}), "by");
  CHECK(floats.labels == labels{"9", "10"});
  const auto text = as_ordered_segments(any_column::from(std::vector<std::string>{"pro", "basic", "pro"}), "by");
  CHECK(text.labels == labels{"basic", "pro"});
  CHECK(codes_of(text.codes) == std::vector<int>{1, 0, 1});
}

TEST_CASE("ordered segments: a missing segment stays missing, a fraction is refused with its row") {
  CHECK(codes_of(as_ordered_segments(numbers({7, 0, 3}, {1, 0, 1}), "by").codes) == std::vector<int>{1, -1, 0});
  CHECK_THROWS_WITH_AS((void)as_ordered_segments(any_column::from(std::vector<double>{1, 1.5}), "by"),
                       doctest::Contains("row 1"), data_error);
}

TEST_CASE("causes: 0, false, empty and missing are still there, anything else is a cause") {
  const auto coded = as_causes(numbers({2, 0, 5, 2}, {1, 1, 1, 0}), "cause");
  CHECK(coded.labels == labels{"2", "5"});
  CHECK(coded.numbered);
  CHECK(codes_of(coded.codes) == std::vector<int>{1, 0, 2, 0});
  const auto named = as_causes(any_column::from(std::vector<std::string>{"price", "", "failed payment"}), "cause");
  CHECK(named.labels == labels{"failed payment", "price"});
  CHECK_FALSE(named.numbered);
  CHECK(codes_of(named.codes) == std::vector<int>{2, 0, 1});
  const auto truth = as_causes(any_column::booleans({1, 0}), "cause");
  CHECK(truth.labels == labels{"1"});
  CHECK(codes_of(truth.codes) == std::vector<int>{1, 0});
  CHECK(as_causes(any_column::missing(2), "cause").labels.empty());
}

TEST_CASE("causes: named ones keep their order and may never happen; another one is refused with its row") {
  const auto named = as_causes(numbers({2, 0}), "cause", labels{"3", "2"});
  CHECK(named.labels == labels{"3", "2"});
  CHECK(codes_of(named.codes) == std::vector<int>{2, 0});
  CHECK_THROWS_WITH_AS((void)as_causes(numbers({2, 7}), "cause", labels{"2"}), doctest::Contains("row 1, value 7"),
                       data_error);
  CHECK_THROWS_WITH_AS((void)as_causes(numbers({2}), "cause", labels{"2", "2"}), doctest::Contains("named twice"),
                       schema_error);
  CHECK_THROWS_WITH_AS((void)as_causes(numbers({2}), "cause", labels{"0"}), doctest::Contains("still there"), schema_error);
}
