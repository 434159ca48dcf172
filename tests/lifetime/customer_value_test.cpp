#include "sojourn/lifetime/customer_value.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "sojourn/domain/error.hpp"
#include "sojourn/domain/words.hpp"
#include "sojourn/exec/executor.hpp"

using namespace sojourn;

namespace {

const std::vector<std::int64_t> repeats{0, 2, 7, 1};
const std::vector<double> last{0, 3, 11, 12}, until{12, 12, 12, 12}, amount{std::nan(""), 22.5, 80, 5};
const purchase_rows rows{repeats, last, until};

customer_models models_of(purchase_model model) {
  customer_models models{{model, {0.6, 4, 0.8, 2.4}}, {}, {{6.25, 3.74, 15.44}}, {}};
  // errors of a tenth, and parameters that move together
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j)
      models.purchases_covariance[4 * i + j] =
          (i == j ? 0.01 : 0.004) * models.purchases.values[i] * models.purchases.values[j];
  }
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j)
      models.spend_covariance[3 * i + j] = (i == j ? 0.01 : -0.003) * models.spend.values[i] * models.spend.values[j];
  }
  return models;
}

constexpr customer_value_options year{.horizon = 52, .rate = 0.002, .margin = 0.3};

}  // namespace

TEST_CASE("value is margin x amount x purchases of each unit, discounted from its end") {
  for (const purchase_model model :
       {purchase_model::bgnbd, purchase_model::mbgnbd, purchase_model::paretonbd, purchase_model::bgbb}) {
    CAPTURE(word_of(model));
    const customer_models models = models_of(model);
    const auto found = customer_value(models, rows, amount, year);
    const auto means = conditional_mean(models.spend, {amount, repeats});
    const auto alive = p_alive(models.purchases, rows);
    std::vector<double> discounted(4), before(4);
    for (int week = 1; week <= 52; ++week) {
      const auto so_far = conditional_expected_purchases(models.purchases, week, rows);
      for (std::size_t row = 0; row < 4; ++row) discounted[row] += (so_far[row] - before[row]) / std::pow(1.002, week);
      before = so_far;
    }
    for (std::size_t row = 0; row < 4; ++row) {
      CHECK(found[row].p_alive == alive[row]);
      CHECK(found[row].purchases == doctest::Approx(before[row]).epsilon(1e-12));
      CHECK(found[row].mean_amount == means[row]);
      CHECK(found[row].value == doctest::Approx(0.3 * means[row] * discounted[row]).epsilon(1e-10));
      CHECK(found[row].low < found[row].value);
      CHECK(found[row].high > found[row].value);
    }
  }
}

TEST_CASE("limits follow from the covariances by the delta method on the logarithm") {
  const customer_models models = models_of(purchase_model::paretonbd);
  const auto found = customer_value(models, rows, amount, year);
  const auto log_value = [&](std::size_t which, double by, std::size_t row) {
    customer_models moved = models;
    (which < 4 ? moved.purchases.values[which] : moved.spend.values[which - 4]) *= 1 + by;
    return std::log(customer_value(moved, rows, amount, year)[row].value);
  };
  for (std::size_t row = 0; row < 4; ++row) {
    std::array<double, 7> slope{};
    for (std::size_t k = 0; k < 7; ++k) slope[k] = (log_value(k, 1e-3, row) - log_value(k, -1e-3, row)) / 2e-3;
    double variance = 0;
    for (std::size_t i = 0; i < 7; ++i) {
      for (std::size_t j = 0; j < 7; ++j) {
        if ((i < 4) != (j < 4)) continue;
        variance += slope[i] * slope[j] * (i == j ? 0.01 : i < 4 ? 0.004 : -0.003);
      }
    }
    const double factor = std::exp(1.959963984540054 * std::sqrt(variance));
    CHECK(found[row].high / found[row].value == doctest::Approx(factor).epsilon(1e-4));
    CHECK(found[row].value / found[row].low == doctest::Approx(factor).epsilon(1e-4));
  }
}

TEST_CASE("without a rate value is a multiple of the purchases; partial units and missing cells") {
  const customer_models models = models_of(purchase_model::bgnbd);
  const auto plain = customer_value(models, rows, amount, {.horizon = 2.5, .rate = 0, .margin = 1});
  const auto wanted = conditional_expected_purchases(models.purchases, 2.5, rows);
  for (std::size_t row = 0; row < 4; ++row)
    CHECK(plain[row].value == doctest::Approx(wanted[row] * plain[row].mean_amount).epsilon(1e-12));
  customer_models given = models;
  given.purchases_covariance.fill(std::nan(""));
  CHECK(std::isnan(customer_value(given, rows, amount, year)[1].low));
  CHECK(std::isfinite(customer_value(given, rows, amount, year)[1].value));
  const std::vector<double> some{std::nan(""), 3, 11, 12};
  const auto missing = customer_value(models, {repeats, some, until}, amount, year);
  CHECK(std::isnan(missing[0].value));
  CHECK(std::isnan(missing[0].p_alive));
}

TEST_CASE("value is the same bits for any number of threads") {
  std::vector<std::int64_t> x;
  std::vector<double> t_x, T, mean;
  for (int i = 0; i < 5000; ++i) {
    x.push_back(i % 7);
    t_x.push_back(i % 7 == 0 ? 0 : 1 + 0.001 * i);
    T.push_back(8 + 0.0005 * i);
    mean.push_back(10 + i % 90);
  }
  const customer_models models = models_of(purchase_model::bgnbd);
  const customer_value_options short_ahead{.horizon = 4, .rate = 0.002, .margin = 0.3};
  const auto alone = customer_value(models, {x, t_x, T}, mean, short_ahead);
  const thread_executor host(3);
  const auto shared = customer_value(models, {x, t_x, T}, mean, short_ahead, any_executor(host));
  CHECK(std::memcmp(alone.data(), shared.data(), alone.size() * sizeof(customer_worth)) == 0);
}

TEST_CASE("horizon, rate and margin are given, and right") {
  const customer_models models = models_of(purchase_model::bgnbd);
  const auto refused = [&](const customer_value_options& options) {
    CHECK_THROWS_AS((void)customer_value(models, rows, amount, options), schema_error);
  };
  refused({});
  refused({.horizon = 52, .rate = 0.1});
  refused({.horizon = 52, .margin = 0.3});
  refused({.horizon = 0, .rate = 0.1, .margin = 0.3});
  refused({.horizon = 52, .rate = -0.1, .margin = 0.3});
  refused({.horizon = 52, .rate = 0.1, .margin = 30});
  const customer_models counted = models_of(purchase_model::bgbb);
  CHECK_THROWS_AS((void)customer_value(counted, rows, amount, {.horizon = 1.5, .rate = 0, .margin = 1}), schema_error);
}
