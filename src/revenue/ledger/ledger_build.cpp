// A ledger from rows: one pass checks and counts them, one sorts them into blocks of accounts, then every block on its own.
// Compiled with -O3: at -O2 g++ 12 leaves the checks scalar.
#include <exception>
#include <utility>

#include "revenue/ledger/account_steps.hpp"
#include "revenue/ledger/row_heaps.hpp"

namespace sojourn::inline v0_1 {
namespace detail {
namespace {

/// Builds the blocks of one part after another; its memory is used again.
template <class Row>
class part_builder {
 public:
  part_builder(std::int64_t ticks_per_unit, std::int64_t largest_ticks, day as_of)
      : ticks_per_unit_(ticks_per_unit),
        sure_events_(INT64_MAX / std::max<std::int64_t>(largest_ticks, 1)),
        as_of_(as_of.since_epoch) {}

  /// `accounts` is the number of accounts of the part, the first of which is `base`.
  void build(std::span<const Row> rows, std::size_t base, std::size_t accounts,
             std::span<const std::shared_ptr<ledger_block>> blocks) {
    place(rows, accounts);
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      const std::size_t first = b * accounts_per_block;
      finish(*blocks[b], base, first, std::min(first + accounts_per_block, accounts));
    }
  }

  [[nodiscard]] const ledger_counts& counts() const { return counts_; }

 private:
  // A counting sort: rows keep their order within an account. Each row has room for two changes.
  void place(std::span<const Row> rows, std::size_t accounts) {
    first_row_.assign(accounts + 1, 0);
    for (const Row& row : rows) ++first_row_[(row.key >> account_shift) + 1];
    for (std::size_t a = 0; a < accounts; ++a) first_row_[a + 1] += first_row_[a];
    next_row_.assign(first_row_.begin(), first_row_.end() - 1);
    next_change_.resize(accounts);
    for (std::size_t a = 0; a < accounts; ++a) next_change_[a] = 2 * first_row_[a];
    if (numbers_.size() < rows.size()) numbers_.resize(rows.size()), changes_.resize(2 * rows.size());
    for (const Row& row : rows) {
      const auto who = static_cast<std::size_t>(row.key >> account_shift);
      const auto start = static_cast<std::int32_t>(row.key >> day_bits & day_mask) + earliest_day.since_epoch;
      const auto end = static_cast<std::int32_t>(row.key & day_mask) + earliest_day.since_epoch;
      numbers_[next_row_[who]++] = static_cast<std::uint32_t>(row.number);
      const row_effect part(start, end, static_cast<std::int64_t>(row.amount), as_of_);
      part.add_to(counts_);
      const std::int64_t ticks = static_cast<std::int64_t>(row.amount) * ticks_per_unit_;
      // Both are written, and those that do not count are overwritten: the usual row has an end or not by chance.
      std::size_t& at = next_change_[who];
      changes_[at] = {day{start}, mrr::from_ticks(ticks)};
      changes_[at + (part.events != 0 ? 1 : 0)] = {day{part.events == 1 ? start : end}, mrr::from_ticks(-ticks)};
      at += part.events;
    }
    counts_.rows += static_cast<std::int64_t>(rows.size());
  }

  void finish(ledger_block& block, std::size_t base, std::size_t first, std::size_t last) {
    block.steps = flat_lists<mrr_step>(last - first);
    block.rows = flat_lists<std::uint32_t>(last - first);
    const std::size_t first_number = first_row_[first];
    // Steps are at most as many as changes, so they can move to the front of the room of the block.
    mrr_step* const out = changes_.data() + 2 * first_number;
    std::size_t steps = 0;
    for (std::size_t a = first; a < last; ++a) {
      const std::span<mrr_step> changes{changes_.data() + 2 * first_row_[a], next_change_[a] - 2 * first_row_[a]};
      const std::size_t kept = steps_of(changes, base + a, out + steps);
      block.steps.place(a - first, steps, kept);
      block.rows.place(a - first, first_row_[a] - first_number, first_row_[a + 1] - first_row_[a]);
      steps += kept;
    }
    block.steps.assign({out, steps});
    block.rows.assign({numbers_.data() + first_number, first_row_[last] - first_number});
  }

  std::size_t steps_of(std::span<mrr_step> changes, std::size_t who, mrr_step* out) const {
    sort_by_day(changes);
    if (static_cast<std::int64_t>(changes.size()) <= sure_events_) {
      std::int64_t lowest = 0;
      return accumulate(std::span<const mrr_step>(changes), who, out, lowest);
    }
    int128 lowest = 0;
    return accumulate(std::span<const mrr_step>(changes), who, out, lowest);
  }

  std::int64_t ticks_per_unit_;
  std::int64_t sure_events_;  // up to this many changes of the largest size fit 64 bits
  std::int32_t as_of_;
  ledger_counts counts_;
  std::vector<std::size_t> first_row_, next_row_, next_change_;
  std::vector<std::uint32_t> numbers_;
  std::vector<mrr_step> changes_;
};

struct build_rules {
  std::size_t accounts;
  std::int64_t largest_ticks;
  day as_of;
};

template <class Row>
ledger_counts build_blocks(const heaps<Row>& from, const build_rules& rules,
                           std::span<const std::shared_ptr<ledger_block>> blocks, const any_executor& host) {
  const layout& plan = from.plan;
  const std::size_t part_accounts = std::size_t{1} << plan.part_shift;
  const std::size_t parts = (rules.accounts + part_accounts - 1) / part_accounts;
  const std::size_t groups = plan.chunk_ends.size() == 1 ? 1 : std::min(parts, 8 * host.concurrency());
  std::vector<ledger_counts> counts(groups);
  std::vector<std::exception_ptr> errors(groups);  // the lowest account's is thrown, whoever met its own first
  host.bulk(groups, [&](std::size_t g) {
    try {
      part_builder<Row> builder(from.table.ticks_per_unit, rules.largest_ticks, rules.as_of);
      std::vector<Row> copy;
      for (std::size_t p = parts * g / groups; p < parts * (g + 1) / groups; ++p) {
        const std::size_t base = p * part_accounts;
        const std::size_t accounts = std::min(part_accounts, rules.accounts - base);
        builder.build(from.part(p, copy), base, accounts,
                      blocks.subspan(base / accounts_per_block, (accounts + accounts_per_block - 1) / accounts_per_block));
      }
      counts[g] = builder.counts();
    } catch (...) {
      errors[g] = std::current_exception();
    }
  });
  ledger_counts total;
  for (std::size_t g = 0; g < groups; ++g) {
    if (errors[g]) std::rethrow_exception(errors[g]);
    total += counts[g];
  }
  return total;
}

}  // namespace
}  // namespace detail

void ledger::build(const subscriptions& table, const ledger_options& options, const any_executor& host) {
  detail::require_table(table);
  const std::size_t rows = table.account.size();
  const std::size_t most_accounts = detail::universe(table, options);
  const detail::layout plan(rows, most_accounts, host.concurrency());

  std::vector<detail::survey> seen(plan.chunk_ends.size());
  host.bulk(seen.size(), [&](std::size_t chunk) { seen[chunk] = detail::look_at(table, plan, chunk, most_accounts); });
  detail::row_facts facts;
  for (const auto& one : seen) facts.add(one.facts);
  detail::require_good(facts, table, most_accounts);

  known_until_ = detail::first_unknown_day(options.as_of, table, facts.latest);
  accounts_ = std::max(options.accounts, facts.accounts);
  rows_seen_ = rows;
  blocks_.resize((accounts_ + detail::accounts_per_block - 1) / detail::accounts_per_block);
  for (auto& block : blocks_) block = std::make_shared<detail::ledger_block>();
  const detail::int128 bound = detail::int128{facts.amount_bits} * table.ticks_per_unit;
  const detail::build_rules rules{accounts_, static_cast<std::int64_t>(std::min(bound, detail::int128{INT64_MAX})),
                                  known_until_};
  if (facts.amount_bits <= UINT32_MAX) {
    const detail::heaps<detail::narrow_row> from(table, plan, seen, facts.by_account, host);
    counts_ = detail::build_blocks(from, rules, blocks_, host);
  } else {
    const detail::heaps<detail::wide_row> from(table, plan, seen, facts.by_account, host);
    counts_ = detail::build_blocks(from, rules, blocks_, host);
  }
}

}  // namespace sojourn::inline v0_1
