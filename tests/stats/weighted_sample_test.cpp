#include "sojourn/stats/weighted_sample.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace sojourn;
using doctest::Approx;

namespace {

std::vector<sampled_row> rows_of(const std::vector<double>& values, const std::vector<double>& weights) {
  std::vector<sampled_row> rows;
  for (std::size_t i = 0; i < values.size(); ++i) rows.push_back({.value = values[i], .weight = weights[i]});
  return rows;
}

}  // namespace

TEST_CASE("SVY-01: Kish's design effect and the linearised error, by hand") {
  const weighted_sample sample(rows_of({1, 0, 1, 1}, {1, 2, 3, 4}));
  const weighted_estimate mean = weighted_mean(sample);
  CHECK(mean.result.value == Approx(0.8).epsilon(1e-12));
  CHECK(mean.error.standard_error == Approx(0.219089023002).epsilon(1e-12));
  CHECK(mean.error.n_effective == Approx(10.0 / 3).epsilon(1e-12));
  const weighted_estimate kish = weighted_mean(sample, {.method = sampling_error::kish});
  CHECK(kish.error.deff == Approx(1.2).epsilon(1e-12));
  CHECK(kish.error.n_effective == Approx(10.0 / 3).epsilon(1e-12));
  CHECK(kish.error.standard_error == Approx(std::sqrt(0.16 * 4 / 3 / (10.0 / 3))).epsilon(1e-12));
}

TEST_CASE("SVY-08: rows of weight 0 are as if absent") {
  const weighted_sample sample(rows_of({1, 0, 1, 1, 0, 0}, {1, 2, 3, 4, 0, 0}));
  CHECK(sample.zero_weight() == 2);
  CHECK(weighted_mean(sample).result.n == 4);
  CHECK(weighted_mean(sample).error.standard_error == Approx(0.219089023002).epsilon(1e-12));
}

TEST_CASE("weighted_mean: clusters and strata by a slow reference") {
  std::mt19937_64 random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<sampled_row> rows;
    for (std::uint32_t i = 0; i < 24; ++i) {
      const auto cluster = static_cast<std::uint32_t>(i / 2);
      rows.push_back({.value = static_cast<double>(random() % 100),
                      .weight = 1 + static_cast<double>(random() % 5),
                      .stratum = cluster % 3,
                      .cluster = cluster,
                      .domain = static_cast<std::uint32_t>(random() % 2),
                      .population = 9});
    }
    double weight = 0, sum = 0;
    for (const sampled_row& row : rows) {
      if (row.domain == 1) weight += row.weight, sum += row.weight * row.value;
    }
    if (weight == 0) continue;
    const double mean = sum / weight;
    double variance = 0;
    for (std::uint32_t stratum = 0; stratum < 3; ++stratum) {
      std::vector<double> totals;
      for (std::uint32_t cluster = stratum; cluster < 12; cluster += 3) {
        double total = 0;
        for (const sampled_row& row : rows) {
          if (row.cluster == cluster && row.domain == 1) total += row.weight * (row.value - mean) / weight;
        }
        totals.push_back(total);
      }
      double centre = 0, squares = 0;
      for (const double total : totals) centre += total / 4;
      for (const double total : totals) squares += (total - centre) * (total - centre);
      variance += 4.0 / 3 * squares * (1 - 4.0 / 9);
    }
    const weighted_sample sample(rows, sampling_unit::cluster);
    const sampled_ratio found = ratio_in(sample, sample.domain(1));
    REQUIRE(found.value == Approx(mean).epsilon(1e-12));
    REQUIRE(found.variance == Approx(variance).epsilon(1e-10));
    std::shuffle(rows.begin(), rows.end(), random);
    const weighted_sample moved(rows, sampling_unit::cluster);
    REQUIRE(ratio_in(moved, moved.domain(1)).variance == found.variance);  // the same bits
  }
}

TEST_CASE("weighted_sample: huge and tiny numbers neither overflow nor vanish") {
  const weighted_estimate plain = weighted_mean(weighted_sample(rows_of({1, 2, 4}, {1, 2, 3})));
  const weighted_estimate huge =
      weighted_mean(weighted_sample(rows_of({0x1p400, 0x2p400, 0x4p400}, {0x1p900, 0x2p900, 0x3p900})));
  CHECK(huge.result.value == plain.result.value * 0x1p400);
  CHECK(huge.error.n_effective == plain.error.n_effective);
  CHECK(huge.error.deff == plain.error.deff);
}

TEST_CASE("weighted_mean: undefined, or without an error, where nothing can be said") {
  CHECK(weighted_mean(weighted_sample{}).result.reason == undefined_reason::no_observations);
  const weighted_estimate one = weighted_mean(weighted_sample(rows_of({3}, {2})));
  CHECK(one.result.value == 3);
  CHECK(one.result.method == interval_method::none);
  CHECK(std::isnan(one.error.standard_error));
  std::vector<sampled_row> together = rows_of({1, 2}, {1, 1});
  CHECK(weighted_mean(weighted_sample(together, sampling_unit::cluster)).result.method == interval_method::none);
  together[0].denominator = together[1].denominator = 0;
  CHECK(weighted_ratio(weighted_sample(together)).result.reason == undefined_reason::zero_denominator);
}

TEST_CASE("weighted_sample: what is no sample names column and row") {
  const auto column_of = [](std::vector<sampled_row> rows, sampling_unit drawn) -> std::string {
    try {
      (void)weighted_sample(std::move(rows), drawn);
    } catch (const data_error& e) {
      return e.column() + " " + std::to_string(e.row());
    }
    return {};
  };
  CHECK(column_of({{.value = 1}, {.value = 1, .weight = -1}}, sampling_unit::row) == "weights 1");
  CHECK(column_of({{.value = 1, .times = -2}}, sampling_unit::row) == "count 0");
  CHECK(column_of({{.value = 1, .population = 5}, {.value = 1, .population = 6}}, sampling_unit::row) == "fpc 1");
  CHECK(column_of({{.value = 1, .population = 1}, {.value = 1, .population = 1}}, sampling_unit::row) == "fpc 0");
  CHECK(column_of({{.value = 1}, {.value = 1, .stratum = 1}}, sampling_unit::cluster) == "strata 1");
}
