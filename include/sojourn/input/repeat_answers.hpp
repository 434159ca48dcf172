// Which answer counts when one respondent answers more than once.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sojourn/input/responses.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Who counts when one respondent answers more than once.
enum class repeat_answers : std::uint8_t {
  all_responses,          ///< every answer counts
  latest_per_respondent,  ///< one answer each: the latest one with a score; of one moment, the later row
};
constexpr std::array<std::string_view, 2> values_of(repeat_answers) {
  return {"all_responses", "latest_per_respondent"};
}

/// How the cells of a survey are read.
struct answer_rules {
  std::vector<std::int32_t> blank{};  ///< codes for "no answer", outside the scale (11 on 0-10, 99, -1): counted as no score
  repeat_answers repeats = repeat_answers::all_responses;  ///< `latest_per_respondent` needs respondent and answered_on
};

/// The rows that a later answer of the same respondent replaces.
struct answer_replacements {
  std::vector<std::uint8_t> replaced{};  ///< bitmap, least significant bit first, 1 = replaced
  /// Replaced rows that differ from the row that counts (in score, segment or weight) and were answered in the same moment:
  /// the order of the rows decided.
  std::int64_t same_moment = 0;
};

/// An answer with a score goes before one without; then the later moment (`answered_on` and, where given, `nanosecond`);
/// then the later row. So a log gives the same result forwards and backwards, but for the rows that `same_moment` counts.
///
/// For one answer per account, pass the account index as `respondent`. Throws `data_error` where a respondent or a moment is
/// missing, `schema_error` where respondents are no dense indices or rows carry counts. O(rows + largest index). It needs
/// all rows of a respondent at once: do it before splitting.
template <score_value T>
[[nodiscard]] answer_replacements replaced_answers(const basic_responses<T>& table, const answer_rules& rules);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
