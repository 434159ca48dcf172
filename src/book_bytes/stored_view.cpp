#include "book_bytes/stored_view.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "detail/utf8.hpp"
#include "revenue/book/stored_rules.hpp"
#include "revenue/currencies/rate_table_access.hpp"
#include "sojourn/domain/currency.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

template <class Enum>
void require_known_word(Enum value, const char* what) {
  require_in_bytes(static_cast<std::size_t>(value) < values_of(Enum{}).size(), what);
}

stored_day stored(const std::optional<day>& when) {
  return when ? stored_day{true, when->since_epoch} : stored_day{};
}

std::optional<day> restored(const stored_day& from) {
  require_in_bytes(from.given || from.since_epoch == 0, "a day that is not given is none");
  if (!from.given) return std::nullopt;
  require_in_bytes(from.since_epoch >= earliest_day.since_epoch && from.since_epoch <= latest_day.since_epoch + 1,
                   "a day of the view lies outside 1900 to 2199");
  return day{from.since_epoch};
}

template <class Items, class Key>
void require_in_order(const Items& items, const Key& key, const char* what) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    require_in_bytes(is_utf8(key(items[i])), "text of the view is not UTF-8");
    require_in_bytes(i == 0 || key(items[i - 1]) < key(items[i]), what);
  }
}

std::int64_t common_divisor(std::int64_t a, std::int64_t b) {
  while (b != 0) a = std::exchange(b, a % b);
  return a;
}

bool is_currency_code(const std::string& text) {
  try {
    return read_currency(text).code == text;
  } catch (const error&) {
    return false;
  }
}

void require_good_rates(const stored_rates& from) {
  require_in_order(
      from.currencies, [](const auto& one) -> const std::string& { return one.code; },
      "currencies of the rates are not in order of codes");
  require_in_bytes(from.days_beyond_month >= 0, "rates hold for less than no days");
  require_in_bytes(from.says_at || from.at == period_rates::closing_day, "rates that are not stated are the usual ones");
  require_in_bytes(from.at == period_rates::closing_day || from.at == period_rates::mean,
                   "there are no such rates of periods");
  bool reports = false;
  for (const stored_currency& one : from.currencies) {
    require_in_bytes(is_currency_code(one.code), "a currency of the rates is no code");
    require_in_bytes(!one.quotes.empty() || one.code == from.report_in, "a currency of the rates has none");
    reports = reports || one.code == from.report_in;
    for (std::size_t i = 0; i < one.quotes.size(); ++i) {
      const stored_quote& quote = one.quotes[i];
      require_in_bytes(quote.since >= earliest_day.since_epoch && quote.since <= latest_day.since_epoch,
                       "a rate holds from a day in 1900 to 2199 on");
      require_in_bytes(i == 0 || one.quotes[i - 1].since < quote.since, "rates of a currency are not in order of days");
      require_in_bytes(
          quote.numerator > 0 && quote.denominator > 0 && common_divisor(quote.numerator, quote.denominator) == 1,
          "a rate is positive and in lowest terms");
    }
  }
  require_in_bytes(reports, "the reporting currency is none of the rates");
}

/// Rates as they are kept: scaled to minor units, in lowest terms. A currency without rates is left out: it is known again
/// where rows of the book are in it.
stored_rates stored(const currency_view& from) {
  const rate_table& table = from.rates->rates;
  stored_rates form;
  if (table.currencies() > 0) form.report_in = table.code(table.reporting());
  form.days_beyond_month = rate_table_access::days_beyond_month(table);
  form.says_at = from.at.has_value(), form.at = from.at.value_or(period_rates::closing_day);
  for (const auto& [code, number] : from.rates->codes) {  // a map: in order of codes
    const auto& quotes = rate_table_access::quotes_of(table, number);
    if (quotes.empty() && code != form.report_in) continue;
    stored_currency& one = form.currencies.emplace_back(stored_currency{code, {}});
    for (const auto& quote : quotes) one.quotes.push_back({quote.since, quote.rate.numerator, quote.rate.denominator});
  }
  return form;
}

/// Currencies are numbered with the reporting one first, the others by code. `from` has been checked.
named_rate_table rates_from_stored(const stored_rates& from) {
  named_rate_table made;
  rate_table_access::set_days_beyond_month(made.rates, from.days_beyond_month);
  const auto add = [&](const stored_currency& one) {
    rate_table_access::quotes quotes;
    for (const stored_quote& quote : one.quotes) {
      rate_table_access::add_quote(quotes, quote.since, {quote.numerator, quote.denominator});
    }
    made.codes.emplace(one.code, static_cast<std::uint32_t>(made.rates.currencies()));
    rate_table_access::add(made.rates, {one.code, read_currency(one.code).exponent}, std::move(quotes));
  };
  for (const stored_currency& one : from.currencies) {
    if (one.code == from.report_in) add(one);
  }
  for (const stored_currency& one : from.currencies) {
    if (one.code != from.report_in) add(one);
  }
  return made;
}

}  // namespace

stored_view stored_form(const view& under) {
  // Named one by one, so that a new part of a view does not compile until its bytes have it.
  const auto& [policy, as_of, known_on, unit, owners_on, part, commitment, amount, same_day, where, split_by, currencies,
               causes, part_of] = under;
  stored_view form;
  form.policy = policy;
  form.as_of = stored(as_of.named()), form.after_latest_date = as_of.is_after_latest_date();
  form.known_on = stored(known_on), form.owners_on = stored(owners_on);
  form.unit = unit, form.part = part, form.commitment = commitment;
  form.amount = amount, form.same_day = same_day, form.causes = causes;
  for (const label_filter& one : where) {
    stored_filter& filter = form.where.emplace_back(stored_filter{one.name, one.words});
    std::sort(filter.words.begin(), filter.words.end());
    filter.words.erase(std::unique(filter.words.begin(), filter.words.end()), filter.words.end());
  }
  std::sort(form.where.begin(), form.where.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  if (split_by) form.split_by.push_back(*split_by);
  if (currencies) form.rates.push_back(stored(*currencies));
  if (part_of != nullptr) form.part_of.push_back(*part_of);
  return form;
}

view restored(const stored_view& from) {
  require_in_bytes(from.policy.canonical(), "the policy has an option with no such value");
  require_known_word(from.unit, "there is no such unit");
  require_known_word(from.part, "there is no such part of prices");
  require_known_word(from.commitment, "there is no such commitment");
  require_known_word(from.amount, "changes have no such amounts");
  require_known_word(from.same_day, "there is no such rule for changes of one day");
  require_known_word(from.causes, "there is no such rule for causes");
  require_in_order(
      from.where, [](const auto& one) -> const std::string& { return one.name; },
      "filters are not in order of labels, each once");
  require_in_bytes(from.split_by.size() <= 1 && from.rates.size() <= 1 && from.part_of.size() <= 1,
                   "a view has one split, one table of rates and one part at most");
  view made;
  made.policy = from.policy;
  require_in_bytes(!from.as_of.given || !from.after_latest_date, "a view that names as_of takes no other day for it");
  const std::optional<day> named = restored(from.as_of);
  made.as_of = from.after_latest_date ? as_of_day::after_latest_date() : as_of_day(named);
  made.known_on = restored(from.known_on);
  made.owners_on = restored(from.owners_on);
  made.unit = from.unit, made.part = from.part, made.commitment = from.commitment;
  made.amount = from.amount, made.same_day = from.same_day, made.causes = from.causes;
  for (const stored_filter& one : from.where) {
    require_in_order(
        one.words, [](const std::string& word) -> std::string_view { return word; },
        "words of a filter are not in order, each once");
    made.where.push_back({one.name, one.words});
  }
  for (const std::string& label : from.split_by) {
    require_in_bytes(is_utf8(label), "text of the view is not UTF-8");
    made.split_by = label;
  }
  for (const stored_rates& rates : from.rates) {
    require_good_rates(rates);
    made.currencies = currency_view{std::make_shared<const named_rate_table>(rates_from_stored(rates)),
                                    rates.says_at ? std::optional(rates.at) : std::nullopt};
  }
  for (const account_ownership& part : from.part_of) {
    require_in_bytes(part.canonical(), "the accounts of a part are not in order");
    made.part_of = std::make_shared<const account_ownership>(part);
  }
  return made;
}

std::string stored_view_schema() {
  std::string text =
      "view 2: as_of after_latest_date known_on owners_on unit part commitment amount same_day causes where split_by rates "
      "part_of; policy:";
  const revenue_policy policy;
  revenue_policy::options([&](std::string_view name, const auto&) { text += " " + std::string(name); }, policy);
  return text;
}

}  // namespace sojourn::inline v0_1::detail
