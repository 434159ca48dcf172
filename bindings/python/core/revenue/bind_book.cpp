// The book of Python: facts of every source, corrections that readings follow, and readings under views.
#include "sojourn/revenue/book/book.hpp"

#include <pybind11/stl.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include "frames/columns.hpp"
#include "frames/table.hpp"
#include "frames/words.hpp"
#include "interruptible_threads.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/book_bytes.hpp"
#include "revenue/held_rates.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/arrow/facts_plan.hpp"
#include "sojourn/arrow/held_facts.hpp"
#include "sojourn/revenue/available_to_renew.hpp"
#include "sojourn/revenue/book/cause_words.hpp"
#include "sojourn/revenue/book/derived_causes.hpp"
#include "sojourn/revenue/book/read.hpp"
#include "sojourn/revenue/explain/accounts_table.hpp"
#include "sojourn/revenue/explain/restatement.hpp"
#include "sojourn/revenue/lane_movements.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

/// A list of Python values is read here; any other form became a column before.
arrow::any_column column_from(const py::handle& given, const std::string& name) {
  if (PyList_CheckExact(given.ptr()) != 0 || PyTuple_CheckExact(given.ptr()) != 0) {
    return from_sequence(py::reinterpret_borrow<py::sequence>(given), name);
  }
  return given.cast<const arrow::any_column&>();
}

/// `columns` in the order of the plan: columns, or lists of Python values.
arrow::given_facts read_facts(const arrow::facts_plan& plan, const py::sequence& columns) {
  const auto& planned = plan.columns();
  if (columns.size() != planned.size()) throw schema_error("a table has one column for each role of its plan");
  std::vector<arrow::any_column> given;
  given.reserve(planned.size());
  for (std::size_t i = 0; i < planned.size(); ++i) given.push_back(column_from(columns[i], planned[i].name));
  std::optional<py::gil_scoped_release> released;
  constexpr std::size_t few_rows = 4096;  // read faster than another thread takes the interpreter
  if (!given.empty() && given.front().size() > few_rows) released.emplace();
  return plan.read(std::move(given));
}

using followers = std::vector<reading*>;
using filters = std::map<std::string, std::vector<std::string>>;

void apply_rows(book& to, const arrow::given_facts& given, const followers& follow) {
  const py::gil_scoped_release released;
  const arrow::held_facts held(to, given);
  apply(to, held.rows(), follow);
}

/// The roles of the first day of a period and of its end, where gaps between them are to be told.
using period_roles = std::optional<std::pair<std::string, std::string>>;

/// The first rows of a source. While they are stored, another thread seeks those that repeat an earlier one, and gaps.
void apply_first(book& to, arrow::given_facts& given, const period_roles& periods) {
  const py::gil_scoped_release released;
  const auto store = [&] {
    const arrow::held_facts held(to, given);
    apply(to, held.rows());
  };
  constexpr std::size_t rows_worth_a_thread = 65'536;
  const thread_executor host;
  if (given.rows() < rows_worth_a_thread || host.concurrency() == 1) return store();
  std::exception_ptr failed;  // what is wrong with the rows themselves is said first
  const auto look = [&] {
    try {
      given.find_repeated({});
      if (periods) given.find_gaps(periods->first, periods->second);
    } catch (...) {
      failed = std::current_exception();
    }
  };
  host.bulk(2, [&](std::size_t task) { task == 0 ? store() : look(); });
  if (failed) std::rethrow_exception(failed);
}

py::tuple repeated_rows_of(arrow::given_facts& given) {
  if (!given.repeated) {
    const py::gil_scoped_release released;
    const thread_executor host;
    given.find_repeated(any_executor(host));
  }
  return py::make_tuple(given.repeated->count, given.repeated->row, given.repeated->repeats);
}

py::tuple gaps_of(arrow::given_facts& given, const std::string& start_role, const std::string& end_role) {
  if (!given.gaps) {
    const py::gil_scoped_release released;
    given.find_gaps(start_role, end_role);
  }
  return py::make_tuple(given.gaps->gaps, given.gaps->one_day);
}

void retract_rows(book& from, const arrow::given_facts& given, std::optional<std::int32_t> taken_back_on,
                  const followers& follow) {
  const py::gil_scoped_release released;
  const arrow::held_facts held(from, given);
  retract(from, held.rows(), day_from(taken_back_on), follow);
}

void split_rows(book& in, const arrow::given_facts& given, const py::object& into, std::optional<std::int32_t> since,
                const followers& follow) {
  const account_key key = key_from(into);
  const py::gil_scoped_release released;
  const arrow::held_facts held(in, given);
  split(in, held.rows(), intern(in.keys(), key), day_from(since).value_or(earliest_day), follow);
}

void merge_accounts(book& in, const py::object& from, const py::object& into, std::optional<std::int32_t> since,
                    std::optional<std::int32_t> known_from, const followers& follow) {
  merger one{account_of(in.keys(), key_from(from)), account_of(in.keys(), key_from(into)),
             day_from(since).value_or(earliest_day)};
  if (known_from) one.known.from = day{*known_from};
  merge(in, one, follow);
}

reading read_book(const book& from, const revenue_policy& policy, std::optional<std::int32_t> as_of,
                  std::optional<std::int32_t> known_on, const std::string& unit, std::optional<std::int32_t> owners_on,
                  const std::string& part, const std::string& commitment, const std::string& amount_is,
                  const std::string& same_day, const filters& where, const std::optional<std::string>& split_by,
                  const std::optional<held_rates>& rates) {
  view under;
  if (rates) under.currencies = currency_view{rates->table};
  under.policy = policy;
  // Without a day Python shows which one holds, and why.
  under.as_of = asked_day(as_of);
  under.known_on = day_from(known_on);
  under.unit = named<book_unit>("unit", unit);
  under.owners_on = day_from(owners_on);
  under.part = named<mrr_part>("part", part);
  under.commitment = named<mrr_commitment>("commitment", commitment);
  under.amount = named<change_amount>("amount", amount_is);
  under.same_day = named<same_day_changes>("same_day", same_day);
  for (const auto& [name, words] : where) under.where.push_back({name, words});
  under.split_by = split_by;
  const py::gil_scoped_release released;
  return read(from, under, interruptible_threads{});
}

reading part_of_reading(const reading& whole, std::uint32_t index, std::uint32_t count) {
  const py::gil_scoped_release released;
  const account_ownership all = whole.ledger.declared != nullptr ? *whole.ledger.declared : account_ownership::everybody();
  reading part = whole;
  part.ledger = share(whole.ledger, index, count);
  part.under.part_of = std::make_shared<const account_ownership>(all.run(index, count));
  return part;
}

retention_state due_accounts(const book& of, const reading& how, std::int32_t from, std::int32_t to,
                             const std::string& lost) {
  const auto rule = named<due_loss>("lost", lost);
  const py::gil_scoped_release released;
  return with_keys(*how.ledger.keys, [&] {
    const mrr_rows rows = rows_under(of, how);
    const due_options options{
        .as_of = how.ledger.book.known_until(), .accounts = std::max(rows.accounts, of.accounts()), .lost = rule};
    if (how.ledger.in == nullptr) return tally_available_to_renew(rows, day{from}, day{to}, options);
    return tally_available_to_renew(rows, how.ledger.in->rates.rates, day{from}, day{to}, options);
  });
}

std::int64_t shown(detail::int128 ticks) {
  return round_to_minor(ticks);
}

/// One row per account: columns of its life, and of its movements where a period is asked for.
py::dict account_columns(const book& of, const reading& how, std::optional<span_days> period) {
  std::optional<period_grid> grid;
  if (period) grid = period_grid{month{period->first}, period->second, 1};
  const std::vector<account_summary> rows = [&] {
    const py::gil_scoped_release released;
    return accounts_table(of, with_causes(of, how), grid);
  }();
  py::dict columns = table(rows)
                         .add("first_day", &account_summary::first)
                         .add("tenure", &account_summary::tenure_days)
                         .add("mrr", [](const account_summary& row) { return shown(row.last.ticks()); })
                         .columns();
  py::list accounts, left, churned, causes, parents;
  for (const account_summary& row : rows) {
    accounts.append(key_object(*how.ledger.keys, row.who));
    left.append(row.left ? py::cast(row.left->since_epoch) : py::none());
    churned.append(row.left.has_value());
    causes.append(row.left ? py::cast(cause_word(of, row.cause)) : py::none());
    parents.append(row.parent ? key_object(of.keys(), *row.parent) : py::none());
  }
  columns["account"] = accounts, columns["last_day"] = left, columns["churned"] = churned;
  columns["cause"] = causes, columns["parent"] = parents;
  py::dict labels;
  for (const std::string& name : of.labels()) {
    const auto found = labels_of(of, how, name).assign(how.ledger.book.accounts(), {segment_rule::last, {}});
    std::vector<std::optional<std::string>> by_account(how.ledger.book.accounts());
    for (std::size_t s = 0; s < found.labels.size(); ++s) {
      for (const account who : found.by.accounts_of(s)) by_account[who.index] = found.labels[s];
    }
    py::list words;
    for (const account_summary& row : rows) words.append(py::cast(by_account[row.who.index]));
    labels[py::str(name)] = words;
  }
  py::list moved;
  for (const account_summary& row : rows) {
    if (row.in_period) moved.append(movement_dict(rounded(*row.in_period)));
  }
  return py::dict(py::arg("columns") = columns, py::arg("labels") = labels, py::arg("moved") = moved);
}

/// The columns of `tenure`, with the day of entry and why each account left, none where it has not.
py::dict lifetimes(const book& of, const reading& how) {
  survival_input all = [&] {
    const py::gil_scoped_release released;
    return tenure(with_causes(of, how).ledger);
  }();
  py::list causes;
  for (std::size_t i = 0; i < all.account.size(); ++i) {
    causes.append(all.churned[i] != 0 ? py::cast(cause_word(of, all.cause[i])) : py::none());
  }
  const std::vector<std::int32_t> first = all.first_day;
  py::dict columns = tenure_columns(std::move(all));
  columns["first_day"] = first, columns["cause"] = causes;
  return columns;
}

py::dict facts_known_on(const book& of, std::int32_t when) {
  const knowledge k = of.known(day{when});
  return py::dict(py::arg("rows") = k.rows, py::arg("known") = k.known, py::arg("not_yet_known") = k.not_yet_known,
                  py::arg("taken_back") = k.taken_back, py::arg("never_known") = k.never_known);
}

/// Lanes are labels of one currency, or currencies; a lane without a label is shown as none.
py::dict movements_of_lanes(const reading& how, std::int32_t first, std::int32_t months_each, std::int32_t count,
                            const revenue_policy& policy) {
  const period_grid grid = grid_of(first, months_each, count);
  const bool currencies = how.under.split_by == "currency";
  const std::vector<lane_row> rows = [&] {
    const py::gil_scoped_release released;
    const auto amounts = currencies ? lane_amounts::apart : lane_amounts::one_currency;
    return movements_by_lane(tally_lanes(how.ledger.book, amounts, grid, policy, interruptible_threads{}));
  }();
  py::dict columns = table(rows)
                         .add("period", &lane_row::period)
                         .add("opening", &lane_row::opening)
                         .add("new", &lane_row::new_business)
                         .add("reactivation", &lane_row::reactivation)
                         .add("expansion", &lane_row::expansion)
                         .add("contraction", &lane_row::contraction)
                         .add("churn", &lane_row::churn)
                         .add("transfer_in", &lane_row::transfer_in)
                         .add("transfer_out", &lane_row::transfer_out)
                         .add("closing", &lane_row::closing)
                         .columns();
  py::list names;
  for (const lane_row& row : rows) {
    const lane_name lane = row.lane < how.lanes.size() ? how.lanes[row.lane] : lane_name{};
    names.append(currencies ? py::cast(lane.currency) : py::cast(lane.label));
  }
  columns["lane"] = names;
  return columns;
}

/// One entry per account: its change of each bucket, and its rows that came or went.
py::dict compare_windows(const book& of, const reading& how, std::int32_t first, std::int32_t second,
                         std::int32_t first_month, std::int32_t months_each) {
  const restatement found = [&] {
    const py::gil_scoped_release released;
    return compare_closes(of, day{first}, day{second}, {month{first_month}, months_each, 1}, how.under);
  }();
  py::list accounts;
  for (const restated_account& one : found.accounts) {
    py::dict entry = movement_dict(rounded(one.periods.front().change));
    entry["account"] = key_object(*how.ledger.keys, one.who);
    entry["learned"] = one.learned;
    entry["dropped"] = one.dropped;
    accounts.append(entry);
  }
  return py::dict(py::arg("accounts") = accounts, py::arg("change") = movement_dict(rounded(found.change.front())),
                  py::arg("without_effect") = found.accounts_without_effect);
}

}  // namespace

book_class bind_book(py::module_& m) {
  py::class_<arrow::given_facts>(m, "Facts", "Columns of one table by role, with the names that errors call them.")
      .def("__len__", &arrow::given_facts::rows)
      .def_readonly("columns", &arrow::given_facts::columns)
      .def_readonly("labels", &arrow::given_facts::labels)
      .def_readonly("far_ends", &arrow::given_facts::far_ends)
      .def("repeated_rows", &repeated_rows_of)
      .def("period_gaps", &gaps_of, py::arg("start_role"), py::arg("end_role"));
  py::class_<arrow::facts_plan>(m, "FactsPlan",
                                "How the columns of a table become facts: (role, column, reader, unit) of each.")
      .def(py::init([](const std::vector<std::tuple<std::string, std::string, std::string, std::string>>& columns,
                       std::string currency, const date_reading& dates, bool usual_dates, const std::string& table,
                       const std::string& every_row) {
             std::vector<arrow::planned_column> planned;
             for (const auto& [role, name, reader, amounts] : columns) {
               planned.push_back({role, name, named<arrow::role_reader>("reader", reader), amounts});
             }
             const arrow::table_read what{
                 named<fact_source>("table", table),
                 every_row.empty() ? std::nullopt : std::optional(named<usage_kind>("kind", every_row))};
             return arrow::facts_plan(std::move(planned), std::move(currency), dates, usual_dates, what);
           }),
           py::arg("columns"), py::arg("currency"), py::arg("dates"), py::arg("usual_dates"), py::arg("table"),
           py::arg("every_row"))
      .def("read", &read_facts, py::arg("columns"));
  py::class_<reading>(m, "Reading", "A book under a view, kept up to date by the corrections that it follows.")
      .def_readonly("ledger", &reading::ledger)
      .def("__copy__", [](const reading& r) { return r; })
      .def("part", &part_of_reading, py::arg("index"), py::arg("count"))
      .def_property_readonly("lanes", [](const reading& r) {
        std::vector<std::pair<std::string, std::optional<std::string>>> names;
        for (const lane_name& lane : r.lanes) names.emplace_back(lane.currency, lane.label);
        return names;
      });
  book_class books(m, "Book", "The caller's rows as they are, and the corrections to them.");
  books
      .def(py::init([](const std::string& source) { return book(named<fact_source>("source", source)); }), py::arg("source"))
      .def("__copy__", [](const book& b) { return b; })
      .def(
          "__eq__", [](const book& a, const book& b) { return a == b; }, py::is_operator())
      .def("to_bytes", &book_to_bytes, py::arg("reading"), py::arg("notes"))
      .def_static("from_bytes", &book_from_bytes, py::arg("data"))
      .def("apply", &apply_rows, py::arg("facts"), py::arg("follow") = followers{})
      .def("apply_first", &apply_first, py::arg("facts"), py::arg("periods") = py::none())
      .def("retract", &retract_rows, py::arg("facts"), py::arg("taken_back_on"), py::arg("follow") = followers{})
      .def("split", &split_rows, py::arg("facts"), py::arg("into"), py::arg("since"), py::arg("follow") = followers{})
      .def("merge", &merge_accounts, py::arg("source"), py::arg("into"), py::arg("since"), py::arg("known_from"),
           py::arg("follow") = followers{})
      .def("read", &read_book, py::arg("policy"), py::arg("as_of"), py::arg("known_on"), py::arg("unit"),
           py::arg("owners_on"), py::arg("part"), py::arg("commitment"), py::arg("amount_is"), py::arg("same_day"),
           py::arg("where"), py::arg("split_by"), py::arg("rates"))
      .def("counts", [](const book& b, const reading& how) { return counts_dict(counts(b, how)); })
      .def("labels_of", &labels_of, py::arg("reading"), py::arg("name"))
      .def("available_to_renew", &due_accounts, py::arg("reading"), py::arg("first_day"), py::arg("end_day"),
           py::arg("lost"))
      .def("lifetimes", &lifetimes, py::arg("reading"))
      .def(
          "require_cause", [](const book& b, const std::string& word) { (void)cause_named(b, word); }, py::arg("word"))
      .def_static("movements_by_lane", &movements_of_lanes, py::arg("reading"), py::arg("first"), py::arg("months_each"),
                  py::arg("count"), py::arg("policy"))
      .def("accounts_table", &account_columns, py::arg("reading"), py::arg("period"))
      .def("known", &facts_known_on, py::arg("when"))
      .def("compare", &compare_windows, py::arg("reading"), py::arg("first"), py::arg("second"), py::arg("first_month"),
           py::arg("months_each"))
      .def_property_readonly("rows", &book::rows)
      .def_property_readonly("labels", &book::labels)
      .def_property_readonly("currencies", &book::currencies)
      .def_property_readonly("causes", &book::causes)
      .def_property_readonly("has_knowledge", &book::has_knowledge)
      .def_property_readonly("has_usage", &book::has_usage)
      .def_property_readonly("first_change", [](const book& b) { return day_number(b.first_change()); })
      .def_property_readonly("last_change", [](const book& b) { return day_number(b.last_change()); });
  return books;
}

}  // namespace sojourn::python
