#include "health/tier_columns.hpp"

#include <cstdint>
#include <utility>

#include "sojourn/arrow/row_memory.hpp"
#include "sojourn/health/card/tier_names.hpp"

namespace py = pybind11;

namespace sojourn::python {

using arrow::any_column;
namespace h = health;

std::vector<h::tier_code> tier_codes(const any_column& tiers, const std::vector<std::string>& order, const char* name,
                                     h::tier_code missing) {
  const auto names = arrow::as_segments(tiers, name);
  return h::read_tiers(names.codes.view(), names.labels, order, missing);
}

any_column tier_column(const h::scorecard& card, const std::vector<h::tier_code>& tiers, std::size_t rows) {
  std::vector<std::string> labels = h::tier_names(card);
  const auto unknown = static_cast<std::uint32_t>(labels.size());
  labels.insert(labels.end(), {std::string(h::unknown_tier_name), "(other card)"});
  std::vector<std::uint32_t> codes = arrow::row_memory<std::uint32_t>(rows);
  std::uint8_t nobody = 0;
  for (std::size_t row = 0; row < tiers.size(); ++row) {
    codes[row] = tiers[row] < unknown ? tiers[row] : tiers[row] == h::unknown_tier ? unknown : unknown + 1;
    nobody |= static_cast<std::uint8_t>(tiers[row] == h::no_tier);
  }
  std::vector<std::uint8_t> present;
  if (nobody != 0 || tiers.empty()) {
    present.resize(rows);
    for (std::size_t row = 0; row < tiers.size(); ++row) present[row] = tiers[row] != h::no_tier;
  }
  return any_column::dictionary(std::move(codes), std::move(labels), present);
}

py::int_ exact(detail::int128 value) {
  return py::int_(py::str(detail::to_string(value)));
}

}  // namespace sojourn::python
