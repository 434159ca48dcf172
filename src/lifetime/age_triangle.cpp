#include "sojourn/lifetime/age_triangle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "detail/number_text.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr double not_yet = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_ages = 100'000;  // a date or an amount taken for an age would ask for gigabytes

std::string at_age(std::size_t age) {
  return "age number " + std::to_string(age + 1);
}

}  // namespace

age_triangle::age_triangle(std::vector<std::vector<double>> rows) : rows_(std::move(rows)) {
  require_valid();
}

age_triangle::age_triangle(const column<std::uint32_t>& cohort, std::size_t cohorts, const column<std::int32_t>& age,
                           const column<double>& value)
    : rows_(cohorts) {
  if (cohort.size() != age.size() || age.size() != value.size())
    throw schema_error("the columns cohort, age and value of a triangle have different lengths");
  std::int32_t first = std::numeric_limits<std::int32_t>::max();
  for (std::size_t row = 0; row < age.size(); ++row) {
    if (!cohort.present(row)) throw data_error({"cohort", row, "", "every cell belongs to a cohort", "name it"});
    if (cohort[row] >= cohorts)
      throw data_error({"cohort", row, std::to_string(cohort[row]), "codes of cohorts lie below their number", ""});
    if (!age.present(row)) throw data_error({"age", row, "", "every cell has an age", "leave out the row, or give its age"});
    first = std::min(first, age[row]);
  }
  first_age_ = age.empty() ? 0 : first;
  for (std::size_t row = 0; row < age.size(); ++row) {
    const auto place = static_cast<std::size_t>(static_cast<std::int64_t>(age[row]) - first);
    if (place >= most_ages)
      throw data_error({"age", row, std::to_string(age[row]), "ages are counted in periods from the start of the cohort",
                        "give whole periods since the start, not dates"});
    if (!value.present(row) || std::isnan(value[row])) continue;
    std::vector<double>& cells = rows_[cohort[row]];
    if (cells.size() <= place) cells.resize(place + 1, not_yet);
    if (!std::isnan(cells[place]))
      throw data_error({"age", row, std::to_string(age[row]), "each cohort has one value at each age",
                        "add up rows of the same cohort and age, or take one out"});
    cells[place] = value[row];
  }
  require_valid();
}

void age_triangle::require_valid() {
  for (std::size_t cohort = 0; cohort < rows_.size(); ++cohort) {
    std::vector<double>& cells = rows_[cohort];
    while (!cells.empty() && std::isnan(cells.back())) cells.pop_back();
    if (cells.empty())
      throw data_error({"triangle", cohort, "", "a cohort has at least its value at the first age", "leave out the cohort"});
    for (std::size_t age = 0; age < cells.size(); ++age) {
      if (std::isnan(cells[age]))
        throw data_error({"triangle", cohort, "", at_age(age) + " is missing, and a later one is there",
                          "fill in the value; 0 is a value"});
      if (!(cells[age] >= 0) || std::isinf(cells[age]))
        throw data_error({"triangle", cohort, detail::number_text(cells[age]), "values at " + at_age(age) + " are 0 or more",
                          "give levels (MRR in force, accounts there), not changes from age to age"});
    }
    ages_ = std::max(ages_, cells.size());
  }
}

std::vector<std::vector<double>> completed(const age_triangle& triangle, std::span<const double> factors) {
  std::vector<std::vector<double>> rows;
  for (std::size_t cohort = 0; cohort < triangle.cohorts(); ++cohort) {
    const auto seen = triangle.row(cohort);
    rows.emplace_back(seen.begin(), seen.end());
    for (std::size_t step = seen.size() - 1; step < factors.size(); ++step)
      rows.back().push_back(rows.back().back() * factors[step]);
  }
  return rows;
}

}  // namespace sojourn::inline v0_1
