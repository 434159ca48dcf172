// From rows in order of account and month to changes of MRR. Only rows where something changes are looked at, and whatever a
// row can be wrong in is seen there: a row that is passed over repeats one that was looked at, a month later.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "revenue/snapshot_tally/month_sums.hpp"

namespace sojourn::inline v0_1::detail {

/// A month beyond every table: nothing is in the future.
inline constexpr std::int64_t no_month = INT64_MAX;

struct snapshot_row {
  std::uint32_t account;
  std::int32_t when;
  std::int64_t amount;
};

/// What a pass finds out about its rows.
struct row_findings {
  std::int64_t earliest = last_month;  ///< month
  std::int64_t latest = first_month - 1;
  std::uint32_t highest = 0;  ///< account, if nothing falls
  std::uint64_t largest = 0;  ///< amount; a negative one is very large
  bool falls = false;         ///< not in order
  std::int64_t rows = 0;
  std::int64_t free_rows = 0;
  std::int64_t future_rows = 0;

  void add(const row_findings& other) {
    earliest = std::min(earliest, other.earliest);
    latest = std::max(latest, other.latest);
    highest = std::max(highest, other.highest);
    largest = std::max(largest, other.largest);
    falls |= other.falls;
    rows += other.rows, free_rows += other.free_rows, future_rows += other.future_rows;
  }
  [[nodiscard]] bool outside() const noexcept { return earliest < first_month || latest > last_month; }
};

/// Reads the rows [first, last), which hold whole accounts. `row(i)` is row i.
template <class Sink, class RowAt>
class row_changes {
 public:
  row_changes(Sink& sink, const RowAt& row, std::size_t first, std::int64_t as_of)
      : sink_(sink), row_(row), as_of_(as_of), first_(first), run_{first, key_of(row(first)), 0}, at_(sink.start()) {}

  /// The rows base + places[i], ascending from call to call: all that do not just repeat the one before.
  void take(std::size_t base, const std::uint32_t* places, std::size_t count) {
    // In registers while they run.
    typename Sink::account_at at = at_;
    row_findings found = found_;
    run here = run_;
    std::uint64_t fell = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t place = base + places[i];
      const snapshot_row now = row_(place);
      const auto amount = static_cast<std::uint64_t>(now.amount);
      const std::uint64_t key = key_of(now);
      const std::uint64_t next = here.key + (place - here.first);
      const bool same = (key ^ next) >> 32 == 0;
      const std::uint64_t follows = 0 - static_cast<std::uint64_t>(key == next);
      fell |= static_cast<std::uint64_t>(key < next);
      found.earliest = std::min<std::int64_t>(found.earliest, now.when);
      found.largest = std::max(found.largest, amount);
      end_run(found, here, place);
      // Where the run does not go on it ends with no MRR in the month after it, and what comes now begins with none.
      sink_.leave(at, month_of(next), here.level & ~follows);
      sink_.next(at, same);
      sink_.change(at, now.when, here.level & follows, amount);
      here = {place, key, amount};
    }
    found.falls |= fell != 0;
    at_ = at, found_ = found, run_ = here;
  }

  [[nodiscard]] const row_findings& found() const noexcept { return found_; }

  /// The last row of an account: without one for the next month it has churned, if that month is known.
  row_findings close(std::size_t last) {
    end_run(found_, run_, last);
    sink_.leave(at_, month_of(run_.key + (last - run_.first)), run_.level);
    sink_.stop(at_);
    found_.highest = static_cast<std::uint32_t>(run_.key >> 32);
    found_.rows = static_cast<std::int64_t>(last - first_);
    return found_;
  }

 private:
  /// Account and month in one number: one more is the next month.
  static std::uint64_t key_of(const snapshot_row& row) noexcept {
    return std::uint64_t{row.account} << 32 | (static_cast<std::uint32_t>(row.when) ^ 0x8000'0000u);
  }
  static std::int64_t month_of(std::uint64_t key) noexcept {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(key) ^ 0x8000'0000u);
  }

  /// Rows of one level, a month apart.
  struct run {
    std::size_t first;
    std::uint64_t key;  ///< of the first
    std::uint64_t level;
  };

  void end_run(row_findings& found, const run& ended, std::size_t end) const {
    const auto count = static_cast<std::int64_t>(end - ended.first);
    const std::int64_t when = month_of(ended.key);
    found.latest = std::max(found.latest, when + count - 1);
    found.free_rows += ended.level == 0 ? count : 0;
    if (as_of_ != no_month) found.future_rows += std::max<std::int64_t>(when + count - std::max(as_of_, when), 0);
  }

  Sink& sink_;
  const RowAt& row_;
  std::int64_t as_of_;
  std::size_t first_;
  run run_;
  typename Sink::account_at at_;
  row_findings found_;
};

}  // namespace sojourn::inline v0_1::detail
