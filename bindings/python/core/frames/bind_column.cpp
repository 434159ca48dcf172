#include <pybind11/stl.h>

#include <string>

#include "bind.hpp"
#include "frames/columns.hpp"
#include "sojourn/arrow/ids.hpp"
#include "sojourn/arrow/money.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using arrow::kind;

template <class T>
T stored(const any_column& column, std::size_t row) {
  return static_cast<const T*>(column.data())[row];
}

py::object date_of(std::int32_t days) {
  return py::module_::import("datetime")
      .attr("date")
      .attr("fromordinal")(days + 719'163);  // 1970-01-01 is day 719163 of Python
}

/// Python's clocks have microseconds: nanoseconds below them are not shown.
py::object datetime_of(std::int64_t count, int places, const std::string& zone) {
  const std::int64_t below = places == any_column::nanoseconds ? 1000 : 1;
  const std::int64_t microseconds = count / below - (count % below < 0 ? 1 : 0);
  const py::module_ datetime = py::module_::import("datetime");
  const py::object since = datetime.attr("timedelta")(py::arg("microseconds") = microseconds);
  if (zone.empty()) return datetime.attr("datetime")(1970, 1, 1) + since;
  const py::object utc = datetime.attr("timezone").attr("utc");
  return datetime.attr("datetime")(1970, 1, 1, py::arg("tzinfo") = utc) + since;
}

py::object decimal_of(std::int64_t unscaled, int scale) {
  // From text: arithmetic would round to the precision of the caller's decimal context.
  return py::module_::import("decimal").attr("Decimal")(std::to_string(unscaled) + "E" + std::to_string(-scale));
}

std::size_t null_count(const any_column& column) {
  if (column.type() == kind::null) return column.size();
  std::size_t missing = 0;
  for (std::size_t row = 0; column.validity() != nullptr && row < column.size(); ++row)
    missing += column.present(row) ? 0u : 1u;
  return missing;
}

std::size_t checked_row(const any_column& column, py::ssize_t index) {
  const auto rows = static_cast<py::ssize_t>(column.size());
  if (index < 0) index += rows;
  if (index < 0 || index >= rows) throw py::index_error("row out of range");
  return static_cast<std::size_t>(index);
}

/// The numbers behind dates, instants, decimals and dictionary codes, sharing their memory; missing rows hold anything.
any_column stored_column(const any_column& column) {
  const kind as = column.type() == kind::date                                        ? kind::int32
                  : column.type() == kind::dictionary                                ? kind::uint32
                  : column.type() == kind::instant || column.type() == kind::decimal ? kind::int64
                                                                                     : column.type();
  return any_column::borrow(as, column.data(), column.size(), nullptr, 0, column.owner());
}

any_column present(const any_column& column) {
  std::vector<std::uint8_t> flags(column.size());
  for (std::size_t row = 0; row < column.size(); ++row) flags[row] = static_cast<std::uint8_t>(column.present(row));
  return any_column::booleans(std::move(flags));
}

/// The same values with the flagged rows missing as well: masked arrays, pandas' nullable types.
any_column mask(const any_column& column, const py::object& flags, const std::string& name) {
  const any_column missing = from_buffer(flags, name);
  if (missing.type() != kind::boolean || missing.size() != column.size()) {
    throw schema_error("column \"" + name + "\": a mask has one boolean per row");
  }
  struct masked {
    std::vector<std::uint8_t> bits;
    any_column source;
  };
  const auto memory = std::make_shared<masked>(masked{std::vector<std::uint8_t>((column.size() + 7) / 8), column});
  for (std::size_t row = 0; row < column.size(); ++row) {
    const bool keep = column.present(row) && missing.view<std::uint8_t>()[row] == 0;
    if (keep) memory->bits[row / 8] = static_cast<std::uint8_t>(memory->bits[row / 8] | (1u << (row % 8)));
  }
  any_column result = column;
  result.set_validity(memory->bits.data(), 0, memory);
  return result;
}

any_column from_codes(const py::object& codes, const std::vector<std::string>& labels, const std::string& name) {
  const any_column source = from_buffer(codes, name);
  const auto wide = arrow::as_int64(source, name);
  std::vector<std::uint32_t> out(source.size());
  std::vector<std::uint8_t> here(source.size(), 1);
  for (std::size_t row = 0; row < out.size(); ++row) {
    const std::int64_t code = wide.view()[row];
    here[row] = static_cast<std::uint8_t>(code >= 0);
    if (code >= 0) out[row] = static_cast<std::uint32_t>(code);
  }
  return any_column::dictionary(std::move(out), labels, here);
}

py::list to_list(const any_column& column) {
  py::list out(column.size());
  for (std::size_t row = 0; row < column.size(); ++row) out[row] = item(column, row);
  return out;
}

/// The conversions that metrics make at their edge, for those who want to see what a column becomes.
any_column convert_column(const any_column& column, const std::string& to, const std::string& name) {
  if (to == "double") return arrow::as_double(column, name).source();
  if (to == "int64") return arrow::as_int64(column, name).source();
  if (to == "int32") return arrow::as_int32(column, name).source();
  if (to == "day") return arrow::as_day(column, name).source();
  if (to == "minor") return arrow::as_minor(column, name).source();
  throw schema_error("a column converts to double, int64, int32, day or minor, not to \"" + to + "\"");
}

std::string describe_column(const any_column& column) {
  return "Column(" + std::string(to_string(column.type())) + ", " + std::to_string(column.size()) + " rows, " +
         std::to_string(null_count(column)) + " missing)";
}

}  // namespace

py::object item(const any_column& column, std::size_t row) {
  if (!column.present(row)) return py::none();
  switch (column.type()) {
    case kind::null:
      return py::none();
    case kind::boolean:
      return py::bool_(stored<std::uint8_t>(column, row) != 0);
    case kind::int8:
      return py::int_(stored<std::int8_t>(column, row));
    case kind::int16:
      return py::int_(stored<std::int16_t>(column, row));
    case kind::int32:
      return py::int_(stored<std::int32_t>(column, row));
    case kind::int64:
      return py::int_(stored<std::int64_t>(column, row));
    case kind::uint8:
      return py::int_(stored<std::uint8_t>(column, row));
    case kind::uint16:
      return py::int_(stored<std::uint16_t>(column, row));
    case kind::uint32:
      return py::int_(stored<std::uint32_t>(column, row));
    case kind::uint64:
      return py::int_(stored<std::uint64_t>(column, row));
    case kind::float32:
      return py::float_(static_cast<double>(stored<float>(column, row)));
    case kind::float64:
      return py::float_(stored<double>(column, row));
    case kind::date:
      return date_of(stored<std::int32_t>(column, row));
    case kind::instant:
      return datetime_of(stored<std::int64_t>(column, row), column.scale(), column.zone());
    case kind::decimal:
      return decimal_of(stored<std::int64_t>(column, row), column.scale());
    case kind::text: {
      const auto text = stored<std::string_view>(column, row);
      return py::str(text.data(), text.size());
    }
    case kind::dictionary: {
      const auto text = column.labels()[stored<std::uint32_t>(column, row)];
      return py::str(text.data(), text.size());
    }
  }
  return py::none();
}

void bind_column(py::module_& m) {
  py::class_<any_column>(
      m, "Column", py::custom_type_setup(set_buffer_slots),
      "Values of one type and which of them are missing. Immutable; shares the memory that it was made from.")
      .def_static("from_buffer", &from_buffer, py::arg("exporter"), py::kw_only(), py::arg("name") = "column")
      .def_static("from_sequence", &from_sequence, py::arg("values"), py::kw_only(), py::arg("name") = "column")
      .def_static("from_datetime64", &from_datetime64, py::arg("integers"), py::arg("unit"), py::kw_only(),
                  py::arg("zone") = "", py::arg("name") = "column")
      .def_static("from_codes", &from_codes, py::arg("codes"), py::arg("labels"), py::kw_only(), py::arg("name") = "column",
                  "A dictionary column; a negative code is missing.")
      .def("mask", &mask, py::arg("missing"), py::kw_only(), py::arg("name") = "column")
      .def("convert", &convert_column, py::arg("to"), py::kw_only(), py::arg("name") = "column",
           "As a metric would take it: double, int64, int32, day or minor.")
      .def("__len__", &any_column::size)
      .def(
          "__getitem__", [](const any_column& c, py::ssize_t index) { return item(c, checked_row(c, index)); },
          py::arg("row"))
      .def("__iter__", [](const any_column& c) { return py::iter(to_list(c)); })
      .def("__repr__", &describe_column)
      .def("to_list", &to_list)
      .def("storage", &stored_column, "The numbers behind dates (days), instants (a second has 10**scale), decimals, codes.")
      .def_property_readonly("present", &present)
      .def_property_readonly("type", [](const any_column& c) { return std::string(to_string(c.type())); })
      .def_property_readonly("null_count", &null_count)
      .def_property_readonly("scale", &any_column::scale)
      .def_property_readonly("zone", [](const any_column& c) { return c.zone(); });
  m.def("require_ids", &arrow::require_ids, py::arg("column"), py::arg("name"));
}

}  // namespace sojourn::python
