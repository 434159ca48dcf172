// Cohorts by age: what a cohort counts, or pays, at each age that it has reached.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Rows of known cells, oldest cohort first. A cohort that is younger has a shorter row: what is missing has not happened
/// yet. Values are levels (MRR in force, accounts there, money lost so far), not changes from age to age.
class age_triangle {
 public:
  age_triangle() = default;
  /// A NaN is a cell that has not happened yet, and so are all cells after it. Throws `data_error` (column "triangle") for a
  /// value after a missing one, for a negative or infinite value, and for a cohort without any value.
  explicit age_triangle(std::vector<std::vector<double>> rows);
  /// One row per known cell, in any order; a missing value is a cell that has not happened yet. Ages count up from the
  /// smallest one, which every cohort has. Throws as above, and for a cell that stands there twice.
  age_triangle(const column<std::uint32_t>& cohort, std::size_t cohorts, const column<std::int32_t>& age,
               const column<double>& value);

  [[nodiscard]] std::size_t cohorts() const noexcept { return rows_.size(); }
  /// Ages that the cohort seen longest has reached.
  [[nodiscard]] std::size_t ages() const noexcept { return ages_; }
  /// The number of the first age, 0 for rows.
  [[nodiscard]] std::int32_t first_age() const noexcept { return first_age_; }
  [[nodiscard]] std::span<const double> row(std::size_t cohort) const noexcept { return rows_[cohort]; }
  [[nodiscard]] double latest(std::size_t cohort) const noexcept { return rows_[cohort].back(); }

 private:
  void require_valid();

  std::vector<std::vector<double>> rows_;
  std::size_t ages_ = 0;
  std::int32_t first_age_ = 0;
};

/// The rows with the cells that have not happened yet, each the one before times its factor; a factor beyond the last age is
/// a tail. NaN after a factor that is NaN.
[[nodiscard]] std::vector<std::vector<double>> completed(const age_triangle& triangle, std::span<const double> factors);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
