// What each account of a ledger is worth, for Python.
#include "sojourn/forecast/account_values.hpp"

#include <pybind11/stl.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "forecast/account_places.hpp"
#include "forecast/bind_forecast.hpp"
#include "frames/account_keys.hpp"
#include "frames/number_or_none.hpp"
#include "frames/table.hpp"
#include "frames/words.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
constexpr double no_probability = std::numeric_limits<double>::quiet_NaN();

decay_sample decisions_of_ledger(const keyed_ledger& l, const std::string& measure) {
  const auto of = named<decay_measure>("weights", measure);
  const py::gil_scoped_release unlocked;
  return months_decided(tenure(l), l.book.known_until(), of);
}

struct read_probabilities {
  std::vector<double> of;    ///< one per row of `accounts`; NaN where none was given
  std::int64_t ignored = 0;  ///< rows of accounts that are no customers
};

read_probabilities probabilities_of(const keyed_ledger& l, const std::vector<account_value>& accounts,
                                    const any_column& keys, const any_column& probability) {
  const auto places = places_of(keys, *l.keys, "account");
  const auto held = arrow::as_double(probability, "probability");
  const auto values = held.view();
  if (values.size() != places.size()) throw schema_error("leaving: one probability per account");
  std::vector<double> by_account(l.book.accounts(), no_probability);
  std::vector<std::uint8_t> seen(by_account.size());
  for (std::size_t row = 0; row < places.size(); ++row) {
    const std::uint32_t place = places[row];
    if (seen[place] != 0)
      throw data_error(
          {"account", row, l.keys->key(account{place}), "every account has one probability", "leave out one row"});
    seen[place] = 1;
    if (!values.present(row)) continue;
    if (!(values[row] >= 0 && values[row] <= 1))
      throw data_error({"probability", row, std::string(py::str(py::float_(values[row]))),
                        "a probability of leaving lies between 0 and 1",
                        "3 % is 0.03; leave the cell empty where none is known"});
    by_account[place] = values[row];
  }
  read_probabilities found;
  found.of.reserve(accounts.size());
  for (const account_value& one : accounts) {
    found.of.push_back(by_account[one.who.index]);
    seen[one.who.index] = 0;
  }
  for (const std::uint8_t left_over : seen) found.ignored += left_over;
  return found;
}

py::tuple account_value_columns(const keyed_ledger& l, std::int32_t end, const decay_fit& decay, double margin, double rate,
                                const std::string& timing, double level,
                                const std::optional<std::pair<any_column, any_column>>& leaving,
                                std::optional<std::int64_t> within) {
  const account_value_options options{contribution_margin{margin},
                                      {rate, named<payment_timing>("timing", timing), confidence_level{level}}};
  std::vector<account_value> accounts;
  {
    const py::gil_scoped_release unlocked;
    accounts = account_values(l, day{end}, decay, options);
  }
  std::vector<std::uint32_t> who;
  who.reserve(accounts.size());
  for (const account_value& one : accounts) who.push_back(one.who.index);
  auto columns = table(accounts);
  columns.add("account", keys_of(*l.keys, who))
      .add("first_day", &account_value::first)
      .add("renewals", &account_value::renewals)
      .add("mrr", [](const account_value& one) { return round_to_minor(one.level.ticks()); })
      .add("residual_lifetime", &account_value::residual_lifetime)
      .add("value", &account_value::value)
      .add("low", [](const account_value& one) { return number_or_none(one.low); })
      .add("high", [](const account_value& one) { return number_or_none(one.high); });
  std::int64_t ignored = 0, without = 0;
  if (leaving || within) {
    std::vector<double> chance;
    if (leaving) {
      read_probabilities read = probabilities_of(l, accounts, leaving->first, leaving->second);
      chance = std::move(read.of);
      ignored = read.ignored;
    } else {
      chance = leaving_probabilities(accounts, decay, *within);
    }
    std::vector<std::uint8_t> present;
    present.reserve(chance.size());
    for (const double p : chance) present.push_back(std::isnan(p) ? 0 : 1);
    for (const std::uint8_t one : present) without += one == 0 ? 1 : 0;
    std::vector<double> at_risk = value_at_risk(accounts, chance);
    columns.add("leaving", any_column::from(std::move(chance), present));
    columns.add("value_at_risk", any_column::from(std::move(at_risk), present));
  }
  return py::make_tuple(columns.columns(), ignored, without);
}

}  // namespace

void bind_account_values(py::module_& m) {
  m.def("months_decided", &decisions_of_ledger, py::arg("ledger"), py::kw_only(), py::arg("measure"));
  m.def("account_values", &account_value_columns, py::arg("ledger"), py::arg("end_day"), py::arg("decay"), py::kw_only(),
        py::arg("margin"), py::arg("rate"), py::arg("timing"), py::arg("level"), py::arg("leaving"), py::arg("within"));
}

}  // namespace sojourn::python
