#include "sojourn/revenue/currencies/exchange_rates.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "detail/fnv1a.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::int128;

int128 divisor(int128 a, int128 b) {
  while (b != 0) a = std::exchange(b, a % b);
  return a;
}

int128 wide_power_of_ten(int exponent) {
  int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

template <class T>
void require_quote(bool good, const column<T>& where, const char* name, std::size_t row, const std::string& rule) {
  if (good) return;
  throw data_error({where.name_or(name), row, where.present(row) ? std::to_string(where[row]) : "missing", rule, ""});
}

void check_quote(const exchange_quotes& quotes, std::size_t row, std::size_t currencies) {
  require_quote(quotes.currency.present(row), quotes.currency, "currency", row, "every rate is that of a currency");
  require_quote(quotes.currency[row] < currencies, quotes.currency, "currency", row,
                "a currency is a code below " + std::to_string(currencies));
  require_quote(quotes.since.present(row) && quotes.since[row] >= earliest_day.since_epoch &&
                    quotes.since[row] <= latest_day.since_epoch,
                quotes.since, "since", row, "a rate holds from a day in 1900-01-01 .. 2199-12-31 on");
  require_quote(quotes.numerator.present(row) && quotes.numerator[row] > 0, quotes.numerator, "rate", row,
                "a rate is positive");
  require_quote(quotes.denominator.present(row) && quotes.denominator[row] > 0, quotes.denominator, "rate", row,
                "a rate is positive");
}

}  // namespace

exchange_rate exchange_rate::of(int128 numerator, int128 denominator, const std::string& what) {
  if (numerator <= 0 || denominator <= 0) throw schema_error("exchange rate of " + what + ": a rate is positive");
  const int128 common = divisor(numerator, denominator);
  numerator /= common, denominator /= common;
  if (numerator > INT64_MAX || denominator > INT64_MAX) {
    throw overflow_error("exchange rate of " + what + ": more digits than 64 bits hold; round it to twelve decimals");
  }
  return {static_cast<std::int64_t>(numerator), static_cast<std::int64_t>(denominator)};
}

mrr converted(mrr amount, exchange_rate rate) {
  if (rate.identity() || amount == mrr{}) return amount;
  const int128 product = int128{amount.ticks()} * rate.numerator;
  int128 whole = product / rate.denominator;
  int128 rest = product % rate.denominator;
  if (rest < 0) rest += rate.denominator, --whole;
  const int128 twice = 2 * rest;
  if (twice > rate.denominator || (twice == rate.denominator && whole % 2 != 0)) ++whole;
  if (whole == 0 && amount > mrr{}) whole = 1;
  if (whole > INT64_MAX || whole < INT64_MIN) throw overflow_error("exchange: an amount passes 5.5e13 minor units a month");
  return mrr::from_ticks(static_cast<std::int64_t>(whole));
}

rate_table::rate_table(const exchange_quotes& quotes, std::vector<currency_unit> currencies, const exchange_options& options)
    : units_(std::move(currencies)),
      quotes_(units_.size()),
      reporting_(options.reporting),
      days_beyond_month_(options.days_beyond_month) {
  require_same_length(quotes.currency, "currency", quotes.since, "since");
  require_same_length(quotes.currency, "currency", quotes.numerator, "rate");
  require_same_length(quotes.currency, "currency", quotes.denominator, "denominator");
  if (reporting_ >= units_.size()) throw schema_error("exchange rates: the reporting currency is not one of the currencies");
  for (std::size_t row = 0; row < quotes.currency.size(); ++row) {
    check_quote(quotes, row, units_.size());
    const std::uint32_t which = quotes.currency[row];
    const int places = units_[reporting_].exponent - units_[which].exponent;
    const int128 up = wide_power_of_ten(std::max(places, 0)), down = wide_power_of_ten(std::max(-places, 0));
    quotes_[which].push_back(
        {quotes.since[row], exchange_rate::of(quotes.numerator[row] * up, quotes.denominator[row] * down,
                                              units_[which].code + " in row " + std::to_string(row))});
  }
  for (std::uint32_t which = 0; which < quotes_.size(); ++which) {
    auto& all = quotes_[which];
    std::sort(all.begin(), all.end(), [](const quote& a, const quote& b) { return a.since < b.since; });
    const auto twice =
        std::adjacent_find(all.begin(), all.end(), [](const quote& a, const quote& b) { return a.since == b.since; });
    if (twice == all.end()) continue;
    throw data_error({quotes.since.name_or("since"), problem::no_row, to_string(day{twice->since}),
                      "one rate per currency and day", units_[which].code + " has two"});
  }
}

const rate_table::quote* rate_table::find(std::uint32_t currency, day when) const {
  const auto& all = quotes_.at(currency);
  const auto after =
      std::upper_bound(all.begin(), all.end(), when.since_epoch, [](std::int32_t d, const quote& q) { return d < q.since; });
  if (after == all.begin()) return nullptr;
  const quote& found = *std::prev(after);
  const bool holds = month::of(day{found.since}) == month::of(when) || when.since_epoch - found.since <= days_beyond_month_;
  return holds ? &found : nullptr;
}

void rate_table::throw_missing(std::uint32_t currency, day when) const {
  throw data_error({"rate", problem::no_row, code(currency) + " " + to_string(month::of(when)), "no exchange rate for it",
                    "add " + code(currency) + " in " + code(reporting_) + " for " + to_string(when) + " or the month"});
}

exchange_rate rate_table::on(std::uint32_t currency, day when) const {
  if (currency == reporting_) return {};
  const quote* found = find(currency, when);
  if (found == nullptr) throw_missing(currency, when);
  return found->rate;
}

exchange_rate rate_table::mean(std::uint32_t currency, day from, day to) const {
  if (currency == reporting_) return {};
  if (to <= from) throw schema_error("exchange rates: no mean of no days");
  int128 numerator = 0;
  int128 denominator = 1;
  for (day when = from; when < to; when = day{when.since_epoch + 1}) {
    const quote* found = find(currency, when);
    if (found == nullptr) throw_missing(currency, when);
    const int128 common = divisor(denominator, found->rate.denominator);
    const int128 grow = found->rate.denominator / common;
    int128 next = 0;
    if (__builtin_mul_overflow(denominator, grow, &next) || __builtin_mul_overflow(numerator, grow, &numerator) ||
        __builtin_add_overflow(numerator, found->rate.numerator * (next / found->rate.denominator), &numerator)) {
      throw overflow_error("exchange rate of " + code(currency) + ": the mean has too many digits; round the rates");
    }
    denominator = next;
  }
  return exchange_rate::of(numerator, denominator * (to - from), "the mean of " + code(currency));
}

std::uint64_t rate_table::fingerprint() const {
  detail::fnv1a hash;
  // By code, so that the order in which currencies occur has no influence.
  std::vector<std::size_t> order(units_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return units_[a].code < units_[b].code; });
  for (const char c : units_.empty() ? std::string() : units_[reporting_].code) hash.number(static_cast<unsigned char>(c));
  for (const std::size_t which : order) {
    if (quotes_[which].empty()) continue;
    hash.number(1);
    for (const char c : units_[which].code) hash.number(static_cast<unsigned char>(c));
    for (const quote& q : quotes_[which]) {
      hash.number(static_cast<std::uint64_t>(q.since)), hash.number(static_cast<std::uint64_t>(q.rate.numerator));
      hash.number(static_cast<std::uint64_t>(q.rate.denominator));
    }
  }
  return hash.value();
}

}  // namespace sojourn::inline v0_1
