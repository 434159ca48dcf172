#include "sojourn/input/read_money.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <string>

#include "input/amount_text.hpp"
#include "sojourn/domain/words.hpp"

namespace sojourn::inline v0_1 {
namespace {

int places_of(const money_reading& reading) noexcept {
  return reading.unit == amount_unit::minor ? 0 : reading.currency.exponent;
}

data_error refused(const amount_place& where, std::string value, std::string rule, std::string advice) {
  return data_error({std::string(where.name), where.row, std::move(value), std::move(rule), std::move(advice)});
}

data_error too_large(const amount_place& where, std::string value) {
  return refused(where, std::move(value), "leaves 64 bits in minor units", "check the unit and the currency of the column");
}

data_error too_fine(const amount_place& where, std::string value, const money_reading& reading) {
  const std::string code(reading.currency.code);
  if (reading.unit == amount_unit::minor) {
    return refused(where, std::move(value), "is not a whole number of minor units of " + code,
                   "say amounts=\"major\" if these are amounts of " + code + "; else round them by the rule of your books");
  }
  return refused(where, std::move(value),
                 "has more places than the currency (" + code + ": " + std::to_string(reading.currency.exponent) + ")",
                 "round it first, by the rule of your books; or say which currency it is");
}

/// value x 10^-scale as people write it.
std::string money_text(std::int64_t value, int scale) {
  std::string digits = std::to_string(value);
  if (scale <= 0) return digits + std::string(static_cast<std::size_t>(-scale), '0');
  const std::size_t sign = value < 0 ? 1 : 0, places = static_cast<std::size_t>(scale);
  if (digits.size() - sign <= places) digits.insert(sign, places + 1 - (digits.size() - sign), '0');
  return digits.insert(digits.size() - places, 1, '.');
}

constexpr int digits_in_64_bits = 18;  // 10^18 is the largest power of ten in 64 bits

std::int64_t int64_power_of_ten(int exponent) noexcept {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

/// The digits in minor units; `shown` is how the caller wrote them.
std::int64_t from_digits(const detail::written_decimal& value, std::string_view shown, const money_reading& reading,
                         const amount_place& where) {
  std::string digits = value.digits;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return 0;
  const long shift = places_of(reading) - value.scale;
  if (shift < 0) {
    const auto dropped = static_cast<std::size_t>(-shift);
    const bool is_whole = dropped < digits.size() && digits.find_last_not_of('0') < digits.size() - dropped;
    if (!is_whole) throw too_fine(where, std::string(shown), reading);
    digits.resize(digits.size() - dropped);
  } else {
    if (digits.size() + static_cast<std::size_t>(shift) > digits_in_64_bits + 1) throw too_large(where, std::string(shown));
    digits.append(static_cast<std::size_t>(shift), '0');
  }
  if (value.negative) digits.insert(0, 1, '-');
  std::int64_t minor = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), minor);
  if (failed != std::errc{}) throw too_large(where, std::string(shown));
  return minor;
}

template <std::floating_point Float>
std::optional<std::int64_t> from_float(Float value, const money_reading& reading, const amount_place& where) {
  if (reading.unit == amount_unit::minor) {
    const std::string type = sizeof(Float) == sizeof(double) ? "float64" : "float32";
    throw schema_error("column \"" + std::string(where.name) + "\" holds " + type +
                       "; accepted: integers in minor units, or decimals and text without a fraction (pandas turns integers "
                       "with gaps into floats; use the dtype \"Int64\"). If these are amounts of " +
                       std::string(reading.currency.code) + ", say amounts=\"major\"");
  }
  if (std::isnan(value)) return std::nullopt;
  if (std::isinf(value)) throw refused(where, value > 0 ? "inf" : "-inf", "is not an amount", "");
  // A number of at most 15 digits that divides to this double is its shortest decimal: no two of them share a double.
  if constexpr (std::same_as<Float, double>) {
    constexpr double fifteen_digits = 1e15;
    const auto power = static_cast<double>(int64_power_of_ten(reading.currency.exponent));
    const double minor = std::nearbyint(value * power);
    if (std::abs(minor) < fifteen_digits && minor / power == value) return static_cast<std::int64_t>(minor);
  }
  char buffer[64];
  const char* end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  const std::string_view shown(buffer, end);
  return from_digits(detail::parse_amount(shown, reading.currency, decimal_mark::point).value, shown, reading, where);
}

/// Lower case, words separated by `_`.
std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    plain += !is_letter ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  while (plain.ends_with('_')) plain.pop_back();
  return plain;
}

/// "49.00" of "4900": what the sample is in units of the currency when it counts minor units.
std::string in_units(std::string_view sample, const iso_currency& currency) {
  std::int64_t minor = 0;
  const auto [end, failed] = std::from_chars(sample.data(), sample.data() + sample.size(), minor);
  if (failed != std::errc{} || end != sample.data() + sample.size()) return {};
  return std::string(currency.code) + " " + money_text(minor, currency.exponent);
}

}  // namespace

std::optional<amount_unit> unit_by_name(std::string_view name) noexcept {
  const std::string plain = plain_name(name);
  for (const std::string_view ending : {"minor", "cents"}) {
    if (plain == ending || plain.ends_with("_" + std::string(ending))) return amount_unit::minor;
  }
  return std::nullopt;
}

amount_unit amount_unit_of(std::string_view name, std::string_view stated, const iso_currency& currency,
                           std::string_view sample) {
  if (!stated.empty()) return read_word<amount_unit>("amounts", stated);
  if (const auto found = unit_by_name(name)) return *found;
  const std::string code(currency.code), as_minor = in_units(sample, currency);
  std::string example;
  if (!as_minor.empty()) {
    example = ": " + std::string(sample) + " is " + code + " " + std::string(sample) + " with amounts=\"major\", " +
              as_minor + " with amounts=\"minor\"";
  }
  throw schema_error("column \"" + std::string(name) + "\": are these amounts of " + code +
                     ", or of its minor unit (cents)? Say amounts=\"major\" or amounts=\"minor\"" + example +
                     ". A column whose name ends in _minor or _cents holds minor units");
}

std::int64_t amount_from_integer(std::int64_t value, const money_reading& reading, const amount_place& where) {
  const std::int64_t factor = int64_power_of_ten(places_of(reading));
  std::int64_t minor = 0;
  if (__builtin_mul_overflow(value, factor, &minor)) throw too_large(where, std::to_string(value));
  return minor;
}

std::int64_t amount_from_decimal(std::int64_t unscaled, int scale, const money_reading& reading, const amount_place& where) {
  const int shift = places_of(reading) - scale;
  if (shift >= 0 && shift <= digits_in_64_bits) {
    std::int64_t minor = 0;
    if (!__builtin_mul_overflow(unscaled, int64_power_of_ten(shift), &minor)) return minor;
    throw too_large(where, money_text(unscaled, scale));
  }
  if (shift > 0) {
    if (unscaled == 0) return 0;
    throw too_large(where, money_text(unscaled, scale));
  }
  const std::int64_t divisor = -shift <= digits_in_64_bits ? int64_power_of_ten(-shift) : 0;
  const std::int64_t minor = divisor == 0 ? 0 : unscaled / divisor;
  if (minor * divisor != unscaled) throw too_fine(where, money_text(unscaled, scale), reading);
  return minor;
}

std::optional<std::int64_t> amount_from_float(double value, const money_reading& reading, const amount_place& where) {
  return from_float(value, reading, where);
}

std::optional<std::int64_t> amount_from_float(float value, const money_reading& reading, const amount_place& where) {
  return from_float(value, reading, where);
}

std::optional<std::int64_t> amount_from_text(std::string_view text, const money_reading& reading,
                                             const amount_place& where) {
  const std::string_view cell = detail::without_blanks(text);
  if (cell.empty()) return std::nullopt;
  const detail::parsed_amount found = detail::parse_amount(cell, reading.currency, reading.decimal);
  const std::string shown = "\"" + std::string(text) + "\"", code(reading.currency.code);
  switch (found.flaw) {
    case detail::amount_flaw::none:
      break;
    case detail::amount_flaw::no_number:
      throw refused(where, shown, "is not an amount", "write it as 1234.56, and leave the cell empty where it is missing");
    case detail::amount_flaw::two_readings:
      throw refused(where, shown, "has two readings: its separator may mark thousands or decimals",
                    "write it as 1234.56, or say which sign separates decimals");
    case detail::amount_flaw::other_currency:
      throw refused(where, shown, "is not an amount of " + code,
                    "amounts of several currencies need a column of their codes, and rates");
  }
  return from_digits(found.value, shown, reading, where);
}

}  // namespace sojourn::inline v0_1
