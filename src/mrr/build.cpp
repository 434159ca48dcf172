// A ledger from rows: one pass checks and counts them, one sorts them into blocks of accounts, then every block on its own.
// Compiled with -O3: at -O2 g++ 12 leaves the checks scalar.
#include <bit>
#include <exception>
#include <utility>

#include "account_steps.hpp"
#include "rows.hpp"
#include "scatter.hpp"

namespace sojourn {
namespace detail {
namespace {

// Where a row stands within its part, and when: 30 + 17 + 17 bits.
constexpr int day_bits = 17;
constexpr int account_shift = 2 * day_bits;
constexpr std::uint64_t day_mask = (std::uint64_t{1} << day_bits) - 1;
static_assert(static_cast<std::uint64_t>(runs_on - earliest_day.since_epoch) <= day_mask);

/// What remains of a row once it is checked. Amounts below 2^32 fit into 16 bytes with the row's number.
struct narrow_row {
  std::uint64_t key;
  std::uint32_t amount;
  std::uint32_t number;
};
struct wide_row {
  std::uint64_t key;
  std::int64_t amount;
  std::uint64_t number;
};

template <class Row>
Row pack(const subscriptions& table, std::size_t row, std::uint64_t local_account) {
  const auto start = static_cast<std::uint64_t>(table.start[row] - earliest_day.since_epoch);
  const auto end = static_cast<std::uint64_t>(end_of(table, row) - earliest_day.since_epoch);
  return {local_account << account_shift | start << day_bits | end, static_cast<decltype(Row::amount)>(table.amount[row]),
          static_cast<decltype(Row::number)>(row)};
}

/// Parts are whole blocks, at most 4096 of them, so that their write buffers stay in the second-level cache.
struct layout {
  int part_shift = std::countr_zero(accounts_per_block);
  std::size_t parts = 0;
  std::vector<std::size_t> chunk_ends;     ///< rows that one task reads; no result depends on it

  layout(std::size_t rows, std::size_t accounts, std::size_t concurrency) {
    constexpr std::size_t most_parts = 4096;
    while (((accounts + (std::size_t{1} << part_shift) - 1) >> part_shift) > most_parts) ++part_shift;
    parts = (accounts + (std::size_t{1} << part_shift) - 1) >> part_shift;
    constexpr std::size_t worth_a_thread = 65'536;
    const std::size_t most_chunks = concurrency == 1 ? 1 : 2 * concurrency;
    const std::size_t chunks = std::clamp<std::size_t>(rows / worth_a_thread, 1, most_chunks);
    for (std::size_t c = 1; c <= chunks; ++c) chunk_ends.push_back(rows * c / chunks);
  }
  [[nodiscard]] std::size_t chunk_begin(std::size_t chunk) const { return chunk == 0 ? 0 : chunk_ends[chunk - 1]; }
};

/// One chunk's rows a part.
struct survey {
  row_facts facts;
  std::vector<std::size_t> rows_of_part;
};

survey look_at(const subscriptions& table, const layout& plan, std::size_t chunk, std::size_t accounts) {
  survey seen{{}, std::vector<std::size_t>(plan.parts)};
  constexpr std::size_t run = 2048;        // checked, then counted while it is in the first-level cache
  for (std::size_t first = plan.chunk_begin(chunk); first < plan.chunk_ends[chunk]; first += run) {
    const std::size_t last = std::min(first + run, plan.chunk_ends[chunk]);
    seen.facts.add(facts_of(table, first, last, accounts));
    if (seen.facts.bad_row != SIZE_MAX) break;
    for (std::size_t row = first; row < last; ++row) ++seen.rows_of_part[table.account[row] >> plan.part_shift];
  }
  return seen;
}

/// Builds the blocks of one part after another; its memory is used again.
template <class Row>
class part_builder {
 public:
  part_builder(std::int64_t ticks_per_unit, std::int64_t largest_ticks, day as_of)
      : ticks_per_unit_(ticks_per_unit), sure_events_(INT64_MAX / std::max<std::int64_t>(largest_ticks, 1)),
        as_of_(as_of.since_epoch) {}

  /// `accounts` is the number of accounts of the part, the first of which is `base`.
  void build(std::span<const Row> rows, std::size_t base, std::size_t accounts, std::span<ledger_block> blocks) {
    place(rows, accounts);
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      const std::size_t first = b * accounts_per_block;
      finish(blocks[b], base, first, std::min(first + accounts_per_block, accounts));
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
      const contribution part = contribution_of(start, end, static_cast<std::int64_t>(row.amount), as_of_);
      if (part.reason != nullptr) ++(counts_.*part.reason);
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
  std::int64_t sure_events_;               // so many changes of the largest size cannot leave 64 bits
  std::int32_t as_of_;
  ledger_counts counts_;
  std::vector<std::size_t> first_row_, next_row_, next_change_;
  std::vector<std::uint32_t> numbers_;
  std::vector<mrr_step> changes_;
};

/// Rows of part p, in the order of the table: from the sorted copy, or from a table that comes sorted.
template <class Row>
struct heaps {
  const subscriptions& table;
  const layout& plan;
  std::vector<std::size_t> ends;           ///< of each part
  scratch<Row> sorted;
  bool by_account;

  heaps(const subscriptions& rows, const layout& cut, const std::vector<survey>& seen, bool sorted_already,
        const any_executor& host)
      : table(rows), plan(cut), ends(cut.parts), sorted(sorted_already ? 0 : rows.account.size()), by_account(sorted_already) {
    std::vector<std::vector<std::size_t>> next(seen.size(), std::vector<std::size_t>(plan.parts));
    std::size_t at = 0;
    for (std::size_t p = 0; p < plan.parts; ++p) {
      for (std::size_t c = 0; c < seen.size(); ++c) next[c][p] = std::exchange(at, at + seen[c].rows_of_part[p]);
      ends[p] = at;
    }
    if (!by_account) host.bulk(seen.size(), [&](std::size_t chunk) { scatter(chunk, std::move(next[chunk])); });
  }

  void scatter(std::size_t chunk, std::vector<std::size_t> next) const {
    scatter_writer<Row> out(sorted.data(), std::move(next));
    for (std::size_t row = plan.chunk_begin(chunk); row < plan.chunk_ends[chunk]; ++row) {
      out.push(table.account[row] >> plan.part_shift, packed(row));
    }
    out.finish();
  }

  [[nodiscard]] Row packed(std::size_t row) const {
    const std::uint64_t mask = (std::uint64_t{1} << plan.part_shift) - 1;
    return pack<Row>(table, row, table.account[row] & mask);
  }

  [[nodiscard]] std::span<const Row> part(std::size_t p, std::vector<Row>& copy) const {
    const std::size_t first = p == 0 ? 0 : ends[p - 1];
    if (!by_account) return {sorted.data() + first, ends[p] - first};
    copy.clear();
    for (std::size_t row = first; row < ends[p]; ++row) copy.push_back(packed(row));
    return copy;
  }
};

struct build_rules {
  std::size_t accounts;
  std::int64_t largest_ticks;
  day as_of;
};

template <class Row>
ledger_counts build_blocks(const heaps<Row>& from, const build_rules& rules, std::span<ledger_block> blocks,
                           const any_executor& host) {
  const layout& plan = from.plan;
  const std::size_t part_accounts = std::size_t{1} << plan.part_shift;
  const std::size_t parts = (rules.accounts + part_accounts - 1) / part_accounts;
  const std::size_t groups = plan.chunk_ends.size() == 1 ? 1 : std::min(parts, 8 * host.concurrency());
  std::vector<ledger_counts> counts(groups);
  std::vector<std::exception_ptr> errors(groups);   // the lowest account's is thrown, whoever met its own first
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
  if (facts.bad_row != SIZE_MAX) throw data_error(*detail::row_problem(table, facts.bad_row, most_accounts));

  known_until_ = options.as_of.value_or(day{facts.latest + 1});
  accounts_ = std::max(options.accounts, facts.accounts);
  rows_seen_ = rows;
  blocks_.resize((accounts_ + detail::accounts_per_block - 1) / detail::accounts_per_block);
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

}  // namespace sojourn
