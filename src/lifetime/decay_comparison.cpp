#include "sojourn/lifetime/decay_comparison.hpp"

#include <cmath>
#include <string>

namespace sojourn::inline v0_1 {
namespace {

void judge_holdout(compared_decay& row, const decay_fit& fit, const decay_state& observed) {
  const std::vector<double> seen = observed.observed_survival();
  double squares = 0, likelihood = 0;
  std::size_t count = 0;
  for (std::size_t p = fit.observed.periods.size(); p < observed.periods.size(); ++p) {
    const auto t = static_cast<std::int64_t>(p) + 1;
    const double kept = retention(fit, t), miss = survival(fit, t) - seen[p + 1];
    const decay_period& period = observed.periods[p];
    if (period.renewed != 0) likelihood += static_cast<double>(period.renewed) * std::log(kept);
    if (period.lost != 0) likelihood += static_cast<double>(period.lost) * std::log1p(-kept);
    if (std::isnan(miss)) continue;
    squares += miss * miss;
    ++count;
  }
  row.holdout_log_likelihood = likelihood;
  if (count > 0) row.holdout_error = std::sqrt(squares / static_cast<double>(count));
}

}  // namespace

double aic(const decay_fit& fit) {
  if (!fit.fitted() || fit.robust) return compared_decay::undefined;
  return 2 * static_cast<double>(parameters(fit).size()) - 2 * fit.log_likelihood;
}

double bic(const decay_fit& fit) {
  if (!fit.fitted() || fit.robust) return compared_decay::undefined;
  const double accounts = static_cast<double>(fit.accounts());
  return std::log(accounts) * static_cast<double>(parameters(fit).size()) - 2 * fit.log_likelihood;
}

std::vector<compared_decay> compare_decay(const decay_state& observed, std::span<const decay_family> families,
                                          std::int32_t holdout) {
  const auto all = static_cast<std::int64_t>(observed.periods.size());
  if (holdout < 0 || (holdout > 0 && holdout >= all)) {
    throw schema_error("compare_decay: holdout is 0 or more renewals, fewer than the " + std::to_string(all) + " observed");
  }
  decay_state seen;
  seen.periods.assign(observed.periods.begin(), observed.periods.end() - holdout);
  while (!seen.periods.empty() && seen.periods.back() == decay_period{}) seen.periods.pop_back();
  std::vector<compared_decay> rows;
  rows.reserve(families.size());
  for (const decay_family family : families) {
    const decay_fit fit = fit_decay(seen, {family});
    compared_decay row{.family = family, .status = fit.status};
    if (fit.fitted()) {
      row.parameters = parameters(fit).size();
      row.log_likelihood = fit.log_likelihood;
      row.aic = aic(fit), row.bic = bic(fit);
      if (holdout > 0) judge_holdout(row, fit, observed);
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace sojourn::inline v0_1
