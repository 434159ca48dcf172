#include "sojourn/surveys/ces.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "survey_data.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

score_counts seven(std::initializer_list<std::int64_t> one_to_seven) {
  return score_counts::of({1, 7}, std::vector(one_to_seven));
}

const score_counts published = seven({80, 210, 140, 110, 160, 180, 120});

}  // namespace

TEST_CASE("ces-01: the mean of 1000 answers with sum 4080 is 4.08") {
  const estimate e = ces(published);
  CHECK(e.value == Approx(4.08).epsilon(1e-14));
  CHECK(e.n == 1000);
  CHECK(e.low < e.value);
}

TEST_CASE("ces-02: 57 % very easy and 24 % hard give an index of 33") {
  const score_counts state = seven({80, 80, 80, 100, 90, 300, 270});
  CHECK(ces(state, {.kind = ces_kind::index}).value == Approx(33).epsilon(1e-14));
}

TEST_CASE("ces: the share of easy answers is 5 to 7 of seven") {
  const estimate e = ces(published, {.kind = ces_kind::top_share});
  CHECK(e.value == Approx(0.46));
  CHECK(e.method == interval_method::wilson);
}

TEST_CASE("ces: where high is hard the mirrored answers give the same share and index") {
  const score_counts mirrored = seven({120, 180, 160, 110, 140, 210, 80});
  for (const auto kind : {ces_kind::top_share, ces_kind::index}) {
    const estimate easy = ces(published, {.kind = kind});
    const estimate hard = ces(mirrored, {.kind = kind, .direction = ces_direction::high_is_hard});
    CHECK(hard.value == Approx(easy.value));
    CHECK(hard.low == Approx(easy.low));
    CHECK(hard.high == Approx(easy.high));
  }
  CHECK(ces(mirrored, {.direction = ces_direction::high_is_hard}).value == Approx(8 - 4.08));
}

TEST_CASE("ces: another scale has a mean, and a share only with stated cuts") {
  const score_counts state = score_counts::of({1, 5}, std::vector<std::int64_t>{1, 1, 2, 3, 3});
  CHECK(ces(state).value == Approx(3.6));
  CHECK_THROWS_AS((void)ces(state, {.kind = ces_kind::index}), schema_error);
  CHECK_THROWS_AS((void)ces(state, {.kind = ces_kind::top_share, .cuts = ces_cuts{6, 6, 2}}), schema_error);
  CHECK(ces(state, {.kind = ces_kind::top_share, .cuts = ces_cuts{4, 5, 2}}).value == Approx(0.6));
  CHECK(ces(state, {.kind = ces_kind::index, .cuts = ces_cuts{4, 5, 2}}).value == Approx(10));
}

TEST_CASE("ces: no answers is undefined for every kind") {
  for (const auto kind : {ces_kind::mean, ces_kind::top_share, ces_kind::index}) {
    const estimate e = ces(score_counts{}, {.kind = kind});
    CHECK(std::isnan(e.value));
    CHECK(e.reason == undefined_reason::no_observations);
  }
}
