#include "revenue/book_bytes.hpp"

#include <pybind11/stl.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "revenue/held_rates.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/book_bytes.hpp"
#include "sojourn/domain/words.hpp"

namespace py = pybind11;

namespace sojourn::python {
py::bytes book_to_bytes(const book& facts, const reading& how, const std::string& notes) {
  const std::vector<std::uint8_t> bytes = [&] {
    const py::gil_scoped_release released;
    viewed_book all{facts, how.under, notes};
    all.under.as_of = how.ledger.book.known_until();
    return to_bytes(all);
  }();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

py::dict book_from_bytes(const py::bytes& data) {
  const auto given = static_cast<std::string_view>(data);
  const viewed_book all = [&] {
    const py::gil_scoped_release released;
    return from_bytes<viewed_book>(std::span(reinterpret_cast<const std::uint8_t*>(given.data()), given.size()));
  }();
  const view& under = all.under;
  py::dict where;
  for (const label_filter& one : under.where) where[py::str(one.name)] = one.words;
  const py::object rates = under.currencies ? py::cast(held_rates{under.currencies->rates}) : py::none();
  return py::dict(py::arg("source") = word_of(all.facts.source()), py::arg("policy") = under.policy,
                  py::arg("as_of") = day_number(under.as_of.named()), py::arg("known_on") = day_number(under.known_on),
                  py::arg("unit") = word_of(under.unit), py::arg("owners_on") = day_number(under.owners_on),
                  py::arg("part") = word_of(under.part), py::arg("commitment") = word_of(under.commitment),
                  py::arg("amount_is") = word_of(under.amount), py::arg("same_day") = word_of(under.same_day),
                  py::arg("where") = where, py::arg("rates") = rates, py::arg("notes") = all.notes,
                  py::arg("book") = all.facts);
}

}  // namespace sojourn::python
