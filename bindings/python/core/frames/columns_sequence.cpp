// Lists in, Python values out. The slow road, for people who have no frame.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "frames/columns.hpp"
#include "sojourn/arrow/wrong_type.hpp"
#include "sojourn/domain/calendar.hpp"

#include <datetime.h>

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using arrow::kind;

enum class what : std::uint8_t { missing, boolean, integer, real, text, date, naive, aware, decimal };

constexpr const char* kind_words[] = {"None",   "bool", "int", "float", "str", "date", "datetime", "datetime with time zone",
                                      "Decimal"};

constexpr std::int64_t microseconds_a_second = 1'000'000;
constexpr std::int64_t microseconds_a_day = 86'400 * microseconds_a_second;

bool is_decimal(py::handle value) {
  static const PyTypeObject* type = nullptr;
  if (type == nullptr) {
    // Kept for the life of the process: a type of the standard library.
    type =
        reinterpret_cast<PyTypeObject*>(py::module_::import("decimal").attr("Decimal").cast<py::object>().release().ptr());
  }
  return Py_TYPE(value.ptr()) == type;
}

bool is_nan(py::handle value) {
  return PyFloat_Check(value.ptr()) != 0 && std::isnan(PyFloat_AS_DOUBLE(value.ptr()));
}

/// A pandas Period of a day as its date, one of a month as its label; others stand for more than one day or month.
py::object of_period(py::handle period) {
  const std::string length = py::str(period.attr("freqstr"));
  if (length == "D") return period.attr("start_time").attr("date")();
  if (length == "M") return py::str(period);
  throw schema_error("a Period of " + length +
                     " is neither a day nor a month; convert it with .to_timestamp() or .asfreq()");
}

bool is_datetime64(py::handle value) {
  return std::strcmp(Py_TYPE(value.ptr())->tp_name, "numpy.datetime64") == 0;
}

/// NumPy scalars, pandas.NA and NaT as what they stand for. They are recognised by behaviour: neither library is imported.
py::object plain_scalar(py::handle value) {
  const PyTypeObject* exact = Py_TYPE(value.ptr());
  if (exact == &PyUnicode_Type || exact == &PyLong_Type || exact == &PyFloat_Type || exact == Py_TYPE(Py_None)) {
    return py::reinterpret_borrow<py::object>(value);
  }
  const char* type = Py_TYPE(value.ptr())->tp_name;
  if (std::strstr(type, "NAType") != nullptr || std::strstr(type, "NaTType") != nullptr) return py::none();
  if (std::strncmp(type, "numpy.", 6) == 0 && py::hasattr(value, "item")) {
    py::object item = value.attr("item")();
    const bool nanoseconds = std::strcmp(type, "numpy.datetime64") == 0 && PyLong_Check(item.ptr()) != 0;
    return nanoseconds ? py::reinterpret_borrow<py::object>(value) : item;  // they have no Python value
  }
  if (std::strstr(type, "Period") != nullptr && py::hasattr(value, "freqstr")) return of_period(value);
  return py::reinterpret_borrow<py::object>(value);
}

what classify(py::handle value, const std::string& name, std::size_t row) {
  PyObject* v = value.ptr();
  if (PyUnicode_Check(v) != 0) return what::text;
  if (value.is_none()) return what::missing;
  if (PyBool_Check(v) != 0) return what::boolean;
  if (PyLong_Check(v) != 0) return what::integer;
  if (PyFloat_Check(v) != 0) return what::real;
  if (PyDateTime_Check(v) != 0) return value.attr("tzinfo").is_none() ? what::naive : what::aware;
  if (PyDate_Check(v) != 0) return what::date;
  if (is_decimal(value)) return what::decimal;
  if (is_datetime64(value)) return what::naive;
  throw arrow::wrong_type("column \"" + name + "\", row " + std::to_string(row) + ": a value of type " +
                          Py_TYPE(v)->tp_name +
                          " is not accepted; accepted: None, bool, int, float, str, date, datetime, Decimal");
}

/// The type that holds both, or an error naming the two.
what common(what a, what b, const std::string& name, std::size_t row) {
  if (a == b || b == what::missing) return a;
  if (a == what::missing) return b;
  const auto either = [&](what x, what y) { return (a == x && b == y) || (a == y && b == x); };
  if (either(what::integer, what::real)) return what::real;
  if (either(what::integer, what::decimal)) return what::decimal;
  if (either(what::date, what::naive)) return what::naive;
  throw arrow::wrong_type("column \"" + name + "\" mixes " + kind_words[static_cast<int>(a)] + " and " +
                          kind_words[static_cast<int>(b)] + " (row " + std::to_string(row) + "); a column has one type");
}

struct scanned {
  std::vector<py::object> values;
  what type = what::missing;
  std::vector<std::uint8_t> present;

  [[nodiscard]] std::size_t size() const noexcept { return values.size(); }
};

/// Millions of values take seconds, which Ctrl-C ends.
void look_at_signals(std::size_t row) {
  if (row % 65'536 == 65'535 && PyErr_CheckSignals() != 0) throw py::error_already_set();
}

/// Finds the common type. NaN among text, dates or decimals is how pandas writes missing; among numbers it stays NaN.
scanned scan(const py::sequence& sequence, const std::string& name) {
  scanned result;
  // A tuple: reading a value may run code of Python, which may change a list.
  const py::object fixed = py::reinterpret_steal<py::object>(PySequence_Tuple(sequence.ptr()));
  if (!fixed) throw py::error_already_set();
  const auto rows = static_cast<std::size_t>(PyTuple_GET_SIZE(fixed.ptr()));
  result.values.reserve(rows);
  result.present.assign(rows, 1);
  bool has_nan = false;
  for (std::size_t row = 0; row < rows; ++row) {
    look_at_signals(row);
    result.values.push_back(plain_scalar(PyTuple_GET_ITEM(fixed.ptr(), static_cast<py::ssize_t>(row))));
    const py::object& value = result.values.back();
    const bool nan = is_nan(value);
    has_nan = has_nan || nan;
    if (value.is_none()) result.present[row] = 0;
    if (!nan) result.type = common(result.type, classify(value, name, row), name, row);
  }
  if (!has_nan) return result;
  if (result.type == what::missing || result.type == what::integer || result.type == what::real) {
    result.type = what::real;
  } else if (result.type == what::boolean || result.type == what::decimal) {
    throw arrow::wrong_type("column \"" + name + "\" mixes " + kind_words[static_cast<int>(result.type)] +
                            " and NaN; write None for a missing value");
  } else {
    for (std::size_t row = 0; row < rows; ++row)
      result.present[row] = static_cast<std::uint8_t>(result.present[row] != 0 && !is_nan(result.values[row]));
  }
  return result;
}

/// `convert(value, row)` of every present row; missing rows become T{}.
template <class T, class Convert>
std::vector<T> map_present(const scanned& in, Convert&& convert) {
  std::vector<T> out(in.size());
  for (std::size_t row = 0; row < in.size(); ++row) {
    look_at_signals(row);
    if (in.present[row] != 0) out[row] = convert(in.values[row], row);
  }
  return out;
}

/// The number as text; Python refuses to write whole numbers of thousands of digits.
std::string shown_number(const py::object& value) {
  const auto text = py::reinterpret_steal<py::object>(PyObject_Str(value.ptr()));
  if (text) return text.cast<std::string>();
  PyErr_Clear();
  return "a number of thousands of digits";
}

std::int64_t integer(const py::object& value, const std::string& name, std::size_t row) {
  int overflow = 0;
  const long long result = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
  if (overflow != 0)
    throw data_error({name, row, shown_number(value), "does not fit 64 signed bits", "pass such keys as text"});
  return result;
}

std::string text(const py::object& value, const std::string& name, std::size_t row) {
  py::ssize_t bytes = 0;
  const char* utf8 = PyUnicode_AsUTF8AndSize(value.ptr(), &bytes);
  if (utf8 == nullptr) {
    PyErr_Clear();
    throw data_error({name, row, py::reinterpret_steal<py::str>(PyObject_ASCII(value.ptr())).cast<std::string>(),
                      "holds half of a surrogate pair, which is no text", "decode the column with its encoding"});
  }
  return {utf8, static_cast<std::size_t>(bytes)};
}

std::int32_t day_number(py::handle value) {
  PyObject* v = value.ptr();
  return day::at({PyDateTime_GET_YEAR(v), static_cast<unsigned>(PyDateTime_GET_MONTH(v)),
                  static_cast<unsigned>(PyDateTime_GET_DAY(v))})
      .since_epoch;
}

/// A point in time: microseconds since 1970, and the nanoseconds of pandas and NumPy below them.
struct point {
  std::int64_t microseconds = 0;
  std::int64_t nanoseconds = 0;  ///< 0 .. 999
};

point clock_time(py::handle value) {
  PyObject* v = value.ptr();
  if (is_datetime64(value)) {
    const auto count = value.attr("astype")("datetime64[ns]").attr("astype")("int64").cast<std::int64_t>();
    const std::int64_t below = (count % 1000 + 1000) % 1000;
    return {(count - below) / 1000, below};
  }
  const std::int64_t days = day_number(value) * microseconds_a_day;
  if (PyDateTime_Check(v) == 0) return {days};
  const std::int64_t seconds =
      (PyDateTime_DATE_GET_HOUR(v) * 60 + PyDateTime_DATE_GET_MINUTE(v)) * 60 + PyDateTime_DATE_GET_SECOND(v);
  const bool plain = PyDateTime_CheckExact(v) != 0 || !py::hasattr(value, "nanosecond");
  return {days + seconds * microseconds_a_second + PyDateTime_DATE_GET_MICROSECOND(v),
          plain ? 0 : value.attr("nanosecond").cast<std::int64_t>()};
}

point utc_time(py::handle value) {
  const py::object offset = value.attr("utcoffset")();
  const std::int64_t seconds =
      PyDateTime_DELTA_GET_DAYS(offset.ptr()) * std::int64_t{86'400} + PyDateTime_DELTA_GET_SECONDS(offset.ptr());
  point at = clock_time(value);
  at.microseconds -= seconds * microseconds_a_second + PyDateTime_DELTA_GET_MICROSECONDS(offset.ptr());
  return at;
}

/// In microseconds, or in nanoseconds where a value has some below them.
any_column instants(const scanned& in, bool aware, const std::string& name) {
  const auto points = map_present<point>(
      in, [&](const py::object& value, std::size_t) { return aware ? utc_time(value) : clock_time(value); });
  const bool fine = std::any_of(points.begin(), points.end(), [](const point& at) { return at.nanoseconds != 0; });
  std::vector<std::int64_t> counts(points.size());
  for (std::size_t row = 0; row < points.size(); ++row) {
    const std::int64_t factor = fine ? 1000 : 1;
    if (__builtin_mul_overflow(points[row].microseconds, factor, &counts[row]) ||
        __builtin_add_overflow(counts[row], points[row].nanoseconds, &counts[row])) {
      throw data_error({name, row, py::str(in.values[row]).cast<std::string>(), "leaves 64 bits in nanoseconds since 1970",
                        "pass times without nanoseconds, or leave such a row out"});
    }
  }
  return any_column::instants(std::move(counts), in.present, aware ? "UTC" : "",
                              fine ? any_column::nanoseconds : any_column::microseconds);
}

/// The sign, the digits and the exponent of a Decimal; an int counts as a Decimal without places.
any_column decimals(const scanned& in, const std::string& name) {
  const py::object make = py::module_::import("decimal").attr("Decimal");
  std::int64_t scale = 0;
  for (std::size_t row = 0; row < in.size(); ++row) {
    look_at_signals(row);
    if (in.present[row] == 0) continue;
    const py::object exponent = make(in.values[row]).attr("as_tuple")().attr("exponent");
    if (PyLong_Check(exponent.ptr()) == 0) {
      throw data_error(
          {name, row, py::str(in.values[row]).cast<std::string>(), "is not a number", "write None for a missing value"});
    }
    // Before anything is multiplied: 1e999999 has a million digits.
    if (make(in.values[row]).attr("adjusted")().cast<std::int64_t>() > 18 && py::bool_(in.values[row]).cast<bool>())
      throw data_error(
          {name, row, shown_number(in.values[row]), "does not fit 64 signed bits", "check the unit of the column"});
    scale = std::max(scale, -exponent.cast<std::int64_t>());
  }
  if (scale > 18)
    throw schema_error("column \"" + name + "\" has decimals with " + std::to_string(scale) +
                       " places; at most 18 are kept exactly");
  const py::object integer_type = py::module_::import("builtins").attr("int");
  const py::object power = py::module_::import("builtins").attr("pow")(10, scale);
  const py::object fraction = py::module_::import("fractions").attr("Fraction");
  auto unscaled = map_present<std::int64_t>(in, [&](const py::object& value, std::size_t row) {
    return integer(integer_type(fraction(value) * power), name, row);
  });
  return any_column::decimals(std::move(unscaled), static_cast<int>(scale), in.present);
}

}  // namespace

any_column from_sequence(const py::sequence& sequence, const std::string& name) {
  if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
  const scanned in = scan(sequence, name);
  switch (in.type) {
    case what::missing:
      return any_column::missing(in.size());
    case what::boolean:
      return any_column::booleans(
          map_present<std::uint8_t>(
              in, [](const py::object& v, std::size_t) { return static_cast<std::uint8_t>(v.ptr() == Py_True); }),
          in.present);
    case what::integer:
      return any_column::from(
          map_present<std::int64_t>(in, [&](const py::object& v, std::size_t row) { return integer(v, name, row); }),
          in.present);
    case what::real:
      return any_column::from(map_present<double>(in, [](const py::object& v, std::size_t) { return v.cast<double>(); }),
                              in.present);
    case what::text:
      return any_column::from(
          map_present<std::string>(in, [&](const py::object& v, std::size_t row) { return text(v, name, row); }),
          in.present);
    case what::date:
      return any_column::dates(map_present<std::int32_t>(in, [](const py::object& v, std::size_t) { return day_number(v); }),
                               in.present);
    case what::naive:
      return instants(in, false, name);
    case what::aware:
      return instants(in, true, name);
    case what::decimal:
      return decimals(in, name);
  }
  throw schema_error("column \"" + name + "\": no such type");
}

}  // namespace sojourn::python
