// How the facts of a book are read.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/revenue/currencies/named_quotes.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/ledger/as_of_day.hpp"
#include "sojourn/revenue/ledger/ownership.hpp"
#include "sojourn/revenue/policy.hpp"
#include "sojourn/revenue/sources/change_rows.hpp"
#include "sojourn/revenue/sources/pricing.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Whose revenue is counted; `revenue_policy::unit` tells accounts and subscriptions apart.
enum class book_unit : std::uint8_t { account, parent };
constexpr std::array<std::string_view, 2> values_of(book_unit) {
  return {"account", "parent"};
}

/// Only rows whose label is one of these words.
struct label_filter {
  std::string name;
  std::vector<std::string> words;
};

/// Amounts of several currencies in one.
struct currency_view {
  std::shared_ptr<const named_rate_table> rates;
  std::optional<period_rates> at{};  ///< by default that of the policy's `fx`
};

/// Two books with equal facts read under equal views give equal steps.
struct view {
  revenue_policy policy{};
  /// The first day that is not known any more: nothing from that day on has happened yet. To be named where some row ends
  /// after the last start; see `as_of_day`. Month snapshots are known up to the end of their latest month.
  as_of_day as_of{};
  /// Rows as they were known at the end of that day. Default: as they are believed now.
  std::optional<day> known_on{};
  book_unit unit = book_unit::account;
  /// Who owns an account on that day (after mergers, splits and parents) owns it on all days: nothing is transferred then.
  /// Default: on each day its owner of that day.
  std::optional<day> owners_on{};
  mrr_part part = mrr_part::paid;                        ///< of prices
  mrr_commitment commitment = mrr_commitment::in_force;  ///< of prices
  change_amount amount = change_amount::level;           ///< of changes
  same_day_changes same_day = same_day_changes::usual;   ///< of changes
  std::vector<label_filter> where{};
  /// A label whose words keep amounts apart; `currency` keeps currencies apart. None: one amount per account.
  std::optional<std::string> split_by{};
  std::optional<currency_view> currencies{};
  cause_rule causes = cause_rule::stated;  ///< see `with_causes`
  /// Only the accounts that it owns; see `account_ownership::shard`.
  std::shared_ptr<const account_ownership> part_of{};
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
