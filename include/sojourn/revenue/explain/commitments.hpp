// When prepaid commitments run out.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sojourn/revenue/book/read.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What becomes of a prepaid commitment.
enum class commitment_status : std::uint8_t {
  exhausted,  ///< nothing is left
  runs_out,   ///< at its rate before the end of the term
  lasts,      ///< at its rate not before the end of the term
  undefined,  ///< nothing was consumed in the months of the rate
};
constexpr std::array<std::string_view, 4> values_of(commitment_status) {
  return {"exhausted", "runs_out", "lasts", "undefined"};
}

/// A prepaid commitment that is in force on `as_of`, the first day that is not known.
struct commitment_outlook {
  account who;                            ///< who owns it on that day
  std::optional<account> subscription{};  ///< by number of `subscription_keys`; none: all of its account
  day start = earliest_day;
  day end = latest_day;
  std::int64_t committed = 0;  ///< minor units
  std::int64_t drawn = 0;
  std::int64_t remaining = 0;
  std::int64_t consumed = 0;  ///< beyond minimums, in the months of the rate
  std::int32_t months = 0;    ///< the complete months of the rate; it is `consumed / months` a month
  commitment_status status = commitment_status::undefined;
  std::optional<day> runs_out{};  ///< the first day without balance; none: not before `end`, or undefined
  std::optional<day> earliest{};  ///< at the rate of the fastest of the months
  std::optional<day> latest{};    ///< at the rate of the slowest
  std::string_view reason{};      ///< why it is undefined
};

/// When prepaid commitments run out: at the mean consumption of the last `months` complete months before `as_of`, of which
/// those before the first consumption do not exist. What counts is the consumption that it may cover, beyond minimums.
/// Consumption goes on at that rate a month, from `as_of` on, over the months counted from that day; it draws the balances
/// of an account in the order in which they end, and what a balance holds at its end expires. All of it is exact rational
/// arithmetic. The range is that of the fastest and of the slowest of these months, no interval of a model.
///
/// Rows stand in order of customers, those of one customer in the order in which they are drawn. Throws as
/// `usage_movements`, and for fewer than 1 or more than 120 months. O(rows log rows + commitments x consumption of their
/// account). What it does not tell you: whether the rate will hold, and what the customer will buy next.
[[nodiscard]] std::vector<commitment_outlook> commitments(const book& of, const reading& how, std::int32_t months);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
