// A scored book, and what a score depends on besides the columns of its day.
// Needs: pybind11.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "health/held_signals.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/health/score/manual_values.hpp"
#include "sojourn/health/score/score.hpp"
#include "whole_argument.hpp"

namespace sojourn::python {

/// What Python's HealthResult holds.
struct scored_book {
  health::scorecard card;
  std::shared_ptr<const health::scores> result;
};

/// The cycle before, account by account in the order of this one and in this card's tiers. `parts` are accounts of now, then
/// of before: account, score, tier, and, from a cycle table, smoothed, candidate, held, gap, scored_on, as_of.
std::vector<health::cycle_state> cycle_before(const health::scorecard& card, const std::vector<arrow::any_column>& parts);

/// The options of one call, and everything that they point to.
struct scoring_context {
  scoring_context(const health::scorecard& card, std::int32_t as_of, const pybind11::object& previous,
                  const std::optional<pybind11::dict>& previous_signals, const health::placed_manual_values* manual);
  scoring_context(const scoring_context&) = delete;
  scoring_context& operator=(const scoring_context&) = delete;

  arrow::held_signals signals_before;
  std::vector<health::cycle_state> before;
  health::score_options options;
};

}  // namespace sojourn::python
