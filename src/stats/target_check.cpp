#include "sojourn/stats/target_check.hpp"

#include <cmath>

namespace sojourn::inline v0_1 {

target_check check_target(const estimate& number, const target_range& target) {
  if (!number.defined()) return {target_verdict::cannot_tell, std::string(to_string(number.reason))};
  if (std::isnan(number.value)) return {target_verdict::cannot_tell, "the number is missing"};
  const bool exact = number.method == interval_method::none || std::isnan(number.low) || std::isnan(number.high);
  const double low = exact ? number.value : number.low, high = exact ? number.value : number.high;
  const std::string what = exact ? "the value, which has no interval," : "the interval";
  if (high < target.at_least) return {target_verdict::missed, what + " lies below the target"};
  if (low > target.at_most) return {target_verdict::missed, what + " lies above the target"};
  if (low >= target.at_least && high <= target.at_most) return {target_verdict::met, what + " lies within the target"};
  const bool below = low<target.at_least, above = high> target.at_most;
  const std::string side = below && above ? "both borders" : below ? "the lower border" : "the upper border";
  return {target_verdict::cannot_tell, "the interval reaches over " + side + " of the target"};
}

}  // namespace sojourn::inline v0_1
