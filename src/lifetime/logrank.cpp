#include "sojourn/lifetime/logrank.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "lifetime/exit_rows.hpp"
#include "lifetime/score_test.hpp"
#include "sojourn/stats/chi_square.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::exit_row;
using Eigen::Index;

/// What is at risk or leaves: accounts, and their weight.
class amount {
 public:
  void add(const exit_row& row) {
    count_ += row.count;
    weight_.add(static_cast<double>(row.count) * row.weight);
  }
  void remove(const exit_row& row) {
    count_ -= row.count;
    weight_.add(-static_cast<double>(row.count) * row.weight);
    if (count_ == 0) weight_.clear();  // differences of rounded sums would leave a rest
  }
  [[nodiscard]] double count() const { return static_cast<double>(count_); }
  [[nodiscard]] double weight() const { return weight_.value(); }

 private:
  std::int64_t count_ = 0;
  detail::running_sum weight_;
};

/// One age at which accounts left.
struct event_age {
  double time = 0;
  double factor = 1;        ///< S(t-)^rho
  double hazard_sum = 0;    ///< sum of factor x hazard up to here
  Eigen::VectorXd share{};  ///< n_j / n
  Eigen::VectorXd drift{};  ///< sum of factor x hazard x share up to here
};

class totals {
 public:
  totals(std::size_t groups, bool weighted, double rho)
      : groups_(groups),
        weighted_(weighted),
        rho_(rho),
        observed_(Eigen::VectorXd::Zero(static_cast<Index>(groups))),
        expected_(observed_),
        variance_(Eigen::MatrixXd::Zero(static_cast<Index>(groups), static_cast<Index>(groups))) {}

  void add_stratum(std::span<const exit_row> rows) {
    std::vector<event_age> ages;
    std::vector<amount> at_risk(groups_);
    amount all;
    double survival = 1;
    detail::entries_in_order<exit_row> entries(rows);
    for (std::size_t first = 0; first < rows.size();) {
      const double time = rows[first].time;
      std::size_t after = first, exits_end = first;
      for (; after < rows.size() && rows[after].time == time; ++after) {
        if (rows[after].cause != exits::still_there) exits_end = after + 1;
      }
      entries.advance(time, [&](const exit_row& row) {
        at_risk[row.group].add(row);
        all.add(row);
      });
      if (exits_end != first) ages.push_back(add_age(rows.subspan(first, exits_end - first), at_risk, all, survival, ages));
      for (; first < after; ++first) {
        at_risk[rows[first].group].remove(rows[first]);
        all.remove(rows[first]);
      }
    }
    if (weighted_) add_robust(rows, ages);
  }

  [[nodiscard]] const Eigen::VectorXd& observed() const { return observed_; }
  [[nodiscard]] const Eigen::VectorXd& expected() const { return expected_; }
  [[nodiscard]] const Eigen::MatrixXd& variance() const { return variance_; }

 private:
  event_age add_age(std::span<const exit_row> leaving, const std::vector<amount>& at_risk, const amount& all,
                    double& survival, const std::vector<event_age>& before) {
    event_age age{.time = leaving.front().time, .factor = std::pow(survival, rho_)};
    const double n = all.weight();
    amount gone;
    for (const exit_row& row : leaving) {
      gone.add(row);
      observed_[row.group] += age.factor * static_cast<double>(row.count) * row.weight;
    }
    age.share.resize(static_cast<Index>(groups_));
    for (std::size_t j = 0; j < groups_; ++j) age.share[static_cast<Index>(j)] = at_risk[j].weight() / n;
    const double hazard = gone.weight() / n;
    expected_ += age.factor * gone.weight() * age.share;
    if (weighted_) {
      age.hazard_sum = (before.empty() ? 0 : before.back().hazard_sum) + age.factor * hazard;
      age.drift = age.factor * hazard * age.share;
      if (!before.empty()) age.drift += before.back().drift;
    } else if (all.count() > 1) {
      const double d = gone.count();
      const double spread = age.factor * age.factor * d * (all.count() - d) / (all.count() - 1);
      variance_ -= spread * age.share * age.share.transpose();
      variance_.diagonal() += spread * age.share;
    }
    survival *= std::max(0.0, 1 - hazard);
    return age;
  }

  /// Sum of squared weighted score residuals. An account of group g has, at each age at risk, (delta_g - share) times (left
  /// there - hazard).
  void add_robust(std::span<const exit_row> rows, const std::vector<event_age>& ages) {
    const auto groups = static_cast<Index>(groups_);
    Eigen::VectorXd residual(groups);
    for (const exit_row& row : rows) {
      const auto first = std::partition_point(ages.begin(), ages.end(), [&](const auto& a) { return a.time <= row.entry; });
      const auto last = std::partition_point(first, ages.end(), [&](const auto& a) { return a.time <= row.time; });
      if (first == last) continue;
      const event_age& end = *(last - 1);
      residual = end.drift;
      double stayed = end.hazard_sum;
      if (first != ages.begin()) {
        residual -= (first - 1)->drift;
        stayed -= (first - 1)->hazard_sum;
      }
      residual[row.group] -= stayed;
      if (row.cause != exits::still_there) {
        residual -= end.factor * end.share;
        residual[row.group] += end.factor;
      }
      variance_ += static_cast<double>(row.count) * row.weight * row.weight * residual * residual.transpose();
    }
  }

  std::size_t groups_;
  bool weighted_;
  double rho_;
  Eigen::VectorXd observed_, expected_;
  Eigen::MatrixXd variance_;
};

no_test reason_of(const logrank_test& test, int rank) {
  const auto events = std::any_of(test.groups.begin(), test.groups.end(), [](const auto& g) { return g.events > 0; });
  const auto filled = std::count_if(test.groups.begin(), test.groups.end(), [](const auto& g) { return g.accounts > 0; });
  if (filled < 2) return no_test::one_group;
  if (!events) return no_test::no_event;
  return rank == 0 ? no_test::never_together : no_test::tested;
}

}  // namespace

logrank_test logrank(const exits& rows, const column<std::uint32_t>& group, std::size_t groups,
                     const column<std::uint32_t>& strata, const logrank_options& options) {
  if (!std::isfinite(options.rho)) throw schema_error("logrank: rho is a finite number; 0 is the log-rank test");
  detail::require_groups(rows, group, groups);
  const detail::exit_rows sorted = detail::sorted_exits(rows, group, strata);
  logrank_test test;
  test.groups.resize(groups);
  test.rows_missing = sorted.rows_missing;
  for (const exit_row& row : sorted.rows) {
    test.groups[row.group].accounts += row.count;
    if (row.cause != exits::still_there) test.groups[row.group].events += row.count;
  }
  totals sums(groups, sorted.weighted, options.rho);
  for (const auto stratum : detail::by_stratum(sorted.rows)) sums.add_stratum(stratum);
  for (std::size_t j = 0; j < groups; ++j) {
    test.groups[j].observed = sums.observed()[static_cast<Index>(j)];
    test.groups[j].expected = sums.expected()[static_cast<Index>(j)];
  }
  const Eigen::VectorXd difference = sums.observed() - sums.expected();
  const auto found = detail::quadratic_form(difference, sums.variance());
  test.reason = reason_of(test, found.rank);
  if (test.reason != no_test::tested) return test;
  test.statistic = found.statistic;
  test.dof = found.rank;
  test.p_value = chi_square_p_value(test.statistic, test.dof);
  const Eigen::VectorXd score = Eigen::VectorXd::LinSpaced(difference.size(), 1, static_cast<double>(difference.size()));
  const double spread = score.dot(sums.variance() * score);
  const double line = score.dot(difference);
  if (spread > 0) {
    test.trend_statistic = line * line / spread;
    test.trend_p = chi_square_p_value(test.trend_statistic, 1);
  }
  return test;
}

logrank_test logrank(const survival_by_segment& curves, const logrank_options& options, std::optional<double> given_age) {
  std::vector<double> time, entry;
  std::vector<std::uint32_t> cause, group;
  std::vector<std::int64_t> count;
  std::int64_t missing = curves.without_segment.accounts() + curves.without_segment.rows_missing;
  for (std::uint32_t g = 0; g < curves.segments.size(); ++g) {
    missing += curves.segments[g].rows_missing;
    for (const survival_cell& cell : curves.segments[g].cells) {
      if (given_age && cell.time <= *given_age) continue;
      for (const bool left : {false, true}) {
        time.push_back(cell.time);
        entry.push_back(cell.entry == survival_cell::from_start ? std::numeric_limits<double>::quiet_NaN() : cell.entry);
        cause.push_back(left ? 1 : exits::still_there);
        group.push_back(g);
        count.push_back(left ? cell.events : cell.censored);
      }
    }
  }
  logrank_test test =
      logrank({.time = time, .cause = cause, .entry = entry, .count = count}, group, curves.segments.size(), {}, options);
  test.rows_missing = missing;
  return test;
}

}  // namespace sojourn::inline v0_1
