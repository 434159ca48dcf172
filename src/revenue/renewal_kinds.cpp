#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/revenue/renewal_kinds.hpp"

namespace sojourn::inline v0_1 {
namespace {

template <class T>
bool known(const column<T>& where, std::size_t row) {
  return !where.empty() && where.present(row);
}

template <class T>
void require_length(const contracts& terms, const column<T>& optional, const char* name) {
  if (!optional.empty()) require_same_length(terms.account, "account", optional, name);
}

// The same day a year on; the last of its month where there is none.
std::int32_t year_after(std::int32_t since_epoch) {
  const day start{since_epoch};
  const month from = month::of(start);
  const std::int32_t next = (from + months{12}).first_day().since_epoch;
  const std::int32_t length = (from + months{13}).first_day().since_epoch - next;
  return next + std::min(start - from.first_day(), length - 1);
}

void require_order(std::int32_t first, std::int32_t end, const column<std::int32_t>& where, const char* name,
                   std::size_t row) {
  if (first < end) return;
  throw data_error({where.name_or(name), row, to_string(day{where[row]}), "a term ends after its start",
                    "it would run from " + to_string(day{first}) + " to " + to_string(day{end})});
}

}  // namespace

renewal_kinds count_renewal_kinds(const contracts& terms, const contract_details& details, renewal_window window,
                                  const renewal_options& options) {
  const renewal_state state = tally_renewals(terms, window, options);  // checks every row
  require_length(terms, details.term_start, "term_start");
  require_length(terms, details.renewed_until, "renewed_until");
  require_length(terms, details.auto_renewed, "auto_renewed");
  renewal_kinds kinds;
  kinds.due = state.contracts_due;
  kinds.renewed = state.early + state.on_time + state.late;
  const std::int32_t horizon = options.as_of.named() ? options.as_of.named()->since_epoch : INT32_MAX;
  std::vector<std::tuple<std::uint32_t, std::int32_t, std::int32_t>> renewals;  // account, from, end of the old term
  for (std::size_t row = 0; row < terms.account.size(); ++row) {
    const std::int32_t end = terms.term_end[row];
    if (end < window.from.since_epoch || end >= window.to.since_epoch) continue;
    if (known(details.term_start, row)) {
      require_order(details.term_start[row], end, details.term_start, "term_start", row);
      ++kinds.term_known;
      kinds.multi_year_due += end > year_after(details.term_start[row]) ? 1 : 0;
    }
    const bool renewed = terms.renewed_on.present(row) && terms.renewed_on[row] < horizon &&
                         terms.renewed_on[row] <= end + options.grace_days && terms.renewed_value[row] > 0;
    if (!renewed) continue;
    const std::int32_t from = terms.renewed_on[row];
    renewals.emplace_back(terms.account[row], from, end);
    if (known(details.renewed_until, row)) {
      require_order(from, details.renewed_until[row], details.renewed_until, "renewed_until", row);
      ++kinds.renewed_term_known;
      kinds.multi_year_renewed += details.renewed_until[row] > year_after(from) ? 1 : 0;
    }
    if (known(details.auto_renewed, row)) {
      ++kinds.auto_known;
      kinds.auto_renewed += details.auto_renewed[row] != 0 ? 1 : 0;
    }
  }
  std::sort(renewals.begin(), renewals.end());
  for (std::size_t i = 0; i < renewals.size();) {
    std::size_t next = i + 1;
    const auto same = [&](std::size_t j) {
      return std::get<0>(renewals[j]) == std::get<0>(renewals[i]) && std::get<1>(renewals[j]) == std::get<1>(renewals[i]);
    };
    while (next < renewals.size() && same(next)) ++next;
    if (std::get<2>(renewals[i]) != std::get<2>(renewals[next - 1]))
      kinds.co_terminated += static_cast<std::int64_t>(next - i);
    i = next;
  }
  return kinds;
}

}  // namespace sojourn::inline v0_1
