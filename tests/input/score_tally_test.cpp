#include "sojourn/input/score_tally.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>
#include <random>

#include "laws.hpp"
#include "sojourn/stats/moments.hpp"
#include "sojourn/stats/net_share.hpp"
#include "survey_data.hpp"

using namespace sojourn;
using doctest::Approx;
using test::survey;

namespace {

const answer_rules blank_99{{99}, repeat_answers::all_responses};
const answer_rules latest{{99}, repeat_answers::latest_per_respondent};

// Row by row, with a map: slow and obvious.
struct slow_counts {
  std::map<int, std::int64_t> answers;
  std::map<int, detail::int128> weights;
  std::map<int, std::int64_t> weighted_answers;  // of rows with a weight above 0
  std::int64_t no_score = 0, zero_weight = 0;
};

slow_counts count_slowly(const survey& table, int segment = -2) {  // -2 = all rows, -1 = rows without a segment
  slow_counts counts;
  for (std::size_t row = 0; row < table.score.size(); ++row) {
    const int code = table.has_segment(row) ? static_cast<int>(table.segment[row]) : -1;
    if (segment != -2 && code != segment) continue;
    const bool zero = table.weight[row] == 0;
    counts.zero_weight += zero;
    if (!table.has_score(row)) {
      ++counts.no_score;
    } else {
      ++counts.answers[table.score[row]];
      counts.weighted_answers[table.score[row]] += !zero;
      counts.weights[table.score[row]] += std::llround(table.weight[row] * 1e9);
    }
  }
  return counts;
}

void check_equal(const score_counts& fast, slow_counts slow) {
  REQUIRE(fast.no_score == slow.no_score);
  for (int answer = -130; answer <= 130; ++answer) REQUIRE(fast.count(answer) == slow.answers[answer]);
}

}  // namespace

TEST_CASE("score_tally: counts equal a row-by-row count for every size around the tile and chunk borders") {
  std::mt19937_64 random(1);
  for (const std::size_t rows :
       {0u, 1u, 7u, 63u, 64u, 65u, 1000u, 16319u, 16320u, 16321u, 65535u, 65536u, 65537u, 200000u}) {
    CAPTURE(rows);
    for (const auto& [low, points] : {std::pair{0, 11}, std::pair{1, 5}, std::pair{-50, 101}}) {
      const survey table = test::random_survey(random, rows, 5, low, points == 101 ? 100 : points);
      const rating_scale scale(low, low + points - 1);
      check_equal(tally_scores(table.view(), scale, blank_99), count_slowly(table));
    }
  }
}

TEST_CASE("score_tally: by segment and by weight equal a row-by-row count, and rows without a segment are kept") {
  std::mt19937_64 random(2);
  const survey table = test::random_survey(random, 70'000, 7);
  const auto plain = tally_scores_by_segment(table.view(), 7, {0, 10}, blank_99);
  const auto weighted = tally_weighted_scores_by_segment(table.view(), 7, {0, 10}, blank_99);
  for (int segment = -1; segment < 7; ++segment) {
    slow_counts slow = count_slowly(table, segment);
    const auto& fast = segment < 0 ? plain.missing : plain.segments.at(static_cast<std::size_t>(segment));
    const auto& heavy = segment < 0 ? weighted.missing : weighted.segments.at(static_cast<std::size_t>(segment));
    check_equal(fast, slow);
    REQUIRE(heavy.zero_weight == slow.zero_weight);
    REQUIRE(heavy.counts.scored() + heavy.counts.no_score + heavy.zero_weight == fast.scored() + fast.no_score);
    for (int answer = 0; answer <= 10; ++answer) {
      REQUIRE(heavy.counts.count(answer) == slow.weighted_answers[answer]);
      REQUIRE(heavy.answers.at(static_cast<std::size_t>(answer)).sum == slow.weights[answer]);
    }
  }
  CHECK(plain.total() == tally_scores(table.view(), {0, 10}, blank_99));
  CHECK(weighted.total() == tally_weighted_scores(table.view(), {0, 10}, blank_99));
}

TEST_CASE("score_tally: any number of threads gives the same state") {
  std::mt19937_64 random(3);
  const survey table = test::random_survey(random, 300'000, 9);
  const auto one = tally_scores(table.view(), {0, 10}, blank_99);
  const auto segments = tally_scores_by_segment(table.view(), 9, {0, 10}, blank_99);
  const auto weights = tally_weighted_scores_by_segment(table.view(), 9, {0, 10}, blank_99);
  for (const std::size_t threads : {1u, 2u, 3u, 8u}) {
    const thread_executor host(threads);
    CHECK(tally_scores(table.view(), {0, 10}, blank_99, host) == one);
    CHECK(tally_scores_by_segment(table.view(), 9, {0, 10}, blank_99, host) == segments);
    CHECK(tally_weighted_scores_by_segment(table.view(), 9, {0, 10}, blank_99, host) == weights);
  }
}

TEST_CASE("score_counts, weighted_score_counts, by_segment: the laws") {
  const auto rows = [](std::mt19937_64& random) {
    return test::random_survey(random, random() % 40, 1 + static_cast<std::uint32_t>(random() % 6));
  };
  test::check_laws<score_counts>(
      [&](std::mt19937_64& random) { return tally_scores(rows(random).view(), {0, 10}, blank_99); });
  test::check_laws<weighted_score_counts>(
      [&](std::mt19937_64& random) { return tally_weighted_scores(rows(random).view(), {0, 10}, blank_99); });
  test::check_laws<by_segment<score_counts>>(
      [&](std::mt19937_64& random) { return tally_scores_by_segment(rows(random).view(), 6, {0, 10}, blank_99); });
  test::check_laws<by_segment<weighted_score_counts>>(
      [&](std::mt19937_64& random) { return tally_weighted_scores_by_segment(rows(random).view(), 6, {0, 10}, blank_99); });
}

TEST_CASE("score_counts: bytes whose fields are no stored form are refused") {
  score_counts zeros;
  zeros.answers = {0, 0, 0};
  score_counts wide = test::sfo_2017();
  wide.low = 125;
  weighted_score_counts halved;
  halved.counts = test::sfo_2017();
  by_segment<score_counts> tail;
  tail.segments.resize(3);
  CHECK_THROWS_AS((void)from_bytes<score_counts>(to_bytes(zeros)), state_error);
  CHECK_THROWS_AS((void)from_bytes<score_counts>(to_bytes(wide)), state_error);
  CHECK_THROWS_AS((void)from_bytes<weighted_score_counts>(to_bytes(halved)), state_error);
  CHECK_THROWS_AS((void)from_bytes<by_segment<score_counts>>(to_bytes(tail)), state_error);
  CHECK(from_bytes<score_counts>(to_bytes(test::sfo_2017())) == test::sfo_2017());
}

TEST_CASE("score_counts: answers on different scales do not merge, and the refusal leaves the state as it was") {
  const std::vector<std::int64_t> five{1, 2, 3, 4, 5};
  score_counts state = score_counts::of({1, 5}, five, 2);
  const score_counts before = state;
  CHECK_THROWS_AS(state += score_counts::of({0, 4}, five), state_error);
  CHECK_THROWS_AS(state += test::sfo_2017(), state_error);
  CHECK(state == before);
  state.answers[0] = std::numeric_limits<std::int64_t>::max();
  CHECK_THROWS_AS(state += before, overflow_error);
  CHECK_THROWS_AS((void)score_counts::of({1, 5}, std::vector<std::int64_t>{1, 2}), schema_error);
  CHECK_THROWS_AS((void)score_counts::of({1, 5}, std::vector<std::int64_t>{1, 2, 3, 4, -5}), schema_error);
}

TEST_CASE("score_tally: an answer off the scale is an error with its row, whatever the type and the executor") {
  std::vector<std::int32_t> wide(200'000, 5);
  wide[150'000] = 11;
  wide[190'000] = -1;
  for (const std::size_t threads : {1u, 2u, 3u}) {
    try {
      (void)tally_scores(column<std::int32_t>(wide, "answer"), {0, 10}, {}, thread_executor(threads));
      FAIL("an answer of 11 passed");
    } catch (const data_error& e) {
      CHECK(e.column() == "answer");
      CHECK(e.row() == 150'000);
      CHECK(e.value() == "11");
      CHECK(std::string(e.what()).find("declare it as blank") != std::string::npos);
    }
  }
  CHECK(tally_scores(column<std::int32_t>(wide), {0, 10}, {{11, -1}, repeat_answers::all_responses}).no_score == 2);
  // No type may wrap a wrong answer into the scale.
  const std::vector<std::int8_t> negative{5, -128};
  const std::vector<std::uint8_t> large{5, 200};
  const std::vector<std::int32_t> huge{5, 256 + 5};
  const std::vector<std::int32_t> lowest{5, std::numeric_limits<std::int32_t>::min()};
  CHECK_THROWS_AS((void)tally_scores(column<std::int8_t>(negative), {0, 10}), data_error);
  CHECK_THROWS_AS((void)tally_scores(column<std::uint8_t>(large), {-100, 100}), data_error);
  CHECK_THROWS_AS((void)tally_scores(column<std::int32_t>(huge), {0, 10}), data_error);
  CHECK_THROWS_AS((void)tally_scores(column<std::int32_t>(lowest), {-128, 0}), data_error);
  CHECK(tally_scores(column<std::int8_t>(negative), {-128, 100}).count(-128) == 1);
}

TEST_CASE("score_tally: a blank code on the scale is refused, for nobody could tell it from an answer") {
  const std::vector<std::int8_t> answers{1, 2};
  CHECK_THROWS_AS((void)tally_scores(column<std::int8_t>(answers), {0, 10}, {{0}, repeat_answers::all_responses}),
                  schema_error);
  CHECK_NOTHROW((void)tally_scores(column<std::int8_t>(answers), {1, 5}, {{0, 1000}, repeat_answers::all_responses}));
}

TEST_CASE("score_tally: segment codes, weights and lengths are checked") {
  const std::vector<std::int32_t> score{1, 2, 3};
  const std::vector<std::uint32_t> segment{0, 1, 2};
  const std::vector<double> weight{1, 0, 1};
  CHECK_THROWS_AS((void)tally_scores_by_segment(responses{.score = score, .segment = segment}, 2, {0, 10}), data_error);
  CHECK_THROWS_AS((void)tally_weighted_scores(responses{.score = score}, {0, 10}), schema_error);
  for (const double wrong : {-1.0, 1e-9, 1e7, std::nan(""), std::numeric_limits<double>::infinity()}) {
    const std::vector<double> bad{1, wrong, 1};
    try {
      (void)tally_weighted_scores(responses{.score = score, .weight = bad}, {0, 10});
      FAIL("a wrong weight passed");
    } catch (const data_error& e) {
      CHECK(e.row() == 1);
      CHECK(e.column() == "weight");
    }
  }
  CHECK(tally_weighted_scores(responses{.score = score, .weight = weight}, {0, 10}).counts.scored() == 2);
}

TEST_CASE("score_tally: the latest answer equals a slow choice by respondent, and the replaced ones are counted") {
  std::mt19937_64 random(5);
  for (int round = 0; round < 50; ++round) {
    const survey table = test::random_survey(random, random() % 60);
    std::map<std::uint32_t, std::size_t> kept;
    for (std::size_t row = 0; row < table.score.size(); ++row) {
      const auto rank = [&](std::size_t r) { return std::tuple(table.has_score(r), table.answered_on[r], r); };
      const auto [place, fresh] = kept.try_emplace(table.respondent[row], row);
      if (!fresh && rank(row) > rank(place->second)) place->second = row;
    }
    slow_counts slow;
    for (const auto& [respondent, row] : kept) {
      if (table.has_score(row))
        ++slow.answers[table.score[row]];
      else
        ++slow.no_score;
    }
    const score_counts fast = tally_scores(table.view(), {0, 10}, latest);
    check_equal(fast, slow);
    REQUIRE(fast.superseded == static_cast<std::int64_t>(table.score.size() - kept.size()));
    REQUIRE(tally_scores_by_segment(table.view(), 5, {0, 10}, latest).total() == fast);
  }
}

TEST_CASE("score_tally: the latest answer needs a respondent and a day for each row") {
  const std::vector<std::int32_t> score{1, 2};
  const std::vector<std::uint32_t> who{0, 0};
  const std::vector<std::int32_t> when{5, 6};
  const std::uint8_t first_only = 1;
  CHECK_THROWS_AS((void)tally_scores(responses{.score = score}, {0, 10}, latest), schema_error);
  CHECK_THROWS_AS((void)tally_scores(responses{.score = score, .respondent = who}, {0, 10}, latest), schema_error);
  CHECK_THROWS_AS(
      (void)tally_scores(responses{.score = score, .respondent = who, .answered_on = {when, &first_only}}, {0, 10}, latest),
      data_error);
  const std::vector<std::uint32_t> sparse{0, 4'000'000'000};
  CHECK_THROWS_AS((void)tally_scores(responses{.score = score, .respondent = sparse, .answered_on = when}, {0, 10}, latest),
                  schema_error);
}

TEST_CASE("net_share: a share of a weighted state has the linearised variance of a row-by-row ratio, or Kish's n") {
  std::mt19937_64 random(11);
  const survey table = test::random_survey(random, 500);
  const auto state = tally_weighted_scores(table.view(), {0, 10}, blank_99);
  const net_share share = net_share_of(state, {9, 10}, {0, 6});
  double weight = 0, plus = 0, minus = 0;
  const auto sign = [&](std::size_t row) { return table.score[row] >= 9 ? 1.0 : table.score[row] <= 6 ? -1.0 : 0.0; };
  for (std::size_t row = 0; row < 500; ++row) {
    if (!table.has_score(row)) continue;
    weight += table.weight[row];
    (sign(row) > 0 ? plus : minus) += sign(row) == 0 ? 0 : table.weight[row];
  }
  double variance = 0;
  for (std::size_t row = 0; row < 500; ++row) {
    if (table.has_score(row)) variance += std::pow(table.weight[row] * (sign(row) - (plus - minus) / weight) / weight, 2);
  }
  CHECK(share.plus == Approx(plus / weight).epsilon(1e-12));
  CHECK(share.minus == Approx(minus / weight).epsilon(1e-12));
  const auto n = static_cast<double>(share.n);
  CHECK(share.standard_error == Approx(std::sqrt(variance * n / (n - 1))).epsilon(1e-10));
  CHECK(share.deff == Approx(n * variance / share.variance()).epsilon(1e-10));
  double squares = 0;
  for (std::size_t row = 0; row < 500; ++row) squares += table.has_score(row) ? table.weight[row] * table.weight[row] : 0;
  CHECK(share.n_effective == Approx(std::min(n / share.deff, weight * weight / squares)).epsilon(1e-10));
}

TEST_CASE("score_mean: equals the exact moments of the answers; one answer has no interval; none is undefined") {
  std::mt19937_64 random(6);
  const survey table = test::random_survey(random, 400);
  moments_state moments;
  for (std::size_t row = 0; row < 400; ++row) {
    if (table.has_score(row)) moments.add(table.score[row]);
  }
  const estimate expected = mean(moments);
  const estimate found = score_mean(tally_scores(table.view(), {0, 10}, blank_99));
  CHECK(found.value == Approx(expected.value).epsilon(1e-13));
  CHECK(found.low == Approx(expected.low).epsilon(1e-12));
  CHECK(found.high == Approx(expected.high).epsilon(1e-12));
  CHECK(found.method == interval_method::student);
  const std::vector<std::int8_t> one{7};
  const estimate alone = score_mean(tally_scores(column<std::int8_t>(one), {0, 10}));
  CHECK(alone.value == 7);
  CHECK(std::isnan(alone.low));
  CHECK(!score_mean(score_counts{}).defined());
}

TEST_CASE("score_tally: a row with a count is that many rows, by segment, with weights, in any number of threads") {
  std::mt19937_64 random(11);
  for (const std::size_t rows : {0u, 1u, 40u, 70'000u}) {
    const survey few = test::random_survey(random, rows, 5);
    std::vector<std::int64_t> count(rows);
    survey many;
    std::vector<bool> score_there, segment_there;
    for (std::size_t row = 0; row < rows; ++row) {
      count[row] = static_cast<std::int64_t>(random() % 4);
      for (std::int64_t i = 0; i < count[row]; ++i) {
        many.score.push_back(few.score[row]);
        many.segment.push_back(few.segment[row]);
        many.weight.push_back(few.weight[row]);
        many.respondent.push_back(0);
        many.answered_on.push_back(0);
        score_there.push_back(((few.score_bits[row / 8] >> (row % 8)) & 1) != 0);
        segment_there.push_back(few.has_segment(row));
      }
    }
    const auto bits = [](const std::vector<bool>& there) {
      std::vector<std::uint8_t> out((there.size() + 7) / 8 + 1);
      for (std::size_t i = 0; i < there.size(); ++i)
        if (there[i]) out[i / 8] = static_cast<std::uint8_t>(out[i / 8] | (1u << (i % 8)));
      return out;
    };
    many.score_bits = bits(score_there);
    many.segment_bits = bits(segment_there);
    responses listed = few.view();
    listed.count = {count, "count"};
    const thread_executor host(3);
    CHECK(tally_scores(listed, {0, 10}, blank_99, host) == tally_scores(many.view(), {0, 10}, blank_99));
    CHECK(tally_scores_by_segment(listed, 5, {0, 10}, blank_99, host) ==
          tally_scores_by_segment(many.view(), 5, {0, 10}, blank_99));
    CHECK(tally_weighted_scores_by_segment(listed, 5, {0, 10}, blank_99, host) ==
          tally_weighted_scores_by_segment(many.view(), 5, {0, 10}, blank_99));
    CHECK(tally_weighted_scores(listed, {0, 10}, blank_99) == tally_weighted_scores(many.view(), {0, 10}, blank_99));
  }
}

TEST_CASE("score_tally: a count that is missing, negative or too large, and a bad answer that nobody gave, are errors") {
  const std::vector<std::int32_t> score{9, 99};
  const std::vector<std::uint8_t> first_only{1};
  const auto rule_of = [&](const std::vector<std::int64_t>& count, const std::uint8_t* bits) {
    try {
      (void)tally_scores(responses{.score = score, .count = {count, bits, 0, "times"}}, {0, 10}, blank_99);
    } catch (const data_error& e) {
      return e.column() + " " + std::to_string(e.row());
    }
    return std::string("none");
  };
  CHECK(rule_of({1, 2}, nullptr) == "none");
  CHECK(rule_of({1, -1}, nullptr) == "times 1");
  CHECK(rule_of({1, 2}, first_only.data()) == "times 1");
  const std::vector<std::int32_t> beyond{9, 12};
  const std::vector<std::int64_t> never{1, 0};
  CHECK_THROWS_AS((void)tally_scores(responses{.score = beyond, .count = never}, {0, 10}), data_error);
  const std::vector<std::int64_t> huge{INT64_MAX, INT64_MAX};
  const std::vector<std::int32_t> nines{9, 9};
  CHECK_THROWS_AS((void)tally_scores(responses{.score = nines, .count = huge}, {0, 10}), overflow_error);
  const std::vector<std::int64_t> three{1, 2, 3};
  CHECK_THROWS_AS((void)tally_scores(responses{.score = nines, .count = three}, {0, 10}), schema_error);
}

TEST_CASE("edge A11: a survey weight that is missing is an error with column and row") {
  const std::vector<std::int32_t> score{9, 10, 3};
  const std::vector<double> weight{1, 2, 1};
  const std::vector<std::uint8_t> gap{0b101};
  try {
    (void)tally_weighted_scores(responses{.score = score, .weight = {weight, gap.data(), 0, "w"}}, {0, 10});
    FAIL("a missing weight was taken");
  } catch (const data_error& e) {
    CHECK(e.column() == "w");
    CHECK(e.row() == 1);
  }
}

TEST_CASE("score_tally: the first bad answer is named even where a table has segments that nobody asked for") {
  const std::vector<std::int32_t> score{9, 12};
  const std::vector<std::uint32_t> segment{0, 1};
  try {
    (void)tally_scores(responses{.score = score, .segment = segment}, {0, 10});
    FAIL("12 was taken");
  } catch (const data_error& e) {
    CHECK(e.column() == "score");
    CHECK(e.row() == 1);
  }
}
