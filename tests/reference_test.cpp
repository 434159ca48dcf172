// Thousands of random ledgers under random policies, each metric against the slow reference: overlaps, gaps, free periods,
// changes on one day, a leap day, month ends. Amounts and counts exactly, rates to the last digits of a double.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <random>

#include "oracle/slow_metrics.hpp"
#include "sojourn/input/lifetimes.hpp"
#include "sojourn/lifetime/survival.hpp"
#include "sojourn/revenue.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/revenue/explain/contributors.hpp"
#include "sojourn/revenue/retention_windows.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using oracle::slow_metrics;
using oracle::slow_span;

namespace {

template <class... Values>
auto pick(std::mt19937_64& random, Values... values) {
  const std::array all{values...};
  return all[random() % all.size()];
}

revenue_policy random_policy(std::mt19937_64& random) {
  revenue_policy p;
  p.movements = pick(random, movement_mode::gross_events, movement_mode::net_endpoints);
  p.new_and_churned = pick(random, same_period_new_churn::count_both, same_period_new_churn::drop);
  p.reactivation_max_gap = pick(random, revenue_policy::unlimited, 0, 20, 60);
  p.lapse_grace = pick(random, 0, 0, 3, 20);
  p.logo_denominator =
      pick(random, logo_denominator::start, logo_denominator::start_plus_new, logo_denominator::start_all_leavers,
           logo_denominator::mean, logo_denominator::daily_sum, logo_denominator::exposure);
  p.window = pick(random, revenue_policy::unlimited, revenue_policy::unlimited, 7, 30);
  p.mrr_churn_cap = pick(random, mrr_churn_cap::opening_mrr, mrr_churn_cap::none);
  p.net_churn = pick(random, net_churn::cohort, net_churn::with_reactivation, net_churn::expansion_only);
  p.annualise = pick(random, annualise::none, annualise::none, annualise::simple, annualise::compound);
  p.nrr_window = pick(random, nrr_window::one_month, nrr_window::twelve_months, nrr_window::trailing_mean_4q);
  p.grr = pick(random, grr_basis::account_min, grr_basis::churn_only, grr_basis::event_sum, grr_basis::totals_min,
               grr_basis::running_min);
  p.quick_ratio_reactivation = pick(random, quick_ratio_reactivation::include, quick_ratio_reactivation::exclude);
  p.cohort_state = pick(random, cohort_presence::active_at_end, cohort_presence::never_churned);
  p.cohort_index = pick(random, cohort_index::calendar_period, cohort_index::tenure_days);
  return p;
}

bool equal(double found, double wanted) {
  if (std::isnan(found) || std::isnan(wanted)) return std::isnan(found) && std::isnan(wanted);
  if (found == wanted) return true;  // also infinities
  return std::abs(found - wanted) <= 1e-12 * std::max(1.0, std::abs(wanted));
}

std::string first_of(int months_since_2020) {
  const int year = 2020 + months_since_2020 / 12;
  const int month = months_since_2020 % 12 + 1;
  return std::to_string(year) + (month < 10 ? "-0" : "-") + std::to_string(month) + "-01";
}

/// One random ledger, twice.
struct twice {
  table rows;
  revenue_policy policy;
  int as_of;
  std::vector<account_presence> kept;  // of rows without MRR; empty: they are no customers
  std::vector<oracle::slow_row> slow_rows;
  ledger book;
  slow_metrics slow;

  explicit twice(std::mt19937_64& random, bool with_free_customers = false)
      : rows(random_table(random, 4, random() % 12 + 1)),
        policy(random_policy(random)),
        as_of(on("2020-06-15") + static_cast<int>(random() % 400)),
        kept(with_free_customers ? free_some(random) : std::vector<account_presence>{}),
        slow_rows(rows_in_days()),
        book(read()),
        slow(slow_rows, 4, on("2019-12-01"), on("2021-08-01"), as_of,
             {policy.movements == movement_mode::net_endpoints, policy.new_and_churned == same_period_new_churn::drop,
              policy.reactivation_max_gap, policy.lapse_grace}) {}

 private:
  /// Half of the rows lose their MRR; most of those that have none are customers all the same.
  std::vector<account_presence> free_some(std::mt19937_64& random) {
    std::vector<account_presence> marks;
    for (auto& amount : rows.amount) {
      if (random() % 2 == 0) amount = 0;
      marks.push_back(amount != 0 ? account_presence::absent
                                  : pick(random, account_presence::absent, account_presence::free, account_presence::paused,
                                         account_presence::trial));
    }
    return marks;
  }
  [[nodiscard]] std::vector<oracle::slow_row> rows_in_days() const {
    auto all = rows.slow_rows();
    for (std::size_t row = 0; row < kept.size(); ++row) all[row].kept = kept[row] != account_presence::absent;
    return all;
  }
  [[nodiscard]] ledger read() const {
    if (kept.empty()) return ledger_of(rows.view(), policy, {day{as_of}, 4});
    mrr_rows marked = copy_rows(rows.view(), 4);
    for (const account_presence one : kept) marked.marks.push_back({.kept = one});
    marked.accounts = 4;
    bridge_lapses(marked, policy.lapse_grace, day{as_of});
    return marked.book(day{as_of});
  }
};

void check_movements(const twice& t, const period_grid& grid) {
  const revenue_state state = tally_revenue(t.book, grid, t.policy);
  const auto shown = movements(state);
  for (std::int32_t p = 0; p < grid.count; ++p) {
    REQUIRE((static_cast<std::size_t>(p) < shown.size()) == (grid.start(p).since_epoch < t.as_of));
    if (static_cast<std::size_t>(p) >= shown.size()) break;
    const slow_span s = t.slow.span(grid.start(p).since_epoch, grid.end(p).since_epoch);
    const movement_row& row = shown[static_cast<std::size_t>(p)];
    const std::array found{row.opening,          row.new_business,
                           row.reactivation,     row.expansion,
                           row.contraction,      row.churn,
                           row.closing,          row.accounts_opening,
                           row.accounts_new,     row.accounts_reactivated,
                           row.accounts_churned, row.accounts_closing};
    const std::array<std::int64_t, 12> wanted{
        s.opening,          s.added,        s.returned,          s.expansion,        s.contraction,     s.churn, s.closing,
        s.accounts_opening, s.accounts_new, s.accounts_returned, s.accounts_churned, s.accounts_closing};
    REQUIRE(found == wanted);
    const revenue_period& period = state.periods[static_cast<std::size_t>(p)];
    REQUIRE(period.new_lost == (t.policy.movements == movement_mode::gross_events ? s.visitors : 0));
    REQUIRE(row.complete == (grid.end(p).since_epoch <= t.as_of));
    const rate_options options{t.policy, {}};
    const bool returns = t.policy.quick_ratio_reactivation == quick_ratio_reactivation::include;
    REQUIRE(equal(quick_ratio(period, options).value,
                  slow_metrics::over(s.added + s.expansion + (returns ? s.returned : 0), s.contraction + s.churn)));
    REQUIRE(equal(arpa(period, options).value, slow_metrics::over(s.closing, s.paying_closing)));
    REQUIRE(equal(average_sale_price(period).value, slow_metrics::over(s.added, s.paying_new)));
  }
}

double slow_logo_churn(const slow_metrics& slow, logo_denominator denominator, int from, int to) {
  const slow_span s = slow.span(from, to);
  switch (denominator) {
    case logo_denominator::start:
      return slow.over(s.lost_accounts, s.accounts_opening);
    case logo_denominator::start_plus_new:
      return slow.over(s.lost_accounts + s.visitors, s.accounts_opening + s.accounts_new);
    case logo_denominator::start_all_leavers:
      return slow.over(s.accounts_churned, s.accounts_opening);
    case logo_denominator::mean:
      return slow.over(2 * s.accounts_churned, s.accounts_opening + s.accounts_closing);
    case logo_denominator::daily_sum:
      return slow.daily_sum(from, to);
    case logo_denominator::exposure:
      return slow.exposure(from, to);
    case logo_denominator::available_to_renew:
      break;  // of terms: see available_to_renew_test.cpp
  }
  return slow.nothing;
}

double slow_net_churn(const slow_span& s, net_churn how) {
  switch (how) {
    case net_churn::cohort:
      return slow_metrics::over(s.opening - s.still, s.opening);
    case net_churn::with_reactivation:
      return slow_metrics::over(s.churn + s.contraction - s.expansion - s.returned, s.opening);
    case net_churn::expansion_only:
      break;
  }
  return slow_metrics::over(s.churn - s.expansion, s.opening);
}

double slow_grr(const slow_span& s, grr_basis basis) {
  switch (basis) {
    case grr_basis::account_min:
      return slow_metrics::over(s.kept, s.opening);
    case grr_basis::churn_only:
      return slow_metrics::over(s.kept_if_staying, s.opening);
    case grr_basis::event_sum:
      return slow_metrics::over(s.kept_in_events, s.opening);
    case grr_basis::totals_min:
      return slow_metrics::over(std::min(s.opening, s.still), s.opening);
    case grr_basis::running_min:
      break;
  }
  return slow_metrics::over(s.kept_at_lowest, s.opening);
}

double a_year_of(double rate, annualise how, double windows) {
  if (how == annualise::none) return rate;
  return how == annualise::simple ? rate * windows : 1 - std::pow(1 - rate, windows);
}

void check_churn(const twice& t, int first_month, int length) {
  const int to = on(first_of(first_month + length));
  const bool rolling = t.policy.window != revenue_policy::unlimited;
  // A window that is shorter than the period is asked for by its last day.
  const int from = rolling && t.policy.window < 30 * length ? to : on(first_of(first_month));
  const int begin = rolling ? to - t.policy.window : from;
  // A rolling window of 30 days that ends with a month of 30 holds that calendar month.
  double windows = rolling ? 365.0 / t.policy.window : 12.0 / length;
  if (rolling && begin == on(first_of(first_month + length - 1))) windows = 12;
  const rate_options options{t.policy, {}};
  const slow_span s = t.slow.span(begin, to);
  const auto yearly = [&](double rate) { return a_year_of(rate, t.policy.annualise, windows); };
  REQUIRE(equal(logo_churn_of(t.book, day{from}, day{to}, options).value,
                yearly(slow_logo_churn(t.slow, t.policy.logo_denominator, begin, to))));
  const auto gross_of = [&](const slow_span& one) {
    return t.policy.mrr_churn_cap == mrr_churn_cap::none ? slow_metrics::over(one.churn + one.contraction, one.opening)
                                                         : slow_metrics::over(one.opening - one.kept_in_events, one.opening);
  };
  const auto net_of = [&](const slow_span& one) { return slow_net_churn(one, t.policy.net_churn); };
  const auto mrr_churn = [&](const auto& rate) {
    if (t.policy.logo_denominator != logo_denominator::daily_sum) return rate(s);
    double sum = t.slow.nothing;
    for (int day = begin; day < to; ++day) {
      const double one = rate(t.slow.span(day, day + 1));
      if (!std::isnan(one)) sum = std::isnan(sum) ? one : sum + one;
    }
    return sum;
  };
  REQUIRE(equal(gross_mrr_churn_of(t.book, day{from}, day{to}, options).value, yearly(mrr_churn(gross_of))));
  REQUIRE(equal(net_mrr_churn_of(t.book, day{from}, day{to}, options).value, yearly(mrr_churn(net_of))));
}

void check_retention(const twice& t, int end_month) {
  const rate_options options{t.policy, {}};
  // Every window that ends here, and the policy's own.
  const int to = on(first_of(end_month));
  double net_mean = 0;
  double gross_mean = 0;
  const auto gross_of = [&](int from, int until) {
    // Losses in events are counted in every change, whatever names the movements.
    const slow_metrics events(t.slow_rows, 4, on("2019-12-01"), on("2021-08-01"), t.as_of,
                              {false, false, 1'000'000, t.policy.lapse_grace});
    return slow_grr(events.span(from, until), t.policy.grr);
  };
  for (const int length : {1, 3, 6, 12}) {
    if (end_month < length) continue;
    const int from = on(first_of(end_month - length));
    const slow_span s = t.slow.span(from, to);
    const retention_state state = tally_retention(t.book, day{from}, day{to});
    REQUIRE(equal(nrr(state, options).value, slow_metrics::over(s.still, s.opening)));
    REQUIRE(equal(logo_retention(state, options).value,
                  slow_metrics::over(s.accounts_opening - s.lost_accounts, s.accounts_opening)));
    REQUIRE(equal(grr_of(t.book, day{from}, day{to}, options).value, gross_of(from, to)));
  }
  std::vector<std::pair<int, int>> windows;
  if (t.policy.nrr_window == nrr_window::one_month) windows = {{end_month - 1, end_month}};
  if (t.policy.nrr_window == nrr_window::twelve_months) windows = {{end_month - 12, end_month}};
  if (t.policy.nrr_window == nrr_window::trailing_mean_4q) {
    for (const int back : {9, 6, 3, 0}) windows.push_back({end_month - 12 - back, end_month - back});
  }
  if (windows.front().first < 0) return;
  for (const auto& [from, until] : windows) {
    const slow_span s = t.slow.span(on(first_of(from)), on(first_of(until)));
    net_mean += slow_metrics::over(s.still, s.opening) / static_cast<double>(windows.size());
    gross_mean += gross_of(on(first_of(from)), on(first_of(until))) / static_cast<double>(windows.size());
  }
  REQUIRE(equal(nrr_until(t.book, day{to}, options).value, net_mean));
  REQUIRE(equal(grr_until(t.book, day{to}, options).value, gross_mean));
}

void check_cohorts(const twice& t, const period_grid& grid) {
  const cohort_state triangle = tally_cohorts(t.book, grid, {t.policy.cohort_state, t.policy.cohort_index});
  const bool never = t.policy.cohort_state == cohort_presence::never_churned;
  std::int64_t earlier = 0;
  for (std::size_t who = 0; who < t.slow.accounts(); ++who) {
    bool there = false;
    for (int d = on("2019-12-01"); d < grid.start(0).since_epoch; ++d) there = there || t.slow.there(who, d);
    earlier += there ? 1 : 0;
  }
  REQUIRE(triangle.accounts_earlier == earlier);
  for (std::int32_t c = 0; c < grid.count; ++c) {
    const int start = grid.start(c).since_epoch;
    const int end = grid.end(c).since_epoch;
    REQUIRE(triangle.start[static_cast<std::size_t>(c)].accounts == t.slow.cohort_start(start, end, false));
    REQUIRE(triangle.start[static_cast<std::size_t>(c)].ticks ==
            mrr::ticks_per_minor * detail::int128{t.slow.cohort_start(start, end, true)});
    if (triangle.start[static_cast<std::size_t>(c)].accounts == 0) continue;
    for (std::int32_t a = 0; c + a < grid.count; ++a) {
      if (t.policy.cohort_index == cohort_index::tenure_days) {
        const int days = 30 * grid.months_each * (a + 1);
        const long long accounts = t.slow.cohort_by_tenure(start, end, days, false, never);
        REQUIRE(triangle.mature(c, a) == (accounts >= 0));
        if (accounts < 0) continue;
        REQUIRE(triangle.at(c, a).accounts == accounts);
        REQUIRE(triangle.at(c, a).ticks ==
                mrr::ticks_per_minor * detail::int128{t.slow.cohort_by_tenure(start, end, days, true, never)});
        continue;
      }
      const int until = grid.end(c + a).since_epoch;
      REQUIRE(triangle.at(c, a).accounts == t.slow.cohort(start, end, until, false, never));
      REQUIRE(triangle.at(c, a).ticks ==
              mrr::ticks_per_minor * detail::int128{t.slow.cohort(start, end, until, true, never)});
      REQUIRE(triangle.mature(c, a) == (until <= t.as_of));
    }
  }
}

void check_series(const twice& t, const period_grid& grid) {
  if (t.policy.lapse_grace != 0) return;  // a series is of rows, and a bridge is none
  const auto rows = mrr_series(tally_mrr_series(t.rows.view(), grid, {day{t.as_of}, 4}));
  for (std::int32_t p = 0; p < grid.count; ++p) {
    REQUIRE((static_cast<std::size_t>(p) < rows.size()) == (grid.start(p).since_epoch < t.as_of));
    if (static_cast<std::size_t>(p) >= rows.size()) break;
    const int last = grid.end(p).since_epoch - 1;
    long long in_force = 0;
    for (const auto& row : t.rows.slow_rows()) {
      const bool begun = row.start <= last && row.start < t.as_of;
      const bool ended = row.end && *row.end <= last && (*row.end < t.as_of || *row.end == row.start);
      in_force += begun && !ended && row.amount > 0 ? 1 : 0;
    }
    REQUIRE(rows[static_cast<std::size_t>(p)].mrr == t.slow.span(last, last + 1).closing);
    REQUIRE(rows[static_cast<std::size_t>(p)].subscriptions == in_force);
  }
}

void check_survival(const twice& t, int age) {
  const survival_input stays = tenure(t.book);
  if (stays.account.empty()) return;
  const survival_state state =
      tally_survival({.time = stays.duration_days, .event = stays.churned, .weight = stays.last_mrr_ticks});
  for (const bool money : {false, true}) {
    const survival_curve curve =
        kaplan_meier(state, {.measure = money ? survival_measure::weight : survival_measure::accounts});
    const estimate found = survival_at(curve, age);
    if (found.defined()) REQUIRE(equal(found.value, t.slow.survival(age, money)));
  }
}

}  // namespace

TEST_CASE(
    "reference: movements, quick ratio and ARPA on 3000 random ledgers under random policies, in months, quarters, years") {
  std::mt19937_64 random(401);
  const period_length each[] = {period_length::month, period_length::quarter, period_length::year};
  for (int round = 0; round < 3000; ++round) {
    CAPTURE(round);
    check_movements(twice(random), period_grid::between(in("2020-01"), in("2020-12"), each[round % 3]));
  }
}

TEST_CASE(
    "reference: every churn convention, over months, quarters, a half-year and rolling windows, on 3000 random ledgers") {
  std::mt19937_64 random(402);
  for (int round = 0; round < 3000; ++round) {
    CAPTURE(round);
    const twice t(random);
    const int length = pick(random, 1, 1, 1, 3, 6);
    check_churn(t, static_cast<int>(random() % 12), length);
  }
}

TEST_CASE("reference: NRR and GRR over every window and on every basis, on 2000 random ledgers") {
  std::mt19937_64 random(403);
  for (int round = 0; round < 2000; ++round) {
    CAPTURE(round);
    const twice t(random);
    check_retention(t, 1 + static_cast<int>(random() % 17));
    if (round % 20 == 0) check_retention(t, 18);
  }
}

TEST_CASE("reference: cohort triangles, accounts and MRR, both conventions, on 1500 random ledgers") {
  std::mt19937_64 random(404);
  const period_length each[] = {period_length::month, period_length::quarter, period_length::year};
  for (int round = 0; round < 1500; ++round) {
    CAPTURE(round);
    check_cohorts(twice(random), period_grid::between(in("2020-01"), in("2020-12"), each[round % 3]));
  }
}

TEST_CASE("reference: MRR series and subscriptions in force, survival of accounts and of MRR, on 2000 random ledgers") {
  std::mt19937_64 random(405);
  for (int round = 0; round < 2000; ++round) {
    CAPTURE(round);
    const twice t(random);
    check_series(t, period_grid::between(in("2020-01"), in("2020-12")));
    check_survival(t, static_cast<int>(random() % 300));
  }
}

TEST_CASE("reference: customers without MRR: movements, churn, retention, cohorts and survival on 4000 random ledgers") {
  std::mt19937_64 random(406);
  const period_length each[] = {period_length::month, period_length::quarter, period_length::year};
  for (int round = 0; round < 4000; ++round) {
    CAPTURE(round);
    const twice t(random, true);
    const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"), each[round % 3]);
    check_movements(t, grid);
    check_churn(t, static_cast<int>(random() % 12), pick(random, 1, 1, 1, 3, 6));
    check_retention(t, 1 + static_cast<int>(random() % 17));
    check_cohorts(t, grid);
    check_survival(t, static_cast<int>(random() % 300));
  }
}

TEST_CASE("reference: customers without MRR: parts add up, windows agree, contributors are the rate, mergers join rows") {
  std::mt19937_64 random(407);
  const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));
  for (int round = 0; round < 1000; ++round) {
    CAPTURE(round);
    const twice t(random, true);
    const revenue_state whole = tally_revenue(t.book, grid, t.policy);
    revenue_state parts = tally_revenue(t.book.part(0, 1), grid, t.policy);
    parts += tally_revenue(t.book.part(1, 4), grid, t.policy);
    REQUIRE(parts == whole);
    for (std::int32_t p = 0; p + 1 < grid.count; ++p) {
      REQUIRE(whole.periods[static_cast<std::size_t>(p)].free_closing ==
              whole.periods[static_cast<std::size_t>(p) + 1].free_opening);
    }
    const auto windows = windows_until(grid, months{3});
    const auto retained = tally_retention(t.book, windows);
    for (std::size_t w = 0; w < windows.size(); ++w)
      REQUIRE(retained[w] == tally_retention(t.book, windows[w].from, windows[w].to));
    const auto window = windows[random() % windows.size()];
    for (const auto cell : {revenue_cell::arpa, revenue_cell::nrr, revenue_cell::logo_retention}) {
      revenue_policy ends = t.policy;
      ends.movements = movement_mode::net_endpoints;
      const contribution found = contributors(t.book, cell, window.from, window.to, ends);
      const retention_state state = tally_retention(t.book, window.from, window.to);
      const revenue_period one = tally_spans(t.book, std::array{window.from, window.to}, ends).front();
      const estimate rate = cell == revenue_cell::arpa  ? arpa(one)
                            : cell == revenue_cell::nrr ? nrr(state)
                                                        : logo_retention(state);
      REQUIRE(rate.defined() == (found.base != 0));
      if (!rate.defined()) continue;
      const double unit = cell == revenue_cell::arpa ? static_cast<double>(mrr::ticks_per_minor) : 1;
      REQUIRE(equal(rate.value, detail::to_double(found.amount) / detail::to_double(found.base) / unit));
      REQUIRE(!std::isinf(rate.high));
      if (rate.method != interval_method::none) REQUIRE((rate.low <= rate.value && rate.value <= rate.high));
    }
    if (t.policy.lapse_grace != 0) continue;  // lapses of two are no lapse of one
    mrr_rows joined = copy_rows(t.rows.view(), 4);
    for (std::size_t row = 0; row < joined.account.size(); ++row) {
      joined.marks.push_back({.kept = t.kept[row]});
      if (joined.account[row] == 1) joined.account[row] = 0;
    }
    ledger merged = t.book;
    merged.merge(account{1}, account{0});
    REQUIRE(merged.steps(account{1}).empty());
    const ledger wanted = joined.book(day{t.as_of});
    const auto found = merged.steps(account{0}), right = wanted.steps(account{0});
    REQUIRE(std::equal(found.begin(), found.end(), right.begin(), right.end(), [](const mrr_step& a, const mrr_step& b) {
      return a.when == b.when && a.presence == b.presence && a.level == b.level;
    }));
  }
}
