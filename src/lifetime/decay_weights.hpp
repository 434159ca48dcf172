// Weighted accounts as the counts that every decay family is fitted to, and the error of such a fit.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/lifetime/decay_sample.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// `accounts[i]` times `units[i]` of each cell, as those who renewed and left at each renewal.
[[nodiscard]] decay_state state_of(std::span<const decay_cell> cells, std::span<const std::int64_t> accounts,
                                   std::span<const std::int64_t> units);

/// The weight of each cell in whole units: 1 without weights, else such that as many accounts (or cohorts) of the largest
/// weight as there are stay far below 64 bits.
[[nodiscard]] std::vector<std::int64_t> weight_units(const decay_sample& sample);

/// Of a fit whose covariance is the inverse information: that, times the sum over accounts of the squares of weight x slope,
/// times that again.
[[nodiscard]] std::vector<double> robust_covariance(const decay_sample& sample, std::span<const std::int64_t> units,
                                                    const decay_fit& fit);

}  // namespace detail
}  // namespace sojourn::inline v0_1
