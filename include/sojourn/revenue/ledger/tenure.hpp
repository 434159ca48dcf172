// How long each account stayed and why it left, in the form that survival analysis takes.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <vector>

#include "sojourn/revenue/ledger/keyed_ledger.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One entry per account that ever was a customer, in order of account numbers.
struct survival_input {
  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> first_day;  ///< the day of entry: the first one as a customer, in days since 1970
  std::vector<std::int32_t>
      duration_days;                  ///< first day to final churn, or to `known_until` for those who are still customers
  std::vector<std::uint8_t> churned;  ///< 1: left for good as far as is known; 0: censored
  std::vector<change_cause> cause;    ///< why it left, of several causes the largest; `unknown` for who is still a customer
  std::vector<std::int64_t> last_mrr_ticks;  ///< the last MRR that it paid; 0: it never paid
};

/// Tenure of every account: from its first day as a customer, with or without MRR, to the last. A lapse and return in
/// between does not end it. Everybody is seen from the first day on, so there is no delayed entry. O(accounts). What it does
/// not tell you: a customer who lapsed yesterday and will return tomorrow counts as churned.
[[nodiscard]] survival_input tenure(const ledger& book);

/// In several currencies at the rates of the last known day.
[[nodiscard]] survival_input tenure(const keyed_ledger& book);

/// `last_mrr_ticks` in minor units, each rounded on its own.
[[nodiscard]] std::vector<std::int64_t> last_mrr_minor(const survival_input& accounts);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
