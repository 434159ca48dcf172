#include "revenue/book/owner_table.hpp"

#include <algorithm>
#include <set>

#include "sojourn/revenue/ledger/account_errors.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

bool known(const recorded& when, std::optional<day> known_on) {
  return known_on ? when.on(*known_on) : when.until > latest_day;
}

constexpr day never{latest_day.since_epoch + 1};

}  // namespace

bool operator==(const owner_table& a, const owner_table& b) {
  const auto same = [](const ownership& x, const ownership& y) { return x.since == y.since && x.owner == y.owner; };
  return a.mergers == b.mergers && a.parents == b.parents &&
         std::equal(a.moved.begin(), a.moved.end(), b.moved.begin(), b.moved.end(), [&](const auto& x, const auto& y) {
           return x.first == y.first && x.second.from == y.second.from &&
                  std::equal(x.second.to.begin(), x.second.to.end(), y.second.to.begin(), y.second.to.end(), same);
         });
}

owner_index::owner_index(const owner_table& table, const owner_view& how) : always_(how.always), moved_(table.moved) {
  const auto join = [&](account a, account b) {
    beside_[a.index].push_back(b.index);
    beside_[b.index].push_back(a.index);
  };
  for (const merger& one : table.mergers) {
    if (!known(one.known, how.known_on)) continue;
    merged_.insert_or_assign(one.from.index, one);
    join(one.from, one.into);
    changes_ = changes_ || one.since > earliest_day;
  }
  for (const parent_fact& one : table.parents) {
    if (!how.by_parent || !known(one.known, how.known_on)) continue;
    auto& facts = parents_[one.child.index];  // in order of days, of one day as they were learned
    facts.insert(
        std::upper_bound(facts.begin(), facts.end(), one, [](const auto& a, const auto& b) { return a.since < b.since; }),
        one);
    children_[one.parent.index].push_back(one.child.index);
    changes_ = changes_ || one.since > earliest_day;
  }
  for (const auto& [slot, row] : moved_) {
    for (const ownership& one : row.to) {
      join(row.from, one.owner);
      changes_ = changes_ || one.since > earliest_day;
    }
  }
}

// The owners of what `who` owns from a day on.
void owner_index::follow_mergers(account who, day from, std::vector<ownership>& to) const {
  to.push_back({from, who});
  std::size_t left = merged_.size();  // mergers that were believed at the same time may run in a circle
  for (auto next = merged_.find(who.index); next != merged_.end() && left > 0;
       next = merged_.find(next->second.into.index), --left) {
    const merger& one = next->second;
    while (to.size() > 1 && to.back().since >= one.since && to.back().since > from) to.pop_back();
    if (one.since <= from)
      to.back() = {from, one.into};
    else if (to.back().since >= one.since)
      to.back().owner = one.into;
    else
      to.push_back({one.since, one.into});
  }
}

void owner_index::keep_one_owner(std::vector<ownership>& owners) const {
  if (!always_) return;
  const auto later = std::find_if(owners.begin() + 1, owners.end(), [&](const ownership& o) { return o.since > *always_; });
  owners = {{owners.front().since, (later - 1)->owner}};
}

void owner_index::find_owners(account who, std::uint32_t slot, std::vector<ownership>& to) const {
  to.clear();
  const auto moved = moved_.find(slot);
  std::vector<ownership> own{{earliest_day, who}};
  if (moved != moved_.end()) own.insert(own.end(), moved->second.to.begin(), moved->second.to.end());
  for (std::size_t i = 0; i < own.size(); ++i) {
    std::vector<ownership> followed;
    follow_mergers(own[i].owner, own[i].since, followed);
    const day end = i + 1 < own.size() ? own[i + 1].since : never;
    for (const ownership& one : followed) {
      if (one.since >= end && one.since > own[i].since) continue;
      if (!to.empty() && to.back().since == one.since) to.pop_back();
      to.push_back(one);
    }
  }
  keep_one_owner(to);
}

void owner_index::replace_by_parents(std::vector<ownership>& owners, std::optional<std::uint32_t> of_row) const {
  std::vector<ownership> cut;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    cut.push_back(of_row ? ownership{owners[i].since, account{*of_row}} : owners[i]);
    const day end = i + 1 < owners.size() ? owners[i + 1].since : never;
    for (const parent_fact& one : parents_of(owners[i].owner)) {
      if (one.since <= owners[i].since)
        cut.back().owner = one.parent;
      else if (one.since < end)
        cut.push_back({one.since, one.parent});
    }
  }
  const auto same = [](const ownership& a, const ownership& b) { return a.owner == b.owner; };
  cut.erase(std::unique(cut.begin(), cut.end(), same), cut.end());
  owners = std::move(cut);
  keep_one_owner(owners);
}

std::span<const parent_fact> owner_index::parents_of(account child) const {
  const auto found = parents_.find(child.index);
  return found == parents_.end() ? std::span<const parent_fact>{} : found->second;
}

std::span<const std::uint32_t> owner_index::children_of(account parent) const {
  const auto found = children_.find(parent.index);
  return found == children_.end() ? std::span<const std::uint32_t>{} : found->second;
}

std::vector<account> owner_index::joined(std::span<const account> some) const {
  std::set<std::uint32_t> seen;
  std::vector<std::uint32_t> open;
  const auto see = [&](std::uint32_t who) {
    if (seen.insert(who).second) open.push_back(who);
  };
  for (const account who : some) see(who.index);
  while (!open.empty()) {
    const std::uint32_t who = open.back();
    open.pop_back();
    if (const auto found = beside_.find(who); found != beside_.end()) {
      for (const std::uint32_t other : found->second) see(other);
    }
  }
  std::vector<account> all;
  all.reserve(seen.size());
  for (const std::uint32_t who : seen) all.push_back({who});
  return all;
}

void require_new_merger(const owner_table& table, const merger& one) {
  const auto refuse = [&](account who, const char* rule) {
    throw account_data_error(who, {"account", problem::no_row, "{account}", rule, ""});
  };
  if (one.from == one.into) refuse(one.from, "an account is not merged with itself");
  std::map<std::uint32_t, std::uint32_t> into;
  for (const merger& old : table.mergers) {
    if (old.known.until > latest_day) into[old.from.index] = old.into.index;
  }
  if (into.contains(one.from.index)) refuse(one.from, "an account is merged once");
  for (auto next = into.find(one.into.index); next != into.end(); next = into.find(next->second)) {
    if (next->second == one.from.index) refuse(one.from, "mergers do not run in a circle");
  }
}

}  // namespace sojourn::inline v0_1::detail
