#include <pybind11/stl.h>

#include <map>
#include <optional>

#include "bind.hpp"
#include "bind_state.hpp"
#include "frames/words.hpp"
#include "revenue/bind_ledger.hpp"
#include "sojourn/revenue/available_to_renew.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/revenue/lifetime_value.hpp"
#include "sojourn/revenue/renewal.hpp"
#include "sojourn/revenue/renewal_kinds.hpp"
#include "sojourn/revenue/sources/price.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

billing_unit unit_of(const std::string& word) {
  return named<billing_unit>("unit", word,
                             {{"day", billing_unit::day},
                              {"week", billing_unit::week},
                              {"month", billing_unit::month},
                              {"quarter", billing_unit::quarter},
                              {"year", billing_unit::year}});
}

py::dict price_to_mrr(std::int64_t amount_minor, std::int32_t every, const std::string& unit, std::int64_t quantity,
                      std::int32_t basis_points, std::int64_t off_minor, const std::string& term,
                      const revenue_policy& policy) {
  const auto lasts = named<discount_term>("discount_term", term,
                                          {{"recurring", discount_term::recurring}, {"one_time", discount_term::one_time}});
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

/// Columns of the caller by role; `exponent` of the currency.
py::dict kinds_of_renewals(const std::map<std::string, any_column>& columns, const std::map<std::string, std::string>& names,
                           int exponent, std::int32_t from, std::int32_t to, std::optional<std::int32_t> grace_days,
                           std::optional<std::int32_t> as_of, const revenue_policy& policy) {
  renewal_options options = renewal_rules(policy);
  if (grace_days) options.grace_days = *grace_days;
  if (as_of) options.as_of = day{*as_of};
  account_index keys;
  const auto days = [&](const char* role) {
    const auto found = columns.find(role);
    return found == columns.end() ? arrow::held_column<std::int32_t>{} : arrow::as_day(found->second, names.at(role));
  };
  const auto account = arrow::as_accounts(columns.at("account"), keys, names.at("account"));
  const auto value = arrow::as_minor(columns.at("value"), names.at("value"), exponent);
  const auto renewed_value = arrow::as_minor(columns.at("renewed_value"), names.at("renewed_value"), exponent);
  const auto end = days("term_end"), renewed_on = days("renewed_on"), start = days("term_start"),
             until = days("renewed_until");
  contract_details details{start.view(), until.view(), {}};
  if (const auto found = columns.find("auto_renewed"); found != columns.end()) {
    if (found->second.type() != arrow::kind::boolean) {
      throw schema_error("column \"" + names.at("auto_renewed") +
                         "\": whether a contract renewed by itself is true or false");
    }
    details.auto_renewed = found->second.view<std::uint8_t>(names.at("auto_renewed"));
  }
  const renewal_kinds k =
      count_renewal_kinds({account.view(), end.view(), value.view(), renewed_on.view(), renewed_value.view()}, details,
                          {day{from}, day{to}}, options);
  py::dict found(py::arg("co_terminated") = k.co_terminated);
  if (!details.term_start.empty()) found["multi_year_due"] = k.multi_year_due, found["term_known"] = k.term_known;
  if (!details.renewed_until.empty()) {
    found["multi_year_renewed"] = k.multi_year_renewed, found["renewed_term_known"] = k.renewed_term_known;
  }
  if (!details.auto_renewed.empty()) found["auto_renewed"] = k.auto_renewed, found["auto_known"] = k.auto_known;
  return found;
}

/// What was up for renewal in a window, from the rows of a ledger taken as terms.
retention_state due_accounts(const any_column& accounts, const any_column& starts, const any_column& ends,
                             const any_column& amounts, int exponent, std::int32_t from, std::int32_t to, std::int32_t as_of,
                             const std::vector<std::string>& names, const std::string& lost) {
  const auto rule =
      named<due_loss>("lost", lost, {{"at_end", due_loss::at_end}, {"no_later_term", due_loss::no_later_term}});
  const py::gil_scoped_release released;
  account_index keys;
  const auto account = arrow::as_accounts(accounts, keys, names.at(0));
  const auto start = arrow::as_day(starts, names.at(1));
  const auto end = arrow::as_day(ends, names.at(2));
  const auto amount = arrow::as_minor(amounts, names.at(3), exponent);
  return with_keys(keys, [&] {
    return tally_available_to_renew({account.view(), start.view(), end.view(), amount.view()}, day{from}, day{to},
                                    {.as_of = day{as_of}, .accounts = keys.size(), .lost = rule});
  });
}

estimate due_estimate(const retention_state& due, const std::string& metric, const revenue_policy& policy, double level) {
  rate_options options{policy, confidence_level{level}};
  if (metric == "logo_churn") return logo_churn_of_due(due, options);
  const bool lost_only = metric == "mrr_churn";
  if (!lost_only && metric != "gross_mrr_churn") throw schema_error("no metric \"" + metric + "\"");
  if (due.opening == 0) return undefined_estimate(undefined_reason::no_observations, options.level);
  return ratio(loss_ratio(due, lost_only ? due.left : due.gross), {.level = options.level});
}

/// Churn of what was up for renewal in the days [from, to), as a ledger shows it.
estimate due_rate(const retention_state& due, const std::string& metric, std::int32_t from, std::int32_t to,
                  const revenue_policy& policy, double level, const std::string& method) {
  const auto interval = named<ratio_interval>(
      "method", method, {{"score", ratio_interval::score}, {"linearised", ratio_interval::linearised}});
  const rate_options options{policy, confidence_level{level}, interval};
  const estimate rate = metric == "logo_churn"        ? logo_churn_of_due(due, options)
                        : metric == "gross_mrr_churn" ? gross_mrr_churn_of_due(due, options)
                                                      : net_mrr_churn_of_due(due, options);
  return annual_rate(rate, policy.annualise, windows_a_year({day{from}, day{to}}));
}

using spans = std::vector<std::pair<std::int32_t, std::int32_t>>;

spans windows_of_ltv(const revenue_policy& policy, std::int32_t from, std::int32_t to) {
  spans all;
  for (const day_window w : ltv_windows(policy, day{from}, day{to})) all.push_back({w.from.since_epoch, w.to.since_epoch});
  return all;
}

/// (lifetime value, churn a month) from ARPA and the churn of each window.
std::pair<estimate, estimate> ltv(const estimate& arpa_minor, const spans& windows, const std::vector<estimate>& churn,
                                  double margin, const revenue_policy& policy, std::optional<std::int32_t> cap_months,
                                  double level) {
  std::vector<day_window> days;
  for (const auto& [from, to] : windows) days.push_back({day{from}, day{to}});
  const estimate monthly = churn_a_month(days, churn);
  return {lifetime_value(arpa_minor, monthly, margin, {policy, confidence_level{level}, cap_months}), monthly};
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

}  // namespace

void bind_revenue(py::module_& m) {
  bind_policy(m);
  bind_ledger(m);
  bind_contributors(m);
  bind_history(m);
  bind_comparison(m);
  bind_retention(m);
  bind_reconcile(m);
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
  m.def("renewal_kinds", &kinds_of_renewals, py::arg("columns"), py::arg("names"), py::arg("exponent"), py::arg("first_day"),
        py::arg("end_day"), py::arg("grace_days"), py::arg("as_of"), py::arg("policy"));
  m.def("available_to_renew", &due_accounts, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"),
        py::arg("exponent"), py::arg("first_day"), py::arg("end_day"), py::arg("as_of"), py::arg("names"), py::arg("lost"));
  m.def("due_estimate", &due_estimate, py::arg("due"), py::arg("metric"), py::arg("policy"), py::arg("level"));
  m.def("due_rate", &due_rate, py::arg("due"), py::arg("metric"), py::arg("first_day"), py::arg("end_day"),
        py::arg("policy"), py::arg("level"), py::arg("method"));
  m.def("ltv_windows", &windows_of_ltv, py::arg("policy"), py::arg("first_day"), py::arg("end_day"));
  m.def("ltv", &ltv, py::arg("arpa"), py::arg("windows"), py::arg("churn"), py::arg("margin"), py::arg("policy"),
        py::arg("cap_months"), py::arg("level"));
  m.def("unit_economics", &unit_economics, py::arg("spend_minor"), py::arg("customers"), py::arg("new_mrr_minor"),
        py::arg("gross_margin"), py::arg("arpa_minor"), py::arg("ltv_minor"), py::arg("churn"));
}

}  // namespace sojourn::python
