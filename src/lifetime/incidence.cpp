#include "sojourn/lifetime/incidence.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <string>

#include "lifetime/aalen_johansen.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::exit_row;

void require_causes(const exits& rows, std::size_t causes) {
  for (std::size_t row = 0; row < rows.cause.size(); ++row) {
    if (rows.cause.present(row) && rows.cause[row] > causes) {
      throw data_error({rows.cause.name_or("cause"), row, std::to_string(rows.cause[row]),
                        "causes are numbered 1 to " + std::to_string(causes) + ", 0 is still there",
                        "state as many causes as there are codes"});
    }
  }
}

void require_options(const incidence_options& options) {
  if (options.given_age && !(*options.given_age >= 0 && std::isfinite(*options.given_age)))
    throw schema_error("cumulative_incidence: given_age is an age of 0 or more");
}

incidence_curves curves_of(std::span<const exit_row> rows, std::size_t causes, const incidence_options& options,
                           bool late_entry) {
  std::vector<detail::incidence_row> moving;
  moving.reserve(rows.size());
  for (const exit_row& row : rows) {
    if (options.given_age && row.time <= *options.given_age) continue;
    const double worth = static_cast<double>(row.count) * row.weight;
    moving.push_back({row.time, row.entry, row.cause, row.count, worth, worth * row.weight});
  }
  return detail::aalen_johansen(moving, causes, options, late_entry);
}

}  // namespace

incidence_curves cumulative_incidence(const exits& rows, std::size_t causes, const incidence_options& options) {
  require_options(options);
  require_causes(rows, causes);
  const detail::exit_rows sorted = detail::sorted_exits(rows, {}, {});
  incidence_curves curves = curves_of(sorted.rows, causes, options, sorted.late_entry);
  curves.rows_missing = sorted.rows_missing;
  return curves;
}

incidence_by_group cumulative_incidence_by(const exits& rows, std::size_t causes, const column<std::uint32_t>& group,
                                           std::size_t groups, const incidence_options& options) {
  require_options(options);
  require_causes(rows, causes);
  detail::require_groups(rows, group, groups);
  // Groups as strata: each one's rows stand together, in order of age; those without a group come last.
  std::vector<std::uint32_t> part_of(group.size());
  for (std::size_t row = 0; row < part_of.size(); ++row)
    part_of[row] = group.present(row) ? group[row] : static_cast<std::uint32_t>(groups);
  std::vector<std::int64_t> missing(groups + 1, 0);
  const detail::exit_rows sorted = detail::sorted_exits(rows, {}, part_of, missing);
  std::vector<incidence_curves> found(groups + 1);
  std::size_t next = 0;
  const auto parts = detail::by_stratum(sorted.rows);
  for (std::size_t g = 0; g < found.size(); ++g) {
    std::span<const exit_row> own;
    if (next < parts.size() && parts[next].front().stratum == g) own = parts[next++];
    found[g] = curves_of(own, causes, options, sorted.late_entry);
    found[g].rows_missing = missing[g];
  }
  incidence_by_group by{.groups = {}, .without_group = std::move(found.back())};
  found.pop_back();
  by.groups = std::move(found);
  return by;
}

estimate incidence_at(const incidence_curves& curves, std::size_t cause, double age) {
  if (cause >= curves.causes.size()) throw schema_error("incidence_at: there is no cause " + std::to_string(cause + 1));
  if (std::isnan(age)) throw schema_error("incidence_at: an age is a number");
  const confidence_level level = curves.options.level;
  if (curves.time.empty()) return undefined_estimate(undefined_reason::no_observations, level).as(incidence_label);
  if (age > curves.time.back() && curves.survival.back() > 0)
    return undefined_estimate(undefined_reason::model_limit, level, curves.accounts).as(incidence_label);
  estimate found = estimate{}.as(incidence_label);
  found.value = 0;
  found.level = level.value();
  found.n = curves.accounts;
  const auto after = std::upper_bound(curves.time.begin(), curves.time.end(), age);
  if (after == curves.time.begin()) return found;
  const auto row = static_cast<std::size_t>(after - curves.time.begin()) - 1;
  const cause_incidence& one = curves.causes[cause];
  found.value = one.incidence[row];
  found.low = one.low[row];
  found.high = one.high[row];
  if (!std::isnan(found.low)) found.method = interval_method::jackknife;
  return found;
}

}  // namespace sojourn::inline v0_1
