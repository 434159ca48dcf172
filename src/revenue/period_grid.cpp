#include "sojourn/revenue/period_grid.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace sojourn::inline v0_1 {

period_grid period_grid::between(month first_month, month last_month, period_length each) {
  const std::int32_t length = static_cast<std::int32_t>(each);
  const std::int32_t span = (last_month - first_month).count + 1;
  if (first_month < month::of(earliest_day) || last_month > month::of(latest_day)) {
    throw schema_error("periods: months outside 1900-01 .. 2199-12");
  }
  if (span <= 0) throw schema_error("periods: " + to_string(last_month) + " comes before " + to_string(first_month));
  if (span % length != 0) {
    throw schema_error("periods: " + to_string(first_month) + " to " + to_string(last_month) + " is " +
                       std::to_string(span) + " months, not a whole number of periods of " + std::to_string(length) +
                       " months");
  }
  return {first_month, length, span / length};
}

std::string period_grid::label(std::int32_t period) const {
  const month from = first_month(period);
  const std::uint32_t offset = from.month_of_year() - 1;
  if (months_each == 1) return to_string(from);
  if (months_each == 3 && offset % 3 == 0) return to_string(from).substr(0, 4) + "-Q" + std::to_string(offset / 3 + 1);
  if (months_each == 12 && offset == 0) return to_string(from).substr(0, 4);
  return to_string(from) + ".." + to_string(from + months{months_each - 1});
}

namespace detail {

period_finder::period_finder(const period_grid& grid)
    : first_(grid.start(0).since_epoch), last_(grid.start(grid.count).since_epoch) {
  table_.reserve(static_cast<std::size_t>(last_ - first_));
  for (std::int32_t p = 0; p < grid.count; ++p) {
    table_.resize(table_.size() + static_cast<std::size_t>(grid.end(p) - grid.start(p)), p);
  }
}

period_finder::period_finder(std::span<const day> cuts) : first_(cuts.front().since_epoch), last_(cuts.back().since_epoch) {
  table_.reserve(static_cast<std::size_t>(last_ - first_));
  for (std::size_t p = 0; p + 1 < cuts.size(); ++p) {
    table_.resize(table_.size() + static_cast<std::size_t>(cuts[p + 1] - cuts[p]), static_cast<std::int32_t>(p));
  }
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
