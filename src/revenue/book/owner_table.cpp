#include "revenue/book/owner_table.hpp"

#include <algorithm>
#include <set>

#include "sojourn/revenue/ledger/account_errors.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

bool known(const recorded& when, std::optional<day> known_on) {
  return known_on ? when.on(*known_on) : when.until > latest_day;
}

}  // namespace

bool operator==(const owner_table& a, const owner_table& b) {
  const auto same = [](const ownership& x, const ownership& y) { return x.since == y.since && x.owner == y.owner; };
  return a.mergers == b.mergers && a.parents == b.parents &&
         std::equal(a.moved.begin(), a.moved.end(), b.moved.begin(), b.moved.end(), [&](const auto& x, const auto& y) {
           return x.first == y.first && x.second.from == y.second.from &&
                  std::equal(x.second.to.begin(), x.second.to.end(), y.second.to.begin(), y.second.to.end(), same);
         });
}

owners_known::owners_known(const owner_table& table, std::optional<day> known_on, bool by_parent)
    : table_(table), known_on_(known_on), by_parent_(by_parent) {
  const auto join = [&](account a, account b) {
    beside_[a.index].push_back(b.index);
    beside_[b.index].push_back(a.index);
  };
  for (const merger& one : table.mergers) {
    if (!known(one.known, known_on)) continue;
    merged_.insert_or_assign(one.from.index, one);
    join(one.from, one.into);
  }
  for (const parent_fact& one : table.parents) {
    if (!by_parent || !known(one.known, known_on)) continue;
    auto& facts = parents_[one.child.index];  // in order of days, of one day as they were learned
    facts.insert(
        std::upper_bound(facts.begin(), facts.end(), one, [](const auto& a, const auto& b) { return a.since < b.since; }),
        one);
    join(one.child, one.parent);
  }
  for (const auto& [slot, row] : table.moved) {
    for (const ownership& one : row.to) join(row.from, one.owner);
  }
  trivial_ = merged_.empty() && parents_.empty() && table.moved.empty();
}

// The owners of what `who` owns from a day on.
void owners_known::follow_mergers(account who, day from, std::vector<ownership>& to) const {
  to.push_back({from, who});
  for (auto next = merged_.find(who.index); next != merged_.end(); next = merged_.find(next->second.into.index)) {
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

// What was said of an account holds from its day on; until then the parent that the row names does.
void owners_known::add_parents(std::vector<ownership>& mine, std::optional<std::uint32_t> of_row) const {
  std::vector<ownership> cut;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    const auto found = parents_.find(mine[i].owner.index);
    cut.push_back(of_row ? ownership{mine[i].since, account{*of_row}} : mine[i]);
    if (found == parents_.end()) continue;
    const day end = i + 1 < mine.size() ? mine[i + 1].since : day{latest_day.since_epoch + 1};
    for (const parent_fact& one : found->second) {
      if (one.since <= mine[i].since)
        cut.back().owner = one.parent;
      else if (one.since < end)
        cut.push_back({one.since, one.parent});
    }
  }
  const auto same = [](const ownership& a, const ownership& b) { return a.owner == b.owner; };
  cut.erase(std::unique(cut.begin(), cut.end(), same), cut.end());
  mine = std::move(cut);
}

std::span<const ownership> owners_known::owners(account who, std::uint32_t slot, std::optional<std::uint32_t> parent) {
  found_.clear();
  const auto moved = table_.moved.find(slot);
  std::vector<ownership> own{{earliest_day, who}};
  if (moved != table_.moved.end()) own.insert(own.end(), moved->second.to.begin(), moved->second.to.end());
  for (std::size_t i = 0; i < own.size(); ++i) {
    std::vector<ownership> followed;
    follow_mergers(own[i].owner, own[i].since, followed);
    const day end = i + 1 < own.size() ? own[i + 1].since : day{latest_day.since_epoch + 1};
    for (const ownership& one : followed) {
      if (one.since >= end && one.since > own[i].since) continue;
      if (!found_.empty() && found_.back().since == one.since) found_.pop_back();
      found_.push_back(one);
    }
  }
  if (by_parent_) add_parents(found_, parent);
  return found_;
}

std::vector<account> owners_known::joined(std::vector<account> some) const {
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
