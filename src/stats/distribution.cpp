#include "sojourn/stats/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sojourn/detail/int128.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr const char* distribution_name = "distribution_state";

/// Both lists in order of value; `combine` folds the second count into the first, which starts at 0 where it has none.
template <class Combine>
std::vector<value_count> merged(const std::vector<value_count>& a, const std::vector<value_count>& b,
                                const Combine& combine) {
  std::vector<value_count> out;
  out.reserve(a.size() + b.size());
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() || right != b.end()) {
    const bool only_left = right == b.end() || (left != a.end() && left->value < right->value);
    value_count next =
        left != a.end() && (only_left || left->value == right->value) ? *left++ : value_count{right->value, 0};
    if (!only_left) combine(next.count, (right++)->count);
    if (next.count != 0) out.push_back(next);
  }
  return out;
}

distribution_state count_dense(const std::vector<std::int64_t>& values, std::int64_t low, std::size_t width) {
  std::vector<std::int64_t> counts(width);
  // Differences in unsigned arithmetic: they fit even where the signed ones would not.
  for (const auto value : values) ++counts[static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(low)];
  distribution_state state;
  for (std::size_t i = 0; i < width; ++i) {
    if (counts[i] != 0) state.counts.push_back({low + static_cast<std::int64_t>(i), counts[i]});
  }
  return state;
}

distribution_state count_sorted(std::vector<std::int64_t> values) {
  std::sort(values.begin(), values.end());
  distribution_state state;
  for (const auto value : values) {
    if (state.counts.empty() || state.counts.back().value != value) state.counts.push_back({value, 0});
    ++state.counts.back().count;
  }
  return state;
}

/// The value at a zero-based rank.
std::int64_t at_rank(const distribution_state& state, std::int64_t rank) {
  for (const auto& [value, times] : state.counts) {
    if (rank < times) return value;
    rank -= times;
  }
  return state.counts.back().value;
}

/// A rank that misses a whole number by rounding only is that number.
double snapped(double rank) {
  const double whole = std::round(rank);
  return std::abs(rank - whole) <= 4 * std::numeric_limits<double>::epsilon() * whole ? whole : rank;
}

std::int64_t as_rank(double rank, std::int64_t n) {
  // Beyond 2^53 a rank in double may round past the end.
  return rank >= static_cast<double>(n) ? n - 1 : std::max<std::int64_t>(0, static_cast<std::int64_t>(rank));
}

double linear(const distribution_state& state, double p, std::int64_t n) {
  const double rank = snapped(p * static_cast<double>(n - 1));
  const double below = std::floor(rank);
  const std::int64_t first = as_rank(below, n);
  const std::int64_t low = at_rank(state, first);
  if (rank == below) return static_cast<double>(low);
  const auto gap = static_cast<detail::int128>(at_rank(state, std::min(first + 1, n - 1))) - low;
  return static_cast<double>(low) + (rank - below) * detail::to_double(gap);
}

}  // namespace

distribution_state& distribution_state::operator+=(const distribution_state& other) {
  auto sum = merged(counts, other.counts,
                    [](std::int64_t& to, std::int64_t what) { detail::checked_add(to, what, distribution_name); });
  std::int64_t total = missing;
  detail::checked_add(total, other.missing, distribution_name);
  counts = std::move(sum);
  missing = total;
  return *this;
}

distribution_state& distribution_state::operator-=(const distribution_state& other) {
  auto rest = merged(counts, other.counts,
                     [](std::int64_t& to, std::int64_t what) { detail::checked_subtract(to, what, distribution_name); });
  std::int64_t total = missing;
  detail::checked_subtract(total, other.missing, distribution_name);
  counts = std::move(rest);
  missing = total;
  return *this;
}

bool distribution_state::canonical() const noexcept {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i].count == 0 || (i != 0 && counts[i - 1].value >= counts[i].value)) return false;
  }
  return true;
}

distribution_state distribution_of(std::vector<std::int64_t> values) {
  if (values.empty()) return {};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const std::uint64_t span = static_cast<std::uint64_t>(*high) - static_cast<std::uint64_t>(*low);
  // A table twice as long as the data is still cheaper than sorting it.
  if (span < std::max<std::uint64_t>(1024, 2 * values.size()))
    return count_dense(values, *low, static_cast<std::size_t>(span) + 1);
  return count_sorted(std::move(values));
}

std::int64_t count(const distribution_state& state) {
  std::int64_t total = 0;
  for (const auto& [value, times] : state.counts) {
    if (times < 0) {
      throw state_error("distribution_state: value " + std::to_string(value) + " is counted " + std::to_string(times) +
                        " times; something was retracted that was never added");
    }
    detail::checked_add(total, times, distribution_name);
  }
  return total;
}

estimate quantile(const distribution_state& state, double p, quantile_rule rule) {
  if (!(p >= 0.0 && p <= 1.0)) throw schema_error("quantile: p must lie between 0 and 1, for example 0.5 for the median");
  const std::int64_t n = count(state);
  constexpr metric_label quantile_label{"quantile", "unit of the values"};
  if (n == 0) return undefined_estimate(undefined_reason::no_observations).as(quantile_label);
  estimate result = estimate{}.as(quantile_label);
  result.n = n;
  result.value = rule == quantile_rule::linear
                     ? linear(state, p, n)
                     : static_cast<double>(at_rank(state, as_rank(std::ceil(snapped(p * static_cast<double>(n))) - 1, n)));
  return result;
}

std::optional<value_count> mode(const distribution_state& state) {
  if (count(state) == 0) return std::nullopt;
  return *std::max_element(state.counts.begin(), state.counts.end(),
                           [](const value_count& a, const value_count& b) { return a.count < b.count; });
}

}  // namespace sojourn::inline v0_1
