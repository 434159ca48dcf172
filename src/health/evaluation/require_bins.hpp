// How many bins values may be cut into.
#pragma once

#include <cstddef>
#include <string>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::health::detail {

/// More would only cost time: each bin is looked at, also the empty ones.
inline constexpr std::size_t most_bins = 100'000;

inline void require_bins(std::size_t bins) {
  if (bins < 2) throw schema_error("at least 2 bins are needed");
  if (bins > most_bins)
    throw schema_error("bins is " + std::to_string(bins) + "; at most 100000 are looked at, 10 to 20 are usual");
}

}  // namespace sojourn::inline v0_1::health::detail
