// What is wrong with a scorecard: everything at once.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <string_view>
#include <utility>

#include "sojourn/domain/diagnostics.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/health/card/spec.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// A card that cannot be compiled; carries every diagnostic, not only the first.
class card_error : public schema_error {
 public:
  explicit card_error(diagnostics found)
      : schema_error("the scorecard has errors:\n" + to_string(found)), found_(std::move(found)) {}
  [[nodiscard]] const diagnostics& found() const noexcept { return found_; }

 private:
  diagnostics found_;
};

/// All errors and warnings of a card, in document order by kind. Empty = it compiles without remark.
/// The pointers are those of its JSON form, whether it came from JSON or was built in C++.
[[nodiscard]] diagnostics validate(const scorecard_spec& spec);

/// The same for JSON text, which is not trusted: at most 1 MiB, 64 levels. Never throws for bad text.
[[nodiscard]] diagnostics validate_json(std::string_view json);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
