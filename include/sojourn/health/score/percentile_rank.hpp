// Where each account stands among all of them: the percentile rank of one column.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

enum class rank_precision : std::uint8_t {
  exact,
  approximate,  ///< a tenth of the time; `percentile_ranks::error` bounds what it costs
};
constexpr std::array<std::string_view, 2> values_of(rank_precision) {
  return {"exact", "approximate"};
}

struct percentile_rank_options {
  rank_precision precision = rank_precision::exact;
};

struct percentile_ranks {
  std::vector<double> rank;  ///< one a row, in (0, 1); NaN where the value is missing
  std::int64_t ranked = 0;   ///< values that are there
  double error = 0;          ///< no rank is further than this from the exact one
};

namespace detail {
void rank_rows(percentile_ranks& result, const column<double>& values, const percentile_rank_options& options,
               const any_executor& host);
}

/// Share of all values below each one, ties by half: (values below + equal values / 2) / values, the average rank less a
/// half, over n.
///
/// In [0.5 / n, 1 - 0.5 / n]; a single value has 0.5. NaN and cleared validity bits are missing: they have no rank and count
/// for nothing. -0.0 equals 0.0; infinities are the ends. Exact ranks are the same bits for any executor; O(n), 8 bytes a
/// row besides the result. Approximate ones share the middle of about a million cells of the number line; a value that holds
/// much of the column is a cell of its own, so its ties are exact. What it does not tell you: how far apart two accounts
/// are. And ranks move when others move: a card that must not change under an account has its reference written down, as
/// `percentile` in `spec.hpp`.
template <executor E = serial_executor>
[[nodiscard]] percentile_ranks percentile_rank(const column<double>& values, const percentile_rank_options& options = {},
                                               E&& host = E{}) {
  percentile_ranks result;
  detail::rank_rows(result, values, options, any_executor(host));
  return result;
}

/// `percentile_rank` into an array that exists already: on large columns fresh memory costs as much as a pass over the
/// values.
template <executor E = serial_executor>
void percentile_rank_into(percentile_ranks& result, const column<double>& values,
                          const percentile_rank_options& options = {}, E&& host = E{}) {
  detail::rank_rows(result, values, options, any_executor(host));
}

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
