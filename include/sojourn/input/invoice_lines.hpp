// Lines of invoices: what was billed for which days of service.
// Layer: 2. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string_view>

#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What a line of an invoice bills.
enum class line_kind : std::uint8_t {
  recurring,  ///< service of a subscription
  one_off,    ///< anything that does not come again: a set-up fee, a purchase
  usage,      ///< metered service
  refund,     ///< money that went back: a refund, a credit
  proration,  ///< a change of plan: below zero the credit for unused time, else a charge for the rest of a period
};
constexpr std::array<std::string_view, 5> values_of(line_kind) {
  return {"recurring", "one_off", "usage", "refund", "proration"};
}

/// One row per line. `line_kind_words.hpp` has the words of vendors for the kinds. `account` and `amount` are required, the
/// period of service too except for one-offs and refunds; any other column may be empty or have missing cells.
struct invoice_lines {
  column<std::uint32_t> account{};       ///< dense account index
  column<std::int32_t> service_start{};  ///< first day of the service that the line bills
  column<std::int32_t> service_end{};    ///< day after its last day
  column<std::int64_t> amount{};         ///< of the line, in minor units, before discounts and with tax

  column<std::uint8_t> kind{};            ///< `line_kind`; missing: recurring; below zero a proration or a refund
  column<std::uint32_t> subscription{};   ///< dense index, for `customer_unit::subscription`
  column<std::int64_t> discount_minor{};  ///< off the amount
  column<std::uint8_t> discount_term{};   ///< `discount_term`; recurring
  column<std::int64_t> tax_minor{};       ///< tax within the amount
  column<std::int32_t> full_start{};      ///< a prorated line: first day of the whole period of which it bills a part
  column<std::int32_t> full_end{};        ///< day after the last day of that period

  column<std::int32_t> ended_on{};          ///< the subscription behind the line ended: day after its last day of service
  column<std::int32_t> cancelled_on{};      ///< the customer asked for the end
  column<std::int32_t> billing_ended_on{};  ///< the billing system ended it
  column<std::int32_t> unpaid_since{};      ///< first day that is not paid for
  column<std::int32_t> paid_again_on{};
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
