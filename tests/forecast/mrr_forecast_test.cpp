#include "sojourn/forecast/mrr_forecast.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "sojourn/domain/error.hpp"
#include "sojourn/exec/executor.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

constexpr std::int64_t tick = mrr::ticks_per_minor;

/// Accounts that leave with a probability of `churn` a month, each with MRR of its own, over `months` months from the start.
account_months random_book(std::uint64_t seed, std::size_t accounts, std::size_t months, double churn, double sigma = 0.5) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> unit;
  account_months book{.first = month::from_ym(2022, 1), .months = months, .accounts = accounts};
  book.ticks.resize(accounts * months);
  book.there.resize(accounts * months);
  for (std::size_t who = 0; who < accounts; ++who) {
    std::int64_t ticks = std::llround(10'000 * std::exp(sigma * normal(random))) * tick;
    for (std::size_t t = random() % (months / 2); t < months; ++t) {
      book.ticks[who * months + t] = ticks;
      book.there[who * months + t] = 1;
      if (unit(random) < churn) break;
      if (unit(random) < 0.03) ticks = ticks * 11 / 10;
      if (unit(random) < 0.01) ticks = ticks * 8 / 10;
    }
  }
  return book;
}

/// Two accounts that pay 1000 and 400 and never left.
account_months steady() {
  account_months book{.first = month::from_ym(2024, 1), .months = 12, .accounts = 2};
  for (const std::int64_t minor : {1000, 400}) {
    for (int t = 0; t < 12; ++t) book.ticks.push_back(minor * tick), book.there.push_back(1);
  }
  return book;
}

double opening_of(const account_months& book) {
  double sum = 0;
  for (std::size_t who = 0; who < book.accounts; ++who)
    sum += static_cast<double>(book.ticks[who * book.months + book.months - 1]) / static_cast<double>(tick);
  return sum;
}

void check_identities(const forecast_part& part) {
  for (std::size_t h = 0; h < part.rows.size(); ++h) {
    const forecast_row& row = part.rows[h];
    const double closing = row.opening - row.churn - row.contraction + row.expansion + row.won;
    REQUIRE(closing == Approx(row.closing).epsilon(1e-9));
    if (h > 0) REQUIRE(row.opening == Approx(part.rows[h - 1].closing).epsilon(1e-9));
    if (!part.churn_by_cause[h].empty()) {
      double sum = 0;
      for (const double lost : part.churn_by_cause[h]) sum += lost;
      REQUIRE(sum == Approx(row.churn).epsilon(1e-9));
    }
  }
}

}  // namespace

TEST_CASE("mrr_forecast: rows close to zero, segments add up, causes add up, and GRR is at most NRR and 1") {
  const account_months book = random_book(1, 200, 24, 0.03);
  forecast_accounts about{.segments = 3, .causes = 2};
  for (std::uint32_t who = 0; who < 200; ++who) about.segment.push_back(who % 3), about.cause.push_back(who % 2);
  const mrr_forecast found = forecast_mrr(book, about, {}, {.draws = 200, .new_mrr = {5000, 0, 7000}});
  REQUIRE(found.segments.size() == 4);
  check_identities(found.total);
  for (const forecast_part& part : found.segments) check_identities(part);
  for (std::size_t h = 0; h < 12; ++h) {
    double closing = 0;
    for (const forecast_part& part : found.segments) closing += part.rows[h].closing;
    CHECK(closing == Approx(found.total.rows[h].closing).epsilon(1e-9));
    CHECK(found.total.rows[h].low <= found.total.rows[h].high);
  }
  CHECK(found.total.rows[0].opening == Approx(opening_of(book)).epsilon(1e-12));
  CHECK(found.segments[3].rows[0].closing == 5000);
  CHECK(found.segments[3].rows[2].won == 7000);
  CHECK(found.total.grr.value <= std::min(1.0, found.total.nrr.value));
  CHECK(found.total.grr.high <= 1);
  CHECK(found.total.arr.value == Approx(12 * found.total.rows[11].closing));
}

TEST_CASE("mrr_forecast: new business enters neither NRR nor GRR") {
  const account_months book = random_book(2, 100, 18, 0.04);
  const mrr_forecast without = forecast_mrr(book, {}, {}, {.draws = 100});
  const mrr_forecast with = forecast_mrr(book, {}, {}, {.draws = 100, .new_mrr = std::vector<double>(12, 90'000)});
  CHECK(with.total.nrr.value == without.total.nrr.value);
  CHECK(with.total.grr.low == without.total.grr.low);
  CHECK(with.total.arr.value > without.total.arr.value);
}

TEST_CASE("mrr_forecast: the same seed gives the same bits on any threads, another seed does not") {
  const account_months book = random_book(3, 150, 20, 0.03);
  const mrr_forecast one = forecast_mrr(book, {}, {}, {.draws = 64});
  thread_executor three(3);
  const mrr_forecast other =
      forecast_mrr(book, {}, {}, {.draws = 64}, [&](std::size_t n, detail::task_ref draw) { three.bulk(n, draw); });
  CHECK(one.closings == other.closings);
  CHECK(one.total.nrr.low == other.total.nrr.low);
  CHECK(forecast_mrr(book, {}, {}, {.draws = 64, .seed = 2}).closings != one.closings);
}

TEST_CASE("mrr_forecast: under contract beyond the horizon all is certain, and a renewal is a coin") {
  const std::vector<forecast_contract> certain{{.account = 0, .renews_on = parse_day("2026-02-01").value(), .every = 12},
                                               {.account = 1, .renews_on = parse_day("2026-06-01").value(), .every = 12}};
  const mrr_forecast point = forecast_mrr(steady(), {}, certain, {.draws = 100});
  CHECK(point.total.rows[11].low == 1400);
  CHECK(point.total.rows[11].high == 1400);
  CHECK(point.total.rows[11].under_contract == 1400);
  const std::vector<forecast_contract> coin{
      {.account = 0, .renews_on = parse_day("2025-03-01").value(), .every = 12, .probability = 0.8},
      {.account = 1, .renews_on = parse_day("2025-09-01").value(), .every = 12, .probability = 0.5}};
  const mrr_forecast due = forecast_mrr(steady(), {}, coin, {.level = confidence_level{0.8}, .draws = 20'000});
  CHECK(due.total.rows[1].closing == 1400);
  CHECK(due.total.rows[2].renewal_due == 1000);
  CHECK(due.total.rows[11].closing == Approx(1000).epsilon(0.01));  // FC-01 without its certain third account
  CHECK(due.total.rows[11].process_sd == Approx(std::sqrt(200'000.0)).epsilon(0.02));
  CHECK(due.total.rows[11].parameter_sd == 0);
  for (const double closing : due.closings[11])
    REQUIRE((closing == 0 || closing == 400 || closing == 1000 || closing == 1400));
}

TEST_CASE("mrr_forecast: a contract without a probability renews with what the curve says for its term") {
  const account_months book = random_book(4, 2000, 24, 0.05, 0);
  std::vector<forecast_contract> contracts;
  for (std::uint32_t who = 0; who < 2000; ++who)
    contracts.push_back({.account = who, .renews_on = parse_day("2024-12-01").value(), .every = 12});
  const mrr_forecast yearly = forecast_mrr(book, {}, contracts, {.draws = 50, .family = churn_family::geometric});
  const mrr_forecast monthly = forecast_mrr(book, {}, {}, {.draws = 50, .family = churn_family::geometric});
  CHECK(yearly.total.logos.value == Approx(monthly.total.logos.value).epsilon(0.03));
  CHECK(yearly.total.rows[10].accounts == monthly.total.logos.n);  // nobody can leave before December
  CHECK(yearly.contracts_ignored > 0);                             // of those who have left
}

TEST_CASE("mrr_forecast: annual accounts renew as often as in terms that came to their end") {
  std::mt19937_64 random(12);
  std::uniform_real_distribution<double> unit;
  for (const bool mixed : {false, true}) {
    CAPTURE(mixed);
    account_months book{.first = month::from_ym(2022, 1), .months = 24, .accounts = 3000};
    std::vector<forecast_contract> of_customers, of_all;
    for (std::uint32_t who = 0; who < 3000; ++who) {
      const std::size_t start = random() % 18, first = book.ticks.size();
      book.ticks.resize(first + 24), book.there.resize(first + 24);
      const bool annual = !mixed || who % 2 == 0;
      std::int64_t ticks = 1000 * tick;
      for (std::size_t t = start; t < 24; ++t) {
        const bool due = (t - start) % 12 == 0;
        if (t > start && (annual ? due && unit(random) < 0.2 : unit(random) < 0.01)) break;
        if (t > start && due && annual) ticks = ticks * 11 / 10;
        book.ticks[first + t] = ticks, book.there[first + t] = 1;
      }
      if (!annual) continue;
      const month renewal = book.first + months{static_cast<std::int32_t>(start) + (start < 12 ? 24 : 12)};
      of_all.push_back({.account = who, .renews_on = renewal.first_day(), .every = 12});
      if (book.there[first + 23] != 0) of_customers.push_back(of_all.back());
    }
    const double wanted = mixed ? (0.8 * 0.8 + std::pow(0.99, 12)) / 1.8 : 0.8;
    for (const auto& contracts : {of_customers, of_all}) {
      const mrr_forecast found = forecast_mrr(book, {}, contracts, {.draws = 60});
      CHECK(found.total.logos.value == Approx(wanted).epsilon(0.03));
      CHECK(found.total.rows[11].accounts == Approx(found.total.logos.value * static_cast<double>(found.total.logos.n)));
      // Those who stay grow by a tenth at their renewal.
      if (!mixed) CHECK(found.total.nrr.value == Approx(0.88).epsilon(0.03));
    }
    CHECK(forecast_mrr(book, {}, of_customers, {.draws = 2}).contracts_ignored == 0);
    CHECK(forecast_mrr(book, {}, of_all, {.draws = 2}).contracts_ignored > 0);
  }
}

TEST_CASE("mrr_forecast: a few renewals teach nothing, and months say what a term loses") {
  const account_months book = random_book(9, 400, 11, 0.03, 0);  // shorter than a term
  std::vector<forecast_contract> contracts;
  for (std::uint32_t who = 0; who < 400; ++who)
    contracts.push_back({.account = who, .renews_on = parse_day("2022-12-01").value(), .every = 12});
  const mrr_forecast found = forecast_mrr(book, {}, contracts, {.draws = 50, .family = churn_family::geometric});
  CHECK(found.total.rows[0].churn / found.total.rows[0].opening == Approx(1 - std::pow(0.97, 12)).epsilon(0.25));
  CHECK(found.total.rows[1].churn == 0);
}

TEST_CASE("mrr_forecast: the rate that made the book is found, and both kinds of spread count") {
  const account_months book = random_book(5, 3000, 24, 0.03);
  const mrr_forecast found = forecast_mrr(book, {}, {}, {.draws = 300});
  CHECK(found.total.logos.value == Approx(std::pow(0.97, 12)).epsilon(0.04));
  CHECK(found.total.rows[11].process_sd > 0);
  CHECK(found.total.rows[11].parameter_sd > 0);
  const auto width = [&](forecast_spread spread) {
    const mrr_forecast one = forecast_mrr(book, {}, {}, {.draws = 300, .spread = spread});
    return one.total.rows[11].high - one.total.rows[11].low;
  };
  CHECK(width(forecast_spread::process) < width(forecast_spread::both));
  CHECK(width(forecast_spread::parameters) < width(forecast_spread::both));
}

TEST_CASE("mrr_forecast: accounts of one parent leave together") {
  account_months book = random_book(6, 400, 24, 0.03, 0);
  forecast_accounts family;
  for (std::uint32_t who = 0; who < 400; ++who) family.parent.push_back(who / 40);
  const mrr_forecast alone = forecast_mrr(book, {}, {}, {.draws = 400}),
                     together = forecast_mrr(book, family, {}, {.draws = 400});
  CHECK(together.effective_accounts < 11);
  CHECK(alone.effective_accounts > 50);
  CHECK(together.total.rows[11].process_sd > 2 * alone.total.rows[11].process_sd);
}

TEST_CASE("mrr_forecast: months that lost unevenly have a shock, even ones do not") {
  account_months uneven{.first = month::from_ym(2023, 1), .months = 12, .accounts = 600};
  for (std::size_t who = 0; who < 600; ++who) {
    const std::size_t until = who < 100 ? 3 : who < 200 ? 7 : 12;
    for (std::size_t t = 0; t < 12; ++t)
      uneven.ticks.push_back(t < until ? 100 * tick : 0), uneven.there.push_back(t < until);
  }
  CHECK(forecast_mrr(uneven, {}, {}, {.draws = 2, .family = churn_family::geometric}).month_shock_sd > 0.5);
  CHECK(forecast_mrr(random_book(7, 1000, 24, 0.03), {}, {}, {.draws = 2}).month_shock_sd < 0.3);
}

TEST_CASE("mrr_forecast: the largest accounts have scenarios") {
  const mrr_forecast found = forecast_mrr(steady(), {}, {}, {.draws = 50, .largest = 1});
  REQUIRE(found.largest.size() == 1);
  CHECK(found.largest[0].account == 0);
  CHECK(found.largest[0].mrr == 1000);
  CHECK(found.largest[0].if_it_stays - found.largest[0].if_it_leaves == Approx(1000));
  CHECK(found.effective_accounts == Approx(1400.0 * 1400 / (1000 * 1000 + 400 * 400)));
}

TEST_CASE("mrr_forecast: what cannot be meant is refused") {
  const account_months book = steady();
  CHECK_THROWS_AS((void)forecast_mrr(book, {}, {}, {.horizon = 0}), schema_error);
  CHECK_THROWS_AS((void)forecast_mrr(book, {}, {}, {.draws = 1}), schema_error);
  CHECK_THROWS_AS((void)forecast_mrr(book, {}, {}, {.draws = 1'000'000'000}), schema_error);
  CHECK_THROWS_AS((void)forecast_mrr(book, {.segment = {0}}), schema_error);
  CHECK_THROWS_AS((void)forecast_mrr(book, {.segment = {0, 5}, .segments = 2}), schema_error);
  CHECK_THROWS_AS((void)forecast_mrr(book, {}, {}, {.new_mrr = {-1}}), data_error);
  const auto with = [&](forecast_contract one) {
    const std::vector<forecast_contract> rows{one};
    return forecast_mrr(book, {}, rows, {.draws = 2});
  };
  CHECK_THROWS_AS((void)with({.account = 9, .renews_on = parse_day("2025-03-01").value()}), data_error);
  CHECK_THROWS_AS((void)with({.account = 0, .renews_on = parse_day("2025-03-01").value(), .every = -1}), data_error);
  CHECK_THROWS_AS((void)with({.account = 0, .renews_on = parse_day("2025-03-01").value(), .probability = 1.5}), data_error);
  CHECK(with({.account = 0, .renews_on = parse_day("2023-03-01").value()}).contracts_ignored == 1);
  CHECK(with({.account = 0, .renews_on = parse_day("2023-03-01").value(), .every = 12}).contracts_ignored == 0);
}

TEST_CASE("mrr_forecast: money leaves as rarely as the few accounts that pay most of it") {
  // 20 of 500 accounts pay 50 times as much as the others, which is two thirds of the MRR, and never leave.
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> unit;
  account_months book{.first = month::from_ym(2022, 1), .months = 24, .accounts = 500};
  book.ticks.resize(book.accounts * book.months);
  book.there.resize(book.accounts * book.months);
  double opening = 0, expected = 0;
  for (std::size_t who = 0; who < book.accounts; ++who) {
    const bool large = who < 20;
    for (std::size_t t = 0; t < book.months; ++t) {
      book.ticks[who * book.months + t] = (large ? 50'000 : 1'000) * tick;
      book.there[who * book.months + t] = 1;
      if (t + 1 == book.months) opening += large ? 50 : 1, expected += large ? 50 : std::pow(0.97, 12);
      if (!large && unit(random) < 0.03) break;
    }
  }
  const mrr_forecast found = forecast_mrr(book, {}, {}, {.draws = 200});
  CHECK(found.total.grr.value == Approx(expected / opening).epsilon(0.05));
  CHECK(found.total.grr.low <= expected / opening);
  CHECK(found.total.grr.high >= expected / opening);
}
