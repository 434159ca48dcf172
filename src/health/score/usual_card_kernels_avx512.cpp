// Eight values a step. Written by hand, because no compiler turns a table of eight numbers into one register by itself; it
// halves the time of a line of four segments.
#include <limits>

#include "health/score/usual_card_kernels.hpp"

#if defined(__x86_64__) && defined(__GNUC__)
#define SOJOURN_WIDE
#include <immintrin.h>
#endif

namespace sojourn::inline v0_1::health::detail {

#ifdef SOJOURN_WIDE
#define SOJOURN_AVX512 __attribute__((target("avx512f,avx512dq,avx512vl,popcnt")))
#define SOJOURN_AVX512_INLINE SOJOURN_AVX512 __attribute__((always_inline)) inline

namespace {

constexpr std::size_t lanes = 8;
constexpr int either_infinity = 0x18;

SOJOURN_AVX512_INLINE __m512d take(const double* x, __mmask8 which) {
  return _mm512_maskz_loadu_pd(which, x);
}
SOJOURN_AVX512_INLINE __m512d take(const float* x, __mmask8 which) {
  return _mm512_cvtps_pd(_mm256_maskz_loadu_ps(which, x));
}

/// A maximum and a minimum take their second operand where the first is NaN: a missing value becomes 0.
SOJOURN_AVX512_INLINE __m512d unit(__m512d t) {
  return _mm512_min_pd(_mm512_max_pd(t, _mm512_setzero_pd()), _mm512_set1_pd(1));
}

/// The numbers of a line, an entry per segment, and the inner knots spread out.
template <std::size_t Segments, bool Ramp, bool Clamp>
struct wide_line {
  __m512d from, inverse, rise, reached, knot[Segments];

  SOJOURN_AVX512_INLINE explicit wide_line(const line& how) {
    from = Ramp ? _mm512_set1_pd(how.from[0]) : _mm512_loadu_pd(how.from);
    inverse = Ramp ? _mm512_set1_pd(how.inverse[0]) : _mm512_loadu_pd(how.inverse);
    rise = _mm512_loadu_pd(how.rise);
    reached = _mm512_loadu_pd(how.reached);
    for (std::size_t j = 1; j < Segments; ++j) knot[j] = _mm512_set1_pd(how.from[j]);
  }
  SOJOURN_AVX512_INLINE __m512d operator()(__m512d x) const {
    if constexpr (Ramp) return unit(_mm512_mul_pd(_mm512_sub_pd(x, from), inverse));
    __m512i segment = _mm512_setzero_si512();
    for (std::size_t j = 1; j < Segments; ++j) {
      segment = _mm512_mask_add_epi64(segment, _mm512_cmp_pd_mask(x, knot[j], _CMP_GT_OQ), segment, _mm512_set1_epi64(1));
    }
    const __m512d offset = _mm512_sub_pd(x, _mm512_permutexvar_pd(segment, from));
    const __m512d t = unit(_mm512_mul_pd(offset, _mm512_permutexvar_pd(segment, inverse)));
    const __m512d sum =
        _mm512_add_pd(_mm512_permutexvar_pd(segment, reached), _mm512_mul_pd(_mm512_permutexvar_pd(segment, rise), t));
    return Clamp ? unit(sum) : sum;
  }
};

template <std::size_t Segments, bool Ramp, bool Clamp, class T>
SOJOURN_AVX512_INLINE line_odds weigh(const T* x, double* s, double* present, std::size_t n, const line& how,
                                      double absent) {
  const wide_line<Segments, Ramp, Clamp> curve(how);
  const __m512d nothing = _mm512_set1_pd(absent), weight = _mm512_set1_pd(how.weight);
  std::int64_t seen = 0;
  unsigned infinite = 0;
  // The last step alone leaves lanes out; with a constant mask the others compile to plain loads and stores.
  const auto step = [&](std::size_t i, const __mmask8 which)
                        __attribute__((always_inline, target("avx512f,avx512dq,avx512vl,popcnt"))) {
                          _mm_prefetch(reinterpret_cast<const char*>(x + i + values_ahead), _MM_HINT_T0);
                          const __m512d here = take(x + i, which);
                          const __mmask8 there = _mm512_mask_cmp_pd_mask(which, here, here, _CMP_ORD_Q);
                          infinite |= _mm512_fpclass_pd_mask(here, either_infinity);
                          seen += __builtin_popcount(there);
                          _mm512_mask_storeu_pd(s + i, which, _mm512_mask_mov_pd(nothing, there, curve(here)));
                          const __m512d before = _mm512_maskz_loadu_pd(which, present + i);
                          _mm512_mask_storeu_pd(present + i, which, _mm512_mask_add_pd(before, there, before, weight));
                        };
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) step(i, 0xff);
  if (i < n) step(i, static_cast<__mmask8>((1u << (n - i)) - 1));
  return {static_cast<std::int64_t>(n) - seen, infinite != 0};
}

template <bool Clamp, class T>
SOJOURN_AVX512_INLINE line_odds weigh_segments(const T* x, double* s, double* present, std::size_t n, const line& how,
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
SOJOURN_AVX512_INLINE line_odds weigh_any(const T* x, double* s, double* present, std::size_t n, const line& how,
                                          double absent) {
  if (how.is_ramp) return weigh<1, true, false>(x, s, present, n, how, absent);
  return how.leaves_unit ? weigh_segments<true>(x, s, present, n, how, absent)
                         : weigh_segments<false>(x, s, present, n, how, absent);
}

SOJOURN_AVX512 line_odds of_doubles(const double* x, double* s, double* present, std::size_t n, const line& how,
                                    double absent) {
  return weigh_any(x, s, present, n, how, absent);
}
SOJOURN_AVX512 line_odds of_floats(const float* x, double* s, double* present, std::size_t n, const line& how,
                                   double absent) {
  return weigh_any(x, s, present, n, how, absent);
}

/// Eight rows of answers.
struct wide_finish {
  __m512d least, limit, total;
  const usual_tile& tile;

  SOJOURN_AVX512_INLINE explicit wide_finish(const usual_tile& t)
      : least(_mm512_set1_pd(t.least)), limit(_mm512_set1_pd(t.limit)), total(_mm512_set1_pd(t.total)), tile(t) {}

  [[nodiscard]] SOJOURN_AVX512_INLINE __m512d points(std::size_t i, __mmask8 which) const {
    __m512d sum = _mm512_setzero_pd();
    for (const part& p : tile.parts) {
      const __m512d s = take(p.s + i, which);
      const __m512d worth = _mm512_mul_pd(take(p.share + i, which), _mm512_set1_pd(p.weight));
      sum = _mm512_mask_add_pd(sum, _mm512_cmp_pd_mask(s, s, _CMP_ORD_Q), sum, _mm512_mul_pd(worth, s));
    }
    return sum;
  }
  /// How many rows have no score.
  [[nodiscard]] SOJOURN_AVX512_INLINE int rows(std::size_t i, __mmask8 which, __m512d present, __m512d covered) const {
    __m512d score = points(i, which);
    score = _mm512_mask_mov_pd(score, _mm512_cmp_pd_mask(score, limit, _CMP_GT_OQ), _mm512_set1_pd(100));
    const __mmask8 something = _mm512_cmp_pd_mask(present, _mm512_setzero_pd(), _CMP_GT_OQ);
    const __mmask8 known = _mm512_mask_cmp_pd_mask(something, covered, least, _CMP_GE_OQ);
    score = _mm512_mask_mov_pd(_mm512_set1_pd(std::numeric_limits<double>::quiet_NaN()), known, score);
    __m512i tier = _mm512_setzero_si512();
    for (const double threshold : tile.thresholds) {
      const __m512d from = _mm512_set1_pd(threshold);
      const __mmask8 reached =
          tile.right_closed ? _mm512_cmp_pd_mask(score, from, _CMP_GT_OQ) : _mm512_cmp_pd_mask(score, from, _CMP_GE_OQ);
      tier = _mm512_mask_add_epi64(tier, reached, tier, _mm512_set1_epi64(1));
    }
    tier = _mm512_mask_mov_epi64(_mm512_set1_epi64(tile.unknown), known, tier);
    _mm512_mask_storeu_pd(tile.score + i, which, score);
    _mm512_mask_storeu_pd(tile.coverage + i, which, covered);
    _mm512_mask_cvtepi64_storeu_epi8(tile.tier + i, which, tier);
    return __builtin_popcount(static_cast<unsigned>(which & ~known));
  }
};

template <bool Flat>
SOJOURN_AVX512_INLINE std::int64_t finish_rows(const usual_tile& t, std::size_t n) {
  const wide_finish wide(t);
  std::int64_t lacking = 0;
  const auto step = [&](std::size_t i, const __mmask8 which)
                        __attribute__((always_inline, target("avx512f,avx512dq,avx512vl,popcnt"))) {
                          const __m512d present = take(t.present + i, which);
                          if constexpr (Flat) {
                            const __m512d worth = _mm512_div_pd(_mm512_set1_pd(100), present);
                            const __mmask8 something = _mm512_cmp_pd_mask(present, _mm512_setzero_pd(), _CMP_GT_OQ);
                            _mm512_mask_storeu_pd(t.share + i, which, _mm512_maskz_mov_pd(something, worth));
                            const __m512d covered = _mm512_div_pd(present, wide.total);
                            _mm512_mask_storeu_pd(t.covered + i, which, covered);
                            lacking += wide.rows(i, which, present, covered);
                          } else {
                            lacking += wide.rows(i, which, present, take(t.covered + i, which));
                          }
                        };
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) step(i, 0xff);
  if (i < n) step(i, static_cast<__mmask8>((1u << (n - i)) - 1));
  return lacking;
}

SOJOURN_AVX512 std::int64_t finish_flat(const usual_tile& tile, std::size_t n) {
  return finish_rows<true>(tile, n);
}
SOJOURN_AVX512 std::int64_t finish(const usual_tile& tile, std::size_t n) {
  return finish_rows<false>(tile, n);
}

}  // namespace

usual_kernels avx512_kernels() noexcept {
  const bool here =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return here ? usual_kernels{of_doubles, of_floats, finish_flat, finish} : usual_kernels{};
}

#else

usual_kernels avx512_kernels() noexcept {
  return {};
}

#endif

}  // namespace sojourn::inline v0_1::health::detail
