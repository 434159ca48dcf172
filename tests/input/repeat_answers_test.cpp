#include "sojourn/input/repeat_answers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "sojourn/input/score_tally.hpp"
#include "sojourn/surveys/nps.hpp"

using namespace sojourn;

namespace {

const answer_rules latest{{}, repeat_answers::latest_per_respondent};
constexpr std::int64_t second = 1'000'000'000;

}  // namespace

TEST_CASE("edge F02: of two answers on one day the later moment counts, whatever the order of the rows") {
  const std::vector<std::uint32_t> respondent{0, 0};
  const std::vector<std::int32_t> day{100, 100};
  const std::vector<std::int64_t> newest_first{18 * 3600 * second, 9 * 3600 * second};
  const std::vector<std::int64_t> oldest_first{9 * 3600 * second, 18 * 3600 * second};
  const std::vector<std::int32_t> down{9, 3}, up{3, 9};
  CHECK(nps(tally_scores(responses{down, respondent, day, {}, {}, newest_first}, {0, 10}, latest)).value == 100);
  CHECK(nps(tally_scores(responses{up, respondent, day, {}, {}, oldest_first}, {0, 10}, latest)).value == 100);
  CHECK(replaced_answers(responses{down, respondent, day, {}, {}, newest_first}, latest).same_moment == 0);
}

TEST_CASE("repeat_answers: a nanosecond decides") {
  const std::vector<std::uint32_t> respondent{0, 0};
  const std::vector<std::int32_t> day{100, 100};
  const std::vector<std::int64_t> time{5, 4};
  const std::vector<std::int32_t> score{9, 3};
  CHECK(nps(tally_scores(responses{score, respondent, day, {}, {}, time}, {0, 10}, latest)).value == 100);
}

TEST_CASE("repeat_answers: within one moment the later row counts, and where that decides it is counted") {
  const std::vector<std::uint32_t> respondent{0, 0, 1, 1, 2, 2};
  const std::vector<std::int32_t> day{100, 100, 100, 100, 100, 101};
  const std::vector<std::int32_t> score{9, 3, 7, 7, 1, 2};
  const answer_replacements found = replaced_answers(responses{score, respondent, day}, latest);
  CHECK(found.replaced == std::vector<std::uint8_t>{0b010101});
  CHECK(found.same_moment == 1);  // 7 and 7 are alike, and 1 is a day older than 2
  const std::vector<std::uint32_t> segment{0, 0, 0, 1, 0, 0};
  CHECK(replaced_answers(responses{score, respondent, day, segment}, latest).same_moment == 2);
}

TEST_CASE("repeat_answers: a log gives the same result in any order when no two moments are equal") {
  std::mt19937_64 random(5);
  for (int round = 0; round < 50; ++round) {
    const std::size_t rows = 1 + random() % 40;
    std::vector<std::size_t> order(rows);
    std::vector<std::int32_t> score(rows), day(rows);
    std::vector<std::uint32_t> respondent(rows);
    std::vector<std::int64_t> time(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      order[i] = i;
      score[i] = static_cast<std::int32_t>(random() % 11);
      day[i] = static_cast<std::int32_t>(random() % 3);
      respondent[i] = static_cast<std::uint32_t>(random() % 5);
      time[i] = static_cast<std::int64_t>(i);
    }
    const score_counts whole = tally_scores(responses{score, respondent, day, {}, {}, time}, {0, 10}, latest);
    std::shuffle(order.begin(), order.end(), random);
    const auto shuffled = [&](const auto& values) {
      auto out = values;
      for (std::size_t i = 0; i < rows; ++i) out[i] = values[order[i]];
      return out;
    };
    const auto s = shuffled(score), d = shuffled(day);
    const auto r = shuffled(respondent);
    const auto t = shuffled(time);
    const responses table{s, r, d, {}, {}, t};
    CHECK(tally_scores(table, {0, 10}, latest) == whole);
    CHECK(replaced_answers(table, latest).same_moment == 0);
  }
}

TEST_CASE("repeat_answers: rows with counts have no respondent, and a time lies within its day") {
  const std::vector<std::uint32_t> respondent{0};
  const std::vector<std::int32_t> day{100}, score{9};
  const std::vector<std::int64_t> count{3}, late{86'400 * second};
  CHECK_THROWS_AS((void)replaced_answers(responses{score, respondent, day, {}, {}, {}, count}, latest), schema_error);
  CHECK_THROWS_AS((void)replaced_answers(responses{score, respondent, day, {}, {}, late}, latest), data_error);
}
