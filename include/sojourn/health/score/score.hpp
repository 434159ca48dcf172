// Scoring: signals of N accounts in, arrays of N out; and the exact parts of every score.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/exec/any_executor.hpp"
#include "sojourn/health/card/scorecard.hpp"
#include "sojourn/health/score/cycle.hpp"
#include "sojourn/health/score/flags.hpp"
#include "sojourn/input/signals.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// `signal` stands in for the value of one signal; the others act on the score.
enum class manual_mode : std::uint8_t { set, cap, floor, signal };
constexpr std::array<std::string_view, 4> values_of(manual_mode) {
  return {"set", "cap", "floor", "signal"};
}

/// Which of two values of one signal counts: the one seen later (by hand on the same day, or where the other has no day), or
/// the one given by hand.
enum class manual_merge : std::uint8_t { latest, priority };
constexpr std::array<std::string_view, 2> values_of(manual_merge) {
  return {"latest", "priority"};
}

/// A value given by hand, in force from `set_at` until the day before `expires_at`.
struct manual_value {
  std::size_t row = 0;
  double value = 0;  ///< points of the score; of `signal` the raw value, in the signal's unit
  manual_mode mode = manual_mode::set;
  day set_at = earliest_day;
  day expires_at = latest_day;
  int priority =
      0;  ///< among values and `set` rules the highest counts, then the latest, then the lowest; rules have no date
  std::string signal{};  ///< name, of mode `signal`
  manual_merge merge = manual_merge::latest;
  std::string author{};  ///< travels with it; `scores::by_hand` says whose value decided
  std::string reason{};
};

/// `scores::binding` where no rule, or a manual value, moved the score last.
inline constexpr std::int16_t no_rule = -1;
inline constexpr std::int16_t by_hand = -2;

/// What became of a manual value.
enum class manual_state : std::uint8_t {
  waiting,  ///< not yet in force
  expired,
  overruled,  ///< in force, but something else decided, or it asked for what was so anyway
  bound,      ///< it moved the score last; of a signal: it is the value that counted
};
constexpr std::array<std::string_view, 4> values_of(manual_state) {
  return {"waiting", "expired", "overruled", "bound"};
}

struct score_options {
  /// The day the answer is for: ages are counted up to it. A card whose signals grow old needs it; for others it is a label.
  day as_of{};
  /// Scores and tiers of the cycle before, row for row, or empty. NaN and `no_tier` = not scored before.
  std::span<const double> previous_score{};
  std::span<const tier_code> previous_tier{};
  /// The signals of the cycle before, row for row and by the names of the card's columns, or null. A column that is not
  /// there is missing everywhere; so is an account that is new.
  const signals* previous_signals = nullptr;
  /// What the cycle before left (`scores::cycle`, or rows kept elsewhere), row for row, or empty; where given, the two spans
  /// above are not read. A card that smooths needs it to go on.
  std::span<const cycle_state> previous{};
  /// Scores given by hand, in any order; those not in force on `as_of` do nothing.
  std::span<const manual_value> manual{};
};

/// What was odd about one signal, over all rows. Nothing is dropped in silence.
struct signal_counters {
  std::int64_t missing = 0;        ///< no value in the input (null or NaN)
  std::int64_t nonfinite = 0;      ///< plus or minus infinity
  std::int64_t unknown = 0;        ///< not in the map; neither 0 nor 1; in no bin, band or cell with a score
  std::int64_t invalid = 0;        ///< outside `valid`
  std::int64_t out_of_domain = 0;  ///< log of -1 or less, negative usage, a negative or zero denominator, `ignore`d ramp
  std::int64_t undated = 0;        ///< grows old, but has no day: missing
  std::int64_t expired = 0;        ///< older than its validity: missing
  std::int64_t future = 0;         ///< observed after `as_of`: age 0
  std::int64_t carried = 0;        ///< missing now, carried forward from the cycle before

  signal_counters& operator+=(const signal_counters& other) noexcept;
  friend bool operator==(const signal_counters&, const signal_counters&) = default;
};

/// One entry per account. Arrays that would say nothing are empty: `prev_tier` and `delta` without a previous cycle,
/// `stale_share` when no signal of the card grows old, `fired`, `undecided` and `binding` without rules and manual values,
/// `by_hand` without manual values, `raw` without rules, manual values and smoothing, `cycle` when the card has neither
/// smoothing, dwell nor tiers held over gaps.
struct scores {
  std::vector<double> score;  ///< 0..100, NaN = unknown
  std::vector<tier_code> tier;
  std::vector<double> coverage;  ///< share of applicable weight with a real value, 0..1
  std::vector<std::uint16_t> flags;
  std::vector<double> stale_share;       ///< share of the card's weight whose value is old: worth less than half, or expired
  std::vector<double> raw;               ///< the score before smoothing, rules and manual values
  std::vector<std::uint64_t> fired;      ///< bit r: rule r of the card fired
  std::vector<std::int16_t> binding;     ///< the rule that moved the score last, or `no_rule`, `by_hand`
  std::vector<std::uint64_t> undecided;  ///< bit r: rule r compared something missing
  std::vector<std::int32_t> by_hand;     ///< where `binding` is `by_hand`: position in `score_options::manual`; else -1
  std::vector<manual_state> manual;      ///< one a manual value: what became of it
  std::vector<double> delta;             ///< score minus previous score, in points
  std::vector<tier_code> prev_tier;
  std::vector<signal_counters> counters;  ///< one a signal, in the card's order
  std::vector<cycle_state> cycle;         ///< what the next cycle goes on from
  std::int64_t not_later =
      0;  ///< accounts whose previous cycle is of the same day or a later one: smoothing and dwell stand still
  std::uint64_t card_hash = 0;
  day as_of{};

  [[nodiscard]] std::size_t size() const noexcept { return score.size(); }
};

/// What moved one score away from the sum of its parts, in points and in this order. Parts and adjustments add to the score
/// up to rounding.
struct adjustment {
  double smoothing = 0;  ///< from the score of today's signals to the smoothed one
  double group = 0;      ///< by rules on groups; rules on signals are in the parts already
  double add = 0;
  double floor = 0;
  double set = 0;
  double cap = 0;
  double clamp = 0;
  friend bool operator==(const adjustment&, const adjustment&) = default;
};

/// Whether parts are what the definition says, or the mean of sampled orders (groups of more than 12 members whose parts are
/// Shapley values). Sampled parts still add up.
enum class attribution : std::uint8_t { exact, sampled };
constexpr std::array<std::string_view, 2> values_of(attribution) {
  return {"exact", "sampled"};
}

/// Contributions of every signal, signal-major: `points[k * rows + i]`, in points of the score.
///
/// With rules or manual values the parts add to `scores::raw`, and `adjustments` holds the rest.
///
/// c_k = 100 w_k s_k with w_k the share of weight the signal holds in this account's score (0 when missing). The score IS
/// their sum in signal order, so adding them from left to right gives it bit for bit. lost_k = 100 w_k (1 - s_k) is what a
/// perfect value would add. An account without a score has NaN parts.
///
/// In a card with other groups than weighted means the parts, `base` and `cut` add to it up to rounding. A group hands what
/// it is worth to its members: `min`, `max` and `worst_of` to the one that binds (ties by weight), `best_n` to the best,
/// `mean_min` in the mixture it is, `geometric` by logarithmic means from its floor, `power` and `harmonic` by Shapley
/// values. lost_k is still what a perfect value would add, all else as it is; those no longer add up, because one weak
/// signal can hold down what others would bring.
struct contributions {
  std::vector<double> points;
  std::vector<double> lost;
  std::vector<adjustment> adjustments{};  ///< one a row; empty without smoothing, rules and manual values
  std::size_t rows = 0;
  std::size_t signals = 0;
  std::vector<double> base{};  ///< points that groups of points start with, one a row; empty without such groups
  std::vector<double> cut{};   ///< what the ends of their ranges took off or put on
  attribution method = attribution::exact;

  [[nodiscard]] double part(std::size_t row, std::size_t signal) const noexcept { return points[signal * rows + row]; }
  [[nodiscard]] double loss(std::size_t row, std::size_t signal) const noexcept { return lost[signal * rows + row]; }
};

/// The m signals that cost an account most, by lost points, ties in the card's order; losses of 0 are left out.
struct driver {
  std::size_t row = 0;
  std::uint32_t rank = 0;  ///< 1 = costs most
  std::uint32_t signal = 0;
  double lost = 0;
  double points = 0;
};
[[nodiscard]] std::vector<driver> drivers(const contributions& parts, std::size_t top = 3);

enum class signal_use : std::uint8_t { counts, not_applicable };

/// One signal of one account as the tree saw it: normalised, aged, and filled in where a policy says so.
struct signal_state {
  double s = std::numeric_limits<double>::quiet_NaN();  ///< 0..1; NaN = missing
  double factor = 1;                                    ///< of its weight, by age
  double covered = 0;                                   ///< share of its weight that a real value fills
  signal_use use = signal_use::counts;
  friend bool operator==(const signal_state&, const signal_state&) = default;
};

namespace detail {

/// Columns found by name and checked; lives for one call.
struct bound_inputs;
[[nodiscard]] std::shared_ptr<const bound_inputs> bind(const scorecard& card, const signals& columns,
                                                       const score_options& options);
[[nodiscard]] std::size_t rows(const bound_inputs& inputs) noexcept;
void make_room(const bound_inputs& inputs, scores& result);
void make_room(const bound_inputs& inputs, contributions& parts);
/// What scoring is asked for beside the scores; null = nothing. `states` is row-major.
struct extras {
  contributions* parts = nullptr;
  signal_state* states = nullptr;
};
/// Scores rows [first, last) into `result`. Returns the counters of these rows.
std::vector<signal_counters> score_rows(const bound_inputs& inputs, std::size_t first, std::size_t last, scores& result,
                                        const extras& more);

/// All rows, in chunks that do not depend on the host.
void score_all(const bound_inputs& inputs, scores& result, const extras& more, const any_executor& host);

}  // namespace detail

/// `score` into arrays that exist already, for example those of the last call: on large books fresh memory costs as much as
/// the arithmetic. What `result` held is overwritten; after an exception its contents are unspecified.
template <executor E = serial_executor>
void score_into(scores& result, const scorecard& card, const signals& columns, const score_options& options = {},
                E&& host = E{}) {
  const auto inputs = detail::bind(card, columns, options);
  detail::make_room(*inputs, result);
  detail::score_all(*inputs, result, {}, any_executor(host));
}

/// Health score of every account: what the card's tree makes of its normalised signals, 0 (worst) to 100.
///
/// Columns are found by name; extra ones are not read. Each row is computed alone and summed in the card's order, so any
/// split into batches and any number of threads give the same bits. Missing values follow each signal's policy and are
/// counted. Throws `schema_error` for a column that is absent, of another length or of the wrong kind, and `data_error` for
/// a value outside a `valid` range whose policy is `error`. O(rows x signals), about 19 bytes a row of results.
/// What it does not tell you: whether the score foretells anything; that needs outcomes.
template <executor E = serial_executor>
[[nodiscard]] scores score(const scorecard& card, const signals& columns, const score_options& options = {},
                           E&& host = E{}) {
  scores result;
  score_into(result, card, columns, options, host);
  return result;
}

/// Scores and their parts into what exists already, as `score_into`: fresh memory costs more than the parts themselves.
template <executor E = serial_executor>
void explain_into(scores& result, contributions& parts, const scorecard& card, const signals& columns,
                  const score_options& options = {}, E&& host = E{}) {
  const auto inputs = detail::bind(card, columns, options);
  detail::make_room(*inputs, result);
  detail::make_room(*inputs, parts);
  detail::score_all(*inputs, result, {&parts, nullptr}, any_executor(host));
}

/// The parts of every score; see `contributions`. 16 bytes a row and signal.
template <executor E = serial_executor>
[[nodiscard]] contributions explain(const scorecard& card, const signals& columns, const score_options& options = {},
                                    E&& host = E{}) {
  scores result;
  contributions parts;
  explain_into(result, parts, card, columns, options, host);
  return parts;
}

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
