#include "sojourn/revenue/cause_cohorts.hpp"

#include "revenue/cohort_count.hpp"
#include "sojourn/exec/sharded.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// Whether an account has left for a cause, step after step.
class leaver {
 public:
  leaver(change_cause why, std::span<const cause_share> shares) : why_(why), shares_(shares) {}

  void follow(const mrr_step& step) {
    if (step.present())
      gone_ = false;
    else if (present_)
      gone_ = main_cause(step, shares_) == why_;
    present_ = step.present();
  }
  [[nodiscard]] bool gone() const noexcept { return gone_; }

 private:
  change_cause why_;
  std::span<const cause_share> shares_;
  bool present_ = false, gone_ = false;
};

class leaver_tally {
 public:
  leaver_tally(const cohort_state& empty, const period_finder& finder, change_cause why, cohort_presence presence)
      : state_(empty), finder_(finder), why_(why), presence_(presence) {}

  void add(std::span<const mrr_step> steps, std::span<const cause_share> shares) {
    if (steps.empty() || steps.front().when.since_epoch >= finder_.end_day()) return;
    if (steps.front().when.since_epoch < finder_.first_day()) {
      ++state_.accounts_earlier;
      return;
    }
    const std::int32_t cohort = finder_(steps.front().when.since_epoch);
    add_to_cell(state_.start[static_cast<std::size_t>(cohort)], 1, steps.front().level.ticks());
    if (presence_ == cohort_presence::never_churned) steps = until_first_churn(steps);
    if (state_.age_in == cohort_index::tenure_days)
      by_tenure(cohort, steps, leaver(why_, shares));
    else
      by_period(cohort, steps, leaver(why_, shares));
  }

  [[nodiscard]] cohort_state finish() && {
    if (state_.age_in == cohort_index::calendar_period) add_up_ages(state_);
    return std::move(state_);
  }

 private:
  void by_period(std::int32_t cohort, std::span<const mrr_step> steps, leaver one) {
    for (const mrr_step& step : steps) {
      if (step.when.since_epoch >= finder_.end_day()) return;
      const bool before = one.gone();
      one.follow(step);
      const std::int32_t age = finder_(step.when.since_epoch) - cohort;
      add_to_cell(state_.cells[state_.index(cohort, age)], one.gone() - before, 0);
    }
  }

  void by_tenure(std::int32_t cohort, std::span<const mrr_step> steps, leaver one) {
    std::size_t next = 0;
    for (std::int32_t age = 0; cohort + age < state_.grid.count; ++age) {
      const std::int32_t end = steps.front().when.since_epoch + cohort_state::tenure_end(state_.grid, age);
      if (end > state_.known_until.since_epoch) return;
      for (; next < steps.size() && steps[next].when.since_epoch < end; ++next) one.follow(steps[next]);
      add_to_cell(state_.cells[state_.index(cohort, age)], one.gone(), 0);
      ++state_.reached[state_.index(cohort, age)];
    }
  }

  cohort_state state_;
  const period_finder& finder_;
  change_cause why_;
  cohort_presence presence_;
};

}  // namespace

cohort_state tally_leavers(const ledger& book, const period_grid& grid, change_cause why, cohort_rules rules,
                           const any_executor& host) {
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_leavers: a grid needs at least one period");
  require_one_lane(book);
  const period_finder finder(grid);
  const cohort_state empty = empty_cohorts(grid, book.known_until(), rules.age_in);
  return tally_sharded(
      book.accounts(),
      [&](std::size_t first, std::size_t last) {
        leaver_tally tally(empty, finder, why, rules.presence);
        for (auto who = static_cast<std::uint32_t>(first); who < last; ++who) {
          tally.add(book.steps(account{who}), book.shares(account{who}));
        }
        return std::move(tally).finish();
      },
      host);
}

}  // namespace sojourn::inline v0_1::detail
