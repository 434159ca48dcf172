#include "input/yearly_clock_change.hpp"

#include <cctype>
#include <chrono>

#include "detail/clock_units.hpp"
#include "sojourn/domain/calendar.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_ascii_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Takes the text apart from the front; `good` is false from the first part that is not there on.
class rule_text {
 public:
  explicit rule_text(std::string_view text) : rest_(text) {}

  bool good = true;

  [[nodiscard]] bool done() const noexcept { return rest_.empty(); }
  bool skip(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// "CET" or "<+03>".
  void skip_name() {
    std::size_t size = 0;
    if (!rest_.empty() && rest_[0] == '<') {
      size = rest_.find('>');
      size = size == std::string_view::npos ? 0 : size + 1;
    } else {
      while (size < rest_.size() && is_letter(rest_[size])) ++size;
    }
    good = good && size >= 3;
    rest_.remove_prefix(size);
  }
  int number(int most) {
    int value = 0;
    std::size_t digits = 0;
    while (digits < rest_.size() && digits < 3 && is_ascii_digit(rest_[digits]))
      value = value * 10 + (rest_[digits++] - '0');
    good = good && digits > 0 && value <= most;
    rest_.remove_prefix(digits);
    return value;
  }
  /// [+-]hh[:mm[:ss]] as seconds.
  std::int32_t time() {
    const bool negative = skip('-');
    if (!negative) (void)skip('+');
    std::int32_t seconds = number(167) * 3600;
    if (skip(':')) seconds += number(59) * 60;
    if (skip(':')) seconds += number(59);
    return negative ? -seconds : seconds;
  }
  yearly_day day() {
    yearly_day found;
    if (skip('M')) {
      found.month = number(12), good = good && skip('.');
      found.week = number(5), good = good && skip('.');
      found.weekday = number(6);
      good = good && found.month > 0 && found.week > 0;
    } else if (skip('J')) {
      found.is = yearly_day::kind::day_without_leap_day, found.day = number(365);
      good = good && found.day > 0;
    } else {
      found.is = yearly_day::kind::day_of_year, found.day = number(365);
    }
    if (skip('/')) found.seconds = time();
    return found;
  }
  [[nodiscard]] bool at_number() const noexcept {
    return !rest_.empty() && (is_ascii_digit(rest_[0]) || rest_[0] == '-' || rest_[0] == '+');
  }

 private:
  std::string_view rest_;
};

}  // namespace

std::int64_t yearly_day::in_year(int year) const noexcept {
  using namespace std::chrono;
  std::int64_t since_epoch = 0;
  if (is == kind::month_week_weekday) {
    const auto in = std::chrono::year{year} / std::chrono::month{static_cast<unsigned>(month)};
    const std::chrono::weekday on{static_cast<unsigned>(weekday)};
    const sys_days found = week == 5 ? sys_days{in / on[last]} : sys_days{in / on[static_cast<unsigned>(week)]};
    since_epoch = found.time_since_epoch().count();
  } else {
    const int first = sojourn::day::at({year, 1, 1}).since_epoch;
    const bool after_leap_day = std::chrono::year{year}.is_leap() && day >= 60;
    since_epoch = first + (is == kind::day_of_year ? day : day - 1 + (after_leap_day ? 1 : 0));
  }
  return since_epoch * seconds_per_day + seconds;
}

std::int32_t yearly_clock_change::seconds_ahead(std::int64_t utc_seconds) const noexcept {
  if (!changes) return standard;
  const std::int64_t local = utc_seconds + standard;
  const std::int64_t days = local / seconds_per_day - (local % seconds_per_day < 0 ? 1 : 0);
  constexpr std::int64_t ten_thousand_years = 3'652'425;  // beyond them calendars have no years
  if (days < -ten_thousand_years || days > ten_thousand_years) return standard;
  const int year = sojourn::day{static_cast<std::int32_t>(days)}.ymd().year;
  const std::int64_t from = begins.in_year(year) - standard, to = ends.in_year(year) - summer;
  const bool in_summer = from < to ? utc_seconds >= from && utc_seconds < to : utc_seconds >= from || utc_seconds < to;
  return in_summer ? summer : standard;
}

std::optional<yearly_clock_change> parse_yearly_clock_change(std::string_view text) {
  rule_text rest(text);
  yearly_clock_change found;
  rest.skip_name();
  found.standard = -rest.time();  // POSIX counts westwards
  if (!rest.done()) {
    found.changes = true;
    rest.skip_name();
    found.summer = rest.at_number() ? -rest.time() : found.standard + 3600;
    rest.good = rest.good && rest.skip(',');
    found.begins = rest.day();
    rest.good = rest.good && rest.skip(',');
    found.ends = rest.day();
  }
  if (!rest.good || !rest.done()) return std::nullopt;
  return found;
}

std::optional<std::int32_t> parse_utc_offset(std::string_view text) noexcept {
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const auto two = [&](std::size_t at) {
    return is_ascii_digit(text[at]) && is_ascii_digit(text[at + 1]) ? (text[at] - '0') * 10 + (text[at + 1] - '0') : 99;
  };
  const std::size_t colon = text.size() == 6 && text[3] == ':' ? 1 : 0;
  if (text.size() != 3 && text.size() != 5 + colon) return std::nullopt;
  const int hours = two(1), minutes = text.size() == 3 ? 0 : two(3 + colon);
  if (hours > 23 || minutes > 59) return std::nullopt;
  const std::int32_t seconds = hours * 3600 + minutes * 60;
  return text[0] == '-' ? -seconds : seconds;
}

}  // namespace sojourn::inline v0_1::detail
