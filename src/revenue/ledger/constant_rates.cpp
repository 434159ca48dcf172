#include "sojourn/revenue/ledger/constant_rates.hpp"

#include <utility>
#include <vector>

#include "revenue/ledger/currency_walk.hpp"
#include "revenue/ledger/ledger_maker.hpp"

namespace sojourn::inline v0_1 {
namespace {

/// The lanes in which somebody pays before `until`.
std::vector<bool> lanes_paid(const ledger& book, day until) {
  std::vector<bool> paid(book.lanes(), false);
  for (std::uint32_t who = 0; who < book.accounts(); ++who) {
    for (const mrr_step& step : book.steps(account{who})) {
      if (step.when >= until) break;
      if (step.level != mrr{}) paid[step.lane] = true;
    }
  }
  return paid;
}

}  // namespace

ledger at_rates(const ledger& book, std::span<const exchange_rate> rates) {
  if (rates.size() != book.lanes()) throw schema_error("currencies: one rate per currency");
  detail::currency_walk walk;
  std::vector<detail::cause_part> parts;
  const auto fill = [&](account who, auto& steps, auto& rows, auto& shares) {
    walk.start(who, book.steps(who));
    std::int64_t level = 0;
    account_presence presence = account_presence::absent;
    while (!walk.done()) {
      const day when = walk.next_day();
      walk.take_day();
      const std::int64_t next = walk.value(rates);
      if (next != level || walk.presence() != presence) {
        walk.causes(rates, book.shares(who), parts);
        steps.push_back({when, walk.presence(), detail::record_parts(parts, when, 0, shares), 0, mrr::from_ticks(next)});
      }
      level = next, presence = walk.presence();
    }
    const auto mine = book.rows_of(who);
    rows.insert(rows.end(), mine.begin(), mine.end());
  };
  ledger made = detail::ledger_maker::make_with_shares(book.accounts(), book.known_until(), fill);
  detail::ledger_maker::count(made, book.counts());
  return made;
}

ledger at_rates(const ledger& book, const rate_table& rates, day when, day until) {
  if (rates.currencies() != book.lanes()) throw schema_error("currencies: rates and ledger name different currencies");
  const std::vector<bool> paid = lanes_paid(book, until);
  std::vector<exchange_rate> found(book.lanes());
  for (std::uint32_t lane = 0; lane < found.size(); ++lane) {
    if (paid[lane]) found[lane] = rates.on(lane, when);
  }
  return at_rates(book, found);
}

keyed_ledger at_rates(const keyed_ledger& book, day when, day until) {
  if (book.in == nullptr) return book;
  keyed_ledger valued =
      detail::with_book(book, with_keys(*book.keys, [&] { return at_rates(book.book, book.in->rates.rates, when, until); }));
  valued.in = nullptr;
  return valued;
}

}  // namespace sojourn::inline v0_1
