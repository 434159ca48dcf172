// Accounts that move between plans and leave, as states: where they are after so many months, and what they pay.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Plans as the states of a Markov chain: a row holds the probabilities of being in each state a month later. A state that
/// is never left, such as having left, has 1 on the diagonal.
class plan_states {
 public:
  /// Throws `schema_error` unless the rows form a square, `data_error` for a probability outside [0, 1] or a row whose sum
  /// is not 1 (to 1e-9).
  explicit plan_states(std::vector<std::vector<double>> monthly);

  [[nodiscard]] std::size_t states() const noexcept { return states_; }
  /// From state to state in `months` months: the power of the matrix. Throws `schema_error` for a negative number.
  /// O(states^3 log months).
  [[nodiscard]] std::vector<std::vector<double>> after(std::int64_t months) const;
  /// What one account of each state pays on average `months` months later, if a state pays `mrr`. Throws `schema_error`
  /// unless each state has an MRR.
  [[nodiscard]] std::vector<double> expected_mrr(std::span<const double> mrr, std::int64_t months) const;

 private:
  std::size_t states_ = 0;
  std::vector<double> monthly_{};  ///< row by row
};

/// Monthly probabilities from counts of moves: `moves[from][to]` accounts. A state that nobody was in stays what it is.
/// Throws `data_error` for a negative count, and as `plan_states`. O(states^2).
/// What it does not tell you: how sure the probabilities are, and whether the next month depends on more than the plan of
/// this one, such as the age of the account.
[[nodiscard]] plan_states plan_states_of(const std::vector<std::vector<std::int64_t>>& moves);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
