// An account against its own past: control charts and a robust z. Private to the library.
// Layer: 5. Needs: links sojourn.
#pragma once

#include "health/book/alert_readings.hpp"

namespace sojourn::inline v0_1::health::detail {

/// Unknown with too few earlier scores, without spread among them, and without a score now.
[[nodiscard]] reading read_own_history(alert_rule rule, const alert_input& book, const own_history_options& options,
                                       std::size_t row);

/// Benjamini and Hochberg on one-sided normal p-values: the smallest quantity that is kept, infinity where none is.
[[nodiscard]] double discovery_cut(std::vector<double> quantities, double share);

}  // namespace sojourn::inline v0_1::health::detail
