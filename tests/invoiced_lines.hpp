// Lines of invoices, one by one, and the MRR of a day that they come to.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/revenue/sources/invoicing.hpp"
#include "subscription_table.hpp"

namespace sojourn::test {

/// A column with gaps.
template <class T>
struct sparse {
  std::vector<T> values;
  std::vector<std::uint8_t> bits;

  void add(std::optional<T> value) {
    const std::size_t row = values.size();
    values.push_back(value.value_or(T{}));
    bits.resize(row / 8 + 1, 0);
    if (value) bits[row / 8] = static_cast<std::uint8_t>(bits[row / 8] | (1u << (row % 8)));
  }
  [[nodiscard]] column<T> view(std::string_view name) const { return {std::span<const T>(values), bits.data(), 0, name}; }
};

struct line {
  std::string from = "2024-01-01";
  std::string to = "2024-02-01";
  std::int64_t amount = 10'000;
  std::optional<line_kind> kind{};
  std::uint32_t account = 0, subscription = 0;
  std::int64_t tax = 0, off = 0;
  std::uint8_t term = 0;
  std::string full_from = "", full_to = "", ended = "", cancelled = "", billing_ended = "", unpaid = "", paid = "";
};

inline std::optional<std::int32_t> line_date(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(on(text));
}

struct invoices {
  std::vector<std::uint32_t> account, subscription;
  std::vector<std::int64_t> amount, tax, off;
  std::vector<std::uint8_t> term;
  sparse<std::uint8_t> kind;
  sparse<std::int32_t> from, to, full_from, full_to, ended, cancelled, billing_ended, unpaid, paid;

  invoices(std::initializer_list<line> lines) {
    for (const line& l : lines) add(l);
  }
  void add(const line& l) {
    account.push_back(l.account), subscription.push_back(l.subscription), amount.push_back(l.amount), tax.push_back(l.tax);
    off.push_back(l.off), term.push_back(l.term);
    kind.add(l.kind ? std::optional(static_cast<std::uint8_t>(*l.kind)) : std::nullopt);
    from.add(line_date(l.from)), to.add(line_date(l.to)), full_from.add(line_date(l.full_from)),
        full_to.add(line_date(l.full_to));
    ended.add(line_date(l.ended)), cancelled.add(line_date(l.cancelled)), billing_ended.add(line_date(l.billing_ended));
    unpaid.add(line_date(l.unpaid)), paid.add(line_date(l.paid));
  }
  [[nodiscard]] invoice_lines view() const {
    return {.account = account,
            .service_start = from.view("service_start"),
            .service_end = to.view("service_end"),
            .amount = {amount, "amount_minor"},
            .kind = kind.view("kind"),
            .subscription = subscription,
            .discount_minor = off,
            .discount_term = term,
            .tax_minor = tax,
            .full_start = full_from.view("full_start"),
            .full_end = full_to.view("full_end"),
            .ended_on = ended.view("ended_on"),
            .cancelled_on = cancelled.view("cancelled_on"),
            .billing_ended_on = billing_ended.view("billing_ended_on"),
            .unpaid_since = unpaid.view("unpaid_since"),
            .paid_again_on = paid.view("paid_again_on")};
  }
};

inline ledger book_of(const invoices& lines, const revenue_policy& policy = {}) {
  return rows_from_invoices(lines.view(), {.policy = policy, .accounts = 100}).book(at("2030-01-01"));
}
inline std::int64_t cents(const invoices& lines, const std::string& when, const revenue_policy& policy = {}) {
  const ledger book = book_of(lines, policy);
  std::int64_t ticks = 0;
  for (std::uint32_t who = 0; who < book.accounts(); ++who) ticks += book.level(account{who}, at(when)).ticks();
  return round_to_minor(ticks);
}

}  // namespace sojourn::test
