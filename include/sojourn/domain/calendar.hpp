// Days and months as small serial numbers; no clock, no time zone, no locale.
// Layer: 1. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sojourn/domain/error.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A number of whole months; the difference of two `month`s.
struct months {
  std::int32_t count = 0;
  friend constexpr auto operator<=>(months, months) = default;
};

/// A calendar day: days since 1970-01-01 (Arrow date32, `std::chrono::sys_days`).
struct day {
  std::int32_t since_epoch = 0;

  [[nodiscard]] static constexpr day from_ymd(int year, unsigned month, unsigned day_of_month) {
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                           std::chrono::day{day_of_month}};
    if (!date.ok()) throw data_error({"day", problem::no_row, "", "not a calendar date", ""});
    return day{static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count())};
  }
  [[nodiscard]] constexpr std::chrono::year_month_day ymd() const noexcept {
    return std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{since_epoch}}};
  }
  friend constexpr std::int32_t operator-(day a, day b) noexcept { return a.since_epoch - b.since_epoch; }
  friend constexpr auto operator<=>(day, day) = default;
};

/// A calendar month: months since 1970-01. Two months subtract to `months`; they do not add.
struct month {
  std::int32_t since_epoch = 0;

  [[nodiscard]] static constexpr month of(day when) noexcept {
    const auto date = when.ymd();
    return from_ym(static_cast<int>(date.year()), static_cast<unsigned>(date.month()));
  }
  [[nodiscard]] static constexpr month from_ym(int year, unsigned month_of_year) noexcept {
    return month{(year - 1970) * 12 + static_cast<std::int32_t>(month_of_year) - 1};
  }
  [[nodiscard]] constexpr int year() const noexcept { return 1970 + floor_div(since_epoch); }
  [[nodiscard]] constexpr unsigned month_of_year() const noexcept {
    return static_cast<unsigned>(since_epoch - floor_div(since_epoch) * 12 + 1);
  }
  [[nodiscard]] constexpr day first_day() const { return day::from_ymd(year(), month_of_year(), 1); }

  friend constexpr months operator-(month a, month b) noexcept { return {a.since_epoch - b.since_epoch}; }
  friend constexpr month operator+(month a, months b) noexcept { return {a.since_epoch + b.count}; }
  friend constexpr month operator-(month a, months b) noexcept { return {a.since_epoch - b.count}; }
  friend constexpr auto operator<=>(month, month) = default;

 private:
  static constexpr std::int32_t floor_div(std::int32_t serial) noexcept {
    return serial >= 0 ? serial / 12 : -((11 - serial) / 12);
  }
};

/// Days outside 1900-01-01 .. 2199-12-31 are taken for damage, not for business.
inline constexpr day earliest_day{-25567};
inline constexpr day latest_day{84005};

/// What `parse_day` read: a day, or nothing and the text that is no day.
///
/// An option such as `as_of` is a `std::optional<day>` in which nothing means "not given". Text that is no day must not pass
/// for that, so the conversion to `std::optional<day>` throws where there is no day.
class parsed_day {
 public:
  constexpr parsed_day(day found) noexcept : found_(found) {}
  explicit constexpr parsed_day(std::string_view wrong) noexcept { size_ = wrong.copy(wrong_, sizeof wrong_); }

  [[nodiscard]] constexpr bool has_value() const noexcept { return found_.has_value(); }
  [[nodiscard]] explicit constexpr operator bool() const noexcept { return found_.has_value(); }
  [[nodiscard]] constexpr const day& operator*() const noexcept { return *found_; }
  [[nodiscard]] constexpr const day* operator->() const noexcept { return &*found_; }
  [[nodiscard]] constexpr day value_or(day otherwise) const noexcept { return found_.value_or(otherwise); }
  /// The day; throws a `data_error` that has the text where there is none.
  [[nodiscard]] constexpr day value() const {
    if (!found_) throw data_error({"day", problem::no_row, std::string(wrong_, size_), "is not a date", "write YYYY-MM-DD"});
    return *found_;
  }
  /// For options: throws as `value`.
  constexpr operator std::optional<day>() const { return value(); }

  friend constexpr bool operator==(const parsed_day& a, const parsed_day& b) noexcept { return a.found_ == b.found_; }
  friend constexpr bool operator==(const parsed_day& a, day b) noexcept { return a.found_ == b; }
  friend constexpr bool operator==(const parsed_day& a, std::nullopt_t) noexcept { return !a.found_; }

 private:
  std::optional<day> found_;
  char wrong_[24] = {};  // the first of it
  std::size_t size_ = 0;
};

/// `YYYY-MM-DD`, strictly; empty when the text is anything else.
[[nodiscard]] parsed_day parse_day(std::string_view text) noexcept;
/// `YYYY-MM`, strictly; empty when the text is anything else.
[[nodiscard]] std::optional<month> parse_month(std::string_view text) noexcept;
[[nodiscard]] std::string to_string(day when);
[[nodiscard]] std::string to_string(month when);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
