// Rows of exits in the order that risk sets need: what log-rank, incidence and their kin run over.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "sojourn/input/exits.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

struct exit_row {
  static constexpr double from_start = -std::numeric_limits<double>::infinity();

  double time = 0, entry = from_start, weight = 1;
  std::uint32_t cause = 0, group = 0, stratum = 0;
  std::int64_t count = 1;
};

/// An entry before anybody left changes no risk set, so it is none. Tells whether other entries are left.
template <class Row>
[[nodiscard]] bool drop_early_entries(std::vector<Row>& rows) {
  double first = std::numeric_limits<double>::infinity();
  for (const Row& row : rows) first = std::min(first, row.time);
  bool late = false;
  for (Row& row : rows) {
    if (row.entry < first) row.entry = exit_row::from_start;
    late = late || row.entry != exit_row::from_start;
  }
  return late;
}

/// A number is there and is one.
[[nodiscard]] inline bool known(const column<double>& values, std::size_t row) {
  return values.present(row) && !std::isnan(values[row]);
}
/// There, or the column was not given.
template <class T>
[[nodiscard]] bool known_or_absent(const column<T>& values, std::size_t row) {
  return values.empty() || values.present(row);
}

/// Sorted by stratum, then time with exits before censorings, then all the rest, so that the order of the caller's rows
/// never changes a sum; equal rows are one.
struct exit_rows {
  std::vector<exit_row> rows;
  std::int64_t rows_missing = 0;
  bool weighted = false;
  bool late_entry = false;  ///< some account entered after another one had left observation
};

/// Throws the first broken rule as `data_error`. A row whose group or stratum is missing is left out and counted; with
/// `missing_in`, one count per stratum, the rows left out of each stratum are counted there too. O(n log n).
[[nodiscard]] exit_rows sorted_exits(const exits& from, const column<std::uint32_t>& group,
                                     const column<std::uint32_t>& stratum, std::span<std::int64_t> missing_in = {});

/// Throws for a column of another length, and for a code of `groups` or more.
void require_groups(const exits& rows, const column<std::uint32_t>& group, std::size_t groups);

/// The rows of each stratum.
[[nodiscard]] std::vector<std::span<const exit_row>> by_stratum(std::span<const exit_row> rows);

/// A sum from which terms are taken out again. It carries the rounding errors along, so that one huge weight that leaves
/// does not blur the small ones that stay.
class running_sum {
 public:
  void add(double term) {
    const double sum = high_ + term;
    const double kept = sum - high_;
    low_ += (high_ - (sum - kept)) + (term - kept);
    high_ = sum;
  }
  void clear() { high_ = low_ = 0; }
  [[nodiscard]] double value() const { return high_ + low_; }

 private:
  double high_ = 0, low_ = 0;
};

/// Calls `enter(row)` for those with entry < time as `advance(time)` goes up; `rows` are those of one stratum.
template <class Row>
class entries_in_order {
 public:
  explicit entries_in_order(std::span<const Row> rows) : rows_(rows), order_(rows.size()) {
    std::iota(order_.begin(), order_.end(), 0u);
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return rows[a].entry != rows[b].entry ? rows[a].entry < rows[b].entry : a < b;
    });
  }

  template <class Enter>
  void advance(double time, const Enter& enter) {
    for (; next_ < order_.size() && rows_[order_[next_]].entry < time; ++next_) enter(rows_[order_[next_]]);
  }

 private:
  std::span<const Row> rows_;
  std::vector<std::uint32_t> order_;
  std::size_t next_ = 0;
};

}  // namespace detail
}  // namespace sojourn::inline v0_1
