#include "sojourn/revenue/explain/contributors.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "revenue/cause_losses.hpp"
#include "revenue/cohort_count.hpp"
#include "revenue/explain/account_movements.hpp"
#include "sojourn/exec/sharded.hpp"
#include "sojourn/revenue/churn.hpp"
#include "sojourn/revenue/ledger/constant_rates.hpp"
#include "sojourn/revenue/period_movements.hpp"
#include "sojourn/revenue/rates.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::int128;

struct parts {
  int128 amount = 0;
  int128 base = 0;
};

// Rates that are summed over days have no parts by account.
[[noreturn]] void refuse_days() {
  throw schema_error(
      "contributors: a rate that is summed over days has no parts by account; ask with another logo_denominator");
}

parts logo_churn_parts(const revenue_period& p, logo_denominator denominator) {
  const int128 opening = p.base.accounts_opening;
  switch (denominator) {
    case logo_denominator::start:
      return {p.base.accounts_lost, opening};
    case logo_denominator::start_plus_new:
      return {p.base.accounts_lost + p.new_lost, opening + p.accounts_new};
    case logo_denominator::start_all_leavers:
      return {p.accounts_churned, opening};
    // Over the mean of two counts: twice the leavers over their sum.
    case logo_denominator::mean:
      return {int128{2} * p.accounts_churned, opening + p.accounts_closing()};
    case logo_denominator::daily_sum:
    case logo_denominator::exposure:
    case logo_denominator::available_to_renew:
      break;
  }
  refuse_days();
}

parts grr_parts(const revenue_period& p, grr_basis basis) {
  const int128 opening = p.opening();
  switch (basis) {
    case grr_basis::account_min:
      return {opening - p.base.gross.lost, opening};
    case grr_basis::churn_only:
      return {opening - p.base.left.lost, opening};
    case grr_basis::event_sum:
      return {opening - p.lost_in_events.lost, opening};
    case grr_basis::running_min:
      return {opening, opening};  // less what the steps show, see `lowest_parts`
    case grr_basis::totals_min:
      break;
  }
  throw schema_error("contributors: the minimum of two totals has no parts by account; ask with another basis of grr");
}

parts net_churn_parts(const revenue_period& p, net_churn how) {
  switch (how) {
    case net_churn::cohort:
      return {p.base.net.lost, p.opening()};
    case net_churn::with_reactivation:
      return {p.churn + p.contraction - p.expansion - p.reactivation, p.opening()};
    case net_churn::expansion_only:
      break;
  }
  return {p.churn - p.expansion, p.opening()};
}

/// `fx` is what rates did to the closing.
parts parts_of(revenue_cell cell, const revenue_period& p, int128 fx, const revenue_policy& policy) {
  const period_movements m = period_movements::of(p, fx);
  switch (cell) {
    case revenue_cell::opening:
      return {m.opening};
    case revenue_cell::new_business:
      return {m.new_business};
    case revenue_cell::reactivation:
      return {m.reactivation};
    case revenue_cell::expansion:
      return {m.expansion};
    case revenue_cell::contraction:
      return {m.contraction};
    case revenue_cell::churn:
      return {m.churn};
    case revenue_cell::fx:
      return {m.fx};
    case revenue_cell::closing:
      return {m.closing};
    case revenue_cell::accounts_opening:
      return {m.accounts_opening};
    case revenue_cell::accounts_new:
      return {m.accounts_new};
    case revenue_cell::accounts_reactivated:
      return {m.accounts_reactivated};
    case revenue_cell::accounts_churned:
      return {m.accounts_churned};
    case revenue_cell::accounts_closing:
      return {m.accounts_closing};
    case revenue_cell::nrr:
      return {p.opening() - p.base.net.lost, p.opening()};
    case revenue_cell::grr:
      return grr_parts(p, policy.grr);
    case revenue_cell::logo_retention:
      return {p.base.accounts_opening - p.base.accounts_lost, p.base.accounts_opening};
    case revenue_cell::logo_churn:
      return logo_churn_parts(p, policy.logo_denominator);
    case revenue_cell::gross_mrr_churn:
      if (detail::mrr_needs_days(policy.logo_denominator)) refuse_days();
      if (policy.mrr_churn_cap == mrr_churn_cap::none) return {p.churn + p.contraction, p.opening()};
      return {p.lost_in_events.lost, p.opening()};
    case revenue_cell::net_mrr_churn:
      if (detail::mrr_needs_days(policy.logo_denominator)) refuse_days();
      return net_churn_parts(p, policy.net_churn);
    case revenue_cell::arpa:
      return {m.closing, p.paying_closing()};
    case revenue_cell::quick_ratio:
      break;
  }
  const bool returns = policy.quick_ratio_reactivation == quick_ratio_reactivation::include;
  return {m.new_business + m.expansion + (returns ? m.reactivation : 0), m.contraction + m.churn};
}

/// GRR at the lowest MRR of the window: of the steps themselves, since no state holds it.
parts lowest_parts(std::span<const mrr_step> steps, day from, day to) {
  const detail::lowest_level seen = detail::lowest_in(steps, {from, to});
  return {seen.lowest, seen.opening.level.ticks()};
}

/// What an account weighs in the order of a cell.
enum class ranking : std::uint8_t { by_amount, by_distance, by_both };

ranking ranking_of(revenue_cell cell) {
  if (cell == revenue_cell::nrr || cell == revenue_cell::grr || cell == revenue_cell::logo_retention)
    return ranking::by_distance;
  return cell == revenue_cell::quick_ratio ? ranking::by_both : ranking::by_amount;
}

/// Collects contributors and forgets, now and then, those that cannot be among the first.
class collector {
 public:
  collector(std::size_t top, ranking how) : top_(top), order_(how) {}

  void add(account who, parts p) {
    if (p.amount == 0 && p.base == 0) return;
    ++found_.accounts;
    found_.amount += p.amount;
    found_.base += p.base;
    found_.top.push_back({who, p.amount, p.base});
    if (top_ < SIZE_MAX / 4 && found_.top.size() >= 2 * top_ + 1024) trim();
  }
  void add(const contribution& later) {
    found_.accounts += later.accounts;
    found_.amount += later.amount;
    found_.base += later.base;
    found_.whole += later.whole;
    found_.fx += later.fx;
    found_.top.insert(found_.top.end(), later.top.begin(), later.top.end());
  }
  void add_to_whole(const revenue_period& p, int128 fx) {
    found_.whole += p;
    found_.fx += fx;
  }

  contribution finish() {
    trim();
    std::sort(found_.top.begin(), found_.top.end(), [this](const auto& a, const auto& b) { return before(a, b); });
    found_.others_amount = found_.amount;
    found_.others_base = found_.base;
    for (const contributor& one : found_.top) found_.others_amount -= one.amount, found_.others_base -= one.base;
    return std::move(found_);
  }

 private:
  [[nodiscard]] int128 weight(const contributor& c) const {
    const auto size = [](int128 v) { return v < 0 ? -v : v; };
    if (order_ == ranking::by_distance) return size(c.base - c.amount);
    return size(c.amount) + (order_ == ranking::by_both ? size(c.base) : 0);
  }
  [[nodiscard]] bool before(const contributor& a, const contributor& b) const {
    const int128 left = weight(a);
    const int128 right = weight(b);
    if (left != right) return left > right;
    if (a.base != b.base) return a.base > b.base;
    return a.who < b.who;
  }
  void trim() {
    if (found_.top.size() <= top_) return;
    std::nth_element(found_.top.begin(), found_.top.begin() + static_cast<std::ptrdiff_t>(top_), found_.top.end(),
                     [this](const auto& a, const auto& b) { return before(a, b); });
    found_.top.resize(top_);
  }

  std::size_t top_;
  ranking order_;
  contribution found_;
};

}  // namespace

bool is_rate(revenue_cell cell) noexcept {
  return cell >= revenue_cell::nrr;
}

bool counts_accounts(revenue_cell cell) noexcept {
  return (cell >= revenue_cell::accounts_opening && cell <= revenue_cell::accounts_closing) ||
         cell == revenue_cell::logo_retention || cell == revenue_cell::logo_churn;
}

namespace {

/// Only losses have causes of leaving.
void require_losses(revenue_cell cell, const valuation* in) {
  const bool rate = cell == revenue_cell::logo_churn || cell == revenue_cell::gross_mrr_churn;
  const bool moved =
      cell == revenue_cell::churn || cell == revenue_cell::contraction || cell == revenue_cell::accounts_churned;
  if (!rate && !moved) {
    throw schema_error(
        "contributors of one cause are those of churn, contraction, accounts_churned, logo_churn or "
        "gross_mrr_churn; other cells also count what was gained, or who stayed");
  }
  if (moved && in != nullptr) {
    throw schema_error("contributors of one cause in several currencies are those of logo_churn or gross_mrr_churn");
  }
}

/// Rates that look from the opening of a window; all other cells are parts of movements, or of a closing.
bool of_window(revenue_cell cell) {
  return cell >= revenue_cell::nrr && cell <= revenue_cell::net_mrr_churn;
}

}  // namespace

contribution detail::contributors(const ledger& book, const valuation* in, const contribution_question& asked,
                                  const revenue_policy& policy, const any_executor& host) {
  const auto& [cell, from, to, top, why] = asked;
  if (to <= from)
    throw schema_error("contributors: the span from " + to_string(from) + " to " + to_string(to) + " is empty");
  if (why != nullptr) require_losses(cell, in);
  if (in == nullptr) require_one_lane(book);
  if (in != nullptr && of_window(cell)) {
    return ask_window(book, in, from, to,
                      [&](const ledger& one) { return contributors(one, nullptr, asked, policy, host); });
  }
  const std::optional<valued_spans> rates = rates_for(book, in, {from, to}, host);
  const bool churn =
      cell == revenue_cell::logo_churn || cell == revenue_cell::gross_mrr_churn || cell == revenue_cell::net_mrr_churn;
  if (churn) require_churn_of_levels(policy);
  (void)parts_of(cell, {}, 0, policy);  // refuses what has no parts, also for a ledger without accounts
  revenue_policy rules = policy;
  if (cell == revenue_cell::grr) rules.movements = movement_mode::gross_events;
  const bool lowest = cell == revenue_cell::grr && policy.grr == grr_basis::running_min;
  const std::array<day, 2> cuts{from, to};
  const period_finder finder(cuts);
  const std::size_t chunks = std::max<std::size_t>((book.accounts() + rows_per_chunk - 1) / rows_per_chunk, 1);
  std::vector<contribution> found(chunks);
  host.bulk(chunks, [&](std::size_t chunk) {
    collector all(top, ranking_of(cell));
    account_movements alone(book, rates ? &*rates : nullptr, {from, to}, rules);
    loss_tally lost(finder, 1, why != nullptr ? *why : change_cause::unknown, rules);
    const std::size_t last = std::min((chunk + 1) * rows_per_chunk, book.accounts());
    for (std::size_t i = chunk * rows_per_chunk; i < last; ++i) {
      const account who{static_cast<std::uint32_t>(i)};
      const revenue_period* p = alone.of(who);
      if (p == nullptr) continue;
      if (why != nullptr) {
        const revenue_period for_it = with_losses(*p, lost.alone(book.steps(who), book.shares(who)));
        all.add_to_whole(for_it, 0);
        all.add(who, parts_of(cell, for_it, 0, rules));
        continue;
      }
      all.add_to_whole(*p, alone.fx());
      all.add(who, lowest ? lowest_parts(book.steps(who), from, to) : parts_of(cell, *p, alone.fx(), rules));
    }
    found[chunk] = all.finish();
  });
  collector all(top, ranking_of(cell));
  for (const contribution& one : found) all.add(one);
  return all.finish();
}

contribution cohort_contributors(const ledger& book, const period_grid& grid, std::int32_t cohort, std::int32_t age,
                                 cohort_measure measure, cohort_rules rules, std::size_t top) {
  if (cohort < 0 || age < 0 || cohort >= grid.count || age >= grid.count - cohort) {
    throw schema_error("cohort_contributors: the triangle has no cohort " + std::to_string(cohort) + " at age " +
                       std::to_string(age));
  }
  detail::require_one_lane(book);
  collector all(top, ranking::by_distance);
  for (std::uint32_t i = 0; i < book.accounts(); ++i) {
    auto steps = book.steps(account{i});
    if (steps.empty() || steps.front().when < grid.start(cohort) || steps.front().when >= grid.end(cohort)) continue;
    const std::int64_t first = steps.front().level.ticks();
    const bool tenures = rules.age_in == cohort_index::tenure_days;
    const day end =
        tenures ? day{steps.front().when.since_epoch + cohort_state::tenure_end(grid, age)} : grid.end(cohort + age);
    if (tenures && end > book.known_until()) {
      throw schema_error("cohort_contributors: not every account of the cohort has been seen to age " + std::to_string(age));
    }
    if (rules.presence == cohort_presence::never_churned) steps = detail::until_first_churn(steps);
    const mrr_step last = detail::last_before(steps, end);
    if (measure == cohort_measure::accounts)
      all.add({i}, {last.present() ? 1 : 0, 1});
    else
      all.add({i}, {last.level.ticks(), first});
  }
  return all.finish();
}

contribution cohort_contributors(const ledger& book, month first, std::int32_t months_each, std::int32_t age,
                                 cohort_measure measure, cohort_rules rules, std::size_t top) {
  if (age < 0 || age > 3600) throw schema_error("an age is 0 or more periods, at most 3600");
  return cohort_contributors(book, {first, months_each, age + 1}, 0, age, measure, rules, top);
}

contribution cohort_contributors(const keyed_ledger& book, const period_grid& grid, std::int32_t cohort, std::int32_t age,
                                 cohort_measure measure, cohort_rules rules, std::size_t top) {
  if (grid.count <= 0) throw schema_error("cohort_contributors: a grid needs at least one period");
  return ask_cohorts(book, grid.end(grid.count - 1), rules.age_in == cohort_index::tenure_days,
                     [&](const ledger& one) { return cohort_contributors(one, grid, cohort, age, measure, rules, top); });
}

contribution cohort_contributors(const keyed_ledger& book, month first, std::int32_t months_each, std::int32_t age,
                                 cohort_measure measure, cohort_rules rules, std::size_t top) {
  return ask_tenures(
      book, [&](const ledger& one) { return cohort_contributors(one, first, months_each, age, measure, rules, top); });
}

}  // namespace sojourn::inline v0_1
