// A health scorecard as data: which signals, how each becomes 0..1, how they are weighed, where the tiers start.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sojourn/health/card/aggregator.hpp"
#include "sojourn/health/card/rule_spec.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

// Normalisers: raw value x -> s in [0, 1], 1 = healthy. Parameters are in the signal's own unit.

/// x / 100, clipped: the signal is already a score of 0..100.
struct identity {
  friend bool operator==(const identity&, const identity&) = default;
};

enum class ramp_outside : std::uint8_t { clip, ignore };

/// 0 at `bad`, 1 at `good`, straight between. `bad` > `good` means that lower is better. Outside the two ends the value is
/// clipped, or, with `ignore`, counts as missing.
struct ramp {
  double bad = 0;
  double good = 1;
  ramp_outside outside = ramp_outside::clip;
  friend bool operator==(const ramp&, const ramp&) = default;
};

struct knot {
  double x = 0;
  double s = 0;
  friend bool operator==(const knot&, const knot&) = default;
};

/// Straight between knots, flat outside. x strictly increasing; s is free, so a sweet spot (tickets) can be drawn.
struct piecewise {
  std::vector<knot> knots;
  friend bool operator==(const piecewise&, const piecewise&) = default;
};

enum class closed_side : std::uint8_t { left, right };

/// A score that a table leaves open: the value is missing, and counted.
inline constexpr double no_score = std::numeric_limits<double>::quiet_NaN();
/// Equal cell by cell, open cells included.
[[nodiscard]] bool same_scores(const std::vector<double>& a, const std::vector<double>& b);

/// Whether bins may leave values out: those of a bin whose score is `no_score`, and those beyond the outer edges.
enum class gap_policy : std::uint8_t { refuse, missing };

/// Steps. n scores and either n-1 inner edges, or n+1 edges whose outer two only document the range: values beyond them take
/// the score of the end bin, unless gaps are `missing`. `left` puts a value that equals an inner edge into the bin above,
/// `right` into the bin below; the outer edges belong to their bins.
struct bins {
  std::vector<double> edges;
  std::vector<double> s;
  closed_side closed = closed_side::left;
  gap_policy gaps = gap_policy::refuse;
  friend SOJOURN_EXPORT bool operator==(const bins& a, const bins& b);
};

/// Named values ("good", "poor"; for a numeric column the numbers as text). Anything else is missing and counted.
struct value_map {
  std::vector<std::pair<std::string, double>> table;
  friend bool operator==(const value_map&, const value_map&) = default;
};

/// 0 and 1, or false and true. Any other number is missing and counted.
struct boolean {
  double when_false = 0;
  double when_true = 1;
  friend bool operator==(const boolean&, const boolean&) = default;
};

/// 1 inside [low, high], falling to 0 over `falloff` on both sides.
struct target {
  double low = 0;
  double high = 1;
  double falloff = 1;
  friend bool operator==(const target&, const target&) = default;
};

/// 1 / (1 + exp(-slope (x - mid))).
struct logistic {
  double mid = 0;
  double slope = 1;
  friend bool operator==(const logistic&, const logistic&) = default;
};

/// What a log ramp is straight on: log(1 + x), or asinh(x), which is much the same for large x and takes negative values
/// too.
enum class log_scale : std::uint8_t { log1p, asinh };

/// A ramp on log(1 + x), where x <= -1 is missing and counted, or on asinh(x).
struct log_ramp {
  double bad = 0;
  double good = 1;
  log_scale scale = log_scale::log1p;
  friend bool operator==(const log_ramp&, const log_ramp&) = default;
};

/// x / (x + half), or 1 - 2^(-x / half), which comes sooner to its end.
enum class saturating_curve : std::uint8_t { hyperbolic, exponential };

/// Half way at `half`, never quite 1. A negative x scores 0 and is counted.
struct saturating {
  double half = 1;
  saturating_curve curve = saturating_curve::hyperbolic;
  friend bool operator==(const saturating&, const saturating&) = default;
};

/// The value is a day: 2^(-days since then / half_life), 1 during the grace. A day after `as_of` counts as today, and is
/// counted.
struct recency {
  double half_life = 0;
  double grace = 0;
  friend bool operator==(const recency&, const recency&) = default;
};

enum class better_side : std::uint8_t { higher, lower };
constexpr std::array<std::string_view, 2> values_of(better_side) {
  return {"higher", "lower"};
}

/// The normal distribution's share below x, with a mean and standard deviation fixed in the card: accounts do not move each
/// other.
struct zscore {
  double mean = 0;
  double sd = 1;
  better_side better = better_side::higher;
  friend bool operator==(const zscore&, const zscore&) = default;
};

/// The same with the median and the median absolute deviation: z = 0.6745 (x - median) / mad.
struct robust_z {
  double median = 0;
  double mad = 1;
  better_side better = better_side::higher;
  friend bool operator==(const robust_z&, const robust_z&) = default;
};

/// Share of a fixed reference below x, ties by half. The reference is in increasing order, repeats allowed. Segments may
/// have references of their own: large accounts are compared with large ones.
struct percentile {
  std::vector<double> reference;  ///< of all, and of those in no segment
  better_side better = better_side::higher;
  std::string segment{};                                          ///< column; empty = one reference for all
  std::vector<std::pair<std::string, std::vector<double>>> by{};  ///< segment -> reference
  friend bool operator==(const percentile&, const percentile&) = default;
};

/// What became of the value since before: a ramp on (x - before) / max(|before|, floor), so -0.5 is half of it lost. Nothing
/// before and nothing now is no change; without a value before it is missing. Infinite values are missing.
struct change {
  double bad = -0.5;
  double good = 0;
  double floor = 0;    ///< least base of the comparison, in the signal's unit: 1 login more than 0 is not infinitely more
  std::string from{};  ///< column of the earlier value; empty = the same column of the cycle before
  friend bool operator==(const change&, const change&) = default;
};

/// A ramp on x / denominator: licences used of those bought. A denominator of 0 is missing, as one that is not there; a
/// negative one also counts as out of its domain. It differs from `per`, which divides before any normaliser, in that 0 is
/// nothing odd here and in that infinite values are missing.
struct ratio {
  double bad = 0;
  double good = 1;
  std::string denominator;  ///< column
  friend bool operator==(const ratio&, const ratio&) = default;
};

/// Which ends of a band belong to it.
enum class band_ends : std::uint8_t { neither, low, high, both };

/// A stretch of values; infinite ends are open ends.
struct band {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  band_ends ends = band_ends::low;
  [[nodiscard]] constexpr bool contains(double x) const noexcept {
    const bool from_low = x > low || (x == low && (ends == band_ends::low || ends == band_ends::both));
    return from_low && (x < high || (x == high && (ends == band_ends::high || ends == band_ends::both)));
  }
  friend bool operator==(const band&, const band&) = default;
};

/// A table of bands of x by bands of another column: 60 % use is fine in the third month and poor in the tenth. What lies in
/// no band, or in a cell that is `no_score`, is missing and counted as unknown; `validate` warns of every such place.
struct lookup2d {
  std::vector<band> bands;  ///< of x, from low to high, without overlap
  std::string context;      ///< column
  std::vector<band> context_bands;
  std::vector<double> s;  ///< one a cell, the context bands of the first band first
  friend SOJOURN_EXPORT bool operator==(const lookup2d& a, const lookup2d& b);
};

using normaliser = std::variant<identity, ramp, piecewise, bins, value_map, boolean, target, logistic, log_ramp, saturating,
                                recency, zscore, robust_z, percentile, change, ratio, lookup2d>;

/// What stands in for a value that is not there.
enum class missing_kind : std::uint8_t {
  redistribute,    ///< its weight goes to its siblings that are present
  neutral,         ///< a chosen s
  worst,           ///< s = 0
  best,            ///< s = 1
  not_applicable,  ///< as redistribute, and it leaves the coverage as well: the product was not bought
  fail,            ///< the account gets no score
  carry_forward,  ///< the value of the cycle before, if it is young enough; it is a real value of its age, and covers as one
  impute,         ///< a typical raw value, frozen in the card by `fit_normalisers`; until then as redistribute
};

struct missing_policy {
  missing_kind kind = missing_kind::redistribute;
  double value = 0.5;               ///< s under `neutral`; not read otherwise
  double max_age = 0;               ///< under `carry_forward`: days that the value may be old
  std::optional<double> typical{};  ///< under `impute`: the raw value of those in no segment; empty = not fitted yet
  std::string segment{};            ///< under `impute`: column whose values have a typical value each; empty = one for all
  std::vector<std::pair<std::string, double>> typical_by{};  ///< segment -> raw value
  friend bool operator==(const missing_policy&, const missing_policy&) = default;
};

enum class invalid_policy : std::uint8_t { missing, clamp, error };

/// The range a raw value can honestly have, and what happens to one outside it. Always counted.
struct valid_range {
  double low = 0;
  double high = 0;
  invalid_policy otherwise = invalid_policy::missing;
  friend bool operator==(const valid_range&, const valid_range&) = default;
};

// Staleness: what age does to a value. Age = as_of less the day the value was observed, in days; they combine freely.

/// The weight of the signal halves every `half_life` days after `grace`. It acts inside the group: siblings gain what it
/// loses, and where all are equally old only the coverage falls.
struct weight_decay {
  double half_life = 0;
  double grace = 0;
  friend bool operator==(const weight_decay&, const weight_decay&) = default;
};

/// s moves towards `neutral`, half way every `half_life` days after `grace`: silence reads as uncertainty.
struct neutral_decay {
  double half_life = 0;
  double grace = 0;
  double neutral = 0.5;
  friend bool operator==(const neutral_decay&, const neutral_decay&) = default;
};

/// s loses `rate` of its first worth every `period` days, down to 0.
struct linear_decay {
  double rate = 0;
  double period = 30;
  friend bool operator==(const linear_decay&, const linear_decay&) = default;
};

struct staleness {
  std::optional<double> validity{};  ///< a value older than this many days is missing; of this age it is valid
  std::optional<weight_decay> decay_weight{};
  std::optional<neutral_decay> to_neutral{};
  std::optional<linear_decay> linear{};
  friend bool operator==(const staleness&, const staleness&) = default;
};

enum class signal_class : std::uint8_t { unspecified, objective, subjective };
enum class criticality : std::uint8_t { ordinary, critical };
/// A signal in which a fit found no spread is inactive: no weight, no coverage, until a later fit finds some.
enum class activity : std::uint8_t { active, inactive };

struct signal_spec {
  std::string name;   ///< column it is read from
  normaliser norm{};  ///< identity unless said otherwise
  missing_policy missing{};
  std::string per{};  ///< column it is divided by before normalising; empty = none
  std::optional<valid_range> valid{};
  signal_class kind = signal_class::unspecified;
  criticality critical = criticality::ordinary;
  std::string observed_at{};  ///< column of the day each value was observed; empty = the signal brings its own
  std::optional<staleness> stale{};
  activity state = activity::active;
  friend bool operator==(const signal_spec&, const signal_spec&) = default;
};

struct branch;

/// Whether a group of old or missing signals keeps its weight, or has it multiplied by its coverage.
enum class group_weight : std::uint8_t { fixed, by_coverage };

/// Signals and groups, and what makes one number of them: a weighted mean unless `how` says otherwise. Weights need not add
/// up to anything in particular.
struct group {
  std::string id;            ///< optional for the root
  std::vector<branch> mean;  ///< the members
  double min_coverage = 0;   ///< below this share of its weight the group counts as missing
  group_weight own_weight = group_weight::fixed;
  aggregator how{};  ///< the weighted mean unless said otherwise
  friend bool operator==(const group&, const group&) = default;
};

/// A weight and what it weighs: the name of a signal, or a group.
struct branch {
  double weight = 0;
  std::variant<std::string, group> node;
  double at_worst = 0;  ///< points at s = 0, in a group of `point_sum` only
  friend bool operator==(const branch&, const branch&) = default;
};

struct tier {
  std::string name;
  double from = 0;  ///< lowest score of the tier, in points
  friend bool operator==(const tier&, const tier&) = default;
};

[[nodiscard]] std::vector<tier> usual_tiers();

/// Tiers from worst to best; the first starts at 0. Leaving a tier upwards needs `up` points above the next threshold,
/// leaving it downwards `down` points below its own: scores that hover do not flap.
struct tier_spec {
  std::vector<tier> tiers = usual_tiers();  ///< red from 0, yellow from 50, green from 75
  double up = 0;
  double down = 0;
  closed_side closed = closed_side::left;  ///< `right`: a score on a threshold belongs to the tier below
  int dwell = 1;                           ///< cycles in a row that a change of tier must hold before it is believed
  int hold_unknown = 0;  ///< cycles without a score in which the account keeps its tier; 0: it is unknown at once
  friend bool operator==(const tier_spec&, const tier_spec&) = default;
};

/// The score follows the signals with a delay: E = E_before + L (R - E_before), before rules and caps, so that an escalation
/// acts at once. L is `lambda`, or 1 - 2^(-days / half_life_days) where cycles are not evenly spaced.
struct smoothing_spec {
  double lambda = 0;          ///< 0: by half-life
  double half_life_days = 0;  ///< 0: by lambda
  int max_gap = 3;            ///< cycles without a score after which smoothing starts anew
  friend bool operator==(const smoothing_spec&, const smoothing_spec&) = default;
};

/// Where the weight of a missing signal goes: to its own group first (`group`), or to all signals alike (`global`).
enum class redistribution_scope : std::uint8_t { group, global };

struct scorecard_spec {
  std::string card = "card";  ///< name that travels with every result
  std::string version{};
  std::string event{};        ///< outcome it is meant to foretell, for example "churn"
  std::string segment{};      ///< column that `segment()` reads in conditions; empty = none
  double min_coverage = 0.5;  ///< below this share of weight an account gets no score
  redistribution_scope missing_scope = redistribution_scope::group;
  std::vector<signal_spec> signals;  ///< their order is the order of every sum and of every table
  group tree;
  tier_spec tiers;
  std::vector<rule> rules{};  ///< at most `max_rules`
  std::optional<smoothing_spec> smoothing{};
  friend bool operator==(const scorecard_spec&, const scorecard_spec&) = default;
};

/// Whether scores depend on the cycle before, so that scoring leaves a `cycle_state` behind: smoothing, dwell, or tiers held
/// over gaps.
[[nodiscard]] inline bool keeps_cycle_state(const scorecard_spec& card) noexcept {
  return card.smoothing || card.tiers.dwell > 1 || card.tiers.hold_unknown > 0;
}

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
