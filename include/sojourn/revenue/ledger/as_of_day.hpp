// The first day that is not known, as an argument that its caller has to name where it matters.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <optional>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The first day that is not known: nothing from that day on has happened yet. A library has no clock, so its caller names
/// the day. Where none is named and some row ends after the last start, nothing says whether that end has happened: such
/// rows are refused with `as_of_not_named`. Rows that end by the last start need no day; they are known up to that start.
class as_of_day {
 public:
  constexpr as_of_day() = default;
  constexpr as_of_day(day when) : when_(when) {}
  constexpr as_of_day(std::optional<day> when) : when_(when) {}
  /// Throws as `parsed_day::value` for text that is no day.
  constexpr as_of_day(const parsed_day& text) : when_(text.value()) {}

  /// Asks for the day after the latest date in the rows: every start and every end has happened, also those ahead of the
  /// day on which you ask.
  [[nodiscard]] static constexpr as_of_day after_latest_date() {
    as_of_day made;
    made.after_latest_date_ = true;
    return made;
  }

  [[nodiscard]] constexpr const std::optional<day>& named() const noexcept { return when_; }
  [[nodiscard]] constexpr bool is_after_latest_date() const noexcept { return after_latest_date_; }

  friend constexpr bool operator==(const as_of_day&, const as_of_day&) = default;

 private:
  std::optional<day> when_{};
  bool after_latest_date_ = false;
};

/// `as_of` was not named, and the rows do not say whether their last end has happened. Name the day.
class as_of_not_named : public schema_error {
 public:
  using schema_error::schema_error;
};

namespace detail {

/// The day that holds for rows whose last start and latest date (the day before the earliest one where there are none) are
/// these. Throws `as_of_not_named`.
[[nodiscard]] day first_unknown_day(const as_of_day& asked, day last_start, day latest);

}  // namespace detail

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
