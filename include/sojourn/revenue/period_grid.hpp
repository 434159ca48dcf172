// Equal calendar periods (months, quarters, years) laid side by side.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sojourn/domain/calendar.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

enum class period_length : std::uint8_t { month = 1, quarter = 3, year = 12 };

/// `count` half-open periods of `months_each` months. An event on the first day of a period belongs to that period, so the
/// opening of a month is what was in force at the end of the day before its 1st.
struct period_grid {
  month first{};
  std::int32_t months_each = 1;
  std::int32_t count = 0;

  /// From `first_month` to `last_month`, both included. Throws `schema_error` unless they hold a whole number of periods
  /// within 1900-2199. A fiscal year is a year that starts in another month.
  [[nodiscard]] static period_grid between(month first_month, month last_month, period_length each = period_length::month);

  [[nodiscard]] constexpr month first_month(std::int32_t period) const noexcept {
    return first + months{period * months_each};
  }
  [[nodiscard]] constexpr day start(std::int32_t period) const { return first_month(period).first_day(); }
  [[nodiscard]] constexpr day end(std::int32_t period) const { return start(period + 1); }

  /// "2024-12", "2024-Q4", "2024"; "2024-02..2024-04" for periods that start elsewhere.
  [[nodiscard]] std::string label(std::int32_t period) const;

  /// Whether `between` could have made it; a grid from outside may not.
  [[nodiscard]] bool canonical() const {
    const month latest = month::of(latest_day);
    return first >= month::of(earliest_day) && first <= latest && months_each > 0 && count > 0 &&
           std::int64_t{months_each} * count <= (latest - first).count + 1;
  }

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.first.since_epoch, self.months_each, self.count);
  }
  friend constexpr bool operator==(const period_grid&, const period_grid&) = default;
};

namespace detail {

/// Day -> period in one load; built once a tally (a 300-year grid is 440 KB, a usual one 4 KB).
class period_finder {
 public:
  explicit period_finder(const period_grid& grid);
  /// Spans [cuts[i], cuts[i + 1]) of any length; `cuts` rises and holds two days or more.
  explicit period_finder(std::span<const day> cuts);

  [[nodiscard]] std::int32_t first_day() const noexcept { return first_; }
  [[nodiscard]] std::int32_t end_day() const noexcept { return last_; }
  /// `since_epoch` must lie in [first_day(), end_day()).
  [[nodiscard]] std::int32_t operator()(std::int32_t since_epoch) const noexcept {
    return table_[static_cast<std::size_t>(since_epoch - first_)];
  }

 private:
  std::int32_t first_;
  std::int32_t last_;
  std::vector<std::int32_t> table_;
};

}  // namespace detail
}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
