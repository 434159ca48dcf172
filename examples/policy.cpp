// Three subscriptions under three definitions: what a policy changes, and how it is named. Every number is asserted.
#include <cstdio>
#include <cstdlib>
#include <string>
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

reconciliation why_maxio_differs(const priced_subscriptions& priced) {
  const reconciliation why =
      reconcile(books_of(priced, {.as_of = day::from_ymd(2024, 3, 1)}), {}, revenue_policy::preset("maxio"),
                day::from_ymd(2024, 1, 1), day::from_ymd(2024, 2, 1));
  require(why.steps[0].option == "churn_at" && why.steps[0].accounts.size() == 1, "the request of one account");
  require(why.steps[0].change.closing == mrr::from_minor(-1'200).ticks(), "takes 12.00");
  return why;
}

// 40.00, 12.00 and 9.00 a month; the second cancels on 15 January and is served to the end of the month; the third joins
// in January, with 3.00 off its first month.
std::int64_t january_mrr(const revenue_policy& policy, reconciliation* against_maxio = nullptr) {
  const std::vector<std::uint32_t> account{0, 1, 2};
  const std::vector<std::int32_t> start{on(2023, 1, 1), on(2023, 1, 1), on(2024, 1, 1)};
  const std::vector<std::int64_t> amount{4'000, 1'200, 900};
  const std::vector<std::int32_t> end{0, on(2024, 2, 1), 0};
  const std::vector<std::int32_t> cancelled{0, on(2024, 1, 15), 0};
  const std::vector<std::int64_t> off{0, 0, 300};
  const std::vector<std::uint8_t> once(3, static_cast<std::uint8_t>(discount_term::one_time));
  const std::uint8_t second_only[] = {0b010};

  priced_subscriptions priced{.account = account, .start = start, .amount = amount};
  priced.end = {std::span<const std::int32_t>(end), second_only, 0, "end"};
  priced.cancelled_on = {std::span<const std::int32_t>(cancelled), second_only, 0, "cancelled_on"};
  priced.discount_minor = off;
  priced.discount_term = once;
  if (against_maxio != nullptr) *against_maxio = why_maxio_differs(priced);
  const ledger book = rows_from_prices(priced, {.policy = policy}).book(day::from_ymd(2024, 3, 1));
  const period_grid january = period_grid::between(month::from_ym(2024, 1), month::from_ym(2024, 1));
  return movements(tally_revenue(book, january, policy)).front().closing;
}

}  // namespace

int main() {
  revenue_policy mine;
  mine.discounts = discount_rule::all;
  require(january_mrr({}) == 6'100, "service runs to the end of January");
  require(january_mrr(mine) == 5'800, "the one-time discount counts");
  require(january_mrr(revenue_policy::preset("maxio")) == 4'600, "the request ends it");
  require(policy_from_json(to_json(mine)) == mine, "the canonical text brings it back");
  require(fingerprint(mine) != fingerprint({}), "and its hash names it");
  reconciliation why;
  (void)january_mrr({}, &why);
  for (const reconciliation_step& step : why.steps) {
    std::printf("%s: %lld\n", step.option.c_str(), static_cast<long long>(round_to_minor(step.change.closing)));
  }
  std::printf("January: %lld, %lld and %lld\n", static_cast<long long>(january_mrr({})),
              static_cast<long long>(january_mrr(mine)),
              static_cast<long long>(january_mrr(revenue_policy::preset("maxio"))));
  return 0;
}
