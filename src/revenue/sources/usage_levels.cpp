#include "revenue/sources/usage_levels.hpp"

#include <algorithm>
#include <map>

#include "revenue/ledger/cell_checks.hpp"
#include "revenue/ledger/rows.hpp"
#include "revenue/sources/price_ticks.hpp"
#include "revenue/sources/usage_means.hpp"
#include "sojourn/revenue/sources/invoicing.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

class level_writer {
 public:
  level_writer(const std::vector<usage_fact>& facts, const revenue_policy& policy, day as_of)
      : facts_(facts), policy_(policy), as_of_(as_of), open_month_(month::of(as_of)) {}

  [[nodiscard]] mrr_rows rows() {
    out_.counts.rows = static_cast<std::int64_t>(facts_.size());
    for (const usage_fact& one : facts_) out_.accounts = std::max(out_.accounts, std::size_t{one.account} + 1);
    switch (policy_.usage_basis) {
      case usage_basis::committed:
        add_commitments();
        count_left_out();
        break;
      case usage_basis::committed_plus_overage:
        add_commitments();
        add_overage();
        break;
      case usage_basis::consumed:
        for (std::uint32_t i = 0; i < facts_.size(); ++i) {
          if (facts_[i].kind == usage_kind::consumption) add_month(i, facts_[i].amount, runs_on);
        }
        break;
      case usage_basis::consumed_trailing_mean:
        add_means();
        break;
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::uint32_t customer(std::uint32_t fact) const {
    return policy_.unit == customer_unit::subscription ? facts_[fact].subscription : facts_[fact].account;
  }

  void add_commitments() {
    for (std::uint32_t i = 0; i < facts_.size(); ++i) {
      const usage_fact& one = facts_[i];
      if (one.kind == usage_kind::consumption) continue;
      if (one.amount == 0) ++out_.counts.free;
      const bool ends = one.end != runs_on;
      out_.add(customer(i), one.start, ends ? one.end : 0, ends, ticks_of(one), i);
    }
  }

  [[nodiscard]] std::int64_t ticks_of(const usage_fact& one) const {
    if (one.kind == usage_kind::minimum) return one.amount * mrr::ticks_per_minor;
    const billing_term term = term_between(day{one.start}, day{one.end});
    const whole_ratio terms = terms_a_month(term.unit, policy_.calendar_factor);
    const int128 exact = int128{one.amount} * mrr::ticks_per_minor * terms.numerator;
    return price_of_ticks(exact, terms.denominator * term.every, policy_.rounding).value.ticks();
  }

  void count_left_out() {
    for (const usage_fact& one : facts_) out_.counts.metered += one.kind == usage_kind::consumption ? 1 : 0;
  }

  void add_overage() {
    for (std::uint32_t i = 0; i < facts_.size(); ++i) {
      if (facts_[i].kind != usage_kind::consumption) commitments_[facts_[i].last_owner()].push_back(i);
    }
    for (const draw& one : draw_down(facts_, as_of_).draws) {
      if (!one.commitment) add_month(one.consumption, one.amount, overage_end(one.consumption));
    }
  }

  /// In the month that is not complete overage goes on while its customer is committed, or was not before either.
  [[nodiscard]] std::int32_t overage_end(std::uint32_t consumption) const {
    const usage_fact& fact = facts_[consumption];
    if (month::of(day{fact.start}) != open_month_ - months{1}) return runs_on;
    const auto mine = commitments_.find(fact.last_owner());
    if (mine == commitments_.end()) return runs_on;
    usage_fact until_now = fact;
    until_now.end = as_of_.since_epoch;
    std::int32_t last = 0;
    bool any = false;
    for (const std::uint32_t i : mine->second) {
      if (facts_[i].start >= as_of_.since_epoch || !covers(facts_[i], until_now)) continue;
      last = any ? std::max(last, facts_[i].end) : facts_[i].end;
      any = true;
    }
    if (!any || last >= as_of_.since_epoch) return runs_on;
    return std::max(last, open_month_.first_day().since_epoch);
  }

  /// What was consumed in a complete month holds during it; that of the last one until `as_of`, or `last`.
  void add_month(std::uint32_t fact, std::int64_t amount, std::int32_t last) {
    const month when = month::of(day{facts_[fact].start});
    if (when >= open_month_ || amount == 0) return;
    const bool carried = when == open_month_ - months{1};
    const std::int32_t end = carried ? last : (when + months{1}).first_day().since_epoch;
    const bool ends = end != runs_on;
    out_.add(customer(fact), when.first_day().since_epoch, ends ? end : 0, ends, amount * mrr::ticks_per_minor, fact,
             by_usage);
  }

  void add_means() {
    mrr_rows usage, means;
    usage.accounts = out_.accounts;
    for (std::uint32_t i = 0; i < facts_.size(); ++i) {
      const usage_fact& one = facts_[i];
      const month when = month::of(day{one.start});
      if (one.kind != usage_kind::consumption || when >= open_month_ || one.amount == 0) continue;
      usage.add(customer(i), when.first_day().since_epoch, (when + months{1}).first_day().since_epoch, true,
                one.amount * mrr::ticks_per_minor, i);
      usage.accounts = std::max(usage.accounts, std::size_t{customer(i)} + 1);
    }
    add_usage_means(usage, policy_.usage_months, means);
    for (std::size_t i = 0; i < means.account.size(); ++i) {
      out_.add(means.account[i], means.start[i], means.end[i], has_end(means, i), means.amount[i], means.source[i],
               by_usage);
    }
  }

  static constexpr row_marks by_usage{.began = change_cause::usage, .ended = change_cause::usage};

  const std::vector<usage_fact>& facts_;
  const revenue_policy& policy_;
  day as_of_;
  month open_month_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> commitments_;  // by their last owner
  mrr_rows out_;
};

}  // namespace

mrr_rows usage_levels(const std::vector<usage_fact>& facts, const revenue_policy& policy, day as_of) {
  return level_writer(facts, policy, as_of).rows();
}

}  // namespace sojourn::inline v0_1::detail
