#include "sojourn/revenue/currencies/named_quotes.hpp"

#include <utility>

#include "sojourn/domain/currency.hpp"

namespace sojourn::inline v0_1 {

currency_codes named_rate_table::numbers_of(const currency_names& names) const {
  const std::size_t rows = names.place.size();
  currency_codes out{std::vector<std::uint32_t>(rows), std::vector<std::uint8_t>(rows / 8 + 1),
                     names.place.name_or("currency")};
  constexpr std::uint32_t unread = 0;
  std::vector<std::uint32_t> number_after(names.labels.size(), unread);  // of each label, plus one
  for (std::size_t row = 0; row < rows; ++row) {
    if (!names.place.present(row)) continue;
    std::uint32_t& after = number_after[names.place[row]];
    if (after == unread) {
      const std::string& written = names.labels[names.place[row]];
      const auto found = codes.find(read_currency_in(out.name, row, written).code);
      if (found == codes.end()) {
        throw data_error({out.name, row, written, "a currency that no rate and no first row names",
                          "build the ledger again with its rates"});
      }
      after = found->second + 1;
    }
    out.code[row] = after - 1;
    out.present[row / 8] = static_cast<std::uint8_t>(out.present[row / 8] | (1u << (row % 8)));
  }
  return out;
}

named_rate_table rates_by_name(const named_quotes& quotes, const std::string& report_in,
                               std::span<const std::string> others) {
  if (quotes.rate.size() != quotes.since.size()) throw schema_error("exchange rates: one rate for each day");
  named_rate_table out;
  std::vector<currency_unit> units;
  const auto add = [&](const iso_currency& one) {
    const std::string code(one.code);
    if (out.codes.emplace(code, static_cast<std::uint32_t>(units.size())).second) units.push_back({code, one.exponent});
  };
  add(read_currency(report_in, "report_in"));
  for (const std::string& code : quotes.currency.labels) add(read_currency(code, quotes.currency.place.name_or("currency")));
  for (const std::string& code : others) add(read_currency(code));

  const currency_codes which = out.numbers_of(quotes.currency);
  std::vector<std::int64_t> over, under;
  over.reserve(quotes.rate.size()), under.reserve(quotes.rate.size());
  for (const exchange_rate& one : quotes.rate) over.push_back(one.numerator), under.push_back(one.denominator);
  out.rates = rate_table({which.view(), quotes.since, column<std::int64_t>(over, "rate"), column<std::int64_t>(under)},
                         std::move(units), {});
  return out;
}

}  // namespace sojourn::inline v0_1
