// Compiled with -O3: at -O2 g++ 12 leaves these loops scalar.
#include "health/score/kernels.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "detail/each_cpu.hpp"
#include "detail/nan.hpp"

#define SOJOURN_INLINE __attribute__((always_inline)) inline

namespace sojourn::inline v0_1::health::detail {
namespace {

using sojourn::detail::nan;

SOJOURN_INLINE double clamp01(double t) {
  t = 0.0 > t ? 0.0 : t;
  return 1.0 < t ? 1.0 : t;
}

template <std::size_t Count, bool First, bool Last>
SOJOURN_INLINE void add_segments(const double* __restrict x, double* __restrict s, std::size_t n, double base,
                                 const double* from, const double* inverse, const double* rise) {
  // Copies, so that the compiler knows that writing s changes none of them, and keeps them in registers.
  double f[Count], v[Count], r[Count];
  for (std::size_t j = 0; j < Count; ++j) f[j] = from[j], v[j] = inverse[j], r[j] = rise[j];
  for (std::size_t i = 0; i < n; ++i) {
    const double here = x[i];
    double sum = First ? base : s[i];
    sum += r[0] * clamp01((here - f[0]) * v[0]);
    if constexpr (Count > 1) sum += r[1] * clamp01((here - f[1]) * v[1]);
    if constexpr (Count > 2) sum += r[2] * clamp01((here - f[2]) * v[2]);
    if constexpr (Count > 3) sum += r[3] * clamp01((here - f[3]) * v[3]);
    s[i] = Last ? clamp01(sum) : sum;
  }
}

template <bool First, bool Last>
SOJOURN_INLINE void add_segments(std::size_t count, const double* x, double* s, std::size_t n, double base,
                                 const double* from, const double* inverse, const double* rise) {
  switch (count) {
    case 1:
      return add_segments<1, First, Last>(x, s, n, base, from, inverse, rise);
    case 2:
      return add_segments<2, First, Last>(x, s, n, base, from, inverse, rise);
    case 3:
      return add_segments<3, First, Last>(x, s, n, base, from, inverse, rise);
    default:
      return add_segments<4, First, Last>(x, s, n, base, from, inverse, rise);
  }
}

constexpr auto infinity_bits = std::bit_cast<std::int64_t>(std::numeric_limits<double>::infinity());

/// The bits of |x|: above the pattern of infinity lie the NaNs. Integer comparisons add up in vector registers.
SOJOURN_INLINE std::int64_t magnitude_of(double x) {
  return std::bit_cast<std::int64_t>(x) & std::numeric_limits<std::int64_t>::max();
}

template <class T>
SOJOURN_INLINE odd_values weigh_ramp_of(const T* __restrict x, double* __restrict s, double* __restrict present,
                                        std::size_t n, double bad, double inverse, double weight) {
  std::int64_t missing = 0, infinite = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double here = static_cast<double>(x[i]);
    const std::int64_t magnitude = magnitude_of(here);
    missing += magnitude > infinity_bits ? 1 : 0;
    infinite += magnitude == infinity_bits ? 1 : 0;
    s[i] = clamp01((here - bad) * inverse + 0.0);
    present[i] += here == here ? weight : 0.0;
  }
  return {missing, infinite};
}

template <std::size_t Count, class T>
SOJOURN_INLINE odd_values weigh_segments_of(const T* __restrict x, double* __restrict s, double* __restrict present,
                                            std::size_t n, const segments& line, double weight) {
  double f[Count], v[Count], r[Count];
  for (std::size_t j = 0; j < Count; ++j) f[j] = line.from[j], v[j] = line.inverse[j], r[j] = line.rise[j];
  const double base = line.base;
  std::int64_t missing = 0, infinite = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double here = static_cast<double>(x[i]);
    const std::int64_t magnitude = magnitude_of(here);
    missing += magnitude > infinity_bits ? 1 : 0;
    infinite += magnitude == infinity_bits ? 1 : 0;
    double sum = base;
    sum += r[0] * clamp01((here - f[0]) * v[0]);
    if constexpr (Count > 1) sum += r[1] * clamp01((here - f[1]) * v[1]);
    if constexpr (Count > 2) sum += r[2] * clamp01((here - f[2]) * v[2]);
    if constexpr (Count > 3) sum += r[3] * clamp01((here - f[3]) * v[3]);
    s[i] = clamp01(sum);
    present[i] += here == here ? weight : 0.0;
  }
  return {missing, infinite};
}

template <class T>
SOJOURN_INLINE odd_values weigh_segments_of(const T* x, double* s, double* present, std::size_t n, const segments& line,
                                            double weight) {
  switch (line.count) {
    case 1:
      return weigh_segments_of<1>(x, s, present, n, line, weight);
    case 2:
      return weigh_segments_of<2>(x, s, present, n, line, weight);
    case 3:
      return weigh_segments_of<3>(x, s, present, n, line, weight);
    default:
      return weigh_segments_of<4>(x, s, present, n, line, weight);
  }
}

template <bool RightClosed>
SOJOURN_INLINE void climb(const double* __restrict x, double* __restrict s, std::size_t n, const steps& stairs) {
  for (std::size_t i = 0; i < n; ++i) s[i] = stairs.values[0];
  for (std::size_t j = 0; j < stairs.count; ++j) {
    const double edge = stairs.edges[j];
    const double value = stairs.values[j + 1];
    for (std::size_t i = 0; i < n; ++i) s[i] = (RightClosed ? x[i] > edge : x[i] >= edge) ? value : s[i];
  }
  for (std::size_t i = 0; i < n; ++i) s[i] = x[i] == x[i] ? s[i] : nan;
}

SOJOURN_INLINE double weight_if_present(double s, double weight) {
  return s == s ? weight : 0.0;
}

SOJOURN_INLINE void add_four_present(double* __restrict total, std::size_t n, const double* const* s, const double* weight) {
  // Named one by one: g++ 12 does not vectorise the loop when the pointers stay in an array.
  const double *a = s[0], *b = s[1], *c = s[2], *d = s[3];
  const double wa = weight[0], wb = weight[1], wc = weight[2], wd = weight[3];
  for (std::size_t i = 0; i < n; ++i) {
    total[i] = total[i] + weight_if_present(a[i], wa) + weight_if_present(b[i], wb) + weight_if_present(c[i], wc) +
               weight_if_present(d[i], wd);
  }
}

SOJOURN_INLINE void add_one_present(double* __restrict total, std::size_t n, const double* __restrict s, double weight) {
  for (std::size_t i = 0; i < n; ++i) total[i] += weight_if_present(s[i], weight);
}

template <std::size_t Count>
SOJOURN_INLINE void add_points(double* __restrict points, std::size_t n, const part* parts) {
  for (std::size_t i = 0; i < n; ++i) {
    double sum = points[i];
    for (std::size_t k = 0; k < Count; ++k) {
      const double s = parts[k].s[i];
      const double product = parts[k].share[i] * parts[k].weight * s;
      sum += s == s ? product : 0.0;
    }
    points[i] = sum;
  }
}

SOJOURN_INLINE void add_varying_points(double* __restrict points, std::size_t n, const part& one) {
  for (std::size_t i = 0; i < n; ++i) {
    const double s = one.s[i];
    const double product = one.share[i] * (one.weight * one.factor[i]) * s;
    points[i] += s == s ? product : 0.0;
  }
}

template <bool RightClosed>
SOJOURN_INLINE void count_thresholds(const double* __restrict score, std::uint8_t* __restrict tier, std::size_t n,
                                     const double* thresholds, std::size_t count, std::uint8_t unknown) {
  for (std::size_t i = 0; i < n; ++i) tier[i] = 0;
  for (std::size_t j = 0; j < count; ++j) {
    const double threshold = thresholds[j];
    for (std::size_t i = 0; i < n; ++i)
      tier[i] = static_cast<std::uint8_t>(tier[i] + (RightClosed ? score[i] > threshold : score[i] >= threshold));
  }
  for (std::size_t i = 0; i < n; ++i) tier[i] = score[i] == score[i] ? tier[i] : unknown;
}

}  // namespace

SOJOURN_EACH_CPU void ramp_kernel(const double* __restrict x, double* __restrict s, std::size_t n, double bad,
                                  double inverse) {
  // + 0.0 turns the -0.0 of a falling ramp at its bad end into 0.
  for (std::size_t i = 0; i < n; ++i) s[i] = clamp01((x[i] - bad) * inverse + 0.0);
}

SOJOURN_EACH_CPU odd_values weigh_ramp(const double* x, double* s, double* present, std::size_t n, double bad,
                                       double inverse, double weight) {
  return weigh_ramp_of(x, s, present, n, bad, inverse, weight);
}
SOJOURN_EACH_CPU odd_values weigh_ramp(const float* x, double* s, double* present, std::size_t n, double bad, double inverse,
                                       double weight) {
  return weigh_ramp_of(x, s, present, n, bad, inverse, weight);
}
SOJOURN_EACH_CPU odd_values weigh_segments(const double* x, double* s, double* present, std::size_t n, const segments& line,
                                           double weight) {
  return weigh_segments_of(x, s, present, n, line, weight);
}
SOJOURN_EACH_CPU odd_values weigh_segments(const float* x, double* s, double* present, std::size_t n, const segments& line,
                                           double weight) {
  return weigh_segments_of(x, s, present, n, line, weight);
}

SOJOURN_EACH_CPU void widen(const float* __restrict x, double* __restrict result, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) result[i] = static_cast<double>(x[i]);
}

SOJOURN_EACH_CPU void share_points(double* __restrict share, std::size_t n, const double* present, const double* above,
                                   double weight) {
  if (above == nullptr) {
    for (std::size_t i = 0; i < n; ++i) {
      const double worth = 100.0 / present[i];
      share[i] = present[i] > 0 ? worth : 0.0;
    }
    return;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double worth = above[i] * weight / present[i];
    share[i] = present[i] > 0 ? worth : 0.0;
  }
}

SOJOURN_EACH_CPU std::int64_t finish_scores(double* __restrict score, std::size_t n, const double* __restrict present,
                                            const double* __restrict covered, double least, double perfect) {
  std::int64_t lacking = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double kept = score[i] > perfect ? 100.0 : score[i];
    // One number that is positive where there is something and enough of it.
    const double enough = covered[i] >= least ? present[i] : 0.0;
    score[i] = enough > 0 ? kept : nan;
    lacking += enough > 0 ? 0 : 1;
  }
  return lacking;
}

SOJOURN_EACH_CPU void segments_kernel(const double* x, double* s, std::size_t n, const segments& line) {
  const double* from = line.from;
  const double* inverse = line.inverse;
  const double* rise = line.rise;
  if (line.count <= 4) return add_segments<true, true>(line.count, x, s, n, line.base, from, inverse, rise);
  add_segments<4, true, false>(x, s, n, line.base, from, inverse, rise);
  std::size_t done = 4;
  for (; line.count - done > 4; done += 4)
    add_segments<4, false, false>(x, s, n, 0, from + done, inverse + done, rise + done);
  add_segments<false, true>(line.count - done, x, s, n, 0, from + done, inverse + done, rise + done);
}

SOJOURN_EACH_CPU void steps_kernel(const double* x, double* s, std::size_t n, const steps& stairs) {
  if (stairs.right_closed)
    climb<true>(x, s, n, stairs);
  else
    climb<false>(x, s, n, stairs);
}

SOJOURN_EACH_CPU void saturating_kernel(const double* __restrict x, double* __restrict s, std::size_t n, double half) {
  for (std::size_t i = 0; i < n; ++i) {
    const double positive = 0.0 > x[i] ? 0.0 : x[i];
    s[i] = positive / (positive + half);
  }
}

SOJOURN_EACH_CPU odd_values count_odd(const double* x, std::size_t n) {
  std::int64_t missing = 0;
  std::int64_t infinite = 0;
  for (std::size_t i = 0; i < n; ++i) {
    missing += magnitude_of(x[i]) > infinity_bits ? 1 : 0;
    infinite += magnitude_of(x[i]) == infinity_bits ? 1 : 0;
  }
  return {missing, infinite};
}

SOJOURN_EACH_CPU std::int64_t count_outside(const double* x, std::size_t n, double low, double high) {
  std::int64_t outside = 0;
  for (std::size_t i = 0; i < n; ++i)
    outside += static_cast<std::int64_t>(x[i] < low) + static_cast<std::int64_t>(x[i] > high);
  return outside;
}

SOJOURN_EACH_CPU void add_present(double* total, std::size_t n, const double* const* s, const double* weight,
                                  std::size_t count) {
  std::size_t k = 0;
  for (; k + 4 <= count; k += 4) add_four_present(total, n, s + k, weight + k);
  for (; k < count; ++k) add_one_present(total, n, s[k], weight[k]);
}

SOJOURN_EACH_CPU void add_present_varying(double* __restrict total, std::size_t n, const double* __restrict s,
                                          const double* __restrict factor, double weight) {
  for (std::size_t i = 0; i < n; ++i) total[i] += weight_if_present(s[i], weight * factor[i]);
}

SOJOURN_EACH_CPU void add_points(double* points, std::size_t n, const part* parts, std::size_t count) {
  const auto fixed = [&](std::size_t k) { return parts[k].factor == nullptr; };
  for (std::size_t k = 0; k < count;) {
    if (k + 4 <= count && fixed(k) && fixed(k + 1) && fixed(k + 2) && fixed(k + 3)) {
      add_points<4>(points, n, parts + k);
      k += 4;
    } else if (fixed(k)) {
      add_points<1>(points, n, parts + k++);
    } else {
      add_varying_points(points, n, parts[k++]);
    }
  }
}

SOJOURN_EACH_CPU void split_points(const part& one, std::size_t n, double* __restrict points, double* __restrict lost) {
  for (std::size_t i = 0; i < n; ++i) {
    const double s = one.s[i];
    const double worth = one.share[i] * (one.factor == nullptr ? one.weight : one.weight * one.factor[i]);
    const double product = worth * s;
    const double loss = worth * (1.0 - s);
    points[i] = s == s ? product : 0.0;
    lost[i] = s == s ? loss : 0.0;
  }
}

SOJOURN_EACH_CPU void add_group(double* __restrict present, double* __restrict covered, std::size_t n,
                                const double* __restrict inner, const double* __restrict inner_covered, double weight) {
  for (std::size_t i = 0; i < n; ++i) {
    present[i] += inner[i] > 0 ? weight : 0.0;
    covered[i] += weight * inner_covered[i];
  }
}

SOJOURN_EACH_CPU void close_group(double* __restrict present, double* __restrict covered, std::size_t n, double total,
                                  double min_coverage) {
  for (std::size_t i = 0; i < n; ++i) {
    const double coverage = covered[i] / total;
    covered[i] = coverage;
    present[i] = coverage >= min_coverage ? present[i] : 0.0;
  }
}

SOJOURN_EACH_CPU void count_tiers(const double* score, std::uint8_t* tier, std::size_t n, const double* thresholds,
                                  std::size_t count, bool right_closed, std::uint8_t unknown) {
  if (right_closed)
    count_thresholds<true>(score, tier, n, thresholds, count, unknown);
  else
    count_thresholds<false>(score, tier, n, thresholds, count, unknown);
}

}  // namespace sojourn::inline v0_1::health::detail
