// Survey answers as the caller holds them: one row an answer.
// Layer: 2. Needs: std only.
#pragma once

#include <cstdint>

#include "sojourn/input/column.hpp"

namespace sojourn {

/// One survey question. Only `score` is required; the others are empty or as long as it.
struct responses {
  column<std::int32_t> score;               ///< the answer; missing = sent but no score given
  column<std::uint32_t> respondent{};       ///< dense respondent index, for the duplicate rules
  column<std::int32_t> answered_on{};       ///< day of the answer, for "latest answer only"
  column<std::uint32_t> segment{};          ///< dense segment code
};

}  // namespace sojourn
