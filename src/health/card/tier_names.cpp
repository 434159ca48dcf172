#include "sojourn/health/card/tier_names.hpp"

#include <algorithm>

namespace sojourn::inline v0_1::health {

std::vector<std::string> tier_names(const scorecard& card) {
  std::vector<std::string> names;
  for (const tier& one : card.spec().tiers.tiers) names.push_back(one.name);
  return names;
}

tier_code tier_named(std::span<const std::string> names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<tier_code>(found - names.begin());
  std::string listed;
  for (const std::string& one : names) listed += (listed.empty() ? "" : ", ") + one;
  throw schema_error("there is no tier \"" + std::string(name) + "\"; there are: " + listed);
}

std::vector<tier_code> codes_of_names(std::span<const std::string> given, std::span<const std::string> names,
                                      tier_code otherwise) {
  std::vector<tier_code> codes;
  codes.reserve(given.size());
  for (const std::string& name : given) {
    const auto found = std::ranges::find(names, name);
    codes.push_back(found != names.end()        ? static_cast<tier_code>(found - names.begin())
                    : name == unknown_tier_name ? unknown_tier
                                                : otherwise);
  }
  return codes;
}

std::vector<tier_code> read_tiers(const column<std::uint32_t>& given, std::span<const std::string> labels,
                                  std::span<const std::string> names, tier_code missing) {
  if (names.size() > max_tiers) throw schema_error("more than " + std::to_string(max_tiers) + " tiers");
  const std::vector<tier_code> codes = codes_of_names(labels, names, no_tier);
  std::vector<tier_code> result(given.size(), missing);
  for (std::size_t row = 0; row < result.size(); ++row) {
    if (!given.present(row)) continue;
    result[row] = codes[given[row]];
    if (result[row] != no_tier) continue;
    throw data_error(
        {given.name_or("tier"), row, labels[given[row]], "is none of the tiers in `tiers`", "name every tier, worst first"});
  }
  return result;
}

}  // namespace sojourn::inline v0_1::health
