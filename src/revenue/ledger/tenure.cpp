#include "sojourn/revenue/ledger/tenure.hpp"

#include <algorithm>

#include "sojourn/revenue/ledger/constant_rates.hpp"

namespace sojourn::inline v0_1 {

survival_input tenure(const ledger& book) {
  detail::require_one_lane(book);
  survival_input all;
  for (std::uint32_t i = 0; i < book.accounts(); ++i) {
    const auto steps = book.steps(account{i});
    if (steps.empty()) continue;
    const bool churned = !steps.back().present();
    const day end = churned ? steps.back().when : book.known_until();
    const auto paid = std::find_if(steps.rbegin(), steps.rend(), [](const mrr_step& step) { return step.level > mrr{}; });
    const mrr last = paid != steps.rend() ? paid->level : mrr{};
    all.account.push_back(i);
    all.first_day.push_back(steps.front().when.since_epoch);
    all.duration_days.push_back(end - steps.front().when);
    all.churned.push_back(churned ? 1 : 0);
    all.cause.push_back(churned ? main_cause(steps.back(), book.shares(account{i})) : change_cause::unknown);
    all.last_mrr_ticks.push_back(last.ticks());
  }
  return all;
}

survival_input tenure(const keyed_ledger& book) {
  return ask_tenures(book, [](const ledger& one) { return tenure(one); });
}

std::vector<std::int64_t> last_mrr_minor(const survival_input& accounts) {
  std::vector<std::int64_t> minor;
  minor.reserve(accounts.last_mrr_ticks.size());
  for (const std::int64_t ticks : accounts.last_mrr_ticks) minor.push_back(round_to_minor(ticks));
  return minor;
}

}  // namespace sojourn::inline v0_1
