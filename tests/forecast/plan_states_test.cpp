#include "sojourn/forecast/plan_states.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "sojourn/domain/error.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

/// Plan S, plan L, left.
plan_states three() {
  return plan_states({{0.9, 0.06, 0.04}, {0.05, 0.9, 0.05}, {0, 0, 1}});
}

}  // namespace

TEST_CASE("plan_states FC-04: contraction and expansion as states, twelve months") {
  const auto year = three().after(12);
  const double wanted[3][3] = {
      {0.353398883751, 0.241490796969, 0.40511031928}, {0.201242330808, 0.353398883751, 0.445358785442}, {0, 0, 1}};
  for (std::size_t from = 0; from < 3; ++from) {
    for (std::size_t to = 0; to < 3; ++to) CHECK(year[from][to] == Approx(wanted[from][to]).epsilon(1e-10));
  }
  const std::vector<double> pays{100, 300, 0};
  const auto expected = three().expected_mrr(pays, 12);
  CHECK(expected[0] == Approx(100 * wanted[0][0] + 300 * wanted[0][1]).epsilon(1e-10));
  CHECK(expected[2] == 0);
}

TEST_CASE("plan_states: powers are products month by month, and each row stays a distribution") {
  std::mt19937_64 random(4);
  for (int round = 0; round < 50; ++round) {
    const std::size_t n = 1 + random() % 5;
    std::vector<std::vector<std::int64_t>> moves(n, std::vector<std::int64_t>(n));
    for (auto& row : moves) {
      for (auto& count : row) count = static_cast<std::int64_t>(random() % 6);
    }
    const plan_states chain = plan_states_of(moves);
    std::vector<std::vector<double>> slow = chain.after(0);
    for (std::size_t i = 0; i < n; ++i) REQUIRE(slow[i][i] == 1);
    const auto monthly = chain.after(1);
    for (std::int64_t months = 1; months <= 13; ++months) {
      std::vector<std::vector<double>> next(n, std::vector<double>(n));
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < n; ++k) {
          for (std::size_t j = 0; j < n; ++j) next[i][j] += slow[i][k] * monthly[k][j];
        }
      }
      slow = next;
      const auto fast = chain.after(months);
      for (std::size_t i = 0; i < n; ++i) {
        double sum = 0;
        for (std::size_t j = 0; j < n; ++j) {
          REQUIRE(fast[i][j] == Approx(slow[i][j]).epsilon(1e-12));
          sum += fast[i][j];
        }
        REQUIRE(sum == Approx(1).epsilon(1e-12));
      }
    }
  }
}

TEST_CASE("plan_states: shares of moves are the probabilities; where nobody was, nobody moves") {
  const plan_states learned = plan_states_of({{90, 6, 4}, {1, 18, 1}, {0, 0, 0}});
  CHECK(learned.after(1)[0] == std::vector<double>{0.9, 0.06, 0.04});
  CHECK(learned.after(1)[1] == std::vector<double>{0.05, 0.9, 0.05});
  CHECK(learned.after(1)[2] == std::vector<double>{0, 0, 1});
}

TEST_CASE("plan_states: what cannot be meant is named") {
  CHECK_THROWS_AS((void)plan_states({}), schema_error);
  CHECK_THROWS_AS((void)plan_states({{0.5, 0.5}}), schema_error);
  CHECK_THROWS_WITH_AS((void)plan_states({{1, 0}, {0.5, 0.4}}), doctest::Contains("\"probability\", row 1"), data_error);
  CHECK_THROWS_AS((void)plan_states({{90, 10}, {0, 1}}), data_error);
  CHECK_THROWS_AS((void)plan_states_of({{-1}}), data_error);
  CHECK_THROWS_AS((void)three().after(-1), schema_error);
  CHECK_THROWS_AS((void)three().expected_mrr(std::vector<double>{1, 2}, 1), schema_error);
}
