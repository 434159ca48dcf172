// Columns and arguments of money, and the currencies that they are in.
#include "sojourn/arrow/money.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>

#include "bind.hpp"
#include "frames/utf8_of.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/domain/words.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

/// How Python says it: "." or ",", empty for neither.
decimal_mark mark_of(const std::string& decimal) {
  if (decimal.empty()) return decimal_mark::unstated;
  if (decimal == ".") return decimal_mark::point;
  if (decimal == ",") return decimal_mark::comma;
  throw schema_error("decimal \"" + decimal + "\" is not one of \".\", \",\"");
}

any_column read_money(const any_column& source, const std::string& name, const std::string& amounts,
                      const std::string& currency, const std::string& decimal, const std::optional<any_column>& currencies,
                      const std::string& codes) {
  const py::gil_scoped_release released;
  const arrow::money_options options{amounts, read_currency(currency), mark_of(decimal)};
  if (!currencies) return arrow::as_money(source, name, options).source();
  return arrow::as_money(source, name, options, arrow::as_currencies(*currencies, codes)).source();
}

bool is_rational(const py::object& value) {
  return py::isinstance(value, py::module_::import("fractions").attr("Fraction"));
}

/// The number as text that says it exactly, in the unit of `reading`; a fraction is brought to minor units first.
std::string text_of(py::object value, money_reading& reading, const std::string& name) {
  if (py::hasattr(value, "dtype") && py::hasattr(value, "item") && py::hasattr(value, "ndim") &&
      value.attr("ndim").cast<int>() == 0 && !py::hasattr(value, "__index__")) {
    // A NumPy float shows its own shortest decimal; as a Python float a narrow one would show a longer one.
    return py::str(value).cast<std::string>();
  }
  if (is_rational(value)) {
    const int places = reading.unit == amount_unit::minor ? 0 : reading.currency.exponent;
    const py::object scaled = value * py::module_::import("builtins").attr("pow")(10, places);
    if (py::int_(scaled.attr("denominator")).equal(py::int_(1))) {
      reading.unit = amount_unit::minor;
      return py::str(scaled.attr("numerator")).cast<std::string>();
    }
    throw schema_error(name + " " + py::str(value).cast<std::string>() + ": is not a whole number of minor units of " +
                       std::string(reading.currency.code) + "; round it first, by the rule of your books");
  }
  const bool is_array = py::hasattr(value, "ndim") && value.attr("ndim").cast<int>() > 0;
  const bool is_number = py::isinstance<py::float_>(value) || py::isinstance<py::str>(value) ||
                         py::isinstance(value, py::module_::import("decimal").attr("Decimal"));
  if (!is_number && !is_array && py::hasattr(value, "__index__") && !py::isinstance<py::bool_>(value))
    return py::str(value.attr("__index__")()).cast<std::string>();
  if (!is_number) {
    throw py::type_error(name + " is a " + std::string(Py_TYPE(value.ptr())->tp_name) +
                         "; accepted: int, Decimal, float, Fraction, or text such as \"49.99\"");
  }
  return py::isinstance<py::str>(value) ? utf8_of(value, name) : py::str(value).cast<std::string>();
}

std::int64_t read_amount(const py::object& value, const std::string& name, const std::string& amounts,
                         const std::string& currency) {
  const iso_currency in = read_currency(currency);
  money_reading reading{amount_unit_of(name, amounts, in), in, decimal_mark::unstated};
  const std::string text = text_of(value, reading, name);
  if (!py::isinstance<py::str>(value)) reading.decimal = decimal_mark::point;
  try {
    if (const auto found = amount_from_text(text, reading, {name})) return *found;
  } catch (const data_error& e) {
    // Only text is quoted.
    const std::string shown = py::isinstance<py::str>(value) ? e.value() : text;
    throw schema_error(name + " " + shown + ": " + e.rule() + (e.where().advice.empty() ? "" : "; " + e.where().advice));
  }
  throw schema_error(name + " is empty; write an amount such as \"49.99\"");
}

}  // namespace

void bind_money(py::module_& m) {
  m.def(
      "read_currency",
      [](const std::string& text, const std::string& name) {
        const iso_currency found = read_currency(text, name);
        return py::make_tuple(std::string(found.code), found.exponent);
      },
      py::arg("text"), py::arg("name"), "Code and decimals of a currency of ISO 4217.");
  m.def(
      "unit_by_name",
      [](const std::string& name) -> std::optional<std::string> {
        const auto found = unit_by_name(name);
        return found ? std::optional(std::string(word_of(*found))) : std::nullopt;
      },
      py::arg("name"), "The unit of amounts that a column's name states.");
  m.def(
      "only_currency",
      [](const any_column& source, const std::string& name, const std::string& stated) {
        return std::string(arrow::only_currency(source, name, stated).code);
      },
      py::arg("column"), py::arg("name"), py::arg("stated"), "The currency of a column in which one occurs.");
  m.def("read_money", &read_money, py::arg("column"), py::arg("name"), py::arg("amounts"), py::arg("currency"),
        py::arg("decimal"), py::arg("currencies"), py::arg("codes"), "Amounts in minor units, exactly.");
  m.def("read_amount", &read_amount, py::arg("value"), py::arg("name"), py::arg("amounts"), py::arg("currency"),
        "An argument in minor units, exactly.");
}

}  // namespace sojourn::python
