#include "sojourn/surveys/nps.hpp"
#include "paths.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/state_bytes.hpp"
#include "survey_data.hpp"

using namespace sojourn;
using doctest::Approx;

namespace {

// Detractors all answered 3, passives 7, promoters 10.
score_counts groups(std::int64_t detractors, std::int64_t passives, std::int64_t promoters, std::int64_t no_score = 0) {
  const std::vector<std::int64_t> counts{0, 0, 0, detractors, 0, 0, 0, passives, 0, 0, promoters};
  return score_counts::of(nps_scale(), counts, no_score);
}

void check_interval(const score_counts& state, nps_interval interval, double low, double high, double tolerance) {
  const estimate e = nps(state, {.interval = interval});
  CAPTURE(to_string(e.method));
  CHECK(std::abs(e.low / 100 - low) < tolerance);
  CHECK(std::abs(e.high / 100 - high) < tolerance);
}

// Share of samples of n answers whose interval holds the true value.
double coverage(double detractors, double promoters, int n, int rounds, std::mt19937_64& random) {
  std::uniform_real_distribution<double> uniform;
  int held = 0;
  for (int round = 0; round < rounds; ++round) {
    std::int64_t low = 0, high = 0;
    for (int i = 0; i < n; ++i) {
      const double u = uniform(random);
      low += u < detractors;
      high += u >= 1 - promoters;
    }
    const estimate e = nps(groups(low, n - low - high, high));
    const double truth = 100 * (promoters - detractors);
    held += e.low <= truth && truth <= e.high;
  }
  return static_cast<double>(held) / rounds;
}

}  // namespace

TEST_CASE("nps-01: 50 % promoters and 10 % detractors give 40") {
  CHECK(nps(groups(10, 40, 50)).value == Approx(40).epsilon(1e-14));
}

TEST_CASE("nps-02: 30 % promoters and 20 % detractors give +10") {
  CHECK(nps(groups(20, 50, 30)).value == Approx(10).epsilon(1e-14));
}

TEST_CASE("nps-04: variance and standard error of tiny samples") {
  struct row {
    std::int64_t d, n, p;
    double variance, error;
  };
  for (const row& r : {row{1, 0, 1, 1, std::sqrt(1.0 / 2)}, row{0, 1, 1, 0.25, std::sqrt(0.125)},
                       row{1, 1, 1, 2.0 / 3, std::sqrt(2.0 / 9)}, row{1, 0, 0, 0, 0}}) {
    const net_share share = nps_shares(groups(r.d, r.n, r.p));
    CHECK(share.variance() == Approx(r.variance));
    CHECK(std::sqrt(share.variance() / share.n_effective) == Approx(r.error));
  }
}

TEST_CASE("nps-05: scores 1 to 15 with break points 6 and 9 on a declared 1-15 scale") {
  std::vector<std::int8_t> scores(15);
  std::iota(scores.begin(), scores.end(), std::int8_t{1});
  const score_counts state = tally_scores(column<std::int8_t>(scores), {1, 15});
  const nps_options options{.breaks = nps_breaks{6, 9}};
  // The row prints 2/30 and 0.8622 for counts 6, 2, 7: (7 - 6) / 15 = 2/30.
  CHECK(nps_groups_of(state, options) == nps_groups{7, 2, 6, 0});
  CHECK(nps(state, options).value == Approx(100 * 2.0 / 30));
  CHECK(nps_shares(state, options).variance() == Approx(0.8622).epsilon(1e-4));
}

TEST_CASE("nps-07: counts 54, 108, 162 and their three intervals") {
  const score_counts state = groups(54, 108, 162);
  CHECK(nps(state).value / 100 == Approx(0.333333333333));
  const net_share share = nps_shares(state);
  CHECK(std::sqrt(share.variance() / share.n_effective) == Approx(0.04140866625).epsilon(1e-10));
  check_interval(state, nps_interval::wald, 0.252173838836, 0.414492827831, 1e-11);
  check_interval(state, nps_interval::adjusted_wald, 0.24945251413, 0.411097944585, 1e-11);
  // The published score limits stop at the step width of a root finder; ours are checked against the equation below.
  check_interval(state, nps_interval::score, 0.249540226245, 0.411611159643, 5e-8);
}

TEST_CASE("nps-08: counts 0, 2, 8, where plain Wald leaves the range") {
  const score_counts state = groups(0, 2, 8);
  CHECK(nps(state).value == Approx(80));
  check_interval(state, nps_interval::wald, 0.552081987078, 1.04791801292, 1e-11);
  check_interval(state, nps_interval::adjusted_wald, 0.292838700801, 0.937930529968, 1e-11);
  check_interval(state, nps_interval::score, 0.300441285827, 0.943317890167, 5e-7);
}

TEST_CASE("nps: score limits solve the score equation, with the restricted shares found by search") {
  std::mt19937_64 random(8);
  for (int round = 0; round < 200; ++round) {
    const auto d = static_cast<std::int64_t>(random() % 30), m = static_cast<std::int64_t>(random() % 30 + 1),
               p = static_cast<std::int64_t>(random() % 30 + 1);
    const double n = static_cast<double>(d + m + p);
    const estimate e = nps(groups(d, m, p), {.interval = nps_interval::score});
    for (const double limit : {e.low / 100, e.high / 100}) {
      // Largest likelihood with promoters - detractors = limit: golden-section over the detractor share.
      double a = std::max(0.0, -limit), b = (1 - limit) / 2;
      const auto likelihood = [&](double q) {
        const auto term = [](double count, double share) {
          return count == 0 ? 0 : count * std::log(std::max(share, 1e-300));
        };
        return term(static_cast<double>(d), q) + term(static_cast<double>(p), q + limit) +
               term(static_cast<double>(m), 1 - 2 * q - limit);
      };
      for (int step = 0; step < 200; ++step) {
        const double left = b - (b - a) / 1.618033988749895, right = a + (b - a) / 1.618033988749895;
        (likelihood(left) > likelihood(right) ? b : a) = likelihood(left) > likelihood(right) ? right : left;
      }
      const double variance = 2 * a + limit - limit * limit;
      const double z = (static_cast<double>(p - d) / n - limit) / std::sqrt(variance / n);
      REQUIRE(std::abs(z) == Approx(1.959963984540054).epsilon(1e-4));
    }
  }
}

TEST_CASE("nps-10: with the latest answer only, 8 three months ago and 10 today count as one promoter") {
  const std::vector<std::int32_t> score{10, 8};
  const std::vector<std::uint32_t> user{0, 0};
  const std::vector<std::int32_t> when{day::from_ymd(2024, 6, 1).since_epoch, day::from_ymd(2024, 3, 1).since_epoch};
  const responses table{.score = score, .respondent = user, .answered_on = when};
  const score_counts state = tally_scores(table, nps_scale(), {{}, repeat_answers::latest_per_respondent});
  CHECK(nps_groups_of(state) == nps_groups{1, 0, 0, 0});
  CHECK(state.superseded == 1);
  CHECK(nps(tally_scores(table, nps_scale())).n == 2);
}

TEST_CASE("nps-11 (negative): answers on a 1-4 scale are refused, not called detractors") {
  const std::vector<std::int8_t> scores{1, 2, 3, 4, 4, 4};
  const score_counts state = tally_scores(column<std::int8_t>(scores), {1, 4});
  CHECK_THROWS_AS((void)nps(state), schema_error);
  CHECK_THROWS_AS((void)nps(state, {.breaks = nps_breaks{6, 9}}), schema_error);
  CHECK_THROWS_AS((void)nps_groups_of(state), schema_error);
  CHECK(nps(state, {.breaks = nps_breaks{2, 4}}).value == Approx(100 * (3.0 - 2.0) / 6));
}

TEST_CASE("nps (negative): an answer of 6 is a detractor; no answer of a 0-10 question is in no group") {
  const std::vector<std::int8_t> six{6};
  CHECK(nps(column<std::int8_t>(six)).value == -100);
  CHECK_THROWS_AS((void)nps(groups(1, 1, 1), {.breaks = nps_breaks{9, 9}}), schema_error);
}

TEST_CASE("rr-02: answers without a score stay out of NPS, or count as neither where asked") {
  const score_counts state = groups(10, 40, 50, 100);
  CHECK(nps(state).value == Approx(40));
  CHECK(nps(state).n == 100);
  const estimate diluted = nps(state, {.no_score = nps_no_score::in_denominator});
  CHECK(diluted.value == Approx(20));
  CHECK(diluted.n == 200);
}

TEST_CASE("nps: no answers is NaN with n = 0 and a reason") {
  for (const estimate& e : {nps(score_counts{}), nps(groups(0, 0, 0, 5)), nps(weighted_score_counts{})}) {
    CHECK(std::isnan(e.value));
    CHECK(std::isnan(e.low));
    CHECK(e.n == 0);
    CHECK(e.reason == undefined_reason::no_observations);
  }
}

TEST_CASE("nps: a state from which more was taken than it held is refused") {
  score_counts state;
  state -= groups(1, 1, 1);
  CHECK_THROWS_AS((void)nps(state), state_error);
}

TEST_CASE("nps: the SFO survey 2017 gives 39.8398 (counts typed in from DataSF)") {
  const score_counts state = test::sfo_2017();
  CHECK(state.scored() == 2746);
  CHECK(state.no_score == 85);
  CHECK(std::abs(nps(state).value - 39.8398) < 5e-5);
}

TEST_CASE("nps: the SFO survey 2017 row by row, plain and weighted") {
  const std::string path = sojourn::test::in_shared("data/sfo_survey_2017.csv");
  const auto cells = test::csv_column(path, "NETPRO");
  if (cells.empty()) {
    std::cout << "skipped: the SFO survey file is not there\n";
    return;
  }
  std::vector<std::int32_t> score;
  std::vector<std::uint8_t> present((cells.size() + 7) / 8);
  for (std::size_t row = 0; row < cells.size(); ++row) {
    const std::string& cell = cells[row];
    score.push_back(cell.empty() ? 0 : std::stoi(cell));
    if (!cell.empty()) present[row / 8] = static_cast<std::uint8_t>(present[row / 8] | (1u << (row % 8)));
  }
  std::vector<double> weight;
  for (const std::string& cell : test::csv_column(path, "WEIGHT")) weight.push_back(std::stod(cell));
  const answer_rules rules{{11}, repeat_answers::all_responses};
  const responses table{.score = {score, present.data()}, .weight = weight};
  CHECK_THROWS_AS((void)tally_scores(table, nps_scale()), data_error);  // 11 is not an answer until it is declared as blank
  CHECK(tally_scores(table, nps_scale(), rules) == test::sfo_2017());
  const estimate weighted = nps(tally_weighted_scores(table, nps_scale(), rules));
  CHECK(std::abs(weighted.value - 40.3984) < 5e-5);
  CHECK(weighted.low < weighted.value);
  CHECK(weighted.n == 2746);
}

TEST_CASE("nps: weights of 1 change nothing, and scaled weights change nothing") {
  std::mt19937_64 random(21);
  for (int round = 0; round < 100; ++round) {
    test::survey table = test::random_survey(random, random() % 200 + 1);
    const answer_rules rules{{99}, repeat_answers::all_responses};
    const estimate weighted = nps(tally_weighted_scores(table.view(), nps_scale(), rules));
    for (double& w : table.weight) w *= 8;
    const estimate scaled = nps(tally_weighted_scores(table.view(), nps_scale(), rules));
    for (double& w : table.weight) w = 1;
    const estimate ones = nps(tally_weighted_scores(table.view(), nps_scale(), rules));
    const estimate plain = nps(tally_scores(table.view(), nps_scale(), rules));
    if (!plain.defined() || !weighted.defined()) continue;
    REQUIRE(ones.value == Approx(plain.value).epsilon(1e-12));
    REQUIRE(ones.low == Approx(plain.low).epsilon(1e-9));
    REQUIRE(ones.high == Approx(plain.high).epsilon(1e-9));
    REQUIRE(scaled.value == Approx(weighted.value).epsilon(1e-12));
    REQUIRE(scaled.low == Approx(weighted.low).epsilon(1e-9));
  }
}

TEST_CASE("nps: answers of weight 0 are as if absent, but for their count") {
  const std::vector<std::int32_t> score{10};
  const std::vector<double> weight{0};
  const weighted_score_counts state = tally_weighted_scores(responses{.score = score, .weight = weight}, nps_scale());
  const estimate e = nps(state);
  CHECK(e.n == 0);
  CHECK(state.zero_weight == 1);
  CHECK(e.reason == undefined_reason::no_observations);
}

TEST_CASE("nps: the interval holds the value, stays in [-100, 100], mirrors and grows with the level") {
  for (std::int64_t d = 0; d <= 12; ++d) {
    for (std::int64_t m = 0; m <= 12; ++m) {
      for (std::int64_t p = 0; p <= 12; ++p) {
        if (d + m + p == 0) continue;
        for (const auto interval : {nps_interval::adjusted_wald, nps_interval::score}) {
          const estimate e = nps(groups(d, m, p), {.level = confidence_level{0.9}, .interval = interval});
          const estimate mirror = nps(groups(p, m, d), {.level = confidence_level{0.9}, .interval = interval});
          const estimate wider = nps(groups(d, m, p), {.level = confidence_level{0.99}, .interval = interval});
          REQUIRE(-100 <= e.low);
          REQUIRE(e.low <= e.value);
          REQUIRE(e.value <= e.high);
          REQUIRE(e.high <= 100);
          REQUIRE(std::abs(mirror.low + e.high) < 1e-6);
          REQUIRE(wider.low <= e.low + 1e-6);
          REQUIRE(wider.high >= e.high - 1e-6);
        }
      }
    }
  }
}

TEST_CASE("nps: the default interval holds the truth in 93 to 97 % of samples of 50 to 500 answers") {
  std::mt19937_64 random(2016);
  for (const int n : {50, 100, 500}) {
    for (const auto& [detractors, promoters] :
         {std::pair{0.2, 0.5}, std::pair{0.1, 0.3}, std::pair{0.4, 0.4}, std::pair{0.05, 0.7}}) {
      CAPTURE(n);
      CAPTURE(promoters);
      const double held = coverage(detractors, promoters, n, 4000, random);
      CHECK(held >= 0.93);
      CHECK(held <= 0.97);
    }
  }
}

TEST_CASE("compare_nps: Wald by hand; interval and p-value agree; both groups matter") {
  const score_counts a = groups(54, 108, 162), b = groups(80, 120, 100);
  const comparison wald = compare_nps(a, b, {.method = net_share_comparison::wald});
  const auto variance = [](double d, double p, double n) { return ((p + d) / n - std::pow((p - d) / n, 2)) / n; };
  const double error = std::sqrt(variance(54, 162, 324) + variance(80, 100, 300));
  const double difference = 108.0 / 324 - 20.0 / 300;
  CHECK(wald.difference.value == Approx(100 * difference));
  CHECK(wald.difference.low == Approx(100 * (difference - 1.959963984540054 * error)));
  CHECK(wald.p_value == Approx(std::erfc(difference / error / std::sqrt(2.0))));
  CHECK(wald.difference.n == 624);
  std::mt19937_64 random(4);
  for (int round = 0; round < 500; ++round) {
    const auto any = [&] { return static_cast<std::int64_t>(random() % 25); };
    const score_counts x = groups(any(), any(), any() + 1), y = groups(any(), any() + 1, any());
    const comparison c = compare_nps(x, y);
    const comparison turned = compare_nps(y, x);
    const bool holds_zero = c.difference.low <= 0 && 0 <= c.difference.high;
    REQUIRE(holds_zero == (c.p_value >= 0.05));
    REQUIRE(turned.difference.value == Approx(-c.difference.value));
    REQUIRE(turned.p_value == Approx(c.p_value));
  }
  CHECK(!compare_nps(a, score_counts{}).difference.defined());
}

TEST_CASE("compare_nps: the two variants of adjusted Wald have a name each, and each adds what it was published to add") {
  const score_counts a = groups(54, 108, 162), b = groups(80, 120, 100);
  const auto by_hand = [](double added) {
    const auto share = [added](double d, double p, double n) {
      const double all = n + added, plus = (p + added / 4) / all, minus = (d + added / 4) / all;
      return std::pair(plus - minus, (plus + minus - (plus - minus) * (plus - minus)) / all);
    };
    const auto [one, variance1] = share(54, 162, 324);
    const auto [two, variance2] = share(80, 100, 300);
    return std::pair(one - two, std::sqrt(variance1 + variance2));
  };
  for (const auto& [method, added] :
       {std::pair(net_share_comparison::agresti_caffo, 1.5), std::pair(net_share_comparison::adjusted_wald, 3.0)}) {
    const comparison found = compare_nps(a, b, {.method = method});
    const auto [centre, error] = by_hand(added);
    CHECK(found.difference.low == Approx(100 * (centre - 1.959963984540054 * error)));
    CHECK(found.difference.high == Approx(100 * (centre + 1.959963984540054 * error)));
    CHECK(found.p_value == Approx(std::erfc(centre / error / std::sqrt(2.0))));
  }
  CHECK(compare_nps(a, b).p_value == compare_nps(a, b, {.method = net_share_comparison::agresti_caffo}).p_value);
}

TEST_CASE("nps: answers that were exported as groups have break points of their own") {
  const score_counts state = score_counts::of(nps_group_scale(), std::vector<std::int64_t>{2, 3, 5});
  CHECK(nps(state).value == Approx(30));
  CHECK(nps_groups_of(state) == nps_groups{5, 3, 2, 0});
  CHECK_THROWS_AS((void)(score_counts{state} += groups(1, 1, 1)), state_error);
}

TEST_CASE("edge H02: eleven rows of counts are 528 answers") {
  const std::vector<std::int32_t> score{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const std::vector<std::int64_t> count{6, 2, 4, 3, 7, 22, 36, 41, 85, 142, 180};
  std::vector<std::int32_t> each;
  for (std::size_t i = 0; i < score.size(); ++i) each.insert(each.end(), static_cast<std::size_t>(count[i]), score[i]);
  const score_counts listed = tally_scores(responses{.score = score, .count = count}, nps_scale());
  REQUIRE(each.size() == 528);
  CHECK(listed == tally_scores(column<std::int32_t>(each), nps_scale()));
  CHECK(to_bytes(listed) == to_bytes(tally_scores(column<std::int32_t>(each), nps_scale())));
  const estimate found = nps(listed);
  CHECK(found.n == 528);
  CHECK(std::round(10 * found.value) == 458);
  CHECK(std::round(10 * found.low) == 393);
  CHECK(std::round(10 * found.high) == 519);
}

TEST_CASE("edge H04: without answers the score is undefined, not 0") {
  const estimate e = nps(column<std::int32_t>());
  CHECK(std::isnan(e.value));
  CHECK(e.n == 0);
  CHECK(e.reason == undefined_reason::no_observations);
}

TEST_CASE("edge H05: on five points the break points say who is who") {
  const std::vector<std::int32_t> score{5, 5, 4, 3, 1};
  const score_counts state = tally_scores(column<std::int32_t>(score), {1, 5});
  CHECK(nps(state, {.breaks = nps_breaks{3, 5}}).value == Approx(0));
  CHECK_THROWS_AS((void)nps(state), schema_error);
}

TEST_CASE("compare_nps: the default interval holds the true difference in 93 to 97 % of samples") {
  std::mt19937_64 random(9);
  std::uniform_real_distribution<double> uniform;
  const auto sample = [&](double d, double p, int n) {
    std::int64_t low = 0, high = 0;
    for (int i = 0; i < n; ++i) {
      const double u = uniform(random);
      low += u < d;
      high += u >= 1 - p;
    }
    return groups(low, n - low - high, high);
  };
  for (const auto& [n1, n2] : {std::pair{50, 50}, std::pair{50, 300}, std::pair{400, 400}}) {
    int held = 0;
    for (int round = 0; round < 3000; ++round) {
      const estimate e = compare_nps(sample(0.1, 0.6, n1), sample(0.3, 0.4, n2)).difference;
      held += e.low <= 40 && 40 <= e.high;
    }
    CAPTURE(n1);
    CHECK(held >= 0.93 * 3000);
    CHECK(held <= 0.97 * 3000);
  }
}
