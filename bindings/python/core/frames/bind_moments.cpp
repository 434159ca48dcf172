// Columns of days, moments and months.
#include <pybind11/stl.h>

#include "bind.hpp"
#include "sojourn/arrow/moments.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/input/read_days.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

/// `zone`: none, an offset as text, or the bytes of a TZif file and their name.
date_reading date_reading_of(const std::string& format, const std::optional<std::string>& zone,
                             const std::optional<py::bytes>& tzif) {
  date_reading reading{.format = date_format(format)};
  if (tzif) {
    const auto bytes = static_cast<std::string_view>(*tzif);
    reading.zone = time_zone::from_tzif({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, zone.value());
  } else if (zone) {
    reading.zone = time_zone::from_offset(*zone);
  }
  return reading;
}

/// The days of a column of ends, and how many of them mean "not ended".
py::tuple read_ends(const any_column& source, const std::string& name, const date_reading& reading) {
  std::int64_t far = 0;
  any_column days = arrow::as_day(source, name, reading, &far).source();
  return py::make_tuple(std::move(days), far);
}

/// An argument, as a column of one row.
std::int32_t day_argument(const any_column& source, const std::string& name, const date_reading& reading) {
  const auto words = [&](const std::string& rule) { return schema_error(name + " " + rule); };
  try {
    const auto days = arrow::as_day(source, name, reading);
    if (days.size() != 1 || !days.view().present(0)) {
      const auto blank = source.size() == 1 ? arrow::text_at(source, 0) : std::nullopt;
      throw words(blank ? "'" + std::string(*blank) + "' is not a date such as \"2025-01-01\""
                        : "is missing; pass a date such as \"2025-01-01\"");
    }
    return require_usual_day(day{days.view()[0]}, name).since_epoch;
  } catch (const data_error& e) {
    throw words("'" + e.value() + "' " + e.rule() + (e.advice().empty() ? "" : "; " + e.advice()));
  }
}

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
  py::class_<date_reading>(m, "DateReading", "In which order text writes a date, and whose calendar counts.")
      .def(py::init(&date_reading_of), py::arg("date_format") = "", py::arg("zone") = py::none(),
           py::arg("tzif") = py::none())
      .def_property_readonly("date_format", [](const date_reading& r) { return r.format.pattern(); })
      .def_property_readonly("zone",
                             [](const date_reading& r) { return r.zone ? std::optional(r.zone->name()) : std::nullopt; });
  m.def("days", &days, py::arg("values"));
  m.def(
      "read_days",
      [](const any_column& source, const std::string& name, const date_reading& reading) {
        return arrow::as_day(source, name, reading).source();
      },
      py::arg("column"), py::arg("name"), py::arg("reading"));
  m.def("days_after", &arrow::days_after, py::arg("last"));
  m.def("read_ends", &read_ends, py::arg("column"), py::arg("name"), py::arg("reading"));
  m.def("read_months", &arrow::first_days_of_months, py::arg("column"), py::arg("name"), py::arg("reading"));
  m.def("read_day", &day_argument, py::arg("column"), py::arg("name"), py::arg("reading"));
  m.def(
      "moments",
      [](const any_column& when, const std::string& name, const date_reading& reading) {
        const arrow::moment_columns found = arrow::as_moments(when, name, reading);
        return py::make_tuple(found.day, found.nanosecond);
      },
      py::arg("when"), py::arg("name"), py::arg("reading") = date_reading());
  m.def("month_spans", &month_spans, py::arg("month"), py::arg("name"));
}

}  // namespace sojourn::python
