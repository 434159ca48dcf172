// Sets of cards, and which card scores which account, for Python.
#include "sojourn/health/score/card_set.hpp"

#include <pybind11/stl.h>

#include <string>
#include <vector>

#include "health/bind_health.hpp"
#include "health/scored_book.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

/// The card of every row, the rows of every card, and for how many rows a choice could not decide.
py::tuple assign_cards(const h::card_set& set, const py::dict& columns) {
  const arrow::held_signals held = hold(columns);
  const h::card_assignment assigned = h::assign(set, held.views);
  py::list rows;
  for (const auto& of_card : h::rows_by_card(assigned, set.cards().size()))
    rows.append(any_column::from(std::vector<std::int64_t>(of_card.begin(), of_card.end())));
  return py::make_tuple(any_column::from(assigned.card), rows, assigned.undecided);
}

}  // namespace

void bind_card_set(py::module_& m) {
  py::class_<h::card_set>(m, "CardSet")
      .def(py::init([](const std::string& json) { return h::compile_set_json(json); }), py::arg("json"))
      .def_property_readonly("json", &h::card_set::to_json)
      .def_property_readonly("hash", &h::card_set::hash)
      .def_property_readonly("inputs", &h::card_set::inputs)
      .def_property_readonly("name", [](const h::card_set& s) { return s.spec().set; })
      .def_property_readonly("default", [](const h::card_set& s) { return s.spec().otherwise; })
      .def_property_readonly("cards",
                             [](const h::card_set& s) {
                               std::vector<std::string> texts;
                               for (const h::scorecard& card : s.cards()) texts.push_back(card.to_json());
                               return texts;
                             })
      .def("assign", &assign_cards, py::arg("columns"));
}

}  // namespace sojourn::python
