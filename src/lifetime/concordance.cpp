#include "lifetime/concordance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace sojourn::inline v0_1::detail {
namespace {

/// Sums of weights by rank (a Fenwick tree).
class weight_by_rank {
 public:
  explicit weight_by_rank(std::size_t ranks) : sums_(ranks + 1, 0.0) {}
  void add(std::size_t rank, double weight) {
    for (std::size_t at = rank + 1; at < sums_.size(); at += at & (~at + 1)) sums_[at] += weight;
  }
  [[nodiscard]] double below(std::size_t rank) const {
    double sum = 0;
    for (std::size_t at = rank; at > 0; at -= at & (~at + 1)) sum += sums_[at];
    return sum;
  }

 private:
  std::vector<double> sums_;
};

}  // namespace

double concordance(const regression_data& data, const Eigen::VectorXd& score) {
  std::vector<double> scores(score.begin(), score.end());
  std::sort(scores.begin(), scores.end());
  scores.erase(std::unique(scores.begin(), scores.end()), scores.end());
  const auto rank_of = [&](std::size_t row) {
    const double value = score[static_cast<Eigen::Index>(row)];
    return static_cast<std::size_t>(std::lower_bound(scores.begin(), scores.end(), value) - scores.begin());
  };
  const auto worth = [&](std::size_t row) { return data.rows[row].weight * static_cast<double>(data.rows[row].count); };
  double agree = 0, tied = 0, pairs = 0;
  for (const auto& [begin, end] : data.strata()) {
    std::vector<std::size_t> by_entry;
    for (std::size_t row = begin; row < end; ++row) {
      if (data.rows[row].entry != exit_row::from_start) by_entry.push_back(row);
    }
    std::sort(by_entry.begin(), by_entry.end(), [&](std::size_t a, std::size_t b) {
      return data.rows[a].entry != data.rows[b].entry ? data.rows[a].entry > data.rows[b].entry : a < b;
    });
    weight_by_rank staying(scores.size());
    double all = 0;
    std::size_t next = 0;
    const auto put = [&](std::size_t row, double sign) {
      staying.add(rank_of(row), sign * worth(row));
      all += sign * worth(row);
    };
    for (std::size_t after = end; after > begin;) {
      std::size_t first = after;
      while (first > begin && data.rows[first - 1].time == data.rows[after - 1].time) --first;
      const double time = data.rows[first].time;
      // Those censored at this age stayed longer than those who left at it.
      for (std::size_t row = first; row < after; ++row) {
        if (data.rows[row].cause == exits::still_there) put(row, 1);
      }
      for (; next < by_entry.size() && data.rows[by_entry[next]].entry >= time; ++next) put(by_entry[next], -1);
      for (std::size_t row = first; row < after; ++row) {
        if (data.rows[row].cause == exits::still_there) continue;
        const std::size_t rank = rank_of(row);
        const double lower = staying.below(rank), same = staying.below(rank + 1) - lower;
        agree += worth(row) * lower;
        tied += worth(row) * same;
        pairs += worth(row) * all;
      }
      for (std::size_t row = first; row < after; ++row) {
        if (data.rows[row].cause != exits::still_there) put(row, 1);
      }
      after = first;
    }
  }
  return pairs > 0 ? (agree + tied / 2) / pairs : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace sojourn::inline v0_1::detail
