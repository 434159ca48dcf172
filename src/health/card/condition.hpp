// The conditions of rules: a small language, read once when the card is compiled.
// Layer: 5. Needs: std only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/health/card/spec.hpp"

namespace sojourn::inline v0_1::health::detail {

/// What a term is. The first ones are values, the others are true, false or undecided.
enum class term_kind : std::uint8_t {
  number,
  text,
  signal,
  column,
  previous_signal,
  change,
  age,
  sub,
  score,
  previous_score,
  delta,
  tier,
  previous_tier,
  missing,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  unequal,
  one_of,
  between,
  all_of,
  any_of,
  negation
};

/// One node; `args` are positions of others, all before it.
struct term {
  term_kind kind = term_kind::number;
  double number = 0;
  std::string text{};
  std::size_t index = 0;  ///< signal or group; of a column: position in `condition::columns`
  std::vector<std::size_t> args{};
};

/// Terms in the order they were read; the last is the whole condition. `problem` is empty when it could be read.
struct condition {
  std::vector<term> terms;
  std::vector<std::string> columns{};  ///< read besides the signals: segments
  std::string problem;
  std::string suggestion;
};

/// At most 4096 characters, 256 terms and 32 levels. Never throws for bad text.
[[nodiscard]] condition read_condition(std::string_view text, const scorecard_spec& spec);

/// The same where there is no card yet: every name is a column.
[[nodiscard]] condition read_condition_on_columns(std::string_view text);

/// Positions in the condition's own columns become positions in `inputs`, which grows by what it lacks.
void place_columns(condition& when, std::vector<std::string>& inputs);

/// Whether any term is of one of these kinds.
[[nodiscard]] bool asks_about(const condition& what, std::initializer_list<term_kind> kinds) noexcept;

/// Ids of the groups, parents before children: the order of `plan::groups`.
[[nodiscard]] std::vector<std::string> group_ids(const scorecard_spec& spec);

}  // namespace sojourn::inline v0_1::health::detail
