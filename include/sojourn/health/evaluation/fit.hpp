// Parameters of normalisers from data, frozen in the card: what is usual, bad and good among the accounts there are.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/health/card/spec.hpp"
#include "sojourn/input/signals.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

enum class fit_kind : std::uint8_t {
  ramp_quantiles,  ///< from the low to the high quantile: a few extreme accounts do not stretch it
  ramp_range,      ///< from the least to the greatest value
  zscore,          ///< mean and standard deviation (n - 1)
  robust_z,        ///< median and median absolute deviation
  percentile,      ///< the values themselves, thinned out evenly above `max_reference`
};
constexpr std::array<std::string_view, 5> values_of(fit_kind) {
  return {"ramp", "range", "zscore", "robust_z", "percentile"};
}

struct fit_request {
  std::string signal;
  fit_kind kind = fit_kind::ramp_quantiles;
  std::optional<better_side> better{};  ///< empty = as the signal's normaliser has it now
  friend bool operator==(const fit_request&, const fit_request&) = default;
};

/// Whether fewer than `min_fit` values are an error.
enum class small_fit : std::uint8_t { refuse, accept };
constexpr std::array<std::string_view, 2> values_of(small_fit) {
  return {"refuse", "accept"};
}
/// What becomes of a signal without spread: it gets no weight, it scores one half everywhere, or it is an error.
enum class degenerate_fit : std::uint8_t { inactive, neutral, refuse };
constexpr std::array<std::string_view, 3> values_of(degenerate_fit) {
  return {"inactive", "neutral", "error"};
}

struct fit_options {
  /// Empty = every zscore, robust_z and percentile of the card anew. Signals with the policy `impute` are fitted in any
  /// case.
  std::vector<fit_request> requests{};
  double low_quantile = 0.05;
  double high_quantile = 0.95;
  std::int64_t min_fit = 20;
  small_fit small = small_fit::refuse;
  degenerate_fit degenerate = degenerate_fit::inactive;
  std::size_t max_reference = 1000;  ///< values that a percentile keeps
  std::int64_t min_segment = 5;      ///< segments with fewer values take the typical value, or the reference, of all
};

enum class fit_status : std::uint8_t {
  fitted,
  by_quartiles,  ///< most values are the same, so the spread is that of the middle half: IQR / 1.349
  inactive,      ///< no spread, no weight
  neutral,       ///< no spread, one half everywhere
  no_value,      ///< not a single value to take for typical; left as it was
};
constexpr std::array<std::string_view, 5> values_of(fit_status) {
  return {"fitted", "by_quartiles", "inactive", "neutral", "no_value"};
}

/// What happened to one signal. `used` values entered; the others were missing, infinite or outside their range.
struct fitted_signal {
  std::string signal;
  std::string what;  ///< "ramp", "zscore", "robust_z", "percentile" or "impute"
  fit_status status = fit_status::fitted;
  std::int64_t used = 0;
  std::int64_t missing = 0;
  std::int64_t nonfinite = 0;
  std::int64_t invalid = 0;
  friend bool operator==(const fitted_signal&, const fitted_signal&) = default;
};

struct fitted_card {
  scorecard_spec spec;
  std::vector<fitted_signal> signals;  ///< in the card's order
};

/// The columns that such a fit reads.
[[nodiscard]] std::vector<std::string> fit_inputs(const scorecard_spec& card, const fit_options& options = {});

/// A card whose normalisers (and typical values) are taken from `columns` and frozen, so that one account's score does not
/// depend on the others of a later day.
///
/// Values are those the normaliser would see: within their `valid` range (others are clamped or left out, as the card has
/// it), and divided by `per`. Quantiles are interpolated (type 7). A signal that is the same everywhere, whose quantiles
/// coincide, or whose spread is 0 is degenerate; a median absolute deviation of 0 falls back to the quartiles first. The
/// order of rows decides nothing. O(rows log rows) a signal. Throws `schema_error` for an unknown signal or column, text, a
/// normaliser that has nothing to fit, or a bad option; `data_error` for too few values and, if so asked, for a degenerate
/// signal. What it does not tell you: whether low is bad. A fit knows what is usual, not what is healthy.
[[nodiscard]] fitted_card fit_normalisers(const scorecard_spec& card, const signals& columns,
                                          const fit_options& options = {});

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
