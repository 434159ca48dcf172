#include "revenue/sources/refunds.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "revenue/sources/row_checks.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

constexpr std::int32_t open_end = std::numeric_limits<std::int32_t>::max();

/// What one customer pays, swept from change to change while refunds run.
class customer_sweep {
 public:
  customer_sweep(const mrr_rows& rows, account_presence at_zero, bool mark_causes, mrr_rows& out)
      : rows_(rows), at_zero_(at_zero), mark_causes_(mark_causes), out_(out) {}

  void take(const std::vector<std::size_t>& lines, const std::vector<const refund*>& refunds) {
    std::map<std::int32_t, change> changes;
    for (const std::size_t at : lines) {
      if (rows_.start[at] == end_of(at)) {
        copy(at);
        continue;
      }
      changes[rows_.start[at]].starts.push_back(at);
      if (end_of(at) != open_end) changes[end_of(at)].ends.push_back(at);
    }
    for (const refund* one : refunds) {
      changes[one->from].begins.push_back(one);
      changes[one->to].stops.push_back(one);
    }
    for (const auto& [when, what] : changes) apply(when, what);
    for (const auto& [at, now] : in_force_) write(at, now, open_end);
    for (const refund* one : refunds) {
      out_.add(one->who, one->from, one->to, true, 0, one->row);
      out_.counts.clamped += clamped_[one] ? 1 : 0;
    }
  }

 private:
  struct change {
    std::vector<std::size_t> starts, ends;
    std::vector<const refund*> begins, stops;
  };
  struct standing {
    std::int64_t ticks;
    bool over = false;  // a proration ended it
    friend bool operator==(const standing&, const standing&) = default;
  };
  struct piece {
    std::int32_t from;
    standing now;
    bool cut = false;  // it goes on from another piece of its row
    change_cause began = change_cause::unknown;
  };

  [[nodiscard]] std::int32_t end_of(std::size_t at) const { return has_end(rows_, at) ? rows_.end[at] : open_end; }
  void copy(std::size_t at) { write(at, {rows_.start[at], {rows_.amount[at]}}, end_of(at)); }
  /// `cut` is why, where another piece of the row goes on.
  void write(std::size_t at, const piece& p, std::int32_t to, std::optional<change_cause> cut = std::nullopt) {
    const bool known = to != open_end;
    row_marks marks = rows_.marks_of(at);
    if (p.cut) marks.began = p.began;
    if (cut) marks.ended = *cut;
    if (p.now.ticks == 0 && rows_.amount[at] != 0) marks.kept = at_zero_;
    if (p.now.over) marks.kept = account_presence::absent;
    out_.add(rows_.account[at], p.from, known ? to : 0, known, p.now.ticks, rows_.source[at], marks);
  }

  void apply(std::int32_t when, const change& what) {
    const bool ran = !running_.empty();
    for (const std::size_t at : what.ends) {
      write(at, in_force_.at(at), when);
      in_force_.erase(at);
    }
    for (const std::size_t at : what.starts) in_force_.emplace(at, piece{when, {rows_.amount[at]}});
    for (const refund* one : what.stops) running_.erase(one->row);
    for (const refund* one : what.begins) running_.emplace(one->row, one);
    if (ran || !running_.empty()) share_out(when, cause_of(what));
  }

  [[nodiscard]] change_cause cause_of(const change& what) const {
    const auto refunds = [](const refund* one) { return !one->proration; };
    const bool only = std::all_of(what.begins.begin(), what.begins.end(), refunds) &&
                      std::all_of(what.stops.begin(), what.stops.end(), refunds);
    const bool any = !what.begins.empty() || !what.stops.empty();
    return mark_causes_ && any && only ? change_cause::refund : change_cause::unknown;
  }

  void share_out(std::int32_t when, change_cause why) {
    std::map<std::size_t, standing> levels;
    for (const auto& [at, now] : in_force_) levels[at] = {rows_.amount[at]};
    for (const auto& [row, one] : running_) {
      if (take_off(*one, levels) > 0) clamped_[one] = true;
    }
    for (auto& [at, now] : in_force_) {
      const standing level = levels.at(at);
      if (level == now.now) continue;
      if (now.from != when)
        write(at, now, when, why), now = {when, level, true, why};
      else
        now.now = level;
    }
  }

  /// Takes a refund off the levels; the rest finds nothing to be taken off from.
  std::int64_t take_off(const refund& one, std::map<std::size_t, standing>& levels) const {
    std::int64_t left = one.ticks;
    const auto take = [&](standing& level) {
      const std::int64_t taken = std::min(left, level.ticks);
      level.ticks -= taken;
      left -= taken;
      level.over = level.over || (one.proration && taken > 0 && level.ticks == 0);
    };
    for (auto& [at, level] : levels) {
      if (!one.credited || rows_.source[at] != *one.credited) continue;
      if (one.ends_it) level = {0, true}, left = 0;
      take(level);
    }
    for (auto& [at, level] : levels) take(level);
    return left;
  }

  const mrr_rows& rows_;
  account_presence at_zero_;
  bool mark_causes_;
  mrr_rows& out_;
  std::map<std::size_t, piece> in_force_;
  std::map<std::uint32_t, const refund*> running_;
  std::map<const refund*, bool> clamped_;
};

}  // namespace

void take_refunds(mrr_rows& rows, const std::vector<refund>& refunds, account_presence at_zero, bool mark_causes) {
  if (refunds.empty()) return;
  struct customer {
    std::vector<std::size_t> lines;
    std::vector<const refund*> refunds;
  };
  std::map<std::uint32_t, customer> customers;
  for (const refund& one : refunds) customers[one.who].refunds.push_back(&one);
  mrr_rows out;
  out.ticks_per_unit = rows.ticks_per_unit, out.accounts = rows.accounts, out.counts = rows.counts;
  for (std::size_t at = 0; at < rows.account.size(); ++at) {
    const auto found = customers.find(rows.account[at]);
    if (found != customers.end()) {
      found->second.lines.push_back(at);
    } else {
      out.add(rows.account[at], rows.start[at], rows.end[at], has_end(rows, at), rows.amount[at], rows.source[at],
              rows.marks_of(at));
    }
  }
  for (const auto& [who, one] : customers) customer_sweep(rows, at_zero, mark_causes, out).take(one.lines, one.refunds);
  rows = std::move(out);
}

}  // namespace sojourn::inline v0_1::detail
