// Columns of survey answers: numbers as they are, text read by its words.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <optional>
#include <string>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/input/read_answers.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

struct answer_column {
  any_column scores;    ///< int8 and uint8 as they are, everything else as int32
  bool groups = false;  ///< the column held groups of NPS; see `text_answers`
};

/// Integers, floats whose values are whole (NaN = missing), and text or categories by `read_answers`. `words` are for text
/// only: a `schema_error` for a column of numbers. `name` names the column in errors.
[[nodiscard]] answer_column as_answers(const any_column& source, const std::string& name,
                                       const std::vector<answer_word>& words = {});

/// When answers were given: days, and the time of the day where the column has one.
struct answer_moments {
  any_column day;
  std::optional<any_column> nanosecond;  ///< of the day, as int64
};

/// Dates as they are; timestamps to their smallest unit, with a time zone or without (a column has one zone, so its moments
/// have one order); text by `as_moments`, in the order and on the clocks of `reading` where it names them.
[[nodiscard]] answer_moments as_answer_moments(const any_column& source, const std::string& name,
                                               const date_reading& reading = {});

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
