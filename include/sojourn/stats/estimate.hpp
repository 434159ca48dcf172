// A number that never travels without its uncertainty and the way that was found.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <limits>
#include <string_view>

#include "sojourn/domain/error.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A confidence level as its own type, so that 0.95 and 1.96 cannot be confused.
class confidence_level {
 public:
  constexpr confidence_level() = default;
  /// Throws `schema_error` unless 0 < level < 1.
  constexpr explicit confidence_level(double level) : level_(level) {
    if (!(level > 0.0 && level < 1.0)) throw schema_error("confidence level must lie between 0 and 1, for example 0.95");
  }
  [[nodiscard]] constexpr double value() const noexcept { return level_; }
  /// The two-sided normal quantile: 1.959964 for 0.95. Body in src/ (Boost.Math).
  [[nodiscard]] double normal_quantile() const;
  friend constexpr bool operator==(confidence_level, confidence_level) = default;

 private:
  double level_ = 0.95;
};

/// How `low` and `high` were found. `none`: the number is exact or no interval is known.
enum class interval_method : std::uint8_t {
  none,
  wilson,
  clopper_pearson,
  jeffreys,
  wald,
  adjusted_wald,
  score,
  linearised,  ///< account-level linearised variance of a ratio of sums
  log_log,     ///< Greenwood on the complementary log-log scale
  delta,       ///< delta method on a fitted model
  profile,     ///< profile likelihood
  bootstrap,
  student,    ///< a mean with Student's t quantile
  log,        ///< a survival curve, symmetric on the log scale
  logit,      ///< a share, symmetric on the scale of log odds
  arcsine,    ///< a share, symmetric on the scale of asin(sqrt(share))
  jackknife,  ///< infinitesimal jackknife over accounts: robust where rows carry weights
};

/// Why a value is undefined. Undefined is NaN with n = 0 or a zero denominator, never 0 and never an exception.
enum class undefined_reason : std::uint8_t {
  defined,
  no_observations,   ///< nothing was counted
  zero_denominator,  ///< observations exist, but nothing to divide by
  zero_loss,         ///< a ratio to losses when nothing was lost
  one_observation,   ///< a variance of one
  not_converged,     ///< a fit that found no optimum
  infinite,          ///< the quantity has no finite value under the model
  model_limit,       ///< the model does not identify it from these data
};

[[nodiscard]] constexpr std::string_view to_string(interval_method method) noexcept {
  constexpr std::string_view names[] = {"none",    "wilson",     "clopper_pearson", "jeffreys", "wald",     "adjusted_wald",
                                        "score",   "linearised", "log_log",         "delta",    "profile",  "bootstrap",
                                        "student", "log",        "logit",           "arcsine",  "jackknife"};
  return names[static_cast<std::size_t>(method)];
}

[[nodiscard]] constexpr std::string_view to_string(undefined_reason reason) noexcept {
  constexpr std::string_view names[] = {"",
                                        "no observations",
                                        "zero denominator",
                                        "nothing was lost, so the ratio has no denominator",
                                        "one observation has no variance",
                                        "the fit did not converge",
                                        "the value is infinite under the model",
                                        "the model does not identify it from these data"};
  return names[static_cast<std::size_t>(reason)];
}

/// What an estimate is of. Both texts are literals, so that an estimate stays small and a copy allocates nothing.
struct metric_label {
  std::string_view name;  ///< as the catalogue has it: "nrr"
  std::string_view unit;  ///< of value, low and high: "share", "points", "minor units", "months"
  friend constexpr bool operator==(const metric_label&, const metric_label&) = default;
};

/// A value with its interval. There is deliberately no arithmetic on estimates: metrics of the same accounts are
/// correlated, so a difference needs its own variance (see the `compare_` functions of each family).
///
/// Of the options behind it, those of the interval (`level`, `method`) travel here; the conventions stay in the options
/// aggregate that the caller passed in. The Python class carries both as `.options`.
struct estimate {
  double value = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  double level = 0.95;
  std::int64_t n = 0;  ///< observations behind the value (answers, accounts)
  interval_method method = interval_method::none;
  undefined_reason reason = undefined_reason::defined;
  std::string_view name{};  ///< the metric, see `metric_label`
  std::string_view unit{};

  [[nodiscard]] constexpr bool defined() const noexcept { return reason == undefined_reason::defined; }
  /// The same number, as an estimate of `what`.
  [[nodiscard]] constexpr estimate as(const metric_label& what) const noexcept {
    estimate named = *this;
    named.name = what.name;
    named.unit = what.unit;
    return named;
  }
};

[[nodiscard]] constexpr estimate undefined_estimate(undefined_reason why, confidence_level level = {},
                                                    std::int64_t n = 0) noexcept {
  estimate nothing;
  nothing.level = level.value();
  nothing.n = n;
  nothing.reason = why;
  return nothing;
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
