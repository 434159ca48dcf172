// Rules on single signals and groups: they act before the tree is added up, tile by tile.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "health/score/rules.hpp"

namespace sojourn::inline v0_1::health::detail {

class scoped_rules {
 public:
  explicit scoped_rules(const bound_inputs& inputs) : inputs_(inputs), plan_(inputs.plan()), conditions_(inputs) {}

  /// Which of the rules hold in rows [first, first + n); they cannot depend on the score, so this comes first.
  void decide(std::size_t first, std::size_t n);
  /// What the rules make of the s of one signal, before the missing policy: what is missing stays missing, an excluded value
  /// is missing.
  void on_signal(std::size_t k, double* s);
  /// The signals of an excluded group have nothing, whatever the missing policy put in.
  void blank(std::size_t k, double* s);
  /// What the rules make of the value of one group in row i of the tile.
  [[nodiscard]] double on_value(std::size_t g, std::size_t i, double value);
  [[nodiscard]] bool moves_groups() const { return plan_.moves_groups; }
  [[nodiscard]] bool moves(std::size_t g) const { return !plan_.groups[g].rules.empty(); }
  [[nodiscard]] scoped_verdict verdict(std::size_t i) const { return rows_.empty() ? scoped_verdict{} : rows_[i]; }

 private:
  [[nodiscard]] bool fired(std::size_t r, std::size_t i) const { return (rows_[i].fired >> r & 1u) != 0; }
  [[nodiscard]] double apply(const std::vector<std::size_t>& rules, std::size_t i, double s, std::int16_t& binding);

  const bound_inputs& inputs_;
  const struct plan& plan_;
  tile_conditions conditions_;
  std::vector<scoped_verdict> rows_;
};

}  // namespace sojourn::inline v0_1::health::detail
