#include "revenue/revenue_values.hpp"

#include <pybind11/stl.h>

#include <string_view>

#include "frames/table.hpp"
#include "frames/utf8_of.hpp"
#include "frames/words.hpp"
#include "sojourn/arrow/movement_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {

using arrow::any_column;

account_key key_from(const py::object& key) {
  if (py::isinstance<py::str>(key)) return utf8_of(key, "an account");
  if (PyIndex_Check(key.ptr()) != 0 && !py::isinstance<py::bool_>(key)) {
    const auto id = py::reinterpret_steal<py::object>(PyNumber_Index(key.ptr()));
    if (!id) throw py::error_already_set();
    int overflow = 0;
    const long long found = PyLong_AsLongLongAndOverflow(id.ptr(), &overflow);
    if (overflow == 0) return static_cast<std::int64_t>(found);
    throw schema_error("account " + py::str(id).cast<std::string>() + " does not fit 64 signed bits; name it by text");
  }
  throw schema_error("an account is named by text or an integer, not by the " + std::string(Py_TYPE(key.ptr())->tp_name) +
                     " " + py::repr(key).cast<std::string>());
}

py::object key_object(const account_index& keys, account who) {
  return py::cast(key_of(keys, who));
}

period_grid grid_of(std::int32_t first, std::int32_t months_each, std::int32_t count) {
  return period_grid::between(month{first}, month{first + months_each * count - 1},
                              period_length{static_cast<std::uint8_t>(months_each)});
}

rate_options rate_options_of(const revenue_policy& policy, double level, const std::string& method) {
  return {policy, confidence_level{level}, named<ratio_interval>("method", method)};
}

std::vector<account> accounts_in(account_index& keys, const any_column& column, const std::string& name) {
  const auto who = arrow::as_accounts(column, keys, name);
  return accounts_of({who.view(), {}, {}, {}});
}

py::int_ exact_int(detail::int128 value) {
  return py::reinterpret_steal<py::int_>(PyLong_FromString(detail::to_string(value).c_str(), nullptr, 10));
}

py::dict movement_columns(const std::vector<movement_row>& rows) {
  std::vector<std::string> incomplete;
  for (const movement_row& row : rows) {
    if (!row.complete) incomplete.push_back(row.period);
  }
  auto made = table(rows);
  const py::dict columns = arrow::add_movements(made).columns();
  return py::dict(py::arg("columns") = columns, py::arg("incomplete") = incomplete);
}

py::dict movement_dict(const movement_row& row) {
  return py::dict(py::arg("opening") = row.opening, py::arg("new") = row.new_business,
                  py::arg("reactivation") = row.reactivation, py::arg("expansion") = row.expansion,
                  py::arg("contraction") = row.contraction, py::arg("churn") = row.churn, py::arg("fx") = row.fx,
                  py::arg("closing") = row.closing, py::arg("accounts_opening") = row.accounts_opening,
                  py::arg("accounts_new") = row.accounts_new, py::arg("accounts_reactivated") = row.accounts_reactivated,
                  py::arg("accounts_churned") = row.accounts_churned, py::arg("accounts_closing") = row.accounts_closing);
}

py::dict explanation_dict(const account_explanation& why) {
  py::dict result = table(why.movements)
                        .add("day", &account_movement::when)
                        .add("movement", &account_movement::kind)
                        .add("before", [](const account_movement& m) { return round_to_minor(m.before.ticks()); })
                        .add("after", [](const account_movement& m) { return round_to_minor(m.after.ticks()); })
                        .columns();
  result["rows"] = why.rows;
  result["opening"] = round_to_minor(why.opening.ticks());
  result["closing"] = round_to_minor(why.closing.ticks());
  return result;
}

py::dict tenure_columns(survival_input all) {
  named_columns columns;
  columns.add("account", std::move(all.account))
      .add("days", std::move(all.duration_days))
      .add_flags("churned", std::move(all.churned))
      .add("mrr", last_mrr_minor(all));
  return columns.columns();
}

py::dict counts_dict(const std::vector<named_count>& counts) {
  py::dict found;
  for (const named_count& one : counts) found[py::str(one.name.data(), one.name.size())] = one.count;
  return found;
}

}  // namespace sojourn::python
