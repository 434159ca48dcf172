// Survey answers as the caller holds them: one row per answer.
// Layer: 2. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <concepts>
#include <cstdint>

#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What a column of answers may be stored as.
template <class T>
concept score_value = std::same_as<T, std::int8_t> || std::same_as<T, std::uint8_t> || std::same_as<T, std::int32_t>;

/// One survey question. Only `score` is required; the others are empty or as long as it. A row with a `count` stands for
/// that many equal rows: 18 promoters, 11 passives. A weight is no count: it says how many people an answer speaks for.
template <score_value T>
struct basic_responses {
  column<T> score;                     ///< the answer; missing = sent but no score given
  column<std::uint32_t> respondent{};  ///< dense respondent index, for the duplicate rules
  column<std::int32_t> answered_on{};  ///< day of the answer, for "latest answer only"
  column<std::uint32_t> segment{};     ///< dense segment code
  column<double> weight{};             ///< survey weight, 0 or from 1e-6 to 1e6
  column<std::int64_t> nanosecond{};   ///< time of `answered_on`'s day, 0 .. 86,399,999,999,999; empty = days only
  column<std::int64_t> count{};        ///< how many gave this answer, 0 or more; empty = one per row
};

using responses = basic_responses<std::int32_t>;

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
