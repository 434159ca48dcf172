// What winning customers costs, and what they bring.
#include "sojourn/revenue/economics.hpp"

#include <pybind11/stl.h>

#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "frames/number_or_none.hpp"
#include "frames/table.hpp"
#include "revenue/bind_revenue.hpp"
#include "sojourn/revenue/economics_targets.hpp"
#include "sojourn/stats/target_check.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using number_or_estimate = std::variant<estimate, double>;

/// A plain number has no interval.
estimate estimate_from(const number_or_estimate& given) {
  if (const auto* found = std::get_if<estimate>(&given)) return *found;
  estimate e;
  e.value = std::get<double>(given);
  e.n = 1;
  return e;
}

py::dict unit_economics(std::int64_t spend_minor, std::int64_t customers, std::int64_t new_mrr_minor, double gross_margin,
                        const std::optional<number_or_estimate>& arpa_minor,
                        const std::optional<number_or_estimate>& ltv_minor, const std::optional<number_or_estimate>& churn) {
  const acquisition won{money{spend_minor}, customers, mrr::from_minor(new_mrr_minor)};
  py::dict result;
  result["acquisition_cost"] = acquisition_cost(won);
  result["payback_months"] = payback_months(won, gross_margin);
  if (arpa_minor)
    result["payback_months_per_customer"] = payback_months_per_customer(won, estimate_from(*arpa_minor), gross_margin);
  if (ltv_minor) result["ltv_to_cac"] = ltv_to_cac(estimate_from(*ltv_minor), won);
  if (churn) result["customer_lifetime"] = customer_lifetime(estimate_from(*churn));
  return result;
}

/// One row per number, beside its target; NaN where a side of the target is open.
struct checked_number {
  std::string metric;
  estimate of;
  std::optional<target_range> target;
  std::optional<target_check> found;
};

/// A side of a target; none where it is open.
std::optional<double> finite_or_missing(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

py::dict check_targets(const std::vector<std::string>& names, const std::vector<number_or_estimate>& numbers,
                       const std::vector<std::optional<std::pair<double, double>>>& targets) {
  std::vector<checked_number> rows;
  rows.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    checked_number row{.metric = names[i], .of = estimate_from(numbers[i]), .target = {}, .found = {}};
    if (targets[i]) {
      row.target = target_range(targets[i]->first, targets[i]->second);
      row.found = check_target(row.of, *row.target);
    }
    rows.push_back(std::move(row));
  }
  const auto side = [](double target_range::* of) {
    return [of](const checked_number& row) { return row.target ? finite_or_missing((*row.target).*of) : std::nullopt; };
  };
  return table(rows)
      .add("metric", &checked_number::metric)
      .add("value", [](const checked_number& row) { return number_or_none(row.of.value); })
      .add("low", [](const checked_number& row) { return number_or_none(row.of.low); })
      .add("high", [](const checked_number& row) { return number_or_none(row.of.high); })
      .add("at_least", side(&target_range::at_least))
      .add("at_most", side(&target_range::at_most))
      .add("verdict",
           [](const checked_number& row) { return std::string(row.found ? word_of(row.found->verdict) : "no target"); })
      .add("reason",
           [](const checked_number& row) {
             return row.found ? row.found->reason : std::string("none is usual, none was given");
           })
      .columns();
}

}  // namespace

void bind_economics(py::module_& m) {
  m.def("unit_economics", &unit_economics, py::arg("spend_minor"), py::arg("customers"), py::arg("new_mrr_minor"),
        py::arg("gross_margin"), py::arg("arpa_minor"), py::arg("ltv_minor"), py::arg("churn"));
  m.def("check_targets", &check_targets, py::arg("names"), py::arg("numbers"), py::arg("targets"));
  m.def("economics_targets", [] {
    py::dict usual;
    for (const economics_target& one : economics_targets)
      usual[py::str(std::string(one.metric))] = py::make_tuple(one.target.at_least, one.target.at_most);
    return usual;
  });
}

}  // namespace sojourn::python
