// Means, totals and ratios of a sample with weights, clusters and strata, with the error that such a sample has.
// Layer: 1. Needs: links sojourn (Boost.Math behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/precision.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One row of a sample. `times` equal rows may be given as one.
struct sampled_row {
  double value = 0;                 ///< NaN = not known: the row stays in the sample and is in no estimate
  double denominator = 1;           ///< of a ratio
  double weight = 1;                ///< how many of the population it speaks for, up to a common factor
  std::int64_t times = 1;           ///< 0 or more
  std::uint32_t stratum = 0;        ///< code of the stratum that it was drawn from
  std::uint32_t cluster = 0;        ///< code of the cluster (account) that it came with; not read without clusters
  std::uint32_t domain = 0;         ///< code of the part of the sample (segment) that it belongs to
  double population = no_fraction;  ///< clusters (rows, without clusters) that its stratum has in the population

  static constexpr double no_fraction = std::numeric_limits<double>::infinity();  ///< as good as infinite: no correction
};

/// What was drawn: each row by itself, or clusters with all their rows.
enum class sampling_unit : std::uint8_t { row, cluster };

/// A sample, sorted once; estimates are read from it for any of its domains.
///
/// Rows of weight 0 are as if absent. Throws `data_error` for a weight or count below 0, a value or weight that is infinite,
/// a cluster in two strata, and a population that differs inside a stratum or is smaller than what was drawn from it. The
/// same rows in any order give the same bits. O(n log n).
class weighted_sample {
 public:
  weighted_sample() = default;
  explicit weighted_sample(std::vector<sampled_row> rows, sampling_unit drawn = sampling_unit::row);

  struct stratum {
    std::int64_t units = 0;  ///< clusters, or rows, drawn from it
    double sampled = 0;      ///< share of its population that was drawn; 0 without a population
  };

  /// Rows of one domain, by stratum and cluster; none of a domain without rows.
  [[nodiscard]] std::span<const sampled_row> domain(std::uint32_t code) const noexcept;
  [[nodiscard]] std::span<const sampled_row> rows() const noexcept;
  [[nodiscard]] const std::vector<stratum>& strata() const noexcept { return strata_; }
  [[nodiscard]] sampling_unit drawn() const noexcept { return drawn_; }
  [[nodiscard]] std::int64_t zero_weight() const noexcept { return zero_weight_; }

 private:
  std::vector<sampled_row> rows_;
  std::vector<std::size_t> domain_ends_;
  std::vector<stratum> strata_;
  sampling_unit drawn_ = sampling_unit::row;
  std::int64_t zero_weight_ = 0;
};

/// sum of w y / sum of w x over one domain, and what its error is made of.
struct sampled_ratio {
  double value = std::numeric_limits<double>::quiet_NaN();
  double variance = 0;        ///< linearised; NaN where a stratum gave one cluster only
  double plain_variance = 0;  ///< of as many rows drawn with replacement: s^2 / n of the weighted rows; NaN below two rows
  double kish_n = 0;          ///< (sum w)^2 / sum w^2
  std::int64_t n = 0;         ///< rows with a value
  std::int64_t degrees_of_freedom = 0;  ///< clusters (rows) - strata, of those that have a row here

  /// Variance over that of a plain sample of the same size; n over Kish's n where all agree.
  [[nodiscard]] double deff() const noexcept;
  /// The smaller of n / deff and Kish's n. The first alone explodes where one heavy answer agrees with itself.
  [[nodiscard]] double n_effective() const noexcept;
};

/// Which error is reported. They differ where weights go with answers.
enum class sampling_error : std::uint8_t {
  linearised,  ///< n/(n-1) sum (w e / sum w)^2, by cluster and stratum
  kish,        ///< s / sqrt(Kish's n): right when weights have nothing to do with answers; knows no clusters
};
constexpr std::array<std::string_view, 2> values_of(sampling_error) {
  return {"linearised", "kish"};
}

struct weighted_options {
  confidence_level level{};
  sampling_error method = sampling_error::linearised;
  std::uint32_t domain = 0;
};

/// The parts of a ratio of one domain of the sample.
[[nodiscard]] sampled_ratio ratio_in(const weighted_sample& sample, std::span<const sampled_row> rows);

/// sum of w y / sum of w. Student's interval with the larger of the linearised error and Kish's, on clusters - strata or
/// `n_effective` - 1 degrees of freedom, whichever is smaller.
///
/// n = 0 is undefined; where one cluster is all there is, in a stratum or at all, there is a value and no error; where one
/// row weighs as good as everything, a value and no interval. O(rows of
/// the domain). Source: Kish (1965); Korn and Graubard (1998); Lumley (2010). What it does not tell you: whether those who
/// answered are like those who did not.
[[nodiscard]] weighted_estimate weighted_mean(const weighted_sample& sample, const weighted_options& options = {});
/// sum of w y / sum of w x, with the error of the residuals y - ratio x. A denominator of 0 is undefined.
[[nodiscard]] weighted_estimate weighted_ratio(const weighted_sample& sample, const weighted_options& options = {});
/// sum of w y, for weights that count the population: the total of a domain has the zeros of all other rows in its error.
[[nodiscard]] weighted_estimate weighted_total(const weighted_sample& sample, const weighted_options& options = {});

/// Student's two-sided quantile; infinite where next to nothing is left to estimate a spread from (below 0.05 degrees of
/// freedom).
[[nodiscard]] double student_quantile(double degrees_of_freedom, confidence_level level);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
