#include "sojourn/revenue/sources/invoicing.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "revenue/sources/event_causes.hpp"
#include "revenue/sources/price_ticks.hpp"
#include "revenue/sources/prorations.hpp"
#include "revenue/sources/refunds.hpp"
#include "revenue/sources/row_checks.hpp"
#include "revenue/sources/unpaid_presence.hpp"
#include "revenue/sources/usage_means.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::day_or;
using detail::days;
using detail::holds;
using detail::never;
using detail::require;
using detail::require_day;
using detail::value_or;

void require_table(const invoice_lines& t, const revenue_policy& policy) {
  require_same_length(t.account, "account", t.amount, "amount");
  const auto optional = [&t](const auto& column, const char* name) { detail::require_length(t.account, column, name); };
  optional(t.service_start, "service_start"), optional(t.service_end, "service_end");
  optional(t.kind, "kind"), optional(t.subscription, "subscription");
  optional(t.discount_minor, "discount_minor"), optional(t.discount_term, "discount_term"),
      optional(t.tax_minor, "tax_minor");
  optional(t.full_start, "full_start"), optional(t.full_end, "full_end"), optional(t.ended_on, "ended_on");
  optional(t.cancelled_on, "cancelled_on"), optional(t.billing_ended_on, "billing_ended_on");
  optional(t.unpaid_since, "unpaid_since"), optional(t.paid_again_on, "paid_again_on");
  detail::require_customers(t.account, t.subscription, policy);
}

/// One line after the other becomes a period, or a refund that waits for all periods.
class line_reader {
 public:
  line_reader(const invoice_lines& lines, const invoicing_options& options, mrr_rows& out)
      : t_(lines), options_(options), policy_(options.policy), out_(out), prorations_(detail::find_prorations(lines)) {}

  void add(std::size_t row) {
    ++out_.counts.rows;
    check(row);
    const line_kind kind = kind_of(row);
    if (left_out(row, kind)) return;
    const days service = service_of(row);
    const std::int64_t ticks = ticks_of(row, service, kind);
    const days counted{service.from, std::clamp(end_day(row, service.to), service.from, service.to)};
    if (goes_back(row, kind)) return take_back(row, kind, counted, ticks);
    if (ticks == 0) ++out_.counts.free;
    const bool without_mrr = ticks == 0 && detail::presence_at_zero(policy_) != account_presence::absent;
    const bool in_mean = policy_.usage == usage_rule::trailing_mean && kind == line_kind::usage && !without_mrr;
    to_ = in_mean ? &usage_ : &out_;
    const std::size_t first = out_.account.size();
    write(row, counted, ticks);
    for (std::size_t at = first; without_mrr && at < out_.account.size(); ++at) presence_.push_back(at);
  }

  /// After the last line.
  void finish() {
    if (policy_.usage == usage_rule::trailing_mean) {
      usage_.accounts = out_.accounts;
      detail::add_usage_means(usage_, policy_.usage_months, out_);
    }
    detail::drop_unpaid_presence(out_, presence_, policy_.lapse_grace);
    detail::take_refunds(out_, refunds_, detail::presence_at_zero(policy_), derives_causes());
  }

 private:
  [[nodiscard]] const column<std::uint32_t>& customer() const {
    return policy_.unit == customer_unit::account ? t_.account : t_.subscription;
  }

  void check(std::size_t row) {
    const std::size_t universe = options_.accounts != 0 ? options_.accounts : t_.account.size();
    require(t_.account.present(row), t_.account, "account", row, "every row belongs to an account",
            "name the account, or leave the line out");
    detail::take_account(out_, customer(), row, universe);
    require(t_.amount.present(row), t_.amount, "amount", row, "every line has an amount",
            "write 0 for one that costs nothing");
    require(value_or(t_.kind, row, std::uint8_t{0}) <= static_cast<std::uint8_t>(line_kind::proration), t_.kind, "kind", row,
            "a line is recurring, one_off, usage, refund or proration",
            "leave the cell empty where the sign of the amount says enough");
    require(value_or(t_.discount_term, row, std::uint8_t{0}) <= 1, t_.discount_term, "discount_term", row,
            "a discount is recurring or one_time", "say how long it lasts");
  }

  [[nodiscard]] line_kind kind_of(std::size_t row) const {
    if (holds(t_.kind, row)) return static_cast<line_kind>(t_.kind[row]);
    if (t_.amount[row] >= 0) return line_kind::recurring;
    return prorations_.contains(row) ? line_kind::proration : line_kind::refund;
  }

  /// Money that went back. The sign of a proration says which way it went; that of a refund does not matter.
  [[nodiscard]] bool goes_back(std::size_t row, line_kind kind) const {
    return kind == line_kind::refund || (kind == line_kind::proration && t_.amount[row] < 0);
  }

  void take_back(std::size_t row, line_kind kind, days counted, std::int64_t ticks) {
    if (kind == line_kind::proration) ++out_.counts.prorations;
    if (counted.from == counted.to) return void(++out_.counts.clamped);
    detail::refund made{customer()[row], static_cast<std::int32_t>(counted.from), static_cast<std::int32_t>(counted.to),
                        ticks, static_cast<std::uint32_t>(row)};
    if (const auto known = prorations_.find(row); known != prorations_.end()) {
      made.proration = true, made.credited = known->second.credited, made.ends_it = known->second.ends_it;
    }
    refunds_.push_back(made);
  }

  bool left_out(std::size_t row, line_kind kind) {
    if (kind == line_kind::one_off) return ++out_.counts.one_off, true;
    if (kind == line_kind::usage && policy_.usage == usage_rule::exclude) return ++out_.counts.metered, true;
    if (!goes_back(row, kind)) return false;
    if (kind == line_kind::refund && policy_.refunds == refund_rule::ignore) return ++out_.counts.refunds, true;
    if (!holds(t_.service_start, row) && !holds(t_.service_end, row)) return ++out_.counts.undated, true;
    return false;
  }

  [[nodiscard]] days service_of(std::size_t row) const {
    constexpr const char* remedy = "state the period that the line bills, or that it is one_off";
    require_day(holds(t_.service_start, row), t_.service_start, "service_start", row, "a line of service has a first day",
                remedy);
    require_day(holds(t_.service_end, row), t_.service_end, "service_end", row, "a line of service has an end", remedy);
    for (const auto* where : {&t_.service_start, &t_.service_end}) {
      require_day((*where)[row] >= earliest_day.since_epoch && (*where)[row] <= latest_day.since_epoch, *where,
                  where == &t_.service_start ? "service_start" : "service_end", row,
                  "a date lies in 1900-01-01 .. 2199-12-31", "check the unit of the column");
    }
    require_day(t_.service_end[row] > t_.service_start[row], t_.service_end, "service_end", row,
                "a period of service ends after it starts",
                "the end is the day after its last day; a line without days is one_off");
    return {t_.service_start[row], t_.service_end[row]};
  }

  /// What the amount comes to under the policy, from 0 on.
  [[nodiscard]] std::int64_t net_of(std::size_t row, line_kind kind) const {
    const bool back = goes_back(row, kind);
    const auto size = [back, row](const column<std::int64_t>& where, const char* name) {
      const std::int64_t value = value_or(where, row, std::int64_t{0});
      require(value != INT64_MIN, where, name, row, "an amount without its sign fits 64 bits",
              "check the unit of the column");
      return back && value < 0 ? -value : value;
    };
    const std::int64_t amount = size(t_.amount, "amount");
    require(amount >= 0, t_.amount, "amount", row, "what is billed is never negative",
            "say that the line is a refund or a proration, if it is");
    const std::int64_t tax = size(t_.tax_minor, "tax_minor");
    require(tax >= 0 && tax <= amount, t_.tax_minor, "tax_minor", row, "tax lies between 0 and the amount",
            "the amount of a line holds its tax; add it, or leave the column of tax out");
    const std::int64_t off = size(t_.discount_minor, "discount_minor");
    require(off >= 0, t_.discount_minor, "discount_minor", row, "an amount off is never negative",
            "state what is taken off, without a sign");
    const std::int64_t net = policy_.tax == tax_rule::exclude ? amount - tax : amount;
    const auto term = static_cast<discount_term>(value_or(t_.discount_term, row, std::uint8_t{0}));
    return detail::lowers_mrr(term, policy_.discounts) ? std::max(net - off, std::int64_t{0}) : net;
  }

  [[nodiscard]] days whole_of(std::size_t row, days part) const {
    if (!holds(t_.full_start, row) && !holds(t_.full_end, row)) {
      const auto known = prorations_.find(row);
      return known != prorations_.end() ? known->second.whole.value_or(part) : part;
    }
    constexpr const char* remedy =
        "state both ends of the period that the line bills a part of, or none where it is not prorated";
    require_day(holds(t_.full_start, row), t_.full_start, "full_start", row, "a whole period has a first day", remedy);
    require_day(holds(t_.full_end, row), t_.full_end, "full_end", row, "a whole period has an end", remedy);
    require_day(t_.full_start[row] >= earliest_day.since_epoch && t_.full_start[row] <= part.from, t_.full_start,
                "full_start", row, "a whole period starts with its part, or before it", remedy);
    require_day(t_.full_end[row] <= latest_day.since_epoch && t_.full_end[row] >= part.to, t_.full_end, "full_end", row,
                "a whole period ends with its part, or after it", remedy);
    return {t_.full_start[row], t_.full_end[row]};
  }

  [[nodiscard]] std::int64_t ticks_of(std::size_t row, days service, line_kind kind) const {
    const days whole = whole_of(row, service);
    const billing_term term =
        term_between(day{static_cast<std::int32_t>(whole.from)}, day{static_cast<std::int32_t>(whole.to)});
    const detail::whole_ratio terms = detail::terms_a_month(term.unit, policy_.calendar_factor);
    // At most 100 x 9.2e18 x 166,320 x 1,461 x 1.1e5 x 2: 5e34, far inside 128 bits.
    const auto exact = detail::int128{net_of(row, kind)} * mrr::ticks_per_minor * terms.numerator * (whole.to - whole.from);
    const std::int64_t divisor = terms.denominator * term.every * (service.to - service.from);
    return detail::price_of_ticks(exact, divisor, policy_.rounding).value.ticks();
  }

  [[nodiscard]] std::int64_t end_day(std::size_t row, std::int64_t billed) const {
    const auto after = [this](std::int64_t last) { return detail::first_day_after(last, policy_); };
    const std::int64_t service =
        policy_.source == mrr_source::state ? std::min(after(day_or(t_.ended_on, row, never)), billed) : billed;
    switch (policy_.churn_at) {
      case churn_at::service_end:
      case churn_at::nonpayment:
        return service;
      case churn_at::cancel_request:
        return std::min(after(day_or(t_.cancelled_on, row, never)), service);
      case churn_at::billing_end:
        return std::min(after(day_or(t_.billing_ended_on, row, never)), service);
    }
    return service;
  }

  void write(std::size_t row, days counted, std::int64_t ticks) {
    days unpaid = detail::unpaid_days(t_.unpaid_since, t_.paid_again_on, row, policy_);
    if (unpaid.from < counted.to && unpaid.to > counted.from) ++out_.counts.past_due;
    unpaid = {std::clamp(unpaid.from, counted.from, counted.to), std::clamp(unpaid.to, counted.from, counted.to)};
    const bool derived = derives_causes();
    const auto why = [derived](change_cause cause) { return derived ? cause : change_cause::unknown; };
    const change_cause last = derived ? detail::cause_of_end(t_, row) : change_cause::unknown;
    if (unpaid.from == unpaid.to) return write_piece(row, counted, ticks, {.ended = last});
    if (counted.from < unpaid.from) {
      write_piece(row, {counted.from, unpaid.from}, ticks, {.ended = why(change_cause::payment_failed)});
    }
    if (unpaid.to < counted.to) {
      write_piece(row, {unpaid.to, counted.to}, ticks, {.began = why(change_cause::recovered), .ended = last});
    }
  }

  [[nodiscard]] bool derives_causes() const { return options_.causes == cause_rule::derived; }

  void write_piece(std::size_t row, days counted, std::int64_t ticks, row_marks marks) {
    if (ticks == 0) marks.kept = detail::presence_at_zero(policy_);
    to_->add(customer()[row], static_cast<std::int32_t>(counted.from), static_cast<std::int32_t>(counted.to), true, ticks,
             static_cast<std::uint32_t>(row), marks);
  }

  const invoice_lines& t_;
  const invoicing_options& options_;
  const revenue_policy& policy_;
  mrr_rows& out_;
  mrr_rows usage_;
  mrr_rows* to_ = &out_;
  std::map<std::size_t, detail::proration> prorations_;
  std::vector<detail::refund> refunds_;
  std::vector<std::size_t> presence_;  // rows of `out_` that keep a customer without MRR
};

}  // namespace

billing_term term_between(day from, day to) {
  if (to <= from) {
    throw data_error({"to", problem::no_row, to_string(to), "a period of service ends after it starts",
                      "the end is the day after its last day"});
  }
  const unsigned first = from.ymd().day_of_month;
  const unsigned last = to.ymd().day_of_month;
  const auto is_last = [](day when) { return month::of(when) != month::of(day{when.since_epoch + 1}); };
  const bool same_day = first == last || (first < last && is_last(from)) || (first > last && is_last(to));
  const std::int32_t whole = (month::of(to) - month::of(from)).count;
  if (same_day && whole > 0) return {whole, billing_unit::month};
  const std::int32_t length = to - from;
  return length % 7 == 0 ? billing_term{length / 7, billing_unit::week} : billing_term{length, billing_unit::day};
}

mrr_rows rows_from_invoices(const invoice_lines& lines, const invoicing_options& options) {
  require_table(lines, options.policy);
  mrr_rows rows;
  line_reader reader(lines, options, rows);
  for (std::size_t row = 0; row < lines.account.size(); ++row) reader.add(row);
  reader.finish();
  if (options.bridge) bridge_lapses(rows, options.policy.lapse_grace, options.as_of);
  return rows;
}

}  // namespace sojourn::inline v0_1
