// Rows of whole ages that a test of survival owns, and random ones.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "sojourn/lifetime/survival.hpp"

namespace sojourn::test {

/// The rows of a test, owned.
struct account_rows {
  std::vector<std::int32_t> time;
  std::vector<std::uint8_t> event;
  std::vector<std::int32_t> entry{};
  std::vector<std::int64_t> weight{};
  std::vector<std::int64_t> count{};

  [[nodiscard]] lifetimes view() const { return {time, event, entry, weight, count}; }
  [[nodiscard]] survival_state tally() const { return tally_survival(view()); }
};

inline account_rows random_rows(std::mt19937_64& random, bool late, bool weighted, std::size_t most = 40) {
  account_rows rows;
  const std::size_t n = random() % most + 1;
  for (std::size_t i = 0; i < n; ++i) {
    const auto time = static_cast<std::int32_t>(random() % 20 + (late ? 1 : 0));
    rows.time.push_back(time);
    rows.event.push_back(static_cast<std::uint8_t>(random() % 2));
    if (late) rows.entry.push_back(static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(time)));
    if (weighted) rows.weight.push_back(static_cast<std::int64_t>(random() % 1000));
  }
  return rows;
}

/// The curve's values at the ages where somebody churned, as the published tables list them.
inline std::vector<double> at_events(const survival_curve& curve, const std::vector<double>& column) {
  std::vector<double> values;
  for (std::size_t k = 0; k < curve.time.size(); ++k) {
    if (curve.events[k] > 0) values.push_back(column[k]);
  }
  return values;
}

inline void check_close(const std::vector<double>& found, const std::vector<double>& wanted, double tolerance) {
  REQUIRE(found.size() == wanted.size());
  for (std::size_t k = 0; k < found.size(); ++k) {
    CAPTURE(k);
    if (std::isnan(wanted[k]))
      CHECK(std::isnan(found[k]));
    else
      CHECK(std::abs(found[k] - wanted[k]) <= tolerance);
  }
}

}  // namespace sojourn::test
