// A host that links nothing: an NPS, a CSAT and a churn rate, with their intervals. Prints them bit by bit; the program that
// links the library must print the same.
#ifdef SOJOURN_HEADERS_ONLY
#include <sojourn/headers.hpp>
#else
#include <sojourn/sojourn.hpp>
#endif

#include <cstdint>
#include <cstdio>

namespace {

void print(const char* name, const sojourn::estimate& e) {
  std::printf("%s %a [%a, %a] n=%lld\n", name, e.value, e.low, e.high, static_cast<long long>(e.n));
}

}  // namespace

int main() {
  using namespace sojourn;
  const std::int64_t answers[] = {2, 0, 1, 0, 3, 4, 5, 11, 16, 20, 38};
  const score_counts recommend = score_counts::of(rating_scale(0, 10), answers);
  const std::int64_t ratings[] = {3, 5, 12, 41, 39};
  const score_counts satisfied = score_counts::of(rating_scale(1, 5), ratings);
  const std::int64_t efforts[] = {1, 2, 3, 4, 10, 30, 20};
  const score_counts effort = score_counts::of(rating_scale(1, 7), efforts);

  print("NPS", nps(recommend));
  nps_options by_score;
  by_score.interval = nps_interval::score;
  print("NPS, score interval", nps(recommend, by_score));
  const csat_result csat_of_all = csat(satisfied);
  print("CSAT", csat_of_all.share);
  print("mean answer", csat_of_all.mean);
  print("CES", ces(effort));
  for (const auto kind :
       {proportion_interval::wilson, proportion_interval::clopper_pearson, proportion_interval::jeffreys}) {
    for (const std::int64_t lost : {0, 1, 17, 400}) print("churn", proportion(lost, 400, {confidence_level(0.9), kind}));
  }
  print("difference", compare_proportions(17, 400, 31, 410));
  for (int i = 1; i < 2'000; ++i) std::printf("%a\n", confidence_level(i / 2'000.0).normal_quantile());
  for (const double level : {1e-300, 1e-12, 0.999999, 1 - 1e-15})
    std::printf("%a\n", confidence_level(level).normal_quantile());
  const day opened = *parse_day("2026-02-28");
  std::printf("%s %s %lld\n", to_string(opened).c_str(), to_string(month::of(opened)).c_str(),
              static_cast<long long>((money(1999) * 12).minor()));
  return nps(recommend).low < nps(recommend).value ? 0 : 1;
}
