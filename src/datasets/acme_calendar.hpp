// The months of the account set, and the days on which they begin.
// Layer: 6. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sojourn/datasets/acme.hpp"

namespace sojourn::inline v0_1::datasets::detail {

constexpr std::uint8_t code(std::size_t value) noexcept {
  return static_cast<std::uint8_t>(value);
}
constexpr std::uint32_t index(std::int64_t value) noexcept {
  return static_cast<std::uint32_t>(value);
}

constexpr std::int32_t monday_on_or_before(std::int32_t when) noexcept {
  const std::int32_t since_a_monday = (when - 4) % 7;  // 1970-01-05 was a Monday
  return when - (since_a_monday < 0 ? since_a_monday + 7 : since_a_monday);
}

/// Months as numbers from the first one, with the day each begins on.
class calendar {
 public:
  explicit calendar(const acme_options& o);

  [[nodiscard]] std::int32_t as_of() const noexcept { return as_of_; }
  [[nodiscard]] std::int32_t as_of_day() const noexcept { return begins_[static_cast<std::size_t>(as_of_)]; }
  [[nodiscard]] std::int32_t date(std::int32_t m, std::int32_t day_of_month) const noexcept {
    return begins_[static_cast<std::size_t>(m)] + day_of_month - 1;
  }
  /// Number of the month for draws: the same month has the same numbers whatever the first day.
  [[nodiscard]] std::uint32_t serial(std::int32_t m) const noexcept { return index(first_.since_epoch + m); }
  [[nodiscard]] std::int32_t signup_month(std::uint32_t uniform) const noexcept {
    const std::uint64_t target = (std::uint64_t{uniform} * signups_upto_.back()) >> 32;
    return static_cast<std::int32_t>(std::upper_bound(signups_upto_.begin(), signups_upto_.end(), target) -
                                     signups_upto_.begin());
  }

 private:
  month first_;
  std::int32_t as_of_, last_;
  std::vector<std::int32_t> begins_;
  std::vector<std::uint64_t> signups_upto_;
};

}  // namespace sojourn::inline v0_1::datasets::detail
