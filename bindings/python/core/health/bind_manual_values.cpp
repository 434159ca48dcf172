// Values given by hand, for Python.
#include "sojourn/health/score/manual_values.hpp"

#include <string>
#include <utility>
#include <vector>

#include "frames/words.hpp"
#include "health/account_columns.hpp"
#include "health/bind_health.hpp"
#include "sojourn/arrow/role_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

/// The word in a row, or nothing.
const std::string* word_at(const arrow::segment_codes& words, std::size_t row) {
  if (words.codes.size() == 0 || !words.codes.view().present(row)) return nullptr;
  return &words.labels[words.codes.view()[row]];
}

/// A word that names a value of an enum; one that does not is an error with its row.
template <has_words Enum>
void take_word(const arrow::segment_codes& words, std::size_t row, const char* column, Enum& to) {
  const std::string* word = word_at(words, row);
  if (word != nullptr) to = read_word_in<Enum>(column, row, *word);
}

h::placed_manual_values manual_of(const any_column& accounts, const arrow::roles& given) {
  account_index index;
  const std::vector<std::size_t> row_of = rows_of(accounts, index, "account");
  arrow::role_columns columns(given);
  const auto who = arrow::as_accounts(columns.at("account"), index, "manual account");
  const auto value = columns.doubles("value");
  const auto &mode = columns.segments("mode"), &merge = columns.segments("merge"), &signal = columns.segments("signal"),
             &author = columns.segments("author"), &reason = columns.segments("reason");
  const auto set_at = columns.days("set_at"), expires_at = columns.days("expires_at");
  const auto priority = columns.int64("priority");
  std::vector<h::manual_value> all(value.size());
  for (std::size_t row = 0; row < all.size(); ++row) {
    h::manual_value& m = all[row];
    m.row = who.view()[row];
    m.value = value[row];
    take_word(mode, row, "manual mode", m.mode);
    take_word(merge, row, "manual merge", m.merge);
    if (set_at.size() > 0 && set_at.present(row)) m.set_at = day{set_at[row]};
    if (expires_at.size() > 0 && expires_at.present(row)) m.expires_at = day{expires_at[row]};
    if (priority.size() > 0 && priority.present(row)) m.priority = static_cast<int>(priority[row]);
    if (const std::string* name = word_at(signal, row)) m.signal = *name;
    if (const std::string* name = word_at(author, row)) m.author = *name;
    if (const std::string* text = word_at(reason, row)) m.reason = *text;
  }
  return h::place_manual_values(all, row_of);
}

}  // namespace

void bind_manual_values(py::module_& m) {
  using placed = h::placed_manual_values;
  py::class_<placed>(m, "ManualValues")
      .def(py::init(&manual_of), py::arg("accounts"), py::arg("columns"))
      .def("__len__", [](const placed& b) { return b.values.size(); })
      .def_property_readonly("place", [](const placed& b) { return any_column::from(b.place); });
}

}  // namespace sojourn::python
