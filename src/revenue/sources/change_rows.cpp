#include "sojourn/revenue/sources/change_rows.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "revenue/ledger/rows.hpp"
#include "sojourn/input/date_format.hpp"
#include "sojourn/revenue/policy.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr std::int64_t nanoseconds_per_minute = 60'000'000'000;
constexpr std::int64_t nanoseconds_per_day = revenue_policy::minutes_a_day * nanoseconds_per_minute;

template <class T>
void require_change(bool good, const column<T>& where, const char* name, std::size_t row, const std::string& rule,
                    const char* advice = "") {
  if (good) return;
  throw data_error({where.name_or(name), row, where.present(row) ? std::to_string(where[row]) : "missing", rule, advice});
}

void require_account(const column<std::uint32_t>& where, std::size_t row, std::size_t universe) {
  require_change(where.present(row), where, "account", row, "every row belongs to an account",
                 "name the account, or leave the row out");
  require_change(where[row] < universe, where, "account", row, "an account index lies below " + std::to_string(universe),
                 "intern keys with account_index or state the size of the universe");
}

std::int64_t most(std::int64_t ticks_per_unit) {
  if (ticks_per_unit <= 0) throw schema_error("ticks_per_unit must be positive");
  return INT64_MAX / ticks_per_unit;
}

std::uint32_t subscription_of(const mrr_changes& table, std::size_t row) {
  return table.subscription.empty() ? 0 : table.subscription[row];
}

void check_changes(const mrr_changes& table, const change_options& options) {
  require_same_length(table.account, "account", table.when, "when");
  require_same_length(table.account, "account", table.amount, "amount");
  if (!table.subscription.empty()) require_same_length(table.account, "account", table.subscription, "subscription");
  if (!table.nanosecond.empty()) require_same_length(table.account, "account", table.nanosecond, "nanosecond");
  const std::size_t universe = options.accounts != 0 ? options.accounts : table.account.size();
  const std::int64_t largest = most(table.ticks_per_unit);
  for (std::size_t row = 0; row < table.account.size(); ++row) {
    require_account(table.account, row, universe);
    require_change(table.when.present(row), table.when, "when", row, "every change has a day");
    require_change(table.when[row] >= earliest_day.since_epoch && table.when[row] <= latest_day.since_epoch, table.when,
                   "when", row, "a date lies in 1900-01-01 .. 2199-12-31", "check the unit of the column");
    require_change(table.amount.present(row), table.amount, "amount", row, "every change has an amount",
                   "write 0 for the end");
    if (options.amount == change_amount::level) {
      require_change(table.amount[row] >= 0, table.amount, "amount", row, "MRR is never negative",
                     "say that the amounts are changes, if they are");
    }
    require_change(table.amount[row] <= largest && table.amount[row] >= -largest, table.amount, "amount", row,
                   "MRR of one row stays below 5.5e13 minor units a month", "check the unit of the column");
    if (!table.nanosecond.empty()) {
      require_change(
          table.nanosecond.present(row) && table.nanosecond[row] >= 0 && table.nanosecond[row] < nanoseconds_per_day,
          table.nanosecond, "nanosecond", row, "every change has a nanosecond of its day, 0 .. 86399999999999",
          "leave the column out where times are not known");
    }
    if (!table.subscription.empty()) {
      require_change(table.subscription.present(row), table.subscription, "subscription", row,
                     "every change belongs to a subscription");
    }
  }
}

moment moment_of(const mrr_changes& table, std::size_t row) {
  return {day{table.when[row]}, table.nanosecond.empty() ? 0 : table.nanosecond[row]};
}

// True where the second moment comes at most so many minutes after the first.
bool follows_closely(const moment& first, const moment& second, std::int32_t minutes) {
  const std::int64_t days = second.on - first.on;
  if (days > 1 + minutes / revenue_policy::minutes_a_day) return false;
  return days * nanoseconds_per_day + second.nanosecond - first.nanosecond <= minutes * nanoseconds_per_minute;
}

/// When each change counts.
struct change_times {
  std::vector<std::int32_t> days;
  std::vector<std::int64_t> nanoseconds;  // of their days; empty where the changes of a day are one

  [[nodiscard]] std::int64_t nanosecond(std::size_t row) const { return nanoseconds.empty() ? 0 : nanoseconds[row]; }
  [[nodiscard]] bool together(std::size_t a, std::size_t b) const {
    return days[a] == days[b] && nanosecond(a) == nanosecond(b);
  }
};

// Its own day and moment, or those of the first of the changes that it follows closely.
change_times times_of(const mrr_changes& table, const change_options& options, std::int64_t& grouped) {
  change_times times{{table.when.values().begin(), table.when.values().end()}, {}};
  auto& [days, nanoseconds] = times;
  if (options.movements == movement_mode::timed_events && options.same_day != same_day_changes::refuse) {
    nanoseconds.assign(table.nanosecond.values().begin(), table.nanosecond.values().end());
  }
  if (options.grouping_minutes <= 0 || table.nanosecond.empty()) return times;
  std::vector<std::size_t> order(days.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t row) { return std::tuple(table.account[row], moment_of(table, row), row); };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  for (std::size_t i = 1; i < order.size(); ++i) {
    const std::size_t before = order[i - 1], row = order[i];
    if (table.account[row] != table.account[before]) continue;
    if (!follows_closely(moment_of(table, before), moment_of(table, row), options.grouping_minutes)) continue;
    if (options.as_of.named() && day{days[row]} >= *options.as_of.named()) continue;
    if (days[row] != days[before]) ++grouped;
    days[row] = days[before];
    if (!nanoseconds.empty()) nanoseconds[row] = nanoseconds[before];
  }
  return times;
}

// The changes of one subscription, sorted by day and moment, one day (or moment) after another.
class change_reader {
 public:
  change_reader(const mrr_changes& table, const change_times& times, const change_options& options, mrr_rows& out)
      : table_(table), times_(times), options_(options), rule_(options.same_day), out_(out) {
    if (rule_ == same_day_changes::usual) {
      rule_ = options.amount == change_amount::level ? same_day_changes::last : same_day_changes::sum;
    }
  }

  void read(std::span<const std::size_t> rows) {
    std::int64_t level = 0;
    for (std::size_t i = 0; i < rows.size();) {
      std::size_t next = i + 1;
      while (next < rows.size() && times_.together(rows[next], rows[i])) ++next;
      count_decided_by_row(rows.subspan(i, next - i));
      level = level_after(rows.subspan(i, next - i), level);
      const std::int32_t when = times_.days[rows[i]];
      for (std::size_t j = i; j + 1 < next; ++j) add(rows[j], when, when, 0, {});
      const bool ends = next < rows.size();
      add(rows[next - 1], when, ends ? times_.days[rows[next]] : detail::runs_on, level,
          {.began_at = times_.nanosecond(rows[i]), .ended_at = ends ? times_.nanosecond(rows[next]) : 0});
      i = next;
    }
  }

 private:
  // Where the last change counts and two claim to be it, their rows decide.
  void count_decided_by_row(std::span<const std::size_t> rows) {
    if (rule_ != same_day_changes::last || rows.size() < 2) return;
    const std::size_t last = rows.back(), before = rows[rows.size() - 2];
    if (moment_of(table_, last) != moment_of(table_, before)) return;
    if (table_.amount[last] != table_.amount[before]) ++out_.counts.same_moment;
  }

  [[nodiscard]] std::int64_t level_after(std::span<const std::size_t> rows, std::int64_t before) const {
    if (rule_ == same_day_changes::refuse && rows.size() > 1) {
      throw data_error({table_.when.name_or("when"), rows[1], to_string(day{table_.when[rows[1]]}),
                        "one change per subscription and day", "or say whether the last one counts or their sum"});
    }
    detail::int128 sum = options_.amount == change_amount::delta ? before : 0;
    for (const std::size_t row : rule_ == same_day_changes::sum ? rows : rows.last(1)) sum += table_.amount[row];
    const std::size_t last = rows.back();
    if (sum < 0) {
      throw data_error({table_.amount.name_or("amount"), last, std::to_string(table_.amount[last]), "MRR is never negative",
                        "the changes up to this row add up to " + detail::to_string(sum) + "; the log may start too late"});
    }
    require_change(sum <= INT64_MAX / table_.ticks_per_unit, table_.amount, "amount", last,
                   "MRR stays below 5.5e13 minor units a month", "check the unit of the column");
    return static_cast<std::int64_t>(sum);
  }

  void add(std::size_t row, std::int32_t from, std::int32_t to, std::int64_t level, const row_marks& marks) {
    out_.add(table_.account[row], from, to == detail::runs_on ? 0 : to, to != detail::runs_on, level,
             static_cast<std::uint32_t>(row), marks);
  }

  const mrr_changes& table_;
  const change_times& times_;
  const change_options& options_;
  same_day_changes rule_;
  mrr_rows& out_;
};

void check_snapshots(const snapshots& table, std::size_t universe) {
  require_same_length(table.account, "account", table.month, "month");
  require_same_length(table.account, "account", table.amount, "mrr");
  const std::int64_t largest = most(table.ticks_per_unit);
  for (std::size_t row = 0; row < table.account.size(); ++row) {
    require_account(table.account, row, universe);
    require_change(table.month.present(row), table.month, "month", row, "every row has a month");
    require_change(
        table.month[row] >= month::of(earliest_day).since_epoch && table.month[row] < month::of(latest_day).since_epoch,
        table.month, "month", row, "a month lies in 1900-01 .. 2199-11");
    require_change(table.amount.present(row), table.amount, "mrr", row, "every row has an MRR", "write 0 for a free month");
    require_change(table.amount[row] >= 0, table.amount, "mrr", row, "MRR is never negative",
                   "leave credits and refunds out: MRR is a rate, not cash");
    require_change(table.amount[row] <= largest, table.amount, "mrr", row,
                   "MRR of one row stays below 5.5e13 minor units a month", "check the unit of the column");
  }
}

std::uint64_t place_of(const snapshots& table, std::size_t row) {
  return std::uint64_t{table.account[row]} << 32 |
         static_cast<std::uint32_t>(table.month[row] - month::of(earliest_day).since_epoch);
}

// Two rows of one account and month would add up in a ledger, and both cannot be what it paid.
void refuse_twice(const snapshots& table) {
  bool rises = true;
  for (std::size_t row = 1; row < table.account.size() && rises; ++row)
    rises = place_of(table, row) > place_of(table, row - 1);
  if (rises) return;
  std::vector<std::pair<std::uint64_t, std::size_t>> places;
  places.reserve(table.account.size());
  for (std::size_t row = 0; row < table.account.size(); ++row) places.emplace_back(place_of(table, row), row);
  std::sort(places.begin(), places.end());
  const auto twice =
      std::adjacent_find(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.first == b.first; });
  if (twice == places.end()) return;
  const std::size_t row = std::next(twice)->second;
  throw data_error({table.month.name_or("month"), row, to_string(month{table.month[row]}), "one row per account and month",
                    "row " + std::to_string(twice->second) + " is another of the same account; add them up first"});
}

}  // namespace

mrr_rows rows_from_changes(const mrr_changes& table, const change_options& options) {
  check_changes(table, options);
  std::vector<std::size_t> order(table.account.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  mrr_rows out;
  const change_times times = times_of(table, options, out.counts.grouped);
  const auto key = [&](std::size_t row) {
    return std::tuple(table.account[row], subscription_of(table, row), times.days[row], moment_of(table, row), row);
  };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  out.ticks_per_unit = table.ticks_per_unit;
  out.counts.rows = static_cast<std::int64_t>(order.size());
  change_reader reader(table, times, options, out);
  for (std::size_t i = 0; i < order.size();) {
    std::size_t next = i + 1;
    while (next < order.size() && table.account[order[next]] == table.account[order[i]] &&
           subscription_of(table, order[next]) == subscription_of(table, order[i])) {
      ++next;
    }
    reader.read(std::span(order).subspan(i, next - i));
    out.accounts = std::max(out.accounts, std::size_t{table.account[order[i]]} + 1);
    i = next;
  }
  return out;
}

std::optional<month> month_after(const snapshots& table) {
  std::optional<month> latest;
  for (std::size_t row = 0; row < table.month.size(); ++row) {
    if (table.month.present(row) && (!latest || latest->since_epoch < table.month[row])) latest = month{table.month[row]};
  }
  if (latest) latest = *latest + months{1};
  return latest;
}

mrr_rows rows_from_snapshots(const snapshots& table, std::size_t accounts) {
  check_snapshots(table, accounts != 0 ? accounts : table.account.size());
  refuse_twice(table);
  mrr_rows out;
  out.ticks_per_unit = table.ticks_per_unit;
  out.counts.rows = static_cast<std::int64_t>(table.account.size());
  for (std::size_t row = 0; row < table.account.size(); ++row) {
    const month m{table.month[row]};
    out.add(table.account[row], m.first_day().since_epoch, (m + months{1}).first_day().since_epoch, true, table.amount[row],
            static_cast<std::uint32_t>(row));
    out.accounts = std::max(out.accounts, std::size_t{table.account[row]} + 1);
  }
  return out;
}

}  // namespace sojourn::inline v0_1
