// What each alert rule reads off one account. Private to the library.
#pragma once

#include <limits>
#include <string>

#include "sojourn/health/book/alerts.hpp"

namespace sojourn::inline v0_1::health::detail {

/// The quantity of one rule and account; NaN = not known.
struct reading {
  double quantity = std::numeric_limits<double>::quiet_NaN();
  double from = std::numeric_limits<double>::quiet_NaN();
  double to = std::numeric_limits<double>::quiet_NaN();
  std::size_t which = 0;   ///< signal or feature; of a watermelon: 1 when a critical signal made it one
  std::int32_t since = 0;  ///< day of the last sign of life, where the rule is about days
  std::size_t others = 0;  ///< further signals or features beyond the threshold
};

[[nodiscard]] reading read(alert_rule rule, const alert_input& book, const alert_options& options, std::size_t row);

/// Accounts that had the signal before, and those of them that lost it.
struct outage {
  std::int64_t had = 0;
  std::int64_t lost = 0;
};
[[nodiscard]] outage outage_of(const watched_signal& signal);

/// The signal or feature that a reading is about; empty for rules about the account.
[[nodiscard]] std::string subject(alert_rule rule, const alert_input& book, const reading& what);
[[nodiscard]] std::string evidence(alert_rule rule, const alert_input& book, const reading& what);

}  // namespace sojourn::inline v0_1::health::detail
