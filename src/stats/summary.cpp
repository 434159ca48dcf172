#include "sojourn/stats/summary.hpp"

#include <array>
#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics/extended_p_square.hpp>
#include <boost/accumulators/statistics/kurtosis.hpp>
#include <boost/accumulators/statistics/max.hpp>
#include <boost/accumulators/statistics/mean.hpp>
#include <boost/accumulators/statistics/min.hpp>
#include <boost/accumulators/statistics/skewness.hpp>
#include <boost/accumulators/statistics/stats.hpp>
#include <boost/accumulators/statistics/sum_kahan.hpp>
#include <boost/accumulators/statistics/variance.hpp>
#include <cmath>
#include <string>

#include "detail/nan.hpp"
#include "detail/number_text.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::nan;

namespace ba = boost::accumulators;

constexpr std::array<double, 5> probabilities{0.05, 0.25, 0.5, 0.75, 0.95};
constexpr std::int64_t markers = 2 * probabilities.size() + 3;

// Variance by the running update, never variance(lazy), which subtracts two large sums.
using shape = ba::accumulator_set<double, ba::stats<ba::tag::immediate_mean, ba::tag::variance, ba::tag::skewness,
                                                    ba::tag::kurtosis, ba::tag::extended_p_square>>;
using range = ba::accumulator_set<double, ba::stats<ba::tag::min, ba::tag::max, ba::tag::sum_kahan>>;

}  // namespace

struct summary::implementation {
  shape shifted{ba::tag::extended_p_square::probabilities = probabilities};  // of value - origin
  range raw;
  double origin = 0;  // the first value
  std::int64_t n = 0;
  std::int64_t missing = 0;
  bool varied = false;
};

summary::summary() : self_(std::make_unique<implementation>()) {}
summary::~summary() = default;
summary::summary(const summary& other) : self_(std::make_unique<implementation>(other.known())) {}
summary& summary::operator=(const summary& other) {
  return *this = summary(other);
}
summary::summary(summary&&) noexcept = default;
summary& summary::operator=(summary&&) noexcept = default;

// A summary that was moved from has nothing behind it until its next value.
const summary::implementation& summary::known() const noexcept {
  static const implementation empty;
  return self_ != nullptr ? *self_ : empty;
}

void summary::add(double value) {
  if (self_ == nullptr) self_ = std::make_unique<implementation>();
  implementation& self = *self_;
  if (std::isnan(value)) {
    ++self.missing;
    return;
  }
  if (std::isinf(value)) {
    throw data_error({"summary", static_cast<std::size_t>(self.n + self.missing), detail::number_text(value),
                      "an infinite value has no mean", "leave it out, or give NaN for missing"});
  }
  if (self.n++ == 0) self.origin = value;
  self.varied = self.varied || value != self.origin;
  self.shifted(value - self.origin);
  self.raw(value);
}

std::int64_t summary::count() const noexcept {
  return known().n;
}
std::int64_t summary::missing() const noexcept {
  return known().missing;
}
double summary::sum() const {
  return ba::sum_kahan(known().raw);
}
double summary::mean() const {
  return known().n == 0 ? nan : sum() / static_cast<double>(known().n);
}
double summary::min() const {
  return known().n == 0 ? nan : (ba::min)(known().raw);
}
double summary::max() const {
  return known().n == 0 ? nan : (ba::max)(known().raw);
}

double summary::variance(variance_of whose) const {
  const auto n = static_cast<double>(known().n);
  const double divisor = whose == variance_of::sample ? n - 1 : n;
  return divisor <= 0 ? nan : ba::variance(known().shifted) * n / divisor;
}

double summary::skewness() const {
  return known().varied ? ba::skewness(known().shifted) : nan;
}
double summary::excess_kurtosis() const {
  return known().varied ? ba::kurtosis(known().shifted) : nan;
}

double summary::quantile(summary_quantile which) const {
  if (known().n < markers) return nan;
  return known().origin + ba::extended_p_square(known().shifted)[static_cast<std::ptrdiff_t>(which)];
}

}  // namespace sojourn::inline v0_1
