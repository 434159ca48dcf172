#include "sojourn/lifetime/logistic.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

struct accounts {
  std::vector<std::uint8_t> left;
  std::vector<double> x, z;

  [[nodiscard]] logistic_rows rows() const { return {left, {{"x", x}, {"z", z}}, {}}; }
  [[nodiscard]] logistic_rows only_x() const { return {left, {{"x", x}}, {}}; }
};

accounts random_accounts(std::uint64_t seed, int n) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  accounts made;
  for (int i = 0; i < n; ++i) {
    made.x.push_back(normal(random));
    made.z.push_back(static_cast<double>(random() % 3));
    const double p = 1 / (1 + std::exp(0.5 - made.x.back() + 0.4 * made.z.back()));
    made.left.push_back(static_cast<double>(random() % 100'000) < 1e5 * p);
  }
  return made;
}

}  // namespace

TEST_CASE("LOG-13: a two by two table has the log odds ratio and its closed error") {
  const accounts table{{1, 1, 0, 0, 0, 0, 1, 1, 1, 0}, {0, 0, 0, 0, 0, 0, 1, 1, 1, 1}, {}};
  const logistic_fit fit = fit_logistic(table.only_x());
  CHECK(fit.status == logistic_status::converged);
  CHECK(fit.coefficients[0].name == "intercept");
  CHECK(fit.coefficients[0].coef == Approx(-std::log(2)).epsilon(1e-12));
  CHECK(fit.coefficients[1].coef == Approx(std::log(6)).epsilon(1e-12));
  CHECK(fit.coefficients[1].standard_error == Approx(std::sqrt(0.5 + 0.25 + 1.0 / 3 + 1)).epsilon(1e-12));
  CHECK(fit.log_likelihood == Approx(2 * std::log(1.0 / 3) + 4 * std::log(2.0 / 3) + 3 * std::log(0.75) + std::log(0.25)));
}

TEST_CASE("LOG-12: complete separation has infinite coefficients, a likelihood of one and certain predictions") {
  const accounts table{{0, 0, 1, 1}, {1, 2, 3, 4}, {}};
  const logistic_fit fit = fit_logistic(table.only_x());
  CHECK(fit.status == logistic_status::separated);
  CHECK(fit.coefficients[1].coef == std::numeric_limits<double>::infinity());
  CHECK(std::isnan(fit.coefficients[1].standard_error));
  CHECK(fit.log_likelihood == 0);
  const std::vector<double> later{0, 2.4, 2.6, 9};
  const column<double> features[] = {later};
  CHECK(predict(fit, features) == std::vector<double>{0, 0, 1, 1});
  CHECK(fit_logistic(table.only_x(), {.penalty = logistic_penalty::firth}).status == logistic_status::converged);
}

TEST_CASE("logistic: separation inside what separation leaves") {
  // x = 1 decides two rows; among the others z decides all but two, which are alike in x and z.
  const accounts table{{1, 1, 0, 0, 1, 0, 1}, {1, 1, 0, 0, 0, 0, 0}, {0, 1, 0, 0, 2, 1, 1}};
  const logistic_fit fit = fit_logistic(table.rows());
  CHECK(fit.status == logistic_status::separated);
  CHECK(fit.log_likelihood == Approx(2 * std::log(0.5)).epsilon(1e-6));
  CHECK(std::isinf(fit.coefficients[2].coef));
}

TEST_CASE("logistic: the score equations hold at the maximum, with and without a ridge") {
  const accounts table = random_accounts(1, 400);
  for (const double strength : {0.0, 3.0}) {
    const logistic_fit fit = fit_logistic(table.rows(), {.strength = strength});
    const column<double> features[] = {table.x, table.z};
    const std::vector<double> p = predict(fit, features);
    double all = 0, of_x = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      all += table.left[i] - p[i];
      of_x += (table.left[i] - p[i]) * table.x[i];
    }
    CHECK(all == Approx(0).epsilon(1e-9));
    CHECK(of_x == Approx(strength * fit.coefficients[1].coef).epsilon(1e-8));
  }
}

TEST_CASE("logistic: without a feature, without rows, with one outcome") {
  const std::vector<std::uint8_t> three_of_ten{1, 1, 1, 0, 0, 0, 0, 0, 0, 0};
  const logistic_fit fit = fit_logistic({three_of_ten, {}, {}});
  CHECK(fit.coefficients[0].coef == Approx(std::log(3.0 / 7)).epsilon(1e-12));
  CHECK(fit.coefficients[0].standard_error == Approx(std::sqrt(1.0 / 3 + 1.0 / 7)).epsilon(1e-12));
  CHECK(predict(fit, {})[0] == Approx(0.3));
  const logistic_fit nobody = fit_logistic({});
  CHECK(nobody.status == logistic_status::one_outcome);
  CHECK(std::isnan(nobody.null_log_likelihood));
  const std::vector<std::uint8_t> all{1, 1, 1};
  const std::vector<double> x{1, 2, 3};
  CHECK(fit_logistic({all, {{"x", x}}, {}}).status == logistic_status::one_outcome);
}

TEST_CASE("logistic: what is no regression is refused") {
  const accounts table = random_accounts(2, 10);
  CHECK_THROWS_AS((void)fit_logistic(table.rows(), {.strength = -1}), schema_error);
  CHECK_THROWS_AS((void)fit_logistic(table.rows(), {.penalty = logistic_penalty::firth, .strength = 1}), schema_error);
  const std::vector<double> endless(10, std::numeric_limits<double>::infinity());
  CHECK_THROWS_AS((void)fit_logistic({table.left, {{"x", endless}}, {}}), data_error);
  const std::vector<std::uint8_t> two{2};
  CHECK_THROWS_AS((void)fit_logistic({two, {}, {}}), data_error);
  CHECK_THROWS_AS((void)predict(fit_logistic(table.rows()), {}), schema_error);
}
