// Rows where nothing changes are passed over; only changes of an account's MRR are looked at. Compiled with -O3.
#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scatter.hpp"
#include "sojourn/mrr/snapshot_tally.hpp"

namespace sojourn::detail {
namespace {

constexpr std::int32_t first_month = month::of(earliest_day).since_epoch;
constexpr std::int32_t last_month = month::of(latest_day).since_epoch;

void require_table(const snapshots& table, const period_grid& grid) {
  require_same_length(table.account, "account", table.month, "month");
  require_same_length(table.account, "account", table.amount, "mrr");
  if (table.ticks_per_unit <= 0) throw schema_error("snapshots: ticks_per_unit must be positive");
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_snapshots: a grid needs at least one period");
}

std::optional<problem> row_problem(const snapshots& table, std::size_t row, std::size_t accounts) {
  const auto broken = [&](const auto& where, const char* name, const std::string& value, const std::string& rule) {
    return problem{where.name_or(name), row, value, rule, ""};
  };
  if (!table.account.present(row)) return broken(table.account, "account", "missing", "every row belongs to an account");
  if (table.account[row] >= accounts) {
    return broken(table.account, "account", std::to_string(table.account[row]),
                  "an account index lies below " + std::to_string(accounts));
  }
  if (!table.month.present(row)) return broken(table.month, "month", "missing", "every row has a month");
  if (table.month[row] < first_month || table.month[row] > last_month) {
    return broken(table.month, "month", std::to_string(table.month[row]) + " months since 1970",
                  "a month lies in 1900-01 .. 2199-12");
  }
  if (!table.amount.present(row)) return broken(table.amount, "mrr", "missing", "every row has an MRR");
  if (table.amount[row] < 0) return broken(table.amount, "mrr", std::to_string(table.amount[row]), "MRR is never negative");
  if (table.amount[row] <= INT64_MAX / table.ticks_per_unit) return std::nullopt;
  return broken(table.amount, "mrr", std::to_string(table.amount[row]),
                "MRR of one row stays below 5.5e13 minor units a month");
}

[[noreturn]] void throw_twice(std::uint32_t who, std::int32_t when) {
  throw data_error({"month", problem::no_row, to_string(month{when}), "one row an account and month",
                    "account " + std::to_string(who) + " has two"});
}

/// What one pass finds out: sorted or not, how far, and whether a row is bad.
struct snapshot_facts {
  std::int32_t earliest = last_month;
  std::int32_t latest = first_month - 1;
  std::uint32_t highest = 0;               ///< account
  bool sorted = true;
  std::size_t bad_row = SIZE_MAX;

  void add(const snapshot_facts& later) {
    earliest = std::min(earliest, later.earliest);
    latest = std::max(latest, later.latest);
    highest = std::max(highest, later.highest);
    sorted = sorted && later.sorted;
    bad_row = std::min(bad_row, later.bad_row);
  }
};

snapshot_facts facts_of(const snapshots& table, std::size_t first, std::size_t last, std::size_t accounts) {
  const bool gaps = table.account.may_have_missing() || table.month.may_have_missing() || table.amount.may_have_missing();
  const std::uint32_t* who = table.account.values().data();
  const std::int32_t* when = table.month.values().data();
  const std::int64_t* amounts = table.amount.values().data();
  const auto most = static_cast<std::uint64_t>(INT64_MAX / table.ticks_per_unit);
  std::uint32_t highest = 0;
  std::int32_t earliest = last_month;
  std::int32_t latest = first_month - 1;
  std::uint64_t signs = 0;
  std::uint32_t falls = 0;
  for (std::size_t row = first; row < last; ++row) {
    highest = std::max(highest, who[row]);
    earliest = std::min(earliest, when[row]);
    latest = std::max(latest, when[row]);
    signs |= static_cast<std::uint64_t>(amounts[row]) | (most - static_cast<std::uint64_t>(amounts[row]));
  }
  for (std::size_t row = std::max<std::size_t>(first, 1); row < last; ++row) {
    const std::uint32_t same = static_cast<std::uint32_t>(who[row] == who[row - 1]);
    falls |= static_cast<std::uint32_t>(who[row] < who[row - 1]) | (same & static_cast<std::uint32_t>(when[row] <= when[row - 1]));
  }
  snapshot_facts facts{earliest, latest, highest, falls == 0, SIZE_MAX};
  const bool broken = (signs >> 63) != 0 || earliest < first_month || latest > last_month || (first < last && highest >= accounts);
  for (std::size_t row = first; (broken || gaps) && row < last; ++row) {
    if (row_problem(table, row, accounts)) return facts.bad_row = row, facts;
  }
  return facts;
}

struct snapshot_row {
  std::uint32_t account;
  std::int32_t when;
  std::int64_t amount;
};

/// Accounts one after another, each with its months in order.
class snapshot_tally {
 public:
  snapshot_tally(const period_finder& finder, const snapshot_state& empty, std::int32_t as_of, std::int64_t ticks_per_unit)
      : state_(empty), finder_(finder), revenue_(finder, state_.revenue), as_of_(as_of), ticks_per_unit_(ticks_per_unit) {
    for (std::int32_t m = first_month; m <= last_month + 1; ++m) first_days_.push_back(month{m}.first_day());
  }
  snapshot_tally(const snapshot_tally&) = delete;
  snapshot_tally& operator=(const snapshot_tally&) = delete;

  /// `row(i)` is the i-th of `rows` rows, which hold whole accounts. `expected` is what the next row would be if nothing changed.
  template <class RowAt>
  void add(std::size_t first, std::size_t last, const RowAt& row) {
    if (first >= last) return;
    snapshot_row expected{row(first).account, row(first).when, -1};
    std::int64_t free_rows = 0;
    for (std::size_t i = first; i < last; ++i) {
      const snapshot_row now = row(i);
      free_rows += now.amount == 0 ? 1 : 0;
      if (now.account != expected.account || now.when != expected.when || now.amount != expected.amount || now.when >= as_of_) {
        change(expected, now);
      }
      expected = {now.account, now.when + 1, now.amount};
    }
    close(expected);
    state_.rows += static_cast<std::int64_t>(last - first);
    state_.free_rows += free_rows;
  }

  [[nodiscard]] snapshot_state finish() {
    revenue_.finish();
    add_up_ages(state_.cohorts);
    return std::move(state_);
  }

 private:
  void change(const snapshot_row& expected, const snapshot_row& now) {
    if (now.account != expected.account) {
      close(expected);
    } else if (now.when > expected.when) {
      level(expected.when, 0);
    } else if (now.when < expected.when) {
      throw_twice(now.account, now.when);
    }
    if (now.when < as_of_) level(now.when, now.amount);
    else ++state_.future_rows;
  }

  // The last row of an account: without one for the next month it has churned, if that month is known.
  void close(const snapshot_row& expected) {
    level(expected.when, 0);
    if (!steps_.empty()) {
      revenue_.add(steps_);
      add_to_cohorts(state_.cohorts, finder_, steps_);
    }
    steps_.clear();
  }

  void level(std::int32_t when, std::int64_t amount) {
    const mrr now = mrr::from_ticks(amount * ticks_per_unit_);
    const mrr before = steps_.empty() ? mrr{} : steps_.back().level;
    if (now == before || when >= as_of_) return;
    steps_.push_back({first_days_[static_cast<std::size_t>(when - first_month)], now});
  }

  snapshot_state state_;
  const period_finder& finder_;
  revenue_tally revenue_;
  std::int32_t as_of_;
  std::int64_t ticks_per_unit_;
  std::vector<mrr_step> steps_;
  std::vector<day> first_days_;
};

/// Moves on to the row that begins an account.
std::size_t account_border(const snapshots& table, std::size_t row) {
  while (row > 0 && row < table.account.size() && table.account[row] == table.account[row - 1]) ++row;
  return row;
}

/// Unsorted rows: by account through the write buffers, then by account and month within each part.
class shuffled {
 public:
  shuffled(const snapshots& table, const snapshot_facts& facts, const any_executor& host)
      : rows_(table.account.size()), chunks_(std::clamp<std::size_t>(rows_ / 65'536, 1, 2 * host.concurrency())),
        earliest_(facts.earliest), months_(static_cast<std::size_t>(facts.latest - facts.earliest) + 1), sorted_(rows_) {
    while ((facts.highest >> shift_) >= 4096) ++shift_;
    const std::size_t parts = (facts.highest >> shift_) + 1;
    std::vector<std::vector<std::size_t>> next(chunks_, std::vector<std::size_t>(parts));
    host.bulk(chunks_, [&](std::size_t c) {
      for (std::size_t row = rows_ * c / chunks_; row < rows_ * (c + 1) / chunks_; ++row) ++next[c][table.account[row] >> shift_];
    });
    std::size_t at = 0;
    for (std::size_t p = 0; p < parts; ++p) {
      for (std::size_t c = 0; c < chunks_; ++c) at += std::exchange(next[c][p], at);
      ends_.push_back(at);
    }
    host.bulk(chunks_, [&](std::size_t c) {
      scatter_writer<snapshot_row> out(sorted_.data(), std::move(next[c]));
      for (std::size_t row = rows_ * c / chunks_; row < rows_ * (c + 1) / chunks_; ++row) {
        out.push(table.account[row] >> shift_, {table.account[row], table.month[row], table.amount[row]});
      }
      out.finish();
    });
  }

  [[nodiscard]] std::size_t parts() const noexcept { return ends_.size(); }
  [[nodiscard]] std::span<const snapshot_row> part(std::size_t p, std::vector<std::int64_t>& tile) {
    const std::size_t first = p == 0 ? 0 : ends_[p - 1];
    const std::span<snapshot_row> rows{sorted_.data() + first, ends_[p] - first};
    const std::size_t cells = (std::size_t{1} << shift_) * months_;
    constexpr std::size_t sparse = 16;     // cells a row from which a sort is cheaper
    if (cells <= sparse * rows.size()) {
      tile.assign(cells, -1);
      lay_out(rows, static_cast<std::uint32_t>(p << shift_), tile);
      return rows;
    }
    std::sort(rows.begin(), rows.end(), [](const snapshot_row& a, const snapshot_row& b) { return order(a) < order(b); });
    return rows;
  }

 private:
  // Every account and month has its place, so nothing is compared: rows go to their cells and come back in order.
  void lay_out(std::span<snapshot_row> rows, std::uint32_t base, std::vector<std::int64_t>& tile) const {
    for (const snapshot_row& row : rows) {
      std::int64_t& cell = tile[(row.account - base) * months_ + static_cast<std::size_t>(row.when - earliest_)];
      if (cell >= 0) throw_twice(row.account, row.when);
      cell = row.amount;
    }
    std::size_t at = 0;
    for (std::size_t a = 0; a < tile.size() / months_ && at < rows.size(); ++a) {
      for (std::size_t m = 0; m < months_ && at < rows.size(); ++m) {
        const std::int64_t amount = tile[a * months_ + m];
        rows[at] = {base + static_cast<std::uint32_t>(a), earliest_ + static_cast<std::int32_t>(m), amount};
        at += amount >= 0 ? 1 : 0;
      }
    }
  }

  static std::uint64_t order(const snapshot_row& row) {
    return std::uint64_t{row.account} << 32 | static_cast<std::uint32_t>(row.when - first_month);
  }

  std::size_t rows_;
  std::size_t chunks_;
  int shift_ = 0;
  std::int32_t earliest_;
  std::size_t months_;
  std::vector<std::size_t> ends_;
  scratch<snapshot_row> sorted_;
};

}  // namespace

snapshot_state tally_snapshots(const snapshots& table, const period_grid& grid, const snapshot_options& options,
                               const revenue_policy& policy, const any_executor& host) {
  require_table(table, grid);
  const std::size_t rows = table.account.size();
  const std::size_t accounts = options.accounts != 0 ? options.accounts : rows;
  constexpr std::size_t worth_a_thread = 262'144;
  const std::size_t chunks = std::clamp<std::size_t>(rows / worth_a_thread, 1, 8 * host.concurrency());
  const auto cut = [&](std::size_t c) { return rows * c / chunks; };

  std::vector<snapshot_facts> seen(chunks);
  host.bulk(chunks, [&](std::size_t c) {
    constexpr std::size_t run = 4096;
    for (std::size_t first = cut(c); first < cut(c + 1) && seen[c].bad_row == SIZE_MAX; first += run) {
      seen[c].add(facts_of(table, first, std::min(first + run, cut(c + 1)), accounts));
    }
  });
  snapshot_facts facts;
  for (const snapshot_facts& one : seen) facts.add(one);
  if (facts.bad_row != SIZE_MAX) throw data_error(*row_problem(table, facts.bad_row, accounts));

  const month as_of = options.as_of.value_or(month{facts.latest + 1});
  const period_finder finder(grid);
  const snapshot_state empty{{grid, as_of.first_day(), policy, std::vector<revenue_period>(static_cast<std::size_t>(grid.count))},
                             empty_cohorts(grid, as_of.first_day())};
  snapshot_state total = empty;
  std::optional<shuffled> by_account;
  if (!facts.sorted) by_account.emplace(table, facts, host);
  const std::size_t tasks = facts.sorted ? chunks : std::min(by_account->parts(), chunks);
  std::vector<snapshot_state> parts(tasks);
  std::vector<std::exception_ptr> errors(tasks);   // the lowest account's is thrown, whoever met its own first
  host.bulk(tasks, [&](std::size_t g) {
    try {
      std::vector<std::int64_t> tile;
      snapshot_tally tally(finder, empty, as_of.since_epoch, table.ticks_per_unit);
      if (facts.sorted) {
        tally.add(account_border(table, cut(g)), account_border(table, cut(g + 1)),
                  [&](std::size_t i) { return snapshot_row{table.account[i], table.month[i], table.amount[i]}; });
      } else {
        for (std::size_t p = by_account->parts() * g / tasks; p < by_account->parts() * (g + 1) / tasks; ++p) {
          const auto part = by_account->part(p, tile);
          tally.add(0, part.size(), [&](std::size_t i) { return part[i]; });
        }
      }
      parts[g] = tally.finish();
    } catch (...) {
      errors[g] = std::current_exception();
    }
  });
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
  for (const snapshot_state& part : parts) total += part;
  return total;
}

}  // namespace sojourn::detail
