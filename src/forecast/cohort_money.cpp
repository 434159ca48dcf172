#include "sojourn/forecast/cohort_money.hpp"

#include <utility>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {

age_triangle cohort_money(const account_months& history) {
  std::vector<std::vector<detail::int128>> ticks(history.months);
  for (std::size_t start = 0; start < history.months; ++start) ticks[start].resize(history.months - start);
  for (std::size_t who = 0; who < history.accounts; ++who) {
    const std::size_t start = history.first_of(who);
    if (start == account_months::never) continue;
    for (std::size_t t = start; t < history.months; ++t) ticks[start][t - start] += history.ticks[who * history.months + t];
  }
  std::vector<std::vector<double>> rows;
  for (const auto& cohort : ticks) {
    if (cohort.front() == 0) continue;
    std::vector<double>& row = rows.emplace_back();
    for (const detail::int128 sum : cohort)
      row.push_back(static_cast<double>(sum) / static_cast<double>(mrr::ticks_per_minor));
  }
  if (rows.empty()) throw schema_error("a triangle of money needs a month in which accounts with MRR started");
  return age_triangle(std::move(rows));
}

}  // namespace sojourn::inline v0_1
