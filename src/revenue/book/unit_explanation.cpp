#include "sojourn/revenue/book/unit_explanation.hpp"

#include <algorithm>

#include "revenue/book/held_pieces.hpp"
#include "revenue/book/joined_steps.hpp"
#include "revenue/book/standing_facts.hpp"
#include "sojourn/revenue/account_history.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/revenue_state.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::account_history;
using detail::transfer;

/// Appends the changes of a customer one by one.
class change_writer {
 public:
  explicit change_writer(std::vector<unit_change>& to) : to_(to) {}

  void write(const account_history& from, const mrr_step& step, const transfer& moved, std::int32_t max_gap) {
    level_ = from.level, when_ = step.when;
    if (moved.in != 0) add(unit_change_kind::transfer_in, level_ + static_cast<std::int64_t>(moved.in));
    if (moved.out != 0) add(unit_change_kind::transfer_out, level_ - static_cast<std::int64_t>(moved.out));
    const std::int64_t after = step.level.ticks();
    const bool joins = !from.present && step.present() && !moved.arrives;
    const bool leaves = from.present && !step.present() && !moved.leaves;
    if (joins)
      add(from.is_new(step.when, max_gap) ? unit_change_kind::new_business : unit_change_kind::reactivation, after);
    else if (leaves)
      add(unit_change_kind::churn, after);
    else if (after != level_)
      add(after > level_ ? unit_change_kind::expansion : unit_change_kind::contraction, after);
  }

 private:
  void add(unit_change_kind kind, std::int64_t after) {
    to_.push_back({when_, kind, mrr::from_ticks(level_), mrr::from_ticks(after)});
    level_ = after;
  }
  std::vector<unit_change>& to_;
  std::int64_t level_ = 0;
  day when_;
};

}  // namespace

unit_explanation explain_customer(const book& of, const reading& how, account who, day from, day to) {
  detail::require_units(how);
  if (to <= from) throw schema_error("explain: the span from " + to_string(from) + " to " + to_string(to) + " is empty");
  const account_explanation plain = explain(how.ledger, who, from, to, how.under.policy);
  unit_explanation found{plain.opening, plain.closing, {}, plain.rows};
  return with_keys(*how.ledger.keys, [&] {
    const detail::held_pieces pieces = pieces_of(detail::book_access::of(of), how);
    std::vector<std::uint32_t> mine;
    for (std::uint32_t piece = 0; piece < pieces.size(); ++piece) {
      if (pieces.holder[piece] == who.index) mine.push_back(piece);
    }
    const detail::period_finder finder(period_grid::between(month::of(from), month::of(day{to.since_epoch - 1})));
    const auto transfers = find_transfers(pieces, pieces.holder, finder, false);
    const auto moved_on = [&](day when) {
      const auto one = std::find_if(transfers.begin(), transfers.end(), [&](const transfer& t) {
        return t.customer == who.index && t.when == when.since_epoch;
      });
      return one == transfers.end() ? transfer{} : *one;
    };
    detail::joined_steps joined;
    account_history past;
    change_writer changes(found.changes);
    day written = earliest_day;
    for (const mrr_step& step : joined.of(pieces, mine)) {
      if (step.when >= to) break;
      const bool again = step.when == written;  // what was transferred on a day stands with its first change
      if (step.when >= from)
        changes.write(past, step, again ? transfer{} : moved_on(step.when), how.under.policy.reactivation_max_gap);
      written = step.when;
      past.follow(step);
    }
    return found;
  });
}

}  // namespace sojourn::inline v0_1
