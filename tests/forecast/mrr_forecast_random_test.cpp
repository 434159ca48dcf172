// Random books through forecasts: no crash, finite numbers, and sums that close, whatever accounts and contracts do.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "random_cases.hpp"
#include "sojourn/forecast/mrr_forecast.hpp"
#include "sojourn/forecast/renewal_outcomes.hpp"
#include "sojourn/forecast/vintage.hpp"
#include "sojourn/stats/concentration.hpp"
#include "sojourn/stats/draws.hpp"
#include "sojourn/stats/forecast_score.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

/// Up to 40 accounts over 1 to 30 months: free ones, ones that leave and return, from one cent to a billion.
account_months any_book(std::mt19937_64& random) {
  account_months book{.first = month::from_ym(2020, 1), .months = 1 + random() % 30, .accounts = 1 + random() % 40};
  book.ticks.resize(book.accounts * book.months);
  book.there.resize(book.accounts * book.months);
  const double leaves = one_in(random, 4) ? 0 : uniform_of(random, 0, 0.3);
  for (std::size_t who = 0; who < book.accounts; ++who) {
    auto ticks = one_in(random, 6) ? 0 : std::llround(any_size(random, 0, 11)) * mrr::ticks_per_minor;
    bool there = false;
    for (std::size_t t = 0; t < book.months; ++t) {
      there = there ? uniform_of(random) >= leaves : one_in(random, 5);
      if (there && one_in(random, 8)) ticks = std::llround(static_cast<double>(ticks) * uniform_of(random, 0, 2));
      if (!there) continue;
      book.there[who * book.months + t] = 1;
      book.ticks[who * book.months + t] = ticks;
    }
  }
  return book;
}

void check_part(const forecast_part& part) {
  for (const forecast_row& row : part.rows) {
    const double values[] = {row.opening, row.churn, row.contraction, row.expansion,    row.won,         row.closing,
                             row.low,     row.high,  row.process_sd,  row.parameter_sd, row.renewal_due, row.under_contract,
                             row.accounts};
    REQUIRE(all_finite(values));
    for (const double value : values) REQUIRE(value >= 0);
    REQUIRE(row.low <= row.high);
    const double closing = row.opening - row.churn - row.contraction + row.expansion + row.won;
    REQUIRE(std::abs(closing - row.closing) <= 1e-9 * (row.opening + row.expansion + row.won));
  }
  for (const estimate* one : {&part.nrr, &part.grr, &part.logos}) {
    if (one->defined())
      REQUIRE((one->value >= 0 && std::isfinite(one->value) && std::isfinite(one->low) && std::isfinite(one->high)));
    else
      REQUIRE(std::isnan(one->value));
  }
  if (part.grr.defined()) REQUIRE(part.grr.value <= std::min(1.0, part.nrr.value) + 1e-12);
}

}  // namespace

TEST_CASE("random books: every forecast closes, month by month and part by part") {
  std::mt19937_64 random(41);
  for (int round = 0; round < random_cases(250); ++round) {
    CAPTURE(round);
    const account_months book = any_book(random);
    forecast_accounts about;
    if (one_in(random, 2)) {
      about.segments = 1 + static_cast<std::uint32_t>(random() % 3);
      about.causes = static_cast<std::uint32_t>(random() % 3);
      for (std::size_t who = 0; who < book.accounts; ++who) {
        about.segment.push_back(static_cast<std::uint32_t>(random() % about.segments));
        about.parent.push_back(static_cast<std::uint32_t>(random() % 10));
        if (about.causes > 0) about.cause.push_back(static_cast<std::uint32_t>(random() % about.causes));
      }
    }
    std::vector<forecast_contract> contracts;
    if (one_in(random, 2)) {
      for (std::uint32_t who = 0; who < book.accounts; who += 1 + static_cast<std::uint32_t>(random() % 3)) {
        const month due = book.first + months{static_cast<std::int32_t>(random() % 60)};
        contracts.push_back(
            {.account = who, .renews_on = due.first_day(), .every = static_cast<std::int32_t>(random() % 14)});
        if (one_in(random, 2)) contracts.back().probability = one_in(random, 4) ? 1 : uniform_of(random);
      }
    }
    forecast_options options{.horizon = 1 + random() % 14, .draws = 8, .seed = static_cast<std::uint64_t>(round)};
    options.decay = !one_in(random, 5);
    if (one_in(random, 2)) options.family = static_cast<churn_family>(random() % 3);
    if (one_in(random, 3)) options.new_mrr = {0, 1e6, 5};
    const mrr_forecast found = forecast_mrr(book, about, contracts, options);
    check_part(found.total);
    for (const forecast_part& part : found.segments) check_part(part);
    REQUIRE((found.month_shock_sd >= 0 && found.month_shock_sd <= 1));
    for (const auto& closings : found.closings) REQUIRE(all_finite(closings));
    for (const naive_rule rule : {naive_rule::flat, naive_rule::last_year, naive_rule::last_churn}) {
      const double naive = naive_forecast(book, rule, options.horizon);
      REQUIRE((naive >= 0 && std::isfinite(naive)));
    }
    for (const double total : mrr_by_month(book)) REQUIRE(std::isfinite(total));
  }
}

TEST_CASE("random contracts: outcomes are a distribution around the expectation") {
  std::mt19937_64 random(42);
  for (int round = 0; round < random_cases(10'000); ++round) {
    CAPTURE(round);
    std::vector<due_contract> contracts;
    for (std::size_t n = random() % 10; n > 0; --n) {
      contracts.push_back({.mrr = static_cast<std::int64_t>(any_size(random, 0, 10)),
                           .renews_in = static_cast<std::int32_t>(random() % 30) - 3,
                           .every = static_cast<std::int32_t>(random() % 13),
                           .probability = one_in(random, 5)   ? 0
                                          : one_in(random, 5) ? 1
                                                              : uniform_of(random)});
    }
    const renewal_outcomes found = outcomes_of_renewals(contracts, static_cast<std::int32_t>(random() % 40));
    REQUIRE((std::isfinite(found.variance) && found.variance >= 0));
    double sum = 0, mean = 0;
    for (const outcome& one : found.outcomes) sum += one.probability, mean += one.probability * static_cast<double>(one.mrr);
    REQUIRE(sum == Approx(1).epsilon(1e-12));
    REQUIRE(mean == Approx(found.expected).epsilon(1e-9));
    REQUIRE(found.low <= found.high);
  }
}

TEST_CASE("random values: scores of forecasts and concentration are numbers, or carry a reason") {
  std::mt19937_64 random(43);
  for (int round = 0; round < random_cases(10'000); ++round) {
    CAPTURE(round);
    std::vector<double> low, high, actual, values;
    for (std::size_t n = random() % 20; n > 0; --n) {
      low.push_back(uniform_of(random, -5, 5) * any_size(random, -3, 9));
      high.push_back(low.back() + (one_in(random, 4) ? 0 : any_size(random, -3, 9)));
      actual.push_back(one_in(random, 5) ? missing_number : uniform_of(random, -5, 5));
      values.push_back(one_in(random, 4) ? 0 : any_size(random, -3, 9));
    }
    const interval_score score = score_intervals(low, high, actual, confidence_level(uniform_of(random, 0.01, 0.99)));
    REQUIRE((score.n == 0) == std::isnan(score.score));
    REQUIRE(score.n + score.missing == static_cast<std::int64_t>(low.size()));
    if (!values.empty()) REQUIRE(crps(values, 3) >= 0);
    const concentration_result shares = concentration(values);
    REQUIRE((!shares.hhi.defined() || (shares.hhi.value > 0 && shares.hhi.value <= 1)));
    REQUIRE((!shares.gini.defined() || (shares.gini.value >= 0 && shares.gini.value <= 1)));
  }
}
