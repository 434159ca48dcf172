#include "datasets/acme_calendar.hpp"

namespace sojourn::inline v0_1::datasets::detail {

calendar::calendar(const acme_options& o)
    : first_(month::of(o.first_day)),
      as_of_((month::of(o.as_of) - first_).count),
      last_((month::of(o.last_day) - first_).count) {
  for (const day when : {o.first_day, o.last_day, o.as_of}) {
    if (month::of(when).first_day() != when || month::of(when).month_of_year() % 3 != 1) {
      throw schema_error("acme: " + to_string(when) + " is not the first day of a calendar quarter");
    }
  }
  if (o.first_day >= o.as_of || o.as_of > o.last_day)
    throw schema_error("acme: days must obey first_day < as_of <= last_day");
  for (std::int32_t m = 0; m <= last_ + 24; ++m) begins_.push_back((first_ + months{m}).first_day().since_epoch);
  // The company grows: each month wins a little more than the one before.
  std::uint64_t upto = 0;
  for (std::int32_t m = 0; m < last_; ++m) signups_upto_.push_back(upto += 40 + static_cast<std::uint64_t>(m));
}

}  // namespace sojourn::inline v0_1::datasets::detail
