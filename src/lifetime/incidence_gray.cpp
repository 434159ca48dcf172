// Gray's test: the score and its variance.
#include <Eigen/Dense>
#include <cmath>
#include <span>
#include <vector>

#include "lifetime/exit_rows.hpp"
#include "lifetime/score_test.hpp"
#include "sojourn/lifetime/incidence.hpp"
#include "sojourn/stats/chi_square.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::exit_row;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// One age at which accounts left: who was at risk, who left, and the curves of each group before (-) and after it.
struct age_of_leaving {
  VectorXd at_risk, of_cause, of_others;
  VectorXd survival_before{}, survival{};
  double pooled = 0;               ///< incidence of all groups together, after
  double pooled_size = 0;          ///< sum of at risk / survival before
  double pooled_events = 0;        ///< of the cause
  MatrixXd weighted{}, carried{};  ///< weights of the score: those of this age, and summed up to it
};

class gray_sums {
 public:
  gray_sums(std::size_t groups, double rho)
      : groups_(static_cast<Index>(groups)),
        rho_(rho),
        observed_(VectorXd::Zero(groups_)),
        expected_(observed_),
        variance_(MatrixXd::Zero(groups_, groups_)) {}

  void add_stratum(std::span<const exit_row> rows, std::uint32_t cause) {
    std::vector<age_of_leaving> ages;
    VectorXd at_risk = VectorXd::Zero(groups_);
    for (const exit_row& row : rows) at_risk[row.group] += static_cast<double>(row.count);
    VectorXd survival = VectorXd::Ones(groups_), incidence = VectorXd::Zero(groups_);
    MatrixXd carried = MatrixXd::Zero(groups_, groups_);
    double pooled = 0;
    for (std::size_t first = 0; first < rows.size();) {
      age_of_leaving age{.at_risk = at_risk, .of_cause = VectorXd::Zero(groups_), .of_others = VectorXd::Zero(groups_)};
      const double time = rows[first].time;
      for (; first < rows.size() && rows[first].time == time; ++first) {
        const auto accounts = static_cast<double>(rows[first].count);
        at_risk[rows[first].group] -= accounts;
        if (rows[first].cause == cause)
          age.of_cause[rows[first].group] += accounts;
        else if (rows[first].cause != exits::still_there)
          age.of_others[rows[first].group] += accounts;
      }
      if (age.of_cause.sum() == 0 && age.of_others.sum() == 0) continue;
      age.survival_before = survival;
      add_age(age, survival, incidence, carried, pooled);
      ages.push_back(std::move(age));
    }
    for (const age_of_leaving& age : ages) add_variance(age, carried);
  }

  [[nodiscard]] const VectorXd& observed() const { return observed_; }
  [[nodiscard]] const VectorXd& expected() const { return expected_; }
  [[nodiscard]] const MatrixXd& variance() const { return variance_; }

 private:
  void add_age(age_of_leaving& age, VectorXd& survival, VectorXd& incidence, MatrixXd& carried, double& pooled) {
    VectorXd size = VectorXd::Zero(groups_), open = VectorXd::Zero(groups_);
    for (Index j = 0; j < groups_; ++j) {
      if (age.at_risk[j] <= 0) continue;
      size[j] = age.at_risk[j] / survival[j];
      open[j] = size[j] * (1 - incidence[j]);
      incidence[j] += survival[j] * age.of_cause[j] / age.at_risk[j];
      survival[j] *= (age.at_risk[j] - age.of_cause[j] - age.of_others[j]) / age.at_risk[j];
    }
    age.survival = survival;
    age.pooled_size = size.sum();
    age.pooled_events = age.of_cause.sum();
    const double factor = std::pow(1 - pooled, rho_);
    if (age.pooled_events > 0) {
      observed_ += factor * age.of_cause;
      expected_ += factor * age.pooled_events / open.sum() * open;
    }
    age.weighted = -factor / age.pooled_size * size * size.transpose();
    age.weighted.diagonal() += factor * size;
    if (age.pooled_events > 0) carried += age.pooled_events / (age.pooled_size * (1 - pooled)) * age.weighted;
    age.carried = carried;
    pooled += age.pooled_events / age.pooled_size;
    age.pooled = pooled;
  }

  /// An account of group k that leaves at this age moves the score now, and through its group's curves at all later ages.
  void add_variance(const age_of_leaving& age, const MatrixXd& final_carried) {
    for (Index k = 0; k < groups_; ++k) {
      if (age.at_risk[k] <= 0) continue;
      const VectorXd later = final_carried.col(k) - age.carried.col(k);
      const double open = age.survival[k] > 0 ? (1 - age.pooled) / age.survival[k] : 0;
      const double before = age.survival_before[k];
      if (age.pooled_events > 0) {
        const double ties = age.pooled_events > 1 ? 1 - (age.pooled_events - 1) / (age.pooled_size * before - 1) : 1;
        const double spread = ties * before * age.pooled_events / (age.pooled_size * age.at_risk[k]);
        const VectorXd moved = age.weighted.col(k) + (1 - open) * later;
        variance_ += spread * moved * moved.transpose();
      }
      if (age.of_others[k] > 0 && age.survival[k] > 0) {
        const double ties = age.of_others[k] > 1 ? 1 - (age.of_others[k] - 1) / (age.at_risk[k] - 1) : 1;
        const double spread = ties * before * before * age.of_others[k] / (age.at_risk[k] * age.at_risk[k]);
        variance_ += spread * open * open * later * later.transpose();
      }
    }
  }

  Index groups_;
  double rho_;
  VectorXd observed_, expected_;
  MatrixXd variance_;
};

}  // namespace

logrank_test gray_test(const exits& rows, std::uint32_t cause, const column<std::uint32_t>& group, std::size_t groups,
                       const column<std::uint32_t>& strata, const logrank_options& options) {
  if (!std::isfinite(options.rho)) throw schema_error("gray_test: rho is a finite number; 0 is Gray's test as published");
  if (cause == exits::still_there) throw schema_error("gray_test: 0 is no cause; causes are numbered from 1");
  detail::require_groups(rows, group, groups);
  const detail::exit_rows sorted = detail::sorted_exits(rows, group, strata);
  if (sorted.weighted)
    throw schema_error("Gray's test is not defined for weights; leave them out, or compare causes with a weighted log-rank");
  if (sorted.late_entry)
    throw schema_error("Gray's test is not defined for late entry; compare the cause alone with the log-rank test");
  logrank_test test;
  test.groups.resize(groups);
  test.rows_missing = sorted.rows_missing;
  std::int64_t events = 0;
  std::size_t filled = 0;
  for (const exit_row& row : sorted.rows) {
    if (test.groups[row.group].accounts == 0) ++filled;
    test.groups[row.group].accounts += row.count;
    if (row.cause != cause) continue;
    test.groups[row.group].events += row.count;
    events += row.count;
  }
  gray_sums sums(groups, options.rho);
  for (const auto stratum : detail::by_stratum(sorted.rows)) sums.add_stratum(stratum, cause);
  for (std::size_t j = 0; j < groups; ++j) {
    test.groups[j].observed = sums.observed()[static_cast<Index>(j)];
    test.groups[j].expected = sums.expected()[static_cast<Index>(j)];
  }
  const auto found = detail::quadratic_form(sums.observed() - sums.expected(), sums.variance());
  if (filled < 2)
    test.reason = no_test::one_group;
  else if (events == 0)
    test.reason = no_test::no_event;
  else if (found.rank == 0)
    test.reason = no_test::never_together;
  if (test.reason != no_test::tested) return test;
  test.statistic = found.statistic;
  test.dof = found.rank;
  test.p_value = chi_square_p_value(test.statistic, test.dof);
  return test;
}

}  // namespace sojourn::inline v0_1
