// CSAT, CES, response rate and weighted samples: the short programs that the definition pages quote. Every claim is checked.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "sojourn/stats/weighted_sample.hpp"
#include "sojourn/surveys/ces.hpp"
#include "sojourn/surveys/csat.hpp"
#include "sojourn/surveys/response_rate.hpp"

namespace {

void expect(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", claim);
  std::exit(1);
}

bool near(double value, double wanted) {
  return std::abs(value - wanted) < 5e-5;
}

}  // namespace

int main() {
  using namespace sojourn;
  {
    const std::vector<std::int64_t> one_to_five{14, 9, 10, 32, 42};
    const csat_result result = csat(score_counts::of({1, 5}, one_to_five));
    // result.share 0.6916 [0.5987, 0.7712], result.satisfied_from 4, result.mean 3.74
    expect(near(result.share.value, 0.6916) && near(result.share.low, 0.5987) && near(result.share.high, 0.7712),
           "74 of 107");
    expect(result.satisfied_from == 4 && near(result.mean.value, 3.73832), "cut and mean");
  }
  {
    const std::vector<std::int64_t> one_to_seven{80, 210, 140, 110, 160, 180, 120};
    const score_counts effort = score_counts::of({1, 7}, one_to_seven);
    const estimate mean = ces(effort);                                 // 4.08
    const estimate easy = ces(effort, {.kind = ces_kind::top_share});  // 0.46
    const estimate index = ces(effort, {.kind = ces_kind::index});     // -13 points
    expect(near(mean.value, 4.08) && near(easy.value, 0.46) && near(index.value, -13), "three read-outs of one state");
  }
  {
    const std::vector<std::int32_t> sent{day::from_ymd(2024, 6, 3).since_epoch, day::from_ymd(2024, 6, 10).since_epoch};
    const std::vector<std::int32_t> answered{day::from_ymd(2024, 6, 4).since_epoch, day::from_ymd(2024, 7, 2).since_epoch};
    const response_window june{day::from_ymd(2024, 6, 1), day::from_ymd(2024, 7, 1)};
    const estimate rate = response_rate({sent, answered}, june);  // 0.5: the second answer came in July
    expect(near(rate.value, 0.5) && rate.n == 2, "one of two");
  }
  {
    std::vector<sampled_row> rows;  // four answers of three accounts
    rows.push_back({.value = 5, .weight = 2, .cluster = 0});
    rows.push_back({.value = 4, .weight = 2, .cluster = 0});
    rows.push_back({.value = 1, .weight = 1, .cluster = 1});
    rows.push_back({.value = 3, .weight = 1, .cluster = 2});
    const weighted_estimate mean = weighted_mean(weighted_sample(rows, sampling_unit::cluster));
    // mean.result 3.6667 with mean.error.standard_error 0.8819: three accounts, not four answers
    expect(near(mean.result.value, 3.66667) && near(mean.error.standard_error, 0.881917), "clusters of accounts");
  }
  std::puts("ok");
}
