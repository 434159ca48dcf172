// The aggregators by their names in a card: read, written and checked from one table.
// Layer: 5. Needs: std only.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sojourn/health/card/spec.hpp"

namespace sojourn::inline v0_1::health::detail {

enum class presence : std::uint8_t { required, optional };

struct aggregator_parameter {
  std::string_view key;
  double value = 0;  ///< where it is left out
  presence need = presence::optional;
};

struct aggregator_word {
  std::string_view key;  ///< stands before the list of members
  std::vector<aggregator_parameter> parameters;
  aggregator (*make)(const double* values);
};

[[nodiscard]] std::span<const aggregator_word> aggregator_words();
[[nodiscard]] std::string_view key_of(const aggregator& how) noexcept;
/// Parameters as they are written: those without effect are left out.
[[nodiscard]] std::vector<std::pair<std::string_view, double>> parameters_of(const aggregator& how);

/// What is wrong with the parameters: the key, the remark, and a way out. An empty key means the group as a whole.
struct aggregator_problem {
  std::string_view key;
  std::string message;
  std::string suggestion{};
};
[[nodiscard]] std::vector<aggregator_problem> problems_of(const aggregator& how);

}  // namespace sojourn::inline v0_1::health::detail
