// Columns by role, as the bindings of the book take them.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "sojourn/arrow/any_column.hpp"

namespace sojourn::python {

using roles = std::map<std::string, arrow::any_column>;

inline const arrow::any_column* find(const roles& given, const std::string& role) {
  const auto found = given.find(role);
  return found == given.end() ? nullptr : &found->second;
}

/// Numbers with NaN where they are missing. Like all of these, empty when the column was not given.
inline std::vector<double> doubles(const roles& given, const std::string& role) {
  const arrow::any_column* source = find(given, role);
  if (source == nullptr) return {};
  const auto held = arrow::as_double(*source, role);
  const auto view = held.view();
  std::vector<double> values(view.values().begin(), view.values().end());
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (!view.present(row)) values[row] = std::numeric_limits<double>::quiet_NaN();
  }
  return values;
}

inline arrow::held_column<std::int64_t> whole(const roles& given, const std::string& role) {
  const arrow::any_column* source = find(given, role);
  return source == nullptr ? arrow::held_column<std::int64_t>{} : arrow::as_int64(*source, role);
}

inline arrow::segment_codes segments(const roles& given, const std::string& role) {
  const arrow::any_column* source = find(given, role);
  return source == nullptr ? arrow::segment_codes{} : arrow::as_segments(*source, role);
}

/// A dictionary column; its labels are never empty, which a dictionary needs.
inline arrow::any_column text(std::vector<std::uint32_t> codes, std::vector<std::string> labels,
                              const std::vector<std::uint8_t>& present = {}) {
  if (labels.empty()) labels.emplace_back();
  return arrow::any_column::dictionary(std::move(codes), std::move(labels), present);
}

}  // namespace sojourn::python
