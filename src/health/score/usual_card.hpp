// The usual card in one pass: ramps and short lines, also of quotients, whose missing values leave (`redistribute`),
// weighted means of signals and groups, no rules, no age, no cycle before. Bit for bit what the general path computes, at a
// fraction of its cost. Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "health/score/inputs.hpp"
#include "health/score/usual_card_kernels.hpp"

namespace sojourn::inline v0_1::health::detail {

/// Whether the card is of the usual kind (card/usual.hpp), and columns and options are, too.
[[nodiscard]] bool takes_usual_way(const bound_inputs& inputs);

/// Rows of a tile: s of a dozen signals stays in the first-level cache.
inline constexpr std::size_t usual_rows = 256;

/// One tile after the other: s and presence of every signal, what each group has, what a unit of weight is worth, the
/// points. `inputs`, `result` and `split`, which may be null, outlive it; `rows` is the most that a tile will have.
class usual_scorer {
 public:
  usual_scorer(const bound_inputs& inputs, std::size_t rows, scores& result, contributions* split);

  /// Scores rows [first, first + n). False, and nothing done, where a signal holds an infinity or a divisor is not above 0:
  /// that asks for the general way.
  [[nodiscard]] bool tile(std::size_t first, std::size_t n);
  void count(const std::vector<signal_counters>& others);
  [[nodiscard]] const std::vector<signal_counters>& counters() const noexcept { return counters_; }

 private:
  struct group_tile {
    double* present;
    double* covered;
    double* share;
  };

  [[nodiscard]] bool flat() const { return plan_.groups.size() == 1; }
  [[nodiscard]] bool fold(std::size_t group);
  [[nodiscard]] line_odds weigh(std::size_t signal, double* present);
  [[nodiscard]] line_odds weigh_quotients(std::size_t signal, double* present);
  void finish();
  void hand_down();

  const bound_inputs& inputs_;
  const plan& plan_;
  scores& result_;
  contributions* split_;
  usual_kernels kernels_;
  double absent_;  ///< what stands for s where there is none: the parts need to tell, the sum does not
  std::vector<std::int64_t> missing_;
  std::vector<signal_counters> counters_;
  std::vector<double> memory_;
  std::vector<line> lines_;
  std::vector<double*> s_;
  std::vector<part> parts_;
  std::vector<group_tile> groups_;
  double* buffer_ = nullptr;
  double* divisors_ = nullptr;
  double* quotients_ = nullptr;
  std::size_t first_ = 0;
  std::size_t n_ = 0;
};

/// Scores rows [first, last) the general way.
using general_rows = std::function<std::vector<signal_counters>(std::size_t first, std::size_t last)>;

/// `score_rows` for what `takes_usual_way`. A tile that holds such values is left to `general`.
std::vector<signal_counters> score_usual(const bound_inputs& inputs, std::size_t first, std::size_t last, scores& result,
                                         contributions* parts, const general_rows& general);

}  // namespace sojourn::inline v0_1::health::detail
