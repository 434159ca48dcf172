// How much do customers spend per purchase? The gamma-gamma model: fit, expected amount per customer.
// Layer: 3. Needs: links sojourn (Boost.Math and Eigen behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/input/spend_rows.hpp"
#include "sojourn/lifetime/purchases.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// An amount is Gamma(p, nu) with a rate nu of each customer's own, Gamma(q, v) among customers. v is an amount.
struct spend_parameters {
  static constexpr std::array<std::string_view, 3> names{"p", "q", "v"};
  std::array<double, 3> values{1, 2, 1};
};

struct spend_fit {
  static constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

  purchase_status status = purchase_status::not_converged;
  std::string note{};                  ///< why it did not converge
  spend_parameters parameters{};       ///< may be read only when converged
  std::array<double, 9> covariance{};  ///< inverse of the observed information, row by row; NaN unless converged
  double log_likelihood = undefined;
  double gradient_norm = undefined;     ///< largest slope by a log-parameter, per customer
  double condition_number = undefined;  ///< of the information of the log-parameters
  int steps = 0;
  std::int64_t customers = 0;          ///< in the fit
  std::int64_t without_purchases = 0;  ///< left out: no repeat purchase, so there is no mean
  std::int64_t without_amount = 0;     ///< left out: a mean of 0, which has no density
  std::int64_t rows_missing = 0;
  double correlation = undefined;  ///< of the number of purchases and their mean, which the model takes for 0

  [[nodiscard]] bool usable() const noexcept { return status == purchase_status::converged; }
};

/// Maximum likelihood, as `fit_purchases`, of the density of the mean m of x amounts:
///
///   Gamma(p x + q)/(Gamma(p x) Gamma(q)) v^q m^(p x - 1) x^(p x)/(v + m x)^(p x + q)
///
/// Rows without a mean above 0 are left out and counted. O(rows log rows), then O(distinct rows) a step.
/// Source: Colombo and Jiang 1999; Fader and Hardie 2013.
/// What it does not tell you: what happens when amounts rise or fall with time, and anything where frequent buyers spend
/// more or less per purchase: look at `correlation`.
[[nodiscard]] spend_fit fit_spend(const spend_rows& rows, const any_executor& host = {});

/// Mean amount over all customers, p v/(q - 1). Throws `schema_error` unless q > 1, as the mean is infinite then.
[[nodiscard]] double population_mean(const spend_parameters& of);
/// Expected amount per purchase of each customer, p (v + x m)/(p x + q - 1): between its own mean and that of all, the
/// nearer to its own the more purchases it has. Without purchases that of all; NaN where a value is missing. Throws
/// `schema_error` unless q > 1.
[[nodiscard]] std::vector<double> conditional_mean(const spend_parameters& of, const spend_rows& rows);
/// Sum of count x log-likelihood over the rows with a mean above 0.
[[nodiscard]] double log_likelihood(const spend_parameters& of, const spend_rows& rows, const any_executor& host = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
