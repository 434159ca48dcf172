// The flags of scores as text.
#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "health/bind_scoring.hpp"

namespace sojourn::python {

std::string flag_text(std::uint16_t flags) {
  constexpr const char* names[] = {"no_data",      "low_coverage", "required_missing", "imputed",       "irregular",
                                   "card_changed", "excluded",     "adjusted",         "undecided_rule"};
  std::string text;
  for (unsigned bit = 0; bit < std::size(names); ++bit) {
    if ((static_cast<unsigned>(flags) >> bit & 1u) != 0) text += (text.empty() ? "" : "|") + std::string(names[bit]);
  }
  return text;
}

/// Labels of the combinations that occur only.
arrow::any_column flag_column(const std::vector<std::uint16_t>& flags) {
  std::map<std::uint16_t, std::uint32_t> code_of;
  for (const std::uint16_t set : flags) {
    if (code_of.empty() || code_of.rbegin()->first != set) code_of.try_emplace(set, 0u);
  }
  std::vector<std::string> labels;
  for (auto& [set, code] : code_of) {
    code = static_cast<std::uint32_t>(labels.size());
    labels.push_back(flag_text(set));
  }
  std::vector<std::uint32_t> codes(flags.size());
  for (std::size_t row = 0; row < flags.size(); ++row) {
    codes[row] = row > 0 && flags[row] == flags[row - 1] ? codes[row - 1] : code_of.at(flags[row]);
  }
  return arrow::any_column::dictionary(std::move(codes), std::move(labels));
}

}  // namespace sojourn::python
