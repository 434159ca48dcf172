#include "sojourn/accumulators.hpp"

#include <boost/accumulators/statistics/mean.hpp>
#include <boost/accumulators/statistics/stats.hpp>

#include <random>

#include <doctest/doctest.h>

using namespace sojourn;
namespace acc = boost::accumulators;

TEST_CASE("accumulators: a stream of answers gives what a column of them gives") {
  std::mt19937 random(5);
  std::vector<std::int32_t> scores(500);
  acc::accumulator_set<int, acc::stats<acc::tag::mean, tag::nps>> stream;
  for (std::int32_t& score : scores) {
    score = static_cast<std::int32_t>(random() % 11);
    stream(score);
  }
  const score_counts counted = tally_nps(column<std::int32_t>(scores));
  CHECK(extract::answers(stream) == counted);
  const estimate read = extract::nps(stream);
  CHECK(read.value == nps(counted).value);
  CHECK(read.low == nps(counted).low);
  CHECK(read.n == 500);
  CHECK(acc::mean(stream) == doctest::Approx(score_mean(counted, {}).value).epsilon(1e-12));
}

TEST_CASE("accumulators: sets do not merge, their counts do") {
  acc::accumulator_set<int, acc::stats<tag::nps>> january;
  acc::accumulator_set<int, acc::stats<tag::nps>> february;
  for (const int score : {10, 9, 3}) january(score);
  for (const int score : {10, 7}) february(score);
  score_counts both = extract::answers(january);
  both += extract::answers(february);
  CHECK(nps(both).value == doctest::Approx(40));
}

TEST_CASE("accumulators: CSAT has the declared scale and its cut") {
  acc::accumulator_set<int, acc::stats<tag::csat>> stream(sojourn::asked_on = rating_scale(1, 7));
  for (const int score : {7, 6, 5, 1}) stream(score);
  const csat_result read = extract::csat(stream);
  CHECK(read.share.value == 0.5);
  CHECK(read.satisfied_from == 6);
  CHECK(read.mean.value == 4.75);
}

TEST_CASE("accumulators: an answer off the scale is refused with its place, and the stream goes on") {
  acc::accumulator_set<double, acc::stats<tag::nps>> stream;
  stream(10.0);
  for (const double wrong : {11.0, 7.5, -1.0}) {
    try {
      stream(wrong);
      FAIL("accepted " << wrong);
    } catch (const data_error& e) {
      CHECK(e.row() == 1);
      CHECK(e.rule() == "is not on the scale 0-10");
    }
  }
  CHECK(extract::nps(stream).n == 1);
}

TEST_CASE("accumulators: logo churn counts who left") {
  acc::accumulator_set<bool, acc::stats<tag::logo_churn>> opening;
  CHECK_FALSE(extract::logo_churn(opening).defined());
  for (int customer = 0; customer < 50; ++customer) opening(customer % 10 == 0);
  const estimate read = extract::logo_churn(opening);
  CHECK(read.value == 0.1);
  CHECK(read.low == proportion(5, 50).low);
  CHECK(read.n == 50);
}
