#include "sojourn/input/outcomes.hpp"

#include <string>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {

std::vector<std::uint8_t> read_outcomes(const column<std::int32_t>& given) {
  std::vector<std::uint8_t> left(given.size(), 0);
  for (std::size_t row = 0; row < left.size(); ++row) {
    if (!given.present(row)) continue;
    if (given[row] != 0 && given[row] != 1) {
      throw data_error({given.name_or("outcome"), row, std::to_string(given[row]), "an outcome is 0 (stayed) or 1 (left)",
                        "leave it missing when it is not known"});
    }
    left[row] = static_cast<std::uint8_t>(given[row]);
  }
  return left;
}

}  // namespace sojourn::inline v0_1
