#include "sojourn/input/sample_rows.hpp"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "detail/nan.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::nan;

/// A cell that the design or the weights of a sample must have.
template <class T>
T required_cell(const column<T>& cells, std::size_t row, std::string_view name, T otherwise, const char* rule) {
  if (cells.empty()) return otherwise;
  const bool missing = [&] {
    if (!cells.present(row)) return true;
    if constexpr (std::is_floating_point_v<T>) return std::isnan(cells[row]);
    return false;
  }();
  if (missing) throw data_error({cells.name_or(name), row, "missing", rule, "fill the cell, or leave the row out"});
  return cells[row];
}

template <class Value>
void require_design(const column<Value>& value, const sample_design& design) {
  if (!design.cluster.empty()) require_same_length(value, "values", design.cluster, "cluster");
  if (!design.stratum.empty()) require_same_length(value, "values", design.stratum, "strata");
  if (!design.population.empty()) require_same_length(value, "values", design.population, "fpc");
}

sampled_row drawn_row(const sample_design& design, std::size_t row) {
  sampled_row one;
  one.cluster = required_cell(design.cluster, row, "cluster", std::uint32_t{0}, "each row belongs to a cluster");
  one.stratum = required_cell(design.stratum, row, "strata", std::uint32_t{0}, "each row was drawn from a stratum");
  one.population = required_cell(design.population, row, "fpc", sampled_row::no_fraction,
                                 "each row says how many clusters its stratum has in the population");
  return one;
}

sampling_unit unit_of(const sample_design& design) {
  return design.cluster.empty() ? sampling_unit::row : sampling_unit::cluster;
}

std::uint32_t domain_of(const column<std::uint32_t>& codes, std::size_t row, std::uint32_t domains) {
  if (codes.empty() || !codes.present(row)) return domains;
  return codes[row];
}

double number_in(const column<double>& cells, std::size_t row) {
  return cells.present(row) ? cells[row] : nan;
}

}  // namespace

weighted_sample sample_of(const sampled_values& table, const sample_design& design, std::uint32_t domains) {
  require_design(table.value, design);
  if (!table.weight.empty()) require_same_length(table.value, "values", table.weight, "weights");
  if (!table.denominator.empty()) require_same_length(table.value, "values", table.denominator, "denominators");
  if (!table.domain.empty()) require_same_length(table.value, "values", table.domain, "by");
  if (!table.count.empty()) require_same_length(table.value, "values", table.count, "count");
  std::vector<sampled_row> rows;
  rows.reserve(table.value.size());
  for (std::size_t row = 0; row < table.value.size(); ++row) {
    sampled_row one = drawn_row(design, row);
    one.weight = required_cell(table.weight, row, "weights", 1.0, "a weight is a number of 0 or more");
    one.times = required_cell(table.count, row, "count", std::int64_t{1}, "a count is a whole number of 0 or more");
    one.value = number_in(table.value, row);
    if (!table.denominator.empty()) one.denominator = number_in(table.denominator, row);
    if (std::isnan(one.denominator)) one.value = nan;
    one.domain = domain_of(table.domain, row, domains);
    rows.push_back(one);
  }
  return weighted_sample(std::move(rows), unit_of(design));
}

template <score_value T>
weighted_sample sample_answers(const basic_responses<T>& table, std::uint32_t segments, rating_scale scale,
                               const answer_rules& rules, const sample_design& design) {
  using source_of = detail::answer_source<T>;
  const source_of source(table, scale, rules, segments);
  require_design(table.score, design);
  if (!table.weight.empty()) require_same_length(table.score, "scores", table.weight, "weights");
  std::vector<sampled_row> rows;
  rows.reserve(table.score.size());
  for (std::size_t row = 0; row < table.score.size(); ++row) {
    const std::uint8_t code = source.code(row);
    if (code == source_of::off_scale) source.require_all(-1);  // throws, and names the row
    sampled_row one = drawn_row(design, row);
    // In billionths, as the counts of the same answers have it.
    const double weight = required_cell(table.weight, row, "weights", 1.0, "a weight is a number of 0 or more");
    one.weight = std::nearbyint(weight * weight_units) / weight_units;
    one.times = required_cell(table.count, row, "count", std::int64_t{1}, "a count is a whole number of 0 or more");
    if (code == source_of::superseded) one.times = 0;
    one.value = code == source_of::no_score ? nan : static_cast<double>(scale.low() + code);
    one.domain = domain_of(table.segment, row, segments);
    rows.push_back(one);
  }
  return weighted_sample(std::move(rows), unit_of(design));
}

template weighted_sample sample_answers(const basic_responses<std::int8_t>&, std::uint32_t, rating_scale,
                                        const answer_rules&, const sample_design&);
template weighted_sample sample_answers(const basic_responses<std::uint8_t>&, std::uint32_t, rating_scale,
                                        const answer_rules&, const sample_design&);
template weighted_sample sample_answers(const basic_responses<std::int32_t>&, std::uint32_t, rating_scale,
                                        const answer_rules&, const sample_design&);

}  // namespace sojourn::inline v0_1
