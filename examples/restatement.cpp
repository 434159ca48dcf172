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

  const subscriptions rows{account, start, {std::span<const std::int32_t>(end), third_only, 0, "end"}, amount};
  const column<std::int32_t> recorded_at(recorded, "recorded_at");
  const column<std::int32_t> retracted_at(std::span<const std::int32_t>(retracted), second_only, 0, "retracted_at");
  const period_grid january = period_grid::between(month::from_ym(2024, 1), month::from_ym(2024, 1));
  const auto mrr_of = [&](const ledger& book) { return movements(tally_revenue(book, january)).front().closing; };

  const ledger_history history({rows, recorded_at, retracted_at}, {.as_of = day::from_ymd(2024, 6, 1)});
  known_ledger close = history.as_known(day::from_ymd(2024, 2, 5));
  require(mrr_of(close.book) == 6'000, "January as it was reported");
  history.move(close, day::from_ymd(2024, 3, 5));
  require(mrr_of(close.book) == 5'700, "and as it is known a month later, without building it again");
  const restatement why = compare_closes(history, day::from_ymd(2024, 2, 5), day::from_ymd(2024, 3, 5), january);
  require(why.accounts.size() == 2 && why.change[0].closing == mrr::from_minor(-300).ticks(), "two accounts moved it");
  for (const restated_account& one : why.accounts) {
    std::printf("account %u: %lld\n", one.who.index, static_cast<long long>(round_to_minor(one.periods[0].change.closing)));
  }
  return 0;
}
