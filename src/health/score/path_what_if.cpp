#include "health/score/account_row.hpp"
#include "sojourn/health/score/path.hpp"

namespace sojourn::inline v0_1::health {

scenario what_if(const scorecard& card, const signals& columns, std::size_t row, std::span<const assumption> changes,
                 const score_options& options) {
  detail::account_row account(card, columns, row, options);
  for (const assumption& change : changes) account.assume(change);
  const snapshot then = account.score(card);
  return {then.result.score[0], then.result.tier[0], then.raw(0), then.result.flags[0]};
}

}  // namespace sojourn::inline v0_1::health
