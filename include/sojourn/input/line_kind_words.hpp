// The words that billing systems use for what a line of an invoice bills.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sojourn/input/invoice_lines.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One word of one system, and the kind that it means here.
struct line_kind_word {
  std::string_view word;
  line_kind kind;
  std::string_view system;  ///< and its column
};

/// All of them, the library's own first. A word that means different things by its other columns (`charge` and `credit` of
/// Recurly, `trial` of ChartMogul, `web` of Paddle) is not in the table.
[[nodiscard]] std::span<const line_kind_word> line_kind_words();

/// The kind that a word means. Case does not matter, nor whether words are joined by spaces, hyphens or underscores.
[[nodiscard]] std::optional<line_kind> line_kind_of(std::string_view word);

/// What a column of kinds may hold, for messages.
[[nodiscard]] std::string line_kind_rule();

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
