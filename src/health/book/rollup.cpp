#include "sojourn/health/book/rollup.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "detail/nan.hpp"
#include "sojourn/stats/checked.hpp"

namespace sojourn::inline v0_1::health {
namespace {

using sojourn::detail::checked_add;
using sojourn::detail::int128;
using sojourn::detail::nan;
using sojourn::detail::to_double;

/// The cycle that `start` leads into, as "2 -> 5 -> 2".
std::string cycle_from(std::span<const std::int32_t> parent, std::size_t start) {
  std::vector<std::uint8_t> seen(parent.size(), 0);
  std::size_t at = start;
  while (seen[at] == 0) {
    seen[at] = 1;
    at = static_cast<std::size_t>(parent[at]);
  }
  constexpr int shown = 20;
  std::string text = std::to_string(at);
  int steps = 0;
  std::size_t next = at;
  do {
    next = static_cast<std::size_t>(parent[next]);
    if (++steps > shown && next != at) continue;
    text += (steps > shown ? " -> ... -> " : " -> ") + std::to_string(next);
  } while (next != at);
  return text;
}

void require_length(std::size_t rows, std::size_t expected, const char* what) {
  if (rows != expected) {
    throw schema_error(std::string(what) + " has " + std::to_string(rows) + " rows and the hierarchy has " +
                       std::to_string(expected));
  }
}

std::int64_t checked_weight(const column<std::int64_t>& weight, std::size_t row, negative_weights negative) {
  const std::int64_t value = weight[row];
  if (value >= 0) return value;
  if (negative == negative_weights::as_zero) return 0;
  throw data_error({weight.name_or("weight"), row, std::to_string(value), "is negative",
                    "pass negative_weights::as_zero to count it as 0"});
}

/// Every row's weight; what is missing is the sum of the children's.
std::vector<std::int64_t> filled_weights(const hierarchy& tree, const column<std::int64_t>& weight,
                                         negative_weights negative) {
  require_length(weight.size(), tree.size(), "the weight column");
  std::vector<std::int64_t> filled(tree.size(), 0);
  for (const std::uint32_t row : tree.children_first()) {
    if (weight.present(row)) filled[row] = checked_weight(weight, row, negative);
    const std::int32_t up = tree.parent(row);
    if (up == no_parent || weight.present(static_cast<std::size_t>(up))) continue;
    checked_add(filled[static_cast<std::size_t>(up)], filled[row], "rollup");
  }
  return filled;
}

/// What the members of one parent add up to.
struct members {
  double scores = 0, weighted = 0, weight = 0;
  double coverage = 0, coverage_weighted = 0, all_weight = 0;
  double lowest = std::numeric_limits<double>::infinity(), highest = -std::numeric_limits<double>::infinity();
  std::int64_t scored = 0, all = 0;

  void add(double score, double covered, double w) {
    ++all;
    coverage += covered;
    coverage_weighted += w * covered;
    all_weight += w;
    if (std::isnan(score)) return;
    ++scored;
    scores += score;
    weighted += w * score;
    weight += w;
    lowest = std::min(lowest, score);
    highest = std::max(highest, score);
  }

  [[nodiscard]] double score(const rollup_options& options) const {
    if (scored == 0) return nan;
    // All members alike give that score exactly: sum and division would leave its last bit to chance.
    if (lowest == highest && (options.method != rollup_method::weighted || weight > 0)) return lowest;
    const double mean = scores / static_cast<double>(scored);
    switch (options.method) {
      case rollup_method::minimum:
        return lowest;
      case rollup_method::maximum:
        return highest;
      case rollup_method::weighted:
        return weight > 0 ? weighted / weight : options.zero == zero_weights::plain_mean ? mean : nan;
      default:
        return mean;
    }
  }

  [[nodiscard]] double covered(rollup_method method) const {
    if (method == rollup_method::weighted && all_weight > 0) return coverage_weighted / all_weight;
    return all == 0 ? 0 : coverage / static_cast<double>(all);
  }
};

double own_coverage(const rollup_input& rows, std::size_t row) {
  if (rows.coverage.empty()) return std::isnan(rows.score[row]) ? 0 : 1;
  return std::isnan(rows.coverage[row]) ? 0 : rows.coverage[row];
}

bool matches(tier_code tier, tier_code wanted, tier_match match) {
  return tier == wanted || (match == tier_match::or_worse && tier < wanted) ||
         (match == tier_match::or_better && tier > wanted);
}

void add_to(tier_share& total, const tier_share& part) {
  total.count += part.count;
  total.known += part.known;
  total.unknown += part.unknown;
  total.weight_in_tier += part.weight_in_tier;
  total.weight_known += part.weight_known;
}

tier_share alone(tier_code tier, tier_code wanted, tier_match match, std::int64_t weight) {
  tier_share one;
  if (tier == unknown_tier || tier == no_tier) {
    one.unknown = 1;
    return one;
  }
  one.known = 1;
  one.weight_known = weight;
  if (matches(tier, wanted, match)) one.count = 1, one.weight_in_tier = weight;
  return one;
}

}  // namespace

hierarchy::hierarchy(std::span<const std::int32_t> parent)
    : parent_(parent.begin(), parent.end()), children_(parent.size(), 0) {
  if (parent.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
    throw schema_error("a hierarchy has at most 2^31 - 1 rows");
  for (std::size_t row = 0; row < parent.size(); ++row) {
    if (parent[row] == no_parent) continue;
    if (parent[row] < 0 || static_cast<std::size_t>(parent[row]) >= parent.size()) {
      throw data_error(
          {"parent", row, std::to_string(parent[row]), "is not a row of the table", "use -1 for a row without a parent"});
    }
    ++children_[static_cast<std::size_t>(parent[row])];
  }
  std::vector<std::int64_t> open = children_;
  order_.reserve(parent.size());
  for (std::size_t row = 0; row < parent.size(); ++row) {
    if (open[row] == 0) order_.push_back(static_cast<std::uint32_t>(row));
  }
  for (std::size_t done = 0; done < order_.size(); ++done) {
    const std::int32_t up = parent_[order_[done]];
    if (up != no_parent && --open[static_cast<std::size_t>(up)] == 0) order_.push_back(static_cast<std::uint32_t>(up));
  }
  if (order_.size() == parent.size()) return;
  const auto stuck = std::find_if(open.begin(), open.end(), [](std::int64_t left) { return left > 0; });
  const auto row = static_cast<std::size_t>(stuck - open.begin());
  throw data_error({"parent", row, std::to_string(parent[row]), "leads into a cycle: " + cycle_from(parent_, row),
                    "a parent may not be its own descendant"});
}

rolled_up rollup(const hierarchy& tree, const rollup_input& rows, rollup_options options) {
  require_length(rows.score.size(), tree.size(), "the score column");
  if (!rows.coverage.empty()) require_length(rows.coverage.size(), tree.size(), "the coverage column");
  const bool weighs = !rows.weight.empty();
  if (options.method == rollup_method::weighted && !weighs && tree.size() > 0)
    throw schema_error("a weighted roll-up needs a weight column");

  rolled_up result;
  result.score.assign(rows.score.begin(), rows.score.end());
  result.coverage.resize(tree.size());
  result.children.resize(tree.size());
  result.missing.resize(tree.size());
  if (weighs) result.weight = filled_weights(tree, rows.weight, options.negative);
  const auto weight = [&](std::size_t row) { return weighs ? static_cast<double>(result.weight[row]) : 1.0; };

  std::vector<members> below(tree.size());
  for (const std::uint32_t row : tree.children_first()) {
    result.coverage[row] = own_coverage(rows, row);
    result.children[row] = tree.children(row);
    const bool rolls = tree.children(row) > 0 && options.method != rollup_method::own;
    result.missing[row] = below[row].all - below[row].scored;
    if (rolls) {
      if (options.self == include_self::yes) below[row].add(rows.score[row], result.coverage[row], weight(row));
      result.score[row] = below[row].score(options);
      result.coverage[row] = below[row].covered(options.method);
    }
    if (tree.parent(row) == no_parent) continue;
    below[static_cast<std::size_t>(tree.parent(row))].add(result.score[row], result.coverage[row], weight(row));
  }
  return result;
}

double tier_share::share() const noexcept {
  return known == 0 ? nan : static_cast<double>(count) / static_cast<double>(known);
}

double tier_share::weight_share() const noexcept {
  return weight_known == 0 ? nan : to_double(weight_in_tier) / to_double(weight_known);
}

std::vector<tier_share> rollup_tiers(const hierarchy& tree, std::span<const tier_code> tier, tier_code wanted,
                                     tier_match match, include_self self, column<std::int64_t> weight,
                                     negative_weights negative) {
  require_length(tier.size(), tree.size(), "the tier column");
  std::vector<std::int64_t> weights(tree.size(), 0);
  if (!weight.empty()) weights = filled_weights(tree, weight, negative);
  std::vector<tier_share> result(tree.size());
  std::vector<tier_share> below(tree.size());
  for (const std::uint32_t row : tree.children_first()) {
    const bool counts = self == include_self::yes || tree.children(row) == 0;
    if (counts) add_to(below[row], alone(tier[row], wanted, match, weights[row]));
    result[row] = below[row];
    if (tree.parent(row) != no_parent) add_to(below[static_cast<std::size_t>(tree.parent(row))], below[row]);
  }
  return result;
}

}  // namespace sojourn::inline v0_1::health
