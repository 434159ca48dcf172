// Scored cycles as bytes, for Python.
#include "sojourn/cycle_bytes.hpp"

#include <pybind11/stl.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "health/bind_monday.hpp"
#include "health/scored_book.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

kept_columns columns_in_order(const py::dict& given) {
  kept_columns made;
  made.reserve(given.size());
  for (const auto& [name, values] : given) made.push_back({name.cast<std::string>(), values.cast<const any_column&>()});
  return made;
}

std::optional<kept_columns> columns_in_order(const std::optional<py::dict>& given) {
  return given ? std::optional(columns_in_order(*given)) : std::nullopt;
}

py::dict columns_by_name(const kept_columns& columns) {
  py::dict made;
  for (const kept_column& one : columns) made[py::str(one.name)] = one.values;
  return made;
}

py::object columns_by_name(const std::optional<kept_columns>& columns) {
  return columns ? py::object(columns_by_name(*columns)) : py::none();
}

py::bytes cycle_to_bytes(bool of_set, const std::string& card, std::optional<std::int32_t> as_of,
                         const std::optional<any_column>& accounts, const py::dict& signals, const py::dict& beside,
                         const std::optional<py::dict>& before, const std::optional<py::dict>& signals_before,
                         const std::optional<py::dict>& manual, std::uint64_t scores, const std::string& notes) {
  kept_cycle cycle;
  cycle.kind = of_set ? kept_card::card_set : kept_card::card;
  cycle.card = card;
  if (as_of) cycle.as_of = day{*as_of};
  cycle.accounts = accounts;
  cycle.signals = columns_in_order(signals);
  cycle.beside = columns_in_order(beside);
  cycle.before = columns_in_order(before);
  cycle.signals_before = columns_in_order(signals_before);
  cycle.manual = columns_in_order(manual);
  cycle.scores_fingerprint = scores;
  cycle.notes = notes;
  const std::vector<std::uint8_t> bytes = [&] {
    const py::gil_scoped_release released;
    return to_bytes(cycle);
  }();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

py::dict cycle_from_bytes(const py::bytes& data) {
  const auto given = static_cast<std::string_view>(data);
  const kept_cycle cycle = [&] {
    const py::gil_scoped_release released;
    return from_bytes<kept_cycle>(std::span(reinterpret_cast<const std::uint8_t*>(given.data()), given.size()));
  }();
  py::object as_of = py::none(), accounts = py::none();
  if (cycle.as_of) as_of = py::int_(cycle.as_of->since_epoch);
  if (cycle.accounts) accounts = py::cast(*cycle.accounts);
  return py::dict(
      py::arg("of_set") = cycle.kind == kept_card::card_set, py::arg("card") = cycle.card, py::arg("as_of") = as_of,
      py::arg("accounts") = accounts, py::arg("signals") = columns_by_name(cycle.signals),
      py::arg("beside") = columns_by_name(cycle.beside), py::arg("before") = columns_by_name(cycle.before),
      py::arg("signals_before") = columns_by_name(cycle.signals_before), py::arg("manual") = columns_by_name(cycle.manual),
      py::arg("fingerprint") = cycle.scores_fingerprint, py::arg("notes") = cycle.notes);
}

}  // namespace

void bind_cycle_bytes(py::module_& m) {
  m.def("cycle_to_bytes", &cycle_to_bytes, py::arg("of_set"), py::arg("card"), py::arg("as_of"), py::arg("accounts"),
        py::arg("signals"), py::arg("beside"), py::arg("before"), py::arg("signals_before"), py::arg("manual"),
        py::arg("fingerprint"), py::arg("notes"));
  m.def("cycle_from_bytes", &cycle_from_bytes, py::arg("data"));
  m.def("scores_fingerprint", [](const scored_book& book) { return fingerprint(*book.result); }, py::arg("book"));
}

}  // namespace sojourn::python
