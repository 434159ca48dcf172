// What an option of a policy changes beside the rates: movements, cohorts, renewals, payback.
#include "sojourn/revenue/policy_options.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "revenue/rate_rules.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/rates.hpp"
#include "sojourn/revenue/renewal.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

TEST_CASE("movement options: mode, same-period churn, gap and quick ratio each change a number") {
  table t;
  t.add(0, "2023-01-01", "", 100);
  t.add(1, "2023-01-01", "2023-09-01", 70).add(1, "2024-01-05", "", 60);  // back after 126 days
  t.add(2, "2024-01-03", "2024-01-20", 40);                               // joins and leaves
  t.add(3, "2023-01-01", "2024-01-10", 50).add(3, "2024-01-20", "", 55);  // lapses within the month
  t.add(4, "2023-01-01", "2024-01-25", 10);                               // leaves
  const ledger book = t.book(at("2024-02-01"));
  const auto row = [&](const char* name) {
    const period_grid january = period_grid::between(in("2024-01"), in("2024-01"));
    return movements(tally_revenue(book, january, revenue_policy::preset(name))).front();
  };
  CHECK(row("stripe").new_business == 40);
  CHECK(row("stripe").churn == 100);
  CHECK(row("profitwell").new_business == 0);
  CHECK(row("profitwell").churn == 60);
  CHECK(row("maxio").new_business == 100);
  CHECK(row("maxio").reactivation == 55);
  CHECK(row("stripe").reactivation == 115);
  CHECK(row("fight_churn").expansion == 5);
  CHECK(row("fight_churn").churn == 10);
  for (const std::string& name : revenue_policy::presets()) CHECK(row(name.c_str()).closing == 215);

  const auto ratio = [&](const char* name) {
    const auto cuts = detail::cuts_of({at("2024-01-01"), at("2024-02-01")}, false);
    const auto spans = tally_spans(book, cuts, revenue_policy::preset(name));
    return quick_ratio(spans.front(), preset(name)).value;
  };
  CHECK(ratio("stripe") == Approx(155.0 / 100));
  CHECK(ratio("baremetrics") == Approx(40.0 / 100));
}

TEST_CASE("cohort_state: who returned is in the cohort again, or never") {
  table t;
  t.add(0, "2024-01-01", "", 100);
  t.add(1, "2024-01-01", "2024-02-10", 100).add(1, "2024-03-10", "", 100);
  const ledger book = t.book(at("2024-05-01"));
  const period_grid grid = period_grid::between(in("2024-01"), in("2024-04"));
  const auto kept = [&](cohort_presence p) {
    const cohort_state s = tally_cohorts(book, grid, p);
    return std::vector<std::int64_t>{s.at(0, 0).accounts, s.at(0, 1).accounts, s.at(0, 2).accounts, s.at(0, 3).accounts};
  };
  CHECK(kept(cohort_presence::active_at_end) == std::vector<std::int64_t>{2, 1, 2, 2});
  CHECK(kept(cohort_presence::never_churned) == std::vector<std::int64_t>{2, 1, 1, 1});
  CHECK(tally_cohorts(book, grid) == tally_cohorts(book, grid, cohort_presence::active_at_end));
}

TEST_CASE("cohort_mean, ret-08: size-weighted 76 % and 74 %; ret-10 (negative): the mean includes the 0 %") {
  const auto average = [](std::vector<double> sizes, std::vector<double> shares, cohort_mean mean) {
    const std::size_t n = sizes.size();
    return cohort_average({std::vector<std::string>(n, "c"), std::move(sizes), 1, std::move(shares)}, mean)[0];
  };
  CHECK(std::abs(average({54701, 44136, 55887, 46883}, {77, 74, 76, 78}, revenue_policy{}.cohort_mean) - 76.30) < 0.005);
  CHECK(std::abs(average({54701, 44136, 55887}, {75, 72, 75}, cohort_mean::size_weighted) - 74.14) < 0.005);
  CHECK(average({10, 10}, {0, 25}, cohort_mean::simple) == Approx(12.5));
  CHECK(average({30, 10}, {0, 20}, cohort_mean::simple) == Approx(10.0));
  CHECK(average({30, 10}, {0, 20}, cohort_mean::size_weighted) == Approx(5.0));
}

TEST_CASE("ret-11: three users on days 1-3, 1-2 and 1 are kept 3/3, 2/3, 1/3") {
  table t;
  t.add(0, "2024-01-01", "2024-04-01", 100).add(1, "2024-01-01", "2024-03-01", 100).add(2, "2024-01-01", "2024-02-01", 100);
  const ledger book = t.book(at("2024-06-01"));
  const auto triangle = cohort_retention(tally_cohorts(book, period_grid::between(in("2024-01"), in("2024-03"))));
  CHECK(triangle.at(0, 0) == 1.0);
  CHECK(triangle.at(0, 1) == Approx(2.0 / 3));
  CHECK(triangle.at(0, 2) == Approx(1.0 / 3));
}

TEST_CASE("renewal_grace, renewal_open: a late renewal and an open one, by policy") {
  const std::vector<std::uint32_t> account{0, 1, 2};
  const std::vector<std::int32_t> end{on("2024-03-01"), on("2024-03-01"), on("2024-03-25")};
  const std::vector<std::int64_t> value{100, 100, 100};
  const std::vector<std::int32_t> renewed{on("2024-03-01"), on("2024-03-11"), 0};
  const std::uint8_t known[] = {0b011};
  const contracts terms{account,
                        end,
                        value,
                        {std::span<const std::int32_t>(renewed), known, 0, {}},
                        {std::span<const std::int64_t>(value), known, 0, {}}};
  const auto rate = [&](std::int32_t grace, renewal_open open) {
    revenue_policy p;
    p.renewal_grace = grace;
    p.renewal_open = open;
    renewal_options o = renewal_rules(p);
    o.as_of = at("2024-04-01");
    return logo_renewal(tally_renewals(terms, {at("2024-03-01"), at("2024-04-01")}, o)).value;
  };
  CHECK(rate(30, renewal_open::exclude) == 1.0);
  CHECK(rate(5, renewal_open::exclude) == Approx(1.0 / 3));
  CHECK(rate(30, renewal_open::lost) == Approx(2.0 / 3));
}

TEST_CASE("payback: the book's margin or the average customer's") {
  const acquisition won{money{120'000}, 10, mrr::from_minor(20'000)};
  estimate arpa_minor;
  arpa_minor.value = 3'000;
  CHECK(payback_months(won, arpa_minor, 0.8, {}).value == Approx(7.5));
  revenue_policy p;
  p.payback = payback_basis::per_customer;
  CHECK(payback_months(won, arpa_minor, 0.8, p).value == Approx(5.0));
}
