// Conditions on a tile of rows at once: most compare a column with a number, and hold in few rows or none.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "health/score/decide.hpp"
#include "health/score/inputs.hpp"

namespace sojourn::inline v0_1::health::detail {

/// Which rules hold in a row, and which cannot be decided there.
struct decided {
  std::uint64_t fired = 0;
  std::uint64_t unknown = 0;

  void note(std::size_t rule, truth held, undecided on_unknown) {
    const std::uint64_t bit = std::uint64_t{1} << rule;
    if (held == truth::unknown) unknown |= bit;
    if (held == truth::yes || (held == truth::unknown && on_unknown == undecided::fires)) fired |= bit;
  }
};

class tile_conditions {
 public:
  explicit tile_conditions(const bound_inputs& inputs) : inputs_(inputs) {}

  /// Decides those of `rules` that ask only for numbers of columns and for the score before rules (`raw`; null where there
  /// is none yet), for rows [first, first + n). What is left has to be asked row by row: see `left`.
  void decide(std::span<const std::size_t> rules, std::size_t first, std::size_t n, const double* raw);

  [[nodiscard]] const decided& row(std::size_t i) const { return rows_[i]; }
  [[nodiscard]] std::span<const std::size_t> left() const { return left_; }

 private:
  [[nodiscard]] bool is_number_of_rows(const term& t, const double* raw) const;
  [[nodiscard]] bool is_columnwise(const condition& c, const double* raw) const;
  void evaluate(const condition& c, std::size_t first, std::size_t n, const double* raw);
  void evaluate(const condition& c, std::size_t at, std::size_t first, std::size_t n, const double* raw);
  [[nodiscard]] truth* truths(std::size_t term, std::size_t n) { return truths_.data() + term * n; }

  const bound_inputs& inputs_;
  std::vector<decided> rows_;
  std::vector<std::size_t> left_;
  std::vector<truth> truths_;  ///< n a term
  std::vector<double> column_;
};

}  // namespace sojourn::inline v0_1::health::detail
