// Answers by a column of segments as it is stored: numbers and dictionaries are counted without codes made for them.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <string>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/domain/rating_scale.hpp"
#include "sojourn/exec/any_executor.hpp"
#include "sojourn/input/repeat_answers.hpp"
#include "sojourn/input/responses.hpp"
#include "sojourn/stats/score_counts.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// Counts with the labels of their segments, in order of first appearance.
struct labelled_counts {
  std::vector<std::string> labels;
  by_segment<score_counts> states;
};

/// The states of `tally_scores_by_segment` for the codes and labels of `as_segments(by, name)`, and the same errors. One
/// pass where `by` holds whole numbers, days or a dictionary whose numbers lie within some thousands of each other; `table`
/// has no segments of its own.
template <score_value T>
[[nodiscard]] labelled_counts tally_scores_by(const basic_responses<T>& table, const any_column& by, const std::string& name,
                                              rating_scale scale, const answer_rules& rules = {},
                                              const any_executor& host = {});

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
