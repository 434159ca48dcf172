// Movements straight from rows: as a ledger is built, but what a part of the accounts did is counted and forgotten. From the
// rows of a part to its steps there is no branch that chance decides. Compiled with -O3.
#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <vector>

#include "detail/each_cpu.hpp"
#include "revenue/ledger/account_steps.hpp"
#include "revenue/ledger/row_heaps.hpp"
#include "revenue/revenue_tally.hpp"
#include "sojourn/revenue/revenue_state.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// Whose and when in one number, and by how much MRR changes, in the caller's unit.
struct event {
  std::uint64_t key;
  std::int64_t change;
};

/// Events of accounts behind one another: those of account a at [first[a], end[a]), in no order.
struct loose_events {
  const std::uint32_t* first;
  const std::uint32_t* end;
  const std::uint32_t* days;
  const std::int64_t* changes;
};

// Every event of an account counts how many come before it, always `Room` of them: days of a few rows are in no order that a
// branch could learn, and neither is their number. Those too many are written where the next account's will be.
template <std::size_t Room>
[[gnu::always_inline]] inline void sort_few(const loose_events& from, std::size_t a, event* out) {
  constexpr std::int32_t behind_all = 1 << 30;
  const std::uint32_t first = from.first[a], n = from.end[a] - first;
  std::int32_t order[Room], place[Room] = {};
  for (std::uint32_t i = 0; i < Room; ++i) {
    const auto at = static_cast<std::int32_t>(i);
    order[i] = i < n ? static_cast<std::int32_t>(from.days[first + i] * Room) + at : behind_all + at;
  }
  for (std::size_t j = 0; j < Room; ++j) {
    for (std::size_t i = 0; i < Room; ++i) place[i] += order[j] < order[i] ? 1 : 0;
  }
  for (std::size_t i = 0; i < Room; ++i) {
    out[static_cast<std::size_t>(place[i])] = {std::uint64_t{a} << day_bits | from.days[first + i], from.changes[first + i]};
  }
}

[[gnu::always_inline]] inline void copy_all(const loose_events& from, std::size_t a, event* out) {
  for (std::uint32_t at = from.first[a]; at < from.end[a]; ++at)
    *out++ = {std::uint64_t{a} << day_bits | from.days[at], from.changes[at]};
}

/// Room behind the last event, see `sort_few`.
constexpr std::size_t few = 8, several = 16;

// All but the accounts of more than several events, which stay in no order. Returns how many events there are.
SOJOURN_EACH_CPU std::size_t sort_by_account(const loose_events& from, std::size_t accounts, event* out) {
  std::size_t kept = 0;
  for (std::size_t a = 0; a < accounts; ++a) {
    const std::uint32_t n = from.end[a] - from.first[a];
    if (n <= few)
      sort_few<few>(from, a, out + kept);
    else if (n <= several)
      sort_few<several>(from, a, out + kept);
    else
      copy_all(from, a, out + kept);
    kept += n;
  }
  return kept;
}

// Apart from the others: clang 19 loses templates that only a function of several instruction sets calls.
void sort_large_accounts(const loose_events& from, std::size_t accounts, event* out) {
  for (std::size_t a = 0; a < accounts; ++a) {
    const std::uint32_t n = from.end[a] - from.first[a];
    if (n > several) std::sort(out, out + n, [](const event& x, const event& y) { return x.key < y.key; });
    out += n;
  }
}

/// Sweeps over the rows of one part after another.
class part_sweep {
 public:
  part_sweep(std::int64_t ticks_per_unit, day as_of) : ticks_per_unit_(ticks_per_unit), as_of_(as_of.since_epoch) {}

  /// Steps of the accounts in order; `accounts` of them, from `base` on.
  [[nodiscard]] std::span<const account_step> steps(std::span<const narrow_row> rows, std::size_t base,
                                                    std::size_t accounts) {
    count(rows, accounts);
    place(rows);
    sort(accounts);
    return accumulate(base);
  }

  [[nodiscard]] const ledger_counts& counts() const noexcept { return counts_; }

 private:
  // Two places a row: its start, and its end if that is known.
  void count(std::span<const narrow_row> rows, std::size_t accounts) {
    first_.assign(accounts + 1, 0);
    for (const narrow_row& row : rows) first_[(row.key >> account_shift) + 1] += 2;
    for (std::size_t a = 0; a < accounts; ++a) first_[a + 1] += first_[a];
    next_.assign(first_.begin(), first_.end() - 1);
    const std::size_t room = 2 * rows.size() + several;
    if (days_.size() < room) days_.resize(room), changes_.resize(room), events_.resize(room), steps_.resize(room);
  }

  void place(std::span<const narrow_row> rows) {
    ledger_counts counts = counts_;
    for (const narrow_row& row : rows) {
      const auto since = static_cast<std::uint32_t>(row.key >> day_bits & day_mask),
                 until = static_cast<std::uint32_t>(row.key & day_mask);
      const auto amount = static_cast<std::int64_t>(row.amount);
      const row_effect effect(static_cast<std::int32_t>(since) + earliest_day.since_epoch,
                              static_cast<std::int32_t>(until) + earliest_day.since_epoch, amount, as_of_);
      effect.add_to(counts);
      std::uint32_t& at = next_[row.key >> account_shift];
      days_[at] = since, days_[at + 1] = until;  // what does not count is overwritten
      changes_[at] = amount, changes_[at + 1] = -amount;
      at += effect.events;
    }
    counts.rows += static_cast<std::int64_t>(rows.size());
    counts_ = counts;
  }

  void sort(std::size_t accounts) {
    const loose_events loose{first_.data(), next_.data(), days_.data(), changes_.data()};
    found_ = sort_by_account(loose, accounts, events_.data());
    sort_large_accounts(loose, accounts, events_.data());
    events_[found_].key = ~std::uint64_t{0};
  }

  // Events of one day are one, and one that changes nothing is none.
  std::span<const account_step> accumulate(std::size_t base) {
    std::size_t kept = 0;
    std::uint64_t last_key = ~std::uint64_t{0};
    std::int64_t level = 0, shown = 0, highest = 0;
    for (std::size_t i = 0; i < found_; ++i) {
      const std::uint64_t key = events_[i].key;
      const std::int64_t same = -static_cast<std::int64_t>((key ^ last_key) >> day_bits == 0);
      level = (level & same) + events_[i].change;
      shown &= same;
      const bool keep = (key != events_[i + 1].key) & (level != shown);
      steps_[kept] = {static_cast<std::uint32_t>(base + (key >> day_bits)),
                      day{static_cast<std::int32_t>(key & day_mask) + earliest_day.since_epoch},
                      mrr::from_ticks(static_cast<std::int64_t>(static_cast<std::uint64_t>(level) *
                                                                static_cast<std::uint64_t>(ticks_per_unit_)))};
      highest = std::max(highest, keep ? level : 0);
      shown = keep ? level : shown;
      kept += keep ? 1 : 0;
      last_key = key;
    }
    if (highest > INT64_MAX / ticks_per_unit_) find_too_much(base);
    return {steps_.data(), kept};
  }

  [[noreturn]] void find_too_much(std::size_t base) const {
    std::int64_t level = 0;
    for (std::size_t i = 0;; ++i) {
      const std::uint64_t key = events_[i].key;
      if (i == 0 || (key ^ events_[i - 1].key) >> day_bits != 0) level = 0;
      level += events_[i].change;
      if (key == events_[i + 1].key || level <= INT64_MAX / ticks_per_unit_) continue;
      throw_too_much(base + (key >> day_bits), day{static_cast<std::int32_t>(key & day_mask) + earliest_day.since_epoch});
    }
  }

  std::int64_t ticks_per_unit_;
  std::int32_t as_of_;
  ledger_counts counts_;
  std::size_t found_ = 0;
  std::vector<std::uint32_t> first_, next_, days_;
  std::vector<std::int64_t> changes_;
  std::vector<event> events_;
  std::vector<account_step> steps_;
};

/// A state a task, and what became of its rows.
struct part_states {
  std::unique_ptr<revenue_state> revenue;
  ledger_counts counts;
  std::exception_ptr error;  ///< the lowest account's is thrown, whoever met its own first
};

}  // namespace

revenue_state tally_rows(const subscriptions& table, const period_grid& grid, const ledger_options& options,
                         const revenue_policy& policy, const any_executor& host, ledger_counts* counts) {
  require_table(table);
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_revenue: a grid needs at least one period");
  const std::size_t most_accounts = universe(table, options);
  const layout plan(table.account.size(), most_accounts, host.concurrency());
  std::vector<survey> seen(plan.chunk_ends.size());
  host.bulk(seen.size(), [&](std::size_t chunk) { seen[chunk] = look_at(table, plan, chunk, most_accounts); });
  row_facts facts;
  for (const auto& one : seen) facts.add(one.facts);
  require_good(facts, table, most_accounts);
  if (facts.amount_bits > UINT32_MAX || table.account.size() > INT32_MAX) {
    const ledger book(table, options, host);
    if (counts != nullptr) *counts = book.counts();
    return tally_revenue(book, grid, policy, host);
  }

  const day known_until = first_unknown_day(options.as_of, table, facts.latest);
  const period_finder finder(grid);
  const revenue_state empty{grid, known_until, policy, std::vector<revenue_period>(static_cast<std::size_t>(grid.count))};
  const heaps<narrow_row> from(table, plan, seen, facts.by_account, host);
  const std::size_t part_accounts = std::size_t{1} << plan.part_shift;
  const std::size_t parts = (facts.accounts + part_accounts - 1) / part_accounts;
  const std::size_t groups = plan.chunk_ends.size() == 1 ? 1 : std::min(parts, 8 * host.concurrency());
  std::vector<part_states> states(groups);
  host.bulk(groups, [&](std::size_t g) {
    try {
      auto state = std::make_unique<revenue_state>(empty);
      revenue_tally tally(finder, *state);
      part_sweep sweep(table.ticks_per_unit, known_until);
      std::vector<narrow_row> copy;
      for (std::size_t p = parts * g / groups; p < parts * (g + 1) / groups; ++p) {
        const std::size_t base = p * part_accounts;
        tally.add(sweep.steps(from.part(p, copy), base, std::min(part_accounts, facts.accounts - base)));
      }
      tally.finish();
      states[g] = {std::move(state), sweep.counts(), nullptr};
    } catch (...) {
      states[g].error = std::current_exception();
    }
  });
  revenue_state total = empty;
  ledger_counts counted;
  for (const part_states& one : states) {
    if (one.error) std::rethrow_exception(one.error);
    total += *one.revenue;
    counted += one.counts;
  }
  if (counts != nullptr) *counts = counted;
  return total;
}

}  // namespace sojourn::inline v0_1::detail
