#include "lifetime/held_exits.hpp"

#include <utility>
#include <vector>

namespace sojourn::python {

held_exits::held_exits(const arrow::any_column& times, arrow::held_column<std::uint32_t> causes,
                       const optional_column& entries, const optional_column& weights, const optional_column& counts)
    : time(arrow::as_double(times, "time")), cause(std::move(causes)) {
  if (entries) entry = arrow::as_double(*entries, "entry");
  if (weights) weight = arrow::as_double(*weights, "weights");
  if (counts) count = arrow::as_int64(*counts, "count");
  // An empty column would otherwise look like one that was not given.
  if (entries) require_same_length(time.view(), "time", entry.view(), "entry");
  if (weights) require_same_length(time.view(), "time", weight.view(), "weights");
  if (counts) require_same_length(time.view(), "time", count.view(), "count");
}

exits held_exits::view() const {
  exits rows{time.view(), cause.view()};
  if (entry.size() != 0) rows.entry = entry.view();
  if (weight.size() != 0) rows.weight = weight.view();
  if (count.size() != 0) rows.count = count.view();
  return rows;
}

arrow::held_column<std::uint32_t> event_codes(const arrow::any_column& events) {
  const auto flags = arrow::as_flag(events, "event", event_rule);
  const auto view = flags.view();
  std::vector<std::uint32_t> codes(view.size());
  std::vector<std::uint8_t> present(view.size());
  for (std::size_t row = 0; row < view.size(); ++row) {
    present[row] = static_cast<std::uint8_t>(view.present(row));
    if (view.present(row)) codes[row] = view[row] != 0 ? 1 : 0;
  }
  return {arrow::any_column::from(std::move(codes), present), "event"};
}

}  // namespace sojourn::python
