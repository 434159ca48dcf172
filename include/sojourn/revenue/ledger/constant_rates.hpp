// Constant currency: at which rates a question is asked, and the ledger at them.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <span>

#include "sojourn/revenue/currencies/exchange_rates.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// The ledger with all amounts at one rate per lane, as one number. An amount is converted account by account and currency
/// by currency (see `converted`), so parts add up to the whole. Throws `overflow_error` as `ledger`, `schema_error` unless
/// there is one rate per lane.
[[nodiscard]] ledger at_rates(const ledger& book, std::span<const exchange_rate> rates);
/// At the rates of a day, asked only for currencies in which somebody paid before `until`. Throws `data_error` that names
/// currency and month where such a rate is missing.
[[nodiscard]] ledger at_rates(const ledger& book, const rate_table& rates, day when, day until = latest_day);
/// The same at the ledger's own rates; one in one currency is itself.
[[nodiscard]] keyed_ledger at_rates(const keyed_ledger& book, day when, day until = latest_day);

// The rule. Every question is asked at the rates of one day, so that rates move nothing; of several windows or periods each
// has its own. Movements alone have two: those of the opening and those of the closing, see `tally_revenue`.
// `ask(ledger)` is asked of a ledger in one number; `in` is null where the ledger is one already.

template <class Ask>
decltype(auto) ask_at_rates(const ledger& book, const valuation* in, day when, day until, const Ask& ask) {
  if (in == nullptr) return ask(book);
  return ask(at_rates(book, in->rates.rates, when, until));
}

/// What happens in the days [from, to): at the rates of the day before them.
template <class Ask>
decltype(auto) ask_window(const ledger& book, const valuation* in, day from, day to, const Ask& ask) {
  return ask_at_rates(book, in, day{from.since_epoch - 1}, to, ask);
}

/// What there is at the end of a period: at the rates of its last day, or of the last known day if that is earlier.
template <class Ask>
decltype(auto) ask_closing(const ledger& book, const valuation* in, day end, const Ask& ask) {
  return ask_at_rates(book, in, day{(end < book.known_until() ? end : book.known_until()).since_epoch - 1}, end, ask);
}

// The same of a ledger with keys, by which errors name accounts.

template <class Ask>
decltype(auto) ask_window(const keyed_ledger& book, day from, day to, const Ask& ask) {
  return with_keys(*book.keys, [&]() -> decltype(auto) { return ask_window(book.book, book.in.get(), from, to, ask); });
}
template <class Ask>
decltype(auto) ask_closing(const keyed_ledger& book, day end, const Ask& ask) {
  return with_keys(*book.keys, [&]() -> decltype(auto) { return ask_closing(book.book, book.in.get(), end, ask); });
}

/// Whole lives: at the rates of the last known day.
template <class Ask>
decltype(auto) ask_tenures(const keyed_ledger& book, const Ask& ask) {
  return ask_closing(book, book.book.known_until(), ask);
}

/// Cohorts until the end of a grid: at the rates of its last day; where ages are tenures, which are seen beyond it, as whole
/// lives.
template <class Ask>
decltype(auto) ask_cohorts(const keyed_ledger& book, day grid_end, bool ages_are_tenures, const Ask& ask) {
  return ask_closing(book, ages_are_tenures ? book.book.known_until() : grid_end, ask);
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
