#include "lifetime/purchase_cells.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

#include "detail/number_text.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// More opportunities than this are days of a century: the sums over them would take for ever.
constexpr double largest_opportunity = 100'000;

void require_opportunities(const purchase_rows& rows, std::size_t row) {
  const double last = rows.t_x[row], all = rows.T[row];
  const auto refuse = [&](const column<double>& in, std::string_view name, double value, std::string rule) {
    throw data_error({in.name_or(name), row, number_text(value), std::move(rule),
                      "bgbb counts opportunities: T of them, of which x were taken, the last one at t_x"});
  };
  if (std::floor(all) != all) refuse(rows.T, "T", all, "a number of opportunities is whole");
  if (all > largest_opportunity) refuse(rows.T, "T", all, "at most 100,000 opportunities");
  if (std::floor(last) != last) refuse(rows.t_x, "t_x", last, "the number of an opportunity is whole");
  if (static_cast<double>(rows.x[row]) > last)
    refuse(rows.t_x, "t_x", last, "at least x opportunities until the last one taken");
}

struct sorted_purchases {
  std::int64_t x;
  double t_x, T;
  std::int64_t count;
  std::uint32_t row;

  [[nodiscard]] auto key() const { return std::tie(x, t_x, T); }
};

}  // namespace

purchase_cells count_cells(const purchase_rows& rows, bool whole, bool with_rows) {
  if (const auto broken = validate(rows, 1); !broken.empty()) throw data_error(broken.front());
  const std::size_t n = rows.x.size();
  if (n >= purchase_cell::none) throw schema_error("purchases: at most 4,294,967,294 rows at once");
  purchase_cells found;
  if (with_rows) found.of_row.assign(n, purchase_cell::none);
  std::vector<sorted_purchases> sorted;
  sorted.reserve(n);
  for (std::size_t row = 0; row < n; ++row) {
    const bool counted = rows.count.empty() || rows.count.present(row);
    if (!rows.x.present(row) || !rows.t_x.present(row) || !rows.T.present(row) || std::isnan(rows.t_x[row]) ||
        std::isnan(rows.T[row]) || !counted) {
      ++found.rows_missing;
      continue;
    }
    const std::int64_t count = rows.count.empty() ? 1 : rows.count[row];
    if (count == 0) continue;
    if (whole) require_opportunities(rows, row);
    // Adding 0 makes one zero of two.
    sorted.push_back({rows.x[row], rows.t_x[row] + 0.0, rows.T[row] + 0.0, count, static_cast<std::uint32_t>(row)});
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const sorted_purchases& a, const sorted_purchases& b) { return a.key() < b.key(); });
  for (const sorted_purchases& one : sorted) {
    const bool first =
        found.cells.empty() || std::tie(found.cells.back().x, found.cells.back().t_x, found.cells.back().T) != one.key();
    if (first) found.cells.push_back({one.x, one.t_x, one.T, 0});
    found.cells.back().count += one.count;
    if (with_rows) found.of_row[one.row] = static_cast<std::uint32_t>(found.cells.size() - 1);
  }
  for (const purchase_cell& cell : found.cells) {
    found.customers += cell.count;
    found.purchases += cell.count * cell.x;
    found.watched += static_cast<double>(cell.count) * cell.T;
  }
  return found;
}

}  // namespace sojourn::inline v0_1::detail
