// Who is whose: parents of accounts, and movements in which what changes hands is a transfer.
#include <pybind11/stl.h>

#include <optional>
#include <tuple>
#include <vector>

#include "frames/table.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/revenue/book/read.hpp"
#include "sojourn/revenue/book/unit_explanation.hpp"
#include "sojourn/revenue/book/unit_movements.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using followers = std::vector<reading*>;
/// Child, parent, since, known from.
using parent_row = std::tuple<py::object, py::object, std::optional<std::int32_t>, std::optional<std::int32_t>>;

void set_parents_of(book& in, const std::vector<parent_row>& rows, const followers& follow) {
  std::vector<parent_fact> facts;
  for (const auto& [child, parent, since, known_from] : rows) {
    parent_fact one{account_of(in.keys(), key_from(child)), intern(in.keys(), key_from(parent)),
                    day_from(since).value_or(earliest_day)};
    one.known.from = day_from(known_from).value_or(earliest_day);
    facts.push_back(one);
  }
  const py::gil_scoped_release released;
  set_parents(in, facts, follow);
}

/// Account, the account it is merged into, since.
using merger_row = std::tuple<py::object, py::object, std::optional<std::int32_t>>;

account account_in_row(const account_index& keys, const py::object& key, std::size_t row) {
  if (key.is_none()) throw data_error({"account", row, "missing", "a merger names two accounts", "name both"});
  try {
    return account_of(keys, key_from(key));
  } catch (const data_error& e) {
    throw data_error({"account", row, e.value(), e.rule(), "name accounts of the ledger"});
  }
}

/// The accounts that were merged for all time, each with the account that it ends in.
py::list merge_table(book& in, const std::vector<merger_row>& rows, const followers& follow) {
  std::vector<merger> all;
  for (const auto& [from, into, since] : rows) {
    all.push_back({account_in_row(in.keys(), from, all.size()), account_in_row(in.keys(), into, all.size()),
                   day_from(since).value_or(earliest_day)});
  }
  const std::vector<merger> ended = [&] {
    const py::gil_scoped_release released;
    return merge_all(in, all, follow);
  }();
  py::list moved;
  for (const merger& one : ended) {
    if (one.since == earliest_day)
      moved.append(py::make_tuple(key_object(in.keys(), one.from), key_object(in.keys(), one.into)));
  }
  return moved;
}

py::dict unit_columns(const std::vector<unit_row>& rows) {
  return table(rows)
      .add("period", &unit_row::period)
      .add("opening", &unit_row::opening)
      .add("new", &unit_row::new_business)
      .add("reactivation", &unit_row::reactivation)
      .add("expansion", &unit_row::expansion)
      .add("contraction", &unit_row::contraction)
      .add("churn", &unit_row::churn)
      .add("transfer_in", &unit_row::transfer_in)
      .add("transfer_out", &unit_row::transfer_out)
      .add("closing", &unit_row::closing)
      .add("accounts_opening", [](const unit_row& row) { return row.sums.accounts_opening; })
      .add("accounts_new", [](const unit_row& row) { return row.sums.accounts_new; })
      .add("accounts_reactivated", [](const unit_row& row) { return row.sums.accounts_reactivated; })
      .add("accounts_churned", [](const unit_row& row) { return row.sums.accounts_churned; })
      .add("accounts_in", [](const unit_row& row) { return row.sums.accounts_in; })
      .add("accounts_out", [](const unit_row& row) { return row.sums.accounts_out; })
      .add("accounts_closing", [](const unit_row& row) { return row.sums.accounts_closing(); })
      .columns();
}

/// The columns of each unit; with `customers` those of customers in periods, who stand in the column "account".
py::dict movements_of_all_units(const book& of, const reading& how, std::int32_t first, std::int32_t months_each,
                                std::int32_t count, bool accounts_too, bool customers) {
  const movements_of_units found = [&] {
    const py::gil_scoped_release released;
    return tally_units(of, how, grid_of(first, months_each, count), {.customers = customers, .accounts_too = accounts_too});
  }();
  py::dict units;
  const auto add = [&](const char* unit, const std::optional<unit_movements>& made) {
    if (!made) return;
    const std::vector<unit_row> rows = customers ? movements_of_customers(*made) : movements_of(*made);
    py::dict columns = unit_columns(rows);
    if (customers) {
      py::list who;
      for (const unit_row& row : rows) who.append(key_object(of.keys(), *row.who));
      columns["account"] = who;
    }
    units[unit] = columns;
  };
  add("account", found.accounts);
  add("parent", found.parents);
  return units;
}

py::dict explain_unit(const book& of, const reading& how, const py::object& key, std::int32_t from, std::int32_t to) {
  const account who = account_of(*how.ledger.keys, key_from(key));
  const unit_explanation found = [&] {
    const py::gil_scoped_release released;
    return explain_customer(of, how, who, day{from}, day{to});
  }();
  py::dict columns = table(found.changes)
                         .add("day", &unit_change::when)
                         .add("movement", &unit_change::kind)
                         .add("before", [](const unit_change& one) { return round_to_minor(one.before.ticks()); })
                         .add("after", [](const unit_change& one) { return round_to_minor(one.after.ticks()); })
                         .columns();
  columns["rows"] = found.rows;
  columns["opening"] = round_to_minor(found.opening.ticks());
  columns["closing"] = round_to_minor(found.closing.ticks());
  return columns;
}

}  // namespace

void bind_owners(book_class& books) {
  books.def("set_parents", &set_parents_of, py::arg("rows"), py::arg("follow") = followers{})
      .def("merge_all", &merge_table, py::arg("rows"), py::arg("follow") = followers{})
      .def("owners_change", &owners_change, py::arg("reading"))
      .def("movements_of_units", &movements_of_all_units, py::arg("reading"), py::arg("first"), py::arg("months_each"),
           py::arg("count"), py::arg("accounts_too"), py::arg("customers"))
      .def("explain_customer", &explain_unit, py::arg("reading"), py::arg("account"), py::arg("first_day"),
           py::arg("end_day"));
}

}  // namespace sojourn::python
