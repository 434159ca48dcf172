#include "lifetime/held_triangle.hpp"

#include <limits>
#include <utility>

namespace sojourn::python {

age_triangle triangle_of_rows(const std::vector<arrow::any_column>& rows) {
  std::vector<std::vector<double>> cells;
  for (const arrow::any_column& row : rows) {
    const auto held = arrow::as_double(row, "triangle");
    const column<double> values = held.view();
    std::vector<double>& own = cells.emplace_back();
    for (std::size_t age = 0; age < values.size(); ++age)
      own.push_back(values.present(age) ? values[age] : std::numeric_limits<double>::quiet_NaN());
  }
  return age_triangle(std::move(cells));
}

}  // namespace sojourn::python
