#include "sojourn/surveys/csat.hpp"
#include "paths.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <iostream>

#include "survey_data.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

score_counts five(std::initializer_list<std::int64_t> one_to_five) {
  return score_counts::of({1, 5}, std::vector(one_to_five));
}

}  // namespace

TEST_CASE("csat-01: 74 of 107 are satisfied, 69.16 %, with mean and Wilson limits") {
  const csat_result result = csat(five({14, 9, 10, 32, 42}));
  CHECK(std::abs(result.share.value - 0.6916) < 5e-5);
  CHECK(result.satisfied_from == 4);
  CHECK(std::abs(result.mean.value - 3.738318) < 5e-7);
  CHECK(std::abs(result.share.low - 0.5987151) < 5e-8);
  CHECK(std::abs(result.share.high - 0.7711826) < 5e-8);
  CHECK(result.share.method == interval_method::wilson);
  CHECK(result.share.n == 107);
}

TEST_CASE("csat-02: 30 of 50 are satisfied, 60 %") {
  CHECK(csat(five({5, 5, 10, 20, 10})).share.value == Approx(0.60));
}

TEST_CASE("csat-04: the usual cut of each scale; the next lower answer is not satisfied") {
  struct row {
    int points, cut;
  };
  for (const row& r : {row{3, 3}, row{4, 3}, row{5, 4}, row{6, 5}, row{7, 6}, row{10, 8}}) {
    CAPTURE(r.points);
    std::vector<std::int8_t> one_each;
    for (int answer = 1; answer <= r.points; ++answer) one_each.push_back(static_cast<std::int8_t>(answer));
    const csat_result result = csat(column<std::int8_t>(one_each), {}, {1, r.points});
    CHECK(result.satisfied_from == r.cut);
    CHECK(result.share.value == Approx(static_cast<double>(r.points - r.cut + 1) / r.points));
  }
}

TEST_CASE("csat: a scale without a usual cut must state one; a cut off the scale is refused") {
  const std::vector<std::int8_t> answers{0, 5, 10};
  CHECK_THROWS_AS((void)csat(column<std::int8_t>(answers), {}, {0, 10}), schema_error);
  CHECK(csat(column<std::int8_t>(answers), {.satisfied_from = 8}, {0, 10}).share.value == Approx(1.0 / 3));
  CHECK_THROWS_AS((void)csat(column<std::int8_t>(answers), {.satisfied_from = 11}, {0, 10}), schema_error);
  CHECK_THROWS_AS((void)csat(column<std::int8_t>(answers), {.satisfied_from = 0}, {0, 10}), schema_error);
}

TEST_CASE("csat (negative): positives / negatives is not a share, and every answer has a group") {
  // Published elsewhere as positives / negatives: 74 / 23 would be 322 %.
  const csat_result result = csat(five({14, 9, 10, 32, 42}));
  CHECK(result.share.value < 1);
  // Published elsewhere for 1-10: above 8 satisfied, below 5 not, so that a 5 is in no group. Here it is in the denominator.
  const std::vector<std::int8_t> answers{5, 9};
  CHECK(csat(column<std::int8_t>(answers), {}, {1, 10}).share.value == Approx(0.5));
}

TEST_CASE("csat: no answers is undefined, share and mean") {
  const csat_result result = csat(score_counts{});
  CHECK(!result.share.defined());
  CHECK(!result.mean.defined());
  CHECK(result.share.n == 0);
  CHECK(std::isnan(result.share.value));
}

TEST_CASE("csat: the share is the whole-number proportion of the same counts") {
  for (std::int64_t bad = 0; bad < 30; ++bad) {
    for (std::int64_t good = 0; good < 30; ++good) {
      if (bad + good == 0) continue;
      const estimate expected = proportion(good, bad + good);
      const estimate found = csat(five({bad, 0, 0, 0, good})).share;
      REQUIRE(found.value == expected.value);
      REQUIRE(found.low == Approx(expected.low).epsilon(1e-13));
      REQUIRE(found.high == Approx(expected.high).epsilon(1e-13));
    }
  }
}

TEST_CASE("csat: the SFO survey 2017, question 7, gives 82.0685 %") {
  const auto cells = test::csv_column(sojourn::test::in_shared("data/sfo_survey_2017.csv"), "Q7ALL");
  if (cells.empty()) {
    std::cout << "skipped: the SFO survey file is not there\n";
    return;
  }
  std::vector<std::int8_t> answers;
  for (const std::string& cell : cells)
    answers.push_back(cell == "Blank" ? std::int8_t{0} : static_cast<std::int8_t>(std::stoi(cell)));
  const score_counts state = tally_scores(column<std::int8_t>(answers), {1, 5}, {{0}, repeat_answers::all_responses});
  CHECK(state.no_score == 143);
  CHECK(std::abs(csat(state).share.value - 0.820685) < 5e-7);
}

TEST_CASE("compare_csat: Newcombe 1998, 56/70 against 48/80, and the pooled score test") {
  const comparison c = compare_csat(five({14, 0, 0, 0, 56}), five({32, 0, 0, 0, 48}));
  CHECK(c.difference.value == Approx(0.2));
  CHECK(c.difference.low == Approx(0.0524).epsilon(1e-3));
  CHECK(c.difference.high == Approx(0.3339).epsilon(1e-3));
  // Pooled: z = 0.2 / sqrt((104/150) (46/150) (1/70 + 1/80)).
  const double z = 0.2 / std::sqrt(104.0 / 150 * 46.0 / 150 * (1.0 / 70 + 1.0 / 80));
  CHECK(c.p_value == Approx(std::erfc(z / std::sqrt(2.0))));
  CHECK(!compare_csat(five({1, 0, 0, 0, 0}), score_counts{}).difference.defined());
}
