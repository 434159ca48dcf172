#include "revenue/snapshot_tally/snapshot_rows.hpp"
#include "revenue/cohort_count.hpp"

#include <string>
#include <vector>

namespace sojourn::inline v0_1::detail {

snapshot_state snapshot_question::empty_state(month known_until) const {
  return {{grid, known_until.first_day(), policy, std::vector<revenue_period>(static_cast<std::size_t>(grid.count))},
          empty_cohorts(grid, known_until.first_day())};
}

std::string snapshot_question::name_of(std::uint32_t account_number) const {
  if (keys != nullptr) return keys->key(account{account_number});
  return id.empty() ? std::to_string(account_number) : std::to_string(static_cast<std::int64_t>(lowest_id + account_number));
}

std::optional<problem> row_problem(const snapshot_question& asked, std::size_t row) {
  const snapshots& table = asked.table;
  const auto broken = [&](const auto& where, const char* name, const std::string& value, const std::string& rule,
                          const char* advice) { return problem{where.name_or(name), row, value, rule, advice}; };
  constexpr const char* owned = "every row belongs to an account";
  constexpr const char* name_it = "name the account, or leave the row out";
  constexpr const char* check_unit = "check the unit of the column";
  if (!asked.id.empty() && !asked.id.present(row)) return broken(asked.id, "account", "missing", owned, name_it);
  if (asked.id.empty() && !table.account.present(row)) return broken(table.account, "account", "missing", owned, name_it);
  if (asked.id.empty() && table.account[row] >= asked.accounts) {
    return broken(table.account, "account", std::to_string(table.account[row]),
                  "an account index lies below " + std::to_string(asked.accounts),
                  "state snapshot_options::accounts, or take snapshots_by_id");
  }
  if (!table.month.present(row))
    return broken(table.month, "month", "missing", "every row has a month", "give it, or leave the row out");
  if (table.month[row] < first_month || table.month[row] > last_month) {
    return broken(table.month, "month", std::to_string(table.month[row]) + " months since 1970",
                  "a month lies in 1900-01 .. 2199-12", check_unit);
  }
  if (!table.amount.present(row))
    return broken(table.amount, "mrr", "missing", "every row has an MRR", "write 0 for a month without");
  const std::string amount = std::to_string(table.amount[row]);
  if (table.amount[row] < 0) {
    return broken(table.amount, "mrr", amount, "MRR is never negative",
                  "leave credits and refunds out: MRR is a rate, not cash");
  }
  if (table.amount[row] <= INT64_MAX / table.ticks_per_unit) return std::nullopt;
  return broken(table.amount, "mrr", amount, "MRR of one row stays below 5.5e13 minor units a month", check_unit);
}

void require_good_rows(const snapshot_question& asked) {
  for (std::size_t row = 0; row < asked.rows(); ++row) {
    if (auto found = row_problem(asked, row)) throw data_error(*found);
  }
}

void throw_twice(const snapshot_question& asked, std::uint32_t who, std::int32_t when) {
  throw data_error({"month", problem::no_row, to_string(month{when}), "one row per account and month",
                    "account " + asked.name_of(who) + " has two: add them up, or leave one out"});
}

}  // namespace sojourn::inline v0_1::detail
