#include "lifetime/decay_columns.hpp"

#include <vector>

#include "frames/table.hpp"

namespace sojourn::python {

cohort_columns::cohort_columns(const arrow::any_column& t, const arrow::any_column& survivors, const optional_column& cohort)
    : age_(arrow::as_int32(t, "t")), survivors_(arrow::as_int64(survivors, "survivors")), several_(cohort.has_value()) {
  if (cohort) cohort_ = arrow::as_segments(*cohort, "cohort");
}

pybind11::dict decay_curve_columns(const decay_projection& curve) {
  std::vector<std::uint8_t> seen(curve.period.size());
  for (std::size_t row = 0; row < seen.size(); ++row) seen[row] = curve.period[row] <= curve.last_observed;
  return named_columns()
      .add("period", curve.period)
      .add("observed", arrow::any_column::from(curve.observed, seen))
      .add("survival", curve.survival)
      .add("low", curve.low)
      .add("high", curve.high)
      .add("retention", curve.retention)
      .columns();
}

}  // namespace sojourn::python
