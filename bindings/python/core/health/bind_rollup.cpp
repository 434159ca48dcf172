// Scores and tiers rolled up along parents, for Python.
#include "sojourn/health/book/rollup.hpp"

#include <pybind11/stl.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "frames/table.hpp"
#include "health/bind_health.hpp"
#include "health/tier_columns.hpp"
#include "sojourn/arrow/role_columns.hpp"
#include "sojourn/domain/shown_value.hpp"
#include "sojourn/health/card/tier_names.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

namespace h = health;

py::dict rollup(const arrow::roles& given, const std::string& method, bool self, const std::string& zero,
                const std::string& negative) {
  arrow::role_columns columns(given);
  const auto parent = columns.int32("parent");
  const auto score = columns.doubles("score"), coverage = columns.doubles("coverage");
  const auto weight = columns.int64("weight");
  h::rollup_options options;
  options.method = named<h::rollup_method>("method", method);
  options.self = self ? h::include_self::yes : h::include_self::no;
  options.zero = named<h::zero_weights>("zero_weights", zero);
  options.negative = named<h::negative_weights>("negative_weights", negative);
  h::rolled_up r;
  {
    const py::gil_scoped_release release;
    r = h::rollup(h::hierarchy(parent.values()), {score, coverage, weight}, options);
  }
  named_columns out;
  out.add("score", std::move(r.score)).add("coverage", std::move(r.coverage));
  if (weight.size() > 0) out.add("weight", std::move(r.weight));
  return out.add("children", std::move(r.children)).add("missing", std::move(r.missing)).columns();
}

py::dict rollup_tiers(const arrow::roles& given, const std::vector<std::string>& order, const std::string& wanted,
                      const std::string& match, bool self, const std::string& negative) {
  arrow::role_columns columns(given);
  const auto parent = columns.int32("parent");
  const std::vector<h::tier_code> tier = tier_codes(columns.at("tier"), order, "tier", h::no_tier);
  const auto weight = columns.int64("weight");
  const auto shares = h::rollup_tiers(
      h::hierarchy(parent.values()), tier, h::tier_named(order, wanted), named<h::tier_match>("match", match),
      self ? h::include_self::yes : h::include_self::no, weight, named<h::negative_weights>("negative_weights", negative));
  auto out = table(shares);
  out.add("count", &h::tier_share::count)
      .add("known", &h::tier_share::known)
      .add("unknown", &h::tier_share::unknown)
      .add("share", &h::tier_share::share);
  if (weight.size() > 0) out.add("weight_share", &h::tier_share::weight_share);
  return out.columns();
}

/// Where a share, as it is shown, reaches the threshold; missing where there is none.
arrow::any_column reached(const arrow::any_column& shares, double threshold) {
  const std::vector<double> values = doubles_of(shares, "share");
  std::vector<std::uint8_t> found(values.size()), present(values.size());
  for (std::size_t row = 0; row < values.size(); ++row) {
    present[row] = static_cast<std::uint8_t>(!std::isnan(values[row]));
    found[row] = static_cast<std::uint8_t>(compare_shown(values[row], threshold) >= 0);
  }
  return arrow::any_column::booleans(std::move(found), present);
}

}  // namespace

void bind_rollup(py::module_& m) {
  m.def("rollup", &rollup, py::arg("columns"), py::arg("method"), py::arg("include_self"), py::arg("zero_weights"),
        py::arg("negative_weights"));
  m.def("rollup_tiers", &rollup_tiers, py::arg("columns"), py::arg("tiers"), py::arg("wanted"), py::arg("match"),
        py::arg("include_self"), py::arg("negative_weights"));
  m.def("reached", &reached, py::arg("shares"), py::arg("threshold"));
}

}  // namespace sojourn::python
