// A scored book and the signals behind it, shared by the bindings of health.
// Needs: pybind11.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/health.hpp"

namespace sojourn::python {

/// Signals and whatever had to be converted for them.
struct held_signals {
  signals views;
  std::vector<arrow::any_column> columns;
  std::vector<arrow::held_column<double>> numbers;
};
held_signals hold(const pybind11::dict& columns);

/// A scored book: what Python's HealthResult holds.
struct scored_book {
  health::scorecard card;
  std::shared_ptr<const health::scores> result;
};

/// Tier codes as names; `no_tier` is missing. An empty `tiers` is a column without any.
arrow::any_column tier_column(const health::scorecard& card, const std::vector<health::tier_code>& tiers, std::size_t rows);

/// The cycle before, account by account in the order of this one and in this card's tiers. `parts` are accounts of now, then
/// of before: account, score, tier, and, from a cycle table, smoothed, candidate, held, gap, scored_on, as_of.
std::vector<health::cycle_state> align_cycle(const health::scorecard& card, const std::vector<arrow::any_column>& parts);

/// What the next cycle needs, as columns; of a card without memory score and tier.
pybind11::dict cycle_columns(const scored_book& book);

}  // namespace sojourn::python
