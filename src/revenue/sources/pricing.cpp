#include "sojourn/revenue/sources/pricing.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "revenue/sources/row_checks.hpp"
#include "revenue/sources/usage_means.hpp"
#include "sojourn/revenue/sources/price.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::day_or;
using detail::days;
using detail::holds;
using detail::never;
using detail::require;
using detail::take_account;
using detail::value_or;

void require_table(const priced_subscriptions& t, const revenue_policy& policy) {
  require_same_length(t.account, "account", t.start, "start");
  require_same_length(t.account, "account", t.amount, "amount");
  detail::require_length(t.account, t.subscription, "subscription");
  detail::require_length(t.account, t.end, "end");
  detail::require_length(t.account, t.cancelled_on, "cancelled_on");
  detail::require_length(t.account, t.billing_ended_on, "billing_ended_on");
  detail::require_length(t.account, t.unpaid_since, "unpaid_since");
  detail::require_length(t.account, t.paid_again_on, "paid_again_on");
  detail::require_length(t.account, t.paused_on, "paused_on");
  detail::require_length(t.account, t.resumed_on, "resumed_on");
  detail::require_length(t.account, t.trial_end, "trial_end");
  detail::require_length(t.account, t.every, "every");
  detail::require_length(t.account, t.unit, "unit");
  detail::require_length(t.account, t.quantity, "quantity");
  detail::require_length(t.account, t.discount_basis_points, "discount_basis_points");
  detail::require_length(t.account, t.discount_minor, "discount_minor");
  detail::require_length(t.account, t.discount_term, "discount_term");
  detail::require_length(t.account, t.tax_minor, "tax_minor");
  detail::require_length(t.account, t.metered, "metered");
  detail::require_customers(t.account, t.subscription, policy);
}

// The column that `churn_at` names, where the row has it; else the end of service.
std::int64_t end_day(const priced_subscriptions& t, std::size_t row, const pricing_options& options) {
  const std::int64_t service = day_or(t.end, row, never);
  if (options.commitment == mrr_commitment::committed) return day_or(t.cancelled_on, row, service);
  switch (options.policy.churn_at) {
    case churn_at::service_end:
    case churn_at::nonpayment:
      return service;
    case churn_at::cancel_request:
      return day_or(t.cancelled_on, row, service);
    case churn_at::billing_end:
      return day_or(t.billing_ended_on, row, service);
  }
  return service;
}

std::int64_t ticks_of(const priced_subscriptions& t, std::size_t row, const revenue_policy& policy) {
  price listed{t.amount[row], value_or(t.every, row, 1),
               static_cast<billing_unit>(value_or(t.unit, row, static_cast<std::uint8_t>(billing_unit::month))),
               value_or(t.quantity, row, std::int64_t{1})};
  const discount off{value_or(t.discount_basis_points, row, 0), value_or(t.discount_minor, row, std::int64_t{0}),
                     static_cast<discount_term>(value_or(t.discount_term, row, std::uint8_t{0}))};
  const std::int64_t tax = value_or(t.tax_minor, row, std::int64_t{0});
  if (policy.tax == tax_rule::exclude && tax != 0) {
    std::int64_t gross = 0;
    if (__builtin_mul_overflow(listed.amount_minor, listed.quantity, &gross)) {
      throw overflow_error("rows_from_prices: amount x quantity leaves 64 bits in row " + std::to_string(row));
    }
    require(tax > 0 && tax <= gross, t.tax_minor, "tax_minor", row, "tax lies between 0 and amount x quantity");
    listed.amount_minor = gross - tax;
    listed.quantity = 1;
  }
  try {
    return mrr_from_price(listed, off, policy).value.ticks();
  } catch (const data_error& e) {
    problem where = e.where();
    where.row = row;
    throw data_error(where);
  }
}

// One row, cut where something happens.
class row_cutter {
 public:
  row_cutter(const priced_subscriptions& table, const pricing_options& options, mrr_rows& out)
      : t_(table), options_(options), policy_(options.policy), out_(out) {}

  void add(std::size_t row) {
    ++out_.counts.rows;
    check(row);
    if (left_out(row)) return;
    to_ = policy_.usage == usage_rule::trailing_mean && metered(row) ? &usage_ : &out_;
    const std::int64_t price = ticks_of(t_, row, policy_);
    if (price == 0) ++out_.counts.free;
    const std::int64_t start = t_.start[row];
    const days service{start, std::max(start, end_day(t_, row, options_))};
    const days trial{start, day_or(t_.trial_end, row, start)};
    const days unpaid = detail::unpaid_days(t_.unpaid_since, t_.paid_again_on, row, policy_);
    const days pause{day_or(t_.paused_on, row, never), day_or(t_.resumed_on, row, never)};
    if (unpaid.from < service.to) ++out_.counts.past_due;
    if (policy_.paused != paused_is::keep && pause.from < std::min(pause.to, service.to)) ++out_.counts.paused;

    std::array<std::int64_t, 8> cuts{service.from, service.to, trial.from, trial.to,
                                     unpaid.from,  unpaid.to,  pause.from, pause.to};
    for (std::int64_t& cut : cuts) cut = std::clamp(cut, service.from, service.to);
    std::sort(cuts.begin(), cuts.end());
    piece open{service.from, service.from, -1};
    if (service.from == service.to) return flush({service.from, service.to, price}, row);
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
      if (cuts[i] == cuts[i + 1]) continue;
      const std::int64_t level = level_on(cuts[i], price, trial, unpaid, pause);
      if (level != open.ticks) {
        flush(open, row);
        open = {cuts[i], cuts[i], level};
      }
      open.to = cuts[i + 1];
    }
    flush(open, row);
  }

  void add_usage() {
    usage_.accounts = out_.accounts;
    detail::add_usage_means(usage_, policy_.usage_months, out_);
  }

 private:
  struct piece {
    std::int64_t from;
    std::int64_t to;
    std::int64_t ticks;  // -1: nothing here
  };

  [[nodiscard]] const column<std::uint32_t>& customer() const {
    return policy_.unit == customer_unit::account ? t_.account : t_.subscription;
  }

  void check(std::size_t row) {
    const std::size_t universe = options_.accounts != 0 ? options_.accounts : t_.account.size();
    require(t_.account.present(row), t_.account, "account", row, "every row belongs to an account");
    take_account(out_, customer(), row, universe);
    require(t_.start.present(row), t_.start, "start", row, "every subscription has a start");
    require(t_.amount.present(row), t_.amount, "amount", row, "every subscription has a price; write 0 for a free one");
    require(!holds(t_.end, row) || t_.end[row] >= t_.start[row], t_.end, "end", row,
            "a subscription does not end before its start");
    require(value_or(t_.unit, row, std::uint8_t{0}) <= static_cast<std::uint8_t>(billing_unit::year), t_.unit, "unit", row,
            "a unit is day, week, month, quarter or year");
    require(value_or(t_.discount_term, row, std::uint8_t{0}) <= 1, t_.discount_term, "discount_term", row,
            "a discount is recurring or one_time");
  }

  [[nodiscard]] bool metered(std::size_t row) const { return value_or(t_.metered, row, std::uint8_t{0}) != 0; }

  bool left_out(std::size_t row) {
    const bool has_trial = day_or(t_.trial_end, row, never) != never && t_.trial_end[row] > t_.start[row];
    if (has_trial) ++out_.counts.trials;
    if (options_.part == mrr_part::trial && !has_trial) return ++out_.counts.no_trial, true;
    if (policy_.usage == usage_rule::exclude && metered(row)) return ++out_.counts.metered, true;
    if (options_.commitment == mrr_commitment::committed && holds(t_.end, row) && !holds(t_.cancelled_on, row)) {
      return ++out_.counts.not_committed, true;
    }
    return false;
  }

  [[nodiscard]] std::int64_t level_on(std::int64_t when, std::int64_t price, days trial, days unpaid, days pause) const {
    constexpr std::int64_t nothing = -1;
    constexpr std::int64_t presence = 1;
    if (trial.hold(when) != (options_.part == mrr_part::trial)) return nothing;
    if (unpaid.hold(when)) return nothing;
    if (pause.hold(when) && policy_.paused == paused_is::zero_as_churn) return nothing;
    if (pause.hold(when) && policy_.paused == paused_is::zero_as_contraction) return presence;
    return std::max(price, detail::least_ticks(policy_));
  }

  void flush(const piece& p, std::size_t row) {
    if (p.ticks < 0) return;
    const bool ends = p.to != never;
    to_->add(customer()[row], static_cast<std::int32_t>(p.from), ends ? static_cast<std::int32_t>(p.to) : 0, ends, p.ticks,
             static_cast<std::uint32_t>(row));
  }

  const priced_subscriptions& t_;
  const pricing_options& options_;
  const revenue_policy& policy_;
  mrr_rows& out_;
  mrr_rows usage_;
  mrr_rows* to_ = &out_;
};

}  // namespace

mrr_rows rows_from_prices(const priced_subscriptions& priced, const pricing_options& options) {
  require_table(priced, options.policy);
  mrr_rows rows;
  row_cutter cutter(priced, options, rows);
  for (std::size_t row = 0; row < priced.account.size(); ++row) cutter.add(row);
  if (options.policy.usage == usage_rule::trailing_mean) cutter.add_usage();
  bridge_lapses(rows, options.policy.lapse_grace, options.as_of);
  return rows;
}

ledger ledger_of(const subscriptions& periods, const revenue_policy& policy, const ledger_options& options) {
  if (policy.lapse_grace == 0) return ledger(periods, options);
  mrr_rows rows = copy_rows(periods, options.accounts);
  bridge_lapses(rows, policy.lapse_grace, options.as_of);
  return ledger(rows.view(), {options.as_of, std::max(options.accounts, rows.accounts)});
}

}  // namespace sojourn::inline v0_1
