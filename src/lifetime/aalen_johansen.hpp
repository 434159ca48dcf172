// The shares that leave for each cause, and their errors, in one sweep over the ages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "lifetime/exit_rows.hpp"
#include "sojourn/lifetime/incidence.hpp"

namespace sojourn::inline v0_1 {
namespace detail {

/// Accounts that came and went alike.
struct incidence_row {
  double time = 0, entry = exit_row::from_start;
  std::uint32_t cause = 0;
  std::int64_t count = 0;
  double worth = 0;    ///< the sum of their weights
  double squares = 0;  ///< of the weights squared
};

/// `rows` in order of time. With `late_entry` some account entered after another one had left observation.
[[nodiscard]] incidence_curves aalen_johansen(std::span<const incidence_row> rows, std::size_t causes,
                                              const incidence_options& options, bool late_entry);

}  // namespace detail
}  // namespace sojourn::inline v0_1
