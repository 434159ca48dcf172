// Tiers as columns of names, and back.
// Needs: pybind11.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/detail/int128.hpp"
#include "sojourn/health/card/scorecard.hpp"
#include "sojourn/health/card/tiers.hpp"
#include "whole_argument.hpp"

namespace sojourn::python {

/// Names to codes; a missing cell becomes `missing`. Errors name the column `name`.
std::vector<health::tier_code> tier_codes(const arrow::any_column& tiers, const std::vector<std::string>& order,
                                          const char* name, health::tier_code missing);

/// Codes as names; `no_tier` is missing. An empty `tiers` is a column without any.
arrow::any_column tier_column(const health::scorecard& card, const std::vector<health::tier_code>& tiers, std::size_t rows);

/// An exact Python int.
pybind11::int_ exact(detail::int128 value);

}  // namespace sojourn::python
