#include "health/signal_parts.hpp"

#include <cstdint>
#include <utility>

#include "sojourn/input/outcomes.hpp"

namespace sojourn::python {

using arrow::any_column;
namespace h = health;

any_column outcome_bytes(const any_column& source) {
  if (source.type() == arrow::kind::boolean) return source;
  const auto numbers = arrow::as_int32(source, "outcome");
  const auto view = numbers.view();
  std::vector<std::uint8_t> present(view.size());
  for (std::size_t row = 0; row < present.size(); ++row) present[row] = static_cast<std::uint8_t>(view.present(row));
  return any_column::booleans(read_outcomes(view), present);
}

h::contributions parts_of(const std::vector<any_column>& points, const std::vector<any_column>& lost) {
  h::contributions parts;
  parts.signals = points.size();
  parts.rows = points.empty() ? 0 : points.front().size();
  const auto append = [](const std::vector<any_column>& from, std::vector<double>& to) {
    for (const any_column& one : from) {
      const auto held = arrow::as_double(one, "signal");
      to.insert(to.end(), held.view().values().begin(), held.view().values().end());
    }
  };
  append(points, parts.points);
  append(lost, parts.lost);
  return parts;
}

h::normalised_signals matrix_of(const std::vector<any_column>& points, const std::vector<any_column>& lost) {
  return h::detail::values_of(parts_of(points, lost));
}

}  // namespace sojourn::python
