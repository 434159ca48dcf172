#include "revenue/facts_plan.hpp"

#include <utility>

#include "frames/columns.hpp"
#include "frames/days.hpp"
#include "sojourn/arrow/moments.hpp"
#include "sojourn/arrow/money.hpp"
#include "sojourn/domain/calendar.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

/// A list of Python values is read here; any other form became a column before.
any_column column_from(const py::handle& given, const std::string& name) {
  if (PyList_CheckExact(given.ptr()) != 0 || PyTuple_CheckExact(given.ptr()) != 0) {
    return from_sequence(py::reinterpret_borrow<py::sequence>(given), name);
  }
  return given.cast<const any_column&>();
}

}  // namespace

facts_plan::facts_plan(std::vector<planned_column> columns, std::string currency, date_reading dates, bool usual_dates,
                       table_read table)
    : columns_(std::move(columns)),
      currency_(std::move(currency)),
      dates_(std::move(dates)),
      usual_dates_(usual_dates),
      table_(table) {
  std::map<std::string, std::string> names;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const planned_column& one = columns_[i];
    if (one.read != role_reader::label) names[one.role] = one.name;
    if (one.read == role_reader::moments) names["nanosecond"] = one.name;
    if (one.role == "currency" && one.read != role_reader::label) currencies_ = i;
  }
  names_ = std::make_shared<const std::map<std::string, std::string>>(std::move(names));
}

any_column facts_plan::read_column(const planned_column& what, any_column source, given_facts& to) const {
  switch (what.read) {
    case role_reader::plain:
    case role_reader::label:
    case role_reader::money:  // once its currency is known
      return source;
    case role_reader::days:
      return arrow::as_day(source, what.name, dates_).source();
    case role_reader::ends:
      return arrow::as_day(source, what.name, dates_, &to.far_ends).source();
    case role_reader::last_days:
      return days_after(arrow::as_day(source, what.name, dates_).source());
    case role_reader::last_ends:
      return days_after(arrow::as_day(source, what.name, dates_, &to.far_ends).source());
    case role_reader::months: {
      const arrow::kind type = source.type();
      const bool dated = type == arrow::kind::instant || type == arrow::kind::text || type == arrow::kind::dictionary;
      if (usual_dates_ || !dated) return source;  // the book reads it
      return first_days_of_months(source, what.name, dates_);
    }
    case role_reader::moments: {
      arrow::moment_columns found = arrow::as_moments(source, what.name, dates_);
      if (found.nanosecond) to.columns.emplace("nanosecond", std::move(*found.nanosecond));
      return std::move(found.day);
    }
  }
  return source;
}

given_facts facts_plan::read(const py::sequence& columns) const {
  if (columns.size() != columns_.size()) throw schema_error("a table has one column for each role of its plan");
  given_facts made{table_, {}, names_, {}};
  std::vector<any_column> given;
  given.reserve(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) given.push_back(column_from(columns[i], columns_[i].name));
  std::optional<py::gil_scoped_release> released;
  constexpr std::size_t few_rows = 4096;  // read faster than another thread takes the interpreter
  if (!given.empty() && given.front().size() > few_rows) released.emplace();
  for (std::size_t i = 0; i < columns_.size(); ++i) given[i] = read_column(columns_[i], std::move(given[i]), made);
  std::optional<arrow::currency_column> codes;
  if (currencies_) codes = arrow::as_currencies(given[*currencies_], columns_[*currencies_].name);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const planned_column& what = columns_[i];
    if (what.read == role_reader::money) {
      const arrow::money_options options{what.amounts, read_currency(currency_), decimal_mark::unstated};
      given[i] =
          (codes ? arrow::as_money(given[i], what.name, options, *codes) : arrow::as_money(given[i], what.name, options))
              .source();
    }
    (what.read == role_reader::label ? made.labels : made.columns).emplace(what.role, std::move(given[i]));
  }
  return made;
}

}  // namespace sojourn::python
