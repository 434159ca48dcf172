#include "sojourn/surveys/response_rate.hpp"
#include "one_call.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "laws.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

constexpr std::int32_t june(unsigned d) {
  return day::from_ymd(2024, 6, d).since_epoch;
}
const response_window june_window{day::from_ymd(2024, 6, 1), day::from_ymd(2024, 7, 1)};

}  // namespace

TEST_CASE("rr-01: three sent in the window, one of them answered in it, two other answers outside: 33 %") {
  const std::vector<std::int32_t> sent{june(2), june(10), june(28), june(1) - 20};
  const std::vector<std::int32_t> answered{june(5), june(30) + 4, june(30) + 9, june(1) - 10};
  const estimate e = response_rate({.sent_on = sent, .answered_on = answered}, june_window);
  CHECK(e.value == Approx(1.0 / 3));
  CHECK(e.n == 3);
  CHECK(e.method == interval_method::wilson);
}

TEST_CASE("rr-02: all responses over delivered count what the cohort rule leaves out, and may exceed 1") {
  const std::vector<std::int32_t> sent{june(2), june(1) - 20, june(1) - 19};
  const std::vector<std::int32_t> answered{june(5), june(3), june(4)};
  const std::vector<std::uint8_t> delivered{1, 1, 1};
  const response_counts counts = tally_responses({sent, answered, delivered}, june_window);
  CHECK(response_rate(counts).value == 1);
  const estimate all = response_rate(counts, {.base = response_base::responses_over_delivered});
  CHECK(all.value == 3);
  CHECK(all.method == interval_method::none);
}

TEST_CASE("response_rate: a bounced survey is counted as sent and stays out of the rate") {
  const std::vector<std::int32_t> sent{june(2), june(3), june(4), june(5)};
  const std::vector<std::int32_t> answered{june(5), 0, 0, 0};
  const std::vector<std::uint8_t> delivered{1, 1, 0, 0};
  const std::uint8_t first_only = 1;
  const response_counts counts = tally_responses({sent, {answered, &first_only}, delivered});
  CHECK(counts == response_counts{4, 2, 1, 1});
  CHECK(response_rate(counts).value == Approx(0.5));
}

TEST_CASE("response_rate: nothing delivered is undefined") {
  CHECK(response_rate(response_counts{}).reason == undefined_reason::no_observations);
  CHECK(response_rate(response_counts{5, 0, 0, 2}, {.base = response_base::responses_over_delivered}).reason ==
        undefined_reason::zero_denominator);
}

TEST_CASE(
    "response_rate: an answer before its survey, an answer to a bounced one and a survey without a day are errors with "
    "their row") {
  const std::vector<std::int32_t> sent{june(2), june(3)};
  const std::vector<std::int32_t> answered{june(2), june(1)};
  const std::vector<std::uint8_t> bounced{1, 0};
  const std::uint8_t first_only = 1;
  try {
    (void)tally_responses({sent, answered});
    FAIL("answered before it was sent");
  } catch (const data_error& e) {
    CHECK(e.row() == 1);
    CHECK(e.value() == "2024-06-01");
  }
  CHECK_THROWS_AS((void)tally_responses({sent, sent, bounced}), data_error);
  CHECK_THROWS_AS((void)tally_responses({{sent, &first_only}}), data_error);
  CHECK_THROWS_AS((void)tally_responses({sent, one_call(std::vector<std::int32_t>{june(4)})}), schema_error);
}

TEST_CASE("response_counts: the laws") {
  test::check_laws<response_counts>([](std::mt19937_64& random) {
    const auto n = [&] { return static_cast<std::int64_t>(random() % 1'000'000'000); };
    return response_counts{n(), n(), n(), n()};
  });
}
