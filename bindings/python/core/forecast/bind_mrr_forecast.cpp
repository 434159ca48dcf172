// Forecasts of MRR for Python.
#include "sojourn/forecast/mrr_forecast.hpp"

#include <pybind11/stl.h>

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "forecast/account_places.hpp"
#include "forecast/held_forecast.hpp"
#include "frames/table.hpp"
#include "frames/words.hpp"
#include "interruptible_threads.hpp"
#include "sojourn/forecast/cohort_money.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using optional_column = std::optional<any_column>;

/// Words of accounts as codes per account of the ledger.
struct account_words {
  std::vector<std::string> labels;
  std::vector<std::uint32_t> codes;
};

account_words words_per_account(const any_column& values, const std::vector<std::uint32_t>& places, std::size_t accounts,
                                const std::string& name, std::uint32_t without) {
  auto rows = arrow::as_segments(values, name);
  account_words found{std::move(rows.labels), std::vector<std::uint32_t>(accounts, without)};
  const auto codes = rows.codes.view();
  for (std::size_t row = 0; row < places.size(); ++row) {
    if (codes.present(row)) found.codes[places[row]] = codes[row];
  }
  return found;
}

struct accounts_read {
  forecast_accounts about;
  std::vector<std::string> segments, causes;
};

/// Accounts without a label are a segment of their own, those without a cause share the last one.
std::vector<std::uint32_t> with_rest(account_words& words, const std::string& rest) {
  const auto none = std::numeric_limits<std::uint32_t>::max();
  const auto last = static_cast<std::uint32_t>(words.labels.size());
  bool used = words.labels.empty();
  for (std::uint32_t& code : words.codes) {
    if (code == none) code = last, used = true;
  }
  if (used) words.labels.push_back(rest);
  return std::move(words.codes);
}

accounts_read read_accounts(const keyed_ledger& l, const any_column& keys, const optional_column& segment,
                            const optional_column& parent, const optional_column& cause) {
  constexpr auto none = std::numeric_limits<std::uint32_t>::max();
  const auto places = places_of(keys, *l.keys, "account");
  const std::size_t accounts = l.book.accounts();
  accounts_read found;
  if (segment) {
    account_words words = words_per_account(*segment, places, accounts, "by", none);
    found.about.segment = with_rest(words, "(none)");
    found.segments = std::move(words.labels);
    found.about.segments = static_cast<std::uint32_t>(found.segments.size());
  }
  if (parent) found.about.parent = words_per_account(*parent, places, accounts, "parent", none).codes;
  if (cause) {
    account_words words = words_per_account(*cause, places, accounts, "cause", none);
    found.about.cause = with_rest(words, "unknown");
    found.causes = std::move(words.labels);
    found.about.causes = static_cast<std::uint32_t>(found.causes.size());
  }
  return found;
}

std::vector<forecast_contract> read_contracts(const keyed_ledger& l, const any_column& keys, const any_column& renews_on,
                                              const optional_column& every, const optional_column& probability) {
  const auto places = places_of(keys, *l.keys, "account_id");
  const auto days = arrow::as_day(renews_on, "renews_on");
  arrow::held_column<std::int32_t> terms;
  arrow::held_column<double> chances;
  if (every) terms = arrow::as_int32(*every, "every");
  if (probability) chances = arrow::as_double(*probability, "probability");
  std::vector<forecast_contract> found;
  for (std::size_t row = 0; row < places.size(); ++row) {
    if (!days.view().present(row))
      throw data_error({"renews_on", row, "", "a contract says when it comes due", "leave out accounts without a contract"});
    forecast_contract one{.account = places[row], .renews_on = day{days.view()[row]}};
    if (every && terms.view().present(row)) one.every = terms.view()[row];
    if (probability && chances.view().present(row)) one.probability = chances.view()[row];
    found.push_back(one);
  }
  return found;
}

held_forecast forecast(const keyed_ledger& l, const any_column& accounts, const optional_column& segment,
                       const optional_column& parent, const optional_column& cause,
                       const std::optional<std::vector<any_column>>& contracts, std::size_t horizon, double level,
                       std::int64_t draws, std::uint64_t seed, const std::optional<std::string>& family,
                       const std::string& spread, bool decay, std::vector<double> new_mrr) {
  accounts_read read = read_accounts(l, accounts, segment, parent, cause);
  std::vector<forecast_contract> terms;
  if (contracts) {
    const auto& c = *contracts;
    terms = read_contracts(l, c.at(0), c.at(1), c.size() > 2 ? optional_column(c[2]) : std::nullopt,
                           c.size() > 3 ? optional_column(c[3]) : std::nullopt);
  }
  forecast_options options{.horizon = horizon,
                           .level = confidence_level(level),
                           .draws = draws,
                           .seed = seed,
                           .family = {},
                           .spread = named<forecast_spread>("spread", spread),
                           .decay = decay,
                           .new_mrr = std::move(new_mrr)};
  if (family) options.family = named<churn_family>("family", *family);
  held_forecast found{.found = {}, .segments = std::move(read.segments), .causes = std::move(read.causes), .largest = {}};
  {
    const py::gil_scoped_release unlocked;
    const interruptible_threads host;
    found.found = forecast_mrr(months_of(l.book), read.about, terms, options,
                               [&](std::size_t n, detail::task_ref draw) { host.bulk(n, draw); });
  }
  for (const forecast_scenario& one : found.found.largest) found.largest.push_back(l.keys->key(account{one.account}));
  return found;
}

py::dict row_columns(const held_forecast& f, std::optional<std::size_t> segment) {
  return table(f.part(segment).rows)
      .add("ahead", [](const forecast_row& row) { return static_cast<std::int64_t>(row.ahead); })
      .add("opening", &forecast_row::opening)
      .add("churn", &forecast_row::churn)
      .add("contraction", &forecast_row::contraction)
      .add("expansion", &forecast_row::expansion)
      .add("new", &forecast_row::won)
      .add("renewal_due", &forecast_row::renewal_due)
      .add("closing", &forecast_row::closing)
      .add("low", &forecast_row::low)
      .add("high", &forecast_row::high)
      .add("under_contract", &forecast_row::under_contract)
      .add("accounts", &forecast_row::accounts)
      .add("accounts_low", &forecast_row::accounts_low)
      .add("accounts_high", &forecast_row::accounts_high)
      .add("process_sd", &forecast_row::process_sd)
      .add("parameter_sd", &forecast_row::parameter_sd)
      .columns();
}

py::dict scenario_columns(const held_forecast& f) {
  return table(f.found.largest)
      .add("account", any_column::from(f.largest))
      .add("mrr", &forecast_scenario::mrr)
      .add("if_it_leaves", &forecast_scenario::if_it_leaves)
      .add("if_it_stays", &forecast_scenario::if_it_stays)
      .columns();
}

}  // namespace

void bind_mrr_forecast(py::module_& m) {
  const auto estimate_of = [](estimate forecast_part::* which) {
    return [which](const held_forecast& f, std::optional<std::size_t> segment) { return f.part(segment).*which; };
  };
  py::class_<held_forecast>(m, "MrrForecast")
      .def("rows", &row_columns, py::arg("segment"))
      .def("nrr", estimate_of(&forecast_part::nrr), py::arg("segment"))
      .def("grr", estimate_of(&forecast_part::grr), py::arg("segment"))
      .def("logos", estimate_of(&forecast_part::logos), py::arg("segment"))
      .def("arr", estimate_of(&forecast_part::arr), py::arg("segment"))
      .def("churn_by_cause", [](const held_forecast& f) { return f.found.total.churn_by_cause; })
      .def(
          "closings",
          [](const held_forecast& f, std::size_t ahead) { return any_column::from(f.found.closings.at(ahead - 1)); },
          py::arg("ahead"))
      .def("largest", &scenario_columns)
      .def_readonly("causes", &held_forecast::causes)
      .def_readonly("segment_labels", &held_forecast::segments)
      .def_property_readonly("parts", [](const held_forecast& f) { return f.found.segments.size(); })
      .def_property_readonly("family",
                             [](const held_forecast& f) {
                               return std::string(values_of(churn_family{})[static_cast<std::size_t>(f.found.family)]);
                             })
      .def_property_readonly("month_shock_sd", [](const held_forecast& f) { return f.found.month_shock_sd; })
      .def_property_readonly("effective_accounts", [](const held_forecast& f) { return f.found.effective_accounts; })
      .def_property_readonly("contracts_ignored", [](const held_forecast& f) { return f.found.contracts_ignored; })
      .def_property_readonly("months_learned", [](const held_forecast& f) { return f.found.months_learned; });
  m.def("forecast_mrr", &forecast, py::arg("ledger"), py::arg("accounts"), py::kw_only(), py::arg("segment"),
        py::arg("parent"), py::arg("cause"), py::arg("contracts"), py::arg("horizon"), py::arg("level"), py::arg("draws"),
        py::arg("seed"), py::arg("family"), py::arg("spread"), py::arg("decay"), py::arg("new"));
  m.def("cohort_money", [](const keyed_ledger& l) { return cohort_money(months_of(l.book)); }, py::arg("ledger"));
  m.def("mrr_by_month", [](const keyed_ledger& l) { return mrr_by_month(months_of(l.book)); }, py::arg("ledger"));
  m.def(
      "known_months",
      [](const keyed_ledger& l) {
        const account_months months = months_of(l.book);
        return std::pair(months.first.since_epoch, months.months);
      },
      py::arg("ledger"));
}

}  // namespace sojourn::python
