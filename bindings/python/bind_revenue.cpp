#include <pybind11/stl.h>

#include <optional>

#include "bind.hpp"
#include "bind_ledger.hpp"
#include "bind_state.hpp"
#include "named.hpp"
#include "sojourn/economics.hpp"
#include "sojourn/mrr/price.hpp"
#include "sojourn/renewal.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

billing_unit unit_of(const std::string& word) {
  return named<billing_unit>("unit", word, {{"day", billing_unit::day}, {"week", billing_unit::week},
    {"month", billing_unit::month}, {"quarter", billing_unit::quarter}, {"year", billing_unit::year}});
}

py::dict price_to_mrr(std::int64_t amount_minor, std::int32_t every, const std::string& unit, std::int64_t quantity,
                      std::int32_t basis_points, std::int64_t off_minor, const std::string& term,
                      const revenue_policy& policy) {
  const auto lasts = named<discount_term>(
      "discount_term", term, {{"recurring", discount_term::recurring}, {"one_time", discount_term::one_time}});
  const price_mrr found =
      mrr_from_price({amount_minor, every, unit_of(unit), quantity}, {basis_points, off_minor, lasts}, policy);
  return py::dict(py::arg("ticks") = found.value.ticks(), py::arg("residue_numerator") = found.residue_numerator,
                  py::arg("residue_denominator") = found.residue_denominator);
}

renewal_state renewals(const any_column& accounts, const any_column& ends, const any_column& values,
                       const any_column& renewals_on, const any_column& renewed_values, int exponent, std::int32_t from,
                       std::int32_t to, std::optional<std::int32_t> grace_days, std::optional<std::int32_t> as_of,
                       const std::string& unit, const std::vector<std::string>& names, const revenue_policy& policy) {
  renewal_options options = renewal_rules(policy);
  if (grace_days) options.grace_days = *grace_days;
  if (as_of) options.as_of = day{*as_of};
  options.unit =
      named<renewal_unit>("unit", unit, {{"account", renewal_unit::account}, {"contract", renewal_unit::contract}});
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

estimate plain(double value) {
  estimate e;
  e.value = value;
  e.n = 1;
  return e;
}

py::dict unit_economics(std::int64_t spend_minor, std::int64_t customers, std::int64_t new_mrr_minor, double gross_margin,
                        std::optional<double> arpa_minor, std::optional<double> ltv_minor, std::optional<double> churn) {
  const acquisition won{money{spend_minor}, customers, mrr::from_minor(new_mrr_minor)};
  py::dict result;
  result["acquisition_cost"] = acquisition_cost(won);
  result["payback_months"] = payback_months(won, gross_margin);
  if (arpa_minor) result["payback_months_per_customer"] = payback_months_per_customer(won, plain(*arpa_minor), gross_margin);
  if (ltv_minor) result["ltv_to_cac"] = ltv_to_cac(plain(*ltv_minor), won);
  if (churn) result["customer_lifetime"] = customer_lifetime(plain(*churn));
  return result;
}

void bind_policy(py::module_& m) {
  py::class_<revenue_policy>(m, "RevenuePolicy", "The conventions of revenue metrics.")
      .def_static("from_json", [](const std::string& text) { return policy_from_json(text); }, py::arg("text"))
      .def_static("preset", [](const std::string& name) { return revenue_policy::preset(name); }, py::arg("name"))
      .def_static("presets", &revenue_policy::presets)
      .def("to_json", [](const revenue_policy& p) { return to_json(p); })
      .def_property_readonly("fingerprint", [](const revenue_policy& p) { return fingerprint(p); });
}

}  // namespace

void bind_revenue(py::module_& m) {
  bind_policy(m);
  bind_ledger(m);
  bind_direct(m);
  m.attr("TICKS_PER_MINOR") = mrr::ticks_per_minor;
  m.def("price_to_mrr", &price_to_mrr, py::arg("amount_minor"), py::arg("every"), py::arg("unit"), py::arg("quantity"),
        py::arg("discount_basis_points"), py::arg("discount_minor"), py::arg("discount_term"), py::arg("policy"));
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
  m.def("unit_economics", &unit_economics, py::arg("spend_minor"), py::arg("customers"), py::arg("new_mrr_minor"),
        py::arg("gross_margin"), py::arg("arpa_minor"), py::arg("ltv_minor"), py::arg("churn"));
}

}  // namespace sojourn::python
