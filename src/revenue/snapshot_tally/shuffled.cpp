// Rows in any order: sorted into heaps of neighbouring accounts at the speed of memory, eight bytes a row, then each heap
// laid out by account and month in the second-level cache, where changes lie side by side. Compiled with -O3.
#include "revenue/snapshot_tally/shuffled.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "detail/each_cpu.hpp"
#include "detail/scatter.hpp"
#include "revenue/snapshot_tally/find_changes.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// Rows of a heap in one word each: the account's place in the heap, the month, the amount, so that words sort as rows do.
constexpr int amount_bits = 32;
constexpr int month_bits = 12;
constexpr std::int32_t month_mask = (1 << month_bits) - 1;
static_assert(month_places <= month_mask);
/// A cell holds the amount plus one, so that no row and no MRR are told apart.
constexpr std::uint64_t most_in_cell = UINT32_MAX - 1;

snapshot_row unpacked(std::uint64_t word, std::uint32_t base) {
  return {base + static_cast<std::uint32_t>(word >> (amount_bits + month_bits)),
          first_month + (static_cast<std::int32_t>(word >> amount_bits) & month_mask),
          static_cast<std::int64_t>(word & UINT32_MAX)};
}

std::uint64_t order(const snapshot_row& row) {
  return std::uint64_t{row.account} << 32 | static_cast<std::uint32_t>(row.when - first_month);
}

struct heap_findings {
  std::uint32_t highest = 0;  ///< account
  std::int32_t earliest = INT32_MAX;
  std::int32_t latest = INT32_MIN;
  std::uint64_t largest = 0;  ///< at least the largest amount, and a sign stays a sign

  void add(const heap_findings& o) {
    highest = std::max(highest, o.highest), largest |= o.largest;
    earliest = std::min(earliest, o.earliest), latest = std::max(latest, o.latest);
  }
};

template <class Id>
[[gnu::always_inline]] inline heap_findings look_at_rows(const snapshot_span<Id>& rows, std::uint64_t lowest,
                                                         std::size_t count) {
  std::uint32_t highest = 0;
  std::int32_t earliest = INT32_MAX, latest = INT32_MIN;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    highest = std::max(highest, static_cast<std::uint32_t>(static_cast<std::uint64_t>(rows.who[i]) - lowest));
    earliest = std::min(earliest, rows.when[i]);
    latest = std::max(latest, rows.when[i]);
    bits |= static_cast<std::uint64_t>(rows.amount[i]);
  }
  return {highest, earliest, latest, bits};
}
SOJOURN_EACH_CPU heap_findings look_at(const snapshot_span<std::uint32_t>& rows, std::uint64_t lowest, std::size_t count) {
  return look_at_rows(rows, lowest, count);
}
SOJOURN_EACH_CPU heap_findings look_at(const snapshot_span<std::int64_t>& rows, std::uint64_t lowest, std::size_t count) {
  return look_at_rows(rows, lowest, count);
}

constexpr int least_shift = 11;  // 2048 accounts in 60 months are half a megabyte

[[noreturn]] void refuse_changed_rows() {
  throw schema_error("the rows changed while they were counted; pass a copy");
}

/// One chunk: what its rows hold, and how many there are of each 2048 accounts.
struct chunk_survey {
  heap_findings found;
  std::vector<std::size_t> counts;

  template <class Id>
  void read(const snapshot_span<Id>& rows, const account_cells<Id>& who, std::size_t first, std::size_t last,
            std::size_t accounts) {
    constexpr std::size_t run = 2048;  // looked at, then counted while it is in the first-level cache
    for (std::size_t from = first; from < last; from += run) {
      const std::size_t count = std::min(run, last - from);
      found.add(look_at(rows.from(from), who.lowest, count));
      if (found.highest >= accounts) return;  // a bad row, and no reason to make room for it
      if (counts.size() <= found.highest >> least_shift) counts.resize(2 * (found.highest >> least_shift) + 1);
      for (std::size_t row = from; row < from + count; ++row) {
        const std::size_t place = who[row] >> least_shift;
        if (place >= counts.size()) refuse_changed_rows();
        ++counts[place];
      }
    }
  }
};

/// How rows are cut: into chunks that are read at one time, and into heaps of 2^shift accounts.
struct heap_layout {
  std::size_t rows, chunks;
  int shift = least_shift;
  std::size_t heaps = 0;
  std::vector<std::vector<std::size_t>> next;  ///< where a chunk's rows of a heap begin
  std::vector<std::size_t> ends;               ///< of each heap
  heap_findings found;

  template <class Id>
  heap_layout(const snapshot_question& asked, const account_cells<Id>& who, const any_executor& host)
      : rows(asked.rows()), chunks(std::clamp<std::size_t>(rows / 65'536, 1, 2 * host.concurrency())) {
    const snapshot_span<Id> all{who.ids, asked.table.month.values().data(), asked.table.amount.values().data()};
    std::vector<chunk_survey> seen(chunks);
    host.bulk(chunks, [&](std::size_t c) { seen[c].read(all, who, begin(c), begin(c + 1), asked.accounts); });
    for (const chunk_survey& chunk : seen) found.add(chunk.found);
    const bool outside = found.earliest < first_month || found.latest > last_month;
    if (outside || found.highest >= asked.accounts || found.largest > asked.largest_amount()) require_good_rows(asked);

    while ((found.highest >> shift) >= 4096) ++shift;
    heaps = (found.highest >> shift) + 1;
    next.assign(chunks, std::vector<std::size_t>(heaps));
    for (std::size_t c = 0; c < chunks; ++c) {
      const auto& counts = seen[c].counts;
      for (std::size_t i = 0; i < counts.size() && i <= found.highest >> least_shift; ++i)
        next[c][i >> (shift - least_shift)] += counts[i];
    }
    std::size_t at = 0;
    for (std::size_t h = 0; h < heaps; ++h) {
      for (auto& chunk : next) at += std::exchange(chunk[h], at);
      ends.push_back(at);
    }
  }

  /// How many rows each chunk has in each heap.
  [[nodiscard]] std::vector<std::vector<std::size_t>> rooms() const {
    std::vector<std::vector<std::size_t>> rows_of(chunks, std::vector<std::size_t>(heaps));
    for (std::size_t c = 0; c < chunks; ++c) {
      for (std::size_t h = 0; h < heaps; ++h) rows_of[c][h] = (c + 1 < chunks ? next[c + 1][h] : ends[h]) - next[c][h];
    }
    return rows_of;
  }
  [[nodiscard]] std::size_t begin(std::size_t chunk) const noexcept { return rows * chunk / chunks; }
  [[nodiscard]] std::size_t begin_of_heap(std::size_t heap) const noexcept { return heap == 0 ? 0 : ends[heap - 1]; }
  [[nodiscard]] std::uint32_t first_account(std::size_t heap) const noexcept {
    return static_cast<std::uint32_t>(heap << shift);
  }
};

/// Rows by heap, as `Row`s: `pack(row, account, month)`. Rows are read a second time here. Where another thread has changed
/// one meanwhile, there is no place for it: an error, never a write elsewhere.
template <class Row, class Id, class Pack>
scratch<Row> scattered(const account_cells<Id>& who, const std::int32_t* when, heap_layout& cut, const any_executor& host,
                       const Pack& pack) {
  scratch<Row> sorted(cut.rows);
  const auto rooms = cut.rooms();
  const auto months = static_cast<std::uint32_t>(cut.found.latest - cut.found.earliest);
  host.bulk(cut.chunks, [&](std::size_t c) {
    std::vector<std::size_t> room = rooms[c];
    scatter_writer<Row> out(sorted.data(), std::move(cut.next[c]));
    for (std::size_t row = cut.begin(c); row < cut.begin(c + 1); ++row) {
      const std::uint32_t account = who[row];
      const std::int32_t month_of_row = when[row];
      const std::size_t heap = account >> cut.shift;
      if (heap >= room.size() || room[heap]-- == 0 ||
          static_cast<std::uint32_t>(month_of_row - cut.found.earliest) > months) {
        refuse_changed_rows();
      }
      out.push(heap, pack(row, account, month_of_row));
    }
    out.finish();
    // As many rows as places, so none is left over.
  });
  return sorted;
}

/// One heap after another, into one sink.
template <class Sink>
class heap_reader {
 public:
  heap_reader(const snapshot_question& asked, const heap_layout& cut, Sink& sink, std::int64_t as_of)
      : asked_(asked),
        cut_(cut),
        sink_(sink),
        as_of_(as_of),
        months_(static_cast<std::size_t>(cut.found.latest - cut.found.earliest) + 1) {}

  void read(std::size_t heap, std::span<std::uint64_t> words) {
    const std::size_t accounts = std::size_t{1} << cut_.shift;
    constexpr std::size_t sparse = 16;  // cells a row from which a sort is cheaper
    if (accounts * months_ <= sparse * words.size()) return read_tile(words, cut_.first_account(heap), accounts);
    std::sort(words.begin(), words.end());
    const std::uint32_t base = cut_.first_account(heap);
    read_sorted(words.size(), [&](std::size_t i) { return unpacked(words[i], base); });
  }
  void read(std::size_t, std::span<snapshot_row> rows) {
    std::sort(rows.begin(), rows.end(), [](const snapshot_row& a, const snapshot_row& b) { return order(a) < order(b); });
    read_sorted(rows.size(), [&](std::size_t i) { return rows[i]; });
  }

  [[nodiscard]] const row_findings& found() const noexcept { return found_; }

 private:
  template <class RowAt>
  void read_sorted(std::size_t rows, const RowAt& row) {
    if (rows == 0) return;
    for (std::size_t i = 1; i < rows; ++i) {
      if (order(row(i)) == order(row(i - 1))) throw_twice(asked_, row(i).account, row(i).when);
    }
    row_changes<Sink, RowAt> changes(sink_, row, 0, as_of_);
    constexpr std::uint32_t itself = 0;
    for (std::size_t i = 0; i < rows; ++i) changes.take(i, &itself, 1);
    found_.add(changes.close(rows));
  }

  // Account after account in its months, and an empty cell behind the last one, which is the one before the next account's
  // first.
  void read_tile(std::span<const std::uint64_t> words, std::uint32_t base, std::size_t accounts) {
    const std::size_t width = months_ + 1;
    tile_.assign(accounts * width + 1, 0);
    std::uint32_t* const cells = tile_.data() + 1;
    const std::int32_t offset = cut_.found.earliest - first_month;
    const auto known = static_cast<std::int64_t>(std::clamp<std::int64_t>(as_of_ - first_month, 0, month_mask));
    std::int64_t free_rows = 0, future_rows = 0;
    for (const std::uint64_t word : words) {
      const std::int32_t when = static_cast<std::int32_t>(word >> amount_bits) & month_mask;
      const auto amount = static_cast<std::uint32_t>(word);
      std::uint32_t& cell = cells[(word >> (amount_bits + month_bits)) * width + static_cast<std::size_t>(when - offset)];
      if (cell != 0) throw_twice(asked_, unpacked(word, base).account, unpacked(word, base).when);
      cell = amount + 1;
      free_rows += amount == 0;
      future_rows += when >= known;
    }
    found_.rows += static_cast<std::int64_t>(words.size());
    found_.free_rows += free_rows;
    found_.future_rows += future_rows;
    walk(cells, accounts * width);
  }

  void walk(const std::uint32_t* cells, std::size_t count) {
    const std::size_t width = months_ + 1;
    constexpr std::size_t run = 4096;
    std::array<std::uint32_t, run + spare_places> places;
    typename Sink::account_at at = sink_.start();
    std::size_t account_end = 0;  // first cell of the next account
    for (std::size_t from = 0; from < count; from += run) {
      const std::size_t changes = find_changes(cells + from, std::min(run, count - from), places.data());
      for (std::size_t i = 0; i < changes; ++i) {
        const std::size_t cell = from + places[i];
        const bool same = cell < account_end;
        account_end = same ? account_end : (cell / width + 1) * width;
        const std::uint32_t before = *(cells + cell - 1), after = cells[cell];
        sink_.next(at, same);
        sink_.change(at, static_cast<std::int64_t>(cell + width - account_end) + cut_.found.earliest, before - (before != 0),
                     after - (after != 0));
      }
    }
    sink_.stop(at);
  }

  const snapshot_question& asked_;
  const heap_layout& cut_;
  Sink& sink_;
  std::int64_t as_of_;
  std::size_t months_;
  std::vector<std::uint32_t> tile_;
  row_findings found_;
};

/// Heaps into one sink per task.
template <class Sink, class Row, class... Arguments>
row_findings read_heaps(const snapshot_question& asked, const heap_layout& cut, const scratch<Row>& sorted,
                        std::int64_t as_of, const any_executor& host, std::vector<std::unique_ptr<Sink>>& sinks,
                        const Arguments&... arguments) {
  const std::size_t tasks = std::min(cut.heaps, cut.chunks == 1 ? std::size_t{1} : 8 * host.concurrency());
  std::vector<row_findings> found(tasks);
  std::vector<std::exception_ptr> errors(tasks);  // the lowest account's is thrown, whoever met its own first
  sinks.resize(tasks);
  host.bulk(tasks, [&](std::size_t t) {
    try {
      auto own = std::make_unique<Sink>(arguments...);
      heap_reader<Sink> reader(asked, cut, *own, as_of);
      for (std::size_t h = cut.heaps * t / tasks; h < cut.heaps * (t + 1) / tasks; ++h) {
        const std::size_t first = cut.begin_of_heap(h);
        reader.read(h, std::span<Row>(sorted.data() + first, cut.ends[h] - first));
      }
      found[t] = reader.found();
      sinks[t] = std::move(own);
    } catch (...) {
      errors[t] = std::current_exception();
    }
  });
  row_findings all;
  for (std::size_t t = 0; t < tasks; ++t) {
    if (errors[t]) std::rethrow_exception(errors[t]);
    all.add(found[t]);
  }
  return all;
}

template <class Row>
snapshot_state count_heaps(const snapshot_question& asked, const heap_layout& cut, const scratch<Row>& sorted, month as_of,
                           bool monthly, const any_executor& host) {
  snapshot_state state = asked.empty_state(as_of);
  row_findings found;
  if (monthly) {
    std::vector<std::unique_ptr<month_sums>> sums;
    found = read_heaps(asked, cut, sorted, as_of.since_epoch, host, sums, asked.grid, std::int64_t{as_of.since_epoch},
                       asked.policy);
    snapshot_totals totals;
    for (const auto& one : sums) one->add_to(totals);
    totals.write(state, asked.grid, as_of, asked.table.ticks_per_unit);
  } else {
    const period_finder finder(asked.grid);
    const snapshot_state empty = state;
    std::vector<std::unique_ptr<step_sums>> sums;
    found = read_heaps(asked, cut, sorted, as_of.since_epoch, host, sums, finder, empty, as_of.since_epoch,
                       asked.table.ticks_per_unit);
    for (const auto& one : sums) state += one->finish();
  }
  state.rows = found.rows, state.free_rows = found.free_rows, state.future_rows = found.future_rows;
  return state;
}

template <class Id>
snapshot_state tally(const snapshot_question& asked, const account_cells<Id>& who, const any_executor& host) {
  const snapshots& table = asked.table;
  heap_layout cut(asked, who, host);
  const month as_of = asked.as_of.value_or(month{cut.found.latest + 1});
  const std::int64_t* amounts = table.amount.values().data();
  const std::int32_t* when = table.month.values().data();
  if (cut.found.largest <= most_in_cell && cut.shift <= 64 - amount_bits - month_bits) {
    const std::uint64_t mask = (std::uint64_t{1} << cut.shift) - 1;
    const auto words = scattered<std::uint64_t>(
        who, when, cut, host, [&](std::size_t row, std::uint32_t account, std::int32_t month_of_row) {
          return (account & mask) << (amount_bits + month_bits) |
                 static_cast<std::uint64_t>(month_of_row - first_month) << amount_bits |
                 static_cast<std::uint32_t>(amounts[row]);
        });
    return count_heaps(asked, cut, words, as_of, asked.monthly(), host);
  }
  const auto rows =
      scattered<snapshot_row>(who, when, cut, host, [&](std::size_t row, std::uint32_t account, std::int32_t month_of_row) {
        return snapshot_row{account, month_of_row, amounts[row]};
      });
  return count_heaps(asked, cut, rows, as_of, asked.monthly() && cut.found.largest < month_sums::amounts_below, host);
}

}  // namespace

snapshot_state tally_shuffled(const snapshot_question& asked, const account_cells<std::uint32_t>& who,
                              const any_executor& host) {
  return tally(asked, who, host);
}
snapshot_state tally_shuffled(const snapshot_question& asked, const account_cells<std::int64_t>& who,
                              const any_executor& host) {
  return tally(asked, who, host);
}

}  // namespace sojourn::inline v0_1::detail
