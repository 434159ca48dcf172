// How much of the whole a few hold: shares of the largest, Herfindahl-Hirschman index, effective number, Gini.
// Layer: 1. Needs: links sojourn (Boost.Multiprecision behind it).
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/stats/bootstrap.hpp"
#include "sojourn/stats/estimate.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Whether holders of nothing are holders. They move neither shares nor the index, but the Gini coefficient.
enum class zero_holders : std::uint8_t { left_out, included };
constexpr std::array<std::string_view, 2> values_of(zero_holders) {
  return {"left_out", "included"};
}

/// Whether these holders are all there are, or a draw from a population of such holders.
enum class holders_are : std::uint8_t {
  population,  ///< a census of today: the numbers have no sampling error
  sample,      ///< intervals by drawing holders with replacement
};

struct concentration_options {
  std::vector<std::int64_t> top{1, 10};  ///< the shares that `concentration` reads; each 1 or more
  zero_holders zeros = zero_holders::left_out;
  holders_are holders = holders_are::population;
  bootstrap_plan bootstrap{};
};

/// Holders, largest last, with exact sums.
struct concentration_result {
  estimate hhi{};                ///< sum of squared shares, in (0, 1]
  estimate effective{};          ///< 1 / hhi: equal holders that would be as concentrated
  estimate gini{};               ///< of these holders: 0 = all alike
  estimate gini_sample{};        ///< times n / (n - 1); undefined for one holder
  std::vector<estimate> shares;  ///< of the largest `top[i]` holders together, in [0, 1]
  std::vector<std::int64_t> top;
  double total = 0;
  std::int64_t left_out = 0;  ///< holders of nothing, under `left_out`
  std::int64_t missing = 0;   ///< values that are not known
};

/// hhi = sum of s_i^2, Gini = sum of (2 i - n - 1) x_(i) / (n sum x), x in rising order.
///
/// Whole numbers (minor units, ticks) are summed exactly: squares in 192 bits, the Gini numerator in 128. Doubles (NaN =
/// missing) that are all whole numbers are, too; others are summed smallest first with compensation, so that the order of
/// rows never matters. Throws `data_error` for a negative or infinite value, `schema_error` for a top below 1,
/// `overflow_error` beyond the range. Nobody left: all undefined. O(n log n); with `sample` times the replicates. Source:
/// Herfindahl (1950); Gini (1912). What it does not tell you: whether the large ones will stay; and who belongs together, if
/// accounts of one parent are given one by one.
[[nodiscard]] concentration_result concentration(std::span<const std::int64_t> values,
                                                 const concentration_options& options = {}, const bulk_draws& bulk = {});
[[nodiscard]] concentration_result concentration(std::span<const double> values, const concentration_options& options = {},
                                                 const bulk_draws& bulk = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
