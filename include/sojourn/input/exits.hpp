// When accounts left and why, as the caller holds it: ages with decimals, several causes, one row per account or span.
// Layer: 2. Needs: links sojourn for `validate`.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sojourn/input/column.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A row is observed on the half-open span (entry, time]: an account that enters exactly when another one leaves was not yet
/// at risk of it. NaN counts as missing. A missing time, cause, weight or count leaves the row out, and results count it; a
/// weight or count of 0 leaves it out uncounted, as if the row were absent.
struct exits {
  /// The cause of an account that is still there.
  static constexpr std::uint32_t still_there = 0;

  column<double> time;           ///< age when the account left or was last seen, >= 0
  column<std::uint32_t> cause;   ///< `still_there` (censored), or why it left: 1, 2, ...
  column<double> entry{};        ///< age when observation began (late entry); missing = from the start
  column<double> weight{};       ///< what one account is worth, >= 0; absent = 1 each
  column<std::int64_t> count{};  ///< accounts that the row stands for, >= 0; absent = 1 each
};

/// Every broken rule, at most `limit` of them, in row order. Lengths that differ throw `schema_error`. O(rows).
[[nodiscard]] std::vector<problem> validate(const exits& rows, std::size_t limit = std::numeric_limits<std::size_t>::max());

/// The same rows, where every other cause counts as still there at its age: what the rate of one cause is read from.
class exits_of_cause {
 public:
  exits_of_cause(const exits& all, std::uint32_t cause);
  /// Views of `all`, and of the codes that this object holds.
  [[nodiscard]] exits rows() const;

 private:
  exits all_;
  std::vector<std::uint32_t> codes_;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
