#include "sojourn/revenue/explain/usage_movements.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "revenue/explain/usage_of_reading.hpp"
#include "sojourn/detail/int128.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::int128;
using detail::usage_fact;
using detail::usage_of_reading;

std::int64_t in_64_bits(int128 sum) {
  const auto narrow = static_cast<std::int64_t>(sum);
  if (narrow != sum) throw overflow_error("usage: a total leaves 64 bits of minor units");
  return narrow;
}

/// What happened before a day, summed up.
struct usage_totals {
  int128 committed = 0, consumed = 0, overage = 0, shortfall = 0, prepaid = 0, drawn = 0, expired = 0;
};

int128 carried(const usage_totals& t) {
  return t.committed - (t.consumed - t.overage) - t.shortfall;
}

/// Whose usage, in which currency; customers are 0 where all of them stand together.
using group = std::pair<std::uint32_t, std::uint32_t>;

/// Totals before each of rising days, by group.
class totals_before {
 public:
  totals_before(const usage_of_reading& usage, std::vector<day> cuts, bool by_customer)
      : cuts_(std::move(cuts)), usage_(usage), by_customer_(by_customer) {
    for (const detail::draw& one : usage.draws.draws) {
      const usage_fact& fact = usage.facts[one.consumption];
      if (!usage.mine[one.consumption]) continue;
      usage_totals* const to = since(one.consumption, fact.start);
      if (to == nullptr) continue;
      const int128 amount = valued(one.consumption, one.amount);
      to->consumed += amount;
      if (!one.commitment) to->overage += amount;
      if (one.commitment && usage.facts[*one.commitment].kind == usage_kind::prepaid) {
        to->drawn += valued(*one.commitment, one.amount);
      }
    }
    for (const detail::forfeit& one : usage.draws.forfeits) {
      if (!usage.mine[one.commitment]) continue;
      usage_totals* const to = since(one.commitment, one.when);
      if (to == nullptr) continue;
      const int128 amount = valued(one.commitment, one.amount);
      to->shortfall += amount;
      if (usage.facts[one.commitment].kind == usage_kind::prepaid) to->expired += amount;
    }
    for (auto& [whose, at] : groups_) add_up(at);
    for (std::size_t c = 0; c < usage.facts.size(); ++c) add_commitment(c);
  }
  /// By group: the totals before each cut.
  [[nodiscard]] const std::map<group, std::vector<usage_totals>>& groups() const noexcept { return groups_; }

 private:
  /// An amount of a fact, at its own rate where each has one.
  [[nodiscard]] int128 valued(std::size_t fact, std::int64_t amount) const {
    return usage_.rates.empty() ? amount : converted(mrr::from_ticks(amount), usage_.rates[fact]).ticks();
  }
  std::vector<usage_totals>& of(std::size_t fact) {
    const group whose{by_customer_ ? usage_.customer[fact].index : 0, usage_.facts[fact].currency};
    return groups_.try_emplace(whose, cuts_.size()).first->second;
  }
  /// The totals of the first cut after a day; none after all of them.
  usage_totals* since(std::size_t fact, std::int32_t when) {
    const auto after = std::upper_bound(cuts_.begin(), cuts_.end(), day{when});
    return after == cuts_.end() ? nullptr : &of(fact)[static_cast<std::size_t>(after - cuts_.begin())];
  }
  static void add_up(std::vector<usage_totals>& at) {
    for (std::size_t i = 1; i < at.size(); ++i) {
      at[i].consumed += at[i - 1].consumed, at[i].overage += at[i - 1].overage;
      at[i].shortfall += at[i - 1].shortfall, at[i].drawn += at[i - 1].drawn, at[i].expired += at[i - 1].expired;
    }
  }
  void add_commitment(std::size_t c) {
    const usage_fact& fact = usage_.facts[c];
    if (fact.kind == usage_kind::consumption || !usage_.mine[c] || fact.start >= usage_.as_of.since_epoch) return;
    if (cuts_.back().since_epoch <= fact.start) return;
    std::vector<usage_totals>& at = of(c);
    for (std::size_t i = 0; i < at.size(); ++i) {
      at[i].committed += valued(c, detail::committed_before(fact, cuts_[i].since_epoch));
      if (fact.kind == usage_kind::prepaid && day{fact.start} < cuts_[i]) at[i].prepaid += valued(c, fact.amount);
    }
  }

  std::vector<day> cuts_;
  const usage_of_reading& usage_;
  bool by_customer_;
  std::map<group, std::vector<usage_totals>> groups_;
};

/// Amounts of a period as they are, or at the rates of its opening.
class valuer {
 public:
  valuer(const usage_of_reading& usage, const period_grid& grid) : usage_(usage), grid_(grid) {}

  /// Adds the amounts of one currency to those of a period.
  void add(usage_period& to, std::int32_t period, std::uint32_t currency, const usage_totals& from,
           const usage_totals& until) {
    const auto more = [&](std::int64_t& sum, int128 amount) {
      sum = in_64_bits(int128{sum} + valued(amount, period, currency));
    };
    more(to.carried_in, carried(from)), more(to.committed, until.committed - from.committed);
    more(to.consumed, until.consumed - from.consumed), more(to.overage, until.overage - from.overage);
    more(to.shortfall, until.shortfall - from.shortfall);
    more(to.balance, until.prepaid - until.drawn - until.expired);
    to.carried = in_64_bits(int128{to.carried_in} + to.committed + to.overage - int128{to.consumed} - to.shortfall);
  }

 private:
  [[nodiscard]] int128 valued(int128 amount, std::int32_t period, std::uint32_t currency) {
    if (usage_.in == nullptr || amount == 0) return amount;
    const auto [found, fresh] = rates_.try_emplace({period, currency});
    if (fresh) found->second = rate_of(period, usage_.rate_codes.at(currency));
    const std::int64_t size = in_64_bits(amount < 0 ? -amount : amount);
    const std::int64_t in_reporting = converted(mrr::from_ticks(size), found->second).ticks();
    return amount < 0 ? -in_reporting : in_reporting;
  }
  [[nodiscard]] exchange_rate rate_of(std::int32_t period, std::uint32_t code) const {
    const rate_table& rates = usage_.in->rates.rates;
    const day opens = grid_.start(period);
    return usage_.in->at == period_rates::mean ? rates.mean(code, grid_.start(period - 1), opens)
                                               : rates.on(code, day{opens.since_epoch - 1});
  }

  const usage_of_reading& usage_;
  const period_grid& grid_;
  std::map<std::pair<std::int32_t, std::uint32_t>, exchange_rate> rates_;
};

/// The amounts of every period, by customer or of all together.
std::map<std::uint32_t, std::vector<usage_period>> periods_of(const book& of, const reading& how, const period_grid& grid,
                                                              bool by_customer) {
  const usage_of_reading usage = detail::usage_of(of, how, detail::usage_currencies::at_rates);
  std::vector<day> cuts{grid.start(0)};
  for (std::int32_t p = 0; p < grid.count && grid.start(p) < usage.as_of; ++p) {
    cuts.push_back(std::min(grid.end(p), usage.as_of));
  }
  std::vector<usage_period> empty;
  for (std::int32_t p = 0; p + 1 < static_cast<std::int32_t>(cuts.size()); ++p) {
    empty.push_back({.period = grid.label(p), .complete = grid.end(p) <= usage.as_of});
  }
  std::map<std::uint32_t, std::vector<usage_period>> found;
  if (!by_customer) found.emplace(0, empty);
  const totals_before totals(usage, cuts, by_customer);
  valuer values(usage, grid);
  for (const auto& [whose, at] : totals.groups()) {
    std::vector<usage_period>& rows = found.try_emplace(whose.first, empty).first->second;
    for (std::size_t p = 0; p < rows.size(); ++p) {
      values.add(rows[p], static_cast<std::int32_t>(p), whose.second, at[p], at[p + 1]);
    }
  }
  return found;
}

}  // namespace

std::vector<usage_period> usage_movements(const book& of, const reading& how, const period_grid& grid) {
  return periods_of(of, how, grid, false).begin()->second;
}

std::vector<customer_usage> usage_of_customers(const book& of, const reading& how, const period_grid& grid) {
  const auto found = periods_of(of, how, grid, true);
  std::vector<customer_usage> rows;
  const std::size_t periods = found.empty() ? 0 : found.begin()->second.size();
  for (std::size_t p = 0; p < periods; ++p) {
    for (const auto& [who, used] : found) {
      const usage_period none{.period = used[p].period, .complete = used[p].complete};
      if (used[p] != none) rows.push_back({account{who}, used[p]});
    }
  }
  return rows;
}

}  // namespace sojourn::inline v0_1
