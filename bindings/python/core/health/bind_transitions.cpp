// Movements between tiers for Python.
#include "sojourn/health/book/transitions.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frames/table.hpp"
#include "health/account_columns.hpp"
#include "health/bind_health.hpp"
#include "health/tier_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

py::dict transitions(const any_column& previous, const any_column& current, const std::vector<std::string>& order,
                     const std::optional<any_column>& before, const std::optional<any_column>& now, double level) {
  std::vector<h::tier_code> then = tier_codes(previous, order, "previous", h::no_tier),
                            here = tier_codes(current, order, "current", h::no_tier);
  if (before && now) std::tie(then, here) = match(*before, *now).join(then, here);
  const h::transition_state state = h::tally_transitions(then, here);
  std::vector<std::string> rows = order, columns = order;
  rows.insert(rows.end(), {"unknown", "new"});
  columns.insert(columns.end(), {"unknown", "lost"});
  named_columns matrix;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    std::vector<std::int64_t> counts;
    for (std::size_t r = 0; r < rows.size(); ++r)
      counts.push_back(state.counts[h::position_in_state(r, order.size())][h::position_in_state(c, order.size())]);
    matrix.add(columns[c].c_str(), std::move(counts));
  }
  const h::movement moved = h::movements(state, confidence_level{level});
  py::dict out;
  out["rows"] = any_column::from(std::move(rows));
  out["matrix"] = matrix.columns();
  out["both"] = moved.both;
  out["upgrades"] = moved.upgrades;
  out["downgrades"] = moved.downgrades;
  out["staying"] = moved.staying;
  return out;
}

}  // namespace

void bind_transitions(py::module_& m) {
  m.def("tier_transitions", &transitions, py::arg("previous"), py::arg("current"), py::arg("tiers"),
        py::arg("previous_accounts"), py::arg("current_accounts"), py::arg("level"));
}

}  // namespace sojourn::python
