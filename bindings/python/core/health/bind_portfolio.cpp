// The book of accounts as one exact state, for Python.
#include "sojourn/health/score/portfolio.hpp"

#include <pybind11/stl.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "health/bind_health.hpp"
#include "health/distribution_rows.hpp"
#include "health/tier_columns.hpp"
#include "sojourn/state_bytes.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

namespace h = health;
using book_state = h::card_health;

py::bytes bytes_of_book(const book_state& s) {
  const auto bytes = to_bytes(s.state, s.card);
  return py::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

book_state book_of_bytes(const py::bytes& data) {
  const std::string_view text = data;
  const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  const std::uint64_t card = read_header(bytes).spec_fingerprint;
  return {from_bytes<h::health_state>(bytes, card), card};
}

}  // namespace

py::list distribution_rows(const h::scorecard& card, const h::health_state& state, double level) {
  py::list rows;
  for (const h::tier_line& line : h::distribution(state, card.ladder(), {confidence_level{level}})) {
    rows.append(py::make_tuple(std::string(card.tier_name(line.tier)), line.accounts, line.share, line.mean_score,
                               exact(line.value)));
  }
  return rows;
}

void bind_portfolio(py::module_& m) {
  py::class_<book_state>(m, "HealthState", "Exact counts and sums of a scored book by tier; merges and retracts.")
      .def("__iadd__", [](book_state& a, const book_state& b) -> book_state& { return a += b; })
      .def("__isub__", [](book_state& a, const book_state& b) -> book_state& { return a -= b; })
      .def("__add__", [](book_state a, const book_state& b) { return a += b; })
      .def("__sub__", [](book_state a, const book_state& b) { return a -= b; })
      .def(
          "__eq__", [](const book_state& a, const book_state& b) { return a == b; }, py::is_operator())
      .def("__copy__", [](const book_state& a) { return a; })
      .def_property_readonly("accounts", [](const book_state& s) { return s.state.accounts(); })
      .def_property_readonly("unknown", [](const book_state& s) { return s.state.unknown.accounts; })
      .def_property_readonly(
          "coverage", [](const book_state& s) { return s.state.coverage; },
          "Accounts by coverage: ten steps of 0.1, then full coverage.")
      .def(
          "mean_score", [](const book_state& s, double level) { return h::mean_score(s.state, {confidence_level{level}}); },
          py::kw_only(), py::arg("level") = 0.95)
      .def("to_bytes", &bytes_of_book, "Canonical bytes, with the fingerprint of the card.")
      .def_static("from_bytes", &book_of_bytes, py::arg("data"),
                  "The state behind `to_bytes()`; damaged bytes are a StateError.")
      .def(py::pickle(&bytes_of_book, &book_of_bytes));
}

}  // namespace sojourn::python
