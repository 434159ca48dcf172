// Signals by the names of a card's columns, from columns of any type.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/input/signals.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// Signals and whatever had to be converted for them.
struct held_signals {
  signals views;
  std::vector<any_column> columns;
  std::vector<held_column<double>> numbers;
};
/// Numbers, dates, truth values and text, each as scoring reads it; moments become days. Only text and types that scoring
/// does not know are converted. Throws `data_error` for a day outside the calendar, `schema_error` for a type that holds no
/// signal.
[[nodiscard]] held_signals hold_signals(std::span<const std::pair<std::string, any_column>> columns);

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
