#include "sojourn/health/score/manual_values.hpp"

#include "sojourn/health/score/delta.hpp"

namespace sojourn::inline v0_1::health {

placed_manual_values place_manual_values(std::span<const manual_value> given, std::span<const std::size_t> row_of) {
  placed_manual_values placed;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::size_t account = given[i].row;
    if (account >= row_of.size() || row_of[account] == not_there) continue;
    placed.values.push_back(given[i]);
    placed.values.back().row = row_of[account];
    placed.place.push_back(static_cast<std::int64_t>(i));
  }
  return placed;
}

}  // namespace sojourn::inline v0_1::health
