// How many random inputs a property test draws, and rows that are valid but as unlike one another as rows can be.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "exit_columns.hpp"
#include "sojourn/lifetime/cox.hpp"

namespace sojourn::test {

/// `SOJOURN_RANDOM_CASES=10000` draws so many inputs; without it `few`, so that the suite stays fast.
inline int random_cases(int few) {
  const char* asked = std::getenv("SOJOURN_RANDOM_CASES");
  return asked == nullptr ? few : std::atoi(asked);
}

inline double uniform_of(std::mt19937_64& random, double low = 0, double high = 1) {
  return std::uniform_real_distribution<double>(low, high)(random);
}
/// Of any size between 10^low and 10^high.
inline double any_size(std::mt19937_64& random, double low, double high) {
  return std::pow(10.0, uniform_of(random, low, high));
}
inline bool one_in(std::mt19937_64& random, unsigned n) {
  return random() % n == 0;
}

/// Exits of 1 to `most` accounts: whole ages or decimals, one age for all, ages from millionths to billions; causes that
/// all, none or some have; late entry, weights from 0 to billions, counts and missing values, each in some of the inputs.
inline exit_columns any_exits(std::mt19937_64& random, std::uint32_t causes, std::size_t most, bool late_entry, bool weights,
                              double least_age = 0) {
  exit_columns rows;
  const std::size_t n = 1 + random() % most;
  const double unit = one_in(random, 3) ? any_size(random, -6, 9) : 1;
  const auto kind = random() % 4;  // of ages
  const auto left = random() % 5;  // 0: nobody, 1: everybody
  const bool late = late_entry && one_in(random, 2), weighted = weights && one_in(random, 2), counted = one_in(random, 4);
  const bool huge = one_in(random, 3), gaps = one_in(random, 4);
  for (std::size_t i = 0; i < n; ++i) {
    double age = static_cast<double>(random() % 12);
    if (kind == 1) age = 3;
    if (kind == 2) age = uniform_of(random, 0, 12);
    if (kind == 3) age = any_size(random, -3, 3);
    age = std::max(least_age, age) * unit;
    const bool leaves = left == 1 || (left > 1 && one_in(random, 2));
    rows.time.push_back(age);
    rows.cause.push_back(leaves ? 1 + static_cast<std::uint32_t>(random() % causes) : 0);
    rows.group.push_back(static_cast<std::uint32_t>(random() % 3));
    if (late) rows.entry.push_back(one_in(random, 3) || age == 0 ? missing_number : age * uniform_of(random, 0, 0.99));
    if (weighted) rows.weight.push_back(one_in(random, 6) ? 0 : huge ? any_size(random, 0, 9) : uniform_of(random, 0, 5));
    if (counted) rows.count.push_back(static_cast<std::int64_t>(random() % 4));
    if (gaps && one_in(random, 8)) rows.time.back() = missing_number;
  }
  return rows;
}

/// Features of any size and origin: numbers, shares, few values, one value only, or the copy of another.
struct feature_columns {
  std::vector<std::vector<double>> values;

  [[nodiscard]] std::vector<named_feature> view() const {
    std::vector<named_feature> found;
    for (const auto& one : values) found.push_back({"f" + std::to_string(found.size()), one});
    return found;
  }
};
inline feature_columns any_features(std::mt19937_64& random, std::size_t rows, std::size_t most) {
  feature_columns found;
  const std::size_t n = 1 + random() % most;
  for (std::size_t k = 0; k < n; ++k) {
    const auto kind = random() % 6;
    const double unit = one_in(random, 3) ? any_size(random, -9, 9) : 1;
    const double origin = one_in(random, 4) ? any_size(random, 0, 7) * unit : 0;
    std::vector<double> values(rows);
    for (double& value : values) {
      value = uniform_of(random, -1, 1);
      if (kind == 1) value = static_cast<double>(random() % 2);
      if (kind == 2) value = 1;
      if (kind == 3) value = std::exp(3 * value);
      value = origin + unit * value;
    }
    if (kind == 4 && k > 0) values = found.values[k - 1];
    found.values.push_back(std::move(values));
  }
  return found;
}

inline bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}
inline bool all_shares(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return x >= 0 && x <= 1; });
}

}  // namespace sojourn::test
