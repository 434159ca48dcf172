// Renewal: which of the contracts that came due were renewed, and at what price.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sojourn/input/contracts.hpp"
#include "sojourn/revenue/ledger/as_of_day.hpp"
#include "sojourn/revenue/retention.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Terms that end in [from, to) are due.
struct renewal_window {
  day from;
  day to;
};

/// One logo an account (its due contracts are added up, so contracts that are merged into one renewal are no loss), or one
/// logo a contract.
enum class renewal_unit : std::uint8_t { account, contract };
constexpr std::array<std::string_view, 2> values_of(renewal_unit) {
  return {"account", "contract"};
}

struct renewal_options {
  std::int32_t grace_days = 30;  ///< a renewal up to this many days after the end still counts
  /// The first day that is not known. To be named where a contract that is due has no renewal: whether its grace days are
  /// over decides if it is lost. `after_latest_date()`: all of them are over.
  as_of_day as_of{};
  renewal_unit unit = renewal_unit::account;
  renewal_open open = renewal_open::exclude;  ///< not renewed, grace days not over: left out, or lost until renewed
};

/// What a policy says about renewals.
[[nodiscard]] inline renewal_options renewal_rules(const revenue_policy& policy) {
  return {.grace_days = policy.renewal_grace, .open = policy.renewal_open};
}

/// Due contracts, each in exactly one of the classes, and the decided units with their value then and now.
///
/// Pending: not renewed, and the grace days are not over by `as_of`; neither kept nor lost, hence in no rate, unless
/// `renewal_open::lost` makes it lost (it is counted under `lost` then, and pending stays 0). An account
/// with a pending contract is pending as a whole. Values are ticks a year (166,320 a minor unit).
struct renewal_state {
  std::int64_t contracts_due = 0;
  std::int64_t early = 0;                 ///< renewed before the term ended
  std::int64_t on_time = 0;               ///< renewed on the day after its last day
  std::int64_t late = 0;                  ///< renewed within the grace days
  std::int64_t lost = 0;                  ///< not renewed within them, or renewed at 0
  std::int64_t returned_after_grace = 0;  ///< of the lost: came back too late
  std::int64_t pending = 0;
  std::int64_t units_pending = 0;
  detail::int128 value_pending = 0;
  retention_state decided;  ///< units with value before and after: opening = value up for renewal

  template <class Self, class Visit>
  static constexpr void all(Self& s, const Visit& visit) {
    visit(s.contracts_due, s.early, s.on_time, s.late, s.lost, s.returned_after_grace, s.pending, s.units_pending,
          s.value_pending, s.decided);
  }
  static constexpr std::uint16_t bytes_kind = 35;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    detail::archive_fields(archive, self);
  }
  renewal_state& operator+=(const renewal_state& o) { return detail::add_fields(*this, o, "renewal_state"); }
  renewal_state& operator-=(const renewal_state& o) { return detail::subtract_fields(*this, o, "renewal_state"); }
  friend bool operator==(const renewal_state&, const renewal_state&) = default;
};

/// Sorts the due contracts. States of disjoint accounts add up.
/// Throws `data_error` for a missing account, end or value, a value outside 1 .. 5.5e13 minor units, a renewal without a
/// value or with a negative one, a date outside 1900-2199; `schema_error` for lengths that differ, an empty window, negative
/// grace days; `as_of_not_named` when `as_of` decides and is missing. O(rows + due log due).
[[nodiscard]] renewal_state tally_renewals(const contracts& terms, renewal_window window,
                                           const renewal_options& options = {});

inline constexpr metric_label logo_renewal_label{"logo_renewal", "share"};
inline constexpr metric_label gross_dollar_renewal_label{"gross_dollar_renewal", "share"};
inline constexpr metric_label net_dollar_renewal_label{"net_dollar_renewal", "share"};

/// Renewed units over decided units. Wilson interval. None decided: undefined.
[[nodiscard]] estimate logo_renewal(const renewal_state& state, confidence_level level = {});
/// Renewed value over value up for renewal, each unit at most at its old value: downgrades reduce it, upsell does not hide
/// them.
[[nodiscard]] estimate gross_dollar_renewal(const renewal_state& state, confidence_level level = {});
/// Renewed value over value up for renewal, upsell at renewal included; may pass 1.
/// What none of the three tells you: what share of all MRR was due. A good quarter may have had little to lose.
[[nodiscard]] estimate net_dollar_renewal(const renewal_state& state, confidence_level level = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
