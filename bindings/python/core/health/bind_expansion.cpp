// Who could grow, for Python.
#include "sojourn/health/book/expansion.hpp"

#include <pybind11/stl.h>

#include <string>
#include <vector>

#include "frames/table.hpp"
#include "health/bind_monday.hpp"
#include "health/tier_columns.hpp"
#include "sojourn/arrow/role_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

namespace h = health;

py::dict ready_to_expand(const arrow::roles& given, const std::vector<std::string>& tiers, const std::string& tier,
                         double share) {
  arrow::role_columns columns(given);
  const std::vector<h::tier_code> codes = tier_codes(columns.at("tier"), tiers, "tier", h::no_tier);
  h::expansion_options options;
  options.share = share;
  options.tier = tier_codes(arrow::any_column::from(std::vector<std::string>{tier}), tiers, "tier", h::no_tier).front();
  h::expansion_input rows;
  rows.tier = codes;
  rows.used = columns.doubles("used");
  rows.bought = columns.doubles("bought");
  rows.value = columns.int64("value");
  const h::expansion_list list = h::ready_to_expand(rows, options);
  py::dict found = table(list.candidates)
                       .add("row", [](const h::expansion_candidate& one) { return static_cast<std::int64_t>(one.row); })
                       .add("use", &h::expansion_candidate::use)
                       .columns();
  return py::dict(py::arg("columns") = found, py::arg("unknown") = list.unknown);
}

}  // namespace

void bind_expansion(py::module_& m) {
  m.def("ready_to_expand", &ready_to_expand, py::arg("columns"), py::arg("tiers"), py::arg("tier"), py::arg("share"));
}

}  // namespace sojourn::python
