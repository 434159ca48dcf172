// Days and months as small serial numbers; no clock, no time zone, no locale.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "sojourn/domain/error.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A number of whole months; the difference of two `month`s.
struct months {
  std::int32_t count = 0;
  friend constexpr auto operator<=>(months, months) = default;
};

namespace detail {

[[noreturn]] void refuse_date();
[[noreturn]] void refuse_day_text(std::string_view text);
[[noreturn]] void refuse_month_text(std::string_view text);

/// The number that a text of digits and nothing else is; -1 for any other text.
[[nodiscard]] constexpr int date_digits(std::string_view text) noexcept {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace detail

/// A date of the Gregorian calendar, extended to all years: 2024, 2, 29. It may name no day; see `exists`.
struct calendar_date {
  std::int32_t year = 1970;
  unsigned month = 1;
  unsigned day_of_month = 1;

  [[nodiscard]] static constexpr bool is_leap(std::int32_t year) noexcept {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  }
  /// 28 to 31; 0 for a month that is not 1 .. 12.
  [[nodiscard]] static constexpr unsigned days_in_month(std::int32_t year, unsigned month) noexcept {
    if (month < 1 || month > 12) return 0;
    if (month == 2) return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  }
  /// True for a date that has a `day`: within five million years, and not 30 February.
  [[nodiscard]] constexpr bool exists() const noexcept {
    constexpr std::int32_t most_years = 5'800'000;
    return year >= -most_years && year <= most_years && day_of_month >= 1 && day_of_month <= days_in_month(year, month);
  }
  friend constexpr auto operator<=>(const calendar_date&, const calendar_date&) = default;
};

/// A calendar day: days since 1970-01-01 (Arrow date32, `std::chrono::sys_days`).
struct day {
  std::int32_t since_epoch = 0;

  [[nodiscard]] static constexpr day from_ymd(std::int32_t year, unsigned month, unsigned day_of_month) {
    const calendar_date date{year, month, day_of_month};
    if (!date.exists()) detail::refuse_date();
    return at(date);
  }
  /// The day of a date that exists.
  [[nodiscard]] static constexpr day at(const calendar_date& date) noexcept {
    // Years are counted from 1 March, so that the leap day is their last one, and in eras of 400 years of equal length.
    const std::int32_t year = date.year - (date.month <= 2 ? 1 : 0);
    const std::int32_t era = (year >= 0 ? year : year - 399) / 400;
    const auto year_of_era = static_cast<std::int32_t>(year - era * 400);
    const auto months_since_march = static_cast<std::int32_t>(date.month + (date.month > 2 ? 0 : 12)) - 3;
    const std::int32_t day_of_year = (153 * months_since_march + 2) / 5 + static_cast<std::int32_t>(date.day_of_month) - 1;
    const std::int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return day{era * days_per_era + (day_of_era - days_before_epoch)};
  }
  /// Its date. The inverse of `at`; source: Hinnant, chrono-compatible low-level date algorithms.
  [[nodiscard]] constexpr calendar_date ymd() const noexcept {
    const std::int64_t shifted = std::int64_t{since_epoch} + days_before_epoch;
    const auto era = static_cast<std::int32_t>((shifted >= 0 ? shifted : shifted - (days_per_era - 1)) / days_per_era);
    const auto day_of_era = static_cast<std::int32_t>(shifted - std::int64_t{era} * days_per_era);
    const std::int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const std::int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int32_t months_since_march = (5 * day_of_year + 2) / 153;
    const std::int32_t month = months_since_march + (months_since_march < 10 ? 3 : -9);
    return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), static_cast<unsigned>(month),
            static_cast<unsigned>(day_of_year - (153 * months_since_march + 2) / 5 + 1)};
  }
  friend constexpr std::int32_t operator-(day a, day b) noexcept { return a.since_epoch - b.since_epoch; }
  friend constexpr auto operator<=>(day, day) = default;

 private:
  static constexpr std::int32_t days_per_era = 146'097;       // of 400 years
  static constexpr std::int32_t days_before_epoch = 719'468;  // from 0000-03-01 to 1970-01-01
};

/// A calendar month: months since 1970-01. Two months subtract to `months`; they do not add.
struct month {
  std::int32_t since_epoch = 0;

  [[nodiscard]] static constexpr month of(day when) noexcept {
    const calendar_date date = when.ymd();
    return at(date.year, date.month);
  }
  /// Throws a `data_error` for a month that is not 1 .. 12, or a year that no `day` has.
  [[nodiscard]] static constexpr month from_ym(int year, unsigned month_of_year) {
    if (!calendar_date{year, month_of_year, 1}.exists()) detail::refuse_date();
    return at(year, month_of_year);
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
  static constexpr month at(std::int32_t year, unsigned month_of_year) noexcept {
    return month{(year - 1970) * 12 + static_cast<std::int32_t>(month_of_year) - 1};
  }
  static constexpr std::int32_t floor_div(std::int32_t serial) noexcept {
    return serial >= 0 ? serial / 12 : -((11 - serial) / 12);
  }
};

/// Days outside 1900-01-01 .. 2199-12-31 are taken for damage, not for business.
inline constexpr day earliest_day{-25567};
inline constexpr day latest_day{84005};

/// What `parse_day` or `parse_month` read: a date, or nothing and the text that is none.
///
/// An option such as `as_of` is a `std::optional<day>` in which nothing means "not given". Text that is no date must not
/// pass for that, so the conversion to `std::optional` throws where there is no date.
template <class Date>
class parsed_date {
 public:
  constexpr parsed_date(Date found) noexcept : found_(found) {}
  explicit constexpr parsed_date(std::string_view wrong) noexcept { size_ = wrong.copy(wrong_, sizeof wrong_); }

  [[nodiscard]] constexpr bool has_value() const noexcept { return found_.has_value(); }
  [[nodiscard]] explicit constexpr operator bool() const noexcept { return found_.has_value(); }
  [[nodiscard]] constexpr const Date& operator*() const noexcept { return *found_; }
  [[nodiscard]] constexpr const Date* operator->() const noexcept { return &*found_; }
  [[nodiscard]] constexpr Date value_or(Date otherwise) const noexcept { return found_.value_or(otherwise); }
  /// The date; throws a `data_error` that has the text where there is none.
  [[nodiscard]] constexpr Date value() const {
    if (!found_) refuse();
    return *found_;
  }
  /// For options: throws as `value`.
  constexpr operator std::optional<Date>() const { return value(); }

  friend constexpr bool operator==(const parsed_date& a, const parsed_date& b) noexcept { return a.found_ == b.found_; }
  friend constexpr bool operator==(const parsed_date& a, Date b) noexcept { return a.found_ == b; }
  friend constexpr bool operator==(const parsed_date& a, std::nullopt_t) noexcept { return !a.found_; }

 private:
  [[noreturn]] void refuse() const {
    if constexpr (std::is_same_v<Date, day>) {
      detail::refuse_day_text({wrong_, size_});
    } else {
      detail::refuse_month_text({wrong_, size_});
    }
  }

  std::optional<Date> found_;
  char wrong_[24] = {};  // the first of it
  std::size_t size_ = 0;
};
using parsed_day = parsed_date<day>;
using parsed_month = parsed_date<month>;

/// `YYYY-MM`, strictly; empty when the text is anything else. `parse_month(text).value()` throws then.
[[nodiscard]] constexpr parsed_month parse_month(std::string_view text) noexcept {
  if (text.size() != 7 || text[4] != '-') return parsed_month(text);
  const calendar_date first{detail::date_digits(text.substr(0, 4)),
                            static_cast<unsigned>(detail::date_digits(text.substr(5))), 1};
  if (first.year < 0 || !first.exists()) return parsed_month(text);
  return month::of(day::at(first));
}
/// `YYYY-MM-DD`, strictly; empty when the text is anything else. `parse_day(text).value()` throws then.
[[nodiscard]] constexpr parsed_day parse_day(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return parsed_day(text);
  const calendar_date date{detail::date_digits(text.substr(0, 4)),
                           static_cast<unsigned>(detail::date_digits(text.substr(5, 2))),
                           static_cast<unsigned>(detail::date_digits(text.substr(8)))};
  if (date.year < 0 || !date.exists()) return parsed_day(text);
  return day::at(date);
}

/// Dates of a program's own text: `"2024-02-29"_day`, `"2024-02"_month`. Text that is no date does not compile.
inline namespace literals {

consteval day operator""_day(const char* text, std::size_t size) {
  return parse_day({text, size}).value();
}
consteval month operator""_month(const char* text, std::size_t size) {
  return parse_month({text, size}).value();
}

}  // namespace literals

[[nodiscard]] std::string to_string(day when);
[[nodiscard]] std::string to_string(month when);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
