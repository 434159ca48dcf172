#include "sojourn/lifetime/life_table.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace sojourn;
using doctest::Approx;

namespace {

/// Lee 1992, p. 91: 2,418 men with angina, by year.
survival_state angina() {
  const std::vector<std::int64_t> died{456, 226, 152, 171, 135, 125, 83, 74, 51, 42, 43, 34, 18, 9, 6, 0};
  const std::vector<std::int64_t> withdrawn{0, 39, 22, 23, 24, 107, 133, 102, 68, 64, 45, 53, 33, 27, 23, 30};
  std::vector<std::int32_t> time;
  std::vector<std::uint8_t> event;
  std::vector<std::int64_t> count;
  for (std::size_t year = 0; year < died.size(); ++year) {
    for (const bool churned : {true, false}) {
      time.push_back(static_cast<std::int32_t>(year));
      event.push_back(churned);
      count.push_back(churned ? died[year] : withdrawn[year]);
    }
  }
  return tally_survival({.time = time, .event = event, .count = count});
}

void check_close(const std::vector<double>& found, const std::vector<double>& wanted) {
  REQUIRE(found.size() == wanted.size());
  for (std::size_t k = 0; k < found.size(); ++k) CHECK(found[k] == Approx(wanted[k]).epsilon(1e-9));
}

}  // namespace

TEST_CASE("lt-01: the actuarial table of the angina study") {
  const auto table = life_table(angina());
  check_close(table.effective_n, {2418.0, 1942.5, 1686.0, 1511.5, 1317.0, 1116.5, 871.5, 671.0, 512.0, 395.0, 298.5, 206.5,
                                  129.5, 81.5, 47.5, 15.0});
  check_close(table.churn_rate, {0.1885856079, 0.1163449163, 0.09015421115, 0.1131326497, 0.1025056948, 0.1119570085,
                                 0.09523809524, 0.1102831595, 0.099609375, 0.1063291139, 0.1440536013, 0.1646489104,
                                 0.138996139, 0.1104294479, 0.1263157895, 0.0});
  check_close(table.survival, {0.8114143921, 0.7170104525, 0.6523689408, 0.5785647139, 0.519258536, 0.4611239036,
                               0.4172073414, 0.3711963976, 0.3342217565, 0.2986842532, 0.2556577109, 0.2135639474,
                               0.1838793832, 0.1635736845, 0.1429117454, 0.1429117454});
  check_close(table.standard_error,
              {0.007955133607, 0.009179396896, 0.009734736174, 0.01013836096, 0.01030421645, 0.01037994889, 0.01045093024,
               0.01057888738, 0.01071747692, 0.01089074129, 0.01112424356, 0.01139679916, 0.0117659889, 0.01225992101,
               0.01330025777, 0.01330025777});
  check_close(table.hazard,
              {0.2082191781, 0.1235310194, 0.09440993789, 0.1199158485, 0.1080432173, 0.1185958254, 0.1, 0.1167192429,
               0.1048304214, 0.1122994652, 0.155234657, 0.1794195251, 0.1493775934, 0.1168831169, 0.1348314607, 0.0});
}

TEST_CASE("life_table: wider intervals add up what falls into them") {
  const auto yearly = life_table(angina());
  const auto table = life_table(angina(), 5);
  CHECK(table.start == std::vector<std::int32_t>{0, 5, 10, 15});
  CHECK(table.events[0] == yearly.events[0] + yearly.events[1] + yearly.events[2] + yearly.events[3] + yearly.events[4]);
  CHECK(table.entering[1] == yearly.entering[5]);
  CHECK(table.hazard[0] == Approx(static_cast<double>(table.events[0]) /
                                  (5 * (table.effective_n[0] - static_cast<double>(table.events[0]) / 2))));
}

TEST_CASE("life_table: once everybody has left there is no error to report") {
  const std::vector<std::int32_t> time{1, 2};
  const std::vector<std::uint8_t> event{1, 1};
  const auto table = life_table(tally_survival({.time = time, .event = event}));
  CHECK(table.survival.back() == 0);
  CHECK(std::isnan(table.standard_error.back()));
  CHECK(table.entering.front() == 2);  // an interval in which nobody left keeps its row
}

TEST_CASE("life_table: late entry and empty intervals are refused") {
  const std::vector<std::int32_t> time{3}, entry{1};
  const std::vector<std::uint8_t> event{1};
  CHECK_THROWS_AS((void)life_table(tally_survival({.time = time, .event = event, .entry = entry})), schema_error);
  CHECK_THROWS_AS((void)life_table(angina(), 0), schema_error);
  CHECK(life_table({}).start.empty());
}
