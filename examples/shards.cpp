// Two machines count half of the accounts each; their states travel as bytes and add up to the whole. Every claim is
// asserted.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "sojourn/revenue.hpp"
#include "sojourn/state_bytes.hpp"

using namespace sojourn;

namespace {

void require(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "not true: %s\n", claim);
  std::exit(1);
}

}  // namespace

int main() {
  account_index keys;
  std::vector<std::uint32_t> account;
  for (int i = 0; i < 100; ++i) account.push_back(keys.intern("customer-" + std::to_string(i)).index);
  const std::vector<std::int32_t> start(100, day::from_ymd(2024, 1, 10).since_epoch);
  const std::vector<std::int32_t> end(100, day::from_ymd(2024, 3, 10).since_epoch);
  const std::vector<std::int64_t> amount(100, 1'000);
  const ledger book({account, start, end, amount}, {.as_of = day::from_ymd(2024, 6, 1)});
  const period_grid months = period_grid::between(month::from_ym(2024, 1), month::from_ym(2024, 4));

  const account_ownership mine = account_ownership::shard(0, 2);
  const ledger part = part_of(book, keys, mine);
  const revenue_partial partial = tally_partial(part, keys, mine, months);
  revenue_partial total = from_bytes<revenue_partial>(to_bytes(partial));
  total += tally_partial(part_of(book, keys, account_ownership::shard(1, 2)), keys, account_ownership::shard(1, 2), months);
  require(total.revenue == tally_revenue(book, months), "two shards are the whole");

  bool refused = false;
  try {
    total += partial;
  } catch (const state_error& e) {
    refused = true;
    std::printf("%s\n", e.what());
  }
  require(refused && total.revenue == tally_revenue(book, months), "the same accounts again are refused, not counted twice");
  return 0;
}
