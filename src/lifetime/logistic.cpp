#include "sojourn/lifetime/logistic.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <utility>

#include "detail/nan.hpp"
#include "lifetime/logistic_model.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::logistic_model;
using detail::logistic_sample;
using detail::nan;

bool known_feature(const column<double>& values, std::size_t row) {
  return values.present(row) && !std::isnan(values[row]);
}

void require_logistic(const logistic_rows& from, const logistic_options& options) {
  if (!(options.strength >= 0) || std::isinf(options.strength))
    throw schema_error("a penalty is 0 or a positive number, or Firth's");
  if (options.penalty == logistic_penalty::firth && options.strength != 0)
    throw schema_error("Firth's penalty has no strength; give a ridge or Firth's, not both");
  for (const named_feature& feature : from.features) {
    require_same_length(from.outcome, "outcome", feature.values, feature.name);
    for (std::size_t row = 0; row < feature.values.size(); ++row) {
      if (known_feature(feature.values, row) && std::isinf(feature.values[row])) {
        throw data_error({feature.name, row, feature.values[row] > 0 ? "inf" : "-inf", "a feature is a finite number",
                          "leave it missing, which leaves the row out"});
      }
    }
  }
  if (!from.count.empty()) require_same_length(from.outcome, "outcome", from.count, "count");
}

/// The complete rows, features one after the other.
logistic_sample complete_rows(const logistic_rows& from, logistic_fit& fit) {
  logistic_sample sample;
  std::vector<std::size_t> kept;
  for (std::size_t row = 0; row < from.outcome.size(); ++row) {
    const bool measured = std::all_of(from.features.begin(), from.features.end(),
                                      [row](const named_feature& one) { return known_feature(one.values, row); });
    if (!measured || !from.outcome.present(row) || (!from.count.empty() && !from.count.present(row))) {
      ++fit.rows_missing;
      continue;
    }
    if (from.outcome[row] > 1) {
      throw data_error({from.outcome.name_or("outcome"), row, std::to_string(from.outcome[row]),
                        "an outcome is 0 (stayed) or 1 (left)", "code it as 0 and 1"});
    }
    const std::int64_t times = from.count.empty() ? 1 : from.count[row];
    if (times < 0) {
      throw data_error({from.count.name_or("count"), row, std::to_string(times), "a count is 0 or more",
                        "count the accounts that the row stands for"});
    }
    if (times == 0) continue;
    kept.push_back(row);
    sample.outcome.push_back(from.outcome[row]);
    sample.times.push_back(static_cast<double>(times));
    fit.accounts += times;
    fit.events += from.outcome[row] * times;
  }
  for (const named_feature& feature : from.features) {
    sample.names.push_back(feature.name);
    for (const std::size_t row : kept) sample.values.push_back(feature.values[row]);
  }
  return sample;
}

double null_log_likelihood(const logistic_fit& fit) {
  const auto n = static_cast<double>(fit.accounts), events = static_cast<double>(fit.events);
  if (fit.accounts == 0) return nan;
  if (fit.events == 0 || fit.events == fit.accounts) return 0;
  return events * std::log(events / n) + (n - events) * std::log1p(-events / n);
}

logistic_coefficient described(const std::string& name, double coef, double variance, confidence_level level,
                               std::string note) {
  logistic_coefficient one;
  one.name = name;
  one.note = std::move(note);
  one.coef = coef;
  one.odds_ratio = std::exp(coef);
  if (std::isnan(coef) || std::isinf(coef)) return one;
  const double z = level.normal_quantile();
  one.standard_error = std::sqrt(variance);
  one.low = std::exp(coef - z * one.standard_error);
  one.high = std::exp(coef + z * one.standard_error);
  one.p_value = std::erfc(std::abs(coef / one.standard_error) / std::numbers::sqrt2);
  return one;
}

void write_model(logistic_fit& fit, const logistic_sample& sample, logistic_model found) {
  fit.status = found.status;
  fit.log_likelihood = found.log_likelihood;
  fit.penalised_log_likelihood = found.penalised;
  const auto terms = static_cast<Eigen::Index>(sample.names.size()) + 1;
  fit.covariance.assign(static_cast<std::size_t>(terms * terms), nan);
  for (Eigen::Index a = 0; a < terms; ++a) {
    const std::string name = a == 0 ? "intercept" : sample.names[static_cast<std::size_t>(a) - 1];
    fit.coefficients.push_back(described(name, found.coefficients[a], found.covariance(a, a), fit.options.level,
                                         found.notes[static_cast<std::size_t>(a)]));
    for (Eigen::Index b = 0; b < terms; ++b)
      fit.covariance[static_cast<std::size_t>(a * terms + b)] = found.covariance(a, b);
  }
  fit.means.assign(found.means.begin(), found.means.end());
  fit.slopes.assign(found.slopes.begin(), found.slopes.end());
  fit.at_means = found.at_means;
  fit.beyond = std::move(found.beyond);
}

double probability_at(double log_odds) {
  return log_odds >= 0 ? 1 / (1 + std::exp(-log_odds)) : std::exp(log_odds) / (1 + std::exp(log_odds));
}

double predicted_probability(const logistic_fit& fit, std::span<const double> row) {
  for (const separating_direction& one : fit.beyond) {
    double out = one.intercept;
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (one.weights[k] != 0) out += one.weights[k] * (row[k] - one.means[k]);
    }
    if (out > one.at_zero) return 1;
    if (out < -one.at_zero) return 0;
  }
  double log_odds = fit.at_means;
  for (std::size_t k = 0; k < row.size(); ++k) {
    if (fit.slopes[k] != 0) log_odds += fit.slopes[k] * (row[k] - fit.means[k]);
  }
  return probability_at(log_odds);
}

}  // namespace

logistic_fit fit_logistic(const logistic_rows& rows, const logistic_options& options) {
  require_logistic(rows, options);
  logistic_fit fit;
  fit.options = options;
  const logistic_sample sample = complete_rows(rows, fit);
  fit.null_log_likelihood = null_log_likelihood(fit);
  write_model(fit, sample, detail::find_model(sample, options));
  return fit;
}

std::vector<double> predict(const logistic_fit& fit, std::span<const column<double>> features) {
  if (features.size() + 1 != fit.coefficients.size()) {
    throw schema_error("predict: the fit has " + std::to_string(fit.coefficients.size() - 1) + " features, and " +
                       std::to_string(features.size()) + " were given");
  }
  for (std::size_t k = 1; k < features.size(); ++k)
    require_same_length(features[0], fit.coefficients[1].name, features[k], fit.coefficients[k + 1].name);
  std::vector<double> found(features.empty() ? 1 : features[0].size(), nan);
  if (std::isnan(fit.at_means)) return found;
  std::vector<double> row(features.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    bool whole = true;
    for (std::size_t k = 0; k < row.size(); ++k) {
      whole = whole && known_feature(features[k], i);
      row[k] = features[k][i];
    }
    if (whole) found[i] = predicted_probability(fit, row);
  }
  return found;
}

}  // namespace sojourn::inline v0_1
