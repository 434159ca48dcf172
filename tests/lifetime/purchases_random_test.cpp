// Random valid customers through models of purchases and amounts: no crash, finite numbers, and a status for each fit.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "random_cases.hpp"
#include "sojourn/lifetime/customer_value.hpp"
#include "sojourn/lifetime/purchase_summary.hpp"
#include "sojourn/lifetime/purchases.hpp"
#include "sojourn/lifetime/spend.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

constexpr purchase_model models[] = {purchase_model::bgnbd, purchase_model::mbgnbd, purchase_model::paretonbd,
                                     purchase_model::bgbb};

struct random_customers {
  std::vector<std::int64_t> x;
  std::vector<double> t_x, T, mean;

  [[nodiscard]] purchase_rows view() const { return {x, t_x, T}; }
};

/// Of 1 to `most` customers: nobody buys again, somebody buys thousands of times, purchases at the very end, days or
/// billions of days. For bgbb times count opportunities.
random_customers any_customers(std::mt19937_64& random, std::size_t most, bool counted) {
  random_customers found;
  const std::size_t n = 1 + random() % most;
  const double unit = !counted && one_in(random, 3) ? any_size(random, -6, 9) : 1;
  const auto kind = random() % 5;
  for (std::size_t i = 0; i < n; ++i) {
    const auto end = static_cast<double>(1 + random() % 40);
    double last = counted ? static_cast<double>(random() % static_cast<std::uint64_t>(end + 1)) : uniform_of(random, 0, end);
    auto times = static_cast<std::int64_t>(random() % 12);
    if (kind == 0 || one_in(random, 3)) times = 0;
    if (kind == 1 && times > 0) last = end;
    if (kind == 2 && times > 0) times = static_cast<std::int64_t>(any_size(random, 0, 4));
    if (times == 0 || last == 0) times = 0, last = 0;
    if (counted && times > 0) times = std::min(times, static_cast<std::int64_t>(last));
    found.x.push_back(times);
    found.t_x.push_back(last * unit);
    found.T.push_back((kind == 3 ? last : end) * unit);
    if (counted) found.T.back() = end;
    found.mean.push_back(times == 0 ? 0 : any_size(random, -1, 5));
  }
  return found;
}

purchase_parameters any_parameters(std::mt19937_64& random, purchase_model model) {
  purchase_parameters found{.model = model};
  for (double& one : found.values) one = any_size(random, -2, 2);
  return found;
}

}  // namespace

TEST_CASE("random customers: every read-out at given parameters is a finite number in its range") {
  std::mt19937_64 random(31);
  for (int round = 0; round < random_cases(300); ++round) {
    CAPTURE(round);
    for (const purchase_model model : models) {
      CAPTURE(static_cast<int>(model));
      const random_customers rows = any_customers(random, 6, model == purchase_model::bgbb);
      const purchase_parameters of = any_parameters(random, model);
      CAPTURE(of.values[0]);
      CAPTURE(of.values[1]);
      CAPTURE(of.values[2]);
      CAPTURE(of.values[3]);
      REQUIRE(all_finite(log_likelihoods(of, rows.view())));
      REQUIRE(all_shares(p_alive(of, rows.view())));
      for (const double log_p : log_p_alive(of, rows.view())) REQUIRE((log_p <= 0 && std::isfinite(log_p)));
      const double ahead = model == purchase_model::bgbb ? static_cast<double>(1 + random() % 50) : any_size(random, -3, 4);
      for (const double purchases : conditional_expected_purchases(of, ahead, rows.view()))
        REQUIRE((purchases >= 0 && std::isfinite(purchases)));
      const double expected = expected_purchases(of, ahead);
      REQUIRE((expected >= 0 && std::isfinite(expected)));
      const double p = purchase_probability(of, static_cast<std::int64_t>(random() % 30), ahead);
      REQUIRE((p >= 0 && p <= 1 + 1e-9));
      for (const double residual : discounted_residual(of, rows.view(), any_size(random, -4, 0)))
        REQUIRE((residual >= 0 && std::isfinite(residual)));
    }
  }
}

TEST_CASE("random customers: a fit that converged has numbers everywhere, any other one a status and a note") {
  std::mt19937_64 random(32);
  const int cases = random_cases(300);
  int converged = 0;
  for (int round = 0; round < cases; ++round) {
    CAPTURE(round);
    for (const purchase_model model : models) {
      CAPTURE(static_cast<int>(model));
      const random_customers rows = any_customers(random, 60, model == purchase_model::bgbb);
      const purchase_fit fit = fit_purchases(rows.view(), model);
      if (!fit.usable()) {
        REQUIRE_FALSE(fit.note.empty());
        continue;
      }
      ++converged;
      REQUIRE(all_finite(fit.parameters.values));
      REQUIRE(all_finite(fit.covariance));
      REQUIRE(std::isfinite(fit.log_likelihood));
      REQUIRE(all_finite(conditional_expected_purchases(fit.parameters, 10, rows.view())));
    }
  }
  CHECK(converged > cases / 10);
}

TEST_CASE("random customers: amounts and values are finite numbers, or NaN where a value is missing") {
  std::mt19937_64 random(33);
  for (int round = 0; round < random_cases(150); ++round) {
    CAPTURE(round);
    random_customers rows = any_customers(random, 20, false);
    const bool gap = one_in(random, 4);
    if (gap) rows.t_x[0] = missing_number;
    const spend_rows amounts{.mean = rows.mean, .x = rows.x};
    const spend_fit fit = fit_spend(amounts);
    if (fit.usable()) {
      REQUIRE(all_finite(fit.parameters.values));
      REQUIRE(all_finite(fit.covariance));
    } else {
      REQUIRE_FALSE(fit.note.empty());
    }
    const spend_parameters of{{any_size(random, -2, 2), 1 + any_size(random, -2, 2), any_size(random, -2, 4)}};
    REQUIRE(std::isfinite(log_likelihood(of, amounts)));
    for (const double mean : conditional_mean(of, amounts)) REQUIRE((mean > 0 && std::isfinite(mean)));
    customer_models both{.purchases = any_parameters(random, models[round % 3]), .spend = of};
    both.purchases_covariance.fill(missing_number);
    both.spend_covariance.fill(missing_number);
    const auto worth = customer_value(both, rows.view(), rows.mean,
                                      {.horizon = uniform_of(random, 0.1, 30), .rate = uniform_of(random), .margin = 0.8});
    for (std::size_t row = 0; row < worth.size(); ++row) {
      if (gap && row == 0)
        REQUIRE(std::isnan(worth[row].value));
      else
        REQUIRE((worth[row].value >= 0 && std::isfinite(worth[row].value)));
    }
  }
}

TEST_CASE("random logs: histories are valid customers") {
  std::mt19937_64 random(34);
  for (int round = 0; round < random_cases(10'000); ++round) {
    CAPTURE(round);
    std::vector<std::uint32_t> account;
    std::vector<std::int32_t> date;
    std::vector<double> amount;
    for (std::size_t n = 1 + random() % 40; n > 0; --n) {
      account.push_back(static_cast<std::uint32_t>(random() % 8));
      date.push_back(static_cast<std::int32_t>(10'000 + random() % 300));
      amount.push_back(one_in(random, 8) ? 0 : any_size(random, -2, 9));
    }
    const auto unit = one_in(random, 2) ? purchase_unit::week : purchase_unit::day;
    const purchase_histories found = purchase_summary({.account = account, .date = date, .amount = amount}, unit);
    random_customers rows;
    for (const purchase_history& one : found.accounts) {
      rows.x.push_back(one.x), rows.t_x.push_back(one.t_x), rows.T.push_back(one.T);
      REQUIRE(std::isnan(one.mean) == (one.x == 0));
    }
    REQUIRE(validate(rows.view()).empty());
  }
}
