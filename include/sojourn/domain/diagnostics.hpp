// What is wrong with a scorecard: everything at once, each with the place and, where one is near, the cure.
// Layer: 3. Needs: links sojourn.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sojourn/domain/error.hpp"
#include "sojourn/health/card/spec.hpp"

namespace sojourn::health {

/// A warning is worth reading (tier margins that overlap); an error keeps the card from being compiled.
enum class severity : std::uint8_t { error, warning };
constexpr std::array<std::string_view, 2> values_of(severity) {
  return {"error", "warning"};
}

struct diagnostic {
  std::string pointer;  ///< RFC 6901 JSON pointer into the card; "" = the whole document
  std::string message;
  std::string suggestion;  ///< may be empty
  severity level = severity::error;
  friend bool operator==(const diagnostic&, const diagnostic&) = default;
};

using diagnostics = std::vector<diagnostic>;

[[nodiscard]] bool has_errors(const diagnostics& found) noexcept;

/// One line a diagnostic: pointer, message, suggestion.
[[nodiscard]] std::string to_string(const diagnostics& found);

/// A card that cannot be compiled; carries every diagnostic, not only the first.
class card_error : public schema_error {
 public:
  explicit card_error(diagnostics found)
      : schema_error("the scorecard has errors:\n" + to_string(found)), found_(std::move(found)) {}
  [[nodiscard]] const health::diagnostics& found() const noexcept { return found_; }

 private:
  health::diagnostics found_;
};

/// All errors and warnings of a card, in document order by kind. Empty = it compiles without remark.
/// The pointers are those of its JSON form, whether it came from JSON or was built in C++.
[[nodiscard]] diagnostics validate(const scorecard_spec& spec);

/// The same for JSON text, which is not trusted: at most 1 MiB, 64 levels. Never throws for bad text.
[[nodiscard]] diagnostics validate_json(std::string_view json);

}  // namespace sojourn::health
