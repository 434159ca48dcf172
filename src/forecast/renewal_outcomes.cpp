#include "sojourn/forecast/renewal_outcomes.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

void require_valid(const due_contract& one, std::size_t row) {
  if (!(one.probability >= 0 && one.probability <= 1))
    throw data_error({"probability", row, "", "a probability lies between 0 and 1", "give shares, not per cent"});
  if (one.mrr < 0) throw data_error({"mrr", row, std::to_string(one.mrr), "MRR is 0 or more", "give minor units"});
  if (one.every < 0)
    throw data_error({"every", row, std::to_string(one.every), "a term has 0 months or more", "0: it is asked once"});
}

std::int32_t renewals_within(const due_contract& one, std::int32_t horizon) {
  if (one.renews_in < 1 || one.renews_in > horizon) return 0;
  return one.every == 0 ? 1 : 1 + (horizon - one.renews_in) / one.every;
}

double at_share(const std::vector<outcome>& outcomes, double share) {
  double sum = 0;
  for (const outcome& one : outcomes) {
    sum += one.probability;
    if (sum >= share * (1 - 1e-12)) return static_cast<double>(one.mrr);
  }
  return static_cast<double>(outcomes.back().mrr);
}

}  // namespace

renewal_outcomes outcomes_of_renewals(std::span<const due_contract> contracts, std::int32_t horizon,
                                      confidence_level level) {
  renewal_outcomes found;
  std::map<std::int64_t, double> outcomes{{0, 1.0}};
  for (std::size_t row = 0; row < contracts.size(); ++row) {
    const due_contract& one = contracts[row];
    require_valid(one, row);
    const double stays = std::pow(one.probability, renewals_within(one, horizon));
    const auto mrr = static_cast<double>(one.mrr);
    found.opening += one.mrr;
    found.expected += mrr * stays;
    found.variance += mrr * mrr * stays * (1 - stays);
    if (outcomes.empty()) continue;
    std::map<std::int64_t, double> next;
    for (const auto& [sum, probability] : outcomes) {
      if (stays < 1) next[sum] += probability * (1 - stays);
      if (stays > 0) next[sum + one.mrr] += probability * stays;
    }
    outcomes = next.size() > most_outcomes ? std::map<std::int64_t, double>{} : std::move(next);
  }
  for (const auto& [sum, probability] : outcomes) found.outcomes.push_back({sum, probability});
  if (found.outcomes.empty()) return found;
  found.low = at_share(found.outcomes, (1 - level.value()) / 2);
  found.high = at_share(found.outcomes, (1 + level.value()) / 2);
  return found;
}

}  // namespace sojourn::inline v0_1
