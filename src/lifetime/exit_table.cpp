#include "sojourn/lifetime/exit_table.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "detail/number_text.hpp"
#include "lifetime/exit_rows.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::int128;

auto exit_cell_key(const exit_cell& cell) {
  return std::tie(cell.group, cell.entry, cell.time, cell.cause);
}

bool is_empty(const exit_cell& cell) {
  return cell.accounts == 0 && cell.weight == 0 && cell.weight_squares == 0;
}

template <class Integer>
void accumulate(Integer& total, Integer value, bool add) {
  if (add ? __builtin_add_overflow(total, value, &total) : __builtin_sub_overflow(total, value, &total))
    throw overflow_error("exit_table: a sum leaves its range");
}

void accumulate(exit_cell& total, const exit_cell& cell, bool add) {
  accumulate(total.accounts, cell.accounts, add);
  accumulate(total.weight, cell.weight, add);
  accumulate(total.weight_squares, cell.weight_squares, add);
}

/// Sorts the cells, adds up those alike, and drops empty ones and the words that no cell has any more.
void bring_in_order(exit_table& table) {
  std::sort(table.cells.begin(), table.cells.end(),
            [](const exit_cell& a, const exit_cell& b) { return exit_cell_key(a) < exit_cell_key(b); });
  std::vector<exit_cell> sums;
  for (const exit_cell& cell : table.cells) {
    if (!sums.empty() && exit_cell_key(sums.back()) == exit_cell_key(cell)) {
      accumulate(sums.back(), cell, true);
    } else {
      if (!sums.empty() && is_empty(sums.back())) sums.pop_back();
      sums.push_back(cell);
    }
  }
  if (!sums.empty() && is_empty(sums.back())) sums.pop_back();
  table.cells = std::move(sums);
  const auto keep_used = [&](std::vector<std::string>& words, std::uint32_t exit_cell::* code, std::uint32_t first) {
    std::vector<std::uint32_t> place(words.size(), 0);
    const auto has_word = [&](const exit_cell& cell) { return cell.*code >= first && cell.*code - first < words.size(); };
    for (const exit_cell& cell : table.cells) {
      if (has_word(cell)) place[cell.*code - first] = 1;
    }
    std::vector<std::string> used;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (place[i] == 0) continue;
      place[i] = static_cast<std::uint32_t>(used.size());
      used.push_back(std::move(words[i]));
    }
    for (exit_cell& cell : table.cells) {
      if (has_word(cell)) cell.*code = place[cell.*code - first] + first;
    }
    words = std::move(used);
  };
  keep_used(table.groups, &exit_cell::group, 0);
  keep_used(table.causes, &exit_cell::cause, 1);
}

/// All words of both, ascending, and the place of each word of `of` among them.
struct common_words {
  std::vector<std::string> words;

  common_words(std::span<const std::string> a, std::span<const std::string> b) : words(a.begin(), a.end()) {
    words.insert(words.end(), b.begin(), b.end());
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
  }
  [[nodiscard]] std::vector<std::uint32_t> places(std::span<const std::string> of) const {
    std::vector<std::uint32_t> found;
    for (const std::string& word : of)
      found.push_back(static_cast<std::uint32_t>(std::lower_bound(words.begin(), words.end(), word) - words.begin()));
    return found;
  }
};

exit_table combined(const exit_table& a, const exit_table& b, bool add) {
  const common_words groups(a.groups, b.groups), causes(a.causes, b.causes);
  exit_table sum{.groups = groups.words, .causes = causes.words, .cells = {}, .rows_missing = a.rows_missing};
  accumulate(sum.rows_missing, b.rows_missing, add);
  sum.cells.reserve(a.cells.size() + b.cells.size());
  const auto take = [&](const exit_table& from, bool adding) {
    const auto group_at = groups.places(from.groups), cause_at = causes.places(from.causes);
    for (const exit_cell& cell : from.cells) {
      exit_cell moved = cell;
      if (cell.group != exit_cell::no_group) moved.group = group_at[cell.group];
      if (cell.cause != exits::still_there) moved.cause = cause_at[cell.cause - 1] + 1;
      if (!adding) {
        moved.accounts = 0, moved.weight = moved.weight_squares = 0;
        accumulate(moved, cell, false);
      }
      sum.cells.push_back(moved);
    }
  };
  take(a, true);
  take(b, add);
  bring_in_order(sum);
  return sum;
}

/// The whole number that a table holds, or an error with its row.
template <class Integer>
Integer whole(const column<double>& values, std::string_view name, std::size_t row, const char* rule) {
  const double value = values[row];
  // The bounds are powers of two, which doubles hold exactly.
  if (value != std::floor(value) || !(std::abs(value) < (sizeof(Integer) == 4 ? 0x1p31 : 0x1p63)))
    throw data_error(
        {values.name_or(name), row, detail::number_text(value), rule, "count ages in whole days, money in minor units"});
  return static_cast<Integer>(value);
}

bool complete(const exits& rows, std::size_t row) {
  return detail::known(rows.time, row) && rows.cause.present(row) &&
         (rows.weight.empty() || detail::known(rows.weight, row)) && detail::known_or_absent(rows.count, row);
}

exit_cell cell_of(const exits& rows, std::size_t row) {
  constexpr const char* age_rule = "an age in a table is a whole number below 2^31";
  exit_cell cell{.time = whole<std::int32_t>(rows.time, "time", row, age_rule), .cause = rows.cause[row]};
  if (!rows.entry.empty() && detail::known(rows.entry, row))
    cell.entry = whole<std::int32_t>(rows.entry, "entry", row, age_rule);
  cell.accounts = rows.count.empty() ? 1 : rows.count[row];
  const std::int64_t weight = rows.weight.empty() ? 1
                                                  : whole<std::int64_t>(rows.weight, "weights", row,
                                                                        "a weight in a table is a whole number below 2^63");
  cell.weight = static_cast<int128>(weight) * cell.accounts;
  if (__builtin_mul_overflow(cell.weight, static_cast<int128>(weight), &cell.weight_squares))
    throw overflow_error("exit_table: weight squared times count leaves 128 bits in row " + std::to_string(row));
  return cell;
}

}  // namespace

exit_table tally_exits(const exits& rows, std::span<const std::string> causes, const column<std::uint32_t>& group,
                       std::span<const std::string> groups) {
  auto problems = validate(rows, 1);
  if (!problems.empty()) throw data_error(std::move(problems.front()));
  if (!group.empty()) detail::require_groups(rows, group, groups.size());
  const common_words group_words(groups, {}), cause_words(causes, {});
  const auto group_at = group_words.places(groups), cause_at = cause_words.places(causes);
  exit_table table{.groups = group_words.words, .causes = cause_words.words, .cells = {}};
  for (std::size_t row = 0; row < rows.time.size(); ++row) {
    if (!complete(rows, row)) {
      ++table.rows_missing;
      continue;
    }
    if (rows.cause[row] > causes.size()) {
      throw data_error({rows.cause.name_or("cause"), row, std::to_string(rows.cause[row]),
                        "causes are numbered 1 to " + std::to_string(causes.size()) + ", 0 is still there",
                        "give a word for each cause"});
    }
    exit_cell cell = cell_of(rows, row);
    if (cell.weight == 0) continue;
    if (cell.cause != exits::still_there) cell.cause = cause_at[cell.cause - 1] + 1;
    if (!group.empty() && group.present(row)) cell.group = group_at[group[row]];
    table.cells.push_back(cell);
  }
  bring_in_order(table);
  return table;
}

exit_table& exit_table::operator+=(const exit_table& other) {
  return *this = combined(*this, other, true);
}

exit_table& exit_table::operator-=(const exit_table& other) {
  return *this = combined(*this, other, false);
}

bool exit_table::canonical() const {
  const auto ascending = [](const std::vector<std::string>& words) {
    return std::adjacent_find(words.begin(), words.end(), [](const auto& a, const auto& b) { return a >= b; }) ==
           words.end();
  };
  if (!ascending(groups) || !ascending(causes)) return false;
  std::vector<bool> group_used(groups.size()), cause_used(causes.size());
  std::int64_t all = 0;
  int128 weight = 0, squares = 0;
  const auto fits = [](auto& total, auto value) {
    decltype(value) size = value;
    if (value < 0 && __builtin_sub_overflow(decltype(value){0}, value, &size)) return false;
    return !__builtin_add_overflow(total, size, &total);
  };
  const exit_cell* before = nullptr;
  for (const exit_cell& cell : cells) {
    const bool late = cell.entry != exit_cell::from_start;
    if (cell.time < 0 || (late && (cell.entry < 0 || cell.entry >= cell.time)) || is_empty(cell)) return false;
    if (cell.group != exit_cell::no_group && cell.group >= groups.size()) return false;
    if (cell.cause > causes.size()) return false;
    if (before != nullptr && exit_cell_key(*before) >= exit_cell_key(cell)) return false;
    if (!fits(all, cell.accounts) || !fits(weight, cell.weight) || !fits(squares, cell.weight_squares)) return false;
    if (cell.group != exit_cell::no_group) group_used[cell.group] = true;
    if (cell.cause != exits::still_there) cause_used[cell.cause - 1] = true;
    before = &cell;
  }
  const auto all_of = [](const std::vector<bool>& used) { return std::find(used.begin(), used.end(), false) == used.end(); };
  return all_of(group_used) && all_of(cause_used);
}

std::int64_t exit_table::accounts() const noexcept {
  std::int64_t total = 0;
  for (const exit_cell& cell : cells) total += cell.accounts;
  return total;
}

}  // namespace sojourn::inline v0_1
