#include "sojourn/lifetime/spend.hpp"
#include "one_call.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "sojourn/domain/error.hpp"
#include "sojourn/exec/executor.hpp"

using namespace sojourn;

namespace {

struct amounts {
  std::vector<double> mean;
  std::vector<std::int64_t> x;
  std::vector<std::int64_t> count{};

  [[nodiscard]] spend_rows view() const { return {mean, x, count}; }
};

amounts simulated(std::size_t n, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::gamma_distribution<double> among(3.7, 1 / 15.4);
  amounts found;
  for (std::size_t i = 0; i < n; ++i) {
    std::gamma_distribution<double> amount(6.2, 1 / among(random));
    const auto x = static_cast<std::int64_t>(random() % 5);
    double total = 0;
    for (std::int64_t k = 0; k < x; ++k) total += amount(random);
    found.x.push_back(x);
    found.mean.push_back(x == 0 ? 0 : total / static_cast<double>(x));
  }
  return found;
}

/// Likelihood of a mean and expected amount of the next purchase, integrated over the rates of customers.
struct mixed_amount {
  double likelihood = 0, next = 0;
};

mixed_amount mixed(const spend_parameters& of, double mean, double x) {
  const auto [p, q, v] = of.values;
  double all = 0, next = 0;
  for (double y = -40; y < 40; y += 0.0625) {
    const double rate = std::exp(y);
    const double among = q * std::log(v) - std::lgamma(q) + q * y - v * rate;
    const double own = p * x * std::log(rate * x) + (p * x - 1) * std::log(mean) - rate * x * mean - std::lgamma(p * x);
    const double weight = std::exp(among + own) * 0.0625;
    all += weight;
    next += weight * p / rate;
  }
  return {all, next / all};
}

}  // namespace

TEST_CASE("amounts are the mixture of customers that the model says they are") {
  for (const std::array<double, 3> values : {std::array{6.25, 3.74, 15.44}, std::array{0.8, 1.5, 40.0}}) {
    const spend_parameters of{values};
    for (const double x : {1.0, 2.0, 17.0}) {
      for (const double mean : {3.0, 35.0, 400.0}) {
        const std::vector<double> means{mean};
        const std::vector<std::int64_t> counts{static_cast<std::int64_t>(x)};
        const mixed_amount wanted = mixed(of, mean, x);
        CHECK(log_likelihood(of, {means, counts}) == doctest::Approx(std::log(wanted.likelihood)).epsilon(1e-11));
        CHECK(conditional_mean(of, {means, counts})[0] == doctest::Approx(wanted.next).epsilon(1e-11));
      }
    }
  }
}

TEST_CASE("the fit of amounts is a maximum, and its covariance the inverse of the information") {
  const amounts rows = simulated(4000, 2);
  const spend_fit fit = fit_spend(rows.view());
  REQUIRE(fit.usable());
  CHECK(fit.gradient_norm < 1e-7);
  CHECK(fit.without_purchases + fit.customers == 4000);
  const auto at = [&](std::size_t i, double by_i, std::size_t j, double by_j) {
    spend_parameters moved = fit.parameters;
    moved.values[i] += by_i * fit.parameters.values[i];
    moved.values[j] += by_j * fit.parameters.values[j];
    return log_likelihood(moved, rows.view());
  };
  constexpr double h = 1e-3;
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(at(i, 0.02, i, 0) < fit.log_likelihood);
    CHECK(at(i, -0.02, i, 0) < fit.log_likelihood);
    for (std::size_t j = 0; j < 3; ++j) {
      double product = 0;
      for (std::size_t k = 0; k < 3; ++k) {
        const double second = (at(i, h, k, h) - at(i, h, k, -h) - at(i, -h, k, h) + at(i, -h, k, -h)) / (4 * h * h);
        product -= second * fit.covariance[3 * k + j] / (fit.parameters.values[i] * fit.parameters.values[k]);
      }
      CHECK(std::abs(product * fit.parameters.values[i] / fit.parameters.values[j] - (i == j ? 1 : 0)) < 2e-3);
    }
  }
  // true parameters within four standard errors
  const std::array<double, 3> truth{6.2, 3.7, 15.4};
  for (std::size_t k = 0; k < 3; ++k)
    CHECK(std::abs(fit.parameters.values[k] - truth[k]) < 4 * std::sqrt(fit.covariance[4 * k]));
}

TEST_CASE("a fit of amounts is the same bits for any number of threads") {
  const amounts rows = simulated(9000, 4);
  const spend_fit alone = fit_spend(rows.view());
  for (const std::size_t threads : {2u, 5u}) {
    const thread_executor host(threads);
    const spend_fit other = fit_spend(rows.view(), any_executor(host));
    CHECK(other.parameters.values == alone.parameters.values);
    CHECK(other.covariance == alone.covariance);
    CHECK(other.log_likelihood == alone.log_likelihood);
  }
}

TEST_CASE("amounts that a model cannot carry have a status") {
  const auto status = [](const amounts& rows) { return fit_spend(rows.view()).status; };
  CHECK(status({}) == purchase_status::no_repeat_purchases);
  CHECK(status({{0, 0}, {0, 3}}) == purchase_status::no_repeat_purchases);
  CHECK(status({{5, 5, 5, 5}, {1, 2, 3, 4}}) != purchase_status::converged);  // no customer differs
  CHECK(status({{5}, {2}}) != purchase_status::converged);
  const spend_fit counted =
      fit_spend({.mean = one_call(std::vector<double>{5, 0, 0, 7}), .x = one_call(std::vector<std::int64_t>{1, 0, 2, 3})});
  CHECK(counted.without_purchases == 1);
  CHECK(counted.without_amount == 1);
  CHECK(counted.customers == 2);
}

TEST_CASE("the mean amount needs q above 1, and rows that break a rule say what is wrong") {
  const spend_parameters of{{6, 1, 15}};
  const amounts rows{{20}, {2}};
  CHECK_THROWS_AS((void)population_mean(of), schema_error);
  CHECK_THROWS_AS((void)conditional_mean(of, rows.view()), schema_error);
  CHECK(std::isfinite(log_likelihood(of, rows.view())));  // the likelihood is fine
  CHECK_THROWS_AS((void)fit_spend(amounts{{-1}, {2}}.view()), data_error);
  CHECK_THROWS_AS((void)fit_spend(amounts{{1}, {-2}}.view()), data_error);
  CHECK_THROWS_AS((void)fit_spend(amounts{{1}, {2}, {-1}}.view()), data_error);
  CHECK_THROWS_AS((void)population_mean({{0, 2, 1}}), schema_error);
  const double missing = std::nan("");
  const auto found = conditional_mean({{6, 2, 15}}, amounts{{missing, missing}, {0, 2}}.view());
  CHECK(found[0] == population_mean({{6, 2, 15}}));
  CHECK(std::isnan(found[1]));
}
