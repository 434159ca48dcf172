// One account in two cycles: what each signal's value and each signal's coverage did to the score before rules.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <span>
#include <vector>

#include "health/score/tree.hpp"

namespace sojourn::inline v0_1::health::detail {

class account_change {
 public:
  explicit account_change(const plan& card);

  /// Both scores exist. Writes value[k * stride] and coverage[k * stride], in points.
  attribution run(std::span<const signal_state> before, std::span<const signal_state> now, double* value, double* coverage,
                  std::size_t stride);

 private:
  using states = std::vector<signal_state>;

  void of_means();
  void of_tree();
  /// Shares of the whole that the leaves hold, as last evaluated.
  void shares(account_tree& row, std::vector<double>& result);
  /// Points that each leaf's value moves from one set of values to another under the same weights.
  void along_tree(const states& from, const states& to, double* result, std::size_t stride);
  [[nodiscard]] attribution change_parts(const aggregator& how, std::span<const weighed> from, std::span<const weighed> to,
                                         double change);
  void coverage_at(const states& values);

  const plan& plan_;
  account_tree first_, second_;
  states before_, now_, values_before_, values_now_, mixed_;
  std::vector<double> share_before_, share_now_, unit_, coef_, found_;
  std::vector<std::size_t> changed_;
  double* value_ = nullptr;
  double* coverage_ = nullptr;
  std::size_t stride_ = 0;
  double middle_ = 0;  ///< mean of both scores, 0..1
  attribution method_ = attribution::exact;
};

}  // namespace sojourn::inline v0_1::health::detail
