#include "sojourn/revenue/ledger/ledger.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "detail/unshared.hpp"
#include "revenue/ledger/ledger_maker.hpp"
#include "revenue/ledger/rows.hpp"
#include "sojourn/revenue/ledger/account_errors.hpp"

namespace sojourn::inline v0_1 {

namespace {

mrr_step standing_on(std::span<const mrr_step> all, day when) noexcept {
  const auto after = std::upper_bound(all.begin(), all.end(), when, [](day d, const mrr_step& s) { return d < s.when; });
  return after == all.begin() ? mrr_step{} : *std::prev(after);
}

}  // namespace

detail::ledger_block& ledger::block_of(account who) {
  return detail::unshared(blocks_[who.index / detail::accounts_per_block]);
}

mrr ledger::level(account who, day when) const noexcept {
  return standing_on(steps(who), when).level;
}

account_presence ledger::presence(account who, day when) const noexcept {
  return standing_on(steps(who), when).presence;
}

// The accounts that `which(i)` names, as account i; an account outside the ledger is empty.
template <class Which>
ledger ledger::picked(std::size_t accounts, const Which& which) const {
  ledger some = detail::ledger_maker::make_with_shares(
      accounts, known_until_, [&](account who, auto& all_steps, auto& all_rows, auto& all_shares) {
        const account from = which(who);
        const auto append = [](auto& to, const auto& values) { to.insert(to.end(), values.begin(), values.end()); };
        append(all_steps, steps(from)), append(all_rows, rows_of(from)), append(all_shares, shares(from));
      });
  detail::ledger_maker::describe(some, counts_, lanes_, rows_seen_, free_customers_);
  return some;
}

namespace {
constexpr account no_account{UINT32_MAX};
}

ledger ledger::part(std::size_t first, std::size_t last) const {
  if (first > last || last > accounts())
    throw schema_error("ledger: a part is a range of accounts first <= last <= accounts()");
  return picked(accounts_, [&](account who) { return who.index >= first && who.index < last ? who : no_account; });
}

ledger ledger::only(std::span<const account> some) const {
  for (const account who : some) {
    if (who.index < accounts_) continue;
    throw account_data_error(who, {"account", problem::no_row, "{account}", "not an account of this ledger", ""});
  }
  return picked(some.size(), [&](account who) { return some[who.index]; });
}

ledger ledger::part(std::span<const std::uint8_t> keep) const {
  if (keep.size() != accounts()) throw schema_error("ledger: a part needs one entry for each of its accounts");
  return picked(accounts_, [&](account who) { return keep[who.index] != 0 ? who : no_account; });
}

void detail::require_one_lane(const ledger& book) {
  if (book.lanes() == 1) return;
  throw schema_error("the ledger keeps amounts apart in " + std::to_string(book.lanes()) + " lanes; read it at rates first");
}

std::optional<day> first_day(const ledger& book) {
  std::optional<day> earliest;
  for (std::uint32_t who = 0; who < book.accounts(); ++who) {
    const auto steps = book.steps(account{who});
    if (!steps.empty() && (!earliest || steps.front().when < *earliest)) earliest = steps.front().when;
  }
  return earliest;
}

std::vector<problem> validate(const subscriptions& table, ledger_options options, std::size_t most) {
  detail::require_table(table);
  std::vector<problem> found;
  for (std::size_t row = 0; row < table.account.size() && found.size() < most; ++row) {
    if (auto one = detail::row_problem(table, row, detail::universe(table, options))) found.push_back(std::move(*one));
  }
  return found;
}

}  // namespace sojourn::inline v0_1
