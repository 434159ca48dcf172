#include "health/scored_book.hpp"

#include <pybind11/stl.h>

#include "health/account_columns.hpp"
#include "sojourn/health/score/cycle_table.hpp"

namespace py = pybind11;

namespace sojourn::python {

using arrow::any_column;
namespace h = health;

namespace {

/// The memory of a cycle table, converted and kept.
struct held_memory {
  explicit held_memory(const std::vector<any_column>& parts)
      : smoothed(arrow::as_double(parts[4], "smoothed")),
        candidate(arrow::as_segments(parts[5], "candidate")),
        held(arrow::as_int64(parts[6], "held")),
        gap(arrow::as_int64(parts[7], "gap")),
        scored_on(arrow::as_day(parts[8], "scored_on")),
        as_of(arrow::as_day(parts[9], "as_of")) {}

  arrow::held_column<double> smoothed;
  arrow::segment_codes candidate;
  arrow::held_column<std::int64_t> held, gap;
  arrow::held_column<std::int32_t> scored_on, as_of;
};

}  // namespace

std::vector<h::cycle_state> cycle_before(const h::scorecard& card, const std::vector<any_column>& parts) {
  constexpr std::size_t with_memory = 10;
  const auto score = arrow::as_double(parts.at(2), "score");
  const auto tier = arrow::as_segments(parts.at(3), "tier");
  std::optional<held_memory> held;
  h::cycle_memory memory;
  if (parts.size() == with_memory) {
    held.emplace(parts);
    memory = {held->smoothed.view(),  {held->candidate.codes.view(), held->candidate.labels},
              held->held.view(),      held->gap.view(),
              held->scored_on.view(), held->as_of.view()};
  }
  const h::cycle_table before{score.view(), {tier.codes.view(), tier.labels}, held ? &memory : nullptr};
  return h::align_cycle(card, before, match(parts.at(1), parts.at(0)).row_before());
}

scoring_context::scoring_context(const h::scorecard& card, std::int32_t as_of, const py::object& previous,
                                 const std::optional<py::dict>& previous_signals, const h::placed_manual_values* manual)
    : signals_before(hold(previous_signals.value_or(py::dict()))) {
  options.as_of = day{as_of};
  if (previous_signals) options.previous_signals = &signals_before.views;
  if (manual != nullptr) options.manual = manual->values;
  if (previous.is_none()) return;
  const auto parts = previous.cast<std::vector<any_column>>();
  const py::gil_scoped_release release;
  before = cycle_before(card, parts);
  options.previous = before;
}

}  // namespace sojourn::python
