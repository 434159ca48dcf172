#include "sojourn/revenue/snapshot_stream.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "revenue/snapshot_tally/month_sums.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

template <class T>
column<T> rows_between(const column<T>& all, std::size_t begin, std::size_t end) {
  const auto name = all.name();
  return column<T>(all.values().subspan(begin, end - begin), all.validity(), all.bit_offset() + begin, name);
}

snapshots_by_id batch_rows(const snapshots_by_id& all, std::size_t begin, std::size_t end) {
  return {rows_between(all.id, begin, end), rows_between(all.month, begin, end), rows_between(all.amount, begin, end),
          all.ticks_per_unit};
}

void require_ascending(const column<std::int64_t>& ids, std::size_t first_row, std::optional<std::int64_t> before) {
  const auto values = ids.values();
  std::size_t row = 0;
  if (!before || *before <= values.front()) {
    row = static_cast<std::size_t>(std::ranges::is_sorted_until(values) - values.begin());
    if (row == values.size()) return;
    before = values[row - 1];
  }
  throw data_error({ids.name_or("account"), first_row + row, std::to_string(values[row]),
                    "is less than the account before it, " + std::to_string(*before),
                    "give the batches in order of account; snapshots of one table may come in any order"});
}

}  // namespace

snapshot_stream::snapshot_stream(const period_grid& grid, month as_of, const revenue_policy& policy)
    : grid_(grid), as_of_(as_of), policy_(policy), finished_(tally(snapshots_by_id{}, 0, any_executor())) {}

void snapshot_stream::add_batch(const snapshots_by_id& batch, const any_executor& host) {
  require_same_length(batch.id, "account", batch.month, "month");
  require_same_length(batch.id, "account", batch.amount, "mrr");
  if (ticks_per_unit_ != 0 && batch.ticks_per_unit != ticks_per_unit_)
    throw schema_error("snapshot_stream: the amounts of this batch are in another unit than those before");
  const std::size_t rows = batch.id.size();
  if (rows == 0) return;
  require_ascending(batch.id, rows_, open_.id);
  const auto ids = batch.id.values();

  open_account before = open_;
  const auto other = std::ranges::find_if(ids, [&before](std::int64_t id) { return id != before.id; });
  const auto begin = static_cast<std::size_t>(other - ids.begin());
  append(before, batch, 0, begin);
  if (begin == rows) {
    require_no_more_than_months(before, rows_ + rows);
    open_ = std::move(before);
  } else {
    const auto last = std::ranges::lower_bound(ids.subspan(begin), ids.back());
    const std::size_t end = begin + static_cast<std::size_t>(last - ids.subspan(begin).begin());
    open_account after{ids.back(), {}, {}};
    append(after, batch, end, rows);
    require_no_more_than_months(after, rows_ + rows);
    snapshot_state closed = tally(before, rows_ + begin, host);
    closed += tally(batch_rows(batch, begin, end), rows_ + begin, host);
    finished_ += closed;
    open_ = std::move(after);
  }
  ticks_per_unit_ = batch.ticks_per_unit;
  rows_ += rows;
}

snapshot_state snapshot_stream::state_so_far(const any_executor& host) const {
  snapshot_state all = finished_;
  all += tally(open_, rows_, host);
  return all;
}

snapshot_state snapshot_stream::tally(const snapshots_by_id& rows, std::size_t first_row, const any_executor& host) const {
  try {
    return detail::tally_snapshots(rows, grid_, as_of_, policy_, host);
  } catch (const data_error& error) {
    problem where = error.where();
    where.row += first_row;
    throw data_error(std::move(where));
  }
}

snapshot_state snapshot_stream::tally(const open_account& account, std::size_t rows_after, const any_executor& host) const {
  const std::vector<std::int64_t> ids(account.months.size(), account.id.value_or(0));
  const snapshots_by_id rows{ids, account.months, account.amounts,
                             ticks_per_unit_ == 0 ? mrr::ticks_per_minor : ticks_per_unit_};
  return tally(rows, rows_after - ids.size(), host);
}

/// More rows than there are months: one is there twice, or is no month, which the tally says. So an account stays small.
void snapshot_stream::require_no_more_than_months(const open_account& account, std::size_t rows_after) const {
  if (account.months.size() > detail::month_places) static_cast<void>(tally(account, rows_after, any_executor()));
}

void snapshot_stream::append(open_account& account, const snapshots_by_id& batch, std::size_t begin, std::size_t end) const {
  const snapshots_by_id part = batch_rows(batch, begin, end);
  for (std::size_t row = 0; row < part.id.size(); ++row) {
    // A missing cell is an error, in the words of the tally.
    if (!part.id.present(row) || !part.month.present(row) || !part.amount.present(row))
      static_cast<void>(tally(part, rows_ + begin, any_executor()));
  }
  account.months.insert(account.months.end(), part.month.values().begin(), part.month.values().end());
  account.amounts.insert(account.amounts.end(), part.amount.values().begin(), part.amount.values().end());
}

}  // namespace sojourn::inline v0_1
