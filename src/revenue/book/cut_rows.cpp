#include "revenue/book/cut_rows.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "revenue/ledger/cell_checks.hpp"
#include "revenue/ledger/rows.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// A row cut where its owner changes. Why it began holds for the first piece, why it ended for the last, `moved` between.
void cut_row(mrr_rows& to, const mrr_rows& from, std::size_t at, std::span<const ownership> owners, change_cause moved) {
  const row_marks marks = from.marks_of(at);
  const std::int64_t start = from.start[at];
  const std::int64_t end = has_end(from, at) ? from.end[at] : INT64_MAX;
  const auto add = [&](account owner, std::int64_t first, std::int64_t last) {
    row_marks mine = marks;
    if (first != start) mine.began = moved, mine.began_at = 0;
    if (last != end) mine.ended = moved, mine.ended_at = 0;
    const bool ends = last != INT64_MAX;
    to.add(owner.index, static_cast<std::int32_t>(first), ends ? static_cast<std::int32_t>(last) : 0, ends, from.amount[at],
           from.source[at], mine);
    to.accounts = std::max(to.accounts, std::size_t{owner.index} + 1);
  };
  bool written = false;
  account first_owner = owners.front().owner;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    const std::int64_t since = i == 0 ? start : std::max<std::int64_t>(start, owners[i].since.since_epoch);
    const std::int64_t until = i + 1 < owners.size() ? std::min<std::int64_t>(end, owners[i + 1].since.since_epoch) : end;
    if (owners[i].since.since_epoch <= start) first_owner = owners[i].owner;
    if (since >= until) continue;
    add(owners[i].owner, since, until);
    written = true;
  }
  if (!written) add(first_owner, start, end);
}

/// Every row cut where its owner changes; `owners(row, list)` says whose it is.
template <class Owners>
mrr_rows cut_rows(const mrr_rows& rows, change_cause moved, row_accounts* whose, const Owners& owners) {
  mrr_rows cut;
  cut.ticks_per_unit = rows.ticks_per_unit, cut.counts = rows.counts, cut.lanes = rows.lanes, cut.accounts = rows.accounts;
  row_accounts cut_whose;
  std::vector<ownership> mine;
  for (std::size_t i = 0; i < rows.account.size(); ++i) {
    owners(i, mine);
    cut_row(cut, rows, i, mine, moved);
    if (whose == nullptr) continue;
    cut_whose.named.resize(cut.account.size(), whose->named[i]);
    cut_whose.account.resize(cut.account.size(), whose->account[i]);
  }
  if (whose != nullptr) *whose = std::move(cut_whose);
  return cut;
}

constexpr std::uint32_t no_parent = missing_cell<std::uint32_t>;

struct of_account {
  std::vector<std::uint32_t> in_force;
  std::pair<std::int32_t, std::uint32_t> last{INT32_MIN, no_parent};  // since when, whose: in force, else at all
  bool any = false;
};

/// The facts that bridges go on from, by account, day and lane: of several the one with the least parent.
std::map<std::tuple<std::uint32_t, std::int32_t, std::uint16_t>, std::uint32_t> facts_that_end(
    const mrr_rows& rows, const parents_of_rows& parents) {
  std::map<std::tuple<std::uint32_t, std::int32_t, std::uint16_t>, std::uint32_t> ending;
  for (std::size_t i = 0; i < rows.account.size(); ++i) {
    if (!has_end(rows, i) || rows.source[i] == mrr_rows::no_source) continue;
    const auto [found, fresh] = ending.try_emplace({rows.account[i], rows.end[i], rows.marks_of(i).lane}, rows.source[i]);
    if (!fresh && parents.of_fact(rows.source[i]).value_or(no_parent) < parents.of_fact(found->second).value_or(no_parent)) {
      found->second = rows.source[i];
    }
  }
  return ending;
}

}  // namespace

parents_of_rows::parents_of_rows(const book_data& data, std::span<const std::uint32_t> slots, const mrr_rows& rows,
                                 std::optional<day> always)
    : parent_(slots.size(), no_parent) {
  for (std::size_t fact = 0; fact < slots.size(); ++fact) {
    parent_[fact] = data.cell<std::uint32_t>(data.common.parent, slots[fact]).value_or(no_parent);
  }
  if (always) follow_accounts(rows, always->since_epoch);
}

std::optional<std::uint32_t> parents_of_rows::of_fact(std::uint32_t fact) const {
  return parent_[fact] == no_parent ? std::nullopt : std::optional(parent_[fact]);
}

void parents_of_rows::follow_accounts(const mrr_rows& rows, std::int32_t when) {
  std::map<std::uint32_t, of_account> accounts;
  for (std::size_t i = 0; i < rows.account.size(); ++i) {
    if (rows.start[i] > when) continue;
    const std::uint32_t parent = parent_[rows.source[i]];
    const bool in_force = !has_end(rows, i) || when < rows.end[i];
    of_account& mine = accounts[rows.account[i]];
    if (in_force && mine.in_force.empty()) mine.last = {INT32_MIN, no_parent};
    if (in_force) mine.in_force.push_back(parent);
    const std::pair one{rows.start[i], parent};
    if (in_force || mine.in_force.empty()) mine.last = mine.any ? std::max(mine.last, one) : one;
    mine.any = true;
  }
  std::vector<std::uint32_t> followed = parent_;
  for (std::size_t i = 0; i < rows.account.size(); ++i) {
    const auto found = accounts.find(rows.account[i]);
    if (found == accounts.end() || rows.start[i] > when) continue;
    const auto& held = found->second.in_force;
    const std::uint32_t own = parent_[rows.source[i]];
    const bool stays = std::find(held.begin(), held.end(), own) != held.end();
    followed[rows.source[i]] = stays ? own : found->second.last.second;
  }
  parent_ = std::move(followed);
}

mrr_rows rows_of_owners(const mrr_rows& rows, std::span<const std::uint32_t> slots, const owner_index& owners,
                        change_cause moved, row_accounts* whose) {
  mrr_rows cut = cut_rows(rows, moved, whose, [&](std::size_t i, std::vector<ownership>& mine) {
    owners.find_owners(account{rows.account[i]}, slots[rows.source[i]], mine);
  });
  if (whose != nullptr) whose->account = cut.account;
  return cut;
}

mrr_rows rows_of_parents(const mrr_rows& rows, const parents_of_rows* named, const owner_index& owners, change_cause moved,
                         row_accounts* whose) {
  const bool bridged = named != nullptr && rows.counts.bridges > 0;
  const auto ending = bridged ? facts_that_end(rows, *named)
                              : std::map<std::tuple<std::uint32_t, std::int32_t, std::uint16_t>, std::uint32_t>{};
  return cut_rows(rows, moved, whose, [&](std::size_t i, std::vector<ownership>& mine) {
    std::uint32_t fact = rows.source[i];
    if (fact == mrr_rows::no_source && bridged) {
      const auto before = ending.find({rows.account[i], rows.start[i], rows.marks_of(i).lane});
      if (before != ending.end()) fact = before->second;
    }
    mine = {{earliest_day, account{rows.account[i]}}};
    owners.replace_by_parents(mine, named == nullptr || fact == mrr_rows::no_source ? std::nullopt : named->of_fact(fact));
  });
}

}  // namespace sojourn::inline v0_1::detail
