#include "sojourn/forecast/vintage.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace sojourn::inline v0_1 {
namespace {

struct two_levels {
  double before = 0, after = 0, capped = 0;
};

/// What the customers of a month pay then and in the last month.
two_levels since(const account_months& history, std::size_t month) {
  two_levels sums;
  for (std::size_t who = 0; who < history.accounts; ++who) {
    const std::int64_t* ticks = history.ticks.data() + who * history.months;
    if (history.there[who * history.months + month] == 0) continue;
    sums.before += static_cast<double>(ticks[month]);
    sums.after += static_cast<double>(ticks[history.months - 1]);
    sums.capped += static_cast<double>(std::min(ticks[month], ticks[history.months - 1]));
  }
  return sums;
}

}  // namespace

double naive_forecast(const account_months& history, naive_rule rule, std::size_t ahead) {
  const double now = since(history, history.months - 1).after / static_cast<double>(mrr::ticks_per_minor);
  const std::size_t window = rule == naive_rule::last_churn ? 1 : 12;
  const std::size_t back = std::min(window, history.months - 1);
  if (rule == naive_rule::flat || back == 0) return now;
  const two_levels sums = since(history, history.months - 1 - back);
  if (!(sums.before > 0)) return now;
  const double kept = (rule == naive_rule::last_churn ? sums.capped : sums.after) / sums.before;
  return now * std::pow(kept, static_cast<double>(ahead) / static_cast<double>(back));
}

std::vector<double> later_mrr(const keyed_ledger& today, const keyed_ledger& then, std::size_t horizon) {
  const account_months past = months_of(then.book), known = months_of(today.book);
  const auto last = (past.first - known.first).count + static_cast<std::int64_t>(past.months) - 1;
  std::vector<detail::int128> sums(horizon);
  for (std::size_t who = 0; who < past.accounts; ++who) {
    if (past.there[who * past.months + past.months - 1] == 0) continue;
    const account one{static_cast<std::uint32_t>(who)};
    const std::optional<account> found =
        then.keys->holds_text() ? today.keys->find(then.keys->key(one)) : today.keys->find(then.keys->id(one));
    if (!found || found->index >= known.accounts) continue;
    for (std::size_t h = 0; h < horizon; ++h) {
      const auto t = last + static_cast<std::int64_t>(h) + 1;
      if (t >= 0 && t < static_cast<std::int64_t>(known.months))
        sums[h] += known.ticks[found->index * known.months + static_cast<std::size_t>(t)];
    }
  }
  std::vector<double> later;
  for (std::size_t h = 0; h < horizon; ++h) {
    const bool reached = last + static_cast<std::int64_t>(h) + 1 < static_cast<std::int64_t>(known.months);
    later.push_back(reached ? static_cast<double>(sums[h]) / static_cast<double>(mrr::ticks_per_minor)
                            : std::numeric_limits<double>::quiet_NaN());
  }
  return later;
}

}  // namespace sojourn::inline v0_1
