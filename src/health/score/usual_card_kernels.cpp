// Compiled with -O3: at -O2 g++ 12 leaves these loops scalar.
#include "health/score/usual_card_kernels.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "detail/each_cpu.hpp"

#define SOJOURN_INLINE __attribute__((always_inline)) inline

namespace sojourn::inline v0_1::health::detail {
namespace {

/// NaN becomes 0 by the order of the operands, and -0.0 becomes 0.
SOJOURN_INLINE double unit(double t) {
  t = t > 0.0 ? t : 0.0;
  return t < 1.0 ? t : 1.0;
}

constexpr auto infinity_bits = std::bit_cast<std::int64_t>(std::numeric_limits<double>::infinity());

/// The bits of |x|. Integer comparisons add up in vector registers.
SOJOURN_INLINE std::int64_t magnitude_of(double x) {
  return std::bit_cast<std::int64_t>(x) & std::numeric_limits<std::int64_t>::max();
}

template <std::size_t Count, bool Ramp, bool Clamp, class T>
SOJOURN_INLINE line_odds weigh(const T* __restrict x, double* __restrict s, double* __restrict present, std::size_t n,
                               const line& how, double absent) {
  // Copies, so that the compiler knows that writing s changes none of them, and keeps them in registers.
  double f[Count], v[Count], r[Count];
  for (std::size_t j = 0; j < Count; ++j) f[j] = how.from[j], v[j] = how.inverse[j], r[j] = how.rise[j];
  const double base = how.reached[0], weight = how.weight;
  std::int64_t missing = 0, infinite = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double here = static_cast<double>(x[i]);
    infinite += magnitude_of(here) == infinity_bits ? 1 : 0;
    // NOLINTNEXTLINE(misc-const-correctness): only a ramp of one segment adds nothing
    double sum = Ramp ? unit((here - f[0]) * v[0]) : base + r[0] * unit((here - f[0]) * v[0]);
    if constexpr (Count > 1) sum += r[1] * unit((here - f[1]) * v[1]);
    if constexpr (Count > 2) sum += r[2] * unit((here - f[2]) * v[2]);
    if constexpr (Count > 3) sum += r[3] * unit((here - f[3]) * v[3]);
    if constexpr (Count > 4) sum += r[4] * unit((here - f[4]) * v[4]);
    if constexpr (Count > 5) sum += r[5] * unit((here - f[5]) * v[5]);
    if constexpr (Count > 6) sum += r[6] * unit((here - f[6]) * v[6]);
    if constexpr (Count > 7) sum += r[7] * unit((here - f[7]) * v[7]);
    if constexpr (Clamp) sum = unit(sum);
    const bool there = here == here;
    s[i] = there ? sum : absent;
    present[i] += there ? weight : 0.0;
    missing += there ? 0 : 1;
  }
  return {missing, infinite > 0};
}

template <bool Clamp, class T>
SOJOURN_INLINE line_odds weigh_segments(const T* x, double* s, double* present, std::size_t n, const line& how,
                                        double absent) {
  switch (how.count) {
    case 1:
      return weigh<1, false, Clamp>(x, s, present, n, how, absent);
    case 2:
      return weigh<2, false, Clamp>(x, s, present, n, how, absent);
    case 3:
      return weigh<3, false, Clamp>(x, s, present, n, how, absent);
    case 4:
      return weigh<4, false, Clamp>(x, s, present, n, how, absent);
    case 5:
      return weigh<5, false, Clamp>(x, s, present, n, how, absent);
    case 6:
      return weigh<6, false, Clamp>(x, s, present, n, how, absent);
    case 7:
      return weigh<7, false, Clamp>(x, s, present, n, how, absent);
    default:
      return weigh<8, false, Clamp>(x, s, present, n, how, absent);
  }
}

template <class T>
SOJOURN_INLINE line_odds weigh_any(const T* x, double* s, double* present, std::size_t n, const line& how, double absent) {
  if (how.is_ramp) return weigh<1, true, false>(x, s, present, n, how, absent);
  return how.leaves_unit ? weigh_segments<true>(x, s, present, n, how, absent)
                         : weigh_segments<false>(x, s, present, n, how, absent);
}

SOJOURN_EACH_CPU line_odds of_doubles(const double* x, double* s, double* present, std::size_t n, const line& how,
                                      double absent) {
  fetch_ahead(x, n);
  return weigh_any(x, s, present, n, how, absent);
}
SOJOURN_EACH_CPU line_odds of_floats(const float* x, double* s, double* present, std::size_t n, const line& how,
                                     double absent) {
  fetch_ahead(x, n);
  return weigh_any(x, s, present, n, how, absent);
}

std::int64_t finish(const usual_tile& t, std::size_t n) {
  std::fill_n(t.score, n, 0.0);
  add_points(t.score, n, t.parts.data(), t.parts.size());
  std::copy_n(t.covered, n, t.coverage);
  const std::int64_t lacking = finish_scores(t.score, n, t.present, t.covered, t.least, t.limit);
  count_tiers(t.score, t.tier, n, t.thresholds.data(), t.thresholds.size(), t.right_closed, t.unknown);
  return lacking;
}

SOJOURN_EACH_CPU void divide(double* __restrict values, std::size_t n, double by) {
  for (std::size_t i = 0; i < n; ++i) values[i] /= by;
}

std::int64_t finish_flat(const usual_tile& t, std::size_t n) {
  std::copy_n(t.present, n, t.covered);
  divide(t.covered, n, t.total);
  share_points(t.share, n, t.present, nullptr, 1);
  return finish(t, n);
}

SOJOURN_EACH_CPU std::int64_t divide_and_count_odd(const double* __restrict values, const double* __restrict divisors,
                                                   double* __restrict quotients, std::size_t n) {
  std::int64_t odd = 0;
  for (std::size_t i = 0; i < n; ++i) {
    odd += magnitude_of(values[i]) == infinity_bits ? 1 : 0;
    odd += magnitude_of(divisors[i]) == infinity_bits ? 1 : 0;
    odd += divisors[i] <= 0.0 ? 1 : 0;
    quotients[i] = values[i] / divisors[i];
  }
  return odd;
}

}  // namespace

bool divide_rows(const double* values, const double* divisors, double* quotients, std::size_t n) {
  return divide_and_count_odd(values, divisors, quotients, n) == 0;
}

usual_kernels plain_kernels() noexcept {
  return {of_doubles, of_floats, finish_flat, finish};
}

}  // namespace sojourn::inline v0_1::health::detail
