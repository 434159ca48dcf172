#include "sojourn/revenue/explain/commitments.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "revenue/explain/usage_of_reading.hpp"
#include "sojourn/detail/int128.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::int128;
using detail::usage_fact;
using detail::usage_of_reading;

/// What is consumed a month.
struct monthly_rate {
  int128 sum = 0;
  std::int32_t months = 1;
};

struct balance {
  std::uint32_t commitment;
  std::int64_t remaining;
};

/// The first day on which nothing is left of an amount that is consumed at a rate from `from` on; none: not in this
/// calendar.
std::optional<day> used_up(day from, int128 amount, monthly_rate rate) {
  const int128 needed = amount * rate.months;
  if (rate.sum == 0 || needed / rate.sum > (month::of(latest_day) - month::of(from)).count) return std::nullopt;
  const auto whole = static_cast<std::int32_t>(needed / rate.sum);
  const day first = detail::months_after(from, whole);
  const std::int32_t length = detail::months_after(from, whole + 1) - first;
  const int128 days = (needed % rate.sum * length + rate.sum - 1) / rate.sum;
  return day{first.since_epoch + static_cast<std::int32_t>(days)};
}

class outlook_maker {
 public:
  outlook_maker(const usage_of_reading& usage, std::int32_t months) : usage_(usage), months_(months) {
    drawn_.assign(usage.facts.size(), 0);
    beyond_minimums_.assign(usage.facts.size(), 0);
    emptied_.assign(usage.facts.size(), earliest_day.since_epoch);
    for (const detail::draw& one : usage.draws.draws) {
      const bool of_minimum = one.commitment && usage.facts[*one.commitment].kind == usage_kind::minimum;
      if (!of_minimum) beyond_minimums_[one.consumption] += one.amount;
      if (!one.commitment) continue;
      drawn_[*one.commitment] += one.amount;
      emptied_[*one.commitment] = std::max(emptied_[*one.commitment], usage.facts[one.consumption].end);
    }
    for (std::uint32_t i = 0; i < usage.facts.size(); ++i) {
      const usage_fact& fact = usage.facts[i];
      if (fact.start >= usage.as_of.since_epoch) continue;
      if (fact.kind == usage_kind::consumption) consumption_[fact.last_owner()].push_back(i);
      if (fact.kind == usage_kind::prepaid && fact.end > usage.as_of.since_epoch) {
        open_[fact.last_owner()].push_back({i, fact.amount - drawn_[i]});
      }
    }
    for (auto& [owner, balances] : open_) {
      std::sort(balances.begin(), balances.end(), [&](const balance& a, const balance& b) {
        return detail::drawn_before(usage.facts[a.commitment], a.commitment, usage.facts[b.commitment], b.commitment,
                                    usage.as_of.since_epoch);
      });
    }
  }

  [[nodiscard]] std::vector<commitment_outlook> all() const {
    std::vector<commitment_outlook> rows;
    for (const auto& [owner, balances] : open_) {
      for (const balance& one : balances) {
        if (usage_.mine[one.commitment]) rows.push_back(outlook_of(owner, one));
      }
    }
    // Their order within a customer stays.
    std::vector<std::size_t> order(rows.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return std::tuple(rows[a].who, a) < std::tuple(rows[b].who, b); });
    std::vector<commitment_outlook> sorted;
    sorted.reserve(order.size());
    for (const std::size_t i : order) sorted.push_back(rows[i]);
    return sorted;
  }

 private:
  [[nodiscard]] commitment_outlook outlook_of(std::uint32_t owner, const balance& one) const {
    const usage_fact& fact = usage_.facts[one.commitment];
    commitment_outlook row{.who = usage_.customer[one.commitment], .start = day{fact.start}, .end = day{fact.end}};
    if (fact.subscription != detail::whole_account) row.subscription = account{fact.subscription};
    row.committed = fact.amount, row.drawn = fact.amount - one.remaining, row.remaining = one.remaining;
    const std::vector<std::int64_t> by_month = months_of(owner, fact);
    row.months = static_cast<std::int32_t>(by_month.size());
    int128 sum = 0;
    for (const std::int64_t amount : by_month) sum += amount;
    if (sum > INT64_MAX) throw overflow_error("commitments: the consumption of an account leaves 64 bits");
    row.consumed = static_cast<std::int64_t>(sum);
    if (one.remaining == 0) {
      row.status = commitment_status::exhausted;
      const std::int32_t when = fact.amount == 0 ? fact.start : emptied_[one.commitment];
      row.runs_out = row.earliest = row.latest = day{when};
      return row;
    }
    if (sum == 0) {
      row.reason = by_month.empty() ? "no complete month of consumption yet" : "nothing was consumed in these months";
      return row;
    }
    row.runs_out = day_of(owner, one, {sum, row.months});
    row.earliest = day_of(owner, one, {*std::max_element(by_month.begin(), by_month.end()), 1});
    row.latest = day_of(owner, one, {*std::min_element(by_month.begin(), by_month.end()), 1});
    row.status = row.runs_out ? commitment_status::runs_out : commitment_status::lasts;
    return row;
  }

  [[nodiscard]] static bool same_pool(const usage_fact& commitment, const usage_fact& other) {
    return commitment.subscription == detail::whole_account || commitment.subscription == other.subscription;
  }

  /// What was consumed beyond minimums in each of the complete months of the rate.
  [[nodiscard]] std::vector<std::int64_t> months_of(std::uint32_t owner, const usage_fact& commitment) const {
    const auto found = consumption_.find(owner);
    if (found == consumption_.end()) return {};
    const month open = month::of(usage_.as_of);
    std::optional<month> first;
    for (const std::uint32_t i : found->second) {
      const month when = month::of(day{usage_.facts[i].start});
      if (same_pool(commitment, usage_.facts[i]) && (!first || when < *first)) first = when;
    }
    if (!first || *first >= open) return {};
    const month from = std::max(*first, open - months{months_});
    std::vector<std::int64_t> sums(static_cast<std::size_t>((open - from).count), 0);
    for (const std::uint32_t i : found->second) {
      const month when = month::of(day{usage_.facts[i].start});
      if (!same_pool(commitment, usage_.facts[i]) || when < from || when >= open) continue;
      std::int64_t& sum = sums[static_cast<std::size_t>((when - from).count)];
      if (__builtin_add_overflow(sum, beyond_minimums_[i], &sum)) {
        throw overflow_error("commitments: the consumption of an account leaves 64 bits");
      }
    }
    return sums;
  }

  /// The first day without balance at a rate; none: not before the end of the term.
  [[nodiscard]] std::optional<day> day_of(std::uint32_t owner, const balance& asked, monthly_rate rate) const {
    const usage_fact& fact = usage_.facts[asked.commitment];
    day from = usage_.as_of;
    int128 amount = 0;
    for (const balance& one : open_.at(owner)) {
      const usage_fact& before = usage_.facts[one.commitment];
      const bool is_asked = one.commitment == asked.commitment;
      if (!is_asked && !same_pool(fact, before) && before.subscription != detail::whole_account) continue;
      amount += one.remaining;
      const std::optional<day> when = used_up(from, amount, rate);
      const bool expires = !when || when->since_epoch >= before.end;
      if (is_asked) return expires ? std::nullopt : when;
      if (expires) from = day{before.end}, amount = 0;
    }
    return std::nullopt;
  }

  const usage_of_reading& usage_;
  std::int32_t months_;
  std::vector<std::int64_t> drawn_, beyond_minimums_;
  std::vector<std::int32_t> emptied_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> consumption_;  // by owner
  std::map<std::uint32_t, std::vector<balance>> open_;               // by owner, in the order in which they are drawn
};

}  // namespace

std::vector<commitment_outlook> commitments(const book& of, const reading& how, std::int32_t months) {
  if (months < 1 || months > revenue_policy::most_usage_months) {
    throw schema_error("commitments: a rate is the mean of 1 .. " + std::to_string(revenue_policy::most_usage_months) +
                       " months");
  }
  const usage_of_reading usage = detail::usage_of(of, how, detail::usage_currencies::one);
  return outlook_maker(usage, months).all();
}

}  // namespace sojourn::inline v0_1
