#include "sojourn/arrow/row_habits.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "detail/large_memory.hpp"
#include "detail/presence.hpp"
#include "sojourn/arrow/rows.hpp"

namespace sojourn::inline v0_1::arrow {
namespace {

/// The finaliser of SplitMix64: every bit of the result depends on every bit of `value`.
std::uint64_t mixed(std::uint64_t value) noexcept {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

constexpr std::uint64_t of_missing = 0x9e3779b97f4a7c15ULL;

/// The stored bytes of a value that is no text.
std::uint64_t bits_of(const any_column& column, std::size_t width, std::size_t row) noexcept {
  std::uint64_t bits = 0;
  if (width > 0) std::memcpy(&bits, static_cast<const std::byte*>(column.data()) + row * width, width);
  return bits;
}

/// Calls `add(row, bits)` for rows [first, end) of a column whose values are of the unsigned type Bits.
template <class Bits, class Add>
void add_bits(const any_column& column, std::size_t first, std::size_t end, Add&& add) {
  const Bits* values = static_cast<const Bits*>(column.data());
  if (column.validity() == nullptr) {
    for (std::size_t row = first; row < end; ++row) add(row, values[row]);
    return;
  }
  sojourn::detail::each_presence(column.validity(), column.bit_offset() + first, end - first, [&](std::size_t i, bool here) {
    add(first + i, here ? std::uint64_t{values[first + i]} : of_missing);
  });
}

/// Calls `add(row, bits)` for rows [first, end): equal values have equal bits.
template <class Add>
void add_hashes(const any_column& column, std::size_t first, std::size_t end, Add&& add) {
  if (column.type() == kind::text) {
    const auto words = column.view<std::string_view>();
    for (std::size_t row = first; row < end; ++row) {
      add(row, column.present(row) ? std::hash<std::string_view>{}(words[row]) : of_missing);
    }
    return;
  }
  switch (fixed_width(column.type())) {
    case 1:
      return add_bits<std::uint8_t>(column, first, end, add);
    case 2:
      return add_bits<std::uint16_t>(column, first, end, add);
    case 4:
      return add_bits<std::uint32_t>(column, first, end, add);
    case 8:
      return add_bits<std::uint64_t>(column, first, end, add);
    default:
      for (std::size_t row = first; row < end; ++row) add(row, of_missing);
  }
}

/// A total order of the values of a column: missing ones first, others by their stored bytes.
int compare(const any_column& column, std::size_t one, std::size_t other) {
  const bool here = column.present(one), there = column.present(other);
  if (!here || !there) return static_cast<int>(here) - static_cast<int>(there);
  if (column.type() == kind::text) {
    const auto words = column.view<std::string_view>();
    return words[one].compare(words[other]);
  }
  const std::size_t width = fixed_width(column.type());
  const std::uint64_t a = bits_of(column, width, one), b = bits_of(column, width, other);
  return a < b ? -1 : static_cast<int>(a != b);
}

int compare(std::span<const any_column> columns, std::size_t one, std::size_t other) {
  for (const any_column& column : columns) {
    if (const int order = compare(column, one, other); order != 0) return order;
  }
  return 0;
}

/// Bits by hash: a hash that was never added is found now and then, one that was added always.
class hash_filter {
 public:
  explicit hash_filter(std::size_t hashes)
      : bits_(std::bit_ceil(std::max<std::size_t>(16 * hashes, 1024)) / 64),
        shift_(64 - std::countr_zero(64 * bits_.size())) {}

  /// Whether the hash, or one with the same bit, was there before.
  bool add(std::uint64_t hash) noexcept {
    std::uint64_t& word = bits_[(hash >> shift_) / 64];
    const std::uint64_t bit = std::uint64_t{1} << ((hash >> shift_) % 64);
    const bool was_there = (word & bit) != 0;
    word |= bit;
    return was_there;
  }
  /// The same from several threads: of equal hashes all but one were there before.
  bool add_from_threads(std::uint64_t hash) noexcept {
    const std::atomic_ref<std::uint64_t> word(bits_[(hash >> shift_) / 64]);
    const std::uint64_t bit = std::uint64_t{1} << ((hash >> shift_) % 64);
    return (word.fetch_or(bit, std::memory_order_relaxed) & bit) != 0;
  }
  /// What `add` of that hash will read.
  void fetch(std::uint64_t hash) const noexcept {
#if defined(__GNUC__)
    __builtin_prefetch(&bits_[(hash >> shift_) / 64], 1);
#endif
  }
  [[nodiscard]] bool has(std::uint64_t hash) const noexcept {
    return ((bits_[(hash >> shift_) / 64] >> ((hash >> shift_) % 64)) & 1u) != 0;
  }

 private:
  std::vector<std::uint64_t> bits_;
  int shift_;
};

struct hashed_row {
  std::uint32_t hash;
  std::size_t row;
};

constexpr std::size_t rows_a_tile = 2048;
constexpr std::size_t rows_a_task = 32 * rows_a_tile;

using tile = std::array<std::uint64_t, rows_a_tile>;

/// Joins the values of rows [first, end) to their hashes, at most a tile.
void add_columns(std::span<const any_column> columns, std::size_t first, std::size_t end, tile& hashes) {
  for (const any_column& column : columns) {
    add_hashes(column, first, end, [&hashes, first](std::size_t row, std::uint64_t bits) {
      hashes[row - first] = std::rotl(hashes[row - first], 21) ^ bits;
    });
  }
}

/// Whether no value is missing or less than the one before, so that equal ones stand together.
template <class T>
bool ascends(std::span<const T> values) noexcept {
  constexpr std::size_t step = 4096;
  for (std::size_t first = 1; first < values.size(); first += step) {
    const std::size_t last = std::min(values.size(), first + step);
    unsigned falls = 0;
    for (std::size_t row = first; row < last; ++row) falls |= static_cast<unsigned>(values[row] < values[row - 1]);
    if (falls != 0) return false;
  }
  return true;
}

bool ascends(const any_column& column) {
  if (column.validity() != nullptr) return false;
  switch (column.type()) {
    case kind::int32:
      return ascends(column.view<std::int32_t>().values());
    case kind::int64:
      return ascends(column.view<std::int64_t>().values());
    case kind::uint64:
      return ascends(column.view<std::uint64_t>().values());
    case kind::uint32:
    case kind::dictionary:
      return ascends(column.view<std::uint32_t>().values());
    case kind::text:
      return ascends(column.view<std::string_view>().values());
    default:
      return false;
  }
}

constexpr std::size_t longest_run = 64;

/// Repeated ones among rows [from, to), each compared with those before it in its run of equal first columns. None where a
/// run is long.
std::optional<repeated_rows> repeated_in_runs(std::span<const any_column> columns, std::size_t from, std::size_t to) {
  repeated_rows found;
  std::size_t first = from;
  while (first > 0 && from - first < longest_run && compare(columns.front(), first - 1, first) == 0) --first;
  std::size_t compared = 0;
  for (std::size_t done = from; done < to;) {
    const std::size_t end = std::min(to, first + rows_a_tile);
    tile keys{}, hashes;
    add_columns(columns.first(1), first, end, keys);
    hashes = keys;
    add_columns(columns.subspan(1, std::min<std::size_t>(1, columns.size() - 1)), first, end, hashes);
    std::size_t run = first;
    for (std::size_t row = first + 1; row < end; ++row) {
      if (keys[row - first] != keys[row - 1 - first]) run = row;
      if (row - run >= longest_run) return std::nullopt;
      for (std::size_t before = run; before < row && row >= done; ++before) {
        if (hashes[before - first] != hashes[row - first]) continue;
        if (++compared > 2 * (to - from)) return std::nullopt;
        if (compare(columns, before, row) != 0) continue;
        if (found.count++ == 0) found.row = row, found.repeats = before;
        break;
      }
    }
    done = end;
    first = run;  // the next tile begins with the run that this one may have cut
  }
  return found;
}

/// All repeated rows, where equal values of the first column stand together, as accounts of sorted rows do.
std::optional<repeated_rows> repeated_in_runs(std::span<const any_column> columns, const any_executor& host) {
  const std::size_t rows = columns.front().size(), tasks = (rows + rows_a_task - 1) / rows_a_task;
  if (!ascends(columns.front())) return std::nullopt;
  std::vector<std::optional<repeated_rows>> parts(tasks);
  host.bulk(tasks, [&](std::size_t task) {
    parts[task] = repeated_in_runs(columns, task * rows_a_task, std::min(rows, (task + 1) * rows_a_task));
  });
  repeated_rows found;
  for (const auto& part : parts) {
    if (!part) return std::nullopt;
    if (found.count == 0) found.row = part->row, found.repeats = part->repeats;
    found.count += part->count;
  }
  return found;
}

/// The rows that may repeat another one, in their order: those whose hash is not the only one of its bit.
std::vector<hashed_row> doubtful_rows(std::span<const any_column> columns, std::size_t rows, const any_executor& host) {
  const std::size_t tasks = (rows + rows_a_task - 1) / rows_a_task;
  const bool alone = host.concurrency() == 1 || tasks <= 1;
  std::vector<std::uint32_t> hashes;
  sojourn::detail::make_room(hashes, rows);
  hash_filter seen(rows);
  std::vector<std::vector<std::uint32_t>> seen_twice(tasks);
  host.bulk(tasks, [&](std::size_t task) {
    tile here;
    const std::size_t last = std::min(rows, (task + 1) * rows_a_task);
    for (std::size_t first = task * rows_a_task; first < last; first += rows_a_tile) {
      const std::size_t count = std::min(last - first, rows_a_tile);
      here.fill(0);
      add_columns(columns, first, first + count, here);
      for (std::size_t i = 0; i < count; ++i) {
        here[i] = mixed(here[i]);
        hashes[first + i] = static_cast<std::uint32_t>(here[i]);
        seen.fetch(here[i]);
      }
      for (std::size_t i = 0; i < count; ++i) {
        const bool was_there = alone ? seen.add(here[i]) : seen.add_from_threads(here[i]);
        if (was_there) seen_twice[task].push_back(hashes[first + i]);
      }
    }
  });
  std::size_t doubtful = 0;
  for (const auto& some : seen_twice) doubtful += some.size();
  if (doubtful == 0) return {};
  const auto spread = [](std::uint32_t hash) { return hash * 0x9e3779b97f4a7c15ULL; };
  hash_filter again(doubtful);
  for (const auto& some : seen_twice) {
    for (const std::uint32_t hash : some) again.add(spread(hash));
  }
  std::vector<hashed_row> found;
  found.reserve(3 * doubtful);
  for (std::size_t row = 0; row < rows; ++row) {
    if (again.has(spread(hashes[row]))) found.push_back({hashes[row], row});
  }
  return found;
}

/// Repeated ones among `doubtful`, by sorting them: in bounded time whatever their hashes are.
repeated_rows repeated_when_sorted(std::span<const any_column> columns, std::vector<hashed_row> doubtful) {
  std::ranges::sort(doubtful, [&](const hashed_row& a, const hashed_row& b) {
    const int order = compare(columns, a.row, b.row);
    return order != 0 ? order < 0 : a.row < b.row;
  });
  repeated_rows found;
  for (std::size_t i = 1, first = 0; i < doubtful.size(); ++i) {
    if (compare(columns, doubtful[first].row, doubtful[i].row) != 0) {
      first = i;
    } else if (found.count++ == 0 || doubtful[i].row < found.row) {
      found.row = doubtful[i].row, found.repeats = doubtful[first].row;
    }
  }
  return found;
}

}  // namespace

repeated_rows find_repeated_rows(std::span<const any_column> columns, const any_executor& host) {
  if (columns.empty() || columns.front().size() == 0) return {};
  if (const auto found = repeated_in_runs(columns, host)) return *found;
  const std::vector<hashed_row> doubtful = doubtful_rows(columns, columns.front().size(), host);
  // Open addressing. Hashes of honest data find their place in a few steps; where they do not, sorting does.
  constexpr std::size_t most_steps = 256;
  constexpr std::size_t free_place = SIZE_MAX;
  std::vector<hashed_row> places(std::bit_ceil(2 * doubtful.size() + 1), hashed_row{0, free_place});
  repeated_rows found;
  for (const hashed_row& one : doubtful) {
    std::size_t at = mixed(one.hash) & (places.size() - 1), steps = 0;
    for (; places[at].row != free_place; at = (at + 1) & (places.size() - 1)) {
      if (places[at].hash == one.hash && compare(columns, places[at].row, one.row) == 0) break;
      if (++steps == most_steps) return repeated_when_sorted(columns, doubtful);
    }
    if (places[at].row == free_place) {
      places[at] = one;
    } else if (found.count++ == 0) {
      found.row = one.row, found.repeats = places[at].row;
    }
  }
  return found;
}

period_gaps find_period_gaps(const any_column& account, const any_column& start, const any_column& end,
                             std::size_t most_rows) {
  struct period {
    std::uint64_t account;
    std::int32_t start;
    std::int32_t end;
  };
  const std::uint64_t highest =
      account.size() <= most_rows ? ~std::uint64_t{0} : ~std::uint64_t{0} / account.size() * most_rows;
  std::vector<std::int64_t> rows;
  std::vector<std::uint64_t> keys;
  add_hashes(account, 0, account.size(), [&](std::size_t row, std::uint64_t value) {
    const std::uint64_t key = (value + 1) * 0x9e3779b97f4a7c15ULL;  // its upper bits spread neighbours evenly
    if (key <= highest) rows.push_back(static_cast<std::int64_t>(row)), keys.push_back(key);
  });
  const bool all = rows.size() == account.size();
  const auto starts = as_day(all ? start : take_rows(start, rows), "start");
  const auto ends = as_day(all ? end : take_rows(end, rows), "end");
  std::vector<period> periods;
  periods.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (starts.view().present(i) && ends.view().present(i)) periods.push_back({keys[i], starts.view()[i], ends.view()[i]});
  }
  std::ranges::sort(periods, {}, [](const period& p) { return std::tuple(p.account, p.start, p.end); });

  period_gaps found;
  for (std::size_t i = 1; i < periods.size(); ++i) {
    const period &before = periods[i - 1], &after = periods[i];
    if (before.account != after.account || after.start < before.end) continue;
    ++found.gaps;
    found.one_day += after.start - before.end == 1 ? 1 : 0;
  }
  return found;
}

}  // namespace sojourn::inline v0_1::arrow
