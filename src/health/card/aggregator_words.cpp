#include "health/card/aggregator_words.hpp"

#include <cmath>

namespace sojourn::inline v0_1::health::detail {
namespace {

int whole(double value) {
  return value == std::floor(value) && std::abs(value) < 1e6 ? static_cast<int>(value) : 0;
}

const std::vector<aggregator_word>& words() {
  static const aggregator_parameter floor{"floor", 0.01};
  static const std::vector<aggregator_word> all = {
      {"mean", {}, [](const double*) -> aggregator { return weighted_mean{}; }},
      {"power", {{"p", 0, presence::required}, floor}, [](const double* v) -> aggregator { return power_mean{v[0], v[1]}; }},
      {"geometric", {floor}, [](const double* v) -> aggregator { return geometric_mean{v[0]}; }},
      {"harmonic", {floor}, [](const double* v) -> aggregator { return harmonic_mean{v[0]}; }},
      {"min", {}, [](const double*) -> aggregator { return lowest{}; }},
      {"max", {}, [](const double*) -> aggregator { return highest{}; }},
      {"mean_min", {{"a", 0.5}}, [](const double* v) -> aggregator { return mean_and_min{v[0]}; }},
      {"points",
       {{"base", 0}, {"low", 0}, {"high", 100}},
       [](const double* v) -> aggregator { return point_sum{v[0], v[1], v[2]}; }},
      {"worst_of", {}, [](const double*) -> aggregator { return worst_of{}; }},
      {"best_n", {{"n", 0, presence::required}}, [](const double* v) -> aggregator { return best_of{whole(v[0])}; }}};
  return all;
}

struct write_parameters {
  using list = std::vector<std::pair<std::string_view, double>>;
  template <class Plain>
  list operator()(const Plain&) const {
    return {};
  }
  list operator()(const power_mean& m) const {
    if (m.p > 0) return {{"p", m.p}};
    return {{"p", m.p}, {"floor", m.floor}};
  }
  list operator()(const geometric_mean& m) const { return {{"floor", m.floor}}; }
  list operator()(const harmonic_mean& m) const { return {{"floor", m.floor}}; }
  list operator()(const mean_and_min& m) const { return {{"a", m.a}}; }
  list operator()(const point_sum& m) const { return {{"base", m.base}, {"low", m.low}, {"high", m.high}}; }
  list operator()(const best_of& m) const { return {{"n", m.n}}; }
};

struct find_problems {
  using list = std::vector<aggregator_problem>;
  template <class Plain>
  list operator()(const Plain&) const {
    return {};
  }
  list operator()(const power_mean& m) const {
    if (!(std::abs(m.p) <= 64))
      return {{"p", "must lie between -64 and 64", "\"min\" and \"max\" are the ends of the road"}};
    return m.p > 0 ? list{} : floor_of(m.floor);
  }
  list operator()(const geometric_mean& m) const { return floor_of(m.floor); }
  list operator()(const harmonic_mean& m) const { return floor_of(m.floor); }
  list operator()(const mean_and_min& m) const {
    if (m.a >= 0 && m.a <= 1) return {};
    return {{"a", "must lie between 0 (the mean) and 1 (the minimum)"}};
  }
  list operator()(const point_sum& m) const {
    constexpr double most = 1e9;
    if (!(std::abs(m.base) <= most)) return {{"base", "must lie between -1e9 and 1e9 points"}};
    const bool ordered =
        std::abs(m.low) <= most && std::abs(m.high) <= most && m.low < m.high && std::isfinite(1 / (m.high - m.low));
    if (ordered) return {};
    return {{"high", "points need a range: low must be less than high"}};
  }
  list operator()(const best_of& m) const {
    if (m.n >= 1) return {};
    return {{"n", "must be a whole number of members, 1 or more"}};
  }
  static list floor_of(double floor) {
    if (floor >= 1e-6 && floor <= 1) return {};
    return {
        {"floor", "must lie between 0.000001 and 1: below it a single worst member would decide alone", "for example 0.01"}};
  }
};

}  // namespace

std::span<const aggregator_word> aggregator_words() {
  return words();
}
std::string_view key_of(const aggregator& how) noexcept {
  return words()[how.index()].key;
}
std::vector<std::pair<std::string_view, double>> parameters_of(const aggregator& how) {
  return std::visit(write_parameters{}, how);
}
std::vector<aggregator_problem> problems_of(const aggregator& how) {
  return std::visit(find_problems{}, how);
}

}  // namespace sojourn::inline v0_1::health::detail
