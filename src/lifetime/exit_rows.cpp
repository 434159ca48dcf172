#include "lifetime/exit_rows.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

namespace sojourn::inline v0_1::detail {
namespace {

auto exit_key(const exit_row& row) {
  return std::make_tuple(row.stratum, row.time, row.cause == exits::still_there, row.cause, row.group, row.entry,
                         row.weight);
}

}  // namespace

exit_rows sorted_exits(const exits& from, const column<std::uint32_t>& group, const column<std::uint32_t>& stratum,
                       std::span<std::int64_t> missing_in) {
  auto problems = validate(from, 1);
  if (!problems.empty()) throw data_error(std::move(problems.front()));
  if (!group.empty()) require_same_length(from.time, "time", group, "by");
  if (!stratum.empty()) require_same_length(from.time, "time", stratum, "strata");
  exit_rows found;
  found.weighted = !from.weight.empty();
  found.rows.reserve(from.time.size());
  for (std::size_t i = 0; i < from.time.size(); ++i) {
    if (!known(from.time, i) || !from.cause.present(i) || (found.weighted && !known(from.weight, i)) ||
        !known_or_absent(from.count, i) || !known_or_absent(group, i) || !known_or_absent(stratum, i)) {
      ++found.rows_missing;
      if (!missing_in.empty() && known_or_absent(stratum, i)) ++missing_in[stratum[i]];
      continue;
    }
    exit_row row{.time = from.time[i], .cause = from.cause[i]};
    if (!from.entry.empty() && known(from.entry, i)) row.entry = from.entry[i];
    if (found.weighted) row.weight = from.weight[i];
    if (!from.count.empty()) row.count = from.count[i];
    if (!group.empty()) row.group = group[i];
    if (!stratum.empty()) row.stratum = stratum[i];
    if (row.weight == 0 || row.count == 0) continue;
    found.rows.push_back(row);
  }
  found.late_entry = drop_early_entries(found.rows);
  std::sort(found.rows.begin(), found.rows.end(),
            [](const exit_row& a, const exit_row& b) { return exit_key(a) < exit_key(b); });
  std::size_t last = 0;
  for (std::size_t i = 1; i < found.rows.size(); ++i) {
    if (exit_key(found.rows[last]) != exit_key(found.rows[i])) {
      found.rows[++last] = found.rows[i];
    } else if (__builtin_add_overflow(found.rows[last].count, found.rows[i].count, &found.rows[last].count)) {
      throw overflow_error("exits: a sum of counts leaves 64 bits");
    }
  }
  if (!found.rows.empty()) found.rows.resize(last + 1);
  return found;
}

void require_groups(const exits& rows, const column<std::uint32_t>& group, std::size_t groups) {
  require_same_length(rows.time, "time", group, "by");
  for (std::size_t row = 0; row < group.size(); ++row) {
    if (group.present(row) && group[row] >= groups) {
      throw data_error({group.name_or("by"), row, std::to_string(group[row]),
                        "a group code lies below the number of groups (" + std::to_string(groups) + ")",
                        "state as many groups as there are codes"});
    }
  }
}

std::vector<std::span<const exit_row>> by_stratum(std::span<const exit_row> rows) {
  std::vector<std::span<const exit_row>> strata;
  for (std::size_t first = 0; first < rows.size();) {
    std::size_t after = first;
    while (after < rows.size() && rows[after].stratum == rows[first].stratum) ++after;
    strata.push_back(rows.subspan(first, after - first));
    first = after;
  }
  return strata;
}

}  // namespace sojourn::inline v0_1::detail
