// The typed columns behind an `exits` view.
#pragma once

#include <optional>
#include <string_view>

#include "sojourn/arrow/ordered_segments.hpp"
#include "sojourn/input/exits.hpp"

namespace sojourn::python {

using optional_column = std::optional<arrow::any_column>;

struct held_exits {
  arrow::held_column<double> time, entry, weight;
  arrow::held_column<std::uint32_t> cause;
  arrow::held_column<std::int64_t> count;

  /// `causes` were read by `as_causes`, or are the flags of `event_codes`.
  held_exits(const arrow::any_column& times, arrow::held_column<std::uint32_t> causes, const optional_column& entries,
             const optional_column& weights, const optional_column& counts);
  [[nodiscard]] exits view() const;
};

inline constexpr std::string_view event_rule =
    "an event is 0 (still a customer) or 1 (churned); cumulative_incidence takes several causes of leaving";

/// 0 and 1 of a column of events.
[[nodiscard]] arrow::held_column<std::uint32_t> event_codes(const arrow::any_column& events);

}  // namespace sojourn::python
