#include "arrow/layout.hpp"

#include <charconv>
#include <optional>

namespace sojourn::inline v0_1::arrow {

namespace {

constexpr std::string_view accepted =
    "booleans, integers, float32, float64, text (u, U, vu), dates, timestamps, decimals, dictionaries of these";

[[noreturn]] void refuse(std::string_view format, const std::string& column, std::string_view why = {}) {
  std::string text = "column \"" + column + "\" has the Arrow format \"" + std::string(format) + "\"";
  if (!why.empty()) text += ": " + std::string(why);
  throw schema_error(text + "; accepted: " + std::string(accepted));
}

layout fixed(kind as, int width) {
  return {.read = how::fixed, .as = as, .width = width};
}

std::optional<layout> one_letter(char format) {
  switch (format) {
    case 'n':
      return layout{};
    case 'b':
      return layout{.read = how::bits, .as = kind::boolean};
    case 'c':
      return fixed(kind::int8, 1);
    case 'C':
      return fixed(kind::uint8, 1);
    case 's':
      return fixed(kind::int16, 2);
    case 'S':
      return fixed(kind::uint16, 2);
    case 'i':
      return fixed(kind::int32, 4);
    case 'I':
      return fixed(kind::uint32, 4);
    case 'l':
      return fixed(kind::int64, 8);
    case 'L':
      return fixed(kind::uint64, 8);
    case 'f':
      return fixed(kind::float32, 4);
    case 'g':
      return fixed(kind::float64, 8);
    case 'u':
      return layout{.read = how::text32, .as = kind::text};
    case 'U':
      return layout{.read = how::text64, .as = kind::text};
    default:
      return std::nullopt;
  }
}

/// `ts` + one of s m u n + `:` + zone.
layout timestamp(std::string_view format, const std::string& column) {
  layout result{.read = how::to_microseconds, .as = kind::instant, .width = 8, .scale = any_column::microseconds};
  switch (format[2]) {
    case 's':
      result.factor = 1'000'000;
      break;
    case 'm':
      result.factor = 1'000;
      break;
    case 'u':
      result.read = how::fixed;
      break;
    case 'n':
      result.read = how::fixed;
      result.scale = any_column::nanoseconds;
      break;
    default:
      refuse(format, column);
  }
  result.zone = format.substr(4);
  return result;
}

/// `d:precision,scale` with the width in bits after a second comma; 128 when it is left out.
layout decimal(std::string_view format, const std::string& column) {
  int numbers[3] = {0, 0, 128};
  const char* at = format.data() + 2;
  const char* const end = format.data() + format.size();
  int count = 0;
  while (count < 3) {
    const auto [next, error] = std::from_chars(at, end, numbers[count]);
    if (error != std::errc{}) refuse(format, column, "not a decimal's precision, scale and width");
    ++count;
    at = next;
    if (at == end || count == 3) break;
    if (*at++ != ',') refuse(format, column, "not a decimal's precision, scale and width");
  }
  const auto [precision, scale, width] = numbers;
  if (count < 2 || at != end || precision < 1) refuse(format, column, "not a decimal's precision, scale and width");
  if (scale < 0 || scale > 76) refuse(format, column, "a decimal's scale lies between 0 and 76");
  if (width == 64) return {.read = how::fixed, .as = kind::decimal, .width = 8, .scale = scale};
  if (width != 32 && width != 128 && width != 256) refuse(format, column, "a decimal has 32, 64, 128 or 256 bits");
  return {.read = how::decimal, .as = kind::decimal, .width = width / 8, .scale = scale};
}

}  // namespace

layout layout_of(const char* text, const std::string& column) {
  if (text == nullptr) refuse("", column, "no format");
  const std::string_view format = text;
  if (format.size() == 1) {
    if (const auto found = one_letter(format[0])) return *found;
  }
  if (format == "vu") return {.read = how::text_view, .as = kind::text};
  if (format == "tdD") return fixed(kind::date, 4);
  if (format == "tdm") return {.read = how::milliseconds_to_days, .as = kind::date, .width = 8};
  if (format.starts_with("ts") && format.size() >= 4 && format[3] == ':') return timestamp(format, column);
  if (format.starts_with("d:")) return decimal(format, column);
  if (format == "e") refuse(format, column, "half-precision floats; cast them to float32");
  if (format.starts_with("tt") || format.starts_with("tD")) refuse(format, column, "a time of day or a duration");
  if (format.starts_with("+")) refuse(format, column, "a nested type");
  if (format.starts_with("z") || format == "Z" || format == "vz" || format.starts_with("w"))
    refuse(format, column, "binary");
  refuse(format, column);
}

}  // namespace sojourn::inline v0_1::arrow
