// Survey answers written as text: numbers, the groups of NPS, or the words of a question.
// Layer: 2. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// One word of a question and the score it stands for; none for a word such as "Don't know".
struct answer_word {
  std::string word;
  std::optional<std::int32_t> score;
};

/// 1 for "promoter", 0 for "passive" and "neutral", -1 for "detractor", plurals too, in any case and with spaces around;
/// nothing for any other text.
[[nodiscard]] std::optional<std::int32_t> read_nps_group(std::string_view word) noexcept;

/// Scores that were text.
struct text_answers {
  std::vector<std::int32_t> scores{};
  std::vector<std::uint8_t> present{};  ///< one byte per row, 0 = no score
  bool groups = false;                  ///< the column holds groups of NPS: scores are those of `nps_group_scale`
};

/// With `words` each cell is one of them, in any case. Without, all cells are whole numbers ("9", "9.0"), or all are groups
/// of NPS. An empty cell is a missing answer. Any other cell is a `data_error` with its row; a word that is listed with two
/// scores is a `schema_error`. O(rows x words).
[[nodiscard]] text_answers read_answers(const column<std::string_view>& text, const std::vector<answer_word>& words = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
