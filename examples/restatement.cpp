// A close as it was reported, and as it is known a month later: which accounts moved it. Every number is asserted.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "sojourn/revenue.hpp"

using namespace sojourn;

namespace {

void require(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "not true: %s\n", claim);
  std::exit(1);
}

std::int32_t on(int year, unsigned month, unsigned date) {
  return day::from_ymd(year, month, date).since_epoch;
}

}  // namespace

int main() {
  // The second customer was believed to run on; on 20 February it turned out that it had left on 15 January.
  const std::vector<std::uint32_t> account{0, 1, 1, 2};
  const std::vector<std::int32_t> start{on(2023, 6, 1), on(2023, 6, 1), on(2023, 6, 1), on(2024, 1, 10)};
  const std::vector<std::int32_t> end{0, 0, on(2024, 1, 15), 0};
  const std::vector<std::int64_t> amount{5'000, 1'000, 1'000, 700};
  const std::vector<std::int32_t> recorded{on(2023, 6, 1), on(2023, 6, 1), on(2024, 2, 20), on(2024, 2, 7)};
  const std::vector<std::int32_t> retracted{0, on(2024, 2, 20), 0, 0};
  const std::uint8_t third_only[] = {0b0100};
  const std::uint8_t second_only[] = {0b0010};

  facts rows;
  rows.rows = subscriptions{account, start, {std::span<const std::int32_t>(end), third_only, 0, "end"}, amount};
  rows.recorded_from = column<std::int32_t>(recorded, "recorded_at");
  rows.recorded_until = {std::span<const std::int32_t>(retracted), second_only, 0, "retracted_at"};
  book facts_of_all(fact_source::periods);
  for (const std::int64_t customer : {101, 102, 103}) facts_of_all.keys().intern(customer);
  apply(facts_of_all, rows);

  const period_grid january = period_grid::between(month::from_ym(2024, 1), month::from_ym(2024, 1));
  const auto as_known = [&](day when) {
    const reading close = read(facts_of_all, {.as_of = day::from_ymd(2024, 6, 1), .known_on = when});
    return movements(tally_revenue(close.ledger.book, january)).front().closing;
  };
  require(as_known(day::from_ymd(2024, 2, 5)) == 6'000, "January as it was reported");
  require(as_known(day::from_ymd(2024, 3, 5)) == 5'700, "and as it is known a month later");
  const restatement why = compare_closes(facts_of_all, day::from_ymd(2024, 2, 5), day::from_ymd(2024, 3, 5), january);
  require(why.accounts.size() == 2 && why.change[0].closing == mrr::from_minor(-300).ticks(), "two accounts moved it");
  for (const restated_account& one : why.accounts) {
    std::printf("account %u: %lld\n", one.who.index, static_cast<long long>(round_to_minor(one.periods[0].change.closing)));
  }
  return 0;
}
