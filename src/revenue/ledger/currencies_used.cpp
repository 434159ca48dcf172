#include "sojourn/revenue/ledger/currencies_used.hpp"

namespace sojourn::inline v0_1 {

std::vector<std::string> currencies_used(const keyed_ledger& book) {
  if (book.in == nullptr) return {};
  std::vector<bool> used(book.book.lanes(), false);
  for (std::uint32_t who = 0; who < book.book.accounts(); ++who) {
    for (const mrr_step& step : book.book.steps(account{who})) used[step.lane] = true;
  }
  std::vector<std::string> found;
  for (const auto& [code, which] : book.in->rates.codes) {
    if (used[which]) found.push_back(code);
  }
  return found;
}

}  // namespace sojourn::inline v0_1
