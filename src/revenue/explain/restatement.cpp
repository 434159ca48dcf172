#include "sojourn/revenue/explain/restatement.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>

#include "revenue/boundary_rates.hpp"
#include "revenue/explain/account_periods.hpp"
#include "revenue/ledger/ledger_maker.hpp"
#include "revenue/valued_account.hpp"

namespace sojourn::inline v0_1 {
namespace {

void require_closed(const std::optional<day>& as_of, day first, day second, const period_grid& grid) {
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("compare_closes: a grid needs at least one period");
  const day end = grid.end(grid.count - 1);
  const std::string last = grid.label(grid.count - 1);
  for (const day known : {first, second}) {
    if (known.since_epoch + 1 >= end.since_epoch) continue;
    throw schema_error("compare_closes: " + last + " was not over on " + to_string(known) +
                       "; a close is of periods that are over, so ask for an earlier one or for a later day of knowledge");
  }
  if (as_of && *as_of < end) {
    throw schema_error("compare_closes: as_of " + to_string(*as_of) + " cuts " + last +
                       "; ask for an earlier period or set a later as_of");
  }
}

view known_on(view how, day when) {
  how.known_on = when;
  if (!how.as_of) how.as_of = latest_day;
  return how;
}

/// The rates of a view whose ledger keeps currencies apart.
std::optional<valuation> rates_under(const view& how) {
  const fx_rule fx = how.policy.fx;
  if (!how.currencies || fx == fx_rule::service_start || fx == fx_rule::purchase) return std::nullopt;
  return valuation{*how.currencies->rates, valuation_of(how.policy, how.currencies->at)};
}

/// One close of some accounts, which are numbered by their place: in one currency, or each period at its own rates.
class some_closes {
 public:
  some_closes(const book& of, std::span<const account> some, const view& how, const period_grid& grid)
      : finder_(grid), alone_(finder_, static_cast<std::size_t>(grid.count), how.policy) {
    const auto in = rates_under(how);
    std::size_t lanes = in ? in->rates.rates.currencies() : 1;
    const auto fill = [&](account who, auto& steps, auto&) {
      const auto mine = steps_of(of, some[who.index], how);
      steps.insert(steps.end(), mine.begin(), mine.end());
      for (const mrr_step& step : mine) lanes = std::max(lanes, std::size_t{step.lane} + 1);
    };
    book_ = detail::ledger_maker::make(some.size(), how.as_of.value_or(latest_day), {}, fill);
    detail::ledger_maker::describe(book_, {}, lanes, 0, false);
    if (!in) {
      detail::require_one_lane(book_);
      return;
    }
    spans_.emplace(detail::spans_of(grid));
    detail::value(*spans_, book_, in->rates.rates, in->at, std::nullopt, {});
    valued_.emplace(*spans_);
  }
  some_closes(const some_closes&) = delete;
  some_closes& operator=(const some_closes&) = delete;

  [[nodiscard]] std::vector<period_movements> of(account who) {
    std::vector<period_movements> found;
    if (!valued_) {
      for (const revenue_period& p : alone_.of(book_.steps(who))) found.push_back(period_movements::of(p));
      return found;
    }
    found.resize(spans_->periods());  // NOLINT(bugprone-unchecked-optional-access): made with `valued_`
    valued_->periods(book_, who, [&](std::size_t p, std::span<const mrr_step> steps, std::int64_t closing) {
      const revenue_period& one = alone_.of(steps)[p];
      found[p] = period_movements::of(one, closing - one.closing());
    });
    return found;
  }

 private:
  ledger book_;
  detail::period_finder finder_;
  detail::account_periods alone_;
  std::optional<detail::valued_spans> spans_;
  std::optional<detail::valued_account> valued_;
};

std::vector<std::uint32_t> without(const std::vector<std::uint32_t>& rows, const std::vector<std::uint32_t>& others) {
  std::vector<std::uint32_t> left;
  std::set_difference(rows.begin(), rows.end(), others.begin(), others.end(), std::back_inserter(left));
  return left;
}

}  // namespace

restatement compare_closes(const book& of, day first, day second, const period_grid& grid, view how) {
  require_closed(how.as_of, first, second, grid);
  const view then = known_on(how, first), now = known_on(how, second);
  const auto periods = static_cast<std::size_t>(grid.count);
  restatement found{grid, first, second, std::vector<period_movements>(periods), {}, 0};
  const std::vector<account> changed = of.accounts_changed(first, second);
  some_closes before(of, changed, then, grid), after(of, changed, now, grid);
  for (std::uint32_t i = 0; i < changed.size(); ++i) {
    const account who = changed[i];
    const auto was = before.of(account{i});
    const auto is = after.of(account{i});
    restated_account moved;
    for (std::size_t p = 0; p < periods; ++p) {
      period_movements change = is[p];
      change -= was[p];
      if (change == period_movements{}) continue;
      found.change[p] += change;
      moved.periods.push_back({static_cast<std::int32_t>(p), change});
    }
    if (moved.periods.empty()) {
      ++found.accounts_without_effect;
      continue;
    }
    const auto old_rows = of.rows_of(who, first);
    const auto new_rows = of.rows_of(who, second);
    moved.who = who;
    moved.learned = without(new_rows, old_rows);
    moved.dropped = without(old_rows, new_rows);
    found.accounts.push_back(std::move(moved));
  }
  return found;
}

}  // namespace sojourn::inline v0_1
