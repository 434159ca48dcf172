// `Estimate`: the core's estimate with the options behind it, and what Python expects of a value.
#include <pybind11/stl.h>

#include <cmath>
#include <set>
#include <string>

#include "bind.hpp"
#include "frames/words.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/proportion.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

constexpr const char* companions[] = {"mean", "p_value", "standard_error", "n_effective", "deff"};

std::string number(double value) {
  return py::str("{:.6g}").format(value).cast<std::string>();
}

std::string describe_estimate(const estimate& e) {
  if (!e.defined()) return "Estimate(undefined: " + std::string(to_string(e.reason)) + ", n=" + std::to_string(e.n) + ")";
  std::string text = "Estimate(" + number(e.value);
  if (e.method != interval_method::none) {
    text += ", " + number(e.level * 100) + "% [" + number(e.low) + ", " + number(e.high) + "] " +
            std::string(to_string(e.method));
  }
  return text + ", n=" + std::to_string(e.n) + ")";
}

py::object reason_of(const estimate& e) {
  return e.defined() ? py::object(py::none()) : py::str(std::string(to_string(e.reason)));
}

/// Names and units are literals in the core. Those of a pickle are kept here for as long as the program runs.
std::string_view literal(const std::string& text) {
  static std::set<std::string> kept;
  return *kept.insert(text).first;
}

/// What the road that made the estimate has told of it; empty until then, so that `.options` always exists.
py::dict estimate_options(const py::object& self) {
  py::dict attributes = self.attr("__dict__");
  if (!attributes.contains("_options")) attributes["_options"] = py::dict();
  return attributes["_options"];
}

void set_options(const py::object& self, const py::dict& options) {
  py::dict attributes = self.attr("__dict__");
  attributes["_options"] = options.attr("copy")();  // a copy: two estimates of one road do not share their options
}

bool same_number(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

bool same(const estimate& a, const estimate& b) {
  return same_number(a.value, b.value) && same_number(a.low, b.low) && same_number(a.high, b.high) && a.level == b.level &&
         a.n == b.n && a.method == b.method && a.reason == b.reason && a.name == b.name && a.unit == b.unit;
}

/// Attributes, of which a number that is not known equals one that is not known either.
bool same_attributes(const py::dict& a, const py::dict& b) {
  if (py::len(a) != py::len(b)) return false;
  for (const auto& [name, mine] : a) {
    if (!b.contains(name)) return false;
    const py::object theirs = b[name];
    const bool numbers = py::isinstance<py::float_>(mine) && py::isinstance<py::float_>(theirs);
    if (!(numbers ? same_number(mine.cast<double>(), theirs.cast<double>()) : mine.equal(theirs))) return false;
  }
  return true;
}

py::object equal(const py::object& self, const py::object& other) {
  if (!py::isinstance<estimate>(other)) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
  (void)estimate_options(self), (void)estimate_options(other);
  return py::bool_(same(self.cast<const estimate&>(), other.cast<const estimate&>()) &&
                   same_attributes(self.attr("__dict__"), other.attr("__dict__")));
}

py::dict estimate_dict(const py::object& self) {
  const auto& e = self.cast<const estimate&>();
  py::dict fields;
  fields["name"] = e.name;
  fields["unit"] = e.unit;
  fields["value"] = e.value;
  fields["low"] = e.low;
  fields["high"] = e.high;
  fields["level"] = e.level;
  fields["n"] = e.n;
  fields["method"] = to_string(e.method);
  fields["reason"] = reason_of(e);
  const py::dict attributes = self.attr("__dict__");
  for (const char* companion : companions) {
    if (!attributes.contains(companion)) continue;
    const py::object found = attributes[companion];
    fields[companion] = py::isinstance<estimate>(found) ? py::object(estimate_dict(found)) : found;
  }
  fields["options"] = estimate_options(self).attr("copy")();
  return fields;
}

py::str formatted(const py::object& self, const py::str& spec) {
  if (py::len(spec) == 0) return py::str(self);
  return py::module_::import("builtins").attr("format")(self.cast<const estimate&>().value, spec);
}

py::tuple pickled(const py::object& self) {
  const auto& e = self.cast<const estimate&>();
  (void)estimate_options(self);
  return py::make_tuple(e.value, e.low, e.high, e.level, e.n, static_cast<int>(e.method), static_cast<int>(e.reason), e.name,
                        e.unit, self.attr("__dict__"));
}

/// Enumerators of a pickle, which may come from anywhere.
template <class Enum>
Enum known_enumerator(int code, Enum last) {
  if (code < 0 || code > static_cast<int>(last)) throw state_error("these bytes are no Estimate of this version");
  return static_cast<Enum>(code);
}

std::pair<estimate, py::dict> unpickled(const py::tuple& fields) {
  if (fields.size() != 10) throw state_error("these bytes are no Estimate of this version");
  estimate e;
  e.value = fields[0].cast<double>();
  e.low = fields[1].cast<double>();
  e.high = fields[2].cast<double>();
  e.level = fields[3].cast<double>();
  e.n = fields[4].cast<std::int64_t>();
  e.method = known_enumerator(fields[5].cast<int>(), interval_method::jackknife);
  e.reason = known_enumerator(fields[6].cast<int>(), undefined_reason::model_limit);
  e.name = literal(fields[7].cast<std::string>());
  e.unit = literal(fields[8].cast<std::string>());
  return {e, fields[9].cast<py::dict>()};
}

}  // namespace

void bind_estimate(py::module_& m) {
  py::class_<estimate>(
      m, "Estimate", py::dynamic_attr(),
      "A number with its interval, n and method, and what it is: name, unit and the options behind it.\n\n"
      "`float(e)` and `f\"{e:.1%}\"` give the value. Two estimates are equal when all of this is equal. There "
      "is no arithmetic: a difference needs an interval of its own, see the compare_ functions.")
      .def_readonly("value", &estimate::value)
      .def_readonly("low", &estimate::low)
      .def_readonly("high", &estimate::high)
      .def_readonly("level", &estimate::level)
      .def_readonly("n", &estimate::n)
      .def_readonly("name", &estimate::name, "The metric, as `sojourn metrics` lists it.")
      .def_readonly("unit", &estimate::unit, "Of value, low and high.")
      .def_property("options", &estimate_options, &set_options, "What was asked: conventions, period, level, method.")
      .def_property_readonly("method", [](const estimate& e) { return to_string(e.method); })
      .def_property_readonly("reason", &reason_of, "Why the value is undefined; None when it is defined.")
      .def("to_dict", &estimate_dict, "All of it as a plain dict.")
      .def("__float__", [](const estimate& e) { return e.value; })
      .def("__format__", &formatted, py::arg("spec"))
      .def("__eq__", &equal, py::is_operator())
      .def("__repr__", &describe_estimate)
      .def(py::pickle(&pickled, &unpickled));

  m.def(
      "proportion",
      [](std::int64_t successes, std::int64_t n, double level, const std::string& interval) {
        py::object found =
            py::cast(proportion(successes, n, {confidence_level{level}, named<proportion_interval>("interval", interval)}));
        py::dict options;
        options["level"] = level;
        options["interval"] = interval;
        found.attr("options") = options;
        return found;
      },
      py::arg("successes"), py::arg("n"), py::kw_only(), py::arg("level") = 0.95, py::arg("interval") = "wilson");
}

}  // namespace sojourn::python
