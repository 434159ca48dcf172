// Rows of exits that a test owns, and random ones.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "sojourn/input/exits.hpp"

namespace sojourn::test {

inline constexpr double missing_number = std::numeric_limits<double>::quiet_NaN();

struct exit_columns {
  std::vector<double> time;
  std::vector<std::uint32_t> cause;
  std::vector<double> entry{};
  std::vector<double> weight{};
  std::vector<std::int64_t> count{};
  std::vector<std::uint32_t> group{};

  [[nodiscard]] exits view() const { return {time, cause, entry, weight, count}; }
  [[nodiscard]] std::size_t size() const { return time.size(); }

  void append(const exit_columns& from, std::size_t row) {
    const auto copy = [row](auto& to, const auto& source) {
      if (!source.empty()) to.push_back(source[row]);
    };
    copy(time, from.time);
    copy(cause, from.cause);
    copy(entry, from.entry);
    copy(weight, from.weight);
    copy(count, from.count);
    copy(group, from.group);
  }
  [[nodiscard]] exit_columns shuffled(std::mt19937_64& random) const {
    std::vector<std::size_t> order(size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    exit_columns mixed;
    for (const std::size_t row : order) mixed.append(*this, row);
    return mixed;
  }
  /// Each row as many times as its count says.
  [[nodiscard]] exit_columns repeated() const {
    exit_columns rows;
    for (std::size_t row = 0; row < size(); ++row) {
      for (std::int64_t copy = 0; copy < count[row]; ++copy) rows.append(*this, row);
    }
    rows.count.clear();
    return rows;
  }
  [[nodiscard]] bool at_risk(std::size_t row, double age) const {
    const bool entered = entry.empty() || std::isnan(entry[row]) || entry[row] < age;
    return entered && time[row] >= age;
  }
  [[nodiscard]] double worth(std::size_t row) const {
    return (weight.empty() ? 1 : weight[row]) * (count.empty() ? 1.0 : static_cast<double>(count[row]));
  }
};

/// Up to 40 rows with ties, half ages, `causes` causes and three groups.
inline exit_columns random_exits(std::mt19937_64& random, std::uint32_t causes, bool late, bool weighted) {
  exit_columns rows;
  const std::size_t n = random() % 40 + 2;
  for (std::size_t i = 0; i < n; ++i) {
    rows.time.push_back(0.5 * static_cast<double>(random() % 24 + 1));
    rows.cause.push_back(static_cast<std::uint32_t>(random() % (causes + 1)));
    rows.group.push_back(static_cast<std::uint32_t>(random() % 3));
    if (late) {
      const bool from_start = random() % 2 == 0;
      rows.entry.push_back(from_start ? missing_number : rows.time.back() * 0.25 * static_cast<double>(random() % 4));
    }
    if (weighted) rows.weight.push_back(static_cast<double>(random() % 1000) / 8);
  }
  return rows;
}

}  // namespace sojourn::test
