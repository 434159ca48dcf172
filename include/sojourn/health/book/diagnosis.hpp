// What is wrong with an account, since when, and whether what was prescribed helped.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/stats/estimate.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// One finding: account x diagnosis, both as dense codes.
struct diagnosis {
  std::uint32_t account = 0;
  std::uint32_t code = 0;
  friend constexpr auto operator<=>(const diagnosis&, const diagnosis&) = default;
};

enum class diagnosis_status : std::uint8_t {
  fresh,       ///< active for the first time ("new")
  persistent,  ///< active, and in the cycle before too
  recurrent,   ///< active again after it had been resolved
  resolved,    ///< active in the cycle before, not now
  closed,      ///< resolved in an earlier cycle; kept so that a recurrence is recognised
};
constexpr std::array<std::string_view, 5> values_of(diagnosis_status) {
  return {"new", "persistent", "recurrent", "resolved", "closed"};
}

struct diagnosis_record {
  diagnosis what{};
  diagnosis_status status = diagnosis_status::fresh;
  std::int32_t cycles = 1;  ///< consecutive cycles active, this one included; of a resolved one: how many it lasted
  friend bool operator==(const diagnosis_record&, const diagnosis_record&) = default;
};

/// The records of this cycle from those of the last one and what is active now, sorted by account, then code.
///
/// `unobserved` lists accounts not observed in this cycle: their records are carried over unchanged, since not knowing
/// is not healing; `undecided` lists single undecided findings, to the same effect. A finding listed twice counts
/// once; order does not matter. Throws `data_error` when `previous` holds a finding twice, when a carried-over account or
/// finding is active, or for a cycle count below 1. O(n log n).
[[nodiscard]] std::vector<diagnosis_record> follow(std::span<const diagnosis_record> previous,
                                                   std::span<const diagnosis> active,
                                                   std::span<const std::uint32_t> unobserved = {},
                                                   std::span<const diagnosis> undecided = {});

/// How far a remedy got. Done implies accepted, accepted implies proposed.
enum class remedy_stage : std::uint8_t { none, proposed, accepted, done };
constexpr std::array<std::string_view, 4> values_of(remedy_stage) {
  return {"none", "proposed", "accepted", "done"};
}

/// One row a diagnosed account.
struct remedy_input {
  std::span<const std::uint32_t> code;  ///< diagnosis, below `codes`
  std::span<const remedy_stage> stage;
  std::span<const double> delta{};  ///< score change since the remedy was due; NaN = unknown; empty: no effect asked
  std::size_t codes = 0;
};

struct remedy_line {
  std::int64_t diagnosed = 0;
  std::int64_t proposed = 0;
  std::int64_t accepted = 0;
  std::int64_t done = 0;
  estimate acceptance;         ///< accepted / proposed, Wilson interval
  std::int64_t treated = 0;    ///< done, with a known change
  std::int64_t untreated = 0;  ///< not done, with a known change
  /// Mean change of the treated less that of the untreated with the same diagnosis, in points; normal interval of two
  /// means (`wald`), absent when a side has one account. An association: those who accept help differ from those who do not.
  estimate effect;
};

/// One line a diagnosis code. Throws `schema_error` for lengths that differ, `data_error` for a code out of range. O(rows).
[[nodiscard]] std::vector<remedy_line> remedies(const remedy_input& rows, confidence_level level = {});

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
