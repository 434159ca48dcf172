#include "sojourn/input/read_answers.hpp"

#include <doctest/doctest.h>

#include <string_view>

using namespace sojourn;

namespace {

text_answers read(const std::vector<std::string_view>& cells, const std::vector<answer_word>& words = {}) {
  return read_answers(column<std::string_view>(cells, "q"), words);
}

}  // namespace

TEST_CASE("read_answers: groups of NPS in any spelling") {
  const text_answers found = read({"Promoter", " passive ", "DETRACTORS", "", "Neutral"});
  CHECK(found.groups);
  CHECK(found.scores == std::vector<std::int32_t>{1, 0, -1, 0, 0});
  CHECK(found.present == std::vector<std::uint8_t>{1, 1, 1, 0, 1});
}

TEST_CASE("read_answers: whole numbers") {
  const text_answers found = read({"9", " 10", "9.0", "-1"});
  CHECK(!found.groups);
  CHECK(found.scores == std::vector<std::int32_t>{9, 10, 9, -1});
  for (const std::string_view bad : {"6.5", "9,0", "nine", ".0", "9e0", "99999999999", "promoter"})
    CHECK_THROWS_AS((void)read({"9", bad}), data_error);
  CHECK_THROWS_AS((void)read({"promoter", "9"}), data_error);
}

TEST_CASE("read_answers: words with their scores") {
  const std::vector<answer_word> words{{"Very satisfied", 5}, {"Satisfied", 4}, {"Don't know", {}}};
  const text_answers found = read({"very satisfied", "Don't know", " Satisfied"}, words);
  CHECK(found.scores == std::vector<std::int32_t>{5, 0, 4});
  CHECK(found.present == std::vector<std::uint8_t>{1, 0, 1});
  CHECK_THROWS_AS((void)read({"5"}, words), data_error);
  CHECK_THROWS_AS((void)read({"a"}, {{"a", 1}, {"A ", 2}}), schema_error);
}
