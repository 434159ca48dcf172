#include "sojourn/health/book/diagnosis.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "detail/number_text.hpp"
#include "sojourn/stats/proportion.hpp"

namespace sojourn::inline v0_1::health {
namespace {

bool was_active(diagnosis_status status) {
  return status < diagnosis_status::resolved;
}

std::vector<diagnosis_record> sorted_records(std::span<const diagnosis_record> previous) {
  std::vector<diagnosis_record> records(previous.begin(), previous.end());
  for (std::size_t row = 0; row < records.size(); ++row) {
    if (records[row].cycles < 1) throw data_error({"cycles", row, std::to_string(records[row].cycles), "is below 1", ""});
  }
  std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.what < b.what; });
  const auto twice =
      std::adjacent_find(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.what == b.what; });
  if (twice != records.end()) {
    throw data_error({"diagnosis", problem::no_row, std::to_string(twice->what.code), "is recorded twice for one account",
                      "give one record per finding"});
  }
  return records;
}

diagnosis_record again(const diagnosis_record& before) {
  if (!was_active(before.status)) return {before.what, diagnosis_status::recurrent, 1};
  const bool last = before.cycles == std::numeric_limits<std::int32_t>::max();
  return {before.what, diagnosis_status::persistent, last ? before.cycles : before.cycles + 1};
}

diagnosis_record gone(const diagnosis_record& before) {
  return {before.what, was_active(before.status) ? diagnosis_status::resolved : diagnosis_status::closed, before.cycles};
}

/// Mean and variance of one side, in two passes.
struct side_values {
  std::vector<double> values;

  [[nodiscard]] double mean() const {
    double sum = 0;
    for (const double v : values) sum += v;
    return sum / static_cast<double>(values.size());
  }
  [[nodiscard]] double variance_of_mean() const {
    const double centre = mean();
    double squares = 0;
    for (const double v : values) squares += (v - centre) * (v - centre);
    const auto n = static_cast<double>(values.size());
    return squares / (n - 1) / n;
  }
};

constexpr metric_label effect_label{"effect", "points"};

estimate difference(const side_values& treated, const side_values& untreated, confidence_level level) {
  const auto n = static_cast<std::int64_t>(treated.values.size() + untreated.values.size());
  if (treated.values.empty() || untreated.values.empty())
    return undefined_estimate(undefined_reason::no_observations, level, n).as(effect_label);
  estimate result = estimate{}.as(effect_label);
  result.level = level.value();
  result.n = n;
  result.value = treated.mean() - untreated.mean();
  if (treated.values.size() < 2 || untreated.values.size() < 2) return result;
  const double half = level.normal_quantile() * std::sqrt(treated.variance_of_mean() + untreated.variance_of_mean());
  result.low = result.value - half;
  result.high = result.value + half;
  result.method = interval_method::wald;
  return result;
}

void check_rows(const remedy_input& rows) {
  if (rows.stage.size() != rows.code.size() || (!rows.delta.empty() && rows.delta.size() != rows.code.size())) {
    throw schema_error("diagnosis, stage and delta differ in length: " + std::to_string(rows.code.size()) + ", " +
                       std::to_string(rows.stage.size()) + " and " + std::to_string(rows.delta.size()));
  }
}

}  // namespace

std::vector<diagnosis_record> follow(std::span<const diagnosis_record> previous, std::span<const diagnosis> active,
                                     std::span<const std::uint32_t> unobserved, std::span<const diagnosis> undecided) {
  const std::vector<diagnosis_record> before = sorted_records(previous);
  std::vector<diagnosis> now(active.begin(), active.end());
  std::sort(now.begin(), now.end());
  now.erase(std::unique(now.begin(), now.end()), now.end());
  std::vector<std::uint32_t> unseen(unobserved.begin(), unobserved.end());
  std::sort(unseen.begin(), unseen.end());
  std::vector<diagnosis> open(undecided.begin(), undecided.end());
  std::sort(open.begin(), open.end());
  const auto carried = [&](const diagnosis& d) {
    return std::binary_search(unseen.begin(), unseen.end(), d.account) || std::binary_search(open.begin(), open.end(), d);
  };

  std::vector<diagnosis_record> result;
  auto then = before.begin();
  for (const diagnosis& d : now) {
    if (carried(d)) {
      throw data_error({"account", problem::no_row, std::to_string(d.account),
                        "is listed as unobserved or undecided and has an active diagnosis", ""});
    }
    for (; then != before.end() && then->what < d; ++then) result.push_back(carried(then->what) ? *then : gone(*then));
    const bool known = then != before.end() && then->what == d;
    result.push_back(known ? again(*then) : diagnosis_record{d, diagnosis_status::fresh, 1});
    if (known) ++then;
  }
  for (; then != before.end(); ++then) result.push_back(carried(then->what) ? *then : gone(*then));
  return result;
}

std::vector<remedy_line> remedies(const remedy_input& rows, confidence_level level) {
  check_rows(rows);
  std::vector<remedy_line> lines(rows.codes);
  std::vector<side_values> treated(rows.codes), untreated(rows.codes);
  for (std::size_t row = 0; row < rows.code.size(); ++row) {
    const std::uint32_t code = rows.code[row];
    if (code >= rows.codes)
      throw data_error({"diagnosis", row, std::to_string(code), "is not below the number of codes", ""});
    remedy_line& line = lines[code];
    ++line.diagnosed;
    line.proposed += rows.stage[row] >= remedy_stage::proposed ? 1 : 0;
    line.accepted += rows.stage[row] >= remedy_stage::accepted ? 1 : 0;
    line.done += rows.stage[row] == remedy_stage::done ? 1 : 0;
    if (rows.delta.empty() || std::isnan(rows.delta[row])) continue;
    if (std::isinf(rows.delta[row]))
      throw data_error({"delta", row, sojourn::detail::number_text(rows.delta[row]), "is infinite", ""});
    (rows.stage[row] == remedy_stage::done ? treated : untreated)[code].values.push_back(rows.delta[row]);
  }
  for (std::size_t code = 0; code < rows.codes; ++code) {
    lines[code].acceptance = proportion(lines[code].accepted, lines[code].proposed, {level}).as({"acceptance", "share"});
    lines[code].treated = static_cast<std::int64_t>(treated[code].values.size());
    lines[code].untreated = static_cast<std::int64_t>(untreated[code].values.size());
    lines[code].effect = difference(treated[code], untreated[code], level);
  }
  return lines;
}

}  // namespace sojourn::inline v0_1::health
