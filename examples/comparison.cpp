// Two rates beside each other, and how sure a share of revenue is: quoted by docs/definitions/uncertainty.md. Every claim is
// checked.
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "sojourn/revenue/retention.hpp"
#include "sojourn/stats/comparison.hpp"

namespace {

void require(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", claim);
  std::exit(1);
}

}  // namespace

int main() {
  using namespace sojourn;

  const comparison beads = compare_shares(5, 50, 8, 50);  // 10 % against 16 %
  require(std::abs(beads.p_value - 0.37) < 0.005, "5 of 50 and 8 of 50 may well be the same");

  retention_state small, large;  // two segments, account by account: MRR then, MRR now
  for (int i = 0; i < 60; ++i) small.add(1'000, i < 15 ? 0 : 1'000);
  for (int i = 0; i < 40; ++i) large.add(9'000, i < 2 ? 0 : 9'500);
  const auto grr_of_segment = [](const retention_state& s) -> rate_at {
    return [s](confidence_level level) { return grr(s, {.level = level}); };
  };
  const comparison kept = compare_rates(grr_of_segment(small), grr_of_segment(large));
  require(kept.difference.high < 0 && kept.p_value < 0.05, "small accounts keep less");

  const detectable_change seen = detectable_share(0.05, 200, 200);
  require(std::abs(seen.rise - 0.08) < 0.0005, "200 accounts against 200 show a rise from 5 % to 13 %");
}
