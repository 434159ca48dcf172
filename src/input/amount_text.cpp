#include "input/amount_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <vector>

namespace sojourn::inline v0_1::detail {
namespace {

constexpr std::string_view no_break = "\xC2\xA0", narrow_no_break = "\xE2\x80\xAF", thin = "\xE2\x80\x89";
constexpr std::string_view apostrophe = "\xE2\x80\x99", minus = "\xE2\x88\x92";

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool take(std::string_view& text, std::string_view prefix) noexcept {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Signs of money and the currencies that write them; a sign that is not here is no amount.
struct currency_sign {
  std::string_view sign;
  std::string_view codes;
};
constexpr std::array<currency_sign, 25> signs = {
    {{"US$", "USD"},
     {"CA$", "CAD"},
     {"C$", "CAD NIO"},
     {"AU$", "AUD"},
     {"A$", "AUD"},
     {"NZ$", "NZD"},
     {"HK$", "HKD"},
     {"S$", "SGD"},
     {"R$", "BRL"},
     {"NT$", "TWD"},
     {"MX$", "MXN"},
     {"$",
      "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP BSD BBD BMD BND BZD DOP FJD GYD JMD KYD LRD NAD SBD SRD TTD UYU XCD"},
     {"\xE2\x82\xAC", "EUR"},
     {"\xC2\xA3", "GBP EGP FKP GIP LBP SHP SSP SYP"},
     {"\xC2\xA5", "JPY CNY"},
     {"\xEF\xBF\xA5", "JPY CNY"},  // the wide yen sign of Chinese and Japanese keyboards
     {"\xE5\x85\x83", "CNY"},      // yuan
     {"\xE5\x86\x86", "JPY"},      // yen
     {"\xE2\x82\xB9", "INR"},
     {"\xE2\x82\xA9", "KRW KPW"},
     {"\xE2\x82\xBD", "RUB"},
     {"\xE2\x82\xBA", "TRY"},
     {"\xE2\x82\xAA", "ILS"},
     {"z\xC5\x82", "PLN"},
     {"kr", "SEK NOK DKK ISK"}}};

enum class money_word : std::uint8_t { none, own, other };

/// Whether this is a sign or the code of the currency, of another one, or neither.
money_word word_of_money(std::string_view word, const iso_currency& currency) {
  if (const auto code = find_currency(word)) return code->code == currency.code ? money_word::own : money_word::other;
  for (const currency_sign& one : signs) {
    if (word == one.sign)
      return one.codes.find(currency.code) != std::string_view::npos ? money_word::own : money_word::other;
  }
  return money_word::none;
}

/// Exponents beyond this leave 64 bits, or are fractions of every minor unit.
constexpr long largest_exponent = 10'000;

/// The exponent of "e3" or "E-3"; nothing for other text, 0 for none.
std::optional<long> read_exponent(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
  text.remove_prefix(1);
  if (text.size() > 1 && text.front() == '+' && is_digit(text[1])) text.remove_prefix(1);
  long value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return std::clamp(value, -largest_exponent, largest_exponent);
}

/// "1234.56" without any separator of thousands; the mark is '.' or ','.
std::optional<written_decimal> read_plain(std::string_view text, char mark) {
  written_decimal found;
  bool has_mark = false, has_digit = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (is_digit(text[at])) {
      found.digits += text[at];
      found.scale += has_mark ? 1 : 0;
      has_digit = true;
    } else if (text[at] == mark && !has_mark) {
      has_mark = true;
    } else {
      break;
    }
  }
  const auto exponent = read_exponent(text.substr(at));
  if (!has_digit || !exponent) return std::nullopt;
  found.scale -= *exponent;
  return found;
}

/// The sign that separates thousands at the front of `text`; empty for none. `mark` separates decimals.
std::string_view thousands_sign(std::string_view text, char mark) {
  for (const std::string_view sign : {std::string_view(","), std::string_view("."), std::string_view("'"),
                                      std::string_view(" "), no_break, narrow_no_break, thin, apostrophe}) {
    if (sign.front() != mark && text.starts_with(sign)) return sign;
  }
  return {};
}

/// "1,234,567.89" with thousands separated by one sign, or "12,34,567" in lakhs; the last group has three digits.
std::optional<written_decimal> read_grouped(std::string_view text, char mark) {
  std::string digits;
  std::vector<std::size_t> groups = {0};
  std::string_view sign;
  while (!text.empty() && text.front() != mark && text.front() != 'e' && text.front() != 'E') {
    if (is_digit(text.front())) {
      digits += text.front();
      ++groups.back();
      text.remove_prefix(1);
      continue;
    }
    const std::string_view found = thousands_sign(text, mark);
    if (found.empty() || (!sign.empty() && found != sign)) return std::nullopt;
    sign = found;
    groups.push_back(0);
    text.remove_prefix(sign.size());
  }
  if (groups.size() > 1) {
    const auto middle = std::span(groups).subspan(1, groups.size() - 2);
    const bool are_groups = groups.front() >= 1 && groups.front() <= 3 && groups.back() == 3 &&
                            std::ranges::all_of(middle, [](std::size_t size) { return size == 2 || size == 3; });
    if (!are_groups) return std::nullopt;
  }
  return read_plain(digits + std::string(text), mark);
}

/// One to three digits, a separator, three digits: 1,234 is one thousand or 1.234, and so is 1.234. But 0.234 is one number.
bool has_two_readings(std::string_view text) {
  const std::size_t before = static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
  if (before < 1 || before > 3 || text.front() == '0' || text.size() != before + 4) return false;
  return (text[before] == ',' || text[before] == '.') && std::ranges::all_of(text.substr(before + 1), is_digit);
}

/// Digits with separators: what a stated mark would make a number of.
bool has_separators(std::string_view text) {
  bool found = false;
  while (!text.empty()) {
    if (is_digit(text.front()) || text.front() == '.') {
      text.remove_prefix(1);
      continue;
    }
    const std::string_view sign = thousands_sign(text, '.');
    if (sign.empty()) return false;
    found = true;
    text.remove_prefix(sign.size());
  }
  return found;
}

parsed_amount read_number(std::string_view text, decimal_mark mark) {
  if (mark == decimal_mark::unstated) {
    if (has_two_readings(text)) return {amount_flaw::two_readings};
    if (auto found = read_plain(text, '.')) return {amount_flaw::none, std::move(*found)};
    return {has_separators(text) ? amount_flaw::two_readings : amount_flaw::no_number};
  }
  if (auto found = read_grouped(text, mark == decimal_mark::point ? '.' : ','))
    return {amount_flaw::none, std::move(*found)};
  return {amount_flaw::no_number};
}

bool starts_a_number(std::string_view text) {
  return is_digit(text.front()) || text.front() == '.' || text.front() == ',' || text.front() == '-' ||
         text.front() == '+' || text.starts_with(minus);
}

}  // namespace

std::string_view without_blanks(std::string_view text) noexcept {
  for (;;) {
    if (!text.empty() && (text.front() == ' ' || (text.front() >= '\t' && text.front() <= '\r')))
      text.remove_prefix(1);
    else if (!take(text, no_break) && !take(text, narrow_no_break))
      break;
  }
  for (;;) {
    if (!text.empty() && (text.back() == ' ' || (text.back() >= '\t' && text.back() <= '\r')))
      text.remove_suffix(1);
    else if (text.ends_with(no_break))
      text.remove_suffix(no_break.size());
    else if (text.ends_with(narrow_no_break))
      text.remove_suffix(narrow_no_break.size());
    else
      break;
  }
  return text;
}

parsed_amount parse_amount(std::string_view text, const iso_currency& currency, decimal_mark mark) {
  // A sign, money, a sign, the number, money: "-$5", "$-5", "5 USD".
  bool has_sign = false, is_negative = false, has_money = false;
  const auto take_sign = [&] {
    if (has_sign || text.empty()) return;
    if (take(text, "-") || take(text, minus))
      has_sign = is_negative = true;
    else
      has_sign = take(text, "+");
    if (has_money || !has_sign) return;
    text = without_blanks(text);
  };
  take_sign();
  if (!text.empty() && !starts_a_number(text)) {
    std::size_t end = 0;
    while (end < text.size() && !starts_a_number(text.substr(end))) ++end;
    const money_word word = word_of_money(without_blanks(text.substr(0, end)), currency);
    if (word == money_word::none) return {amount_flaw::no_number};
    if (word == money_word::other) return {amount_flaw::other_currency};
    has_money = true;
    text.remove_prefix(end);
    take_sign();
  }
  std::size_t end = text.size();
  while (end > 0 && !is_digit(text[end - 1]) && text[end - 1] != '.' && text[end - 1] != ',') --end;
  if (const std::string_view after = without_blanks(text.substr(end)); !after.empty()) {
    const money_word word = has_money ? money_word::none : word_of_money(after, currency);
    if (word == money_word::none) return {amount_flaw::no_number};
    if (word == money_word::other) return {amount_flaw::other_currency};
    text = without_blanks(text.substr(0, end));
  }
  parsed_amount found = read_number(text, mark);
  found.value.negative = is_negative;
  return found;
}

}  // namespace sojourn::inline v0_1::detail
