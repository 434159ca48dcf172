// The columns of each source, listed once: what stores, gathers, compares and writes facts goes through these lists.
// Layer: 5. Needs: std only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sojourn/revenue/book/facts.hpp"

namespace sojourn::inline v0_1::detail {

// Each calls `visit(role, column)` for every column besides `account`, always in the same order.

template <class Visit>
void each_column(auto& t, const Visit& visit)
  requires requires { t.start, t.end, t.amount, t.ticks_per_unit; }
{
  visit("start", t.start), visit("end", t.end), visit("mrr", t.amount);
}

template <class Visit>
void each_column(auto& t, const Visit& visit)
  requires requires { t.month, t.amount; }
{
  visit("month", t.month), visit("mrr", t.amount);
}

template <class Visit>
void each_column(auto& t, const Visit& visit)
  requires requires { t.when, t.nanosecond; }
{
  visit("when", t.when), visit("amount", t.amount), visit("subscription", t.subscription), visit("nanosecond", t.nanosecond);
}

template <class Visit>
void each_column(auto& t, const Visit& visit)
  requires requires { t.paused_on, t.metered; }
{
  visit("start", t.start), visit("amount", t.amount), visit("subscription", t.subscription), visit("end", t.end);
  visit("cancelled_on", t.cancelled_on), visit("billing_ended_on", t.billing_ended_on);
  visit("unpaid_since", t.unpaid_since), visit("paid_again_on", t.paid_again_on);
  visit("paused_on", t.paused_on), visit("resumed_on", t.resumed_on), visit("trial_start", t.trial_start);
  visit("trial_end", t.trial_end);
  visit("every", t.every), visit("unit", t.unit), visit("quantity", t.quantity);
  visit("discount_basis_points", t.discount_basis_points), visit("discount_minor", t.discount_minor);
  visit("discount_term", t.discount_term), visit("discount_until", t.discount_until);
  visit("tax_minor", t.tax_minor), visit("metered", t.metered);
}

template <class Visit>
void each_column(auto& t, const Visit& visit)
  requires requires { t.service_start, t.full_start; }
{
  visit("service_start", t.service_start), visit("service_end", t.service_end), visit("amount", t.amount);
  visit("kind", t.kind), visit("subscription", t.subscription), visit("discount_minor", t.discount_minor);
  visit("discount_term", t.discount_term), visit("tax_minor", t.tax_minor);
  visit("full_start", t.full_start), visit("full_end", t.full_end), visit("ended_on", t.ended_on);
  visit("cancelled_on", t.cancelled_on), visit("billing_ended_on", t.billing_ended_on);
  visit("unpaid_since", t.unpaid_since), visit("paid_again_on", t.paid_again_on);
}

template <class Visit>
void each_column(auto& t, const Visit& visit)
  requires requires { t.kind, t.start, t.end; }
{
  visit("start", t.start), visit("end", t.end), visit("usage_kind", t.kind), visit("usage_amount", t.amount);
  visit("usage_subscription", t.subscription);
}
/// The place of `usage_kind` in that list: every row of usage has one, and no other row.
inline constexpr std::size_t usage_kind_place = 2;

// A column that joins its table and not the list above would be dropped in silence.
template <class Table>
constexpr std::size_t columns_in =  // NOLINTNEXTLINE(bugprone-sizeof-expression): a table is columns of one size
    sizeof(Table) / sizeof(column<std::uint32_t>);
static_assert(columns_in<subscriptions> == 4 && columns_in<snapshots> == 3 && columns_in<mrr_changes> == 5 &&
              columns_in<priced_subscriptions> == 22 && columns_in<invoice_lines> == 16 && columns_in<usage_lines> == 6);

}  // namespace sojourn::inline v0_1::detail
