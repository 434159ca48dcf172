// Renewal of due contracts, and the kinds that are told apart.
#include "sojourn/revenue/renewal.hpp"

#include <pybind11/stl.h>

#include "bind_state.hpp"
#include "frames/words.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/arrow/role_columns.hpp"
#include "sojourn/revenue/renewal_kinds.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

renewal_options renewal_options_of(const revenue_policy& policy, std::optional<std::int32_t> grace_days,
                                   std::optional<std::int32_t> as_of) {
  renewal_options options = renewal_rules(policy);
  if (grace_days) options.grace_days = *grace_days;
  options.as_of = asked_day(as_of);
  return options;
}

renewal_state renewals(const any_column& accounts, const any_column& ends, const any_column& values,
                       const any_column& renewals_on, const any_column& renewed_values, int exponent, std::int32_t from,
                       std::int32_t to, std::optional<std::int32_t> grace_days, std::optional<std::int32_t> as_of,
                       const std::string& unit, const std::vector<std::string>& names, const revenue_policy& policy) {
  renewal_options options = renewal_options_of(policy, grace_days, as_of);
  options.unit = named<renewal_unit>("unit", unit);
  const py::gil_scoped_release released;
  account_index keys;
  const auto account = arrow::as_accounts(accounts, keys, names.at(0));
  const auto end = arrow::as_day(ends, names.at(1));
  const auto value = arrow::as_minor(values, names.at(2), exponent);
  const auto renewed_on = arrow::as_day(renewals_on, names.at(3));
  const auto renewed_value = arrow::as_minor(renewed_values, names.at(4), exponent);
  return tally_renewals({account.view(), end.view(), value.view(), renewed_on.view(), renewed_value.view()},
                        {day{from}, day{to}}, options);
}

py::dict renewal_counts(const renewal_state& s) {
  return py::dict(py::arg("due") = s.contracts_due, py::arg("early") = s.early, py::arg("on_time") = s.on_time,
                  py::arg("late") = s.late, py::arg("lost") = s.lost,
                  py::arg("returned_after_grace") = s.returned_after_grace, py::arg("pending") = s.pending,
                  py::arg("units_pending") = s.units_pending);
}

/// Counts of kinds of which the caller has the column.
py::dict kinds_of_renewals(const arrow::roles& columns, const std::map<std::string, std::string>& names, int exponent,
                           std::int32_t from, std::int32_t to, std::optional<std::int32_t> grace_days,
                           std::optional<std::int32_t> as_of, const revenue_policy& policy) {
  account_index keys;
  arrow::role_columns held(columns, names);
  contracts due{held.keys("account", keys), held.days("term_end"), {}, held.days("renewed_on"), {}};
  held.take_minor("value", exponent, due.value), held.take_minor("renewed_value", exponent, due.renewed_value);
  contract_details details{held.days("term_start"), held.days("renewed_until"), {}};
  if (const any_column* found = held.find("auto_renewed")) {
    if (found->type() != arrow::kind::boolean) {
      throw schema_error("column \"" + names.at("auto_renewed") +
                         "\": whether a contract renewed by itself is true or false");
    }
    details.auto_renewed = found->view<std::uint8_t>(names.at("auto_renewed"));
  }
  const renewal_kinds k =
      count_renewal_kinds(due, details, {day{from}, day{to}}, renewal_options_of(policy, grace_days, as_of));
  py::dict found(py::arg("co_terminated") = k.co_terminated);
  if (!details.term_start.empty()) found["multi_year_due"] = k.multi_year_due, found["term_known"] = k.term_known;
  if (!details.renewed_until.empty()) {
    found["multi_year_renewed"] = k.multi_year_renewed, found["renewed_term_known"] = k.renewed_term_known;
  }
  if (!details.auto_renewed.empty()) found["auto_renewed"] = k.auto_renewed, found["auto_known"] = k.auto_known;
  return found;
}

}  // namespace

void bind_renewal(py::module_& m) {
  bind_state<renewal_state>(m, "RenewalState", "Due contracts by what became of them.")
      .def("counts", &renewal_counts)
      .def("logo", [](const renewal_state& s, double level) { return logo_renewal(s, confidence_level{level}); })
      .def("gross_dollar",
           [](const renewal_state& s, double level) { return gross_dollar_renewal(s, confidence_level{level}); })
      .def("net_dollar",
           [](const renewal_state& s, double level) { return net_dollar_renewal(s, confidence_level{level}); });
  m.def("tally_renewals", &renewals, py::arg("account"), py::arg("term_end"), py::arg("value"), py::arg("renewed_on"),
        py::arg("renewed_value"), py::arg("exponent"), py::arg("first_day"), py::arg("end_day"), py::arg("grace_days"),
        py::arg("as_of"), py::arg("unit"), py::arg("names"), py::arg("policy"));
  m.def("renewal_kinds", &kinds_of_renewals, py::arg("columns"), py::arg("names"), py::arg("exponent"), py::arg("first_day"),
        py::arg("end_day"), py::arg("grace_days"), py::arg("as_of"), py::arg("policy"));
}

}  // namespace sojourn::python
