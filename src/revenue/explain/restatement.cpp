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
  if (!how.as_of.named()) how.as_of = latest_day;
  return how;
}

/// The rates of a view whose ledger keeps currencies apart.
std::optional<valuation> rates_under(const view& how) {
  const fx_rule fx = how.policy.fx;
  if (!how.currencies || fx == fx_rule::service_start || fx == fx_rule::purchase) return std::nullopt;
  return valuation{*how.currencies->rates, valuation_of(how.policy, how.currencies->at)};
}

/// What a customer is under the view on a day of knowledge: of accounts derived one by one, of parents and subscriptions
/// from a reading of the whole, because any row may be theirs.
class known_customers {
 public:
  known_customers(const book& of, const view& how) : of_(of), how_(how) {
    if (how.unit == book_unit::parent || how.policy.unit == customer_unit::subscription) whole_ = read(of, how);
  }
  [[nodiscard]] std::vector<mrr_step> steps(account who) const {
    if (!whole_) return steps_of(of_, who, how_);
    if (who.index >= whole_->ledger.book.accounts()) return {};
    const auto mine = whole_->ledger.book.steps(who);
    return {mine.begin(), mine.end()};
  }
  [[nodiscard]] std::vector<std::uint32_t> rows(account who, day known) const {
    if (!whole_) return of_.rows_of(who, known);
    if (who.index >= whole_->ledger.book.accounts()) return {};
    const auto mine = whole_->ledger.book.rows_of(who);
    return {mine.begin(), mine.end()};
  }
  [[nodiscard]] bool whole() const noexcept { return whole_.has_value(); }
  [[nodiscard]] std::size_t customers() const noexcept { return whole_ ? whole_->ledger.book.accounts() : 0; }

 private:
  const book& of_;
  const view& how_;
  std::optional<reading> whole_;
};

/// Of whom another day of knowledge may tell another story.
std::vector<account> changed_customers(const book& of, const view& how, const known_customers& then, day first,
                                       const known_customers& now, day second) {
  std::vector<account> changed;
  if (!then.whole()) {
    changed = of.accounts_changed(first, second);
    if (how.part_of == nullptr) return changed;
    std::erase_if(changed, [&](account who) { return !how.part_of->owns(account_hash(of.keys().key(who))); });
    return changed;
  }
  for (std::uint32_t who = 0; who < std::max(then.customers(), now.customers()); ++who) {
    const account one{who};
    if (then.steps(one) != now.steps(one) || then.rows(one, first) != now.rows(one, second)) changed.push_back(one);
  }
  return changed;
}

/// One close of some customers, which are numbered by their place: in one currency, or each period at its own rates.
class some_closes {
 public:
  some_closes(const known_customers& known, std::span<const account> some, const view& how, const period_grid& grid)
      : finder_(grid), alone_(finder_, static_cast<std::size_t>(grid.count), how.policy) {
    const auto in = rates_under(how);
    std::size_t lanes = in ? in->rates.rates.currencies() : 1;
    const auto fill = [&](account who, auto& steps, auto&) {
      const auto mine = known.steps(some[who.index]);
      steps.insert(steps.end(), mine.begin(), mine.end());
      for (const mrr_step& step : mine) lanes = std::max(lanes, std::size_t{step.lane} + 1);
    };
    book_ = detail::ledger_maker::make(some.size(), how.as_of.named().value_or(latest_day), {}, fill);
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

restatement compare_closes(const book& of, day first, day second, const period_grid& grid, const view& how) {
  require_closed(how.as_of.named(), first, second, grid);
  const view then = known_on(how, first), now = known_on(how, second);
  const auto periods = static_cast<std::size_t>(grid.count);
  restatement found{grid, first, second, std::vector<period_movements>(periods), {}, 0};
  const known_customers known_then(of, then), known_now(of, now);
  const std::vector<account> changed = changed_customers(of, how, known_then, first, known_now, second);
  some_closes before(known_then, changed, then, grid), after(known_now, changed, now, grid);
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
    const auto old_rows = known_then.rows(who, first);
    const auto new_rows = known_now.rows(who, second);
    moved.who = who;
    moved.learned = without(new_rows, old_rows);
    moved.dropped = without(old_rows, new_rows);
    found.accounts.push_back(std::move(moved));
  }
  return found;
}

}  // namespace sojourn::inline v0_1
