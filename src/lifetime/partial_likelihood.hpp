// The partial likelihood of a hazard regression: its risk sets, value, slope and curvature.
#pragma once

#include <Eigen/Dense>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "lifetime/regression_data.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// Sums over accounts of r, r x and r x x' with r = weight x exp(eta).
struct feature_sums {
  double zero = 0;
  Eigen::VectorXd one;
  Eigen::MatrixXd two;

  explicit feature_sums(Eigen::Index features)
      : one(Eigen::VectorXd::Zero(features)), two(Eigen::MatrixXd::Zero(features, features)) {}
  template <class Row>
  void add(double worth, const Row& x) {
    zero += worth;
    one.noalias() += worth * x.transpose();
    two.noalias() += worth * x.transpose() * x;
  }
  void add(double factor, const feature_sums& other) {
    zero += factor * other.zero;
    one += factor * other.one;
    two += factor * other.two;
  }
  void clear() { *this = feature_sums(one.size()); }
};

/// One age at which accounts left, seen from its risk set. With Efron's correction each of `events` exits has its own share
/// of the risk set; sums over them are kept.
struct exit_age {
  double time = 0;
  std::size_t first = 0, after = 0;  ///< rows that leave here
  std::size_t stratum_end = 0;       ///< rows from `first` to here are at risk, but for those that enter later
  std::int64_t events = 0;
  double weight = 0;              ///< of those rows, counted
  double mean_weight = 0;         ///< of one exit
  double shift = 0;               ///< eta - shift is what was exponentiated
  double a0 = 0, a1 = 0;          ///< sums of 1/d and f/d, d = S0 - f D0, f = 0, 1/m, ...
  double b0 = 0, b1 = 0, b2 = 0;  ///< sums of 1/d^2, f/d^2, f^2/d^2
  double log_terms = 0;           ///< sum of log d + shift

  /// sum over exits of (mean features of its risk set) / d
  [[nodiscard]] Eigen::VectorXd mean_over_d(const feature_sums& risk, const feature_sums& leaving) const {
    return risk.one * b0 - leaving.one * b1;
  }
  /// sum over exits of the mean features of its risk set
  [[nodiscard]] Eigen::VectorXd mean(const feature_sums& risk, const feature_sums& leaving) const {
    return risk.one * a0 - leaving.one * a1;
  }
  /// sum over exits of the covariance of the features in its risk set
  [[nodiscard]] Eigen::MatrixXd covariance(const feature_sums& risk, const feature_sums& leaving) const {
    const Eigen::MatrixXd crossed = risk.one * leaving.one.transpose();
    return a0 * risk.two - a1 * leaving.two - b0 * risk.one * risk.one.transpose() + b1 * (crossed + crossed.transpose()) -
           b2 * leaving.one * leaving.one.transpose();
  }
  void sum_exits(cox_ties ties, double risk, double leaving);
};

/// Weights with which accounts that left for another cause stay in the risk set (Fine and Gray), in the order of the rows:
/// for a row, that before its age; for an age, the same looked up by it.
struct lingering {
  std::vector<double> censoring_before;  ///< G(t-) of each row's age
};

struct likelihood_options {
  cox_ties ties = cox_ties::efron;
  std::uint32_t cause = 0;  ///< the cause that counts; 0: any
  const lingering* others = nullptr;
};

/// Visits the ages at which accounts left, oldest first, with the sums over the risk set and over those who leave. O(n p^2).
class risk_sets {
 public:
  risk_sets(const regression_data& data, const feature_matrix& features, const likelihood_options& options);

  template <class Visit>
  void visit(const Eigen::VectorXd& coefficients, const Visit& visit) const;

  [[nodiscard]] bool leaves(const regression_row& row) const {
    return row.cause != exits::still_there && (options_.cause == 0 || row.cause == options_.cause);
  }
  [[nodiscard]] cox_ties ties() const { return options_.ties; }
  [[nodiscard]] bool lingers(const regression_row& row) const {
    return options_.others != nullptr && row.cause != exits::still_there && !leaves(row);
  }

 private:
  const regression_data& data_;
  const feature_matrix& features_;
  likelihood_options options_;
  std::vector<std::size_t> by_entry_;  ///< rows with an entry, of each stratum the latest entry first
};

struct likelihood {
  double value = 0;
  Eigen::VectorXd score;
  Eigen::MatrixXd information;
};
[[nodiscard]] likelihood likelihood_at(const risk_sets& sets, const feature_matrix& features, const regression_data& data,
                                       const Eigen::VectorXd& coefficients);

/// Weighted score residuals of each row, those that a sandwich variance sums up. O(n p + ages p).
[[nodiscard]] feature_matrix score_residuals(const risk_sets& sets, const feature_matrix& features,
                                             const regression_data& data, const Eigen::VectorXd& coefficients,
                                             const lingering* others = nullptr);

template <class Visit>
void risk_sets::visit(const Eigen::VectorXd& coefficients, const Visit& visit) const {
  const Eigen::VectorXd eta = features_ * coefficients;
  const Eigen::Index p = features_.cols();
  std::size_t next_entry = 0;
  for (const auto& [begin, end] : data_.strata()) {
    const auto length = static_cast<Eigen::Index>(end - begin);
    const double shift = eta.segment(static_cast<Eigen::Index>(begin), length).maxCoeff();
    const auto worth = [&](std::size_t row) {
      return data_.rows[row].weight * static_cast<double>(data_.rows[row].count) *
             std::exp(eta[static_cast<Eigen::Index>(row)] - shift);
    };
    const auto x = [&](std::size_t row) { return features_.row(static_cast<Eigen::Index>(row)); };
    feature_sums risk(p), staying(p);
    std::size_t lingering_rows = 0;
    if (options_.others != nullptr) {
      for (std::size_t row = begin; row < end; ++row) {
        if (!lingers(data_.rows[row])) continue;
        staying.add(worth(row) / options_.others->censoring_before[row], x(row));
        ++lingering_rows;
      }
    }
    for (std::size_t after = end; after > begin;) {
      std::size_t first = after;
      const double time = data_.rows[after - 1].time;
      feature_sums leaving(p);
      exit_age age{.time = time, .shift = shift};
      for (; first > begin && data_.rows[first - 1].time == time; --first) {
        const regression_row& row = data_.rows[first - 1];
        risk.add(worth(first - 1), x(first - 1));
        if (lingers(row)) {
          staying.add(-worth(first - 1) / options_.others->censoring_before[first - 1], x(first - 1));
          if (--lingering_rows == 0) staying.clear();
        }
        if (!leaves(row)) continue;
        leaving.add(worth(first - 1), x(first - 1));
        age.events += row.count;
        age.weight += row.weight * static_cast<double>(row.count);
      }
      for (; next_entry < by_entry_.size() && by_entry_[next_entry] >= begin && by_entry_[next_entry] < end &&
             data_.rows[by_entry_[next_entry]].entry >= time;
           ++next_entry)
        risk.add(-worth(by_entry_[next_entry]), x(by_entry_[next_entry]));
      age.first = first;
      age.after = after;
      age.stratum_end = end;
      after = first;
      if (age.events == 0) continue;
      feature_sums all = risk;
      if (lingering_rows > 0) all.add(options_.others->censoring_before[first], staying);
      age.mean_weight = age.weight / static_cast<double>(age.events);
      age.sum_exits(options_.ties, all.zero, leaving.zero);
      visit(age, all, leaving);
    }
    while (next_entry < by_entry_.size() && by_entry_[next_entry] < end) ++next_entry;
  }
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
