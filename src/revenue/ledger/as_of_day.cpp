#include "sojourn/revenue/ledger/as_of_day.hpp"

namespace sojourn::inline v0_1::detail {

day first_unknown_day(const as_of_day& asked, day last_start, day latest) {
  if (asked.named()) return *asked.named();
  if (!asked.is_after_latest_date() && latest > last_start) {
    throw as_of_not_named("as_of is not named, and rows end as late as " + to_string(latest) + ", after the last start on " +
                          to_string(last_start) +
                          ": they do not say whether that has happened; name as_of, the first day that is not known, or "
                          "as_of_day::after_latest_date() where every end has happened");
  }
  return day{latest.since_epoch + 1};
}

}  // namespace sojourn::inline v0_1::detail
