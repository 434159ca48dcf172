#include "sojourn/revenue/explain/accounts_table.hpp"

#include "revenue/explain/account_periods.hpp"
#include "sojourn/revenue/ledger/constant_rates.hpp"
#include "sojourn/revenue/ledger/tenure.hpp"

namespace sojourn::inline v0_1 {
std::vector<account_summary> accounts_table(const book& of, const reading& how, const std::optional<period_grid>& period) {
  const ledger& steps = how.ledger.book;
  const survival_input lives = tenure(how.ledger);
  std::vector<account_summary> rows(lives.account.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    account_summary& row = rows[i];
    row.who = {lives.account[i]};
    const auto mine = steps.steps(row.who);
    row.first = mine.front().when;
    if (lives.churned[i] != 0) row.left = mine.back().when;
    row.tenure_days = lives.duration_days[i];
    row.cause = lives.cause[i];
    row.last = mrr::from_ticks(lives.last_mrr_ticks[i]);
    if (!how.ledger.by_subscription) row.parent = parent_of(of, row.who, day{steps.known_until().since_epoch - 1});
  }
  if (!period) return rows;
  const period_grid one{period->first_month(0), period->months_each, 1};
  const detail::period_finder finder(one);
  detail::account_periods in_period(finder, 1, how.under.policy);
  ask_window(how.ledger, one.start(0), one.end(0), [&](const ledger& valued) {
    for (account_summary& row : rows) row.in_period = period_movements::of(in_period.of(valued.steps(row.who)).front());
    return 0;
  });
  return rows;
}

}  // namespace sojourn::inline v0_1
