// Will customers without a contract buy again? Four models of purchases: fit, read-outs per customer.
// Layer: 3. Needs: links sojourn (Boost.Math and Eigen behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/input/purchase_rows.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Customers buy at a rate of their own, Gamma(r, alpha) among customers, until they leave unseen:
///   bgnbd      after a purchase with a chance p, Beta(a, b) among customers         r, alpha, a, b
///   mbgnbd     the same, and also right after the first purchase                    r, alpha, a, b
///   paretonbd  at a rate of their own, Gamma(s, beta) among customers               r, alpha, s, beta
///   bgbb       purchases only at counted opportunities, with a chance Beta(alpha, beta); before each the customer leaves
///              with a chance Beta(gamma, delta)                                      alpha, beta, gamma, delta
/// alpha and beta of the first three are times, in the unit of the data.
enum class purchase_model : std::uint8_t { bgnbd, mbgnbd, paretonbd, bgbb };
constexpr std::array<std::string_view, 4> values_of(purchase_model) {
  return {"bgnbd", "mbgnbd", "paretonbd", "bgbb"};
}
/// The names of the parameters, in order.
[[nodiscard]] std::array<std::string_view, 4> parameter_names(purchase_model model) noexcept;

/// A model with its four parameters.
struct purchase_parameters {
  purchase_model model = purchase_model::bgnbd;
  std::array<double, 4> values{1, 1, 1, 1};
};

enum class purchase_status : std::uint8_t {
  converged,
  at_boundary,     ///< the likelihood rises while a parameter runs to 0 or to infinity: the data show no such difference
  not_identified,  ///< different parameters explain the data equally well
  no_repeat_purchases,
  not_converged,
};
constexpr std::array<std::string_view, 5> values_of(purchase_status) {
  return {"converged", "at_boundary", "not_identified", "no_repeat_purchases", "not_converged"};
}

struct purchase_fit {
  static constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

  purchase_status status = purchase_status::not_converged;
  std::string note{};                   ///< which parameters run where; empty when converged
  purchase_parameters parameters{};     ///< may be read only when converged
  std::array<double, 16> covariance{};  ///< inverse of the observed information, row by row; NaN unless converged
  double log_likelihood = undefined;
  double gradient_norm = undefined;     ///< largest slope by a log-parameter, per customer
  double condition_number = undefined;  ///< of the information of the log-parameters
  int steps = 0;
  double penalty = 0;
  std::int64_t customers = 0;
  std::int64_t distinct = 0;  ///< different (x, t_x, T), which is what the fit takes time for
  std::int64_t purchases = 0;
  std::int64_t rows_missing = 0;

  [[nodiscard]] bool usable() const noexcept { return status == purchase_status::converged; }
};

struct purchase_options {
  /// Taken off the mean log-likelihood per customer: penalty x the sum of squared logarithms of the parameters, times
  /// measured in the mean of T. It pulls parameters towards 1, and so biases them; 0 is maximum likelihood.
  double penalty = 0;
};

/// Maximum likelihood over log-parameters by Newton's method in a trust region, with exact derivatives. Rows with equal
/// (x, t_x, T) are counted together first, which changes nothing; the sums are the same bits for any number of threads.
/// Nothing throws for data that a model cannot carry: read `status`. O(rows log rows), then O(distinct) a step; bgbb
/// O(distinct x T). Source: Fader, Hardie and Lee 2005; Batislam, Denizel and Filiztekin 2007; Schmittlein, Morrison and
/// Colombo 1987; Fader, Hardie and Shang 2010.
/// What it does not tell you: why customers stop buying; and rates are taken as constant, so seasons and campaigns look
/// like customers that differ or that left.
[[nodiscard]] purchase_fit fit_purchases(const purchase_rows& rows, purchase_model model,
                                         const purchase_options& options = {}, const any_executor& host = {});

// All below throw `schema_error` for parameters that are not positive, finite numbers. Per row: NaN where a value is
// missing; `count` is not looked at.

/// Sum of count x log-likelihood over the rows.
[[nodiscard]] double log_likelihood(const purchase_parameters& of, const purchase_rows& rows, const any_executor& host = {});
[[nodiscard]] std::vector<double> log_likelihoods(const purchase_parameters& of, const purchase_rows& rows,
                                                  const any_executor& host = {});

/// P(still a customer at T): for bgbb at the opportunity after T. In bgnbd a customer without repeat purchases is one still.
[[nodiscard]] std::vector<double> p_alive(const purchase_parameters& of, const purchase_rows& rows,
                                          const any_executor& host = {});
/// Its logarithm, which does not underflow.
[[nodiscard]] std::vector<double> log_p_alive(const purchase_parameters& of, const purchase_rows& rows,
                                              const any_executor& host = {});

/// Repeat purchases of a new customer within t of the first one; for bgbb at the next t opportunities.
[[nodiscard]] double expected_purchases(const purchase_parameters& of, double t);
/// Purchases within `horizon` after T, given what is known of the customer.
[[nodiscard]] std::vector<double> conditional_expected_purchases(const purchase_parameters& of, double horizon,
                                                                 const purchase_rows& rows, const any_executor& host = {});
/// P(n repeat purchases within t of the first one).
[[nodiscard]] double purchase_probability(const purchase_parameters& of, std::int64_t n, double t);

/// All purchases after T, one after time u counting e^(-rate u): `rate` is compounded continuously, log(1 + annual
/// rate)/52.18 for weeks. For bgbb one at the j-th opportunity counts (1 + rate)^-j. Throws unless rate >= 1e-6.
[[nodiscard]] std::vector<double> discounted_residual(const purchase_parameters& of, const purchase_rows& rows, double rate,
                                                      const any_executor& host = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
