// Exact exchange rates, and the one place where an amount in one currency becomes an amount in another.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/domain/element.hpp"
#include "sojourn/domain/mrr.hpp"
#include "sojourn/input/exchange_quotes.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

namespace detail {
struct rate_table_access;
}

/// Ticks of the reporting currency for one tick of the other, in lowest terms; both positive.
struct exchange_rate {
  std::int64_t numerator = 1;
  std::int64_t denominator = 1;

  /// Throws `schema_error` unless both are positive; the fraction is reduced.
  [[nodiscard]] static exchange_rate of(detail::int128 numerator, detail::int128 denominator, const std::string& what);
  [[nodiscard]] constexpr bool identity() const noexcept { return numerator == denominator; }
  friend constexpr bool operator==(const exchange_rate&, const exchange_rate&) = default;
};

/// The amount in reporting ticks, halves to even: 1/332,640 of a minor unit at most is rounded away, without a drift. What
/// is positive stays positive (one tick at least), so that no customer is lost to rounding. Throws `overflow_error` beyond
/// 5.5e13 minor units.
[[nodiscard]] mrr converted(mrr amount, exchange_rate rate);

/// What a currency is called, and how many decimals its minor unit has (JPY 0, USD 2, KWD 3).
struct currency_unit {
  std::string code;
  int exponent = 2;
};

struct exchange_options {
  /// In which currency results are shown; its own rate is 1 and needs no row.
  std::uint32_t reporting = 0;
  /// A rate holds until the next one of its currency, but beyond its calendar month only for this many days: weekends and
  /// holidays are bridged, a month that is missing is not.
  std::int32_t days_beyond_month = 7;
};

/// The rates of all currencies by day.
class rate_table {
 public:
  rate_table() = default;
  /// Throws `data_error` with the row for a missing cell, an unknown currency, a rate that is not positive or has more
  /// digits than 64 bits hold, a date outside 1900-2199, two rates of one currency and day; `schema_error` for lengths that
  /// differ.
  rate_table(const exchange_quotes& quotes, std::vector<currency_unit> currencies, const exchange_options& options);

  [[nodiscard]] std::size_t currencies() const noexcept { return units_.size(); }
  [[nodiscard]] std::uint32_t reporting() const noexcept { return reporting_; }
  [[nodiscard]] const std::string& code(std::uint32_t currency) const {
    return detail::element(units_, currency, "currency").code;
  }

  /// Throws `data_error` that names currency and month when there is none. O(log rates of the currency).
  [[nodiscard]] exchange_rate on(std::uint32_t currency, day when) const;
  /// The mean over the days [from, to), each day counting the same; exact. Throws as `on` for every day without a rate.
  [[nodiscard]] exchange_rate mean(std::uint32_t currency, day from, day to) const;

  /// Names the rates: equal tables, equal fingerprints.
  [[nodiscard]] std::uint64_t fingerprint() const;

 private:
  friend struct detail::rate_table_access;
  struct quote {
    std::int32_t since;
    exchange_rate rate;
  };
  [[nodiscard]] const quote* find(std::uint32_t currency, day when) const;
  [[noreturn]] void throw_missing(std::uint32_t currency, day when) const;

  std::vector<currency_unit> units_;
  std::vector<std::vector<quote>> quotes_;  // by currency, in order of days
  std::uint32_t reporting_ = 0;
  std::int32_t days_beyond_month_ = 7;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
