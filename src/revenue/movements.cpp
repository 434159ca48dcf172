#include "sojourn/revenue/movements.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace sojourn {
namespace {

using detail::int128;

// Signed changes in ticks -> minor units that add up to `total`: floors first, then one more for the largest remainders.
template <std::size_t N>
std::array<std::int64_t, N> apportion(const std::array<int128, N>& ticks, std::int64_t total) {
  constexpr int128 unit = mrr::ticks_per_minor;
  std::array<std::int64_t, N> minor{};
  std::array<int128, N> rest{};
  std::array<std::size_t, N> order{};
  std::iota(order.begin(), order.end(), std::size_t{0});
  int128 left = total;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    rest[i] = (ticks[i] % unit + unit) % unit;
    const int128 floor = (ticks[i] - rest[i]) / unit;
    if (floor > INT64_MAX || floor < INT64_MIN) throw overflow_error("movements: a total leaves 64 bits of minor units");
    minor[i] = static_cast<std::int64_t>(floor);
    left -= floor;
  }
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return rest[a] != rest[b] ? rest[a] > rest[b] : a < b; });
  for (std::size_t i = 0; left > 0 && i < order.size(); ++i, --left) ++minor[order[i]];
  return minor;
}

}  // namespace

namespace detail {

movement_row row_of(const revenue_period& p, int128 fx) {
  movement_row row;
  row.opening = round_to_minor(p.opening());
  row.closing = round_to_minor(p.closing() + fx);
  const auto shown =
      apportion(std::array<int128, 6>{p.new_business, p.reactivation, p.expansion, -p.contraction, -p.churn, fx},
                row.closing - row.opening);
  row.new_business = shown[0], row.reactivation = shown[1], row.expansion = shown[2];
  row.contraction = -shown[3], row.churn = -shown[4], row.fx = shown[5];
  row.accounts_opening = p.base.accounts_opening;
  row.accounts_new = p.accounts_new;
  row.accounts_reactivated = p.accounts_reactivated;
  row.accounts_churned = p.accounts_churned;
  row.accounts_closing = p.accounts_closing();
  return row;
}

}  // namespace detail

std::vector<movement_row> movements(const revenue_state& state) {
  std::vector<movement_row> rows;
  rows.reserve(state.periods.size());
  for (std::size_t i = 0; i < state.periods.size(); ++i) {
    movement_row row = detail::row_of(state.periods[i]);
    row.period = state.grid.label(static_cast<std::int32_t>(i));
    row.complete = state.complete(static_cast<std::int32_t>(i));
    rows.push_back(std::move(row));
  }
  return rows;
}

account_explanation explain(const ledger& book, account who, day from, day to, const revenue_policy& policy) {
  if (who.index >= book.accounts()) {
    throw data_error({"account", problem::no_row, std::to_string(who.index), "not an account of this ledger",
                      "ask with a number of the index that made the ledger's accounts"});
  }
  account_explanation why;
  detail::account_history past;
  for (const mrr_step& step : book.steps(who)) {
    if (step.when >= to) break;
    if (step.when >= from) {
      why.movements.push_back({step.when, past.name_of(step.level.ticks(), step.when, policy.reactivation_max_gap),
                               mrr::from_ticks(past.level), step.level});
    } else {
      why.opening = step.level;
    }
    past.follow(step);
  }
  why.closing = mrr::from_ticks(past.level);
  const auto rows = book.rows_of(who);
  why.rows.assign(rows.begin(), rows.end());
  return why;
}

}  // namespace sojourn
