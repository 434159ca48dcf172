// Rows by heaps of neighbouring accounts, which then fit into the second-level cache: what builds a ledger and what tallies
// rows without one have in common. Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "detail/scatter.hpp"
#include "revenue/ledger/rows.hpp"

namespace sojourn::inline v0_1::detail {

// Where a row stands within its part, and when: 30 + 17 + 17 bits.
inline constexpr int day_bits = 17;
inline constexpr int account_shift = 2 * day_bits;
inline constexpr std::uint64_t day_mask = (std::uint64_t{1} << day_bits) - 1;
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
  std::vector<std::size_t> chunk_ends;  ///< rows that one task reads; no result depends on it

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

inline survey look_at(const subscriptions& table, const layout& plan, std::size_t chunk, std::size_t accounts) {
  survey seen{{}, std::vector<std::size_t>(plan.parts)};
  constexpr std::size_t run = 2048;  // checked, then counted while it is in the first-level cache
  for (std::size_t first = plan.chunk_begin(chunk); first < plan.chunk_ends[chunk]; first += run) {
    const std::size_t last = std::min(first + run, plan.chunk_ends[chunk]);
    seen.facts.add(facts_of(table, first, last, accounts));
    if (seen.facts.bad_row != SIZE_MAX) break;
    for (std::size_t row = first; row < last; ++row) ++seen.rows_of_part[table.account[row] >> plan.part_shift];
  }
  return seen;
}

/// Rows of part p, in the order of the table: from the sorted copy, or from a table that comes sorted.
template <class Row>
struct heaps {
  const subscriptions& table;
  const layout& plan;
  std::vector<std::size_t> ends;  ///< of each part
  scratch<Row> sorted;
  bool by_account;

  heaps(const subscriptions& rows, const layout& cut, const std::vector<survey>& seen, bool sorted_already,
        const any_executor& host)
      : table(rows),
        plan(cut),
        ends(cut.parts),
        sorted(sorted_already ? 0 : rows.account.size()),
        by_account(sorted_already) {
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

}  // namespace sojourn::inline v0_1::detail
