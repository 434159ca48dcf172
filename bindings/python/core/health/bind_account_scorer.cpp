// One account scored from Python. Written against Python's own C interface: what pybind11 adds to a call would cost more
// than the score.
#include "sojourn/health/score/account_scorer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "frames/columns.hpp"
#include "health/bind_health.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/health/card/day_inputs.hpp"
#include "sojourn/health/score/flags.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

namespace h = health;

/// The type of the answer: a tuple whose entries have names.
PyTypeObject* answer_type = nullptr;

class held_scorer {
 public:
  held_scorer(const h::scorecard& card, day as_of, date_reading dates) : scorer_(card, as_of), dates_(std::move(dates)) {
    const std::vector<std::string> days = h::day_inputs(card);
    for (const std::string& name : card.inputs()) {
      names_.push_back(py::reinterpret_steal<py::str>(PyUnicode_InternFromString(name.c_str())));
      is_day_.push_back(std::find(days.begin(), days.end(), name) != days.end());
    }
    for (const h::tier& t : card.spec().tiers.tiers) tiers_.emplace_back(t.name);
    unknown_ = py::str("unknown");
  }

  PyObject* call(PyObject* const* args, Py_ssize_t count) {
    if (count == 1 && PyDict_Check(args[0])) {
      take_named(args[0]);
    } else if (count == 1 && (PyList_Check(args[0]) || PyTuple_Check(args[0]))) {
      take_row(PySequence_Fast_ITEMS(args[0]), PySequence_Fast_GET_SIZE(args[0]));
    } else if (count == 1 && (names_.size() != 1 || PyMapping_Check(args[0])) && !PyUnicode_Check(args[0])) {
      take_other(args[0]);
    } else {
      take_row(args, count);
    }
    return answer(scorer_.score());
  }

 private:
  void take_row(PyObject* const* values, Py_ssize_t count) {
    if (static_cast<std::size_t>(count) != names_.size()) {
      throw schema_error("the card reads " + std::to_string(names_.size()) + " values an account, and there are " +
                         std::to_string(count));
    }
    for (std::size_t i = 0; i < names_.size(); ++i) set(i, values[i]);
  }
  void take_named(PyObject* row) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      PyObject* value = PyDict_GetItemWithError(row, names_[i].ptr());
      if (value == nullptr) absent(i);
      set(i, value);
    }
  }
  /// Any other mapping, or any other sequence.
  void take_other(PyObject* row) {
    if (PyMapping_Check(row) && PyObject_HasAttrString(row, "keys")) {
      for (std::size_t i = 0; i < names_.size(); ++i) {
        const auto value = py::reinterpret_steal<py::object>(PyObject_GetItem(row, names_[i].ptr()));
        if (!value) PyErr_Clear(), absent(i);
        set(i, value.ptr());
      }
      return;
    }
    const auto items =
        py::reinterpret_steal<py::object>(PySequence_Fast(row, "an account is a mapping or a sequence of values"));
    if (!items) throw py::error_already_set();
    take_row(PySequence_Fast_ITEMS(items.ptr()), PySequence_Fast_GET_SIZE(items.ptr()));
  }
  [[noreturn]] void absent(std::size_t i) const {
    if (PyErr_Occurred() != nullptr) throw py::error_already_set();
    throw schema_error("the account has no value \"" + std::string(names_[i]) + "\"; one that is not known is None");
  }

  void set(std::size_t i, PyObject* value) {
    if (PyFloat_Check(value)) return scorer_.set(i, PyFloat_AS_DOUBLE(value));
    if (value == Py_None) return scorer_.set(i, std::numeric_limits<double>::quiet_NaN());
    if (PyUnicode_Check(value)) {
      if (is_day_[i]) return scorer_.set(i, read_day(i, value));
      Py_ssize_t size = 0;
      const char* text = PyUnicode_AsUTF8AndSize(value, &size);
      if (text == nullptr) throw py::error_already_set();
      return scorer_.set_text(i, {text, static_cast<std::size_t>(size)});
    }
    if (!PyLong_Check(value) && (is_day_[i] || PyObject_HasAttrString(value, "toordinal")))
      return scorer_.set(i, read_day(i, value));
    const double number = PyFloat_AsDouble(value);
    if (number == -1 && PyErr_Occurred() != nullptr) {
      PyErr_Clear();
      throw schema_error("\"" + std::string(names_[i]) + "\" is a " + Py_TYPE(value)->tp_name +
                         "; a value is a number, a text, a date or None");
    }
    scorer_.set(i, number);
  }
  /// A day as a column of one row has it; a number is days since 1970 already.
  double read_day(std::size_t i, PyObject* value) const {
    py::list row;
    row.append(py::reinterpret_borrow<py::object>(value));
    const std::string name(names_[i]);
    const arrow::any_column held = from_sequence(row, name);
    if (!held.present(0)) return std::numeric_limits<double>::quiet_NaN();
    using arrow::kind;
    const bool is_number = held.type() != kind::date && held.type() != kind::instant && held.type() != kind::text;
    if (is_number) return arrow::as_double(held, name).view()[0];
    const auto days = arrow::as_day(held, name, dates_);
    h::require_calendar_days(days.view(), name);
    return days.view().present(0) ? days.view()[0] : std::numeric_limits<double>::quiet_NaN();
  }

  PyObject* answer(const h::account_score& found) {
    PyObject* result = PyStructSequence_New(answer_type);
    if (result == nullptr) throw py::error_already_set();
    PyStructSequence_SetItem(result, 0, PyFloat_FromDouble(found.score));
    PyStructSequence_SetItem(result, 1,
                             py::object(found.tier == h::unknown_tier ? unknown_ : tiers_[found.tier]).release().ptr());
    PyStructSequence_SetItem(result, 2, PyFloat_FromDouble(found.coverage));
    PyStructSequence_SetItem(result, 3, flags(found.flags).release().ptr());
    return result;
  }
  py::object flags(std::uint16_t set) {
    const auto at = flags_.find(set);
    if (at != flags_.end()) return at->second;
    return flags_[set] = py::str(h::flag_text(set));
  }

  h::account_scorer scorer_;
  date_reading dates_;
  std::vector<py::str> names_, tiers_;
  std::vector<bool> is_day_;
  py::object unknown_;
  std::unordered_map<std::uint16_t, py::object> flags_;
};

PyObject* score_one(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  auto* scorer = static_cast<held_scorer*>(PyCapsule_GetPointer(self, nullptr));
  try {
    return scorer->call(args, count);
  } catch (py::error_already_set& e) {
    e.restore();
  } catch (const error&) {
    set_python_error(std::current_exception());
  } catch (const std::exception& e) {
    PyErr_SetString(PyExc_RuntimeError, e.what());
  }
  return nullptr;
}

PyMethodDef score_one_method = {
    "score_one", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(score_one)), METH_FASTCALL,
    "Score, tier, coverage and flags of one account: a mapping, a sequence, or its values one by one."};

py::object account_scorer(const h::scorecard& card, std::int32_t as_of, const date_reading& dates) {
  py::capsule held(new held_scorer(card, day{as_of}, dates), [](void* p) { delete static_cast<held_scorer*>(p); });
  PyObject* made = PyCFunction_New(&score_one_method, held.ptr());
  if (made == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(made);
}

}  // namespace

void bind_account_scorer(py::module_& m) {
  static PyStructSequence_Field fields[] = {{"score", "0..100, NaN where too little is known"},
                                            {"tier", "its name, or \"unknown\""},
                                            {"coverage", "share of the card's weight that has a value"},
                                            {"flags", "what was odd, as in the table of scores"},
                                            {nullptr, nullptr}};
  static PyStructSequence_Desc about = {"sojourn._core.health.AccountScore", "The score of one account.", fields, 4};
  answer_type = PyStructSequence_NewType(&about);
  if (answer_type == nullptr) throw py::error_already_set();
  m.attr("AccountScore") = py::reinterpret_borrow<py::object>(reinterpret_cast<PyObject*>(answer_type));
  m.def("account_scorer", &account_scorer, py::arg("card"), py::arg("as_of"), py::arg("dates"));
}

}  // namespace sojourn::python
