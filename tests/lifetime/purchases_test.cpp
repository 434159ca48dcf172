#include "sojourn/lifetime/purchases.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <random>

#include "mixed_customers.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/domain/words.hpp"
#include "sojourn/exec/executor.hpp"
#include "sojourn/lifetime/fitted_parameter.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

constexpr auto models = {purchase_model::bgnbd, purchase_model::mbgnbd, purchase_model::paretonbd, purchase_model::bgbb};

struct customers {
  std::vector<std::int64_t> x;
  std::vector<double> t_x, T;
  std::vector<std::int64_t> count{};

  [[nodiscard]] purchase_rows view() const { return {x, t_x, T, count}; }
  void add(std::int64_t purchases, double last, double end) {
    x.push_back(purchases);
    t_x.push_back(last);
    T.push_back(end);
  }
};

void check_near(double found, double wanted, double tolerance) {
  CAPTURE(found);
  CAPTURE(wanted);
  CHECK(std::abs(found - wanted) <= tolerance * std::abs(wanted));
}

/// Customers whose rates are drawn as the model says: Pareto/NBD, or BG/NBD where `chance` is true.
customers simulated(std::size_t n, bool chance, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::gamma_distribution<double> rates(0.6, 1 / 10.0), leaving(0.7, 1 / 12.0), one(1, 1), three(2.5, 1);
  std::uniform_real_distribution<double> uniform(0, 1);
  customers found;
  for (std::size_t i = 0; i < n; ++i) {
    const double rate = rates(random), end = 27 + std::floor(84 * uniform(random)) / 7;
    const double first = one(random), p = first / (first + three(random));
    double left = chance ? 1e300 : -std::log(1 - uniform(random)) / leaving(random);
    double now = 0, last = 0;
    std::int64_t x = 0;
    for (;;) {
      now += -std::log(1 - uniform(random)) / rate;
      if (now > std::min(left, end)) break;
      last = std::ceil(now * 7) / 7;
      ++x;
      if (chance && uniform(random) < p) left = 0;
    }
    found.add(x, std::min(last, end), end);
  }
  return found;
}

}  // namespace

TEST_CASE("each model is the mixture of customers that it says it is") {
  const customers rows{{0, 1, 3, 4, 12}, {0, 2, 5, 8, 12}, {7, 9, 6, 8, 30}};
  const std::array<std::array<double, 4>, 3> parameters{{{0.7, 4, 0.8, 2.4}, {2.5, 9, 1, 0.9}, {1.2, 0.75, 1.6, 12}}};
  for (const purchase_model model : models) {
    for (const auto& values : parameters) {
      CAPTURE(word_of(model));
      CAPTURE(values[0]);
      const purchase_parameters of{model, values};
      const auto likelihoods = log_likelihoods(of, rows.view());
      const auto alive = p_alive(of, rows.view()), log_alive = log_p_alive(of, rows.view());
      const auto ahead = conditional_expected_purchases(of, 5, rows.view());
      const auto discounted = discounted_residual(of, rows.view(), 0.05);
      for (std::size_t row = 0; row < rows.x.size(); ++row) {
        const auto x = static_cast<double>(rows.x[row]);
        const auto customer = [&](double rate) {
          return mix(of, [&, rate](double buys, double leaves) {
            return definition(model, x, rows.t_x[row], rows.T[row], 5, rate, buys, leaves);
          });
        };
        const mixed_customer wanted = customer(0), residual = customer(0.05);
        check_near(likelihoods[row], std::log(wanted.likelihood), 1e-11);
        check_near(alive[row], wanted.p_alive, 1e-10);
        CHECK(std::abs(log_alive[row] - std::log(alive[row])) < 1e-13);
        check_near(ahead[row], wanted.ahead, 1e-10);
        check_near(discounted[row], residual.ahead, 1e-10);
      }
    }
  }
}

TEST_CASE("probabilities of all numbers of purchases add up to 1, and to the expected number") {
  for (const purchase_model model : models) {
    for (const std::array<double, 4> values : {std::array{0.6, 10.6, 0.8, 2.4}, std::array{3.0, 8.0, 2.0, 9.0}}) {
      CAPTURE(word_of(model));
      const purchase_parameters of{model, values};
      for (const double t : {0.0, 1.0, 12.0}) {
        double sum = 0, mean = 0;
        for (std::int64_t n = 0; n <= 200; ++n) {
          const double share = purchase_probability(of, n, t);
          CHECK(share >= 0);
          sum += share;
          mean += static_cast<double>(n) * share;
        }
        check_near(sum, 1, 1e-11);
        CHECK(std::abs(mean - expected_purchases(of, t)) <= 1e-10 * (1 + mean));
      }
    }
  }
}

TEST_CASE("expected purchases have no hole where a textbook divides by zero") {
  // a = 1 and a + b = 1 of BG/NBD, s = 1 of Pareto/NBD, gamma = 1 of BG/BB.
  for (const purchase_model model : models) {
    CAPTURE(word_of(model));
    for (const double third : {0.2, 0.5, 1.0}) {
      const auto at = [&](double moved) { return expected_purchases({model, {0.7, 4, third + moved, 0.5}}, 30); };
      for (const double moved : {1e-12, 1e-9, 1e-6}) check_near(at(moved), at(0), 10 * moved + 1e-12);
      for (const double moved : {0.9e-3, 1.1e-3}) {  // both sides of where another form is taken
        CHECK(at(moved) < at(0));
        CHECK(at(moved) > at(2 * moved));
      }
    }
  }
}

TEST_CASE("conditional expectations stay right where the textbook's hypergeometric function overflows") {
  // 60 digits of the textbook form with mpmath
  const purchase_parameters of{purchase_model::bgnbd, {0.2425945243, 4.413601992, 0.7929219283, 2.425906446}};
  customers rows;
  rows.add(1500, 38, 38.86);
  for (const auto& [horizon, wanted] :
       {std::pair{39.0, 1.628157486395066e-7}, {520.0, 8.027463785972959e-7}, {0.25, 1.365247383080029e-9}})
    check_near(conditional_expected_purchases(of, horizon, rows.view())[0], wanted, 1e-9);
  customers fewer;
  fewer.add(300, 30, 38.86);
  check_near(conditional_expected_purchases(of, 520, fewer.view())[0], 5.208628380367459e-25, 1e-9);
}

TEST_CASE("the maximum is one: no parameters near it are more likely, and the slopes are 0") {
  for (const purchase_model model : {purchase_model::bgnbd, purchase_model::mbgnbd, purchase_model::paretonbd}) {
    CAPTURE(word_of(model));
    const customers rows = simulated(3000, model != purchase_model::paretonbd, 3);
    const purchase_fit fit = fit_purchases(rows.view(), model);
    REQUIRE(fit.status == purchase_status::converged);
    CHECK(fit.gradient_norm < 1e-7);
    CHECK(fit.condition_number > 1);
    CHECK(std::abs(log_likelihood(fit.parameters, rows.view()) - fit.log_likelihood) < 1e-8);
    for (std::size_t k = 0; k < 4; ++k) {
      CHECK(fit.covariance[5 * k] > 0);
      for (const double factor : {0.98, 1.02}) {
        purchase_parameters near = fit.parameters;
        near.values[k] *= factor;
        CHECK(log_likelihood(near, rows.view()) < fit.log_likelihood);
      }
    }
  }
}

TEST_CASE("the covariance is the inverse of the information, by differences of the log-likelihood") {
  const customers rows = simulated(2000, false, 5);
  for (const purchase_model model : {purchase_model::bgnbd, purchase_model::mbgnbd, purchase_model::paretonbd}) {
    CAPTURE(word_of(model));
    const purchase_fit fit = fit_purchases(rows.view(), model);
    REQUIRE(fit.usable());
    const auto at = [&](std::size_t i, double by_i, std::size_t j, double by_j) {
      purchase_parameters moved = fit.parameters;
      moved.values[i] += by_i * fit.parameters.values[i];
      moved.values[j] += by_j * fit.parameters.values[j];
      return log_likelihood(moved, rows.view());
    };
    constexpr double h = 1e-3;
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = 0; j < 4; ++j) {
        double product = 0;  // information x covariance, one cell
        for (std::size_t k = 0; k < 4; ++k) {
          const double second = (at(i, h, k, h) - at(i, h, k, -h) - at(i, -h, k, h) + at(i, -h, k, -h)) / (4 * h * h);
          product -= second * fit.covariance[4 * k + j] / (fit.parameters.values[i] * fit.parameters.values[k]);
        }
        const double scale = fit.parameters.values[j] / fit.parameters.values[i];
        CHECK(std::abs(product / scale - (i == j ? 1 : 0)) < 2e-3);
      }
    }
  }
}

TEST_CASE("95 % limits of fitted parameters hold the true ones about 95 times in 100") {
  const std::array<double, 4> truth{0.6, 10, 0.7, 12};
  std::array<int, 4> held{};
  int fits = 0;
  for (std::uint64_t seed = 100; seed < 300; ++seed) {
    const purchase_fit fit = fit_purchases(simulated(1500, false, seed).view(), purchase_model::paretonbd);
    if (!fit.usable()) continue;
    ++fits;
    const auto shown = fitted_parameters(parameter_names(purchase_model::paretonbd), fit.parameters.values, fit.covariance,
                                         confidence_level{0.95});
    for (std::size_t k = 0; k < 4; ++k) held[k] += shown[k].low <= truth[k] && truth[k] <= shown[k].high;
  }
  CHECK(fits > 180);
  for (const int times : held) {
    CAPTURE(times);
    CHECK(times > 0.90 * fits);
    CHECK(times < 0.99 * fits);
  }
}

TEST_CASE("a fit is the same bits for any number of threads, any order of rows, and counts instead of repeats") {
  const customers rows = simulated(12'000, false, 7);
  std::vector<std::size_t> order(rows.x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937_64 random(1);
  std::shuffle(order.begin(), order.end(), random);
  customers mixed, counted;
  for (const std::size_t row : order) mixed.add(rows.x[row], rows.t_x[row], rows.T[row]);
  for (std::size_t row = 0; row < rows.x.size(); ++row) {
    counted.add(rows.x[row], rows.t_x[row], rows.T[row]);
    counted.count.push_back(1);
  }
  counted.add(5, 6, 7);  // as if it were absent
  counted.count.push_back(0);
  for (const purchase_model model : {purchase_model::bgnbd, purchase_model::paretonbd}) {
    const purchase_fit alone = fit_purchases(rows.view(), model);
    REQUIRE(alone.usable());
    CHECK(alone.distinct > 2048);  // several chunks
    const auto same = [&](const purchase_fit& other) {
      return other.log_likelihood == alone.log_likelihood && other.parameters.values == alone.parameters.values &&
             other.covariance == alone.covariance && other.customers == alone.customers;
    };
    for (const std::size_t threads : {2u, 3u, 7u}) {
      const thread_executor host(threads);
      CHECK(same(fit_purchases(rows.view(), model, {}, any_executor(host))));
      const auto serial = conditional_expected_purchases(alone.parameters, 39, rows.view());
      const auto parallel = conditional_expected_purchases(alone.parameters, 39, rows.view(), any_executor(host));
      CHECK(std::memcmp(serial.data(), parallel.data(), serial.size() * sizeof(double)) == 0);
    }
    CHECK(same(fit_purchases(mixed.view(), model)));
    CHECK(same(fit_purchases(counted.view(), model)));
  }
}

TEST_CASE("units of time change alpha and beta and nothing else") {
  const customers weeks = simulated(2000, false, 11);
  customers days = weeks;
  for (double& t : days.t_x) t *= 7;
  for (double& t : days.T) t *= 7;
  const auto in_weeks = fit_purchases(weeks.view(), purchase_model::paretonbd).parameters.values;
  const auto in_days = fit_purchases(days.view(), purchase_model::paretonbd).parameters.values;
  const std::array<double, 4> factor{1, 7, 1, 7};
  for (std::size_t k = 0; k < 4; ++k) check_near(in_days[k], factor[k] * in_weeks[k], 1e-6);
}

TEST_CASE("data that a model cannot carry have a status and no parameters") {
  const auto refused = [](const customers& rows, purchase_model model, purchase_status wanted) {
    const purchase_fit fit = fit_purchases(rows.view(), model);
    CAPTURE(word_of(model));
    CAPTURE(word_of(fit.status));
    CAPTURE(fit.note);
    CHECK(fit.status == wanted);
    CHECK(!fit.note.empty());
    for (const double value : fit.parameters.values) CHECK(std::isnan(value));
    for (const double value : fit.covariance) CHECK(std::isnan(value));
    CHECK(std::isnan(fit.log_likelihood));
  };
  for (const purchase_model model : models) {
    refused({{0, 0, 0}, {0, 0, 0}, {3, 5, 9}}, model, purchase_status::no_repeat_purchases);
    refused({}, model, purchase_status::no_repeat_purchases);
    refused({{0}, {0}, {0}}, model, purchase_status::no_repeat_purchases);
    refused({{3}, {5}, {9}}, model, purchase_status::at_boundary);                             // one customer
    refused({{2, 2, 2, 2}, {9, 9, 9, 9}, {9, 9, 9, 9}}, model, purchase_status::at_boundary);  // t_x = T: nobody leaves
  }
}

TEST_CASE("10,000 random customers and parameters give numbers, and probabilities lie between 0 and 1") {
  std::mt19937_64 random(20);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int trial = 0; trial < 10'000; ++trial) {
    const auto model = static_cast<purchase_model>(trial % 4);
    purchase_parameters of{model};
    for (double& value : of.values) value = std::exp(uniform(random) * 14 - 7);
    const bool whole = model == purchase_model::bgbb;
    double end = whole ? static_cast<double>(random() % 60) : std::exp(uniform(random) * 12 - 4);
    std::int64_t x = static_cast<std::int64_t>(random() % (trial % 3 == 0 ? 400 : 6));
    if (trial % 11 == 0) end = 0;
    if (whole) x = std::min(x, static_cast<std::int64_t>(end));
    double last = x == 0 ? 0 : trial % 5 == 0 ? end : end * uniform(random);
    if (whole && x > 0) last = std::floor(std::clamp(last, static_cast<double>(x), end));
    customers one;
    one.add(x, last, end);
    CAPTURE(word_of(model));
    CAPTURE(trial);
    CHECK(std::isfinite(log_likelihoods(of, one.view())[0]));
    const double alive = p_alive(of, one.view())[0], log_alive = log_p_alive(of, one.view())[0];
    CHECK((alive >= 0 && alive <= 1 && log_alive <= 0 && std::isfinite(log_alive)));
    const double horizon = whole ? 12 : end + 1;
    const double ahead = conditional_expected_purchases(of, horizon, one.view())[0];
    CHECK((ahead >= 0 && std::isfinite(ahead)));
    const double fresh = expected_purchases(of, horizon);
    CHECK((fresh >= 0 && std::isfinite(fresh)));
    CHECK(expected_purchases(of, horizon + 1) >= fresh * (1 - 1e-12));
    const double share = purchase_probability(of, x, horizon);
    CHECK((share >= 0 && share <= 1 + 1e-9));
    if (trial % 4 == 1 && trial % 40 != 1) continue;  // the integral within an integral, less often
    const double residual = discounted_residual(of, one.view(), 0.01)[0];
    CHECK((residual >= 0 && std::isfinite(residual)));
  }
}

TEST_CASE("rows that break a rule, and parameters out of range, say what is wrong") {
  const auto refused = [](const customers& rows, purchase_model model, const char* with) {
    try {
      (void)fit_purchases(rows.view(), model);
      FAIL("taken");
    } catch (const data_error& error) {
      CAPTURE(error.what());
      CHECK(std::string(error.what()).find(with) != std::string::npos);
    }
  };
  const auto bgnbd = purchase_model::bgnbd, bgbb = purchase_model::bgbb;
  refused({{1, -1}, {1, 1}, {2, 2}}, bgnbd, "\"x\", row 1, value -1");
  refused({{1}, {3}, {2}}, bgnbd, "\"t_x\", row 0, value 3");
  refused({{0}, {1}, {2}}, bgnbd, "t_x is 0 where x is 0");
  refused({{1}, {1}, {-2}}, bgnbd, "\"T\", row 0, value -2");
  refused({{1}, {1}, {2.5}}, bgbb, "a number of opportunities is whole");
  refused({{2}, {1}, {3}}, bgbb, "at least x opportunities");
  refused({{1}, {1}, {2}, {-1}}, bgnbd, "\"count\", row 0, value -1");
  const customers rows{{1, 1, 2}, {1, std::nan(""), 1}, {2, 3, 4}};
  CHECK(fit_purchases(rows.view(), bgnbd).rows_missing == 1);
  CHECK(std::isnan(p_alive({bgnbd}, rows.view())[1]));
  CHECK_THROWS_AS((void)p_alive({bgnbd, {1, 0, 1, 1}}, rows.view()), schema_error);
  CHECK_THROWS_AS((void)p_alive({bgnbd, {1, 1, std::nan(""), 1}}, rows.view()), schema_error);
  CHECK_THROWS_AS((void)expected_purchases({bgbb}, 2.5), schema_error);
  CHECK_THROWS_AS((void)expected_purchases({bgnbd}, -1), schema_error);
  CHECK_THROWS_AS((void)discounted_residual({bgnbd}, rows.view(), 0), schema_error);
  CHECK_THROWS_AS((void)purchase_probability({bgnbd}, -1, 1), schema_error);
  CHECK_THROWS_AS((void)fit_purchases(rows.view(), bgnbd, {.penalty = -1}), schema_error);
}
