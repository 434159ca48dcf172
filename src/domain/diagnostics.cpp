#include "sojourn/domain/diagnostics.hpp"

#include <algorithm>

namespace sojourn::inline v0_1 {

bool has_errors(const diagnostics& found) noexcept {
  for (const diagnostic& d : found) {
    if (d.level == severity::error) return true;
  }
  return false;
}

std::string to_string(const diagnostics& found) {
  std::string text;
  for (const diagnostic& d : found) {
    if (!text.empty()) text += '\n';
    text += (d.pointer.empty() ? "(document)" : d.pointer) + ": " + d.message;
    if (!d.suggestion.empty()) text += "; " + d.suggestion;
  }
  return text;
}

}  // namespace sojourn::inline v0_1
