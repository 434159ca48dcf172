// From the rules of a card to findings: what is wrong with which account, and what is undecided.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/health/book/diagnosis.hpp"
#include "sojourn/health/card/scorecard.hpp"
#include "sojourn/health/score/score.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// The codes that a card's rules can find, each once, in the order of the rules.
[[nodiscard]] std::vector<std::string> diagnosis_codes(const scorecard& card);

/// One account and code. Of several rules with the same code the most severe that fired speaks, then the first.
struct finding {
  std::uint32_t row = 0;
  std::uint32_t code = 0;  ///< position in `diagnosis_codes`
  std::uint32_t rule = 0;
  friend bool operator==(const finding&, const finding&) = default;
};

struct findings {
  std::vector<finding> active;       ///< by row, then code
  std::vector<diagnosis> undecided;  ///< no rule of the code fired, and one compared something missing; rows as accounts
};

/// What the rules of a scored book found; accounts without a score are diagnosed like the others. `undecided` is for
/// `follow`: not knowing is not healing. Throws `schema_error` when the scores are of another card. O(rows x rules).
[[nodiscard]] findings find_diagnoses(const scorecard& card, const scores& book);

/// What the rule names as evidence, or else the signals that its condition reads, in the card's order.
[[nodiscard]] std::vector<std::string> evidence_of(const scorecard& card, std::size_t rule);

/// A finding with all that its rule says. Lists are joined with ", "; a text is empty where the rule has none.
struct finding_line {
  finding what{};
  diagnosis_class kind{};
  diagnosis_severity severity{};
  std::string rule{}, evidence{}, remedy{}, owner_role{}, reason{};
  std::optional<day> due{};  ///< `as_of` of the scores plus the days that the rule gives
};

/// `found` as `find_diagnoses` gave it for this book. O(findings).
[[nodiscard]] std::vector<finding_line> describe(const scorecard& card, const scores& book, std::span<const finding> found);

[[nodiscard]] std::string_view to_string(diagnosis_class kind) noexcept;
[[nodiscard]] std::string_view to_string(diagnosis_severity severity) noexcept;

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
