#include <cmath>

#include "sojourn/eigen.hpp"

#include <doctest/doctest.h>

#include "sojourn/sojourn.hpp"

using namespace sojourn;

TEST_CASE("eigen: a triangle is a matrix of cohorts by ages, unknown cells NaN") {
  const std::vector<std::uint32_t> who{0, 1, 2};
  const std::vector<std::int32_t> start{0, 5, 40};
  const std::vector<std::int32_t> end{35, 400, 400};
  const std::vector<std::int64_t> cents{100, 300, 50};
  const ledger book({who, start, end, cents}, {.as_of = day{90}});
  const cohort_triangle triangle = cohort_retention(tally_cohorts(book, period_grid::between(month{0}, month{2})));
  const triangle_map map = as_eigen(triangle);
  REQUIRE(map.rows() == 3);
  REQUIRE(map.cols() == 3);
  CHECK(map(0, 0) == 1);
  CHECK(map(0, 1) == 0.5);  // one of the two of January left in February
  CHECK(std::isnan(map(1, 2)));
  for (Eigen::Index c = 0; c < 3; ++c) {
    for (Eigen::Index a = 0; a < 3; ++a) {
      const double direct = triangle.at(static_cast<std::size_t>(c), static_cast<std::size_t>(a));
      CHECK((map(c, a) == direct || (std::isnan(map(c, a)) && std::isnan(direct))));
    }
  }
}

TEST_CASE("eigen: the rows of the contributions add up to the scores") {
  const health::scorecard card = health::compile_json(
      R"({"sojourn": 1, "card": "two", "signals": {"a": {"norm": "identity"}, "b": {"norm": "identity"}},
      "tree": {"mean": [[1, "a"], [3, "b"]]}})");
  const std::vector<double> a{0, 50, 100};
  const std::vector<double> b{100, 20, 40};
  const signals columns{{"a", column<double>(a)}, {"b", column<double>(b)}};
  const health::contributions parts = health::explain(card, columns);
  const health::scores scores = health::score(card, columns);
  const Eigen::VectorXd sums = as_eigen(parts).rowwise().sum();
  for (Eigen::Index i = 0; i < 3; ++i)
    CHECK(sums(i) == doctest::Approx(scores.score[static_cast<std::size_t>(i)]).epsilon(1e-14));

  const health::normalised_signals normal = health::normalise(card, columns);
  const signals_map map = as_eigen(normal.view());
  CHECK(map.rows() == 3);
  CHECK(map(1, 0) == doctest::Approx(0.5));
  CHECK(map(2, 1) == doctest::Approx(0.4));
}
