// The rows of a panel between two days: what gates and lead times are counted on.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/health/card/tiers.hpp"
#include "sojourn/input/column.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// One row per account and day: in which tier it was, and when it left (missing: it has not).
struct tier_panel {
  column<std::int32_t> as_of;
  column<std::uint32_t> account;
  std::span<const tier_code> tier;
  column<std::int32_t> left_on;
};

/// Rows of a panel, copied together; the views live as long as this object.
class panel_window {
 public:
  /// Rows with a day in [from, until); without `until` all later ones. Throws `schema_error` for columns of different
  /// length.
  panel_window(const tier_panel& rows, day from, std::optional<day> until);
  panel_window(const panel_window&) = delete;
  panel_window& operator=(const panel_window&) = delete;

  [[nodiscard]] tier_panel rows() const noexcept;

 private:
  std::vector<std::int32_t> as_of_, left_on_;
  std::vector<std::uint8_t> left_bits_;
  std::vector<std::uint32_t> account_;
  std::vector<tier_code> tier_;
};

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
