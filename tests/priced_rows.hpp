// Prices and the days on which something happened, row by row, and the MRR of a day that they come to.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "sojourn/revenue/sources/price.hpp"
#include "sojourn/revenue/sources/pricing.hpp"
#include "subscription_table.hpp"

namespace sojourn::test {

inline constexpr std::int32_t missing = INT32_MIN;

inline std::int32_t date(const std::string& text) {
  return text.empty() ? missing : on(text);
}

// One optional column of days.
struct days_column {
  std::vector<std::int32_t> values;
  std::vector<std::uint8_t> bits;

  void add(std::int32_t value) {
    const std::size_t row = values.size();
    values.push_back(value);
    bits.resize(row / 8 + 1, 0);
    if (value != missing) bits[row / 8] = static_cast<std::uint8_t>(bits[row / 8] | (1u << (row % 8)));
  }
  [[nodiscard]] column<std::int32_t> view() const { return {std::span<const std::int32_t>(values), bits.data(), 0, {}}; }
};

struct row {
  std::uint32_t account = 0;
  std::string start = "2024-01-01";
  std::string end = "";
  std::int64_t amount = 10'000;
  std::string cancelled = "";
  std::string billing_end = "";
  std::string unpaid = "";
  std::string paid_again = "";
  std::string paused = "";
  std::string resumed = "";
  std::string trial_start = "";
  std::string trial_end = "";
  std::uint8_t unit = static_cast<std::uint8_t>(billing_unit::month);
  std::int32_t every = 1;
  std::int64_t quantity = 1;
  std::int32_t basis_points = 0;
  std::int64_t off = 0;
  std::uint8_t term = 0;
  std::string off_until = "";
  std::int64_t tax = 0;
  std::uint8_t metered = 0;
  std::uint32_t subscription = 0;
};

struct billing {
  std::vector<std::uint32_t> account, subscription;
  std::vector<std::int64_t> amount, quantity, off, tax;
  std::vector<std::int32_t> every, basis_points;
  std::vector<std::uint8_t> unit, term, metered;
  days_column start, end, cancelled, billing_end, unpaid, paid_again, paused, resumed, trial_start, trial_end, off_until;

  billing(std::initializer_list<row> rows) {
    for (const row& r : rows) add(r);
  }
  void add(const row& r) {
    account.push_back(r.account), subscription.push_back(r.subscription), amount.push_back(r.amount);
    quantity.push_back(r.quantity), tax.push_back(r.tax), every.push_back(r.every);
    basis_points.push_back(r.basis_points), unit.push_back(r.unit), term.push_back(r.term), metered.push_back(r.metered);
    start.add(date(r.start)), end.add(date(r.end)), cancelled.add(date(r.cancelled)), billing_end.add(date(r.billing_end));
    unpaid.add(date(r.unpaid)), paid_again.add(date(r.paid_again)), paused.add(date(r.paused));
    resumed.add(date(r.resumed)), trial_start.add(date(r.trial_start)), trial_end.add(date(r.trial_end));
    off.push_back(r.off), off_until.add(date(r.off_until));
  }
  [[nodiscard]] priced_subscriptions view() const {
    return {.account = account,
            .start = start.view(),
            .amount = amount,
            .subscription = subscription,
            .end = end.view(),
            .cancelled_on = cancelled.view(),
            .billing_ended_on = billing_end.view(),
            .unpaid_since = unpaid.view(),
            .paid_again_on = paid_again.view(),
            .paused_on = paused.view(),
            .resumed_on = resumed.view(),
            .trial_start = trial_start.view(),
            .trial_end = trial_end.view(),
            .every = every,
            .unit = unit,
            .quantity = quantity,
            .discount_basis_points = basis_points,
            .discount_minor = off,
            .discount_term = term,
            .discount_until = off_until.view(),
            .tax_minor = tax,
            .metered = metered};
  }
};

// The default policy with what `set` changes of it.
template <class Set>
revenue_policy with(Set set) {
  revenue_policy policy;
  set(policy);
  return policy;
}

// Total MRR in minor units on a day, and how many customers.
struct on_a_day {
  std::int64_t minor;
  std::int64_t customers;
  friend bool operator==(const on_a_day&, const on_a_day&) = default;
};
inline std::ostream& operator<<(std::ostream& out, const on_a_day& d) {
  return out << d.minor << " of " << d.customers;
}

inline on_a_day total(const mrr_rows& rows, const std::string& when) {
  const ledger book = rows.book(at("2030-01-01"));
  std::int64_t ticks = 0;
  std::int64_t customers = 0;
  for (std::uint32_t who = 0; who < book.accounts(); ++who) {
    ticks += book.level(account{who}, at(when)).ticks();
    customers += book.presence(account{who}, at(when)) != account_presence::absent ? 1 : 0;
  }
  return {round_to_minor(ticks), customers};
}

inline on_a_day total(const billing& b, const std::string& when, const revenue_policy& policy = {}) {
  return total(rows_from_prices(b.view(), {.policy = policy}), when);
}

}  // namespace sojourn::test
