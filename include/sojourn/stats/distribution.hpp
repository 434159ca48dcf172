// Every value and how often it occurred: exact quantiles and mode of whole numbers, mergeable because nothing is discarded.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sojourn/stats/checked.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/mergeable.hpp"
#include "sojourn/stats/rows.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct value_count {
  std::int64_t value = 0;
  std::int64_t count = 0;
  friend constexpr bool operator==(const value_count&, const value_count&) = default;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.value, self.count);
  }
};

/// Values in rising order, each once, with a count that is not 0: equal distributions are equal vectors.
///
/// Size: 16 bytes per distinct value, so for answers, days, months and ages; for minor units of many accounts it is as long
/// as the data (then use `moments_state`, or `summary` for approximate quantiles). A merge is O(distinct values). A count
/// may be negative for a while, when a value has been retracted and its correction not yet added; read-outs refuse it with
/// `state_error`.
struct distribution_state {
  std::vector<value_count> counts;
  std::int64_t missing = 0;  ///< rows without a value

  distribution_state& operator+=(const distribution_state& other);
  distribution_state& operator-=(const distribution_state& other);
  friend bool operator==(const distribution_state&, const distribution_state&) = default;

  /// Whether `counts` is as described above; decoded bytes must be.
  [[nodiscard]] bool canonical() const noexcept;

  static constexpr std::uint16_t bytes_kind = 3;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.missing, self.counts);
  }
};

/// Counts values in any order; sorts a copy unless they lie close together.
[[nodiscard]] distribution_state distribution_of(std::vector<std::int64_t> values);

/// Rows [first, last) into a distribution; the form that `tally_sharded` takes. Throws `std::bad_alloc` only.
template <integer_rows Rows>
[[nodiscard]] distribution_state tally_distribution(const Rows& rows, std::size_t first, std::size_t last) {
  std::vector<std::int64_t> values;
  values.reserve(last - first);
  for (std::size_t row = first; row < last; ++row) {
    if (rows.present(row)) values.push_back(rows[row]);
  }
  const std::size_t missing = last - first - values.size();
  distribution_state state = distribution_of(std::move(values));
  state.missing = static_cast<std::int64_t>(missing);
  return state;
}

template <integer_rows Rows>
[[nodiscard]] distribution_state tally_distribution(const Rows& rows) {
  return tally_distribution(rows, 0, rows.size());
}

/// Values counted. Throws `overflow_error` beyond 64 bits, `state_error` when a count is negative; so do the read-outs
/// below.
[[nodiscard]] std::int64_t count(const distribution_state& state);

/// Which number stands for a quantile that falls between two values.
enum class quantile_rule : std::uint8_t {
  nearest_rank,  ///< the smallest value that at least p of all values do not exceed (R type 1): always a value that occurred
  linear,        ///< between the neighbours of (n - 1) * p (R type 7): NumPy, pandas, Excel PERCENTILE.INC
};

/// The p-quantile, exact: 0.5 is the median. Only p * n is rounded, and a result within 4 units in the last place of a whole
/// rank counts as that rank, so that 0.07 of 100 is the 7th. n = 0 is undefined (`no_observations`); there is no interval.
/// Throws `schema_error` unless 0 <= p <= 1. O(distinct values).
[[nodiscard]] estimate quantile(const distribution_state& state, double p, quantile_rule rule = quantile_rule::nearest_rank);

/// The most frequent value with its count; the smallest of them in a tie; empty without values.
[[nodiscard]] std::optional<value_count> mode(const distribution_state& state);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
