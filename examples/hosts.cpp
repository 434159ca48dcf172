// sojourn in a program that uses Boost.Accumulators and Eigen already. Every claim is checked.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <boost/accumulators/statistics/mean.hpp>
#include <boost/accumulators/statistics/stats.hpp>

#include "sojourn/accumulators.hpp"
#include "sojourn/eigen.hpp"
#include "sojourn/sojourn.hpp"

namespace {

void expect(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", claim);
  std::exit(1);
}

}  // namespace

int main() {
  using boost::accumulators::stats;

  boost::accumulators::accumulator_set<int, stats<boost::accumulators::tag::mean, sojourn::tag::nps>> answers;
  for (const int score : {10, 9, 8, 10, 6, 9, 3, 10}) answers(score);
  const sojourn::estimate nps = sojourn::extract::nps(answers);  // 37.5 points with its interval
  expect(nps.value == 37.5 && nps.n == 8, "five promoters and two detractors of eight");
  expect(boost::accumulators::mean(answers) == 65.0 / 8, "Boost's own features stand beside it");

  boost::accumulators::accumulator_set<int, stats<sojourn::tag::csat>> rating(sojourn::asked_on =
                                                                                  sojourn::rating_scale(1, 7));
  for (const int score : {7, 6, 4, 2}) rating(score);
  expect(sojourn::extract::csat(rating).share.value == 0.5, "6 and 7 are satisfied on a scale of 1 to 7");

  const auto on = [](const char* date) { return sojourn::parse_day(date)->since_epoch; };
  const std::vector<std::uint32_t> account{0, 1};
  const std::vector<std::int32_t> start{on("2024-01-01"), on("2024-01-15")};
  const std::vector<std::int32_t> end{on("2025-01-01"), on("2024-02-20")};
  const std::vector<std::int64_t> cents{1000, 700};
  const sojourn::ledger book({account, start, end, cents}, {.as_of = sojourn::parse_day("2024-04-01")});
  const auto months = sojourn::period_grid::between(*sojourn::parse_month("2024-01"), *sojourn::parse_month("2024-03"));

  const sojourn::cohort_triangle triangle = sojourn::cohort_retention(sojourn::tally_cohorts(book, months));
  const Eigen::VectorXd second_month = sojourn::as_eigen(triangle).col(1);  // NaN where it is not known yet
  expect(second_month(0) == 0.5, "one of two stayed");
  expect(std::isnan(second_month(1)), "nobody started in February");
  std::printf("NPS %.1f, second month %.0f%%\n", nps.value, 100 * second_month(0));
}
