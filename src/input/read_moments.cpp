#include "sojourn/input/read_moments.hpp"

namespace sojourn::inline v0_1 {
namespace {

/// Two digits as a number; 99 where they are no digits.
int two_digits(std::string_view text, std::size_t at) noexcept {
  const bool digits = text[at] >= '0' && text[at] <= '9' && text[at + 1] >= '0' && text[at + 1] <= '9';
  return digits ? (text[at] - '0') * 10 + (text[at + 1] - '0') : 99;
}

std::int64_t floor_div(std::int64_t value, std::int64_t by) noexcept {
  return value / by - (value % by < 0 ? 1 : 0);
}

}  // namespace

std::optional<moment> parse_moment(std::string_view text) noexcept {
  const auto date = parse_day(text.substr(0, 10));
  if (!date) return std::nullopt;
  if (text.size() == 10) return moment{*date, 0};
  if (text.size() < 16 || (text[10] != ' ' && text[10] != 'T') || text[13] != ':') return std::nullopt;
  const int hour = two_digits(text, 11), minute = two_digits(text, 14);
  if (hour > 23 || minute > 59) return std::nullopt;
  if (text.size() > 16 && (text.size() < 19 || text[16] != ':' || two_digits(text, 17) > 59)) return std::nullopt;
  const bool has_fraction =
      text.size() > 20 && text[19] == '.' && text.find_first_not_of("0123456789", 20) == std::string_view::npos;
  if (text.size() > 19 && !has_fraction) return std::nullopt;
  return moment{*date, hour * 60 + minute};
}

moment moment_at(std::int64_t microseconds) noexcept {
  const std::int64_t minute = floor_div(microseconds, 60'000'000);
  const std::int64_t days = floor_div(minute, minutes_per_day);
  return {day{static_cast<std::int32_t>(days)}, static_cast<std::int32_t>(minute - days * minutes_per_day)};
}

}  // namespace sojourn::inline v0_1
