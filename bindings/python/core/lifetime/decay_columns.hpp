// The typed columns of a table of cohorts, and a projected curve as columns.
#pragma once

#include <pybind11/pybind11.h>

#include <optional>

#include "sojourn/arrow/ordered_segments.hpp"
#include "sojourn/lifetime/decay.hpp"

namespace sojourn::python {

using optional_column = std::optional<arrow::any_column>;

class cohort_columns {
 public:
  cohort_columns(const arrow::any_column& t, const arrow::any_column& survivors, const optional_column& cohort);

  [[nodiscard]] column<std::int32_t> age() const { return age_.view(); }
  [[nodiscard]] column<std::int64_t> survivors() const { return survivors_.view(); }
  [[nodiscard]] column<std::uint32_t> cohort() const { return several_ ? cohort_.codes.view() : column<std::uint32_t>{}; }

 private:
  arrow::held_column<std::int32_t> age_;
  arrow::held_column<std::int64_t> survivors_;
  arrow::segment_codes cohort_;
  bool several_ = false;
};

[[nodiscard]] pybind11::dict decay_curve_columns(const decay_projection& curve);

/// The accounts behind a curve; part of `bind_decay`.
void bind_decay_sample(pybind11::module_& m);
/// Least squares, to compare with; part of `bind_decay`.
void bind_decay_baseline(pybind11::module_& m);

}  // namespace sojourn::python
