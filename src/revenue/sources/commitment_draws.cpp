#include "revenue/sources/commitment_draws.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "revenue/ledger/rows.hpp"
#include "sojourn/detail/int128.hpp"
#include "sojourn/revenue/sources/invoicing.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// amount x part / whole to the nearest unit, halves up.
std::int64_t part_of_amount(std::int64_t amount, int128 part, int128 whole) {
  return static_cast<std::int64_t>((2 * int128{amount} * part + whole) / (2 * whole));
}

/// Accounts whose facts may meet: those that a fact belonged to one after another.
class joined_accounts {
 public:
  explicit joined_accounts(const std::vector<usage_fact>& facts) {
    for (const usage_fact& one : facts) {
      for (const owned_since& owner : one.owners) join(one.account, owner.owner);
    }
  }
  [[nodiscard]] std::uint32_t root(std::uint32_t who) const {
    for (auto found = above_.find(who); found != above_.end(); found = above_.find(who)) who = found->second;
    return who;
  }

 private:
  void join(std::uint32_t a, std::uint32_t b) {
    a = root(a), b = root(b);
    if (a != b) above_[std::max(a, b)] = std::min(a, b);
  }
  std::map<std::uint32_t, std::uint32_t> above_;
};

/// What is left of the commitments of accounts that belong together.
class open_commitments {
 public:
  open_commitments(const std::vector<usage_fact>& facts, std::vector<std::uint32_t> numbers)
      : facts_(facts), numbers_(std::move(numbers)) {
    for (const std::uint32_t c : numbers_) {
      if (facts_[c].kind == usage_kind::prepaid) left_[{c, 0}] = facts_[c].amount;
    }
  }

  void consume(std::uint32_t number, std::vector<draw>& to) {
    const usage_fact& fact = facts_[number];
    std::int64_t open = fact.amount;
    std::vector<std::uint32_t> mine;
    for (const std::uint32_t c : numbers_) {
      if (covers(facts_[c], fact)) mine.push_back(c);
    }
    std::sort(mine.begin(), mine.end(),
              [&](auto a, auto b) { return drawn_before(facts_[a], a, facts_[b], b, fact.start); });
    for (const std::uint32_t c : mine) {
      if (open == 0) break;
      std::int64_t& left = left_of(c, std::max(facts_[c].start, fact.start));
      const std::int64_t taken = std::min(left, open);
      if (taken == 0) continue;
      left -= taken, open -= taken;
      to.push_back({number, c, taken});
    }
    if (open > 0) to.push_back({number, std::nullopt, open});
  }

  /// What expired by `as_of` and was not used.
  void expire(day as_of, std::vector<forfeit>& to) {
    for (const std::uint32_t c : numbers_) {
      const usage_fact& one = facts_[c];
      if (one.kind == usage_kind::prepaid) {
        if (one.end <= as_of.since_epoch && left_[{c, 0}] > 0) to.push_back({c, one.end - 1, left_[{c, 0}]});
        continue;
      }
      for (std::int32_t month = 0;; ++month) {
        const std::int32_t first = months_after(day{one.start}, month).since_epoch;
        if (first >= std::min(one.end, as_of.since_epoch)) break;
        const std::int32_t end = std::min(one.end, months_after(day{one.start}, month + 1).since_epoch);
        const std::int64_t left = left_of(c, first);
        if (end <= as_of.since_epoch && left > 0) to.push_back({c, end - 1, left});
      }
    }
  }

 private:
  std::int64_t& left_of(std::uint32_t c, std::int32_t when) {
    const usage_fact& one = facts_[c];
    if (one.kind == usage_kind::prepaid) return left_[{c, 0}];
    const std::int32_t month = month_of_term(day{one.start}, day{when});
    const auto [found, fresh] = left_.try_emplace({c, month}, 0);
    if (fresh) {
      const std::int32_t end = std::min(one.end, months_after(day{one.start}, month + 1).since_epoch);
      found->second = committed_before(one, end) - committed_before(one, months_after(day{one.start}, month).since_epoch);
    }
    return found->second;
  }

  const std::vector<usage_fact>& facts_;
  std::vector<std::uint32_t> numbers_;
  std::map<std::pair<std::uint32_t, std::int32_t>, std::int64_t> left_;  // of a commitment, of a minimum by month
};

}  // namespace

std::uint32_t usage_fact::owner_on(std::int32_t when) const noexcept {
  std::uint32_t owner = account;
  for (const owned_since& one : owners) {
    if (&one == owners.data() || one.since <= when) owner = one.owner;
  }
  return owner;
}

day months_after(day from, std::int32_t count) {
  const month to = month::of(from) + months{count};
  const std::int32_t into = from - month::of(from).first_day();
  const std::int32_t length = (to + months{1}).first_day() - to.first_day();
  return day{to.first_day().since_epoch + std::min(into, length - 1)};
}

std::int32_t month_of_term(day start, day when) {
  const std::int32_t count = (month::of(when) - month::of(start)).count;
  return months_after(start, count) <= when ? count : count - 1;
}

std::int64_t committed_before(const usage_fact& commitment, std::int32_t when) {
  const std::int32_t until = std::min(when, commitment.end);
  if (until <= commitment.start) return 0;
  const day start{commitment.start};
  const std::int32_t month = month_of_term(start, day{until});
  const day first = months_after(start, month);
  const std::int32_t length = months_after(start, month + 1) - first;
  const int128 days = int128{month} * length + (until - first.since_epoch);  // of months as long as this one
  if (commitment.kind == usage_kind::minimum) return part_of_amount(commitment.amount, days, length);
  if (until == commitment.end) return commitment.amount;
  const billing_term term = term_between(start, day{commitment.end});
  if (term.unit == billing_unit::month) return part_of_amount(commitment.amount, days, int128{term.every} * length);
  return part_of_amount(commitment.amount, until - commitment.start, commitment.end - commitment.start);
}

bool covers(const usage_fact& commitment, const usage_fact& consumption) {
  if (commitment.kind == usage_kind::consumption || commitment.currency != consumption.currency) return false;
  if (commitment.subscription != whole_account && commitment.subscription != consumption.subscription) return false;
  if (commitment.start >= consumption.end || commitment.end <= consumption.start) return false;
  const std::int32_t when = std::max(commitment.start, consumption.start);
  return commitment.owner_on(when) == consumption.owner_on(when);
}

bool drawn_before(const usage_fact& a, std::uint32_t number_a, const usage_fact& b, std::uint32_t number_b,
                  std::int32_t when) {
  const auto key = [when](const usage_fact& c, std::uint32_t number) {
    const std::int32_t from = std::max(c.start, when);
    const std::int32_t expires =
        c.kind == usage_kind::prepaid
            ? c.end
            : std::min(c.end, months_after(day{c.start}, month_of_term(day{c.start}, day{from}) + 1).since_epoch);
    return std::tuple(expires, c.kind == usage_kind::prepaid, c.subscription == whole_account, c.start, c.amount, number);
  };
  return key(a, number_a) < key(b, number_b);
}

commitment_draws draw_down(const std::vector<usage_fact>& facts, day as_of) {
  const joined_accounts joined(facts);
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < facts.size(); ++i) {
    if (facts[i].start < as_of.since_epoch) order.push_back(i);
  }
  std::vector<std::uint32_t> root(facts.size());
  for (const std::uint32_t i : order) root[i] = joined.root(facts[i].account);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) {
    const auto key = [&](std::uint32_t i) {
      const usage_fact& f = facts[i];
      return std::tuple(root[i], f.kind == usage_kind::consumption, f.start, f.end, f.amount, f.subscription, i);
    };
    return key(a) < key(b);
  });
  commitment_draws found;
  for (auto at = order.begin(); at != order.end();) {
    const auto end = std::find_if(at, order.end(), [&](auto i) { return root[i] != root[*at]; });
    const auto usage = std::find_if(at, end, [&](auto i) { return facts[i].kind == usage_kind::consumption; });
    open_commitments open(facts, {at, usage});
    for (auto i = usage; i != end; ++i) open.consume(*i, found.draws);
    open.expire(as_of, found.forfeits);
    at = end;
  }
  return found;
}

}  // namespace sojourn::inline v0_1::detail
