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

py::dict price_to_mrr(std::int64_t amount_minor, std::int32_t every, const std::string& unit, std::int64_t quantity) {
  const auto word = named<billing_unit>("unit", unit, {{"day", billing_unit::day}, {"week", billing_unit::week},
    {"month", billing_unit::month}, {"quarter", billing_unit::quarter}, {"year", billing_unit::year}});
  const price_mrr found = mrr_from_price({amount_minor, every, word, quantity});
  return py::dict(py::arg("ticks") = found.value.ticks(), py::arg("residue_numerator") = found.residue_numerator,
                  py::arg("residue_denominator") = found.residue_denominator);
}

renewal_state renewals(const any_column& accounts, const any_column& ends, const any_column& values,
                       const any_column& renewals_on, const any_column& renewed_values, int exponent, std::int32_t from,
                       std::int32_t to, std::int32_t grace_days, std::optional<std::int32_t> as_of, const std::string& unit,
                       const std::vector<std::string>& names) {
  renewal_options options;
  options.grace_days = grace_days;
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

template <class T>
T field(const py::dict& fields, const char* name) {
  return fields[name].cast<T>();
}

}  // namespace

revenue_policy policy_of(const py::dict& fields) {
  using text = std::string;
  revenue_policy p;
  p.movements = named<movement_mode>("movement_mode", field<text>(fields, "movement_mode"),
    {{"gross_events", movement_mode::gross_events}, {"net_endpoints", movement_mode::net_endpoints}});
  p.new_and_churned = named<same_period_new_churn>("same_period_new_churn", field<text>(fields, "same_period_new_churn"),
    {{"count_both", same_period_new_churn::count_both}, {"drop", same_period_new_churn::drop}});
  if (!fields["reactivation_max_gap"].is_none())
    p.reactivation_max_gap = field<std::int32_t>(fields, "reactivation_max_gap");
  p.logo_denominator = named<logo_denominator>("logo_denominator", field<text>(fields, "logo_denominator"),
    {{"start", logo_denominator::start}, {"start_plus_new", logo_denominator::start_plus_new}});
  p.mrr_churn_cap = named<mrr_churn_cap>("mrr_churn_cap", field<text>(fields, "mrr_churn_cap"),
    {{"opening_mrr", mrr_churn_cap::opening_mrr}, {"none", mrr_churn_cap::none}});
  p.net_churn = named<net_churn>("net_churn", field<text>(fields, "net_churn"), {{"cohort", net_churn::cohort},
    {"with_reactivation", net_churn::with_reactivation}, {"expansion_only", net_churn::expansion_only}});
  p.grr = named<grr_basis>("grr", field<text>(fields, "grr"),
                           {{"account_min", grr_basis::account_min}, {"churn_only", grr_basis::churn_only}});
  p.quick_ratio_reactivation = named<quick_ratio_reactivation>(
      "quick_ratio_reactivation", field<text>(fields, "quick_ratio_reactivation"),
      {{"include", quick_ratio_reactivation::include}, {"exclude", quick_ratio_reactivation::exclude}});
  if (!p.canonical()) throw schema_error("reactivation_max_gap: a number of days is never negative");
  return p;
}

void bind_revenue(py::module_& m) {
  bind_ledger(m);
  m.attr("TICKS_PER_MINOR") = mrr::ticks_per_minor;
  m.def("price_to_mrr", &price_to_mrr, py::arg("amount_minor"), py::arg("every"), py::arg("unit"), py::arg("quantity"));
  m.def("check_policy", [](const py::dict& fields) { (void)policy_of(fields); }, py::arg("policy"));
  bind_state<renewal_state>(m, "RenewalState", "Due contracts by what became of them.")
      .def("counts", &renewal_counts)
      .def("logo", [](const renewal_state& s, double level) { return logo_renewal(s, confidence_level{level}); })
      .def("gross_dollar",
           [](const renewal_state& s, double level) { return gross_dollar_renewal(s, confidence_level{level}); })
      .def("net_dollar",
           [](const renewal_state& s, double level) { return net_dollar_renewal(s, confidence_level{level}); });
  m.def("tally_renewals", &renewals, py::arg("account"), py::arg("term_end"), py::arg("value"), py::arg("renewed_on"),
        py::arg("renewed_value"), py::arg("exponent"), py::arg("first_day"), py::arg("end_day"), py::arg("grace_days"),
        py::arg("as_of"), py::arg("unit"), py::arg("names"));
  m.def("unit_economics", &unit_economics, py::arg("spend_minor"), py::arg("customers"), py::arg("new_mrr_minor"),
        py::arg("gross_margin"), py::arg("arpa_minor"), py::arg("ltv_minor"), py::arg("churn"));
}

}  // namespace sojourn::python
