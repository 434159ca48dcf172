// A year of three customers: MRR, the waterfall, churn, retention, cohorts, a renewal rate. Every number is asserted.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "sojourn/revenue.hpp"
#include "sojourn/revenue/churn.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/revenue/renewal.hpp"
#include "sojourn/revenue/retention.hpp"

using namespace sojourn;

namespace {

void require(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "not true: %s\n", claim);
  std::exit(1);
}

bool near(double a, double b) {
  return std::abs(a - b) < 1e-9;
}

std::int32_t on(int year, unsigned month, unsigned date) {
  return day::from_ymd(year, month, date).since_epoch;
}

void a_price() {
  const price_mrr weekly = mrr_from_price({.amount_minor = 1'999, .unit = billing_unit::week});
  require(weekly.exact() && arr_from_mrr(weekly.value) == mrr::from_minor(52 * 1'999),
          "ARR is exactly 52 weeks of the price");
}

void a_year_and_a_refund() {
  const std::vector<std::uint32_t> who{0, 0};
  const std::vector<std::int32_t> from{on(2024, 1, 1), on(2024, 2, 1)};
  const std::vector<std::int32_t> to{on(2025, 1, 1), on(2024, 4, 1)};
  const std::vector<std::int64_t> amount{120'000, -5'000};
  const invoice_lines lines{.account = who, .service_start = from, .service_end = to, .amount = amount};
  revenue_policy with_refunds;
  with_refunds.refunds = refund_rule::negative;
  const auto march = [&](const revenue_policy& policy) {
    return rows_from_invoices(lines, {.policy = policy})
        .book(day::from_ymd(2024, 7, 1))
        .level(account{0}, day::from_ymd(2024, 3, 1));
  };
  require(march({}) == mrr::from_minor(10'000), "1,200.00 billed for a year");
  require(march(with_refunds) == mrr::from_minor(7'500), "less 50.00 that went back for February and March");
}

// Customer 0 upgrades in March, customer 1 leaves in February and is back in May, customer 2 starts in April.
ledger three_customers() {
  static const std::vector<std::uint32_t> account{0, 0, 1, 1, 2};
  static const std::vector<std::int32_t> start{on(2024, 1, 1), on(2024, 3, 10), on(2024, 1, 15), on(2024, 5, 1),
                                               on(2024, 4, 1)};
  static const std::vector<std::int32_t> end{on(2024, 3, 10), 0, on(2024, 2, 20), 0, 0};
  static const std::uint8_t has_end[] = {0b00101};
  static const std::vector<std::int64_t> cents{1'000, 1'500, 700, 700, 300};
  const column<std::int32_t> ends(std::span<const std::int32_t>(end), has_end);
  const ledger book({account, start, ends, cents}, {.as_of = day::from_ymd(2024, 7, 1)});
  return book;
}

void the_waterfall(const ledger& book) {
  const auto quarters = period_grid::between(month::from_ym(2024, 1), month::from_ym(2024, 6), period_length::quarter);
  const revenue_state state = tally_revenue(book, quarters);
  for (const movement_row& row : movements(state)) {
    require(row.opening + row.new_business + row.reactivation + row.expansion - row.contraction - row.churn == row.closing,
            "every row closes to the cent");
  }
  require(movements(state)[0].churn == 700 && movements(state)[1].reactivation == 700, "customer 1 left and came back");

  const account_explanation why = explain(book, account{1}, quarters.start(0), quarters.end(0));
  require(why.movements.size() == 2 && why.rows.size() == 2, "new and churn, from two rows");

  const estimate lost = logo_churn(state.periods[1]);
  require(lost.value == 0 && lost.n == 1, "the one customer at the end of March stayed");
  require(quick_ratio(state.periods[1]).reason == undefined_reason::zero_loss, "nothing lost: no quick ratio, not 0");
}

void who_stayed(const ledger& book) {
  const retention_state half = tally_retention(book, day::from_ymd(2024, 2, 1), day::from_ymd(2024, 7, 1));
  require(near(nrr(half).value, 2'200.0 / 1'700), "customers of January pay 22.00 now, 17.00 then");
  require(near(grr(half).value, 1.0) && near(logo_retention(half).value, 1.0), "both are there and neither pays less");
}

void by_age(const ledger& book) {
  const auto months = period_grid::between(month::from_ym(2024, 1), month::from_ym(2024, 7));
  const cohort_triangle shares = cohort_retention(tally_cohorts(book, months));
  require(near(shares.at(0, 1), 0.5) && near(shares.at(0, 4), 1.0), "January: half in February, all again in May");
  require(std::isnan(shares.at(0, 6)), "July is not known: NaN, never 0");
}

void due_contracts() {
  const std::vector<std::uint32_t> account{0, 1, 2};
  const std::vector<std::int32_t> term_end{on(2024, 6, 1), on(2024, 6, 15), on(2024, 6, 20)};
  const std::vector<std::int64_t> value{12'000, 12'000, 12'000};
  const std::vector<std::int32_t> renewed_on{on(2024, 6, 1), on(2024, 7, 1), 0};
  const std::vector<std::int64_t> renewed_value{12'000, 9'000, 0};
  const std::uint8_t renewed[] = {0b011};
  const contracts terms{account, term_end, value, column<std::int32_t>(std::span<const std::int32_t>(renewed_on), renewed),
                        column<std::int64_t>(std::span<const std::int64_t>(renewed_value), renewed)};
  const renewal_state june =
      tally_renewals(terms, {day::from_ymd(2024, 6, 1), day::from_ymd(2024, 7, 1)}, {.as_of = day::from_ymd(2024, 8, 1)});
  require(june.late == 1 && june.lost == 1, "one renewed within the 30 days of grace, one did not");
  require(near(logo_renewal(june).value, 2.0 / 3) && near(gross_dollar_renewal(june).value, 21.0 / 36),
          "two of three, 210 of 360");
}

void what_a_customer_costs() {
  const acquisition won{.spend = money{100'000}, .customers = 10, .new_mrr = mrr::from_minor(10'000)};
  require(near(payback_months(won, 0.8).value, 12.5), "1,000.00 spent for 80.00 of margin a month");
}

}  // namespace

int main() {
  a_price();
  a_year_and_a_refund();
  const ledger book = three_customers();
  the_waterfall(book);
  who_stayed(book);
  by_age(book);
  due_contracts();
  what_a_customer_costs();
}
