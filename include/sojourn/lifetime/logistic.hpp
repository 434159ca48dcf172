// What moves the probability of leaving: logistic regression, with what separates the outcomes said.
// Layer: 3. Needs: links sojourn (Eigen behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/input/column.hpp"
#include "sojourn/lifetime/cox.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Only a `converged` fit, or a `collinear` one for the features that are left, has all estimates.
enum class logistic_status : std::uint8_t {
  converged,
  separated,      ///< features tell the outcomes apart: some coefficients are infinite, the others those of the other rows
  collinear,      ///< a feature repeats others or does not vary: it has no coefficient
  one_outcome,    ///< all rows have the same outcome, or there is none
  not_converged,  ///< no maximum was found
};
constexpr std::array<std::string_view, 5> values_of(logistic_status) {
  return {"converged", "separated", "collinear", "one_outcome", "not_converged"};
}

/// What keeps coefficients small.
enum class logistic_penalty : std::uint8_t {
  ridge,  ///< strength / 2 x sum of squared coefficients of the features as given; 0 = none
  firth,  ///< half the log determinant of the information: finite where the outcomes are separated, and less biased
};
constexpr std::array<std::string_view, 2> values_of(logistic_penalty) {
  return {"ridge", "firth"};
}

struct logistic_options {
  logistic_penalty penalty = logistic_penalty::ridge;
  double strength = 0;  ///< of the ridge, in units of one row; scikit-learn's 1 / C
  confidence_level level{};
};

/// One row an account. A missing outcome or feature leaves the row out; it is counted.
struct logistic_rows {
  column<std::uint8_t> outcome;  ///< 1 = left
  std::vector<named_feature> features;
  column<std::int64_t> count{};  ///< how many equal accounts a row stands for; empty = 1
};

/// The intercept has the name "intercept" and comes first.
struct logistic_coefficient {
  static constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

  std::string name;
  double coef = undefined;        ///< log odds of one unit; +-infinite when separated
  double odds_ratio = undefined;  ///< exp(coef)
  double standard_error = undefined;
  double low = undefined;  ///< limits of the odds ratio
  double high = undefined;
  double p_value = undefined;  ///< Wald test of coef = 0
  std::string note{};          ///< why something is undefined
};

/// A combination of features along which the likelihood rises without end: intercept + sum of weights x (value - means).
/// Rows further out than `at_zero` have the outcome 1, rows below minus it 0; the others are what finite coefficients are
/// from.
struct separating_direction {
  double intercept = 0;
  std::vector<double> weights;
  std::vector<double> means;
  double at_zero = 0;
};

struct logistic_fit {
  logistic_status status = logistic_status::not_converged;
  std::vector<logistic_coefficient> coefficients;
  double log_likelihood = logistic_coefficient::undefined;  ///< its supremum when separated
  double penalised_log_likelihood = logistic_coefficient::undefined;
  double null_log_likelihood = logistic_coefficient::undefined;  ///< without features
  std::vector<double> covariance;  ///< of all coefficients, intercept first, row by row; NaN where there is none
  std::int64_t accounts = 0;
  std::int64_t events = 0;
  std::int64_t rows_missing = 0;
  logistic_options options{};

  // What predictions are made of; intercepts of features far from 0 would lose digits.
  double at_means = logistic_coefficient::undefined;  ///< log odds of an account with the features `means`
  std::vector<double> means;
  std::vector<double> slopes;                ///< coefficients; 0 for features without a finite one
  std::vector<separating_direction> beyond;  ///< decided first, in this order
};

/// P(outcome) = 1 / (1 + exp(-(intercept + sum of coef x feature))), at the maximum of the log-likelihood less the penalty;
/// the intercept is free.
///
/// Features are centred and scaled inside, so neither their origin nor their unit matters to the fit without a ridge; the
/// ridge is on coefficients as given. Unpenalised, the probabilities add up to the events. Separated outcomes (a feature, or
/// a combination, that only leaving accounts have) have no maximum: the infinite coefficients are +-infinite without an
/// error, the others those of the rows that are not separated, and `log_likelihood` is the supremum. Remedies: a ridge, or
/// Firth's penalty. Errors are from the inverse of the (penalised) information. Newton steps over blocks of rows that are
/// summed in order: the code that learns the weights of a health card. O(steps x rows x features^2). Throws `schema_error`
/// for a negative strength or different lengths, `data_error` for an infinite feature or an outcome other than 0 and 1.
///
/// Source: Cox (1958); Firth (1993); Heinze and Schemper (2002); Albert and Anderson (1984). What it does not tell you:
/// cause; and when an account leaves, for which there is `fit_cox`.
[[nodiscard]] logistic_fit fit_logistic(const logistic_rows& rows, const logistic_options& options = {});

/// The probability of each row, in the order of the rows; NaN where a feature is missing or the fit has no estimates. On a
/// separating direction it is 0 or 1. Features as in the fit, by place. Throws `schema_error` for another number of them.
[[nodiscard]] std::vector<double> predict(const logistic_fit& fit, std::span<const column<double>> features);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
