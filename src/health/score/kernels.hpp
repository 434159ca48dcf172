// The inner loops of scoring: one tile of rows, branch-free, written so that the compiler vectorises them.
// NaN means missing and flows through by operand order: `0 > t ? 0 : t` keeps a NaN t.
// Layer: 5. Needs: std only.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sojourn::inline v0_1::health::detail {

/// Rows of a tile: 4 KiB a column, so that a dozen columns stay in the first-level cache.
inline constexpr std::size_t tile_rows = 512;

struct odd_values {
  std::int64_t missing = 0;
  std::int64_t infinite = 0;
};

/// s = clamp((x - bad) * inverse, 0, 1). `inverse` is chosen so that x = good gives 1 exactly (see `inverse_of`).
void ramp_kernel(const double* x, double* s, std::size_t n, double bad, double inverse);

/// The same from the column itself, in one pass that also counts what is odd and adds `weight` to `present` where there is a
/// value: what the usual signal costs is reading it once. Infinities come out as the end of the ramp.
[[nodiscard]] odd_values weigh_ramp(const double* x, double* s, double* present, std::size_t n, double bad, double inverse,
                                    double weight);
[[nodiscard]] odd_values weigh_ramp(const float* x, double* s, double* present, std::size_t n, double bad, double inverse,
                                    double weight);

/// s = base + sum of rise_j * clamp((x - from_j) * inverse_j, 0, 1): every term is bounded by its rise, so knots of very
/// different steepness cannot cancel, and a monotone card stays monotone in floating point.
struct segments {
  double base;
  const double* from;
  const double* inverse;
  const double* rise;
  std::size_t count;
};
void segments_kernel(const double* x, double* s, std::size_t n, const segments& line);
/// As `weigh_ramp`, for at most `one_pass_segments` (card/plan.hpp) of them.
[[nodiscard]] odd_values weigh_segments(const double* x, double* s, double* present, std::size_t n, const segments& line,
                                        double weight);
[[nodiscard]] odd_values weigh_segments(const float* x, double* s, double* present, std::size_t n, const segments& line,
                                        double weight);

/// s = values[number of edges that x reaches].
struct steps {
  const double* edges;
  const double* values;  ///< count + 1
  std::size_t count;
  bool right_closed;
};
void steps_kernel(const double* x, double* s, std::size_t n, const steps& stairs);

void saturating_kernel(const double* x, double* s, std::size_t n, double half);

[[nodiscard]] odd_values count_odd(const double* x, std::size_t n);
[[nodiscard]] std::int64_t count_outside(const double* x, std::size_t n, double low, double high);

/// total += s is present ? weight : 0, for `count` signals; four at a time, one load and store of the total for each four.
void add_present(double* total, std::size_t n, const double* const* s, const double* weight, std::size_t count);

/// total += s is present ? weight * factor : 0.
void add_present_varying(double* total, std::size_t n, const double* s, const double* factor, double weight);

/// points += share * weight * s for each present signal, in order.
struct part {
  const double* s;
  const double* share;  ///< points that one unit of weight is worth in the signal's group, row by row
  double weight;
  const double* factor = nullptr;  ///< of the weight, row by row; null = 1
};
void add_points(double* points, std::size_t n, const part* parts, std::size_t count);
/// The same products, kept apart.
void split_points(const part& one, std::size_t n, double* points, double* lost);

/// A group that keeps its weight, as a member of another: its weight where anything of it is present, by its coverage where
/// covered.
void add_group(double* present, double* covered, std::size_t n, const double* inner, const double* inner_covered,
               double weight);

/// coverage = covered / total weight; present weight = 0 where coverage is below the minimum.
void close_group(double* present, double* covered, std::size_t n, double total, double min_coverage);

/// share = above * weight / present, 0 where nothing is present; a null `above` is the root, which has 100 points.
void share_points(double* share, std::size_t n, const double* present, const double* above, double weight);

/// What separates the sum of the parts from a score: NaN where nothing is present or too little is covered (their number is
/// returned), exactly 100 from `perfect` on.
[[nodiscard]] std::int64_t finish_scores(double* score, std::size_t n, const double* present, const double* covered,
                                         double least, double perfect);

void widen(const float* x, double* result, std::size_t n);

void count_tiers(const double* score, std::uint8_t* tier, std::size_t n, const double* thresholds, std::size_t count,
                 bool right_closed, std::uint8_t unknown);

}  // namespace sojourn::inline v0_1::health::detail
