#include "sojourn/input/read_period.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

bool are_digits(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int number(std::string_view digits) noexcept {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

month_span read_period(std::string_view label) {
  const bool has_year = label.size() >= 4 && are_digits(label.substr(0, 4));
  const int year = has_year ? number(label.substr(0, 4)) : 0;
  if (has_year && label.size() == 4) return {month::from_ym(year, 1), months{12}};
  if (has_year && label.size() == 7 && label[4] == '-') {
    const std::string_view part = label.substr(5);
    if (part[0] == 'Q' && part[1] >= '1' && part[1] <= '4')
      return {month::from_ym(year, static_cast<unsigned>(part[1] - '1') * 3 + 1), months{3}};
    const int of_year = are_digits(part) ? number(part) : 0;
    if (of_year >= 1 && of_year <= 12) return {month::from_ym(year, static_cast<unsigned>(of_year)), months{1}};
  }
  throw schema_error("period " + quoted(label) + " is not a month \"2024-12\", a quarter \"2024-Q4\" or a year \"2024\"");
}

period_run read_periods(std::string_view first, std::string_view last, std::string_view by) {
  constexpr std::array<std::pair<std::string_view, std::int32_t>, 3> lengths = {
      {{"month", 1}, {"quarter", 3}, {"year", 12}}};
  const auto found = std::find_if(lengths.begin(), lengths.end(), [by](const auto& one) { return one.first == by; });
  if (found == lengths.end()) throw schema_error("by \"" + std::string(by) + "\" is not one of month, quarter, year");
  const month start = read_period(first).first;
  const month_span end = read_period(last);
  const std::int32_t all = (end.first + end.length - start).count, each = found->second;
  if (all <= 0) throw schema_error("period " + quoted(last) + " comes before " + quoted(first));
  if (all % each != 0) {
    throw schema_error(quoted(first) + " to " + quoted(last) + " are " + std::to_string(all) +
                       " months, not a whole number of " + std::string(by) + "s");
  }
  return {start, each, all / each};
}

}  // namespace sojourn::inline v0_1
