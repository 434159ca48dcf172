#include "sojourn/health/card/tiers.hpp"

#include <cstddef>

#include "sojourn/domain/shown_value.hpp"

namespace sojourn::inline v0_1::health {

tier_ladder::tier_ladder(const tier_spec& spec) : up_(spec.up), down_(spec.down), closed_(spec.closed) {
  const bool left = closed_ == closed_side::left;
  const auto border = [left](double from) { return left ? lowest_reaching(from) : highest_not_passing(from); };
  for (std::size_t i = 1; i < spec.tiers.size(); ++i) {
    const double from = spec.tiers[i].from;
    thresholds_.push_back(from);
    borders_.push_back(border(from));
    upward_.push_back(border(from + up_));
    downward_.push_back(border(from - down_));
  }
}

}  // namespace sojourn::inline v0_1::health
