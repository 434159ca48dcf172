#include "sojourn/stats/every_resample.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

/// A ratio and how many of the n^n ways give it: whole numbers below 2^53, so that sums are exact.
struct resample_way {
  double ratio = 0;
  double ways = 0;
};

/// Gives the accounts from `place` on all numbers of copies that fill up the resample.
void add_ways(std::span<const ratio_part> accounts, std::size_t place, std::size_t to_draw, double ways,
              const ratio_part& sums, std::vector<resample_way>& found) {
  if (place + 1 == accounts.size()) {
    const auto copies = static_cast<double>(to_draw);
    const double denominator = sums.denominator + copies * accounts[place].denominator;
    if (denominator != 0) found.push_back({(sums.numerator + copies * accounts[place].numerator) / denominator, ways});
    return;
  }
  double chosen = 1;  // to_draw over copies
  for (std::size_t copies = 0; copies <= to_draw; ++copies) {
    const auto times = static_cast<double>(copies);
    const ratio_part next{.numerator = sums.numerator + times * accounts[place].numerator,
                          .denominator = sums.denominator + times * accounts[place].denominator};
    add_ways(accounts, place + 1, to_draw - copies, ways * chosen, next, found);
    chosen = chosen * static_cast<double>(to_draw - copies) / (times + 1);
  }
}

double ratio_at_share(const std::vector<resample_way>& sorted, double ways, double share) {
  const double rank = share * ways * (1 - 4 * std::numeric_limits<double>::epsilon());
  double sum = 0;
  for (const resample_way& one : sorted) {
    sum += one.ways;
    if (sum >= rank) return one.ratio;
  }
  return sorted.back().ratio;
}

}  // namespace

draw_summary every_resample(std::span<const ratio_part> accounts, confidence_level level) {
  if (accounts.size() > most_enumerated_accounts)
    throw schema_error("every_resample: more than ten accounts have too many resamples; draw some with bootstrap_ratio");
  if (accounts.empty()) return {};
  std::vector<resample_way> found;
  add_ways(accounts, 0, accounts.size(), 1, {}, found);
  if (found.empty()) return {};
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.ratio < b.ratio; });
  double ways = 0, sum = 0, squares = 0;
  for (const resample_way& one : found) ways += one.ways, sum += one.ways * one.ratio;
  const double mean = sum / ways;
  for (const resample_way& one : found) squares += one.ways * (one.ratio - mean) * (one.ratio - mean);
  return {.mean = mean,
          .standard_error = std::sqrt(squares / ways),
          .low = ratio_at_share(found, ways, (1 - level.value()) / 2),
          .high = ratio_at_share(found, ways, (1 + level.value()) / 2)};
}

}  // namespace sojourn::inline v0_1
