#include "sojourn/revenue/renewal.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "sojourn/input/read_days.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr std::int64_t most_value = INT64_MAX / mrr::ticks_per_minor;

template <class T>
void require_contract(bool holds, const column<T>& where, const char* name, std::size_t row, const char* rule,
                      const char* advice) {
  if (holds) return;
  throw data_error({where.name_or(name), row, where.present(row) ? std::to_string(where[row]) : "missing", rule, advice});
}

bool in_calendar(std::int32_t d) {
  return d >= earliest_day.since_epoch && d <= latest_day.since_epoch;
}

void check_contract(const contracts& c, std::size_t row) {
  require_contract(c.account.present(row), c.account, "account", row, "every contract belongs to an account",
                   "name the account, or leave the row out");
  require_contract(c.term_end.present(row) && in_calendar(c.term_end[row]), c.term_end, "term_end", row,
                   "a term ends in 1900-01-01 .. 2199-12-31",
                   "give the day after the last day of the term, or leave the row out");
  require_contract(c.value.present(row) && c.value[row] > 0 && c.value[row] <= most_value, c.value, "value", row,
                   "a contract has a value of 1 .. 5.5e13 minor units",
                   "leave free contracts out, and check the unit of the column");
  if (!c.renewed_on.present(row)) return;
  require_contract(in_calendar(c.renewed_on[row]), c.renewed_on, "renewed_on", row,
                   "a date lies in 1900-01-01 .. 2199-12-31",
                   "check the unit of the column; leave it missing where nothing was renewed");
  require_contract(c.renewed_value.present(row) && c.renewed_value[row] >= 0 && c.renewed_value[row] <= most_value,
                   c.renewed_value, "renewed_value", row, "a renewal has a value of 0 .. 5.5e13 minor units",
                   "give its value a year, or leave the day of renewal missing too");
}

void check_contracts(const contracts& c, renewal_window window, const renewal_options& options) {
  require_same_length(c.account, "account", c.term_end, "term_end");
  require_same_length(c.account, "account", c.value, "value");
  require_same_length(c.account, "account", c.renewed_on, "renewed_on");
  require_same_length(c.account, "account", c.renewed_value, "renewed_value");
  if (window.to <= window.from)
    throw schema_error("renewals: the window " + to_string(window.from) + " .. " + to_string(window.to) + " is empty");
  if (options.grace_days < 0) throw schema_error("renewals: grace_days is never negative");
  if (options.as_of.named()) (void)require_usual_day(*options.as_of.named(), "as_of");
  for (std::size_t row = 0; row < c.account.size(); ++row) check_contract(c, row);
}

void require_as_of(const contracts& c, std::size_t row, const renewal_options& options) {
  if (options.as_of.named() || options.as_of.is_after_latest_date() || c.renewed_on.present(row)) return;
  throw as_of_not_named("renewals: as_of is not named, and the contract in row " + std::to_string(row) +
                        " has no renewal: whether its grace days are over the rows do not say; name as_of, the first day "
                        "that is not known, or as_of_day::after_latest_date() where all of them are over");
}

// What one contract came to, or a sum of contracts.
struct outcome {
  bool pending = false;
  detail::int128 before = 0;  // minor units a year
  detail::int128 after = 0;

  void add(const outcome& o) {
    pending = pending || o.pending;
    before += o.before, after += o.after;
  }
};

outcome classify(const contracts& c, std::size_t row, const renewal_options& options, renewal_state& state) {
  const std::int32_t end = c.term_end[row];
  const std::int32_t last_day = end + options.grace_days;
  const std::int32_t horizon = options.as_of.named() ? options.as_of.named()->since_epoch : INT32_MAX;
  const bool known = c.renewed_on.present(row) && c.renewed_on[row] < horizon;
  ++state.contracts_due;
  if (known && c.renewed_on[row] <= last_day && c.renewed_value[row] > 0) {
    ++(c.renewed_on[row] < end ? state.early : c.renewed_on[row] == end ? state.on_time : state.late);
    return {false, c.value[row], c.renewed_value[row]};
  }
  if (!known && last_day >= horizon && options.open == renewal_open::exclude) {
    ++state.pending;
    return {true, c.value[row], 0};
  }
  ++state.lost;
  if (known && c.renewed_on[row] > last_day) ++state.returned_after_grace;
  return {false, c.value[row], 0};
}

std::int64_t to_ticks(detail::int128 minor) {
  if (minor > most_value) throw overflow_error("renewals: one account has more than 5.5e13 minor units a year");
  return static_cast<std::int64_t>(minor) * mrr::ticks_per_minor;
}

void count_outcome(const outcome& unit, renewal_state& state) {
  if (unit.pending) {
    ++state.units_pending;
    state.value_pending += unit.before * mrr::ticks_per_minor;
    return;
  }
  state.decided.add(to_ticks(unit.before), to_ticks(unit.after));
}

}  // namespace

renewal_state tally_renewals(const contracts& c, renewal_window window, const renewal_options& options) {
  check_contracts(c, window, options);
  renewal_state state;
  std::vector<std::pair<std::uint32_t, outcome>> due;
  for (std::size_t row = 0; row < c.account.size(); ++row) {
    if (c.term_end[row] < window.from.since_epoch || c.term_end[row] >= window.to.since_epoch) continue;
    require_as_of(c, row, options);
    due.emplace_back(c.account[row], classify(c, row, options, state));
  }
  if (options.unit == renewal_unit::account) {
    std::sort(due.begin(), due.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  }
  for (std::size_t i = 0; i < due.size();) {
    outcome unit = due[i].second;
    std::size_t next = i + 1;
    for (; options.unit == renewal_unit::account && next < due.size() && due[next].first == due[i].first; ++next) {
      unit.add(due[next].second);
    }
    count_outcome(unit, state);
    i = next;
  }
  return state;
}

estimate logo_renewal(const renewal_state& state, confidence_level level) {
  return logo_retention(state.decided, {.level = level}).as(logo_renewal_label);
}
estimate gross_dollar_renewal(const renewal_state& state, confidence_level level) {
  return grr(state.decided, {.level = level}).as(gross_dollar_renewal_label);
}
estimate net_dollar_renewal(const renewal_state& state, confidence_level level) {
  return nrr(state.decided, {.level = level}).as(net_dollar_renewal_label);
}

}  // namespace sojourn::inline v0_1
