#include "sojourn/arrow/row_habits.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

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

std::size_t width_of(kind type) noexcept {
  switch (type) {
    case kind::null:
    case kind::text:
      return 0;
    case kind::boolean:
    case kind::int8:
    case kind::uint8:
      return 1;
    case kind::int16:
    case kind::uint16:
      return 2;
    case kind::int32:
    case kind::uint32:
    case kind::float32:
    case kind::date:
    case kind::dictionary:
      return 4;
    case kind::int64:
    case kind::uint64:
    case kind::float64:
    case kind::instant:
    case kind::decimal:
      return 8;
  }
  return 0;
}

/// The stored bytes of a value that is no text.
std::uint64_t bits_of(const any_column& column, std::size_t width, std::size_t row) noexcept {
  std::uint64_t bits = 0;
  if (width > 0) std::memcpy(&bits, static_cast<const std::byte*>(column.data()) + row * width, width);
  return bits;
}

template <class Add>
void add_hashes(const any_column& column, Add&& add) {
  const std::size_t width = width_of(column.type());
  const bool is_text = column.type() == kind::text;
  const auto words = column.view<std::string_view>();  // read only where it is text
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (!column.present(row)) {
      add(row, of_missing);
    } else if (is_text) {
      add(row, std::hash<std::string_view>{}(words[row]));
    } else {
      add(row, bits_of(column, width, row));
    }
  }
}

bool equal_rows(std::span<const any_column> columns, std::size_t one, std::size_t other) {
  return std::ranges::all_of(columns, [&](const any_column& column) {
    if (!column.present(one) || !column.present(other)) return column.present(one) == column.present(other);
    if (column.type() == kind::text) {
      const auto words = column.view<std::string_view>();
      return words[one] == words[other];
    }
    const std::size_t width = width_of(column.type());
    return bits_of(column, width, one) == bits_of(column, width, other);
  });
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
  [[nodiscard]] bool has(std::uint64_t hash) const noexcept {
    return ((bits_[(hash >> shift_) / 64] >> ((hash >> shift_) % 64)) & 1u) != 0;
  }

 private:
  std::vector<std::uint64_t> bits_;
  int shift_;
};

}  // namespace

repeated_rows find_repeated_rows(std::span<const any_column> columns) {
  if (columns.empty()) return {};
  const std::size_t rows = columns.front().size();
  std::vector<std::uint64_t> hashes(rows, 0);
  for (const any_column& column : columns) {
    add_hashes(column, [&](std::size_t row, std::uint64_t value) { hashes[row] = mixed(hashes[row] + value + of_missing); });
  }
  hash_filter seen(rows);
  std::vector<std::uint64_t> doubtful;
  for (const std::uint64_t hash : hashes) {
    if (seen.add(hash)) doubtful.push_back(hash);
  }
  hash_filter again(doubtful.size());
  for (const std::uint64_t hash : doubtful) again.add(mixed(hash));

  repeated_rows found;
  std::unordered_multimap<std::uint64_t, std::size_t> different;
  for (std::size_t row = 0; row < rows; ++row) {
    if (!again.has(mixed(hashes[row]))) continue;
    const auto [begin, end] = different.equal_range(hashes[row]);
    const auto same = std::find_if(begin, end, [&](const auto& one) { return equal_rows(columns, one.second, row); });
    if (same == end) {
      different.emplace(hashes[row], row);
    } else if (found.count++ == 0) {
      found.row = row, found.repeats = same->second;
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
  add_hashes(account, [&](std::size_t row, std::uint64_t value) {
    const std::uint64_t key = mixed(value + of_missing);
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
