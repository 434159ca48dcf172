// From rows in order of account and month to changes of MRR. Only rows where something changes are looked at, and whatever a
// row can be wrong in is seen there: a row that is passed over repeats one that was looked at, a month later.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "month_sums.hpp"

namespace sojourn::detail {

struct snapshot_row {
  std::uint32_t account;
  std::int32_t when;
  std::int64_t amount;
};

/// What a pass finds out about its rows.
struct row_findings {
  std::int64_t latest = first_month - 1;    ///< month
  std::uint32_t highest = 0;                ///< account
  std::uint64_t largest = 0;                ///< amount; a negative one is very large
  bool outside = false;                     ///< a month that the calendar does not have
  bool falls = false;                       ///< not in order
  std::int64_t rows = 0;
  std::int64_t free_rows = 0;
  std::int64_t future_rows = 0;

  void add(const row_findings& other) {
    latest = std::max(latest, other.latest);
    highest = std::max(highest, other.highest);
    largest = std::max(largest, other.largest);
    outside |= other.outside;
    falls |= other.falls;
    rows += other.rows, free_rows += other.free_rows, future_rows += other.future_rows;
  }
};

/// Reads the rows [first, last), which hold whole accounts. `row(i)` is row i.
template <class Sink, class RowAt>
class row_changes {
 public:
  row_changes(Sink& sink, const RowAt& row, std::size_t first, std::int64_t as_of)
      : sink_(sink), row_(row), as_of_(as_of), begin_(first) {
    const snapshot_row start = row(first);
    account_ = start.account, when_ = start.when;
  }

  /// The rows base + places[i], ascending from call to call: all that do not just repeat the one before.
  void take(std::size_t base, const std::uint32_t* places, std::size_t count) {
    // In registers while they run.
    typename Sink::account_at at = at_;
    row_findings found = found_;
    std::size_t begin = begin_;
    std::uint32_t account = account_;
    std::int64_t when = when_;
    std::uint64_t level = level_;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t place = base + places[i];
      const snapshot_row now = row_(place);
      const auto amount = static_cast<std::uint64_t>(now.amount);
      const std::int64_t next = when + static_cast<std::int64_t>(place - begin);
      const bool same = now.account == account;
      const bool follows = same & (now.when == next);
      found.falls |= (now.account < account) | (same & (now.when < next));
      found.outside |= now.when < first_month;
      found.highest = std::max(found.highest, now.account);
      found.largest = std::max(found.largest, amount);
      end_run(found, place - begin, when, next, level);
      // Where the run does not go on it ends with no MRR in the month after it, and what comes now begins with none.
      sink_.change(at, next, follows ? 0 : level, 0);
      sink_.next(at, same);
      sink_.change(at, now.when, follows ? level : 0, amount);
      account = now.account, when = now.when, level = amount, begin = place;
    }
    at_ = at, found_ = found, begin_ = begin, account_ = account, when_ = when, level_ = level;
  }

  [[nodiscard]] const row_findings& found() const noexcept { return found_; }

  /// The last row of an account: without one for the next month it has churned, if that month is known.
  row_findings close(std::size_t last) {
    const std::int64_t next = when_ + static_cast<std::int64_t>(last - begin_);
    end_run(found_, last - begin_, when_, next, level_);
    sink_.change(at_, next, level_, 0);
    return found_;
  }

 private:
  // Rows of months [when, next) with one level.
  void end_run(row_findings& found, std::size_t rows, std::int64_t when, std::int64_t next, std::uint64_t level) const {
    const auto count = static_cast<std::int64_t>(rows);
    found.latest = std::max(found.latest, next - 1);
    found.outside |= next - 1 > last_month;
    found.rows += count;
    found.free_rows += level == 0 ? count : 0;
    found.future_rows += std::max<std::int64_t>(next - std::max(as_of_, when), 0);
  }

  Sink& sink_;
  const RowAt& row_;
  std::int64_t as_of_;
  std::size_t begin_;                       // of the run at hand
  std::uint32_t account_ = 0;
  std::int64_t when_ = 0;                   // its first month
  std::uint64_t level_ = 0;
  typename Sink::account_at at_;
  row_findings found_;
};

}  // namespace sojourn::detail
