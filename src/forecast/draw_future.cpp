#include "forecast/draw_future.hpp"

#include <algorithm>
#include <cmath>

#include "detail/counter_random.hpp"
#include "detail/draw_stream.hpp"
#include "sojourn/domain/mrr.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// Streams of one draw; the bootstrap has the one before them.
enum stream : std::uint8_t { resampling, fates, changes, shocks, streams };

/// The probability with its odds multiplied.
double shocked(double p, double odds) {
  return p * odds / (1 - p + p * odds);
}

/// What an account that renews for `every` months leaves with at its renewal: as if it could have left in each of them.
double leaves_at_renewal(const segment_rules& rules, std::size_t age, std::uint8_t band, std::int32_t every) {
  double stays = 1;
  for (std::int32_t k = 0; k < std::max(1, every); ++k) {
    if (age < static_cast<std::size_t>(k)) break;
    stays *= 1 - rules.rate(age - static_cast<std::size_t>(k), band);
  }
  return 1 - stays;
}

class drawn_account {
 public:
  drawn_account(const account_today& start)
      : start_(start), ticks_(start.ticks), expected_(static_cast<double>(start.ticks)), due_(start.due) {}

  struct month_plan {
    double leaves = 0;   ///< without the shock of the month
    bool fixed = false;  ///< the shock does not move it
    bool due = false;
    std::int32_t changes = 0;  ///< months of change that are due
  };
  [[nodiscard]] month_plan plan(const segment_rules& rules, std::int32_t month, bool decay) const {
    const std::size_t age = start_.age + static_cast<std::size_t>(month - 1);
    if (due_ > month) return {};
    if (due_ == month) {
      const bool given = !std::isnan(start_.probability);
      const double p = given ? 1 - start_.probability : leaves_when_due(rules, month, age);
      return {.leaves = p, .fixed = given, .due = true, .changes = std::max(1, start_.every)};
    }
    if (!decay) return {};
    return {.leaves = rules.rate(age, start_.band), .fixed = false, .due = false, .changes = 1};
  }

  bool gone = false;
  [[nodiscard]] std::int64_t ticks() const { return ticks_; }
  [[nodiscard]] std::int64_t capped() const { return std::min(ticks_, start_.ticks); }
  [[nodiscard]] double expected() const { return expected_; }
  [[nodiscard]] bool under_contract(std::int32_t month) const { return due_ > month; }
  [[nodiscard]] const account_today& start() const { return start_; }

  void leave() {
    gone = true;
    ticks_ = 0;
  }
  void change(const segment_rules& rules, std::int32_t times, draw_stream& random) {
    for (std::int32_t k = 0; k < times && !rules.changes.empty(); ++k) {
      if (random.unit() >= rules.change_share) continue;
      ticks_ = std::llround(static_cast<double>(ticks_) * rules.changes[random.below(rules.changes.size())]);
    }
  }
  void expect(double leaves, double factor, std::int32_t times) {
    expected_ *= 1 - leaves;
    for (std::int32_t k = 0; k < times; ++k) expected_ *= factor;
  }
  /// After its renewal a contract runs on by its term, or has ended.
  void renew(std::int32_t month) {
    if (due_ == month) due_ = start_.every > 0 ? month + start_.every : 0;
  }

 private:
  [[nodiscard]] double leaves_when_due(const segment_rules& rules, std::int32_t month, std::size_t age) const {
    if (rules.renewal_rates.empty() || start_.every < 2) return leaves_at_renewal(rules, age, start_.band, start_.every);
    const std::int32_t since = (month - start_.due) / start_.every;
    return rules.renewal_rate(start_.renewal_number + static_cast<std::size_t>(since), start_.band);
  }

  const account_today& start_;
  std::int64_t ticks_;
  double expected_;
  std::int32_t due_;
};

std::size_t cause_drawn(const std::vector<double>& shares, double u) {
  std::size_t cause = 0;
  for (; cause + 1 < shares.size() && u >= shares[cause]; ++cause) u -= shares[cause];
  return cause;
}

/// New business: money that decays from age 0 by the rates of all accounts.
void add_new_business(const future_input& in, const segment_rules& rules, future_of_draw& future, std::size_t width) {
  const std::size_t causes = in.seen.causes;
  std::vector<std::int64_t> cohorts;
  for (std::size_t month = 0; month < in.options.horizon; ++month) {
    const std::size_t place = month * width + width - 1;
    month_of_draw& cell = future.cells[place];
    for (std::size_t cohort = 0; cohort < cohorts.size(); ++cohort) {
      const auto lost = std::llround(static_cast<double>(cohorts[cohort]) * rules.rates[month - cohort - 1]);
      cell.opening += cohorts[cohort];
      cell.churn += lost;
      cohorts[cohort] -= lost;
    }
    std::int64_t named = 0;
    for (std::size_t cause = 0; cause < causes; ++cause) {
      const bool last = cause + 1 == causes;
      const auto lost =
          last ? cell.churn - named : static_cast<std::int64_t>(static_cast<double>(cell.churn) * rules.cause_share[cause]);
      future.churn_cause[place * causes + cause] = lost;
      named += lost;
    }
    const double won = month < in.options.new_mrr.size() ? in.options.new_mrr[month] : 0;
    cohorts.push_back(std::llround(won * static_cast<double>(mrr::ticks_per_minor)));
    cell.won = cohorts.back();
    cell.closing = cell.opening - cell.churn + cell.won;
    cell.expected = static_cast<double>(cell.closing);
  }
}

}  // namespace

future_of_draw draw_future(const future_input& in, const std::vector<segment_rules>& rules, std::uint64_t draw) {
  const std::size_t width = in.seen.segments + 1, causes = in.seen.causes;
  const counter_random fate(in.options.seed, draw * streams + fates);
  draw_stream change(in.options.seed, draw * streams + changes);
  draw_stream shock(in.options.seed, draw * streams + shocks);
  future_of_draw future;
  future.cells.resize(in.options.horizon * width);
  future.churn_cause.resize(in.options.horizon * width * causes);
  std::vector<drawn_account> accounts(in.accounts.begin(), in.accounts.end());
  for (std::size_t h = 0; h < in.options.horizon; ++h) {
    const auto month = static_cast<std::int32_t>(h + 1);
    const double odds = std::exp(in.shock_sd * shock.normal());
    for (drawn_account& one : accounts) {
      const std::uint32_t segment = one.start().segment;
      month_of_draw& cell = future.cells[h * width + segment];
      const drawn_account::month_plan plan = one.plan(rules[segment], month, in.options.decay);
      one.expect(plan.leaves, rules[segment].mean_change, plan.changes);
      cell.expected += one.expected();
      if (one.gone) {
        one.renew(month);
        continue;
      }
      const std::int64_t before = one.ticks();
      cell.opening += before;
      if (plan.due) cell.due += before;
      const double p = plan.fixed ? plan.leaves : shocked(plan.leaves, odds);
      if (fate.unit(one.start().fate * in.options.horizon + h) < p) {
        one.leave();
        cell.churn += before;
        if (causes > 0)
          future.churn_cause[(h * width + segment) * causes + cause_drawn(rules[segment].cause_share, change.unit())] +=
              before;
      } else {
        one.change(rules[segment], plan.changes, change);
        (one.ticks() > before ? cell.expansion : cell.contraction) += std::abs(one.ticks() - before);
        cell.closing += one.ticks();
        cell.capped += one.capped();
        cell.accounts += 1;
      }
      one.renew(month);
      if (!one.gone && one.under_contract(month)) cell.under_contract += one.ticks();
    }
  }
  add_new_business(in, rules.back(), future, width);
  for (const std::uint32_t place : in.largest) future.largest.push_back(accounts[place].ticks());
  return future;
}

}  // namespace sojourn::inline v0_1::detail
