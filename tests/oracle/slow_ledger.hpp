// The ledger again, day by day and without a clever line: what each account pays on each day, and everything counted from
// it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace sojourn::oracle {

struct slow_row {
  std::uint32_t account;
  int start;
  std::optional<int> end;
  std::int64_t amount;
  bool kept = false;  // without MRR, and a customer all the same
};

struct slow_period {
  long long opening = 0, added = 0, returned = 0, expansion = 0, contraction = 0, churn = 0, closing = 0;
  long long accounts_opening = 0, accounts_new = 0, accounts_reactivated = 0, accounts_churned = 0, accounts_closing = 0;
};

struct slow_retention {
  long long accounts = 0, stayed = 0, opening = 0, closing = 0, kept = 0;
};

class slow_ledger {
 public:
  // Days [first, last); a row counts on a day when the day is paid and known.
  slow_ledger(const std::vector<slow_row>& rows, int first, int last, int as_of) : first_(first), last_(last) {
    for (const slow_row& row : rows) {
      auto& days = paid_[row.account];
      auto& kept = kept_[row.account];
      days.resize(static_cast<std::size_t>(last - first), 0);
      kept.resize(days.size(), false);
      for (int day = first; day < last; ++day) {
        const bool started = row.start <= day && row.start < as_of;
        const bool ended = row.end && *row.end <= day && (*row.end < as_of || *row.end == row.start);
        if (!started || ended) continue;
        days[static_cast<std::size_t>(day - first)] += row.amount;
        if (row.kept) kept[static_cast<std::size_t>(day - first)] = true;
      }
    }
  }

  long long on(std::uint32_t account, int day) const {
    if (day < first_) return 0;
    return paid_.at(account).at(static_cast<std::size_t>(day - first_));
  }
  long long total(int day) const {
    long long sum = 0;
    for (const auto& [account, days] : paid_) sum += on(account, day);
    return sum;
  }
  int first_paid_day(std::uint32_t account) const {
    for (int day = first_; day < last_; ++day) {
      if (on(account, day) > 0) return day;
    }
    return last_;
  }
  const std::map<std::uint32_t, std::vector<long long>>& accounts() const { return paid_; }
  const std::vector<bool>& kept(std::uint32_t account) const { return kept_.at(account); }

  // Every change of every day.
  slow_period events(int from, int to) const {
    slow_period p = ends(from, to);
    for (const auto& [account, days] : paid_) {
      const int first_day = first_paid_day(account);
      for (int day = from; day < to; ++day) {
        const long long before = on(account, day - 1);
        const long long now = on(account, day);
        const bool first_time = first_day == day;
        if (before == 0 && now > 0 && first_time) p.added += now, ++p.accounts_new;
        if (before == 0 && now > 0 && !first_time) p.returned += now, ++p.accounts_reactivated;
        if (before > 0 && now == 0) p.churn += before, ++p.accounts_churned;
        if (before > 0 && now > before) p.expansion += now - before;
        if (now > 0 && now < before) p.contraction += before - now;
      }
    }
    return p;
  }

  // Only the two ends of the period.
  slow_period net(int from, int to) const {
    slow_period p = ends(from, to);
    for (const auto& [account, days] : paid_) {
      const long long before = on(account, from - 1);
      const long long now = on(account, to - 1);
      const bool first_time = first_paid_day(account) >= from;
      if (before == 0 && now > 0 && first_time) p.added += now, ++p.accounts_new;
      if (before == 0 && now > 0 && !first_time) p.returned += now, ++p.accounts_reactivated;
      if (before > 0 && now == 0) p.churn += before, ++p.accounts_churned;
      if (before > 0 && now > before) p.expansion += now - before;
      if (now > 0 && now < before) p.contraction += before - now;
    }
    return p;
  }

  slow_retention retention(int from, int to) const {
    slow_retention r;
    for (const auto& [account, days] : paid_) {
      const long long before = on(account, from - 1);
      const long long now = on(account, to - 1);
      if (before == 0) continue;
      ++r.accounts;
      if (now > 0) ++r.stayed;
      r.opening += before;
      r.closing += now;
      r.kept += now < before ? now : before;
    }
    return r;
  }

  // Loss of each account of the opening day by day, at most what it opened with.
  long long capped_loss(int from, int to) const {
    long long sum = 0;
    for (const auto& [account, days] : paid_) {
      long long lost = 0;
      for (int day = from; day < to; ++day) {
        const long long change = on(account, day) - on(account, day - 1);
        if (change < 0) lost -= change;
      }
      const long long most = on(account, from - 1);
      sum += lost < most ? lost : most;
    }
    return sum;
  }

 private:
  slow_period ends(int from, int to) const {
    slow_period p;
    for (const auto& [account, days] : paid_) {
      p.opening += on(account, from - 1);
      p.closing += on(account, to - 1);
      if (on(account, from - 1) > 0) ++p.accounts_opening;
      if (on(account, to - 1) > 0) ++p.accounts_closing;
    }
    return p;
  }

  int first_;
  int last_;
  std::map<std::uint32_t, std::vector<long long>> paid_;
  std::map<std::uint32_t, std::vector<bool>> kept_;
};

}  // namespace sojourn::oracle
