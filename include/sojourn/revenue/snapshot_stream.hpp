// Movements and cohorts of month snapshots that come in batches, in memory that does not grow with them.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <vector>

#include "sojourn/exec/any_executor.hpp"
#include "sojourn/input/snapshots.hpp"
#include "sojourn/revenue/policy.hpp"
#include "sojourn/revenue/snapshot_tally.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Month snapshots, batch after batch, as a reader of files gives them. Accounts come in ascending order of their ids over
/// all batches, the months of an account in any order; an account may go on in the next batch. What is held between batches
/// is the state and the rows of the last account.
///
/// `add` throws what `tally_snapshots` throws, with rows counted over all batches, and `data_error` for an account that is
/// less than the one before it. Then the stream is what it was before the batch.
class snapshot_stream {
 public:
  /// `as_of`: the first month that is not known. It has to be given, because only the end of a stream tells its latest
  /// month.
  snapshot_stream(const period_grid& grid, month as_of, const revenue_policy& policy = {});

  template <executor E = serial_executor>
  void add(const snapshots_by_id& batch, E&& host = {}) {
    add_batch(batch, any_executor(host));
  }
  /// Of the rows so far: `tally_snapshots` of all of them at once.
  template <executor E = serial_executor>
  [[nodiscard]] snapshot_state state(E&& host = {}) const {
    return state_so_far(any_executor(host));
  }
  /// Rows so far.
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }

 private:
  /// The rows of one account that may go on.
  struct open_account {
    std::optional<std::int64_t> id;
    std::vector<std::int32_t> months;
    std::vector<std::int64_t> amounts;
  };

  void add_batch(const snapshots_by_id& batch, const any_executor& host);
  [[nodiscard]] snapshot_state state_so_far(const any_executor& host) const;
  [[nodiscard]] snapshot_state tally(const snapshots_by_id& rows, std::size_t first_row, const any_executor& host) const;
  [[nodiscard]] snapshot_state tally(const open_account& account, std::size_t rows_after, const any_executor& host) const;
  void require_no_more_than_months(const open_account& account, std::size_t rows_after) const;
  void append(open_account& account, const snapshots_by_id& batch, std::size_t begin, std::size_t end) const;

  period_grid grid_;
  month as_of_;
  revenue_policy policy_;
  std::int64_t ticks_per_unit_ = 0;  ///< of the first batch; 0 before it
  std::size_t rows_ = 0;
  snapshot_state finished_;  ///< of the accounts before the open one
  open_account open_;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
