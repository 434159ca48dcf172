#include "sojourn/stats/weighted_sample.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>

#include "detail/nan.hpp"
#include "detail/number_text.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::nan;

data_error bad_cell(const char* column, std::size_t row, double value, std::string rule, std::string advice) {
  return data_error({column, row, detail::number_text(value), std::move(rule), std::move(advice)});
}

void require_row(const sampled_row& one, std::size_t row) {
  if (!(one.weight >= 0 && std::isfinite(one.weight)))
    throw bad_cell("weights", row, one.weight, "a weight is a number of 0 or more", "give weight 0 to leave a row out");
  if (std::isinf(one.value)) throw bad_cell("values", row, one.value, "a value is finite or missing", "correct the value");
  if (!std::isnan(one.value) && !std::isfinite(one.denominator))
    throw bad_cell("denominators", row, one.denominator, "a denominator is a finite number", "correct it");
  if (one.times < 0)
    throw bad_cell("count", row, static_cast<double>(one.times), "a count is 0 or more", "count the rows it stands for");
}

auto place_of(const sampled_row& r) {
  return std::tie(r.domain, r.stratum, r.cluster, r.value, r.denominator, r.weight, r.times);
}

/// Rows without a value come last in their cluster.
bool before(const sampled_row& a, const sampled_row& b) {
  const auto key = [](const sampled_row& r) { return std::make_tuple(r.domain, r.stratum, r.cluster, std::isnan(r.value)); };
  const auto left = key(a), right = key(b);
  if (left != right) return left < right;
  if (std::isnan(a.value)) return std::tie(a.weight, a.times) < std::tie(b.weight, b.times);
  return place_of(a) < place_of(b);
}

/// The exponent that brings the largest of these near 1: squares then neither overflow nor vanish.
int exponent_of_largest(std::span<const sampled_row> rows, double sampled_row::* part) {
  double largest = 0;
  for (const sampled_row& row : rows) {
    if (!std::isnan(row.*part)) largest = std::max(largest, std::abs(row.*part));
  }
  return largest > 0 ? std::ilogb(largest) : 0;
}

/// Units of each stratum, each cluster once. `placed` is sorted by stratum and cluster.
void count_units(const std::vector<std::pair<sampled_row, std::size_t>>& placed, sampling_unit drawn,
                 std::vector<weighted_sample::stratum>& strata, std::vector<double>& population) {
  const sampled_row* previous = nullptr;
  for (const auto& [row, place] : placed) {
    if (row.stratum >= strata.size()) {
      strata.resize(row.stratum + std::size_t{1});
      population.resize(row.stratum + std::size_t{1}, nan);
    }
    const bool same_cluster = previous != nullptr && previous->stratum == row.stratum && previous->cluster == row.cluster;
    if (drawn == sampling_unit::row) strata[row.stratum].units += row.times;
    if (drawn == sampling_unit::cluster && !same_cluster) ++strata[row.stratum].units;
    if (std::isnan(population[row.stratum])) population[row.stratum] = row.population;
    if (population[row.stratum] != row.population || std::isnan(row.population)) {
      throw bad_cell("fpc", place, row.population, "all rows of a stratum have the same size of the population",
                     "give how many clusters (rows, without clusters) the stratum has in the population");
    }
    previous = &row;
  }
}

void require_nested(std::vector<std::pair<sampled_row, std::size_t>>& placed) {
  std::sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first.cluster, a.first.stratum, a.second) < std::tie(b.first.cluster, b.first.stratum, b.second);
  });
  for (std::size_t i = 1; i < placed.size(); ++i) {
    const auto& [row, place] = placed[i];
    if (placed[i - 1].first.cluster == row.cluster && placed[i - 1].first.stratum != row.stratum) {
      throw data_error({"strata", place, "", "a cluster lies in one stratum, and this one has rows in two",
                        "give clusters of different strata different names"});
    }
  }
}

/// Linearised variance: `residual` is what a row adds to the estimate.
template <class Residual>
double variance_over_strata(const weighted_sample& sample, std::span<const sampled_row> rows, const Residual& residual) {
  const bool clustered = sample.drawn() == sampling_unit::cluster;
  double variance = 0;
  for (std::size_t first = 0; first < rows.size();) {
    std::size_t last = first;
    double sum = 0;
    while (last < rows.size() && rows[last].stratum == rows[first].stratum) {
      sum += static_cast<double>(rows[last].times) * residual(rows[last]);
      ++last;
    }
    const weighted_sample::stratum& from = sample.strata()[rows[first].stratum];
    const auto units = static_cast<double>(from.units);
    const double mean = sum / units;
    double squares = 0, present = 0;
    for (std::size_t i = first; i < last;) {
      double unit = residual(rows[i]), times = static_cast<double>(rows[i].times);
      const std::uint32_t cluster = rows[i].cluster;
      if (clustered) {
        unit = 0, times = 1;
        for (; i < last && rows[i].cluster == cluster; ++i) unit += static_cast<double>(rows[i].times) * residual(rows[i]);
      } else {
        ++i;
      }
      squares += times * (unit - mean) * (unit - mean);
      present += times;
    }
    squares += (units - present) * mean * mean;  // units without a row in this domain add 0 to the estimate
    if (from.units > 1)
      variance += units / (units - 1) * squares * (1 - from.sampled);
    else if (from.sampled < 1)
      variance = nan;
    first = last;
  }
  return variance;
}

bool known(const sampled_row& row) {
  return !std::isnan(row.value) && row.times > 0;
}

weighted_estimate estimate_from(const sampled_ratio& found, const weighted_options& options, metric_label label) {
  weighted_estimate made;
  if (found.n == 0) {
    made.result = undefined_estimate(undefined_reason::no_observations, options.level).as(label);
    return made;
  }
  if (std::isnan(found.value)) {
    made.result = undefined_estimate(undefined_reason::zero_denominator, options.level, found.n).as(label);
    return made;
  }
  made.result.value = found.value;
  made.result.level = options.level.value();
  made.result.n = found.n;
  made.result = made.result.as(label);
  const double kish_variance = found.plain_variance * static_cast<double>(found.n) / found.kish_n;
  const bool kish = options.method == sampling_error::kish;
  const double variance = kish ? kish_variance : found.variance;
  const std::int64_t freedom = kish ? found.n - 1 : found.degrees_of_freedom;
  if (std::isnan(variance) || std::isnan(kish_variance) || freedom < 1) return made;
  made.error.standard_error = std::sqrt(variance);
  made.error.n_effective = kish ? found.kish_n : found.n_effective();
  made.error.deff = kish ? static_cast<double>(found.n) / found.kish_n : found.deff();
  const double quantile =
      student_quantile(std::min(static_cast<double>(freedom), made.error.n_effective - 1), options.level);
  if (std::isinf(quantile)) return made;
  const double half = quantile * std::sqrt(std::max(variance, kish_variance));
  made.result.low = found.value - half;
  made.result.high = found.value + half;
  made.result.method = interval_method::student;
  return made;
}

}  // namespace

weighted_sample::weighted_sample(std::vector<sampled_row> rows, sampling_unit drawn) : drawn_(drawn) {
  std::vector<std::pair<sampled_row, std::size_t>> placed;
  placed.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    require_row(rows[row], row);
    if (rows[row].weight == 0) {
      zero_weight_ += rows[row].times;
    } else if (rows[row].times > 0) {
      if (drawn == sampling_unit::row) rows[row].cluster = 0;
      placed.emplace_back(rows[row], row);
    }
  }
  if (drawn == sampling_unit::cluster) require_nested(placed);
  std::sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first.stratum, a.first.cluster, a.second) < std::tie(b.first.stratum, b.first.cluster, b.second);
  });
  std::vector<double> population;
  count_units(placed, drawn, strata_, population);
  for (const auto& [row, place] : placed) {
    const auto units = static_cast<double>(strata_[row.stratum].units);
    if (row.population < units) {
      throw bad_cell("fpc", place, row.population,
                     "a population is at least what was drawn from it, here " + std::to_string(strata_[row.stratum].units),
                     "give how many clusters (rows, without clusters) the stratum has in the population");
    }
    strata_[row.stratum].sampled = units / row.population;
  }
  rows_.reserve(placed.size());
  for (const auto& one : placed) rows_.push_back(one.first);
  std::sort(rows_.begin(), rows_.end(), before);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].domain >= domain_ends_.size()) domain_ends_.resize(rows_[i].domain + std::size_t{1}, i);
    domain_ends_[rows_[i].domain] = i + 1;
  }
}

std::span<const sampled_row> weighted_sample::rows() const noexcept {
  return rows_;
}

std::span<const sampled_row> weighted_sample::domain(std::uint32_t code) const noexcept {
  if (code >= domain_ends_.size()) return {};
  const std::size_t first = code == 0 ? 0 : domain_ends_[code - 1];
  return std::span(rows_).subspan(first, domain_ends_[code] - first);
}

double sampled_ratio::deff() const noexcept {
  if (variance > 0 && plain_variance > 0) return variance / plain_variance;
  return static_cast<double>(n) / kish_n;
}

double sampled_ratio::n_effective() const noexcept {
  return std::min(static_cast<double>(n) / deff(), kish_n);
}

sampled_ratio ratio_in(const weighted_sample& sample, std::span<const sampled_row> rows) {
  sampled_ratio found;
  const int weights = exponent_of_largest(rows, &sampled_row::weight),
            values = exponent_of_largest(rows, &sampled_row::value),
            denominators = exponent_of_largest(rows, &sampled_row::denominator);
  const auto weight = [&](const sampled_row& r) { return std::scalbn(r.weight, -weights); };
  const auto value = [&](const sampled_row& r) { return std::scalbn(r.value, -values); };
  const auto denominator = [&](const sampled_row& r) { return std::scalbn(r.denominator, -denominators); };
  double squares = 0, total = 0, below = 0, sum = 0;
  std::int64_t units = 0, strata = 0;
  const sampled_row* previous = nullptr;
  for (const sampled_row& row : rows) {
    if (!known(row)) continue;
    const double w = static_cast<double>(row.times) * weight(row);
    sum += w;
    squares += w * weight(row);
    total += w * value(row);
    below += w * denominator(row);
    found.n += row.times;
    const bool same_stratum = previous != nullptr && previous->stratum == row.stratum;
    strata += !same_stratum;
    if (sample.drawn() == sampling_unit::row)
      units += row.times;
    else
      units += !(same_stratum && previous->cluster == row.cluster);
    previous = &row;
  }
  found.degrees_of_freedom = units - strata;
  if (found.n == 0 || below == 0) return found;
  const double ratio = total / below;
  found.kish_n = sum * (sum / squares);
  const auto error = [&](const sampled_row& r) { return known(r) ? value(r) - ratio * denominator(r) : 0.0; };
  double residuals = 0;
  for (const sampled_row& row : rows) {
    if (known(row)) residuals += static_cast<double>(row.times) * weight(row) * error(row) * error(row);
  }
  const auto n = static_cast<double>(found.n);
  const double linearised = variance_over_strata(
      sample, rows, [&](const sampled_row& r) { return known(r) ? weight(r) * error(r) / below : 0.0; });
  const int scale = values - denominators;
  found.value = std::scalbn(ratio, scale);
  found.variance = std::scalbn(linearised, 2 * scale);
  found.plain_variance = found.n > 1 ? std::scalbn(residuals * sum / (below * below) / (n - 1), 2 * scale) : nan;
  return found;
}

weighted_estimate weighted_ratio(const weighted_sample& sample, const weighted_options& options) {
  return estimate_from(ratio_in(sample, sample.domain(options.domain)), options, {"weighted_ratio", "share"});
}

weighted_estimate weighted_mean(const weighted_sample& sample, const weighted_options& options) {
  return estimate_from(ratio_in(sample, sample.domain(options.domain)), options, {"weighted_mean", "value"});
}

weighted_estimate weighted_total(const weighted_sample& sample, const weighted_options& options) {
  const std::span<const sampled_row> rows = sample.domain(options.domain);
  weighted_estimate made;
  double total = 0, all_weight = 0, all_squares = 0, value_squares = 0;
  std::int64_t n = 0, all = 0, units = 0, strata = 0;
  for (const sampled_row& row : rows) {
    if (!known(row)) continue;
    const double w = static_cast<double>(row.times) * row.weight;
    total += w * row.value;
    value_squares += w * row.value * row.value;
    n += row.times;
  }
  const metric_label label{"weighted_total", "value"};
  if (n == 0) {
    made.result = undefined_estimate(undefined_reason::no_observations, options.level).as(label);
    return made;
  }
  for (const sampled_row& row : sample.rows()) {
    all_weight += static_cast<double>(row.times) * row.weight;
    all_squares += static_cast<double>(row.times) * row.weight * row.weight;
    all += row.times;
  }
  for (const weighted_sample::stratum& one : sample.strata()) units += one.units, strata += one.units > 0;
  made.result.value = total;
  made.result.level = options.level.value();
  made.result.n = n;
  made.result = made.result.as(label);
  const double kish_n = all_weight * (all_weight / all_squares), size = static_cast<double>(all);
  // Around the mean of the whole sample, in which rows outside the domain are zeros.
  const double spread = std::max(0.0, value_squares - total * (total / all_weight));
  const double plain = all_weight * spread / (size - 1);
  const bool kish = options.method == sampling_error::kish;
  const double variance =
      kish ? plain * size / kish_n
           : variance_over_strata(sample, rows, [](const sampled_row& r) { return known(r) ? r.weight * r.value : 0.0; });
  const std::int64_t freedom = kish ? all - 1 : units - strata;
  if (std::isnan(variance) || freedom < 1) return made;
  made.error.standard_error = std::sqrt(variance);
  made.error.deff = !kish && variance > 0 && plain > 0 ? variance / plain : size / kish_n;
  made.error.n_effective = kish ? kish_n : std::min(size / made.error.deff, kish_n);
  const double half = student_quantile(static_cast<double>(freedom), options.level) * made.error.standard_error;
  made.result.low = total - half;
  made.result.high = total + half;
  made.result.method = interval_method::student;
  return made;
}

double student_quantile(double degrees_of_freedom, confidence_level level) {
  if (!(degrees_of_freedom >= 0.05)) return std::numeric_limits<double>::infinity();
  return boost::math::quantile(boost::math::students_t(degrees_of_freedom), 0.5 + level.value() / 2);
}

}  // namespace sojourn::inline v0_1
