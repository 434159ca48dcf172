// What rows say about the segments of accounts.
#include "sojourn/revenue/parts/label_rows.hpp"

#include <pybind11/stl.h>

#include "frames/words.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

/// The columns of labels, decoded.
struct held_labels {
  arrow::held_column<std::uint32_t> account;
  arrow::segment_codes words;
  arrow::held_column<std::int32_t> since;

  held_labels(account_index& keys, const any_column& accounts, const any_column& labels,
              const std::optional<any_column>& from, const std::vector<std::string>& names)
      : account(arrow::as_accounts(accounts, keys, names.at(0))), words(arrow::as_segments(labels, names.at(1))) {
    if (from) since = arrow::as_day(*from, names.at(2));
  }
  [[nodiscard]] account_labels view() const { return {account.view(), words.codes.view(), since.view()}; }
};

py::dict assign_labels(const label_rows& rows, std::size_t accounts, const std::string& rule, std::int32_t opening) {
  const labelled_segments found = rows.assign(accounts, {named<segment_rule>("segment_rule", rule), day{opening}});
  py::list parts;
  for (std::size_t s = 0; s < found.by.segments(); ++s) {
    const auto mine = found.by.accounts_of(s);
    const py::object label = s < found.labels.size() ? py::object(py::str(found.labels[s])) : py::object(py::none());
    parts.append(py::make_tuple(label, some_accounts{{mine.begin(), mine.end()}}));
  }
  return py::dict(py::arg("parts") = parts, py::arg("rows_without_label") = found.by.rows_without_label,
                  py::arg("accounts_with_several") = found.by.accounts_with_several);
}

/// The label of each of these accounts; missing for one without.
any_column labels_by_account(const label_rows& rows, std::size_t accounts, const std::string& rule, const any_column& of) {
  const labelled_segments found = rows.assign(accounts, {named<segment_rule>("segment_rule", rule), {}});
  std::vector<std::uint32_t> code(accounts, 0);
  std::vector<std::uint8_t> labelled(accounts, 0);
  for (std::size_t s = 0; s < found.labels.size(); ++s) {
    for (const account who : found.by.accounts_of(s)) {
      code[who.index] = static_cast<std::uint32_t>(s);
      labelled[who.index] = 1;
    }
  }
  const auto asked = arrow::as_int64(of, "account");
  const auto view = asked.view();
  std::vector<std::uint32_t> codes(view.size());
  std::vector<std::uint8_t> present(view.size());
  for (std::size_t row = 0; row < view.size(); ++row) {
    const auto who = static_cast<std::size_t>(view[row]);
    codes[row] = code.at(who);
    present[row] = labelled.at(who);
  }
  return any_column::dictionary(std::move(codes), found.labels, present);
}

}  // namespace

void bind_label_rows(py::module_& m) {
  py::class_<label_rows>(m, "LabelRows", "What rows say about the segment of accounts.")
      .def(py::init<>())
      .def(
          "add",
          [](label_rows& rows, account_index& keys, const any_column& accounts, const any_column& labels,
             const std::optional<any_column>& since, const std::vector<std::string>& names) {
            const held_labels held(keys, accounts, labels, since, names);
            rows.add(held.view(), held.words.labels);
          },
          py::arg("keys"), py::arg("account"), py::arg("label"), py::arg("since"), py::arg("names"))
      .def(
          "remove",
          [](label_rows& rows, account_index& keys, const any_column& accounts, const any_column& labels,
             const std::optional<any_column>& since, const std::vector<std::string>& names) {
            const held_labels held(keys, accounts, labels, since, names);
            rows.remove(held.view(), held.words.labels);
          },
          py::arg("keys"), py::arg("account"), py::arg("label"), py::arg("since"), py::arg("names"))
      .def(
          "move",
          [](label_rows& rows, const account_index& keys, const py::object& from, const py::object& into) {
            rows.move(account_of(keys, key_from(from)), account_of(keys, key_from(into)));
          },
          py::arg("keys"), py::arg("source"), py::arg("into"))
      .def("by_account", &labels_by_account, py::arg("accounts"), py::arg("rule"), py::arg("of"))
      .def("assign", &assign_labels, py::arg("accounts"), py::arg("rule"), py::arg("opening"));
}

}  // namespace sojourn::python
