#include "sojourn/revenue/movements.hpp"

#include <array>
#include <span>

#include "sojourn/revenue/ledger/constant_rates.hpp"
#include "sojourn/revenue/shown_as.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

movement_row row_of(const revenue_period& p, int128 fx) {
  movement_row row;
  row.opening = round_to_minor(p.opening());
  row.closing = round_to_minor(p.closing() + fx);
  const std::array<int128, 6> changes{p.new_business, p.reactivation, p.expansion, -p.contraction, -p.churn, fx};
  const auto shown = shown_as(changes, moved_between(row.opening, row.closing));
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

movement_row rounded(const period_movements& m) {
  movement_row row;
  row.opening = round_to_minor(m.opening), row.new_business = round_to_minor(m.new_business);
  row.reactivation = round_to_minor(m.reactivation), row.expansion = round_to_minor(m.expansion);
  row.contraction = round_to_minor(m.contraction), row.churn = round_to_minor(m.churn);
  row.fx = round_to_minor(m.fx), row.closing = round_to_minor(m.closing);
  row.accounts_opening = m.accounts_opening, row.accounts_new = m.accounts_new;
  row.accounts_reactivated = m.accounts_reactivated, row.accounts_churned = m.accounts_churned;
  row.accounts_closing = m.accounts_closing;
  return row;
}

std::vector<movement_row> movements(const revenue_state& state) {
  std::vector<movement_row> rows;
  rows.reserve(state.periods.size());
  for (std::size_t i = 0; i < state.periods.size(); ++i) {
    if (state.grid.start(static_cast<std::int32_t>(i)) >= state.known_until) break;
    movement_row row = detail::row_of(state.periods[i]);
    row.period = state.grid.label(static_cast<std::int32_t>(i));
    row.complete = state.complete(static_cast<std::int32_t>(i));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::string> periods_not_reached(const period_grid& grid, day known_until) {
  std::vector<std::string> labels;
  for (std::int32_t p = 0; p < grid.count; ++p) {
    if (grid.start(p) >= known_until) labels.push_back(grid.label(p));
  }
  return labels;
}

std::string period_cut(const period_grid& grid, day known_until) {
  for (std::int32_t p = 0; p < grid.count; ++p) {
    if (grid.start(p) < known_until && known_until < grid.end(p)) return grid.label(p);
  }
  return {};
}

account_explanation explain(const ledger& book, account who, day from, day to, const revenue_policy& policy) {
  if (who.index >= book.accounts()) {
    throw data_error({"account", problem::no_row, std::to_string(who.index), "not an account of this ledger",
                      "ask with a number of the index that made the ledger's accounts"});
  }
  detail::require_one_lane(book);
  account_explanation why;
  detail::account_history past;
  for (const mrr_step& step : book.steps(who)) {
    if (step.when >= to) break;
    if (step.when >= from) {
      if (!past.same_as(step)) {
        why.movements.push_back(
            {step.when, past.name_of(step, policy.reactivation_max_gap), mrr::from_ticks(past.level), step.level});
      }
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

account_explanation explain(const keyed_ledger& book, account who, day from, day to, const revenue_policy& policy) {
  const auto of_account = [&](const keyed_ledger& alone, account which) {
    return ask_window(alone, from, to, [&](const ledger& one) { return explain(one, which, from, to, policy); });
  };
  account_explanation why =
      book.in == nullptr ? of_account(book, who) : of_account(only(book, std::span(&who, 1)), account{0});
  why.rows = caller_rows(book, why.rows);
  return why;
}

}  // namespace sojourn::inline v0_1
