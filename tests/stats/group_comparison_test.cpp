#include "sojourn/stats/group_comparison.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace sojourn;
using doctest::Approx;

namespace {

net_share share_of(double plus, double minus, std::int64_t n) {
  net_share share;
  share.plus = plus;
  share.minus = minus;
  share.n = n;
  share.n_effective = static_cast<double>(n);
  return share;
}

}  // namespace

TEST_CASE("holm_adjusted: by hand; NaN is no test") {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> p{0.04, 0.01, none, 0.03, 0.9};
  const std::vector<double> found = holm_adjusted(p);  // 4 x 0.01, 3 x 0.03, 2 x 0.04 -> 0.09, 0.9
  CHECK(found[1] == Approx(0.04));
  CHECK(found[3] == Approx(0.09));
  CHECK(found[0] == Approx(0.09));
  CHECK(found[4] == Approx(0.9));
  CHECK(std::isnan(found[2]));
}

TEST_CASE("compare_share_groups: two groups give the square of the pooled z, and a pair is not adjusted") {
  const std::vector<net_share> groups{share_of(0.3, 0, 100), share_of(0.5, 0, 80)};
  const group_comparison found = compare_share_groups(groups);
  const comparison pair = compare_shares(groups[0], groups[1]);
  CHECK(found.dof == 1);
  CHECK(found.p_value == Approx(pair.p_value).epsilon(1e-10));
  CHECK(found.pairs.size() == 1);
  CHECK(found.pairs[0].p_adjusted == found.pairs[0].result.p_value);
  CHECK(found.pairs[0].result.difference.low == pair.difference.low);
}

TEST_CASE("compare_net_share_groups: two groups agree with the pair; equal groups differ by nothing") {
  const std::vector<net_share> groups{share_of(0.5, 0.2, 60), share_of(0.3, 0.4, 90)};
  const group_comparison found = compare_net_share_groups(groups);
  CHECK(found.p_value == Approx(compare_net_shares(groups[0], groups[1]).p_value).epsilon(1e-9));
  const std::vector<net_share> same(4, share_of(1, 0, 10));
  CHECK(compare_net_share_groups(same).statistic == 0);
  CHECK(compare_net_share_groups(same).p_value == 1);
  CHECK(compare_share_groups(same).p_value == 1);
}

TEST_CASE("compare_share_groups: fewer than two groups with answers are no test") {
  const std::vector<net_share> groups{share_of(0.5, 0, 10), net_share{}};
  const group_comparison found = compare_share_groups(groups);
  CHECK(std::isnan(found.p_value));
  CHECK(std::isnan(found.pairs[0].p_adjusted));
  CHECK(compare_share_groups({}).pairs.empty());
}
