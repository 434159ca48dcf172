#include "sojourn/revenue/currencies/read_rate.hpp"

#include <charconv>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

data_error broken_rate(std::string_view text, const rate_cell& where) {
  return data_error({where.column, where.row, std::string(text),
                     "a rate is a positive decimal or fraction of at most 18 digits", "write 1.0834 or 5417/5000"});
}

std::optional<std::int64_t> positive(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, problem_code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (problem_code != std::errc{} || end != digits.data() + digits.size() || value <= 0) return std::nullopt;
  return value;
}

/// Long enough for every finite float in fixed notation.
template <class Float>
std::string shortest_rate(Float value) {
  char buffer[400];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr};
}

}  // namespace

exchange_rate rate_from_text(std::string_view text, const rate_cell& where) {
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const auto over = positive(text.substr(0, slash)), under = positive(text.substr(slash + 1));
    if (!over || !under) throw broken_rate(text, where);
    return {*over, *under};
  }
  const std::size_t point = text.find('.');
  std::string digits(text.substr(0, point));
  std::int64_t under = 1;
  if (point != std::string_view::npos) {
    for (const char c : text.substr(point + 1)) {
      if (under > INT64_MAX / 10) throw broken_rate(text, where);
      digits += c, under *= 10;
    }
  }
  const auto over = positive(digits);
  if (!over) throw broken_rate(text, where);
  return {*over, under};
}

exchange_rate rate_from_float(double value, const rate_cell& where) {
  return rate_from_text(shortest_rate(value), where);
}

exchange_rate rate_from_float(float value, const rate_cell& where) {
  return rate_from_text(shortest_rate(value), where);
}

exchange_rate rate_from_decimal(std::int64_t unscaled, int scale, const rate_cell& where) {
  const std::string digits = std::to_string(unscaled);
  if (scale > 18) throw data_error({where.column, where.row, digits, "a rate has at most 18 decimals", ""});
  std::int64_t under = 1;
  for (int i = 0; i < scale; ++i) under *= 10;
  return {rate_from_text(digits, where).numerator, under};
}

day rate_day_from_text(std::string_view text, const rate_cell& where) {
  if (const auto date = parse_day(text)) return *date;
  if (const auto whole = parse_month(text)) return whole->first_day();
  throw data_error({where.column, where.row, std::string(text), "a day is written 2024-01-15, a month 2024-01", ""});
}

}  // namespace sojourn::inline v0_1
