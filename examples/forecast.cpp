// Where the MRR of the accounts of today goes, and what each of them is worth.
#include "sojourn/forecast/mrr_forecast.hpp"

#undef NDEBUG
#include <cassert>
#include <cstdint>
#include <memory>
#include <vector>

#include "sojourn/forecast/account_values.hpp"
#include "sojourn/forecast/plan_states.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/stats/total_variance.hpp"

namespace {

/// Forty accounts that start month by month; every fourth leaves after ten months.
sojourn::ledger made_book() {
  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> start, end;
  std::vector<std::int64_t> cents;
  for (std::uint32_t who = 0; who < 40; ++who) {
    const sojourn::month begin = sojourn::month::from_ym(2023, 1) + sojourn::months{static_cast<std::int32_t>(who % 12)};
    const sojourn::month gone = begin + sojourn::months{10};
    account.push_back(who);
    start.push_back(begin.first_day().since_epoch);
    end.push_back(who % 4 == 0 ? gone.first_day().since_epoch : sojourn::day::from_ymd(2199, 1, 1).since_epoch);
    cents.push_back(1000 + 100 * static_cast<std::int64_t>(who));
  }
  return sojourn::ledger({account, start, end, cents}, {.as_of = sojourn::day::from_ymd(2025, 1, 1)});
}

bool near(double value, double wanted, double tolerance) {
  return value - wanted < tolerance && wanted - value < tolerance;
}

void parts_of_a_forecast() {
  const sojourn::plan_states plans({{0.9, 0.06, 0.04}, {0.05, 0.9, 0.05}, {0, 0, 1}});  // basic, pro, left
  const std::vector<double> pays{100, 300, 0};
  assert(near(plans.expected_mrr(pays, 12)[0], 107.787, 1e-3));
  const std::vector<sojourn::conditional_moments> rates{{0.5, 7, 2.1}, {0.5, 9, 0.9}};
  assert(near(sojourn::variance_over(rates).variance(), 2.5, 1e-12));
}

void look_a_year_ahead(const sojourn::ledger& book) {
  const sojourn::mrr_forecast year = sojourn::forecast_mrr(sojourn::months_of(book), {}, {}, {.draws = 200});
  assert(year.total.rows[11].low <= year.total.rows[11].closing);
  assert(year.total.grr.value <= year.total.nrr.value);
  const sojourn::forecast_row& first = year.total.rows.front();
  const double closing = first.opening - first.churn - first.contraction + first.expansion + first.won;
  assert(closing - first.closing < 1e-6 && first.closing - closing < 1e-6);
}

void value_each_account() {
  const sojourn::keyed_ledger book{.book = made_book(), .keys = std::make_shared<sojourn::account_index>()};
  for (std::int64_t id = 0; id < 40; ++id) (void)book.keys->intern(id);
  const sojourn::day end = sojourn::day::from_ymd(2025, 1, 1);
  const sojourn::contribution_margin margin{0.8};
  const sojourn::decay_sample decided = sojourn::months_decided(sojourn::tenure(book), book.book.known_until());
  const sojourn::decay_fit curve = sojourn::fit_decay(decided, {.family = sojourn::decay_family::geometric});
  const auto values = sojourn::account_values(book, end, curve, {.margin = margin, .residual = {.rate = 0.01}});
  assert(values.size() == 30);  // ten have left
  assert(values[0].low < values[0].value && values[0].value < values[0].high);
}

}  // namespace

int main() {
  parts_of_a_forecast();
  look_a_year_ahead(made_book());
  value_each_account();
}
