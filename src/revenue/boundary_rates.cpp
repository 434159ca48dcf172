#include "revenue/boundary_rates.hpp"

#include <algorithm>
#include <cstdint>

namespace sojourn::inline v0_1::detail {
namespace {

/// At which boundaries somebody has MRR in a currency: in the period that begins there, or at the end of the one before.
class rates_needed {
 public:
  rates_needed(std::span<const day> cuts, std::size_t currencies) : cuts_(cuts), needed_(cuts.size() * currencies, 0) {}

  [[nodiscard]] bool at(std::size_t boundary, std::size_t currency) const {
    return needed_[currency * cuts_.size() + boundary] != 0;
  }
  void add(std::span<const mrr_step> steps) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (steps[i].level == mrr{}) continue;
      const auto next = std::find_if(steps.begin() + static_cast<std::ptrdiff_t>(i) + 1, steps.end(),
                                     [&](const mrr_step& later) { return later.lane == steps[i].lane; });
      add(steps[i].lane, steps[i].when, next == steps.end() ? day{latest_day.since_epoch + 1} : next->when);
    }
  }
  void add(const rates_needed& other) {
    for (std::size_t i = 0; i < needed_.size(); ++i) {
      needed_[i] = static_cast<std::uint8_t>(needed_[i] | other.needed_[i]);
    }
  }

 private:
  // MRR on the days [from, to). Boundary b stands for the days from its eve to the eve of the next, the last for its eve.
  void add(std::size_t currency, day from, day to) {
    if (from >= cuts_.back()) return;
    const auto begun = std::upper_bound(cuts_.begin(), cuts_.end(), from) - cuts_.begin();
    const auto last = std::upper_bound(cuts_.begin(), cuts_.end(), to) - cuts_.begin();
    for (auto b = std::max<std::ptrdiff_t>(begun - 1, 0); b < last; ++b) {
      needed_[currency * cuts_.size() + static_cast<std::size_t>(b)] = 1;
    }
  }

  std::span<const day> cuts_;
  std::vector<std::uint8_t> needed_;
};

rates_needed rates_needed_by(const ledger& book, std::span<const day> cuts,
                             const std::optional<std::span<const account>>& some, const any_executor& host) {
  const std::size_t accounts = some ? some->size() : book.accounts();
  const std::size_t chunks = std::clamp<std::size_t>(accounts / 8192, 1, 8 * host.concurrency());
  std::vector<rates_needed> parts(chunks, rates_needed(cuts, book.lanes()));
  host.bulk(chunks, [&](std::size_t c) {
    for (std::size_t i = accounts * c / chunks; i < accounts * (c + 1) / chunks; ++i) {
      parts[c].add(book.steps(some ? (*some)[i] : account{static_cast<std::uint32_t>(i)}));
    }
  });
  rates_needed all = parts.front();
  for (const rates_needed& part : parts) all.add(part);
  return all;
}

bool begins_month(day when) {
  return month::of(when).first_day() == when;
}

}  // namespace

valued_spans spans_of(const period_grid& grid) {
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_revenue: a grid needs at least one period");
  valued_spans spans{grid.start(-1), {}, {}};
  for (std::int32_t p = 0; p <= grid.count; ++p) spans.cuts.push_back(grid.start(p));
  return spans;
}

valued_spans spans_of(day_window window) {
  if (window.to <= window.from) {
    throw schema_error("the span from " + to_string(window.from) + " to " + to_string(window.to) + " is empty");
  }
  const month first = month::of(window.from), end = month::of(window.to);
  const day before = begins_month(window.from) && begins_month(window.to)
                         ? (first - months{end - first}).first_day()
                         : day{window.from.since_epoch - (window.to - window.from)};
  return {before, {window.from, window.to}, {}};
}

void value(valued_spans& spans, const ledger& book, const rate_table& rates, period_rates at,
           const std::optional<std::span<const account>>& some, const any_executor& host) {
  if (rates.currencies() != book.lanes()) throw schema_error("tally_revenue: rates and ledger name different currencies");
  const rates_needed needed = rates_needed_by(book, spans.cuts, some, host);
  spans.rates.assign(spans.cuts.size(), std::vector<exchange_rate>(rates.currencies()));
  for (std::uint32_t c = 0; c < rates.currencies(); ++c) {
    for (std::size_t b = 0; b < spans.cuts.size(); ++b) {
      if (!needed.at(b, c)) continue;
      const day end = spans.cuts[b];
      spans.rates[b][c] = at == period_rates::mean ? rates.mean(c, b == 0 ? spans.before : spans.cuts[b - 1], end)
                                                   : rates.on(c, day{end.since_epoch - 1});
    }
  }
}

}  // namespace sojourn::inline v0_1::detail
