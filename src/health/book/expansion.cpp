#include "sojourn/health/book/expansion.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

#include "detail/number_text.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/domain/shown_value.hpp"

namespace sojourn::inline v0_1::health {
namespace {

double amount_in(std::span<const double> amounts, std::size_t row, const char* what) {
  const double amount = amounts[row];
  if (amount < 0 || std::isinf(amount))
    throw data_error({what, row, sojourn::detail::number_text(amount), "must be a number from 0", ""});
  return amount;
}

}  // namespace

expansion_list ready_to_expand(const expansion_input& rows, const expansion_options& options) {
  const std::size_t n = rows.tier.size();
  if (rows.used.size() != n || rows.bought.size() != n || (!rows.value.empty() && rows.value.size() != n)) {
    throw schema_error("tier, used, bought and value differ in length: " + std::to_string(n) + ", " +
                       std::to_string(rows.used.size()) + ", " + std::to_string(rows.bought.size()) + " and " +
                       std::to_string(rows.value.size()));
  }
  if (!(options.share > 0) || std::isinf(options.share)) throw schema_error("share must be a number above 0");
  expansion_list list;
  for (std::size_t row = 0; row < n; ++row) {
    const double used = amount_in(rows.used, row, "used"), bought = amount_in(rows.bought, row, "bought");
    if (rows.tier[row] >= max_tiers || rows.tier[row] < options.tier) continue;
    if (std::isnan(used) || !(bought > 0)) {
      ++list.unknown;
      continue;
    }
    if (compare_shown(used / bought, options.share) >= 0) list.candidates.push_back({row, used / bought});
  }
  const auto key = [&rows](const expansion_candidate& one) {
    const bool known = !rows.value.empty() && rows.value.present(one.row);
    return std::tuple(known ? -rows.value[one.row] : std::int64_t{0}, -one.use, one.row);
  };
  std::sort(list.candidates.begin(), list.candidates.end(),
            [&key](const expansion_candidate& a, const expansion_candidate& b) { return key(a) < key(b); });
  return list;
}

}  // namespace sojourn::inline v0_1::health
