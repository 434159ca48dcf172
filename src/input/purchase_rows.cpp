#include "sojourn/input/purchase_rows.hpp"

#include <cmath>
#include <string>

#include "detail/number_text.hpp"

namespace sojourn::inline v0_1 {
namespace {

bool time_given(const column<double>& values, std::size_t row) {
  return values.present(row) && !std::isnan(values[row]);
}

void check_purchases(const purchase_rows& rows, std::size_t row, std::vector<problem>& found) {
  const bool has_x = rows.x.present(row), has_last = time_given(rows.t_x, row), has_end = time_given(rows.T, row);
  if (has_x && rows.x[row] < 0) {
    found.push_back({rows.x.name_or("x"), row, std::to_string(rows.x[row]), "a number of repeat purchases is 0 or more",
                     "count the purchases after the first one"});
  }
  if (has_end && !(rows.T[row] >= 0 && std::isfinite(rows.T[row]))) {
    found.push_back({rows.T.name_or("T"), row, detail::number_text(rows.T[row]), "a time is a number of 0 or more",
                     "count time from the first purchase"});
  }
  if (has_last && !(rows.t_x[row] >= 0 && std::isfinite(rows.t_x[row]))) {
    found.push_back({rows.t_x.name_or("t_x"), row, detail::number_text(rows.t_x[row]), "a time is a number of 0 or more",
                     "count time from the first purchase"});
  } else if (has_last && has_end && rows.t_x[row] > rows.T[row]) {
    found.push_back({rows.t_x.name_or("t_x"), row, detail::number_text(rows.t_x[row]),
                     "the last purchase lies within the time watched (T = " + detail::number_text(rows.T[row]) + ")",
                     "give both in one unit, from the first purchase on"});
  } else if (has_last && has_x && rows.x[row] == 0 && rows.t_x[row] != 0) {
    found.push_back({rows.t_x.name_or("t_x"), row, detail::number_text(rows.t_x[row]), "t_x is 0 where x is 0",
                     "without repeat purchases the last purchase is the first one"});
  }
  if (!rows.count.empty() && rows.count.present(row) && rows.count[row] < 0) {
    found.push_back({rows.count.name_or("count"), row, std::to_string(rows.count[row]), "a count is 0 or more",
                     "count the customers that the row stands for"});
  }
}

}  // namespace

std::vector<problem> validate(const purchase_rows& rows, std::size_t limit) {
  require_same_length(rows.x, "x", rows.t_x, "t_x");
  require_same_length(rows.x, "x", rows.T, "T");
  if (!rows.count.empty()) require_same_length(rows.x, "x", rows.count, "count");
  std::vector<problem> found;
  for (std::size_t row = 0; row < rows.x.size() && found.size() < limit; ++row) check_purchases(rows, row, found);
  if (found.size() > limit) found.resize(limit);
  return found;
}

}  // namespace sojourn::inline v0_1
