// Counters that must not overflow: runs of equal answers, which random data do not have.
#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "sojourn/input/score_tally.hpp"

using namespace sojourn;

namespace {

template <class T>
void check_equal_answers(std::size_t rows, bool some_missing) {
  const std::vector<T> answers(rows, T{7});
  std::vector<std::uint8_t> bits((rows + 7) / 8, 255);
  if (some_missing) bits[0] = 0xfe;
  const column<T> score = some_missing ? column<T>(answers, bits.data(), 0, "q") : column<T>(answers, "q");
  const score_counts found = tally_scores(score, {0, 10});
  const auto there = static_cast<std::int64_t>(rows - (some_missing ? 1 : 0));
  CAPTURE(rows);
  CAPTURE(sizeof(T));
  CAPTURE(some_missing);
  REQUIRE(found.answers.size() == 11);
  for (std::size_t i = 0; i < found.answers.size(); ++i) CHECK(found.answers[i] == (i == 7 ? there : 0));
  CHECK(found.no_score == (some_missing ? 1 : 0));
}

}  // namespace

TEST_CASE("score_tally: any number of equal answers in a row") {
  // Byte counters of 64 lanes hold 255 rounds.
  for (const std::size_t rows :
       {2u, 255u, 256u, 257u, 64u * 255, 64u * 255 + 1, 64u * 256, 64u * 256 + 63, 64u * 257, 200'003u}) {
    for (const bool some_missing : {false, true}) {
      check_equal_answers<std::int8_t>(rows, some_missing);
      check_equal_answers<std::uint8_t>(rows, some_missing);
      check_equal_answers<std::int32_t>(rows, some_missing);
    }
  }
}

TEST_CASE("score_tally: missing answers are found wherever their bits begin") {
  constexpr std::size_t rows = 1'000;
  for (std::size_t offset = 0; offset < 8; ++offset) {
    std::vector<std::int32_t> answers(rows);
    std::vector<std::uint8_t> bits((rows + offset + 7) / 8);
    std::vector<std::int64_t> expected(11);
    std::int64_t missing = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      answers[i] = static_cast<std::int32_t>(i * 7 % 11);
      const bool there = i * i % 13 > 3;
      const std::size_t bit = offset + i;
      if (there) bits[bit / 8] = static_cast<std::uint8_t>(bits[bit / 8] | (1u << (bit % 8)));
      there ? ++expected[static_cast<std::size_t>(answers[i])] : ++missing;
    }
    const score_counts found = tally_scores(column<std::int32_t>(answers, bits.data(), offset, "q"), {0, 10});
    CAPTURE(offset);
    CHECK(found.answers == expected);
    CHECK(found.no_score == missing);
  }
}
