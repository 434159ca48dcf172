// The C++ program of the README. It asserts what the README says.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "sojourn/sojourn.hpp"

int main() {
  // Three customers: one upgrades in March, one leaves in February, one starts in April. Cents a month.
  using sojourn::parse_day;
  const auto on = [](const char* date) { return parse_day(date)->since_epoch; };
  const std::vector<std::uint32_t> account{0, 0, 1, 2};
  const std::vector<std::int32_t> start{on("2024-01-01"), on("2024-03-10"), on("2024-01-15"), on("2024-04-01")};
  const std::vector<std::int32_t> end{on("2024-03-10"), on("2025-01-01"), on("2024-02-20"), on("2025-01-01")};
  const std::vector<std::int64_t> cents{1000, 1500, 700, 300};

  const sojourn::ledger book({account, start, end, cents}, {.as_of = parse_day("2024-07-01")});
  const auto months = sojourn::period_grid::between(*sojourn::parse_month("2024-01"), *sojourn::parse_month("2024-06"));
  const sojourn::revenue_state state = sojourn::tally_revenue(book, months, {}, sojourn::thread_executor{});

  for (const sojourn::movement_row& row : sojourn::movements(state)) {
    std::printf("%s %6lld -> %6lld\n", row.period.c_str(), static_cast<long long>(row.opening),
                static_cast<long long>(row.closing));
  }
  const sojourn::estimate lost = sojourn::logo_churn(state.periods[1]);  // February
  std::printf("logo churn %.0f%%, 95%% interval %.0f%% to %.0f%%, n = %lld\n", 100 * lost.value, 100 * lost.low,
              100 * lost.high, static_cast<long long>(lost.n));

  if (lost.value != 0.5 || lost.n != 2 || sojourn::movements(state)[5].closing != 1800) std::abort();
}
