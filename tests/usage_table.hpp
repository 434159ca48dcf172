// Rows of usage for tests: typed, and as a book.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sojourn/revenue/book/read.hpp"
#include "subscription_table.hpp"

namespace sojourn::test {

/// Commitments and consumption that own their memory; subscription 0 stands for none.
struct usage_table {
  table rows;
  std::vector<std::uint8_t> kind, subscription_bits;
  std::vector<std::uint32_t> subscription;

  usage_table& add(usage_kind what, std::uint32_t who, const std::string& from, const std::string& to, std::int64_t amount,
                   std::uint32_t sub = 0) {
    const std::size_t row = kind.size();
    rows.add(who, from, to, amount);
    kind.push_back(static_cast<std::uint8_t>(what));
    subscription.push_back(sub);
    subscription_bits.resize(row / 8 + 1, 0);
    if (sub != 0) subscription_bits[row / 8] = static_cast<std::uint8_t>(subscription_bits[row / 8] | (1u << (row % 8)));
    return *this;
  }
  /// What was consumed in a month, "2024-01", or on a day.
  usage_table& consumed(std::uint32_t who, const std::string& when, std::int64_t amount, std::uint32_t sub = 0) {
    if (when.size() > 7) return add(usage_kind::consumption, who, when, "", amount, sub);
    const month whole = in(when);
    return add(usage_kind::consumption, who, to_string(whole.first_day()), to_string((whole + months{1}).first_day()),
               amount, sub);
  }
  usage_table& minimum(std::uint32_t who, const std::string& from, const std::string& to, std::int64_t amount,
                       std::uint32_t sub = 0) {
    return add(usage_kind::minimum, who, from, to, amount, sub);
  }
  usage_table& prepaid(std::uint32_t who, const std::string& from, const std::string& to, std::int64_t amount,
                       std::uint32_t sub = 0) {
    return add(usage_kind::prepaid, who, from, to, amount, sub);
  }

  [[nodiscard]] usage_lines view() const {
    const subscriptions plain = rows.view();
    return {
        plain.account,
        plain.start,
        column<std::int64_t>(rows.amount, "amount"),
        column<std::uint8_t>(kind, "kind"),
        plain.end,
        column<std::uint32_t>(std::span<const std::uint32_t>(subscription), subscription_bits.data(), 0, "subscription")};
  }
  /// Accounts are 0 .. 9, subscriptions 0 .. 9.
  [[nodiscard]] book held() const {
    book made(fact_source::usage);
    for (std::int64_t who = 0; who < 10; ++who) made.keys().intern(who), made.subscription_keys().intern(who);
    apply(made, {.rows = view()});
    return made;
  }
};

}  // namespace sojourn::test
