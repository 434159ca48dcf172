// Tables of bands: what is wrong with one, and every place that it leaves open.
// Layer: 5. Needs: std only.
#pragma once

#include <string>

#include "sojourn/domain/diagnostics.hpp"
#include "sojourn/health/card/spec.hpp"

namespace sojourn::inline v0_1::health::detail {

/// Errors: no bands, bands that are empty, out of order or overlap, scores out of range. Warnings: values between, below or
/// above the bands, and open cells; they will be missing.
void check_lookup(const lookup2d& table, const std::string& at, diagnostics& found);

}  // namespace sojourn::inline v0_1::health::detail
