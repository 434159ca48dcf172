// Order, capacity and load; a slow reference by repeated search.
#include "sojourn/health/book/work_queue.hpp"
#include "one_call.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include <limits>
#include <random>

using namespace sojourn;
using namespace sojourn::health;
using doctest::Approx;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

std::vector<std::size_t> rows_of(const work_queue& queue) {
  std::vector<std::size_t> rows;
  for (const queue_item& item : queue.items) rows.push_back(item.row);
  return rows;
}

}  // namespace

TEST_CASE("H70: 200 accounts at 40 each need five CSMs") {
  const std::vector<std::int64_t> value(200, 100);
  const std::vector<double> score(200, 50);
  const auto queue = make_work_queue({.value = value, .score = score});
  CHECK(queue.csms_needed == 5);
  CHECK(queue.load[0].accounts == 200);
  CHECK(queue.load[0].overload == 160);
  CHECK(queue.load[0].beyond == 160);
  CHECK(queue.items[39].place == queue_place::within_capacity);
  CHECK(queue.items[40].place == queue_place::beyond_capacity);
  const std::vector<std::int64_t> one_more(201, 100);
  const std::vector<double> scores(201, 50);
  CHECK(make_work_queue({.value = one_more, .score = scores}).csms_needed == 6);
}

TEST_CASE("work queue: value x p, score where p is missing, a bonus for the overdue, ties by row") {
  const std::vector<std::int64_t> value = {1000, 1000, 5000, 1000, 1000};
  const std::vector<double> p = {0.2, missing, 0.01, missing, 0.2}, score = {0, 60, 0, missing, 99};
  const std::vector<std::int32_t> late = {0, 0, 0, 0, 3};
  const auto queue = make_work_queue({.value = value, .p_churn = p, .score = score, .days_overdue = late});
  CHECK(rows_of(queue) == std::vector<std::size_t>{3, 1, 4, 0, 2});
  CHECK(queue.items[0].at_risk == 500);  // nothing known: the stated risk, and it is counted
  CHECK(queue.unknown_risk == 1);
  CHECK(queue.items[1].score_shortfall_value == Approx(400));  // a score is no probability
  CHECK(std::isnan(queue.items[1].at_risk));
  CHECK(queue.by_score == 1);
  CHECK(queue.items[2].priority == Approx(300));
  CHECK(queue.items[2].at_risk == Approx(200));
  CHECK(queue.load[0].overdue == 1);
  const auto tie = make_work_queue(
      {.value = one_call(std::vector<std::int64_t>{7, 7, 7}), .score = one_call(std::vector<double>{50, 50, 50})});
  CHECK(rows_of(tie) == std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("work queue: owners, effort, and the account that does not fit ends the list") {
  const std::vector<std::int64_t> value = {100, 90, 80, 70, 60};
  const std::vector<double> score(5, 0), effort = {2, 3, 1, 1, 9};
  const std::vector<std::uint32_t> owner = {0, 0, 0, 1, 0};
  const std::vector<std::uint8_t> owned = {0b01111};
  const auto queue = make_work_queue(
      {.value = value, .score = score, .effort = effort, .owner = {owner, owned.data()}, .owners = 2}, {.capacity = 4});
  CHECK(rows_of(queue) == std::vector<std::size_t>{0, 1, 2, 3, 4});
  CHECK(queue.items[0].place == queue_place::within_capacity);
  CHECK(queue.items[1].place == queue_place::beyond_capacity);
  CHECK(queue.items[2].place == queue_place::beyond_capacity);  // would fit, but stands below one that does not
  CHECK(queue.load[0].overload == 2);
  CHECK(queue.load[1].overload == 0);
  CHECK(queue.load[2].accounts == 1);  // nobody's
  CHECK(queue.items[4].rank == 1);
  CHECK(queue.csms_needed == 4);
}

TEST_CASE("work queue: equals picking the largest again and again") {
  std::mt19937_64 random(5);
  for (int round = 0; round < 50; ++round) {
    const std::size_t n = random() % 60;
    std::vector<std::int64_t> value(n);
    std::vector<double> score(n);
    std::vector<std::uint32_t> owner(n);
    for (std::size_t i = 0; i < n; ++i) {
      value[i] = static_cast<std::int64_t>(random() % 5) * 100;  // many ties
      score[i] = static_cast<double>(random() % 4) * 25;
      owner[i] = static_cast<std::uint32_t>(random() % 3);
    }
    const auto queue = make_work_queue({.value = value, .score = score, .owner = owner, .owners = 3}, {.capacity = 5});
    std::vector<std::size_t> expected;
    std::vector<std::uint8_t> used(n, 0);
    for (std::uint32_t o = 0; o < 3; ++o) {
      for (;;) {
        std::size_t best = n;
        for (std::size_t i = 0; i < n; ++i) {
          if (used[i] != 0 || owner[i] != o) continue;
          const auto worth = [&](std::size_t k) { return static_cast<double>(value[k]) * (1 - score[k] / 100); };
          if (best == n || worth(i) > worth(best)) best = i;
        }
        if (best == n) break;
        used[best] = 1;
        expected.push_back(best);
      }
    }
    REQUIRE(rows_of(queue) == expected);
    REQUIRE(queue.csms_needed == static_cast<std::int64_t>((n + 4) / 5));
  }
}

TEST_CASE("work queue: where an effect was measured it orders, and comes first") {
  const std::vector<std::int64_t> value = {100, 1000, 200, 300};
  const std::vector<double> p_churn = {0.9, 0.9, 0.9, 0.9}, effect = {0.2, missing, 0.3, -0.1};
  const auto queue = make_work_queue({.value = value, .p_churn = p_churn, .effect = effect});
  CHECK(rows_of(queue) == std::vector<std::size_t>{2, 0, 1, 3});  // 60 and 20 are saved; then 900 and 270 are at risk
  CHECK(queue.items[0].can_be_saved == Approx(60));
  CHECK(queue.items[0].order == queue_order::measured_effect);
  CHECK(queue.items[0].at_risk == Approx(180));
  CHECK(queue.items[3].order == queue_order::probability);  // what harms is no reason to call
  CHECK(std::isnan(queue.items[3].can_be_saved));
  CHECK(queue.by_effect == 2);
  const std::vector<double> above = {0, 0, 0, 2};
  CHECK_THROWS_AS((void)make_work_queue({.value = value, .p_churn = p_churn, .effect = above}), data_error);
  const std::vector<double> two = {0, 0};
  CHECK_THROWS_AS((void)make_work_queue({.value = value, .p_churn = p_churn, .effect = two}), schema_error);
}

TEST_CASE("work queue: bad input") {
  const std::vector<std::int64_t> value = {1}, negative = {-1};
  const std::vector<double> half = {0.5}, above = {1.5}, score = {101}, two = {1, 2};
  CHECK_THROWS_AS((void)make_work_queue({.value = value, .p_churn = above}), data_error);
  CHECK_THROWS_AS((void)make_work_queue({.value = value, .score = score}), data_error);
  CHECK_THROWS_AS((void)make_work_queue({.value = negative, .p_churn = half}), data_error);
  CHECK_THROWS_AS((void)make_work_queue({.value = value, .p_churn = two}), schema_error);
  CHECK_THROWS_AS((void)make_work_queue({.value = value}, {.capacity = 0}), schema_error);
  CHECK_THROWS_AS((void)make_work_queue({.value = value}, {.unknown_risk = missing}), schema_error);
  const std::vector<double> endless = {std::numeric_limits<double>::infinity()};
  CHECK_THROWS_AS((void)make_work_queue({.value = value, .effort = endless}), data_error);
  const std::vector<std::uint32_t> owner = {3};
  CHECK_THROWS_AS((void)make_work_queue({.value = value, .owner = owner, .owners = 3}), data_error);
  CHECK(make_work_queue({}).csms_needed == 0);
  const std::vector<std::uint8_t> none = {0};
  CHECK(make_work_queue({.value = {value, none.data()}}).missing_value == 1);
}
