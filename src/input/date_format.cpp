#include "sojourn/input/date_format.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "detail/clock_units.hpp"
#include "input/yearly_clock_change.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr std::string_view known_directives = "dmbBYHMSz%";
constexpr std::array<std::string_view, 12> months_by_name = {"january",   "february", "march",    "april",
                                                             "may",       "june",     "july",     "august",
                                                             "september", "october",  "november", "december"};
using detail::nanoseconds_per_second;

char lower_letter(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[noreturn]] void refuse(std::string_view pattern, const std::string& why) {
  throw schema_error("date_format \"" + std::string(pattern) + "\" " + why);
}

/// DD/MM/YYYY in % form.
std::string from_letters(std::string_view pattern) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> letters = {{{"YYYY", "%Y"},
                                                                                     {"MMMM", "%B"},
                                                                                     {"MMM", "%b"},
                                                                                     {"MM", "%m"},
                                                                                     {"DD", "%d"},
                                                                                     {"HH", "%H"},
                                                                                     {"mm", "%M"},
                                                                                     {"ss", "%S"},
                                                                                     {"YY", "%y"}}};
  std::string found;
  while (!pattern.empty()) {
    const auto part =
        std::find_if(letters.begin(), letters.end(), [&](const auto& one) { return pattern.starts_with(one.first); });
    found += part != letters.end() ? part->second : pattern.substr(0, 1);
    pattern.remove_prefix(part != letters.end() ? part->first.size() : 1);
  }
  return found;
}

/// Takes the text apart from the front.
class date_text {
 public:
  explicit date_text(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const noexcept { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }
  bool skip(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// -1 where there are no `fewest` digits.
  int number(std::size_t fewest, std::size_t most) {
    int value = 0;
    std::size_t digits = 0;
    while (digits < rest_.size() && digits < most && rest_[digits] >= '0' && rest_[digits] <= '9')
      value = value * 10 + (rest_[digits++] - '0');
    if (digits < fewest) return -1;
    rest_.remove_prefix(digits);
    return value;
  }
  /// 1 to 12, or -1.
  int month_name(bool whole) {
    for (std::size_t m = 0; m < months_by_name.size(); ++m) {
      const std::string_view name = whole ? months_by_name[m] : months_by_name[m].substr(0, 3);
      const std::string_view found = rest_.substr(0, name.size());
      if (!std::equal(found.begin(), found.end(), name.begin(), name.end(),
                      [](char a, char b) { return lower_letter(a) == b; }))
        continue;
      rest_.remove_prefix(name.size());
      return static_cast<int>(m) + 1;
    }
    return -1;
  }
  /// ".5" as nanoseconds; further digits than nine must be zeros, since they would be lost.
  std::optional<std::int64_t> fraction() {
    if (!skip('.')) return 0;
    std::int64_t value = 0, unit = nanoseconds_per_second / 10;
    std::size_t digits = 0;
    for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits, unit /= 10) {
      if (unit == 0 && rest_[digits] != '0') return std::nullopt;
      value += (rest_[digits] - '0') * unit;
    }
    if (digits == 0) return std::nullopt;
    rest_.remove_prefix(digits);
    return value;
  }
  std::optional<std::int32_t> offset() {
    if (skip('Z')) return 0;
    std::size_t size = 0;
    while (size < rest_.size() && size < 6 &&
           (size == 0 || rest_[size] == ':' || (rest_[size] >= '0' && rest_[size] <= '9')))
      ++size;
    const auto found = detail::parse_utc_offset(rest_.substr(0, size));
    if (found) rest_.remove_prefix(size);
    return found;
  }

 private:
  std::string_view rest_;
};

struct date_parts {
  int year = -1, month = -1, day = 1, hour = 0, minute = 0, second = 0;
  std::int64_t fraction = 0;
  std::optional<std::int32_t> seconds_ahead{};

  [[nodiscard]] std::optional<moment> at() const {
    const calendar_date date{year, static_cast<unsigned>(month), static_cast<unsigned>(day)};
    if (year < 1 || month < 1 || day < 1 || !date.exists()) return std::nullopt;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return std::nullopt;
    return moment{day::at(date), ((hour * 60 + minute) * 60 + second) * nanoseconds_per_second + fraction};
  }
};

/// True where the part that the directive names is there.
bool read_part(char directive, date_text& text, date_parts& into) {
  switch (directive) {
    case 'd':
      return (into.day = text.number(1, 2)) >= 0;
    case 'm':
      return (into.month = text.number(1, 2)) >= 0;
    case 'b':
      return (into.month = text.month_name(false)) >= 0;
    case 'B':
      return (into.month = text.month_name(true)) >= 0;
    case 'Y':
      return (into.year = text.number(4, 4)) >= 0;
    case 'H':
      return (into.hour = text.number(1, 2)) >= 0;
    case 'M':
      return (into.minute = text.number(2, 2)) >= 0;
    case 'S': {
      into.second = text.number(2, 2);
      const auto fraction = text.fraction();
      into.fraction = fraction.value_or(0);
      return into.second >= 0 && fraction.has_value();
    }
    case 'z':
      into.seconds_ahead = text.offset();
      return into.seconds_ahead.has_value();
    default:
      return text.skip(directive);
  }
}

/// The day of an ISO week, Monday for none; nothing where the year has no such week.
std::optional<day> day_of_week(int year, int week, int weekday) noexcept {
  const auto monday_of_first = [](int of) {  // the week of 4 January
    const int fourth = day::at({of, 1, 4}).since_epoch;
    constexpr int thursday_1970 = 3, days_per_week = 7;
    const int since_monday = ((fourth + thursday_1970) % days_per_week + days_per_week) % days_per_week;
    return fourth - since_monday;
  };
  const int monday = monday_of_first(year) + (week - 1) * 7;
  if (year < 1 || week < 1 || monday >= monday_of_first(year + 1) || weekday < 1 || weekday > 7) return std::nullopt;
  return day{monday + weekday - 1};
}

/// YYYYMMDD, YYYY-Www, YYYY-Www-D and both without the hyphens.
std::optional<day> parse_other_iso_day(std::string_view text) {
  date_text rest(text);
  if (text.size() == 8 && text.find_first_not_of("0123456789") == std::string_view::npos) {
    const date_parts found{rest.number(4, 4), rest.number(2, 2), rest.number(2, 2)};
    const auto at = found.at();
    return at ? std::optional(at->on) : std::nullopt;
  }
  const int year = rest.number(4, 4);
  const bool hyphens = rest.skip('-');
  if (year < 1 || !rest.skip('W')) return std::nullopt;
  const int week = rest.number(2, 2);
  if (rest.done()) return day_of_week(year, week, 1);
  if (hyphens && !rest.skip('-')) return std::nullopt;
  const int weekday = rest.number(1, 1);
  return rest.done() ? day_of_week(year, week, weekday) : std::nullopt;
}

std::optional<written_moment> read_iso(std::string_view text) {
  constexpr std::size_t date_only = 10;
  if (text.size() < date_only || (text.size() > date_only && text[date_only] != ' ' && text[date_only] != 'T')) {
    const auto found = parse_other_iso_day(text);
    return found ? std::optional(written_moment{{*found, 0}}) : std::nullopt;
  }
  const parsed_day on = parse_day(text.substr(0, date_only));
  if (!on) {
    const auto found = parse_other_iso_day(text);
    return found ? std::optional(written_moment{{*found, 0}}) : std::nullopt;
  }
  if (on->since_epoch < day::from_ymd(1, 1, 1).since_epoch) return std::nullopt;
  if (text.size() == date_only) return written_moment{{*on, 0}};
  date_text rest(text.substr(date_only + 1));
  date_parts found;
  found.hour = rest.number(2, 2);
  if (found.hour < 0 || !rest.skip(':')) return std::nullopt;
  found.minute = rest.number(2, 2);
  if (rest.skip(':') && !read_part('S', rest, found)) return std::nullopt;
  if (found.minute < 0) return std::nullopt;
  if (!rest.done()) {
    (void)rest.skip(' ');
    if (!read_part('z', rest, found) || !rest.done()) return std::nullopt;
  }
  found.year = 1, found.month = 1;
  const auto time = found.at();
  if (!time) return std::nullopt;
  return written_moment{{*on, time->nanosecond}, true, found.seconds_ahead};
}

}  // namespace

date_format::date_format(std::string_view pattern)
    : pattern_(pattern),
      directives_(pattern.find('%') == std::string_view::npos ? from_letters(pattern) : std::string(pattern)) {
  if (pattern.empty()) return;
  has_day_ = false;
  bool has_month = false, has_year = false;
  for (std::size_t at = 0; at < directives_.size(); ++at) {
    if (directives_[at] != '%') continue;
    const char directive = ++at < directives_.size() ? directives_[at] : '\0';
    if (directive == 'y') refuse(pattern, "has a year of two digits, which do not say the century: write four, as %Y");
    if (directive == '\0' || known_directives.find(directive) == std::string_view::npos) {
      refuse(pattern, "has an unknown directive; known are %d, %m, %b, %B, %Y, %H, %M, %S and %z");
    }
    has_day_ |= directive == 'd';
    has_month |= directive == 'm' || directive == 'b' || directive == 'B';
    has_year |= directive == 'Y';
    has_time_ |= directive == 'H';
  }
  if (!has_month || !has_year) refuse(pattern, "names no year and month, as \"%d/%m/%Y\" or \"DD/MM/YYYY\" does");
}

std::optional<written_moment> date_format::read(std::string_view text) const {
  if (directives_.empty()) return read_iso(text);
  date_text rest(text);
  date_parts found;
  for (std::size_t at = 0; at < directives_.size(); ++at) {
    const bool is_directive = directives_[at] == '%' && directives_[at + 1] != '%';
    if (directives_[at] == '%') ++at;
    if (is_directive ? !read_part(directives_[at], rest, found) : !rest.skip(directives_[at])) return std::nullopt;
  }
  const auto at = found.at();
  if (!at || !rest.done()) return std::nullopt;
  return written_moment{*at, has_time_, found.seconds_ahead};
}

}  // namespace sojourn::inline v0_1
