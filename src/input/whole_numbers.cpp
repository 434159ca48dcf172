#include "sojourn/input/whole_numbers.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace sojourn::inline v0_1 {
namespace {

constexpr double largest_exact_double = 9007199254740992.0;  // 2^53
constexpr const char* whole_number_rule = "is not a whole number";
constexpr const char* whole_number_advice = "round or scale it where the data are made";

std::string shortest_double(double value) {
  std::array<char, 40> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), written.ptr};
}

std::string scaled_text(std::int64_t unscaled, int scale) {
  std::string digits = std::to_string(unscaled);
  const std::size_t sign = unscaled < 0 ? 1 : 0, places = static_cast<std::size_t>(scale);
  if (digits.size() - sign <= places) digits.insert(sign, places + 1 - (digits.size() - sign), '0');
  return digits.insert(digits.size() - places, 1, '.');
}

}  // namespace

std::int64_t read_whole(double value, const value_place& where) {
  if (!std::isfinite(value) || value != std::trunc(value))
    refuse_value(where, shortest_double(value), whole_number_rule, whole_number_advice);
  if (!(std::abs(value) <= largest_exact_double)) {
    refuse_value(where, shortest_double(value), "is beyond 2^53, where a float no longer says which whole number is meant",
                 "pass integers");
  }
  return static_cast<std::int64_t>(value);
}

std::int64_t read_whole(std::int64_t unscaled, int scale, const value_place& where) {
  std::int64_t whole = unscaled;
  for (int place = 0; place < scale && whole != 0; ++place) {
    if (whole % 10 != 0) refuse_value(where, scaled_text(unscaled, scale), whole_number_rule, whole_number_advice);
    whole /= 10;
  }
  return whole;
}

}  // namespace sojourn::inline v0_1
