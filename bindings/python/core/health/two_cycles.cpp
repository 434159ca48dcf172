#include "health/two_cycles.hpp"

namespace sojourn::python {

using arrow::any_column;
namespace h = health;

std::vector<std::size_t> rows_of(const any_column& keys, account_index& index, const char* which) {
  const auto codes = arrow::as_accounts(keys, index, "account");
  const auto view = codes.view();
  std::vector<std::size_t> row_of(index.size(), absent);
  for (std::size_t row = 0; row < view.size(); ++row) {
    std::size_t& at = row_of[view[row]];
    if (at != absent) {
      throw data_error({"account", row, index.key(account{view[row]}),
                        std::string("occurs twice in the ") + which + " cycle", "give one row an account"});
    }
    at = row;
  }
  return row_of;
}

std::vector<h::tier_code> tier_codes(const any_column& tiers, const std::vector<std::string>& order, const char* which) {
  const auto segments = arrow::as_segments(tiers, which);
  std::vector<h::tier_code> code_of;
  for (const std::string& label : segments.labels) {
    h::tier_code code = h::no_tier;
    for (std::size_t t = 0; t < order.size(); ++t) {
      if (order[t] == label) code = static_cast<h::tier_code>(t);
    }
    if (label == "unknown") code = h::unknown_tier;
    code_of.push_back(code);
  }
  std::vector<h::tier_code> result(tiers.size(), h::no_tier);
  for (std::size_t row = 0; row < result.size(); ++row) {
    if (!segments.codes.view().present(row)) continue;
    const std::uint32_t label = segments.codes.view()[row];
    result[row] = code_of[label];
    if (result[row] == h::no_tier) {
      throw data_error(
          {which, row, segments.labels[label], "is none of the tiers in `tiers`", "name every tier, worst first"});
    }
  }
  return result;
}

void join(const any_column& before, const any_column& now, std::vector<h::tier_code>& previous,
          std::vector<h::tier_code>& current) {
  account_index index;
  const std::vector<std::size_t> then = rows_of(before, index, "previous");
  const std::vector<std::size_t> here = rows_of(now, index, "current");
  std::vector<h::tier_code> joined_previous(here.size(), h::no_tier), joined_current(here.size(), h::no_tier);
  for (std::size_t a = 0; a < here.size(); ++a) {
    if (a < then.size() && then[a] != absent) joined_previous[a] = previous[then[a]];
    if (here[a] != absent) joined_current[a] = current[here[a]];
  }
  previous = std::move(joined_previous);
  current = std::move(joined_current);
}

}  // namespace sojourn::python
