#include "sojourn/forecast/account_months.hpp"

#include <algorithm>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {

account_months months_of(const ledger& book) {
  if (book.lanes() > 1)
    throw schema_error(
        "a forecast needs amounts in one currency: give the ledger fx=\"service_start\", which values each row once, or "
        "forecast each currency alone");
  const auto begin = first_day(book);
  const month after = month::of(book.known_until());
  if (!begin || month::of(*begin) >= after)
    throw schema_error("a forecast needs at least one whole month with a customer that is known");
  account_months found{.first = month::of(*begin), .accounts = book.accounts()};
  found.months = static_cast<std::size_t>((after - found.first).count);
  found.ticks.resize(found.accounts * found.months);
  found.there.resize(found.accounts * found.months);
  for (std::size_t who = 0; who < found.accounts; ++who) {
    const auto steps = book.steps(account{static_cast<std::uint32_t>(who)});
    std::size_t step = 0;
    const mrr_step* now = nullptr;
    for (std::size_t t = 0; t < found.months; ++t) {
      const day next = (found.first + months{static_cast<std::int32_t>(t) + 1}).first_day();
      while (step < steps.size() && steps[step].when < next) now = &steps[step++];
      if (now == nullptr || !now->present()) continue;
      found.there[who * found.months + t] = 1;
      found.ticks[who * found.months + t] = now->level.ticks();
    }
  }
  return found;
}

std::vector<double> mrr_by_month(const account_months& history) {
  std::vector<double> sums;
  for (std::size_t t = 0; t < history.months; ++t) {
    detail::int128 ticks = 0;
    for (std::size_t who = 0; who < history.accounts; ++who) ticks += history.ticks[who * history.months + t];
    sums.push_back(static_cast<double>(ticks) / static_cast<double>(mrr::ticks_per_minor));
  }
  return sums;
}

}  // namespace sojourn::inline v0_1
