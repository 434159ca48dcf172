// Every revenue metric again from what each account pays on each day and whether it is a customer, under every convention
// that changes one: no steps, no states, no sums carried along. Amounts in minor units.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "oracle/slow_ledger.hpp"

namespace sojourn::oracle {

/// The conventions, in words of their own.
struct slow_rules {
  bool ends_only = false;             // net end points, not every change
  bool drop_visitors = false;         // who joins and leaves in one period is not counted
  long long longest_gap = 1'000'000;  // a return after more days is new
  int grace = 0;                      // shorter lapses did not happen
};

/// Everything about one stretch of days.
struct slow_span {
  long long opening = 0, added = 0, returned = 0, expansion = 0, contraction = 0, churn = 0, closing = 0;
  long long accounts_opening = 0, accounts_new = 0, accounts_returned = 0, accounts_churned = 0, accounts_closing = 0;
  long long lost_accounts = 0;  // of the opening, no customers at the end
  long long paying_new = 0, paying_closing = 0;
  long long visitors = 0;  // new in the stretch and gone at its end
  long long still = 0;     // what the accounts of the opening pay at the end
  long long kept = 0, kept_if_staying = 0, kept_in_events = 0, kept_at_lowest = 0;
};

class slow_metrics {
 public:
  slow_metrics(const std::vector<slow_row>& rows, std::size_t accounts, int first, int last, int as_of, slow_rules rules)
      : first_(first), last_(last), as_of_(as_of), rules_(rules), paid_(accounts), kept_(accounts) {
    const slow_ledger days(rows, first, last, as_of);
    for (auto& account : paid_) account.assign(static_cast<std::size_t>(last - first), 0);
    for (auto& account : kept_) account.assign(static_cast<std::size_t>(last - first), false);
    for (const auto& [who, levels] : days.accounts()) paid_[who] = levels, kept_[who] = days.kept(who);
    for (std::size_t who = 0; who < accounts; ++who) fill_lapses(who);
  }

  std::size_t accounts() const { return paid_.size(); }
  long long on(std::size_t who, int day) const {
    return day < first_ ? 0 : paid_[who][static_cast<std::size_t>(day - first_)];
  }
  /// Whether it is a customer, with MRR or without.
  bool there(std::size_t who, int day) const {
    return on(who, day) > 0 || (day >= first_ && kept_[who][static_cast<std::size_t>(day - first_)]);
  }

  slow_span span(int from, int to) const {
    slow_span s;
    for (std::size_t who = 0; who < paid_.size(); ++who) add(s, who, from, to);
    return s;
  }

  double daily_sum(int from, int to) const {
    double sum = 0;
    bool any = false;
    for (int day = from; day < to; ++day) {
      const slow_span one = span(day, day + 1);
      if (one.accounts_opening == 0) continue;
      any = true;
      sum += static_cast<double>(one.lost_accounts) / static_cast<double>(one.accounts_opening);
    }
    return any ? sum : nothing;
  }

  double exposure(int from, int to) const {
    long long lost = 0;
    long long customer_days = 0;
    for (int day = from; day < to; ++day) {
      const slow_span one = span(day, day + 1);
      lost += one.accounts_churned;
      customer_days += one.accounts_opening;
    }
    return over(lost * (to - from), customer_days);
  }

  /// Customers, or MRR, of those whose first day lies in [start, end), on the last day before `until`.
  long long cohort(int start, int end, int until, bool money, bool never_left) const {
    long long sum = 0;
    for (std::size_t who = 0; who < paid_.size(); ++who) {
      const int first = first_customer_day(who);
      if (first < start || first >= end) continue;
      bool away = false;
      for (int day = first; day < until; ++day) away = away || !there(who, day);
      const bool counts = there(who, until - 1) && !(never_left && away);
      if (counts) sum += money ? on(who, until - 1) : 1;
    }
    return sum;
  }
  /// The same `days` days after each one's own first day; -1 where one has not been seen for so long.
  long long cohort_by_tenure(int start, int end, int days, bool money, bool never_left) const {
    long long sum = 0;
    for (std::size_t who = 0; who < paid_.size(); ++who) {
      const int first = first_customer_day(who);
      if (first < start || first >= end) continue;
      if (first + days > as_of_) return -1;
      bool away = false;
      for (int day = first; day < first + days; ++day) away = away || !there(who, day);
      const bool counts = there(who, first + days - 1) && !(never_left && away);
      if (counts) sum += money ? on(who, first + days - 1) : 1;
    }
    return sum;
  }
  long long cohort_start(int start, int end, bool money) const {
    long long sum = 0;
    for (std::size_t who = 0; who < paid_.size(); ++who) {
      const int first = first_customer_day(who);
      if (first >= start && first < end) sum += money ? on(who, first) : 1;
    }
    return sum;
  }

  /// The share that is still there at `age` days by Kaplan and Meier's product, over accounts or over the last MRR that each
  /// paid.
  double survival(int age, bool money) const {
    double left = 1;
    for (int t = 0; t <= age; ++t) {
      double at_risk = 0;
      double gone = 0;
      for (std::size_t who = 0; who < paid_.size(); ++who) {
        const stay s = stay_of(who);
        const double weight = money ? static_cast<double>(s.last_level) : 1;
        if (s.days < 0 || s.days < t) continue;
        at_risk += weight;
        if (s.days == t && s.left) gone += weight;
      }
      if (gone > 0) left *= 1 - gone / at_risk;
    }
    return left;
  }

  static constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
  static double over(long long part, long long whole) {
    return whole == 0 ? nothing : static_cast<double>(part) / static_cast<double>(whole);
  }

 private:
  struct stay {
    int days = -1;  // never there
    bool left = false;
    long long last_level = 0;
  };

  stay stay_of(std::size_t who) const {
    const int first = first_customer_day(who);
    if (first == last_) return {};
    int last = last_ - 1;
    while (!there(who, last)) --last;
    int paid = last;
    while (paid > first && on(who, paid) == 0) --paid;
    if (last < last_ - 1) return {last + 1 - first, true, on(who, paid)};
    return {as_of_ - first, false, on(who, paid)};
  }

  void fill_lapses(std::size_t who) {
    auto& days = paid_[who];
    auto& kept = kept_[who];
    const auto nobody = [&](std::size_t day) { return days[day] == 0 && !kept[day]; };
    for (std::size_t day = 1; day < days.size(); ++day) {
      if (!nobody(day) || nobody(day - 1)) continue;
      std::size_t back = day;
      while (back < days.size() && nobody(back)) ++back;
      if (back == days.size() || back - day > static_cast<std::size_t>(rules_.grace)) {
        day = back;
        continue;
      }
      for (std::size_t d = day; d < back; ++d) days[d] = days[day - 1], kept[d] = kept[day - 1];
    }
  }

  int first_customer_day(std::size_t who) const {
    for (int day = first_; day < last_; ++day) {
      if (there(who, day)) return day;
    }
    return last_;
  }

  bool is_new(std::size_t who, int day) const {
    int paid = day - 1;
    while (paid >= first_ && !there(who, paid)) --paid;
    return paid < first_ || day - (paid + 1) > rules_.longest_gap;
  }

  /// From one day to a later one.
  void change(slow_span& s, std::size_t who, int day, int from, int to) const {
    const long long before = on(who, from), now = on(who, to);
    const bool was = there(who, from), is = there(who, to);
    if (!was && is && is_new(who, day))
      s.added += now, ++s.accounts_new, s.paying_new += now > 0 ? 1 : 0;
    else if (!was && is)
      s.returned += now, ++s.accounts_returned;
    else if (was && !is)
      s.churn += before, ++s.accounts_churned;
    else if (now > before)
      s.expansion += now - before;
    else
      s.contraction += before - now;
  }

  void add(slow_span& s, std::size_t who, int from, int to) const {
    const long long before = on(who, from - 1);
    const long long after = on(who, to - 1);
    const bool was = there(who, from - 1), is = there(who, to - 1);
    std::vector<int> changes;
    long long lowest = before;
    long long falls = 0;
    for (int day = from; day < to; ++day) {
      if (on(who, day) != on(who, day - 1) || there(who, day) != there(who, day - 1)) changes.push_back(day);
      lowest = std::min(lowest, on(who, day));
      falls += std::max(on(who, day - 1) - on(who, day), 0LL);
    }
    s.opening += before;
    s.closing += after;
    if (was) {
      ++s.accounts_opening;
      s.still += after;
      s.kept += std::min(before, after);
      s.kept_at_lowest += lowest;
      s.kept_in_events += before - std::min(before, rules_.ends_only ? std::max(before - after, 0LL) : falls);
      if (!is)
        ++s.lost_accounts;
      else
        s.kept_if_staying += before;
    }
    if (is) ++s.accounts_closing;
    if (after > 0) ++s.paying_closing;
    if (changes.empty()) return;
    const bool visitor = !was && !is && is_new(who, changes.front());
    if (visitor && rules_.drop_visitors) return;
    if (rules_.ends_only) {
      if (before != after || was != is) change(s, who, changes.front(), from - 1, to - 1);
      return;
    }
    if (visitor) ++s.visitors;
    for (const int day : changes) change(s, who, day, day - 1, day);
  }

  int first_;
  int last_;
  int as_of_;
  slow_rules rules_;
  std::vector<std::vector<long long>> paid_;
  std::vector<std::vector<bool>> kept_;
};

}  // namespace sojourn::oracle
