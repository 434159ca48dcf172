// Movements between tiers in money, and the shares they are made of, for Python.
#include "sojourn/health/book/transition_values.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "health/account_columns.hpp"
#include "health/bind_health.hpp"
#include "health/tier_columns.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

py::dict read_out(const h::transition_value_state& state, const std::vector<std::string>& order) {
  std::vector<std::string> columns = order;
  columns.insert(columns.end(), {"unknown", "lost"});
  py::dict matrix;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    py::list cells;
    for (std::size_t r = 0; r < columns.size(); ++r)
      cells.append(exact(state.values[h::position_in_state(r, order.size())][h::position_in_state(c, order.size())]));
    matrix[py::str(columns[c])] = cells;
  }
  const h::value_movement moved = h::movements(state);
  py::dict out;
  out["matrix"] = matrix;
  out["missing"] = state.missing;
  out["both"] = exact(moved.both);
  out["upgraded"] = exact(moved.upgraded);
  out["downgraded"] = exact(moved.downgraded);
  out["staying_share"] = moved.staying_share;
  return out;
}

py::dict transition_values(const any_column& previous, const any_column& current, const std::vector<std::string>& order,
                           const std::optional<any_column>& before, const std::optional<any_column>& now,
                           const std::optional<any_column>& value_then, const any_column& value_now) {
  std::vector<h::tier_code> then = tier_codes(previous, order, "previous", h::no_tier),
                            here = tier_codes(current, order, "current", h::no_tier);
  any_column value = value_now;
  if (before && now) {
    const h::two_cycles both = match(*before, *now);
    std::tie(then, here) = both.join(then, here);
    if (value_then) {
      const auto old_values = arrow::as_int64(*value_then, "weights"), new_values = arrow::as_int64(value_now, "weights");
      h::joined_values joined = both.join(old_values.view(), new_values.view());
      value = any_column::from(std::move(joined.value), joined.present);
    }
  }
  const auto held = arrow::as_int64(value, "weights");
  return read_out(h::tally_transition_values(then, here, held.view()), order);
}

py::dict transition_rates(const std::vector<std::vector<std::int64_t>>& counts, double prior) {
  const std::size_t tiers = counts.size() - 2;
  h::transition_state state;
  for (std::size_t a = 0; a < counts.size(); ++a) {
    for (std::size_t b = 0; b < counts.size(); ++b)
      state.counts[h::position_in_state(a, tiers)][h::position_in_state(b, tiers)] = counts[a].at(b);
  }
  const h::transition_rates found = h::rates(state, tiers, prior);
  py::list columns;
  for (std::size_t b = 0; b < found.positions; ++b) {
    std::vector<double> column;
    for (std::size_t a = 0; a < found.positions; ++a) column.push_back(found.at(a, b));
    columns.append(any_column::from(std::move(column)));
  }
  py::dict out;
  out["columns"] = columns;
  out["dwell"] = any_column::from(std::vector<double>(found.dwell));
  return out;
}

}  // namespace

void bind_transition_values(py::module_& m) {
  m.def("tier_transition_values", &transition_values, py::arg("previous"), py::arg("current"), py::arg("tiers"),
        py::arg("previous_accounts"), py::arg("current_accounts"), py::arg("previous_values"), py::arg("current_values"));
  m.def("tier_transition_rates", &transition_rates, py::arg("counts"), py::arg("prior"));
}

}  // namespace sojourn::python
