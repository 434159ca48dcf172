#include "sojourn/domain/currency.hpp"

#include <algorithm>
#include <array>
#include <ranges>
#include <string>
#include <vector>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

// ISO 4217, list one ("current currency & funds code list") as published by the maintenance agency, SIX, on 2026-01-01:
// 165 codes with a minor unit. Its 13 codes without one (XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX) are left out.
// Codes that were withdrawn from 2009 on follow with the minor unit of their last edition of list one, because ledgers reach
// back into their days; list three, which keeps withdrawn codes, has no minor units.
constexpr std::array no_minor_unit = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
                                      "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF", "BYR"};  // until 2016
constexpr std::array hundredths = {
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BMD", "BND", "BOB", "BOV", "BRL",
    "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHE", "CHF", "CHW", "CNY", "COP", "COU", "CRC", "CUP", "CVE", "CZK",
    "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD", "HKD",
    "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IRR", "JMD", "KES", "KGS", "KHR", "KPW", "KYD", "KZT", "LAK", "LBP", "LKR",
    "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN",
    "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR",
    "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT",
    "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "USN", "UYU", "UZS", "VED", "VES", "WST", "XAD", "XCD", "XCG", "YER",
    "ZAR", "ZMW", "ZWG",
    // withdrawn: SKK 2009, EEK 2011, ZMK 2012, LVL 2014, LTL 2015, MRO 2017, STD 2018, VEF 2018, CUC 2021, HRK 2023,
    // SLL 2024, ZWL 2024, ANG 2025, BGN 2026
    "SKK", "EEK", "ZMK", "LVL", "LTL", "MRO", "STD", "VEF", "CUC", "HRK", "SLL", "ZWL", "ANG", "BGN"};
constexpr std::array thousandths = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
constexpr std::array ten_thousandths = {"CLF", "UYW"};

constexpr std::size_t code_letters = 3;

constexpr auto all_currencies = [] {
  std::array<iso_currency, no_minor_unit.size() + hundredths.size() + thousandths.size() + ten_thousandths.size()> all;
  std::size_t at = 0;
  for (const std::string_view code : no_minor_unit) all[at++] = {code, 0};
  for (const std::string_view code : hundredths) all[at++] = {code, 2};
  for (const std::string_view code : thousandths) all[at++] = {code, 3};
  for (const std::string_view code : ten_thousandths) all[at++] = {code, 4};
  std::ranges::sort(all, {}, &iso_currency::code);
  return all;
}();
static_assert(std::ranges::adjacent_find(all_currencies, {}, &iso_currency::code) == all_currencies.end());

constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view without_blanks(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

constexpr char upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// How many letters have to be changed, added, left out or exchanged with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const std::size_t changed = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({changed, cost[i - 1][j] + 1, cost[i][j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

/// What people write instead of a code.
constexpr std::array<std::array<std::string_view, 2>, 17> usual_names = {{{"EURO", "EUR"},
                                                                          {"EUROS", "EUR"},
                                                                          {"\xE2\x82\xAC", "EUR"},
                                                                          {"$", "USD"},
                                                                          {"US$", "USD"},
                                                                          {"DOLLAR", "USD"},
                                                                          {"DOLLARS", "USD"},
                                                                          {"\xC2\xA3", "GBP"},
                                                                          {"UKP", "GBP"},
                                                                          {"STG", "GBP"},
                                                                          {"\xC2\xA5", "JPY"},
                                                                          {"YEN", "JPY"},
                                                                          {"RMB", "CNY"},
                                                                          {"CNH", "CNY"},
                                                                          {"SFR", "CHF"},
                                                                          {"NTD", "TWD"},
                                                                          {"RUR", "RUB"}}};

/// "; did you mean EUR?" with at most five codes, the nearest first; empty where none is near.
std::string advice_for(std::string_view text) {
  std::string shown;
  for (const char c : without_blanks(text)) shown += upper(c);
  for (const auto& [name, code] : usual_names) {
    if (shown == name) return "did you mean " + std::string(code) + "?";
  }
  constexpr std::size_t longest = 8, most = 5;
  std::vector<std::string_view> near;
  if (!shown.empty() && shown.size() <= longest) {
    const auto add = [&](bool same_country) {
      for (const iso_currency& one : all_currencies) {
        if (distance(shown, one.code) != 1 || (one.code.substr(0, 2) == shown.substr(0, 2)) != same_country) continue;
        near.push_back(one.code);
      }
    };
    add(true), add(false);
  }
  std::string advice;
  for (const std::string_view code : near | std::views::take(most))
    advice += (advice.empty() ? "did you mean " : " or ") + std::string(code);
  return advice.empty() ? "write the code of three letters, as in USD or EUR" : advice + "?";
}

constexpr std::string_view currency_rule = "is not a currency of ISO 4217";

}  // namespace

std::optional<iso_currency> find_currency(std::string_view text) noexcept {
  const std::string_view code = without_blanks(text);
  if (code.size() != code_letters) return std::nullopt;
  const std::array<char, code_letters> capital = {upper(code[0]), upper(code[1]), upper(code[2])};
  const std::string_view wanted(capital.data(), code_letters);
  const auto found = std::ranges::lower_bound(all_currencies, wanted, {}, &iso_currency::code);
  if (found == all_currencies.end() || found->code != wanted) return std::nullopt;
  return *found;
}

iso_currency read_currency(std::string_view text, std::string_view option) {
  if (const auto found = find_currency(text)) return *found;
  throw schema_error(std::string(option) + " \"" + std::string(text) + "\" " + std::string(currency_rule) + "; " +
                     advice_for(text));
}

iso_currency read_currency_in(std::string_view column, std::size_t row, std::string_view text) {
  if (const auto found = find_currency(text)) return *found;
  throw data_error(
      {std::string(column), row, "\"" + std::string(text) + "\"", std::string(currency_rule), advice_for(text)});
}

}  // namespace sojourn::inline v0_1
