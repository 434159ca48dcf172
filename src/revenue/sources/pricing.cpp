#include "sojourn/revenue/sources/pricing.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "revenue/sources/event_causes.hpp"
#include "revenue/sources/price_ticks.hpp"
#include "revenue/sources/row_checks.hpp"
#include "revenue/sources/unpaid_presence.hpp"
#include "revenue/sources/usage_means.hpp"
#include "sojourn/domain/calendar.hpp"
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
  detail::require_length(t.account, t.trial_start, "trial_start");
  detail::require_length(t.account, t.trial_end, "trial_end");
  detail::require_length(t.account, t.every, "every");
  detail::require_length(t.account, t.unit, "unit");
  detail::require_length(t.account, t.quantity, "quantity");
  detail::require_length(t.account, t.discount_basis_points, "discount_basis_points");
  detail::require_length(t.account, t.discount_minor, "discount_minor");
  detail::require_length(t.account, t.discount_term, "discount_term");
  detail::require_length(t.account, t.discount_until, "discount_until");
  detail::require_length(t.account, t.tax_minor, "tax_minor");
  detail::require_length(t.account, t.metered, "metered");
  detail::require_customers(t.account, t.subscription, policy);
}

// The column that `churn_at` names, where the row has it, but never after the end of service.
std::int64_t named_end(const priced_subscriptions& t, std::size_t row, const pricing_options& options) {
  const std::int64_t service = day_or(t.end, row, never);
  if (options.commitment == mrr_commitment::committed) return std::min(day_or(t.cancelled_on, row, never), service);
  switch (options.policy.churn_at) {
    case churn_at::service_end:
    case churn_at::nonpayment:
      return service;
    case churn_at::cancel_request:
      return std::min(day_or(t.cancelled_on, row, never), service);
    case churn_at::billing_end:
      return std::min(day_or(t.billing_ended_on, row, never), service);
  }
  return service;
}

// The first day without MRR.
std::int64_t end_day(const priced_subscriptions& t, std::size_t row, const pricing_options& options) {
  return detail::first_day_after(named_end(t, row, options), options.policy);
}

billing_unit unit_of(const priced_subscriptions& t, std::size_t row) {
  return static_cast<billing_unit>(value_or(t.unit, row, static_cast<std::uint8_t>(billing_unit::month)));
}

// The day after the term that starts on `from`; in a month that is too short for its day of the month, the last one.
std::int64_t end_of_term(std::int64_t from, std::int64_t every, billing_unit unit) {
  if (unit == billing_unit::day) return from + every;
  if (unit == billing_unit::week) return from + 7 * every;
  const std::int64_t count = every * (unit == billing_unit::year ? 12 : unit == billing_unit::quarter ? 3 : 1);
  const day first{static_cast<std::int32_t>(from)};
  if (month::of(first).since_epoch + count > month::of(latest_day).since_epoch) return never;
  const month last = month::of(first) + months{static_cast<std::int32_t>(count)};
  const std::int32_t into = first - month::of(first).first_day();
  const std::int32_t length = (last + months{1}).first_day() - last.first_day();
  return last.first_day().since_epoch + std::min(into, length - 1);
}

std::int64_t ticks_of(const priced_subscriptions& t, std::size_t row, const discount& off, const revenue_policy& policy) {
  price listed{t.amount[row], value_or(t.every, row, 1), unit_of(t, row), value_or(t.quantity, row, std::int64_t{1})};
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
    in_mean_ = policy_.usage == usage_rule::trailing_mean && metered(row);
    const std::int64_t start = t_.start[row];
    const days service{start, std::max(start, end_day(t_, row, options_))};
    const days trial = trial_of(row);
    const prices price = prices_of(row, trial);
    const days unpaid = detail::unpaid_days(t_.unpaid_since, t_.paid_again_on, row, policy_);
    const days pause{day_or(t_.paused_on, row, never), day_or(t_.resumed_on, row, never)};
    const detail::dated_changes events{unpaid, pause, price.lower_until};
    if (price.on(service.from) == 0) ++out_.counts.free;
    if (unpaid.from < service.to) ++out_.counts.past_due;
    if (policy_.paused != paused_is::keep && pause.from < std::min(pause.to, service.to)) ++out_.counts.paused;

    std::array<std::int64_t, 9> cuts{service.from, service.to, trial.from, trial.to,         unpaid.from,
                                     unpaid.to,    pause.from, pause.to,   price.lower_until};
    for (std::int64_t& cut : cuts) cut = std::clamp(cut, service.from, service.to);
    std::sort(cuts.begin(), cuts.end());
    if (service.from == service.to) return flush({service.from, service.to, at_price(price.on(start))}, row);
    piece open{service.from, service.from, {}};
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
      if (cuts[i] == cuts[i + 1]) continue;
      const level now = level_on(cuts[i], service.from, price, trial, unpaid, pause);
      if (now != open.what) {
        const bool begins = cuts[i] == service.from;
        const change_cause why = begins ? change_cause::unknown : cause_on(cuts[i], events, trial);
        open.ended = why;
        flush(open, row);
        open = {cuts[i], cuts[i], now, why};
      }
      open.to = cuts[i + 1];
    }
    if (derives_causes()) open.ended = detail::cause_of_end(t_, row);
    flush(open, row);
  }

  /// After the last row.
  void finish() {
    if (policy_.usage == usage_rule::trailing_mean) {
      usage_.accounts = out_.accounts;
      detail::add_usage_means(usage_, policy_.usage_months, out_);
    }
    detail::drop_unpaid_presence(out_, presence_, policy_.lapse_grace);
  }

 private:
  /// What a customer is on a day.
  struct level {
    bool counts = false;
    std::int64_t ticks = 0;
    account_presence kept = account_presence::absent;  // a customer without MRR
    friend bool operator==(const level&, const level&) = default;
  };
  struct piece {
    std::int64_t from;
    std::int64_t to;
    level what;
    change_cause began = change_cause::unknown, ended = change_cause::unknown;
  };
  /// A price that is lower for a time, from the first day on.
  struct prices {
    std::int64_t lower;
    std::int64_t lower_until;
    std::int64_t listed;
    [[nodiscard]] std::int64_t on(std::int64_t when) const { return when < lower_until ? lower : listed; }
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
    require(!holds(t_.trial_start, row) || holds(t_.trial_end, row), t_.trial_end, "trial_end", row,
            "a trial that has a start has an end", "state both days of the trial, or neither");
    detail::require_day(!holds(t_.trial_start, row) || t_.trial_end[row] >= t_.trial_start[row], t_.trial_end, "trial_end",
                        row, "a trial does not end before its start", "correct one of the two days");
  }

  /// A trial without a start began with the row. One of other days than the row's has no effect.
  [[nodiscard]] days trial_of(std::size_t row) const {
    const std::int64_t from = day_or(t_.trial_start, row, t_.start[row]);
    const days trial{from, day_or(t_.trial_end, row, never)};
    return holds(t_.trial_end, row) && trial.from < trial.to ? trial : days{never, never};
  }

  [[nodiscard]] prices prices_of(std::size_t row, days trial) const {
    const auto term = static_cast<discount_term>(value_or(t_.discount_term, row, std::uint8_t{0}));
    const discount off{value_or(t_.discount_basis_points, row, 0), value_or(t_.discount_minor, row, std::int64_t{0}), term};
    const std::int64_t lower = ticks_of(t_, row, off, policy_);
    const bool none = (off.basis_points == 0 && off.amount_minor == 0) || !detail::lowers_mrr(term, policy_.discounts);
    const bool lasts = term == discount_term::recurring && !holds(t_.discount_until, row);
    if (none || lasts) return {lower, never, lower};
    // The first term is the first one that is billed: it begins when a trial at the start of the row is over.
    const std::int64_t billed_from = trial.hold(t_.start[row]) ? trial.to : t_.start[row];
    const std::int64_t until = holds(t_.discount_until, row)
                                   ? t_.discount_until[row]
                                   : end_of_term(billed_from, value_or(t_.every, row, 1), unit_of(t_, row));
    return {lower, until, ticks_of(t_, row, {}, policy_)};
  }

  [[nodiscard]] bool metered(std::size_t row) const { return value_or(t_.metered, row, std::uint8_t{0}) != 0; }

  bool left_out(std::size_t row) {
    const bool has_trial = holds(t_.trial_end, row) && t_.trial_end[row] > t_.start[row];
    if (has_trial) ++out_.counts.trials;
    if (options_.part == mrr_part::trial && !has_trial) return ++out_.counts.no_trial, true;
    if (policy_.usage == usage_rule::exclude && metered(row)) return ++out_.counts.metered, true;
    if (options_.commitment == mrr_commitment::committed && holds(t_.end, row) && !holds(t_.cancelled_on, row)) {
      return ++out_.counts.not_committed, true;
    }
    return false;
  }

  [[nodiscard]] level at_price(std::int64_t ticks) const {
    return {true, ticks, ticks == 0 ? detail::presence_at_zero(policy_) : account_presence::absent};
  }

  [[nodiscard]] level level_on(std::int64_t when, std::int64_t start, const prices& price, days trial, days unpaid,
                               days pause) const {
    if (options_.part == mrr_part::trial && !trial.hold(when)) return {};
    if (options_.part == mrr_part::paid && trial.hold(when)) return trial.from <= start ? level{} : at_price(0);
    if (unpaid.hold(when)) return {};
    if (pause.hold(when) && policy_.paused == paused_is::zero_as_churn) return {};
    if (pause.hold(when) && policy_.paused == paused_is::zero_as_contraction) {
      return {true, 0, account_presence::paused};
    }
    return at_price(price.on(when));
  }

  [[nodiscard]] bool derives_causes() const { return options_.causes == cause_rule::derived; }
  [[nodiscard]] change_cause cause_on(std::int64_t when, const detail::dated_changes& events, days trial) const {
    if (!derives_causes()) return change_cause::unknown;
    // What a trial would bring ends with it.
    if (options_.part == mrr_part::trial && when == trial.to) return change_cause::expired;
    return events.cause_on(when);
  }

  void flush(const piece& p, std::size_t row) {
    if (!p.what.counts) return;
    const row_marks marks{.kept = p.what.kept, .began = p.began, .ended = p.ended};
    const bool without_mrr = marks.kept != account_presence::absent;
    const bool ends = p.to != never;
    mrr_rows& to = in_mean_ && !without_mrr ? usage_ : out_;
    if (without_mrr) presence_.push_back(out_.account.size());
    to.add(customer()[row], static_cast<std::int32_t>(p.from), ends ? static_cast<std::int32_t>(p.to) : 0, ends,
           p.what.ticks, static_cast<std::uint32_t>(row), marks);
  }

  const priced_subscriptions& t_;
  const pricing_options& options_;
  const revenue_policy& policy_;
  mrr_rows& out_;
  mrr_rows usage_;
  std::vector<std::size_t> presence_;  // rows of `out_` that keep a customer without MRR
  bool in_mean_ = false;
};

}  // namespace

mrr_rows rows_from_prices(const priced_subscriptions& priced, const pricing_options& options) {
  require_table(priced, options.policy);
  mrr_rows rows;
  row_cutter cutter(priced, options, rows);
  for (std::size_t row = 0; row < priced.account.size(); ++row) cutter.add(row);
  cutter.finish();
  if (options.bridge) bridge_lapses(rows, options.policy.lapse_grace, options.as_of);
  return rows;
}

ledger ledger_of(const subscriptions& periods, const revenue_policy& policy, const ledger_options& options) {
  if (policy.lapse_grace == 0) return ledger(periods, options);
  mrr_rows rows = copy_rows(periods, options.accounts);
  bridge_lapses(rows, policy.lapse_grace, options.as_of);
  return ledger(rows.view(), {options.as_of, std::max(options.accounts, rows.accounts)});
}

}  // namespace sojourn::inline v0_1
