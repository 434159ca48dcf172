// Compiled with -O3: at -O2 g++ 12 leaves the checks scalar.
#include "sojourn/revenue/mrr_series.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "detail/each_cpu.hpp"
#include "revenue/ledger/rows.hpp"

namespace sojourn::inline v0_1 {
namespace detail {
namespace {

/// Day -> bin: 0 for days before the grid, period + 1, and one beyond. Bins below 2^16, since a grid has at most 3600
/// months.
class bin_finder {
 public:
  explicit bin_finder(const period_grid& grid) : table_(static_cast<std::size_t>(runs_on - earliest_day.since_epoch) + 1) {
    const period_finder finder(grid);
    for (std::size_t i = 0; i < table_.size(); ++i) {
      const std::int32_t d = earliest_day.since_epoch + static_cast<std::int32_t>(i);
      if (d >= finder.end_day())
        table_[i] = static_cast<std::uint16_t>(grid.count + 1);
      else if (d >= finder.first_day())
        table_[i] = static_cast<std::uint16_t>(finder(d) + 1);
    }
  }
  [[nodiscard]] std::size_t operator()(std::int32_t d) const noexcept {
    return table_[static_cast<std::size_t>(d - earliest_day.since_epoch)];
  }

 private:
  std::vector<std::uint16_t> table_;
};

/// Amount and count side by side: one load, one addition, one store.
typedef std::int64_t packed_sums __attribute__((vector_size(16)));

struct wide_sums {
  int128 amount = 0;
  std::int64_t count = 0;
  wide_sums& operator+=(const wide_sums& o) { return amount += o.amount, count += o.count, *this; }
  wide_sums& operator-=(const wide_sums& o) { return amount -= o.amount, count -= o.count, *this; }
};

template <class Sums>
Sums sums_of(std::int64_t amount) {
  return Sums{amount, amount != 0 ? 1 : 0};
}

/// From when and until when rows count. What has not happened yet happens after all days, beyond the grid, where nobody
/// looks.
struct run_days {
  alignas(64) std::array<std::int32_t, rows_per_run> from, until;
};

/// The columns of a run.
struct run_cells {
  const std::int32_t* starts;
  const std::int32_t* ends;
  const std::int64_t* amounts;

  run_cells(const subscriptions& table, std::size_t first)
      : starts(table.start.values().data() + first),
        ends(table.end.values().data() + first),
        amounts(table.amount.values().data() + first) {}

  /// Counting a run leaves memory idle, checking the next would wait for it: so the next is fetched meanwhile, a line every
  /// eighth row or sixteenth row.
  void fetch_next_run(std::size_t row) const noexcept {
    fetch(amounts, row);
    if (row % 16 == 0) fetch(starts, row), fetch(ends, row);
  }

 private:
  template <class T>
  static void fetch(const T* cells, std::size_t row) noexcept {
    // Memory behind the last run belongs to no column; prefetching it is harmless.
    const auto at = reinterpret_cast<std::uintptr_t>(cells) + (row + rows_per_run) * sizeof(T);
    __builtin_prefetch(reinterpret_cast<const void*>(at));  // NOLINT(performance-no-int-to-ptr)
  }
};

// Whether a row has an end is chance: masks instead of branches.
SOJOURN_EACH_CPU void find_days(const run_cells& cells, const std::int32_t* known, std::int32_t as_of, std::size_t rows,
                                run_days& days) {
  const std::int32_t* const starts = cells.starts;
  const std::int32_t* const ends = cells.ends;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::int32_t end = (ends[i] & known[i]) | (runs_on & ~known[i]);
    const std::int32_t from = starts[i] < as_of ? starts[i] : runs_on;
    const std::int32_t until = end < as_of ? end : runs_on;
    days.from[i] = from;
    days.until[i] = end == starts[i] ? from : until;
  }
}

// Rows come in order of time more often than not, so neighbours hit one bin, and each addition would wait for the last
// store.
constexpr std::size_t replicas = 4;

template <class Sums>
class binned_rows {
 public:
  explicit binned_rows(std::size_t bins) : bins_(bins), sums_(bins * replicas, Sums{}) {}

  void add(const run_days& days, const bin_finder& bin, const run_cells cells, std::size_t rows) {
    std::array<Sums*, replicas> own;
    for (std::size_t r = 0; r < replicas; ++r) own[r] = sums_.data() + r * bins_;
    for (std::size_t row = 0; row < rows; ++row) {
      if (row % 8 == 0) cells.fetch_next_run(row);
      const Sums sums = sums_of<Sums>(cells.amounts[row]);
      Sums* const mine = own[row % replicas];
      mine[bin(days.from[row])] += sums;
      mine[bin(days.until[row])] -= sums;
    }
  }

  [[nodiscard]] wide_sums total(std::size_t bin) const {
    wide_sums sum;
    for (std::size_t r = 0; r < replicas; ++r) sum += widened(sums_[r * bins_ + bin]);
    return sum;
  }

 private:
  static wide_sums widened(const packed_sums& s) { return {s[0], s[1]}; }
  static wide_sums widened(const wide_sums& s) { return s; }
  std::size_t bins_;
  std::vector<Sums> sums_;
};

/// A chunk of rows: changes a bin, or the first bad row.
struct chunk_sums {
  std::vector<wide_sums> bins;
  row_facts facts;
};

chunk_sums sums_of_chunk(const subscriptions& table, const bin_finder& bin, std::size_t bins, std::size_t first,
                         std::size_t last, std::size_t accounts, std::int32_t as_of) {
  chunk_sums sums{std::vector<wide_sums>(bins), {}};
  binned_rows<packed_sums> narrow(bins);
  binned_rows<wide_sums> wide(bins);
  run_days days;
  for (std::size_t at = first; at < last; at += rows_per_run) {
    const std::size_t rows = std::min(rows_per_run, last - at);
    const run_of_rows run(table, at, at + rows, accounts);
    sums.facts.add(run.facts);
    if (run.facts.bad_row != SIZE_MAX) return sums;
    const run_cells cells(table, at);
    find_days(cells, run.known_ends, as_of, rows, days);
    // Fewer than 2^31 rows of less than 2^32 stay in 63 bits.
    if (run.facts.amount_bits <= UINT32_MAX)
      narrow.add(days, bin, cells, rows);
    else
      wide.add(days, bin, cells, rows);
  }
  for (std::size_t b = 0; b < bins; ++b) sums.bins[b] += narrow.total(b), sums.bins[b] += wide.total(b);
  return sums;
}

}  // namespace

mrr_series_state tally_mrr_series(const subscriptions& table, const period_grid& grid, const ledger_options& options,
                                  const any_executor& host) {
  require_table(table, account_column::may_be_empty);
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_mrr_series: a grid needs at least one period");
  const bin_finder finder(grid);
  const auto bins = static_cast<std::size_t>(grid.count) + 2;
  const std::size_t rows = table.start.size();
  constexpr std::size_t chunk_rows = std::size_t{1} << 20;
  const std::size_t chunks = std::max<std::size_t>((rows + chunk_rows - 1) / chunk_rows, 1);
  // The day after the latest date cuts no row, whatever that date turns out to be.
  const std::int32_t as_of = options.as_of.named().value_or(day{runs_on}).since_epoch;
  std::vector<chunk_sums> parts(chunks);
  host.bulk(chunks, [&](std::size_t c) {
    parts[c] = sums_of_chunk(table, finder, bins, c * chunk_rows, std::min((c + 1) * chunk_rows, rows),
                             universe(table, options), as_of);
  });

  row_facts facts;
  mrr_series_state state{grid, {}, std::vector<subscription_sums>(bins - 1)};
  for (const chunk_sums& part : parts) facts.add(part.facts);
  require_good(facts, table, universe(table, options));
  state.known_until = first_unknown_day(options.as_of, table, facts.latest);
  wide_sums level;
  for (std::size_t b = 0; b + 1 < bins; ++b) {
    for (const chunk_sums& part : parts) level += part.bins[b];
    state.in_force[b] = {level.amount * table.ticks_per_unit, level.count};
  }
  return state;
}

}  // namespace detail

namespace {

// Gives `mine` the shape of `other` where it has none. False: nothing to add.
bool align(mrr_series_state& mine, const mrr_series_state& other) {
  if (other.in_force.empty()) return false;
  if (mine.in_force.empty()) {
    mine = {other.grid, other.known_until, std::vector<subscription_sums>(other.in_force.size())};
  }
  if (mine.grid != other.grid || mine.known_until != other.known_until) {
    throw state_error("mrr_series_state: states of different periods or as-of days do not add up");
  }
  return true;
}

}  // namespace

bool mrr_series_state::nothing_counted() const {
  return std::all_of(in_force.begin(), in_force.end(), [](const subscription_sums& s) { return s == subscription_sums{}; });
}

mrr_series_state& mrr_series_state::operator+=(const mrr_series_state& o) {
  if (!align(*this, o)) return *this;
  auto sums = in_force;  // an overflow leaves the state as it was
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += o.in_force[i];
  in_force = std::move(sums);
  return *this;
}

mrr_series_state& mrr_series_state::operator-=(const mrr_series_state& o) {
  if (!align(*this, o)) return *this;
  auto rests = in_force;
  for (std::size_t i = 0; i < rests.size(); ++i) rests[i] -= o.in_force[i];
  in_force = std::move(rests);
  return *this;
}

bool operator==(const mrr_series_state& a, const mrr_series_state& b) {
  if (a.nothing_counted() || b.nothing_counted()) return a.nothing_counted() && b.nothing_counted();
  return a.grid == b.grid && a.known_until == b.known_until && a.in_force == b.in_force;
}

std::vector<mrr_series_row> mrr_series(const mrr_series_state& state) {
  std::vector<mrr_series_row> rows;
  for (std::size_t i = 1; i < state.in_force.size(); ++i) {
    const auto period = static_cast<std::int32_t>(i) - 1;
    if (state.grid.start(period) >= state.known_until) break;
    const subscription_sums& sums = state.in_force[i];
    rows.push_back({state.grid.label(period), round_to_minor(sums.ticks), sums.subscriptions,
                    state.grid.end(period) <= state.known_until});
  }
  return rows;
}

}  // namespace sojourn::inline v0_1
