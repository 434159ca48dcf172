// What is wrong with a document (a scorecard, a policy): everything at once, each with its place and, where one is near, the
// cure. Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A warning is worth reading; with an error the document cannot be used.
enum class severity : std::uint8_t { error, warning };
constexpr std::array<std::string_view, 2> values_of(severity) {
  return {"error", "warning"};
}

struct diagnostic {
  std::string pointer;  ///< RFC 6901 JSON pointer; "" = the whole document
  std::string message;
  std::string suggestion;  ///< may be empty
  severity level = severity::error;
  friend bool operator==(const diagnostic&, const diagnostic&) = default;
};

using diagnostics = std::vector<diagnostic>;

[[nodiscard]] bool has_errors(const diagnostics& found) noexcept;

/// One line a diagnostic: pointer, message, suggestion.
[[nodiscard]] std::string to_string(const diagnostics& found);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
