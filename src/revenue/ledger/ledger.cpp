#include "sojourn/revenue/ledger/ledger.hpp"

#include <algorithm>

#include "revenue/ledger/rows.hpp"
#include "sojourn/revenue/ledger/account_errors.hpp"

namespace sojourn::inline v0_1 {

mrr ledger::level(account who, day when) const noexcept {
  const auto all = steps(who);
  const auto after = std::upper_bound(all.begin(), all.end(), when, [](day d, const mrr_step& s) { return d < s.when; });
  return after == all.begin() ? mrr{} : std::prev(after)->level;
}

ledger ledger::part(std::size_t first, std::size_t last) const {
  if (first > last || last > accounts())
    throw schema_error("ledger: a part is a range of accounts first <= last <= accounts()");
  ledger some;
  some.accounts_ = accounts_;
  some.known_until_ = known_until_;
  some.counts_ = counts_;
  some.rows_seen_ = rows_seen_;
  some.blocks_.resize(blocks_.size());
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const std::size_t base = b * detail::accounts_per_block;
    const std::size_t size = blocks_[b].steps.size();
    if (first < base + size && base < last)
      some.blocks_[b] = blocks_[b];
    else
      some.blocks_[b] = {detail::flat_lists<mrr_step>(size), detail::flat_lists<std::uint32_t>(size)};
    for (std::size_t a = 0; a < size; ++a) {
      if (base + a >= first && base + a < last) continue;
      some.blocks_[b].steps.clear(a);
      some.blocks_[b].rows.clear(a);
    }
  }
  return some;
}

ledger ledger::only(std::span<const account> some) const {
  ledger few;
  few.accounts_ = some.size();
  few.known_until_ = known_until_;
  few.counts_ = counts_;
  few.rows_seen_ = rows_seen_;
  few.blocks_.resize((some.size() + detail::accounts_per_block - 1) / detail::accounts_per_block);
  std::vector<mrr_step> all_steps;
  std::vector<std::uint32_t> all_rows;
  for (std::size_t b = 0; b < few.blocks_.size(); ++b) {
    const std::size_t base = b * detail::accounts_per_block;
    const auto mine = some.subspan(base, std::min(detail::accounts_per_block, some.size() - base));
    few.blocks_[b] = {detail::flat_lists<mrr_step>(mine.size()), detail::flat_lists<std::uint32_t>(mine.size())};
    all_steps.clear(), all_rows.clear();
    for (std::size_t i = 0; i < mine.size(); ++i) {
      if (mine[i].index >= accounts_) {
        throw account_data_error(mine[i], {"account", problem::no_row, "{account}", "not an account of this ledger", ""});
      }
      few.blocks_[b].steps.place(i, all_steps.size(), steps(mine[i]).size());
      few.blocks_[b].rows.place(i, all_rows.size(), rows_of(mine[i]).size());
      all_steps.insert(all_steps.end(), steps(mine[i]).begin(), steps(mine[i]).end());
      all_rows.insert(all_rows.end(), rows_of(mine[i]).begin(), rows_of(mine[i]).end());
    }
    few.blocks_[b].steps.assign(all_steps);
    few.blocks_[b].rows.assign(all_rows);
  }
  return few;
}

ledger ledger::part(std::span<const std::uint8_t> keep) const {
  if (keep.size() != accounts()) throw schema_error("ledger: a part needs one entry for each of its accounts");
  ledger some;
  some.accounts_ = accounts_;
  some.known_until_ = known_until_;
  some.counts_ = counts_;
  some.rows_seen_ = rows_seen_;
  some.blocks_.resize(blocks_.size());
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const std::size_t base = b * detail::accounts_per_block;
    const detail::ledger_block& whole = blocks_[b];
    std::vector<mrr_step> steps;
    std::vector<std::uint32_t> rows;
    detail::flat_lists<mrr_step> kept_steps(whole.steps.size());
    detail::flat_lists<std::uint32_t> kept_rows(whole.steps.size());
    for (std::size_t a = 0; a < whole.steps.size(); ++a) {
      if (keep[base + a] == 0) continue;
      kept_steps.place(a, steps.size(), whole.steps[a].size());
      kept_rows.place(a, rows.size(), whole.rows[a].size());
      steps.insert(steps.end(), whole.steps[a].begin(), whole.steps[a].end());
      rows.insert(rows.end(), whole.rows[a].begin(), whole.rows[a].end());
    }
    kept_steps.assign(steps);
    kept_rows.assign(rows);
    some.blocks_[b] = {std::move(kept_steps), std::move(kept_rows)};
  }
  return some;
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
