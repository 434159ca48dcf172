#include "sojourn/input/sample_rows.hpp"
#include "one_call.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "sojourn/surveys.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

answer_domain all_of(weighted_sample sample, rating_scale scale, std::uint32_t code = 0) {
  return {std::make_shared<const weighted_sample>(std::move(sample)), scale, code};
}

}  // namespace

TEST_CASE("sample_answers: blank, replaced and weightless answers stay what they are in a tally") {
  const std::vector<std::int32_t> score{10, 9, 3, 11, 8, 0};
  const std::vector<std::uint32_t> respondent{0, 0, 1, 2, 3, 4};
  const std::vector<std::int32_t> day{1, 2, 1, 1, 1, 1};
  const std::vector<double> weight{1, 2, 3, 1, 1, 0};
  const std::vector<std::uint32_t> cluster{0, 0, 1, 1, 2, 2};
  const responses table{.score = score, .respondent = respondent, .answered_on = day, .weight = weight};
  const answer_rules rules{{11}, repeat_answers::latest_per_respondent};
  const answer_domain answers = all_of(sample_answers(table, 0, nps_scale(), rules, {.cluster = cluster}), nps_scale());
  const weighted_score_counts state = tally_weighted_scores(table, nps_scale(), rules);
  CHECK(answers.sample->zero_weight() == 1);
  CHECK(state.zero_weight == 1);
  CHECK(nps(answers).value == nps(state).value);
  CHECK(nps(answers).n == 3);
  CHECK(score_mean(answers).value == Approx(score_mean(state).value));
  const nps_options blanks_count{.no_score = nps_no_score::in_denominator};
  CHECK(nps(answers, blanks_count).value == nps(state, blanks_count).value);
  CHECK(nps(answers, blanks_count).n == 4);
}

TEST_CASE("answer_domain: few clusters widen the interval as Korn and Graubard do") {
  const std::vector<std::int32_t> score{5, 5, 1, 1, 5, 1, 5, 5};
  const std::vector<std::uint32_t> cluster{0, 0, 1, 1, 2, 2, 3, 3};
  const responses table{.score = score};
  const answer_domain answers = all_of(sample_answers(table, 0, {1, 5}, {}, {.cluster = cluster}), {1, 5});
  const net_share share = net_share_of(answers, {4, 5}, {});
  CHECK(share.degrees_of_freedom == 3);
  const double ratio = student_quantile(7, confidence_level{}) / student_quantile(3, confidence_level{});
  CHECK(interval_n(share, confidence_level{}) == Approx(share.n_effective * ratio * ratio));
  CHECK(csat(answers).share.low == Approx(weighted_proportion(share.plus, interval_n(share, {}), 8).low));
  CHECK(csat(answers).share.low < csat(tally_scores(table, {1, 5})).share.low);
}

TEST_CASE("sample_of: missing cells of a design name column and row") {
  const std::vector<double> value{1, 2};
  const std::vector<std::uint32_t> cluster{0, 1};
  const std::uint8_t first_only = 1;
  try {
    (void)sample_of({.value = value}, {.cluster = {cluster, &first_only, 0, "account"}});
    FAIL("a missing cluster was taken");
  } catch (const data_error& e) {
    CHECK(e.column() == "account");
    CHECK(e.row() == 1);
  }
  CHECK_THROWS_AS((void)sample_of({.value = value, .weight = one_call(std::vector<double>{1})}, {}), schema_error);
}
