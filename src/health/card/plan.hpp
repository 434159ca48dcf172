// A card flattened into arrays: what scoring walks through.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "health/card/condition.hpp"
#include "sojourn/health/card/scorecard.hpp"

namespace sojourn::inline v0_1::health::detail {

inline constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

enum class kernel : std::uint8_t {
  ramp,
  segments,
  steps,
  names,
  flag,
  logistic,
  log_ramp,
  saturating,
  recency,
  normal,
  rank,
  asinh_ramp,
  exponential,
  gapped_steps,
  change,
  ratio,
  lookup,
  segment_rank
};

/// One signal: its normaliser as plain numbers, and its place in the tree. Same order as the spec's signals.
struct leaf {
  kernel how = kernel::ramp;
  bool takes_infinity = false;   ///< infinity is the end of the scale, otherwise it is missing
  bool ignores_outside = false;  ///< a ramp that scores nothing beyond [low, high]
  bool right_closed = false;
  bool reads_once = false;  ///< nothing stands between the column and a kernel that reads it in one pass
  double a = 0;             ///< ramp: bad; flag: false; logistic: mid; log_ramp: log1p(bad); saturating: half
  double b = 0;             ///< ramp: inverse; flag: true; logistic: slope; log_ramp: inverse
  double low = 0;
  double high = 0;
  std::vector<double> from, inverse, rise;  ///< segments; steps: edges in `from`, scores in `rise`
  std::vector<std::pair<double, double>>
      segments;  ///< of `segment_rank`: segments whose name is a number -> position in `by`
  std::vector<std::pair<double, double>> numbers;  ///< map entries whose name is a number
  bool imputes = false;                            ///< `fill` takes the place of a missing value
  double fill = 0;
  bool substitutes = false;        ///< what is filled in is a raw value, `fill` or that of the row's segment
  std::size_t segment = nowhere;   ///< index into the card's inputs
  bool carries = false;            ///< the value of the cycle before takes the place of a missing one
  std::size_t per = nowhere;       ///< index into the card's inputs
  std::size_t second = nowhere;    ///< the same: earlier value, denominator or context, for normalisers of two columns
  std::size_t observed = nowhere;  ///< the same; nowhere = the days that the signal brings itself
  bool grows_old = false;
  std::size_t factor = nowhere;      ///< which column of weight factors it has, if age changes its weight
  double share = 0;                  ///< of the whole card when nothing is missing
  std::vector<std::size_t> rules{};  ///< those that act on it, and the same as bits
  std::uint64_t rule_bits = 0;
  std::uint64_t excluded_by = 0;  ///< rules that exclude a group it stands in
  std::size_t group = 0;
  double weight = 0;
  double at_worst = 0;  ///< points at s = 0, where the group adds points; `weight` is what s = 1 adds to them
};

/// Parents stand before their children.
struct node {
  std::size_t parent = nowhere;
  double weight = 1;
  double at_worst = 0;  ///< as in `leaf`
  aggregator how = weighted_mean{};
  double min_coverage = 0;
  bool by_coverage = false;  ///< its own weight is multiplied by its coverage
  double total = 0;          ///< weight of all members, in the order of summation: leaves, then groups
  bool plain = true;         ///< leaves only, none imputed or not applicable: coverage is presence
  bool may_shrink = false;   ///< a member may be not applicable, so `total` differs from row to row
  std::vector<std::size_t> leaves;
  std::vector<std::size_t> groups;
  std::vector<std::size_t> rules{};  ///< those that act on it
};

struct plan {
  scorecard_spec spec;
  tier_ladder ladder;
  std::string json;
  std::uint64_t hash = 0;
  diagnostics warnings;
  std::vector<std::string> inputs;
  std::vector<leaf> leaves;
  std::vector<condition> conditions;  ///< one a rule
  std::vector<std::size_t> scoped;    ///< rules on signals and groups
  bool moves_groups = false;          ///< a rule changes the value of a group
  std::vector<bool> compared;         ///< per input: nothing but conditions read it, so it may be text
  std::vector<node> groups;
  std::size_t factors = 0;  ///< signals whose weight changes with age
  bool grows_old = false;
  bool reads_previous = false;    ///< the signals of the cycle before make a difference
  bool all_means = true;          ///< every group is a weighted mean: the score is the sum of its parts
  bool is_usual = false;          ///< of the kind that is scored in one pass (usual_card.hpp)
  bool perfect_is_exact = false;  ///< no weight is so small that rounding hides it
};

/// The most segments of a line that a kernel weighs while it reads the column.
inline constexpr std::size_t one_pass_segments = 4;

/// 1 / (to - from), nudged up until (to - from) times it reaches 1, so that the end of a ramp is the end of the scale.
[[nodiscard]] double inverse_of(double from, double to);

}  // namespace sojourn::inline v0_1::health::detail
