#include "revenue/sources/usage_facts.hpp"

#include <algorithm>
#include <string>

#include "revenue/ledger/cell_checks.hpp"
#include "revenue/ledger/rows.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

void require_in_calendar(const column<std::int32_t>& where, const char* name, std::size_t row) {
  require_day(where[row] >= earliest_day.since_epoch && where[row] <= latest_day.since_epoch, where, name, row,
              "a date lies in 1900-01-01 .. 2199-12-31", "check the unit of the column");
}

std::int32_t end_of_usage(const usage_lines& t, std::size_t row, usage_kind kind) {
  if (!holds(t.end, row)) {
    require_day(kind != usage_kind::prepaid, t.end, "end", row, "a prepaid commitment has an end",
                "state the day after its last one, or call it a minimum if it is an amount a month");
    return kind == usage_kind::minimum ? runs_on : t.start[row] + 1;
  }
  require_in_calendar(t.end, "end", row);
  require_day(t.end[row] > t.start[row], t.end, "end", row, "usage ends after it starts",
              "the end is the day after its last day");
  const bool one_month = month::of(day{t.start[row]}) == month::of(day{t.end[row] - 1});
  require_day(kind != usage_kind::consumption || one_month, t.end, "end", row,
              "a record of consumption lies within one calendar month", "give a row for each month or day");
  return t.end[row];
}

}  // namespace

std::vector<usage_fact> usage_facts_of(const usage_lines& t, std::size_t universe) {
  require_same_length(t.account, "account", t.start, "start");
  require_same_length(t.account, "account", t.amount, "amount");
  require_length(t.account, t.kind, "kind");
  require_length(t.account, t.end, "end");
  require_length(t.account, t.subscription, "subscription");
  std::vector<usage_fact> facts(t.account.size());
  for (std::size_t row = 0; row < facts.size(); ++row) {
    usage_fact& fact = facts[row];
    require(t.account.present(row), t.account, "account", row, "every row belongs to an account",
            "name the account, or leave the row out");
    require(t.account[row] < universe, t.account, "account", row,
            ("an account index lies below " + std::to_string(universe)).c_str());
    require_day(t.start.present(row), t.start, "start", row, "usage has a first day",
                "state the day on which it was consumed, or on which the term starts");
    require_in_calendar(t.start, "start", row);
    const auto kind = value_or(t.kind, row, std::uint8_t{0});
    require(kind <= static_cast<std::uint8_t>(usage_kind::prepaid), t.kind, "kind", row,
            "usage is consumption, minimum or prepaid", "leave the cell empty for consumption");
    require(t.amount.present(row), t.amount, "amount", row, "every row has an amount", "write 0 where nothing was consumed");
    require(t.amount[row] >= 0, t.amount, "amount", row, "what is consumed or committed is never negative",
            "take the row that was wrong out, and give the right one");
    require(t.amount[row] <= INT64_MAX / mrr::ticks_per_minor, t.amount, "amount", row,
            "an amount lies below 5.5e13 minor units", "check the unit of the column");
    fact.kind = static_cast<usage_kind>(kind);
    fact.account = t.account[row];
    if (holds(t.subscription, row)) fact.subscription = t.subscription[row];
    fact.start = t.start[row];
    fact.end = end_of_usage(t, row, fact.kind);
    fact.amount = t.amount[row];
  }
  return facts;
}

std::optional<day> day_after_usage(const std::vector<usage_fact>& facts, const as_of_day& asked) {
  if (asked.named() || facts.empty()) return asked.named();
  std::optional<std::int32_t> consumed;
  std::int32_t last_start = earliest_day.since_epoch - 1, latest = last_start;
  for (const usage_fact& one : facts) {
    last_start = std::max(last_start, one.start);
    const bool metered = one.kind == usage_kind::consumption;
    if (metered) consumed = std::max(consumed.value_or(one.end), one.end);
    latest = std::max(latest, metered || one.end == runs_on ? one.start : one.end);
  }
  const day after_latest = first_unknown_day(asked, day{last_start}, day{latest});
  return consumed ? day{*consumed} : after_latest;
}

}  // namespace sojourn::inline v0_1::detail
