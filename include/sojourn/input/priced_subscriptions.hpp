// Subscriptions as a billing system knows them: price, term and the days on which something happened.
// Layer: 2. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One row per subscription (or a stretch of it at one price). `account`, `start` and `amount` are required; any other
/// column may be empty (nothing of the kind is known) or have missing cells (it did not happen in that row).
struct priced_subscriptions {
  column<std::uint32_t> account{};  ///< dense account index
  column<std::int32_t> start{};     ///< first day of service
  column<std::int64_t> amount{};    ///< price of a term for one seat, in minor units, as listed

  column<std::uint32_t> subscription{};     ///< dense index, for `customer_unit::subscription`
  column<std::int32_t> end{};               ///< day after the last day of service
  column<std::int32_t> cancelled_on{};      ///< the customer asked for the end
  column<std::int32_t> billing_ended_on{};  ///< the billing system ended it
  column<std::int32_t> unpaid_since{};      ///< first day that is not paid for
  column<std::int32_t> paid_again_on{};
  column<std::int32_t> paused_on{};
  column<std::int32_t> resumed_on{};
  column<std::int32_t> trial_start{};  ///< first day of a trial; missing: a trial begins with the row
  column<std::int32_t> trial_end{};    ///< day after the last day of the trial

  column<std::int32_t> every{};     ///< units per term; 1
  column<std::uint8_t> unit{};      ///< `billing_unit`; month
  column<std::int64_t> quantity{};  ///< seats; 1
  column<std::int32_t> discount_basis_points{};
  column<std::int64_t> discount_minor{};  ///< off each invoice
  column<std::uint8_t> discount_term{};   ///< `discount_term`; recurring
  column<std::int32_t> discount_until{};  ///< first day without the discount; missing: as `discount_term` says
  column<std::int64_t> tax_minor{};       ///< tax within amount x quantity
  column<std::uint8_t> metered{};         ///< 1: billed by usage
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
