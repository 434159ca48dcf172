// Ledgers of rows in several currencies with a table of rates, and the state of their movements.
#include "sojourn/revenue/currency_movements.hpp"

#include <pybind11/stl.h>

#include "bind_state.hpp"
#include "frames/words.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/held_rates.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/arrow/role_columns.hpp"
#include "sojourn/revenue/currencies/known_currencies.hpp"
#include "sojourn/revenue/currencies/read_rate.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

bool is_text(const any_column& source) {
  return source.type() == arrow::kind::text || source.type() == arrow::kind::dictionary;
}

/// Days on which rates begin to hold: days, or months for their first day.
std::vector<std::int32_t> rate_days(const any_column& source, const std::string& name) {
  const auto texts = is_text(source) ? arrow::as_segments(source, name) : arrow::segment_codes{};
  const auto days = is_text(source) ? arrow::held_column<std::int32_t>{} : arrow::as_day(source, name);
  std::vector<std::int32_t> found(source.size());
  for (std::size_t row = 0; row < found.size(); ++row) {
    if (!source.present(row)) throw data_error({name, row, "missing", "a rate holds from a day or a month on", ""});
    found[row] = is_text(source) ? rate_day_from_text(texts.labels[texts.codes.view()[row]], {name, row}).since_epoch
                                 : days.view()[row];
  }
  return found;
}

/// Decimals, integers, text; a float is the shortest decimal that it is the nearest float of.
std::vector<exchange_rate> rates_of(const any_column& source, const std::string& name) {
  const auto texts = is_text(source) ? arrow::as_segments(source, name) : arrow::segment_codes{};
  std::vector<exchange_rate> found;
  for (std::size_t row = 0; row < source.size(); ++row) {
    if (!source.present(row)) throw data_error({name, row, "missing", "every row has a rate", "leave the row out"});
    const rate_cell where{name, row};
    switch (source.type()) {
      case arrow::kind::text:
      case arrow::kind::dictionary:
        found.push_back(rate_from_text(texts.labels[texts.codes.view()[row]], where));
        break;
      case arrow::kind::float64:
        found.push_back(rate_from_float(static_cast<const double*>(source.data())[row], where));
        break;
      case arrow::kind::float32:
        found.push_back(rate_from_float(static_cast<const float*>(source.data())[row], where));
        break;
      case arrow::kind::decimal:
        found.push_back(rate_from_decimal(static_cast<const std::int64_t*>(source.data())[row], source.scale(), where));
        break;
      default:
        found.push_back({arrow::as_int64(source, name).view()[row], 1});
    }
  }
  return found;
}

/// The columns of a rate table by role, and the names that errors call them.
held_rates make_rates(const arrow::roles& columns, const std::vector<std::string>& names, const std::string& report_in) {
  const auto words = arrow::as_segments(columns.at("currency"), names.at(0));
  const std::vector<std::int32_t> since = rate_days(columns.at("since"), names.at(1));
  const std::vector<exchange_rate> rates = rates_of(columns.at("rate"), names.at(2));
  return {std::make_shared<const named_rate_table>(
      rates_by_name({{words.codes.view(), words.labels}, {since, names.at(1)}, rates}, report_in, {}))};
}

estimate currency_estimate(const currency_revenue_state& state, std::size_t period, const std::string& metric,
                           double level) {
  return rate_of(state, period, named<period_rate>("metric", metric), {state.revenue.policy, confidence_level{level}});
}

void bind_state_of_currencies(py::module_& m) {
  bind_state<currency_revenue_state>(m, "CurrencyRevenueState",
                                     "Movements at the rates of each opening, and what rates did.")
      .def("movements", [](const currency_revenue_state& s) { return movement_columns(movements(s)); })
      .def("estimate", &currency_estimate, py::arg("period"), py::arg("metric"), py::arg("level"))
      .def("closing_ticks", [](const currency_revenue_state& s, std::size_t p) { return exact_int(s.closing.at(p).ticks); })
      .def("fx_ticks", [](const currency_revenue_state& s, std::size_t p) { return exact_int(s.fx(p)); })
      .def("accounts_closing",
           [](const currency_revenue_state& s, std::size_t p) { return s.revenue.periods.at(p).accounts_closing(); })
      .def("complete", [](const currency_revenue_state& s, std::int32_t p) { return s.revenue.complete(p); });
}

}  // namespace

void bind_currencies(py::module_& m) {
  bind_state_of_currencies(m);
  py::class_<held_rates>(m, "Rates", "Exchange rates by currency and day.")
      .def(
          "beside",
          [](const held_rates& known, const std::vector<std::string>& others) {
            return held_rates{std::make_shared<const named_rate_table>(with_currencies(*known.table, others))};
          },
          py::arg("currencies"), "The same rates, which also know these currencies.");
  m.def("make_rates", &make_rates, py::arg("columns"), py::arg("names"), py::arg("report_in"));
}

}  // namespace sojourn::python
