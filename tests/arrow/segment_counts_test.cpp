// Segments counted as they are stored, against codes made for them.
#include "sojourn/arrow/segment_counts.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "sojourn/exec/executor.hpp"
#include "sojourn/input/score_tally.hpp"

using namespace sojourn;
using arrow::any_column;

namespace {

const rating_scale nps_answers(0, 10);
const answer_rules blank_99{{99}, repeat_answers::all_responses};

struct answers {
  std::vector<std::int8_t> score;
  std::vector<std::uint8_t> score_bits;

  explicit answers(std::size_t rows, unsigned seed) : score(rows), score_bits(rows / 8 + 1) {
    std::mt19937 random(seed);
    for (std::int8_t& one : score) one = static_cast<std::int8_t>(random() % 12 == 11 ? 99 : random() % 11);
    for (std::uint8_t& bits : score_bits) bits = static_cast<std::uint8_t>(random() | random());
  }
  [[nodiscard]] basic_responses<std::int8_t> rows() const {
    return {column<std::int8_t>(std::span(score), score_bits.data(), 0, "scores")};
  }
};

/// The road that numbers the segments first.
arrow::labelled_counts coded(basic_responses<std::int8_t> rows, const any_column& by, const rating_scale& scale) {
  arrow::segment_codes codes = arrow::as_segments(by, "by");
  rows.segment = codes.codes.view();
  const auto states = tally_scores_by_segment(rows, codes.labels.size(), scale, blank_99);
  return {codes.labels, states};
}

void check_equal(const answers& given, const any_column& by, const rating_scale& scale = nps_answers) {
  const auto slow = coded(given.rows(), by, scale);
  for (const std::size_t threads : {1u, 3u}) {
    const thread_executor host(threads);
    const auto fast = arrow::tally_scores_by(given.rows(), by, "by", scale, blank_99, any_executor(host));
    REQUIRE(fast.labels == slow.labels);
    REQUIRE(fast.states.missing == slow.states.missing);
    for (std::size_t s = 0; s < slow.labels.size(); ++s) REQUIRE(fast.states[s] == slow.states[s]);
  }
}

template <class S>
std::vector<S> numbers(std::size_t rows, std::int64_t low, std::int64_t width, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<S> all(rows);
  for (S& one : all) {
    const std::uint64_t skewed = random() % (random() % static_cast<std::uint64_t>(width) + 1);
    one = static_cast<S>(low + static_cast<std::int64_t>(skewed));
  }
  return all;
}

template <class S>
any_column lent(arrow::kind what, const std::vector<S>& values, const std::vector<std::uint8_t>& bits = {}) {
  return any_column::borrow(what, values.data(), values.size(), bits.empty() ? nullptr : bits.data(), 0, nullptr);
}

template <class S>
void check_numbers(arrow::kind what, std::int64_t low, std::int64_t width) {
  for (const std::size_t rows : {1u, 2u, 8191u, 8193u, 300'001u}) {
    CAPTURE(rows);
    const answers given(rows, 3);
    const std::vector<S> segments = numbers<S>(rows, low, width, 4);
    check_equal(given, lent(what, segments));
    std::vector<std::uint8_t> bits(rows / 8 + 1);
    std::mt19937 random(5);
    for (std::uint8_t& byte : bits) byte = static_cast<std::uint8_t>(random());
    check_equal(given, lent(what, segments, bits));
  }
}

}  // namespace

TEST_CASE("segment_counts: whole numbers of every width give the labels, the order and the counts of coded segments") {
  check_numbers<std::int8_t>(arrow::kind::int8, -128, 256);
  check_numbers<std::uint8_t>(arrow::kind::uint8, 0, 256);
  check_numbers<std::int16_t>(arrow::kind::int16, -600, 1000);
  check_numbers<std::uint16_t>(arrow::kind::uint16, 64'000, 1536);
  check_numbers<std::int32_t>(arrow::kind::int32, -2'147'483'648, 1000);
  check_numbers<std::uint32_t>(arrow::kind::uint32, 4'294'966'296, 1000);
  check_numbers<std::int64_t>(arrow::kind::int64, -9'223'372'036'854'775'807, 1000);
  check_numbers<std::uint64_t>(arrow::kind::uint64, 0, 1000);
  check_numbers<std::int32_t>(arrow::kind::date, 19'000, 700);
  check_numbers<std::uint8_t>(arrow::kind::boolean, 0, 2);
}

TEST_CASE("segment_counts: numbers too far apart for a table, within a chunk or only between chunks, are coded") {
  const answers given(600'000, 6);
  std::vector<std::int64_t> wide = numbers<std::int64_t>(600'000, 0, 50'000, 7), far = wide;
  check_equal(given, lent(arrow::kind::int64, wide));
  for (std::size_t row = 0; row < far.size(); ++row) far[row] = row < 300'000 ? far[row] % 9 : 9'000'000'000 + far[row] % 9;
  check_equal(given, lent(arrow::kind::int64, far));
  const std::vector<std::int64_t> all{INT64_MIN, INT64_MAX, 0, INT64_MIN};
  check_equal(answers(4, 8), lent(arrow::kind::int64, all));
  std::vector<std::uint64_t> unsigned_all{0, UINT64_MAX, 0, 1};
  check_equal(answers(4, 8), lent(arrow::kind::uint64, unsigned_all));
}

TEST_CASE("segment_counts: labels of a dictionary that are the same text are one segment, and unused ones none") {
  const answers given(20'000, 9);
  const std::vector<std::uint32_t> codes = numbers<std::uint32_t>(20'000, 1, 5, 10);
  check_equal(given, any_column::dictionary(codes, {"unused", "a", "b", "a", "", "c", "also unused"}));
}

TEST_CASE("segment_counts: a segment that first appears in a later chunk keeps its place; none at all is an empty table") {
  answers given(700'000, 11);
  std::vector<std::int16_t> segments(700'000, 7);
  segments[699'999] = 3, segments[300'000] = 12, segments[5] = 9;
  check_equal(given, lent(arrow::kind::int16, segments));
  const std::vector<std::uint8_t> nobody(700'000 / 8 + 1, 0);
  check_equal(given, lent(arrow::kind::int16, segments, nobody));
  check_equal(answers(0, 1), lent(arrow::kind::int16, std::vector<std::int16_t>{}));
}

TEST_CASE("segment_counts: any scale has room for its answers") {
  const answers given(5'000, 12);
  const std::vector<std::uint8_t> segments = numbers<std::uint8_t>(5'000, 0, 4, 13);
  const std::vector<std::int32_t> many =
      numbers<std::int32_t>(5'000, 0, 3'000, 14);  // a long scale is coded, a short one not
  for (const auto& [low, high] : {std::pair{0, 10}, std::pair{-1, 12}, std::pair{0, 13}, std::pair{-120, 98}}) {
    check_equal(given, lent(arrow::kind::uint8, segments), rating_scale(low, high));
    check_equal(given, lent(arrow::kind::int32, many), rating_scale(low, high));
  }
}

TEST_CASE(
    "segment_counts: an answer off the scale is an error with its row, columns of two lengths are one with their names") {
  answers given(10'000, 14);
  given.score_bits.assign(given.score_bits.size(), 255);
  given.score[9'000] = 55;
  const std::vector<std::uint8_t> segments(10'000, 1), short_one(9'999, 1);
  try {
    (void)arrow::tally_scores_by(given.rows(), lent(arrow::kind::uint8, segments), "by", nps_answers, blank_99);
    FAIL("55 was counted");
  } catch (const data_error& e) {
    CHECK(e.where().row == 9'000);
    CHECK(e.where().column == "scores");
  }
  CHECK_THROWS_WITH_AS(
      (void)arrow::tally_scores_by(given.rows(), lent(arrow::kind::uint8, short_one), "by", nps_answers, blank_99),
      "columns \"scores\" (10000 rows) and \"by\" (9999 rows) differ in length; a table needs equal lengths", schema_error);
}
