#include "sojourn/revenue/explain/usage_movements.hpp"

#include <algorithm>
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

/// Totals before each of rising days.
class totals_before {
 public:
  totals_before(const usage_of_reading& usage, std::vector<day> cuts) : cuts_(std::move(cuts)), at_(cuts_.size()) {
    for (const detail::draw& one : usage.draws.draws) {
      const usage_fact& fact = usage.facts[one.consumption];
      if (!usage.mine[one.consumption]) continue;
      usage_totals& to = since(fact.start);
      to.consumed += one.amount;
      if (!one.commitment) to.overage += one.amount;
      if (one.commitment && usage.facts[*one.commitment].kind == usage_kind::prepaid) to.drawn += one.amount;
    }
    for (const detail::forfeit& one : usage.draws.forfeits) {
      if (!usage.mine[one.commitment]) continue;
      usage_totals& to = since(one.when);
      to.shortfall += one.amount;
      if (usage.facts[one.commitment].kind == usage_kind::prepaid) to.expired += one.amount;
    }
    for (std::size_t i = 1; i < at_.size(); ++i) {
      at_[i].consumed += at_[i - 1].consumed, at_[i].overage += at_[i - 1].overage;
      at_[i].shortfall += at_[i - 1].shortfall, at_[i].drawn += at_[i - 1].drawn, at_[i].expired += at_[i - 1].expired;
    }
    for (std::size_t c = 0; c < usage.facts.size(); ++c) {
      const usage_fact& fact = usage.facts[c];
      if (fact.kind == usage_kind::consumption || !usage.mine[c] || fact.start >= usage.as_of.since_epoch) continue;
      for (std::size_t i = 0; i < at_.size(); ++i) {
        at_[i].committed += detail::committed_before(fact, cuts_[i].since_epoch);
        if (fact.kind == usage_kind::prepaid && day{fact.start} < cuts_[i]) at_[i].prepaid += fact.amount;
      }
    }
  }
  [[nodiscard]] const usage_totals& operator[](std::size_t cut) const { return at_[cut]; }

 private:
  /// The totals of the first cut after a day; of a day after all of them one that nobody reads.
  usage_totals& since(std::int32_t when) {
    const auto after = std::upper_bound(cuts_.begin(), cuts_.end(), day{when});
    return after == cuts_.end() ? beyond_ : at_[static_cast<std::size_t>(after - cuts_.begin())];
  }

  std::vector<day> cuts_;
  std::vector<usage_totals> at_;
  usage_totals beyond_;
};

int128 carried(const usage_totals& t) {
  return t.committed - (t.consumed - t.overage) - t.shortfall;
}

}  // namespace

std::vector<usage_period> usage_movements(const book& of, const reading& how, const period_grid& grid) {
  const usage_of_reading usage = detail::usage_of(of, how);
  std::vector<day> cuts{grid.start(0)};
  for (std::int32_t p = 0; p < grid.count && grid.start(p) < usage.as_of; ++p) {
    cuts.push_back(std::min(grid.end(p), usage.as_of));
  }
  const totals_before totals(usage, cuts);
  std::vector<usage_period> rows;
  for (std::size_t i = 1; i < cuts.size(); ++i) {
    const usage_totals& from = totals[i - 1];
    const usage_totals& to = totals[i];
    const auto p = static_cast<std::int32_t>(i) - 1;
    rows.push_back({grid.label(p), in_64_bits(carried(from)), in_64_bits(to.committed - from.committed),
                    in_64_bits(to.consumed - from.consumed), in_64_bits(to.overage - from.overage),
                    in_64_bits(to.shortfall - from.shortfall), in_64_bits(carried(to)),
                    in_64_bits(to.prepaid - to.drawn - to.expired), grid.end(p) <= usage.as_of});
  }
  return rows;
}

}  // namespace sojourn::inline v0_1
