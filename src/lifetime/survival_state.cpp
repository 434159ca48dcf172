// Rows -> cells, and the merge of cells.
#include <algorithm>
#include <compare>
#include <string>
#include <tuple>

#include "lifetime/radix_order.hpp"
#include "sojourn/lifetime/survival.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::int128;

auto cell_order(const survival_cell& cell) {
  return std::tie(cell.entry, cell.time);
}

bool is_zero(const survival_cell& cell) {
  survival_cell nothing;
  nothing.entry = cell.entry;
  nothing.time = cell.time;
  return cell == nothing;
}

template <class Integer>
void add_checked(Integer& total, Integer value) {
  if (__builtin_add_overflow(total, value, &total)) throw overflow_error("survival: a sum leaves its range");
}

template <class Integer>
void subtract_checked(Integer& total, Integer value) {
  if (__builtin_sub_overflow(total, value, &total)) throw overflow_error("survival: a sum leaves its range");
}

/// Applies `combine(total, value)` to every sum of two cells with the same key.
template <class Combine>
void combine_cells(survival_cell& total, const survival_cell& cell, const Combine& combine) {
  combine(total.events, cell.events);
  combine(total.censored, cell.censored);
  combine(total.event_weight, cell.event_weight);
  combine(total.censored_weight, cell.censored_weight);
  combine(total.event_weight_squares, cell.event_weight_squares);
  combine(total.censored_weight_squares, cell.censored_weight_squares);
}

constexpr auto add_each = [](auto& total, auto value) { add_checked(total, value); };
constexpr auto subtract_each = [](auto& total, auto value) { subtract_checked(total, value); };

template <class Combine>
survival_state merged(const survival_state& a, const survival_state& b, const Combine& combine) {
  survival_state result;
  result.rows_missing = a.rows_missing;
  combine(result.rows_missing, b.rows_missing);
  result.cells.reserve(a.cells.size() + b.cells.size());
  auto left = a.cells.begin();
  auto right = b.cells.begin();
  while (left != a.cells.end() || right != b.cells.end()) {
    const bool from_left = right == b.cells.end() || (left != a.cells.end() && cell_order(*left) <= cell_order(*right));
    const bool from_right = left == a.cells.end() || (right != b.cells.end() && cell_order(*right) <= cell_order(*left));
    survival_cell cell;
    cell.entry = from_left ? left->entry : right->entry;
    cell.time = from_left ? left->time : right->time;
    if (from_left) combine_cells(cell, *left++, add_each);
    if (from_right) combine_cells(cell, *right++, combine);
    if (!is_zero(cell)) result.cells.push_back(cell);
  }
  return result;
}

bool complete(const lifetimes& rows, std::size_t row) {
  return rows.time.present(row) && rows.event.present(row) && (rows.weight.empty() || rows.weight.present(row)) &&
         (rows.count.empty() || rows.count.present(row));
}

void add_row(survival_cell& cell, const lifetimes& rows, std::size_t row) {
  const std::int64_t count = rows.count.empty() ? 1 : rows.count[row];
  const int128 weight = rows.weight.empty() ? 1 : rows.weight[row];
  int128 squares = 0;
  // weight * weight and count * weight fit 126 bits; only the product of all three can leave 128.
  if (__builtin_mul_overflow(weight * weight, static_cast<int128>(count), &squares)) {
    throw overflow_error("survival: weight squared times count leaves 128 bits in row " + std::to_string(row));
  }
  const bool churned = rows.event[row] != 0;
  add_checked(churned ? cell.events : cell.censored, count);
  add_checked(churned ? cell.event_weight : cell.censored_weight, weight * count);
  add_checked(churned ? cell.event_weight_squares : cell.censored_weight_squares, squares);
}

/// Ages below this are counted in an array instead of being sorted: 11 years of days.
constexpr std::int32_t dense_ages = 4096;

/// The largest age to tally, or `dense_ages` where ages are too large for an array.
template <class RowAt>
std::int32_t largest_age(const lifetimes& rows, std::size_t size, const RowAt& row_at) {
  if (!rows.entry.empty()) return dense_ages;
  std::int32_t largest = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t row = row_at(i);
    if (rows.time.present(row)) largest = std::max(largest, rows.time[row]);
  }
  return std::min(largest, dense_ages);
}

[[noreturn]] void refuse_changed(const lifetimes& rows, std::size_t row) {
  throw data_error({rows.time.name_or("time"), row, "", "changed while it was read", "pass a copy"});
}

template <class RowAt>
survival_state tally_dense(const lifetimes& rows, std::size_t size, const RowAt& row_at, std::int32_t largest) {
  survival_state state;
  std::vector<survival_cell> by_age(static_cast<std::size_t>(largest) + 1);
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t row = row_at(i);
    if (!complete(rows, row)) {
      ++state.rows_missing;
      continue;
    }
    // Read once: another thread may change the column, and a wild age must not become a wild address.
    const auto place = static_cast<std::uint32_t>(rows.time[row]);
    if (place >= by_age.size()) refuse_changed(rows, row);
    add_row(by_age[place], rows, row);
  }
  std::int32_t age = 0;
  for (survival_cell& cell : by_age) {
    cell.time = age++;
    if (!is_zero(cell)) state.cells.push_back(cell);
  }
  return state;
}

/// Where entries and ages at exit are few, every pair has a place in an array: up to so many.
constexpr std::int64_t dense_pairs = 1 << 14;

struct last_ages {
  std::int32_t entry = 0, time = 0;  ///< the largest
  /// Rows of the array: seen from the start, then entries 0, 1, ...
  [[nodiscard]] std::int64_t pairs() const { return (std::int64_t{entry} + 2) * (std::int64_t{time} + 1); }
};

template <class RowAt>
last_ages last_ages_of(const lifetimes& rows, std::size_t size, const RowAt& row_at) {
  last_ages last;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t row = row_at(i);
    if (rows.time.present(row)) last.time = std::max(last.time, rows.time[row]);
    if (rows.entry.present(row)) last.entry = std::max(last.entry, rows.entry[row]);
  }
  return last;
}

template <class RowAt>
survival_state tally_dense_pairs(const lifetimes& rows, std::size_t size, const RowAt& row_at, const last_ages& last) {
  survival_state state;
  std::vector<survival_cell> pairs(static_cast<std::size_t>(last.pairs()));
  const std::size_t width = static_cast<std::size_t>(last.time) + 1;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t row = row_at(i);
    if (!complete(rows, row)) {
      ++state.rows_missing;
      continue;
    }
    // Read once, as in tally_dense.
    const std::size_t entry = rows.entry.present(row) ? std::size_t{static_cast<std::uint32_t>(rows.entry[row])} + 1 : 0;
    const std::size_t time = static_cast<std::uint32_t>(rows.time[row]);
    if (time >= width || entry >= pairs.size() / width) refuse_changed(rows, row);
    add_row(pairs[entry * width + time], rows, row);
  }
  for (std::size_t place = 0; place < pairs.size(); ++place) {
    survival_cell& cell = pairs[place];
    if (place >= width) cell.entry = static_cast<std::int32_t>(place / width) - 1;
    cell.time = static_cast<std::int32_t>(place % width);
    if (!is_zero(cell)) state.cells.push_back(cell);
  }
  return state;
}

template <class RowAt>
survival_state tally_sorted(const lifetimes& rows, std::size_t size, const RowAt& row_at) {
  survival_state state;
  std::vector<detail::keyed_place> keyed;
  keyed.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t row = row_at(i);
    if (!complete(rows, row)) {
      ++state.rows_missing;
      continue;
    }
    const bool late = !rows.entry.empty() && rows.entry.present(row);
    // Ages are 0 or more, so those seen from the start come first.
    const auto entry = late ? static_cast<std::uint64_t>(rows.entry[row]) + 1 : 0;
    keyed.push_back({entry << 32 | static_cast<std::uint32_t>(rows.time[row]), i});
  }
  detail::radix_sort(keyed);
  std::size_t cells = 0;
  for (std::size_t i = 0; i < keyed.size(); ++i)
    cells += static_cast<std::size_t>(i == 0 || keyed[i].key != keyed[i - 1].key);
  state.cells.reserve(cells);
  for (std::size_t i = 0; i < keyed.size();) {
    const std::uint64_t key = keyed[i].key;
    survival_cell cell;
    if (key >> 32 != 0) cell.entry = static_cast<std::int32_t>((key >> 32) - 1);
    cell.time = static_cast<std::int32_t>(key & 0xFFFFFFFF);
    for (; i < keyed.size() && keyed[i].key == key; ++i) add_row(cell, rows, row_at(keyed[i].place));
    if (!is_zero(cell)) state.cells.push_back(cell);
  }
  return state;
}

/// `row_at(i)` is the i-th of `size` rows to tally.
template <class RowAt>
survival_state tally_rows(const lifetimes& rows, std::size_t size, const RowAt& row_at) {
  const std::int32_t largest = largest_age(rows, size, row_at);
  if (largest < dense_ages) return tally_dense(rows, size, row_at, largest);
  if (!rows.entry.empty()) {
    const last_ages last = last_ages_of(rows, size, row_at);
    if (last.pairs() <= std::min(dense_pairs, static_cast<std::int64_t>(size)))
      return tally_dense_pairs(rows, size, row_at, last);
  }
  return tally_sorted(rows, size, row_at);
}

}  // namespace

survival_state& survival_state::operator+=(const survival_state& other) {
  return *this = merged(*this, other, add_each);
}

survival_state& survival_state::operator-=(const survival_state& other) {
  return *this = merged(*this, other, subtract_each);
}

bool survival_state::canonical() const {
  std::int64_t accounts = 0;
  int128 weight = 0;
  const auto magnitude_fits = [](auto& total, auto value) {
    decltype(value) size = value;
    if (value < 0 && __builtin_sub_overflow(decltype(value){0}, value, &size)) return false;
    return !__builtin_add_overflow(total, size, &total);
  };
  const survival_cell* before = nullptr;
  for (const auto& cell : cells) {
    const bool late = cell.entry != survival_cell::from_start;
    if (cell.time < 0 || (late && (cell.entry < 0 || cell.entry >= cell.time))) return false;
    if (is_zero(cell) || (before != nullptr && cell_order(*before) >= cell_order(cell))) return false;
    if (!magnitude_fits(accounts, cell.events) || !magnitude_fits(accounts, cell.censored)) return false;
    if (!magnitude_fits(weight, cell.event_weight) || !magnitude_fits(weight, cell.censored_weight)) return false;
    before = &cell;
  }
  return true;
}

std::int64_t survival_state::accounts() const noexcept {
  std::int64_t total = 0;
  for (const auto& cell : cells) total += cell.events + cell.censored;
  return total;
}

std::int64_t survival_state::events() const noexcept {
  std::int64_t total = 0;
  for (const auto& cell : cells) total += cell.events;
  return total;
}

void detail::require_valid(const lifetimes& rows) {
  auto problems = validate(rows, 1);
  if (!problems.empty()) throw data_error(std::move(problems.front()));
}

std::size_t detail::rows_of_part(const lifetimes& rows) {
  const std::size_t size = rows.time.size();
  const auto every_row = [](std::size_t i) { return i; };
  const std::size_t all = std::max<std::size_t>(size, 1);
  if (rows.entry.empty()) return largest_age(rows, size, every_row) < dense_ages ? rows_per_chunk : all;
  const std::int64_t pairs = last_ages_of(rows, size, every_row).pairs();
  return pairs <= std::min(dense_pairs, static_cast<std::int64_t>(rows_per_chunk)) ? rows_per_chunk : all;
}

survival_state detail::tally_lifetimes(const lifetimes& rows, std::size_t first, std::size_t last) {
  return tally_rows(rows, last - first, [&](std::size_t i) { return first + i; });
}

survival_by_segment tally_survival_by(const lifetimes& rows, const column<std::uint32_t>& segment,
                                      std::size_t segment_count) {
  detail::require_valid(rows);
  require_same_length(rows.time, "time", segment, "segment");
  std::vector<std::vector<std::size_t>> members(segment_count + 1);
  for (std::size_t row = 0; row < segment.size(); ++row) {
    if (!segment.present(row)) {
      members.back().push_back(row);
      continue;
    }
    const std::uint32_t code = segment[row];  // once: see tally_dense
    if (code >= segment_count) {
      throw data_error({segment.name_or("segment"), row, std::to_string(code),
                        "a segment code lies below the number of segments (" + std::to_string(segment_count) + ")",
                        "state as many segments as there are codes"});
    }
    members[code].push_back(row);
  }
  const auto tally = [&](const std::vector<std::size_t>& some) {
    return tally_rows(rows, some.size(), [&](std::size_t i) { return some[i]; });
  };
  survival_by_segment result;
  for (std::size_t code = 0; code < segment_count; ++code) result.segments.push_back(tally(members[code]));
  result.without_segment = tally(members.back());
  return result;
}

}  // namespace sojourn::inline v0_1
