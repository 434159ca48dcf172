#include "sojourn/input/spend_rows.hpp"

#include <cmath>
#include <string>

#include "detail/number_text.hpp"

namespace sojourn::inline v0_1 {
namespace {

void check_spend(const spend_rows& rows, std::size_t row, std::vector<problem>& found) {
  if (rows.mean.present(row) && !std::isnan(rows.mean[row]) && !(rows.mean[row] >= 0 && std::isfinite(rows.mean[row]))) {
    found.push_back({rows.mean.name_or("mean"), row, detail::number_text(rows.mean[row]),
                     "a mean amount is a number of 0 or more", "net refunds against their purchases"});
  }
  if (rows.x.present(row) && rows.x[row] < 0) {
    found.push_back({rows.x.name_or("x"), row, std::to_string(rows.x[row]), "a number of repeat purchases is 0 or more",
                     "count the purchases after the first one"});
  }
  if (!rows.count.empty() && rows.count.present(row) && rows.count[row] < 0) {
    found.push_back({rows.count.name_or("count"), row, std::to_string(rows.count[row]), "a count is 0 or more",
                     "count the customers that the row stands for"});
  }
}

}  // namespace

std::vector<problem> validate(const spend_rows& rows, std::size_t limit) {
  require_same_length(rows.mean, "mean", rows.x, "x");
  if (!rows.count.empty()) require_same_length(rows.mean, "mean", rows.count, "count");
  std::vector<problem> found;
  for (std::size_t row = 0; row < rows.x.size() && found.size() < limit; ++row) check_spend(rows, row, found);
  if (found.size() > limit) found.resize(limit);
  return found;
}

}  // namespace sojourn::inline v0_1
