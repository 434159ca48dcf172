// Every question in several currencies against a slow reference: what each account has in each currency on each day, in a
// map, converted at the rates of the one day that the rule names, and asked as a ledger in one currency.
#include "sojourn/revenue/ledger/constant_rates.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>

#include "oracle/slow_converted.hpp"
#include "revenue/book/ledger_in_currencies.hpp"
#include "sojourn/revenue/available_to_renew.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/explain/comparison.hpp"
#include "sojourn/revenue/explain/contributors.hpp"
#include "sojourn/revenue/explain/reconcile.hpp"
#include "sojourn/revenue/explain/shown_contribution.hpp"
#include "sojourn/revenue/explain/shown_reconciliation.hpp"
#include "sojourn/revenue/ledger/tenure.hpp"
#include "sojourn/revenue/lifetime_value.hpp"
#include "sojourn/revenue/parts/segments.hpp"
#include "sojourn/revenue/retention_windows.hpp"
#include "sojourn/state_bytes.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using detail::int128;

namespace {

constexpr std::uint32_t accounts = 7;
const day known = at("2021-01-01");
const std::vector<std::string> codes{"USD", "EUR", "GBP", "CHF"};

day eve(day when) {
  return day{when.since_epoch - 1};
}

/// Random rows in `currencies` currencies, dollars among them, with monthly rates in dollars.
struct world {
  table rows;
  std::vector<std::uint32_t> currency;
  std::shared_ptr<account_index> keys = std::make_shared<account_index>();
  named_rate_table rates;
  std::vector<oracle::slow_ledger> native;  // by currency

  world(std::mt19937_64& random, std::uint32_t currencies, std::int64_t fixed_rate = 0)
      : rows(random_table(random, accounts, 4 + random() % 24)) {
    for (std::uint32_t who = 0; who < accounts; ++who) (void)keys->intern("a" + std::to_string(who));
    for (std::size_t row = 0; row < rows.account.size(); ++row)
      currency.push_back(static_cast<std::uint32_t>(random() % currencies));
    std::vector<std::uint32_t> place;
    std::vector<std::int32_t> since;
    std::vector<exchange_rate> rate;
    std::vector<std::string> others(codes.begin() + 1, codes.begin() + currencies);
    for (month m = in("2018-06"); m < in("2021-04"); m = m + months{1}) {
      for (std::uint32_t c = 1; c < currencies; ++c) {
        place.push_back(c - 1), since.push_back(m.first_day().since_epoch);
        rate.push_back({fixed_rate != 0 ? fixed_rate : 7'000 + static_cast<std::int64_t>(random() % 6'000), 10'000});
      }
    }
    rates = rates_by_name({{column<std::uint32_t>(place), others}, column<std::int32_t>(since), rate}, "USD", others);
    const auto all = rows.slow_rows();
    for (std::uint32_t c = 0; c < currencies; ++c) {
      std::vector<oracle::slow_row> mine;
      for (std::size_t row = 0; row < all.size(); ++row) {
        if (currency[row] == c) mine.push_back(all[row]);
      }
      native.emplace_back(mine, on("2019-12-01"), on("2021-01-01"), known.since_epoch);
    }
  }

  [[nodiscard]] currency_subscriptions view() const { return {rows.view(), column<std::uint32_t>(currency, "currency")}; }
  [[nodiscard]] sojourn::book all_facts() const { return book_in_currencies(view(), keys, rates); }
  [[nodiscard]] reading reading_under(fx_rule fx, std::int32_t lapse_grace = 0) const {
    return read(all_facts(), view_in_currencies(rates, fx, known, lapse_grace));
  }
  [[nodiscard]] keyed_ledger book(fx_rule fx = fx_rule::period_open_rate) const { return reading_under(fx).ledger; }
  [[nodiscard]] int128 worth(std::uint32_t who, int when, const std::vector<exchange_rate>& at_rates) const {
    int128 sum = 0;
    for (std::uint32_t c = 0; c < native.size(); ++c) {
      if (native[c].accounts().count(who) == 0) continue;
      const int128 amount = int128{native[c].on(who, when)} * mrr::ticks_per_minor;
      if (amount != 0) sum += oracle::slow_converted(amount, at_rates[c]);
    }
    return sum;
  }
  [[nodiscard]] std::vector<exchange_rate> rates_on(day when) const {
    std::vector<exchange_rate> all;
    for (std::uint32_t c = 0; c < native.size(); ++c) all.push_back(rates.rates.on(c, when));
    return all;
  }
  [[nodiscard]] std::vector<exchange_rate> mean_rates(day from, day to) const {
    std::vector<exchange_rate> all;
    for (std::uint32_t c = 0; c < native.size(); ++c) all.push_back(rates.rates.mean(c, from, to));
    return all;
  }
  /// The day map at one day's rates, as rows of one currency.
  [[nodiscard]] ledger at_day(day when) const {
    const auto all = rates_on(when);
    mrr_rows out;
    out.accounts = accounts;
    for (std::uint32_t who = 0; who < accounts; ++who) {
      for (int d = on("2019-12-01"); d < known.since_epoch;) {
        const int128 level = worth(who, d, all);
        int end = d + 1;
        while (end < known.since_epoch && worth(who, end, all) == level) ++end;
        if (level != 0) {
          out.add(who, d, end < known.since_epoch ? end : 0, end < known.since_epoch, static_cast<std::int64_t>(level), 0);
        }
        d = end;
      }
    }
    return out.book(known);
  }
};

bool same(const estimate& a, const estimate& b) {
  const auto equal = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  return equal(a.value, b.value) && equal(a.low, b.low) && equal(a.high, b.high) && a.n == b.n && a.reason == b.reason;
}
bool same(const contribution& a, const contribution& b) {
  return a.amount == b.amount && a.base == b.base && a.accounts == b.accounts && a.top == b.top &&
         a.others_amount == b.others_amount && a.others_base == b.others_base;
}
bool same(const comparison& a, const comparison& b) {
  return same(a.first, b.first) && same(a.second, b.second) && same(a.difference, b.difference) &&
         (a.p_value == b.p_value || (std::isnan(a.p_value) && std::isnan(b.p_value))) &&
         (a.correlation == b.correlation || (std::isnan(a.correlation) && std::isnan(b.correlation)));
}

/// Windows of a year, a quarter, a month and some days.
const std::vector<day_window> windows{{at("2020-01-01"), at("2021-01-01")},
                                      {at("2020-04-01"), at("2020-07-01")},
                                      {at("2020-03-01"), at("2020-04-01")},
                                      {at("2020-05-10"), at("2020-09-03")}};
const std::vector<revenue_rate> compared{revenue_rate::logo_churn,
                                         revenue_rate::logo_retention,
                                         revenue_rate::gross_mrr_churn,
                                         revenue_rate::net_mrr_churn,
                                         revenue_rate::nrr,
                                         revenue_rate::grr};
const std::vector<revenue_cell> window_cells{revenue_cell::nrr,
                                             revenue_cell::grr,
                                             revenue_cell::logo_retention,
                                             revenue_cell::logo_churn,
                                             revenue_cell::gross_mrr_churn,
                                             revenue_cell::net_mrr_churn};
const std::vector<revenue_cell> movement_cells{revenue_cell::opening,
                                               revenue_cell::new_business,
                                               revenue_cell::reactivation,
                                               revenue_cell::expansion,
                                               revenue_cell::contraction,
                                               revenue_cell::churn,
                                               revenue_cell::fx,
                                               revenue_cell::closing,
                                               revenue_cell::accounts_opening,
                                               revenue_cell::accounts_new,
                                               revenue_cell::accounts_reactivated,
                                               revenue_cell::accounts_churned,
                                               revenue_cell::accounts_closing};

/// What one account did in the days [from, to), day by day, movements at the rates of the opening.
period_movements slow_movements(const world& w, std::uint32_t who, day from, day to,
                                const std::vector<exchange_rate>& opening, const std::vector<exchange_rate>& closing) {
  period_movements m;
  m.opening = w.worth(who, from.since_epoch - 1, opening);
  m.closing = w.worth(who, to.since_epoch - 1, closing);
  m.accounts_opening = m.opening > 0 ? 1 : 0;
  m.accounts_closing = m.closing > 0 ? 1 : 0;
  bool ever = false;
  for (int d = on("2019-12-01"); d < from.since_epoch; ++d) ever = ever || w.worth(who, d, opening) > 0;
  for (int d = from.since_epoch; d < to.since_epoch; ++d) {
    const int128 before = w.worth(who, d - 1, opening), now = w.worth(who, d, opening);
    if (before == 0 && now > 0) {
      (ever ? m.reactivation : m.new_business) += now;
      ++(ever ? m.accounts_reactivated : m.accounts_new);
    }
    if (before > 0 && now == 0) m.churn += before, ++m.accounts_churned;
    if (before > 0 && now > before) m.expansion += now - before;
    if (now > 0 && now < before) m.contraction += before - now;
    ever = ever || now > 0;
  }
  m.fx = m.closing - w.worth(who, to.since_epoch - 1, opening);
  return m;
}

int128 cell_of(revenue_cell cell, const period_movements& m) {
  const int128 cells[] = {m.opening,
                          m.new_business,
                          m.reactivation,
                          m.expansion,
                          m.contraction,
                          m.churn,
                          m.fx,
                          m.closing,
                          m.accounts_opening,
                          m.accounts_new,
                          m.accounts_reactivated,
                          m.accounts_churned,
                          m.accounts_closing};
  return cells[static_cast<std::size_t>(cell)];
}

struct two_valuations {
  std::vector<exchange_rate> opening, closing;
};
two_valuations valued(const world& w, day_window asked, day before, fx_rule fx) {
  if (fx == fx_rule::period_mean) return {w.mean_rates(before, asked.from), w.mean_rates(asked.from, asked.to)};
  return {w.rates_on(eve(asked.from)), w.rates_on(eve(asked.to))};
}

}  // namespace

TEST_CASE("several currencies: rates, retention over time and comparisons stand at the rates of the day before a window") {
  std::mt19937_64 random(401);
  for (int round = 0; round < 24; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4));
    const keyed_ledger book = w.book(round % 2 == 0 ? fx_rule::period_open_rate : fx_rule::period_mean);
    std::vector<ledger> at_opening;
    for (const day_window& one : windows) at_opening.push_back(w.at_day(eve(one.from)));
    rate_options options;
    if (round % 3 == 1) options.policy.grr = grr_basis::running_min;
    if (round % 3 == 2) options.policy.movements = movement_mode::net_endpoints;
    for (std::size_t i = 0; i < windows.size(); ++i) {
      const auto [from, to] = windows[i];
      for (const ledger_rate rate : {ledger_rate::logo_churn, ledger_rate::gross_mrr_churn, ledger_rate::net_mrr_churn,
                                     ledger_rate::nrr, ledger_rate::grr, ledger_rate::logo_retention}) {
        REQUIRE(same(rate_of(book, rate, from, to, options), rate_of(at_opening[i], rate, from, to, options)));
      }
      for (const revenue_rate rate : compared) {
        REQUIRE(same(read_rate(book, rate, windows[i], options)(options.level),
                     read_rate(at_opening[i], rate, windows[i], options)(options.level)));
        REQUIRE(same(bootstrap_rate(book, rate, windows[i], options, 40, 3),
                     bootstrap_rate(at_opening[i], rate, windows[i], options, 40, 3)));
        const std::size_t j = (i + 1) % windows.size();
        const double tied = paired_correlation(rate_parts(at_opening[i], rate, windows[i], options),
                                               rate_parts(at_opening[j], rate, windows[j], options));
        REQUIRE(same(compare_periods(book, rate, windows[i], windows[j], options),
                     compare_rates(read_rate(at_opening[i], rate, windows[i], options),
                                   read_rate(at_opening[j], rate, windows[j], options), tied, options.level)));
      }
      for (const revenue_cell cell : window_cells) {
        REQUIRE(same(contributors(book, cell, from, to, options.policy, 3),
                     contributors(at_opening[i], cell, from, to, options.policy, 3)));
      }
    }
    const period_grid grid = period_grid::between(in("2020-02"), in("2020-12"));
    const auto rows = retention_over(book, grid, months{3}, options);
    REQUIRE(rows.size() == 11);
    for (const retention_row& row : rows) {
      const month last = month::of(eve(row.window.to));
      const period_grid one{last, 1, 1};
      const retention_row expected = retention_over(w.at_day(eve(row.window.from)), one, months{3}, options).front();
      REQUIRE(row.period == expected.period);
      REQUIRE(row.complete == expected.complete);
      REQUIRE(to_bytes(row.state) == to_bytes(expected.state));
      REQUIRE(same(row.nrr, expected.nrr));
      REQUIRE(same(row.grr, expected.grr));
      REQUIRE(same(row.logo, expected.logo));
    }
  }
}

TEST_CASE("several currencies: the accounts behind every cell of movements are those of a day by day count") {
  std::mt19937_64 random(402);
  for (int round = 0; round < 16; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4));
    const fx_rule fx = round % 2 == 0 ? fx_rule::period_open_rate : fx_rule::period_mean;
    const keyed_ledger book = w.book(fx);
    const std::vector<std::pair<day_window, day>> asked{{{at("2020-04-01"), at("2020-07-01")}, at("2020-01-01")},
                                                        {{at("2020-03-01"), at("2020-04-01")}, at("2020-02-01")},
                                                        {{at("2020-05-10"), at("2020-06-20")}, at("2020-03-30")}};
    for (const auto& [window, before] : asked) {
      const auto [opening, closing] = valued(w, window, before, fx);
      period_movements whole;
      for (std::uint32_t who = 0; who < accounts; ++who) {
        whole += slow_movements(w, who, window.from, window.to, opening, closing);
      }
      const valued_period counted = tally_period(book, window.from, window.to);
      REQUIRE(period_movements::of(counted.movements, counted.fx()) == whole);
      for (const revenue_cell cell : movement_cells) {
        const contribution found = contributors(book, cell, window.from, window.to, {}, 3);
        REQUIRE(found.amount == cell_of(cell, whole));
        REQUIRE(found.fx == whole.fx);
        int128 sum = found.others_amount;
        for (const contributor& one : found.top) {
          sum += one.amount;
          REQUIRE(one.amount == cell_of(cell, slow_movements(w, one.who.index, window.from, window.to, opening, closing)));
        }
        REQUIRE(sum == found.amount);
        const shown_contribution shown_as_rows = shown(found, cell);
        std::int64_t minor = 0;
        for (const std::int64_t one : shown_as_rows.amounts) minor += one;
        REQUIRE(minor == shown_as_rows.amount);
      }
      const contribution average = contributors(book, revenue_cell::arpa, window.from, window.to, {}, 3);
      REQUIRE(average.amount == whole.closing);
      REQUIRE(average.base == whole.accounts_closing);
      const contribution ratio = contributors(book, revenue_cell::quick_ratio, window.from, window.to, {}, 3);
      REQUIRE(ratio.amount == whole.new_business + whole.expansion + whole.reactivation);
      REQUIRE(ratio.base == whole.contraction + whole.churn);
    }
  }
}

TEST_CASE("several currencies: cohorts, tenures and their accounts stand at the rates of the last day") {
  std::mt19937_64 random(403);
  for (int round = 0; round < 24; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4));
    const keyed_ledger book = w.book();
    const ledger now = w.at_day(eve(known));
    const period_grid shorter = period_grid::between(in("2019-12"), in("2020-08"));
    REQUIRE(to_bytes(tally_cohorts(book, shorter)) == to_bytes(tally_cohorts(w.at_day(at("2020-08-31")), shorter)));
    const period_grid longer = period_grid::between(in("2019-12"), in("2021-02"));
    const cohort_rules tenures{cohort_presence::active_at_end, cohort_index::tenure_days};
    REQUIRE(to_bytes(tally_cohorts(book, longer)) == to_bytes(tally_cohorts(now, longer)));
    REQUIRE(to_bytes(tally_cohorts(book, shorter, tenures)) == to_bytes(tally_cohorts(now, shorter, tenures)));
    const survival_input ours = tenure(book), theirs = tenure(now);
    REQUIRE(ours.account == theirs.account);
    REQUIRE(ours.duration_days == theirs.duration_days);
    REQUIRE(ours.churned == theirs.churned);
    REQUIRE(ours.last_mrr_ticks == theirs.last_mrr_ticks);
    for (const cohort_measure measure : {cohort_measure::accounts, cohort_measure::mrr}) {
      REQUIRE(same(cohort_contributors(book, in("2020-01"), 1, 3, measure),
                   cohort_contributors(now, in("2020-01"), 1, 3, measure)));
      REQUIRE(same(cohort_contributors(book, shorter, 1, 4, measure),
                   cohort_contributors(w.at_day(at("2020-08-31")), shorter, 1, 4, measure)));
    }
  }
}

TEST_CASE("several currencies: lifetime value is ARPA at the rates of the closing over churn at those of its windows") {
  std::mt19937_64 random(404);
  for (int round = 0; round < 24; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4));
    const keyed_ledger book = w.book();
    const day from = at("2020-10-01"), to = at("2020-11-01");
    ltv_options options;
    if (round % 2 == 1) options.policy.ltv_churn = ltv_churn::period;
    const rate_options rates{options.policy, options.level};
    const std::vector<day_window> of_churn = ltv_windows(options.policy, from, to);
    std::vector<estimate> churn;
    for (const day_window one : of_churn) churn.push_back(logo_churn_of(w.at_day(eve(one.from)), one.from, one.to, rates));
    const estimate income = arpa(tally_spans(w.at_day(eve(to)), std::vector<day>{from, to}).front(), rates);
    REQUIRE(
        same(ltv_of(book, from, to, 0.8, options), lifetime_value(income, churn_a_month(of_churn, churn), 0.8, options)));
  }
}

TEST_CASE("several currencies: two policies are reconciled in ticks, with fx, option by option and account by account") {
  std::mt19937_64 random(405);
  int differ = 0;
  for (int round = 0; round < 20; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4));
    const policy_books books = books_of(w.view(), w.rates, {}, {known, accounts});
    const day from = at("2020-04-01"), to = at("2020-07-01");
    revenue_policy a, b;
    b.fx = round % 2 == 0 ? fx_rule::period_mean : fx_rule::service_start;
    b.movements = movement_mode::net_endpoints;
    b.reactivation_max_gap = 20;
    if (round % 3 == 0) b.lapse_grace = 10;
    const auto under = [&](const revenue_policy& policy) {
      keyed_ledger made = w.reading_under(policy.fx, policy.lapse_grace).ledger;
      const valued_period p = tally_period(made, from, to, policy);
      return period_movements::of(p.movements, p.fx());
    };
    const reconciliation found = reconcile(books, a, b, from, to);
    REQUIRE(period_movements::of(found.under_a, found.fx_a) == under(a));
    REQUIRE(period_movements::of(found.under_b, found.fx_b) == under(b));
    period_movements sum = under(a);
    for (const reconciliation_step& step : found.steps) {
      period_movements of_accounts;
      for (const reconciled_account& one : step.accounts) of_accounts += one.change;
      REQUIRE(of_accounts == step.change);
      sum += step.change;
      REQUIRE(period_movements::of(step.after, step.fx) == sum);
      differ += step.option == "fx" && step.change.fx != 0 ? 1 : 0;
    }
    REQUIRE(sum == under(b));
    const shown_reconciliation rows = shown(found);
    REQUIRE(rows.under_b.opening + rows.under_b.new_business + rows.under_b.reactivation + rows.under_b.expansion -
                rows.under_b.contraction - rows.under_b.churn + rows.under_b.fx ==
            rows.under_b.closing);
    // Rates of the same books: each at the rates of its own windows.
    a.mrr_churn_cap = mrr_churn_cap::none;
    for (const auto& [cell, rate] :
         std::vector<std::pair<revenue_cell, ledger_rate>>{{revenue_cell::logo_churn, ledger_rate::logo_churn},
                                                           {revenue_cell::gross_mrr_churn, ledger_rate::gross_mrr_churn},
                                                           {revenue_cell::nrr, ledger_rate::nrr_until},
                                                           {revenue_cell::grr, ledger_rate::grr_until}}) {
      const rate_reconciliation between = reconcile_rate(books, a, b, cell, from, to);
      const auto value = [&](const revenue_policy& policy) {
        const keyed_ledger made = w.reading_under(policy.fx, policy.lapse_grace).ledger;
        return rate_of(made, rate, from, to, {policy, {}}).value;
      };
      const auto equal = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
      REQUIRE(equal(between.under_a, value(a)));
      REQUIRE(equal(between.under_b, value(b)));
    }
  }
  CHECK(differ > 5);
}

TEST_CASE("several currencies: segments add up to the whole, exactly") {
  std::mt19937_64 random(406);
  for (int round = 0; round < 24; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4));
    const keyed_ledger book = w.book();
    std::vector<std::uint32_t> who, label;
    for (std::uint32_t i = 0; i + 1 < accounts; ++i)
      who.push_back(i), label.push_back(static_cast<std::uint32_t>(random() % 2));
    const segmentation by = segment_accounts({column<std::uint32_t>(who), column<std::uint32_t>(label), {}}, accounts, 2,
                                             {segment_rule::first, {}});
    const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));
    currency_revenue_state movements_sum;
    for (const auto& part : tally_revenue_by(book, by, grid)) movements_sum += part;
    REQUIRE(to_bytes(movements_sum) == to_bytes(tally_revenue(book, grid)));
    cohort_state cohorts_sum;
    for (const auto& part : tally_cohorts_by(book, by, grid)) cohorts_sum += part;
    REQUIRE(to_bytes(cohorts_sum) == to_bytes(tally_cohorts(book, grid)));
    retention_state kept_sum;
    for (const auto& part : tally_retention_by(book, by, at("2020-03-01"), at("2020-09-01"))) kept_sum += part;
    REQUIRE(to_bytes(kept_sum) == to_bytes(tally_retention(w.at_day(at("2020-02-29")), at("2020-03-01"), at("2020-09-01"))));
  }
}

TEST_CASE("several currencies: what was up for renewal keeps and loses money at the rates of the day before the window") {
  std::mt19937_64 random(407);
  int due_accounts = 0;
  for (int round = 0; round < 60; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4));
    const day from = at("2020-04-01"), to = at("2020-10-01");
    const auto rates = w.rates_on(eve(from));
    const due_options options{known, accounts, round % 2 == 0 ? due_loss::at_end : due_loss::no_later_term};
    const reading how = w.reading_under(fx_rule::period_open_rate);
    const retention_state found = tally_available_to_renew(rows_under(w.all_facts(), how), w.rates.rates, from, to, options);
    const retention_state in_one = tally_available_to_renew(w.rows.view(), from, to, options);
    REQUIRE(found.accounts_opening == in_one.accounts_opening);
    REQUIRE(found.accounts_lost == in_one.accounts_lost);
    // Account by account: the rows taken as terms say who is due, the day map what they paid.
    retention_state expected;
    std::set<std::uint32_t> ends, crosses;
    for (const oracle::slow_row& row : w.rows.slow_rows()) {
      if (!row.end || *row.end == row.start || row.amount == 0 || row.start >= known.since_epoch) {
        if (!row.end && row.amount != 0 && row.start < from.since_epoch) crosses.insert(row.account);
        continue;
      }
      const int end = *row.end >= known.since_epoch ? to.since_epoch + 1 : *row.end;
      if (end >= from.since_epoch && end < to.since_epoch) ends.insert(row.account);
      if (row.start < from.since_epoch && end > to.since_epoch) crosses.insert(row.account);
    }
    for (const std::uint32_t who : ends) {
      if (crosses.count(who) != 0) continue;
      ++due_accounts;
      const auto opening = static_cast<std::int64_t>(w.worth(who, from.since_epoch - 1, rates));
      if (opening > 0)
        expected.add(opening, static_cast<std::int64_t>(w.worth(who, to.since_epoch - 1, rates)));
      else
        ++expected.accounts_opening;
    }
    expected.accounts_lost = found.accounts_lost;
    REQUIRE(to_bytes(found) == to_bytes(expected));
  }
  CHECK(due_accounts > 30);
}

TEST_CASE("several currencies: with one currency, or all rates 1, every answer is that of the plain ledger, bit for bit") {
  std::mt19937_64 random(408);
  for (int round = 0; round < 20; ++round) {
    const world w(random, 1 + static_cast<std::uint32_t>(round % 4), 10'000);
    const keyed_ledger book = w.book();
    const ledger plain = w.rows.book(known);
    const keyed_ledger keyed{plain, w.keys};
    const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));
    const currency_revenue_state state = tally_revenue(book, grid);
    REQUIRE(to_bytes(state.revenue) == to_bytes(tally_revenue(plain, grid)));
    REQUIRE(to_bytes(tally_cohorts(book, grid)) == to_bytes(tally_cohorts(plain, grid)));
    for (const day_window& one : windows) {
      for (const revenue_rate rate : compared) {
        REQUIRE(same(read_rate(book, rate, one)(confidence_level{}), read_rate(plain, rate, one)(confidence_level{})));
      }
      for (const auto& cells : {window_cells, movement_cells}) {
        for (const revenue_cell cell : cells) {
          const contribution ours = contributors(book, cell, one.from, one.to);
          REQUIRE(same(ours, contributors(plain, cell, one.from, one.to)));
          REQUIRE(same(ours, contributors(keyed, cell, one.from, one.to)));
          REQUIRE(ours.fx == 0);
        }
      }
      REQUIRE(tally_period(book, one.from, one.to).movements == tally_period(keyed, one.from, one.to).movements);
      REQUIRE(tally_period(book, one.from, one.to).closing == tally_period(keyed, one.from, one.to).closing);
    }
    REQUIRE(
        same(ltv_of(book, at("2020-10-01"), at("2020-11-01"), 0.5), ltv_of(plain, at("2020-10-01"), at("2020-11-01"), 0.5)));
    const auto rows = retention_over(book, grid, months{2});
    const auto expected = retention_over(plain, grid, months{2});
    for (std::size_t i = 0; i < rows.size(); ++i) {
      REQUIRE(to_bytes(rows[i].state) == to_bytes(expected[i].state));
      REQUIRE(same(rows[i].grr, expected[i].grr));
    }
    for (std::uint32_t who = 0; who < book.book.accounts(); ++who) {
      const account_explanation ours = explain(book, account{who}, at("2020-03-01"), at("2020-06-01"));
      const account_explanation theirs = explain(plain, account{who}, at("2020-03-01"), at("2020-06-01"));
      REQUIRE(ours.movements == theirs.movements);
      REQUIRE(ours.rows == theirs.rows);
    }
  }
}
