// Invoices again, day by day: which line brings how much on a day, by a calendar that is walked month after month.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "sojourn/detail/int128.hpp"
#include "sojourn/domain/calendar.hpp"

namespace sojourn::oracle {

struct slow_line {
  enum kinds { recurring, one_off, usage, refund };
  std::uint32_t account = 0;
  int from = 0, to = 0;
  long long amount = 0;
  kinds kind = recurring;
  long long tax = 0, off = 0;
  bool off_once = false;
  std::optional<int> full_from, full_to, ended, cancelled, billing_ended, unpaid, paid;
};

struct slow_rules {
  bool state = true, usage = false, negative = false, taxed = false, active = false;
  int discounts = 1;  // 0 none, 1 recurring, 2 all
  int churn = 0;      // 0 service, 1 request, 2 billing, 3 nonpayment
  std::optional<int> past_due;
  long long days_in = 365, weeks_in = 52, months = 12;  // so many days or weeks in so many months
};

inline int days_in_month(int year, int month) {
  const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return lengths[month - 1] + (month == 2 && leap ? 1 : 0);
}

/// A month after a day: the same day of the next month, or its last one.
inline int slow_month_later(int from) {
  const auto start = day{from}.ymd();
  const int month = static_cast<int>(start.month);
  const int year = start.year + (month == 12 ? 1 : 0), next = month == 12 ? 1 : month + 1;
  const int date = std::min(static_cast<int>(start.day_of_month), days_in_month(year, next));
  return day::from_ymd(year, static_cast<unsigned>(next), static_cast<unsigned>(date)).since_epoch;
}

/// Months from one day to another when some day of the month (29 means the last one of a short month) leads from one to the
/// other; 0 where none does.
inline int slow_months(int from, int to) {
  for (int anchor = 1; anchor <= 31; ++anchor) {
    const auto start = day{from}.ymd();
    int year = start.year, month = static_cast<int>(start.month);
    const auto clamped = [&] {
      const auto date = static_cast<unsigned>(std::min(anchor, days_in_month(year, month)));
      return day::from_ymd(year, static_cast<unsigned>(month), date).since_epoch;
    };
    if (clamped() != from) continue;
    for (int n = 1; clamped() < to; ++n) {
      if (++month == 13) month = 1, ++year;
      if (clamped() == to) return n;
    }
  }
  return 0;
}

/// Ticks of 1/166,320 minor unit a month.
inline long long slow_ticks(const slow_line& line, const slow_rules& rules) {
  long long net = rules.taxed ? line.amount : line.amount - line.tax;
  if (rules.discounts == 2 || (rules.discounts == 1 && !line.off_once)) net = std::max(0LL, net - line.off);
  const int from = line.full_from.value_or(line.from), to = line.full_to.value_or(line.to);
  const int months = slow_months(from, to);
  const int days = to - from;
  detail::int128 over = net * detail::int128{166'320} * days;
  detail::int128 under = line.to - line.from;
  if (months > 0) {
    under *= months;
  } else {
    over *= days % 7 == 0 ? rules.weeks_in : rules.days_in;
    under *= rules.months * (days % 7 == 0 ? days / 7 : days);
  }
  return static_cast<long long>((2 * over + under) / (2 * under));
}

inline bool slow_in_force(const slow_line& line, const slow_rules& rules, int when) {
  int end = line.to;
  if (rules.state && line.ended) end = std::min(end, *line.ended);
  if (rules.churn == 1 && line.cancelled) end = std::min(end, *line.cancelled);
  if (rules.churn == 2 && line.billing_ended) end = std::min(end, *line.billing_ended);
  return line.from <= when && when < end;
}

/// Whether a line charges an account for a day, under the rules of usage and of unpaid lines.
inline bool slow_charges(const slow_line& line, const slow_rules& rules, std::uint32_t account, int when) {
  if (line.account != account || line.kind == slow_line::one_off || line.kind == slow_line::refund) return false;
  if (!slow_in_force(line, rules, when) || (line.kind == slow_line::usage && !rules.usage)) return false;
  std::optional<int> grace = rules.past_due;
  if (rules.churn == 3 && !grace) grace = 0;
  return !(grace && line.unpaid && when >= *line.unpaid + *grace && (!line.paid || when < *line.paid));
}

/// Whether the account pays on that day, or has paid and had a free line on every day since.
inline bool slow_customer(const std::vector<slow_line>& lines, const slow_rules& rules, std::uint32_t account, int when) {
  for (;; --when) {
    bool charged = false;
    for (const slow_line& line : lines) {
      if (!slow_charges(line, rules, account, when)) continue;
      if (slow_ticks(line, rules) > 0) return true;
      charged = true;
    }
    if (!charged) return false;
  }
}

/// MRR of an account on a day.
inline long long slow_mrr(const std::vector<slow_line>& lines, const slow_rules& rules, std::uint32_t account, int when) {
  long long charged = 0, back = 0;
  for (const slow_line& line : lines) {
    if (line.kind == slow_line::refund && line.account == account && slow_in_force(line, rules, when)) {
      if (rules.negative) back += slow_ticks(line, rules);
    }
    if (slow_charges(line, rules, account, when)) charged += slow_ticks(line, rules);
  }
  return std::max(charged - back, 0LL);
}

/// Whether the account is a customer on that day, with MRR or without.
inline bool slow_present(const std::vector<slow_line>& lines, const slow_rules& rules, std::uint32_t account, int when) {
  if (slow_mrr(lines, rules, account, when) > 0) return true;
  return rules.active && slow_customer(lines, rules, account, when);
}

}  // namespace sojourn::oracle
