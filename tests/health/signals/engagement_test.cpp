// Engagement signals against a slow recount, the laws of the state, and control charts with published values.
#include "sojourn/health/signals/engagement.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include "laws.hpp"

using doctest::Approx;
using namespace sojourn;

namespace {

struct made {
  std::vector<std::uint32_t> account, feature;
  std::vector<std::int32_t> when;
  std::vector<std::int64_t> count;
  std::vector<double> volume;

  [[nodiscard]] usage_events view() const {
    return {column<std::uint32_t>(account), column<std::int32_t>(when), column<std::uint32_t>(feature),
            column<std::int64_t>(count), column<double>(volume)};
  }
};

made draw(std::mt19937_64& random, std::size_t rows, unsigned accounts, unsigned days) {
  made m;
  for (std::size_t i = 0; i < rows; ++i) {
    m.account.push_back(static_cast<std::uint32_t>(random() % accounts));
    m.when.push_back(static_cast<std::int32_t>(random() % days));
    m.feature.push_back(static_cast<std::uint32_t>(random() % 5));
    m.count.push_back(static_cast<std::int64_t>(random() % 4));
    m.volume.push_back(random() % 6 == 0 ? std::nan("") : static_cast<double>(random() % 100) / 10);
  }
  return m;
}

const std::vector<double> nist{52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5,
                               49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1};
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("H58: the EWMA chart of the NIST handbook") {
  const std::vector<double> expected{50.6,  49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33,
                                     50.11, 49.36, 49.52, 50.05, 49.38, 49.92, 50.73, 51.23, 51.94, 51.99};
  const auto chart = ewma_chart(nist, {50, 2.0539, 0.3, 3, ewma_limits::settled, chart_gap::carry_on});
  REQUIRE(chart.size() == expected.size());
  for (std::size_t t = 0; t < chart.size(); ++t) {
    CHECK(std::abs(chart[t].value - expected[t]) <= 0.005 + 1e-12);
    CHECK(std::abs(chart[t].high - 52.5884) <= 0.00005);
    CHECK(std::abs(chart[t].low - 47.4115) <= 0.0001);
    CHECK(chart[t].signal == chart_signal::none);
  }
}

TEST_CASE("ewma: exact limits start at lambda sigma and settle; gaps carry on or restart") {
  const ewma_options exact{50, 2, 0.3, 3, ewma_limits::exact, chart_gap::carry_on};
  const auto chart = ewma_chart(nist, exact);
  CHECK(chart[0].high == Approx(50 + 3 * 2 * 0.3).epsilon(1e-12));
  CHECK(chart[19].high == Approx(50 + 3 * 2 * std::sqrt(0.3 / 1.7)).epsilon(1e-6));
  const std::vector<double> holes{60, missing, 50};
  CHECK(std::isnan(ewma_chart(holes, exact)[1].value));
  CHECK(ewma_chart(holes, exact)[2].value == Approx(0.3 * 50 + 0.7 * 53).epsilon(1e-12));
  ewma_options restart = exact;
  restart.gap = chart_gap::restart;
  CHECK(ewma_chart(holes, restart)[2].value == Approx(50).epsilon(1e-12));
  const std::vector<double> drop(10, 40.0);
  CHECK(ewma_chart(drop, exact)[9].signal == chart_signal::low);
  ewma_options wrong = exact;
  wrong.lambda = 0;
  CHECK_THROWS_AS((void)ewma_chart(nist, wrong), schema_error);
}

TEST_CASE("cusum: a slow fall is seen, and the sums start again after an alarm") {
  const std::vector<double> series{10, 9, 9, 9, 9, 9, missing, 9};
  const auto chart = cusum_chart(series, {10, 0.5, 2, chart_gap::carry_on});
  CHECK(chart[4].fall == 2);
  CHECK(chart[4].signal == chart_signal::none);
  CHECK(chart[5].fall == 2.5);
  CHECK(chart[5].signal == chart_signal::low);
  CHECK(chart[6].fall == 0);
  CHECK(chart[7].fall == 0.5);
  CHECK(chart[5].rise == 0);
  CHECK(cusum_chart(std::vector<double>{20}, {10, 0.5, 5, chart_gap::carry_on})[0].signal == chart_signal::high);
}

TEST_CASE("rolling: mean and deviation of the last known points") {
  std::mt19937_64 random(3);
  std::vector<double> series;
  for (int i = 0; i < 200; ++i) series.push_back(random() % 9 == 0 ? missing : static_cast<double>(random() % 50));
  const auto points = rolling(series, 7);
  std::vector<double> known;
  for (std::size_t t = 0; t < series.size(); ++t) {
    if (!std::isnan(series[t])) known.push_back(series[t]);
    const std::size_t n = std::min<std::size_t>(7, known.size());
    if (n < 2) continue;
    double mean = 0, squares = 0;
    for (std::size_t i = known.size() - n; i < known.size(); ++i) mean += known[i] / static_cast<double>(n);
    for (std::size_t i = known.size() - n; i < known.size(); ++i) squares += (known[i] - mean) * (known[i] - mean);
    CAPTURE(t);
    CHECK(points[t].mean == Approx(mean).epsilon(1e-10));
    CHECK(points[t].deviation == Approx(std::sqrt(squares / static_cast<double>(n - 1))).epsilon(1e-8));
  }
}

TEST_CASE("engagement: one account by hand") {
  // Window of 7 days before day 100: 93 .. 99. In use on 95, 97, 98, 99; before that on 88 and 90.
  const made m{{0, 0, 0, 0, 0, 0, 0, 0},
               {1, 1, 2, 2, 3, 0, 0, 4},
               {95, 97, 98, 98, 99, 88, 90, 100},
               {2, 1, 1, 3, 1, 4, 1, 9},
               {1, 0.5, missing, 2, 0, 3, 4, 50}};
  const auto rows = engagement(tally_engagement(m.view()), {day{100}, 7, 2});
  REQUIRE(rows.size() == 1);
  const auto& s = rows[0];
  CHECK(s.active_days == 4);
  CHECK(s.active_share == Approx(4.0 / 7).epsilon(1e-14));
  CHECK(s.events == 8);
  CHECK(s.events_per_week == 8);
  CHECK(s.depth == 2);
  CHECK(s.breadth == 3);
  CHECK(s.volume == 3.5);
  CHECK(s.recency_days == 1);
  CHECK(s.streak_days == 3);
  CHECK(s.longest_streak == 3);
  CHECK(s.events_change == Approx(8.0 / 5 - 1).epsilon(1e-14));
  CHECK(s.days_change == 1);
  CHECK(s.volume_change == -0.5);
  const auto strict = engagement(tally_engagement(m.view()), {day{100}, 7, 6});
  CHECK(std::isnan(strict[0].events_change));
}

TEST_CASE("engagement: the same as counting each account over") {
  std::mt19937_64 random(17);
  const made m = draw(random, 3000, 40, 80);
  const auto rows = engagement(tally_engagement(m.view()), {day{70}, 28, 1});
  std::size_t at = 0;
  for (std::uint32_t account = 0; account < 40; ++account) {
    std::set<std::int32_t> used, ever;
    std::set<std::uint32_t> features;
    std::int64_t events = 0, before = 0;
    for (std::size_t i = 0; i < m.account.size(); ++i) {
      const bool use = m.count[i] > 0 || m.volume[i] > 0;
      if (m.account[i] != account || m.when[i] >= 70) continue;
      if (use) ever.insert(m.when[i]);
      if (m.when[i] >= 14 && m.when[i] < 42) before += m.count[i];
      if (m.when[i] < 42) continue;
      events += m.count[i];
      if (use) used.insert(m.when[i]);
      if (m.count[i] > 0) features.insert(m.feature[i]);
    }
    if (ever.empty()) continue;
    REQUIRE(at < rows.size());
    const auto& s = rows[at++];
    CAPTURE(account);
    CHECK(s.account == account);
    CHECK(s.active_days == static_cast<std::int64_t>(used.size()));
    CHECK(s.events == events);
    CHECK(s.breadth == static_cast<std::int64_t>(features.size()));
    CHECK(s.recency_days == 70 - *ever.rbegin());
    if (before > 0)
      CHECK(s.events_change == Approx(static_cast<double>(events) / static_cast<double>(before) - 1).epsilon(1e-12));
  }
  CHECK(at == rows.size());
}

TEST_CASE("engagement: silence is counted in days, and an account without use is not a row") {
  const std::vector<std::uint32_t> account{3, 5};
  const std::vector<std::int32_t> when{10, 60};
  const auto rows =
      engagement(tally_engagement({column<std::uint32_t>(account), column<std::int32_t>(when)}), {day{50}, 28, 5});
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].account == 3);
  CHECK(rows[0].recency_days == 40);
  CHECK(rows[0].active_days == 0);
  CHECK(rows[0].breadth == 0);
  CHECK(std::isnan(rows[0].depth));
  CHECK(std::isnan(rows[0].volume));
  CHECK(engagement({}, {day{50}, 28, 5}).empty());
  CHECK_THROWS_AS((void)engagement({}, {day{50}, 0, 5}), schema_error);
}

TEST_CASE("engagement: a weekly panel counts its features") {
  const std::vector<std::uint32_t> account{0, 0, 0, 1};
  const std::vector<std::int32_t> week{70, 77, 84, 84};
  const std::vector<std::int64_t> logins{10, 0, 6, 4}, breadth{9, 0, 4, 7};
  usage_events events{column<std::uint32_t>(account), column<std::int32_t>(week)};
  events.count = column<std::int64_t>(logins);
  events.breadth = column<std::int64_t>(breadth);
  const auto rows = engagement(tally_engagement(events), {day{91}, 14, 1});
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].active_days == 1);  // the week without logins is no use
  CHECK(rows[0].breadth == 4);
  CHECK(rows[0].events_per_week == 3);
  CHECK(rows[0].events_change == Approx(-0.4).epsilon(1e-14));
  CHECK(rows[1].breadth == 7);
}

TEST_CASE("engagement: bad rows are refused with their place, unknown ones counted") {
  made m{{0, 0}, {0, 0}, {1, 2}, {1, -1}, {1, 1}};
  CHECK_THROWS_AS((void)tally_engagement(m.view()), data_error);
  m.count[1] = 1;
  m.volume[1] = -3;
  CHECK_THROWS_AS((void)tally_engagement(m.view()), data_error);
  m.volume[1] = missing;
  CHECK(tally_engagement(m.view()).without_volume == 1);
  const std::uint8_t known = 0b01;
  usage_events events = m.view();
  events.count = column<std::int64_t>(m.count, &known);
  CHECK(tally_engagement(events).uncounted == 1);
}

TEST_CASE("engagement_state: the laws") {
  sojourn::test::check_laws<engagement_state>([](std::mt19937_64& random) {
    const made m = draw(random, 1 + random() % 5, 4, 6);
    return tally_engagement(m.view());
  });
}
