#include "sojourn/revenue/parts/segments.hpp"

#include <limits>
#include <string>

namespace sojourn::inline v0_1 {
namespace {

constexpr std::uint32_t no_segment = std::numeric_limits<std::uint32_t>::max();

struct choice {
  std::int64_t since = 0;
  std::uint32_t label = no_segment;
  bool several = false;
};

// Whether a label of `since` takes the place of the one chosen so far.
bool prevails(std::int64_t since, std::uint32_t label, const choice& now, segment_options options) {
  if (now.label == no_segment) return true;
  if (since == now.since) return label > now.label;
  if (options.rule == segment_rule::first) return since < now.since;
  if (options.rule == segment_rule::last) return since > now.since;
  const std::int64_t opening = options.opening->since_epoch;
  // Who holds before the opening prevails over who comes later; of the former the latest, of the latter the earliest.
  const bool held = since < opening;
  const bool now_held = now.since < opening;
  return held != now_held ? held : held ? since > now.since : since < now.since;
}

void check_segments(const account_labels& rows, const segment_options& options) {
  if (options.rule == segment_rule::opening && !options.opening) {
    throw schema_error(
        "segments by the label of the opening need its day: set segment_options::opening to the first day of the period, "
        "or take the rule last or first");
  }
  require_same_length(rows.account, "account", rows.label, "segment");
  if (!rows.since.empty()) require_same_length(rows.account, "account", rows.since, "start");
}

}  // namespace

std::span<const account> segmentation::accounts_of(std::size_t segment) const {
  const std::size_t first = segment == 0 ? 0 : ends_.at(segment - 1);
  return std::span(accounts_).subspan(first, ends_.at(segment) - first);
}

segmentation segment_accounts(const account_labels& rows, std::size_t accounts, std::size_t labels,
                              segment_options options) {
  check_segments(rows, options);
  segmentation by;
  std::vector<choice> chosen(accounts);
  by.rows = static_cast<std::int64_t>(rows.account.size());
  for (std::size_t row = 0; row < rows.account.size(); ++row) {
    if (!rows.account.present(row)) {
      throw data_error({rows.account.name_or("account"), row, "missing", "every row belongs to an account",
                        "name the account, or leave the row out"});
    }
    if (!rows.label.present(row)) {
      ++by.rows_without_label;
      continue;
    }
    const std::uint32_t label = rows.label[row];
    if (label >= labels) {
      throw data_error({rows.label.name_or("segment"), row, std::to_string(label),
                        "a segment is a code below " + std::to_string(labels), ""});
    }
    if (rows.account[row] >= accounts) {
      ++by.rows_of_others;
      continue;
    }
    choice& now = chosen[rows.account[row]];
    const std::int64_t since = !rows.since.empty() && rows.since.present(row) ? rows.since[row] : INT64_MIN;
    now.several = now.several || (now.label != no_segment && now.label != label);
    if (prevails(since, label, now, options)) now.since = since, now.label = label;
  }

  by.labels_ = labels;
  by.ends_.assign(labels + 1, 0);
  const auto segment = [&](std::size_t who) { return chosen[who].label == no_segment ? labels : chosen[who].label; };
  for (std::size_t who = 0; who < accounts; ++who) {
    ++by.ends_[segment(who)];
    by.accounts_with_several += chosen[who].several ? 1 : 0;
  }
  by.accounts_without_label = static_cast<std::int64_t>(by.ends_[labels]);
  std::vector<std::size_t> next(labels + 1);
  for (std::size_t s = 1; s <= labels; ++s) {
    next[s] = by.ends_[s - 1];
    by.ends_[s] += by.ends_[s - 1];
  }
  by.accounts_.resize(accounts);
  for (std::size_t who = 0; who < accounts; ++who) {
    by.accounts_[next[segment(who)]++] = account{static_cast<std::uint32_t>(who)};
  }
  return by;
}

namespace detail {

std::vector<revenue_state> tally_revenue_by(const ledger& book, const segmentation& by, const period_grid& grid,
                                            const revenue_policy& policy, const any_executor& host) {
  std::vector<revenue_state> states;
  states.reserve(by.segments());
  for (std::size_t s = 0; s < by.segments(); ++s) {
    states.push_back(tally_revenue(book, by.accounts_of(s), grid, policy, any_executor(host)));
  }
  return states;
}

std::vector<cohort_state> tally_cohorts_by(const ledger& book, const segmentation& by, const period_grid& grid,
                                           cohort_rules rules, const any_executor& host) {
  std::vector<cohort_state> states;
  states.reserve(by.segments());
  for (std::size_t s = 0; s < by.segments(); ++s) {
    states.push_back(tally_cohorts(book, by.accounts_of(s), grid, rules, any_executor(host)));
  }
  return states;
}

std::vector<retention_state> tally_retention_by(const ledger& book, const segmentation& by, day from, day to,
                                                const any_executor& host) {
  std::vector<retention_state> states;
  states.reserve(by.segments());
  for (std::size_t s = 0; s < by.segments(); ++s) {
    states.push_back(tally_retention(book, by.accounts_of(s), from, to, any_executor(host)));
  }
  return states;
}

std::vector<currency_revenue_state> tally_revenue_by(const keyed_ledger& book, const segmentation& by,
                                                     const period_grid& grid, const revenue_policy& policy,
                                                     const any_executor& host) {
  std::vector<currency_revenue_state> states;
  states.reserve(by.segments());
  for (std::size_t s = 0; s < by.segments(); ++s) {
    states.push_back(tally_revenue(book, by.accounts_of(s), grid, policy, host));
  }
  return states;
}

std::vector<cohort_state> tally_cohorts_by(const keyed_ledger& book, const segmentation& by, const period_grid& grid,
                                           cohort_rules rules, const any_executor& host) {
  if (grid.count <= 0) throw schema_error("tally_cohorts: a grid needs at least one period");
  return ask_cohorts(book, grid.end(grid.count - 1), rules.age_in == cohort_index::tenure_days,
                     [&](const ledger& one) { return tally_cohorts_by(one, by, grid, rules, host); });
}

std::vector<retention_state> tally_retention_by(const keyed_ledger& book, const segmentation& by, day from, day to,
                                                const any_executor& host) {
  return ask_window(book, from, to, [&](const ledger& one) { return tally_retention_by(one, by, from, to, host); });
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
