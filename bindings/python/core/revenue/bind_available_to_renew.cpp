// Churn over what was up for renewal.
#include "sojourn/revenue/available_to_renew.hpp"

#include <pybind11/stl.h>

#include "frames/words.hpp"
#include "revenue/bind_revenue.hpp"
#include "revenue/revenue_values.hpp"
#include "sojourn/revenue/named_rates.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

/// What was up for renewal in a window, from the rows of a ledger taken as terms.
retention_state due_accounts(const any_column& accounts, const any_column& starts, const any_column& ends,
                             const any_column& amounts, int exponent, std::int32_t from, std::int32_t to, std::int32_t as_of,
                             const std::vector<std::string>& names, const std::string& lost) {
  const auto rule = named<due_loss>("lost", lost);
  const py::gil_scoped_release released;
  account_index keys;
  const held_periods rows(keys, accounts, starts, ends, amounts, exponent, names);
  return with_keys(keys, [&] {
    return tally_available_to_renew(rows.view(), day{from}, day{to},
                                    {.as_of = day{as_of}, .accounts = keys.size(), .lost = rule});
  });
}

estimate due_estimate(const retention_state& due, const std::string& metric, const revenue_policy& policy, double level) {
  return share_of_due(due, named<due_share>("metric", metric), {policy, confidence_level{level}});
}

estimate due_rate(const retention_state& due, const std::string& metric, std::int32_t from, std::int32_t to,
                  const revenue_policy& policy, double level, const std::string& method) {
  using enum ledger_rate;
  const auto churn = named<ledger_rate>("metric", metric, {logo_churn, gross_mrr_churn, net_mrr_churn});
  return rate_of_due(due, churn, {day{from}, day{to}}, rate_options_of(policy, level, method));
}

}  // namespace

void bind_available_to_renew(py::module_& m) {
  m.def("available_to_renew", &due_accounts, py::arg("account"), py::arg("start"), py::arg("end"), py::arg("mrr"),
        py::arg("exponent"), py::arg("first_day"), py::arg("end_day"), py::arg("as_of"), py::arg("names"), py::arg("lost"));
  m.def("due_estimate", &due_estimate, py::arg("due"), py::arg("metric"), py::arg("policy"), py::arg("level"));
  m.def("due_rate", &due_rate, py::arg("due"), py::arg("metric"), py::arg("first_day"), py::arg("end_day"),
        py::arg("policy"), py::arg("level"), py::arg("method"));
}

}  // namespace sojourn::python
