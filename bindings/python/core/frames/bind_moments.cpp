// Columns of days, moments and months.
#include <pybind11/stl.h>

#include "bind.hpp"
#include "sojourn/arrow/moments.hpp"
#include "sojourn/domain/calendar.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

any_column days(const std::vector<std::optional<std::int32_t>>& values) {
  std::vector<std::int32_t> numbers;
  std::vector<std::uint8_t> present;
  for (const auto& value : values) {
    numbers.push_back(value.value_or(0));
    present.push_back(static_cast<std::uint8_t>(value.has_value()));
  }
  return any_column::dates(std::move(numbers), present);
}

/// First day of each month, and of the next.
py::tuple month_spans(const any_column& source, const std::string& name) {
  const any_column held = arrow::as_months(source, name);
  const auto view = held.view<std::int32_t>();
  std::vector<std::int32_t> starts(view.size()), ends(view.size());
  std::vector<std::uint8_t> present(view.size());
  for (std::size_t row = 0; row < view.size(); ++row) {
    present[row] = static_cast<std::uint8_t>(view.present(row));
    if (present[row] == 0) continue;
    starts[row] = month{view[row]}.first_day().since_epoch;
    ends[row] = (month{view[row]} + months{1}).first_day().since_epoch;
  }
  return py::make_tuple(any_column::dates(std::move(starts), present), any_column::dates(std::move(ends), present));
}

}  // namespace

void bind_moments(py::module_& m) {
  m.def("days", &days, py::arg("values"));
  m.def(
      "moments",
      [](const any_column& when, const std::string& name) {
        const arrow::moment_columns found = arrow::as_moments(when, name);
        return py::make_tuple(found.day, found.minute);
      },
      py::arg("when"), py::arg("name"));
  m.def("month_spans", &month_spans, py::arg("month"), py::arg("name"));
}

}  // namespace sojourn::python
