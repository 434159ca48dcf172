// Who renewed and who left at each renewal: the counts that every decay family is fitted to.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <span>
#include <vector>

#include "sojourn/input/column.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/mergeable.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Expected paid periods under a fitted family; the first is included.
inline constexpr metric_label decay_lifetime_label{"decay_lifetime", "periods"};

/// Accounts that faced one renewal.
struct decay_period {
  std::int64_t renewed = 0;
  std::int64_t lost = 0;

  [[nodiscard]] constexpr std::int64_t at_risk() const noexcept { return renewed + lost; }
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.renewed, self.lost);
  }
  friend bool operator==(const decay_period&, const decay_period&) = default;
};

/// `periods[j]` is the (j + 1)-th renewal, summed over cohorts. The likelihood of any family needs nothing else, so cohorts
/// of different ages (a triangle) are merged with `+=` and a cohort seen only from some age on just leaves its early periods
/// out. No trailing empty periods.
struct decay_state {
  std::vector<decay_period> periods;

  /// Throw `overflow_error` beyond 64 bits; the state is then unchanged.
  decay_state& operator+=(const decay_state& other);
  decay_state& operator-=(const decay_state& other);
  friend bool operator==(const decay_state&, const decay_state&) = default;

  static constexpr std::uint16_t bytes_kind = 65;
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.periods);
  }
  /// No trailing empty period, and a number of renewals faced that fits 64 bits.
  [[nodiscard]] bool canonical() const;

  /// Observed survival after each renewal, from age 0 (= 1): the product of the renewal rates. NaN past a gap.
  [[nodiscard]] std::vector<double> observed_survival() const;
};

/// One cohort: `survivors[t]` accounts are left after t renewals, `survivors[0]` the size of the cohort. Throws `data_error`
/// (column "survivors", row) for a negative or growing count, `schema_error` for an empty one.
[[nodiscard]] decay_state tally_decay(std::span<const std::int64_t> survivors);

/// The same as a table, of one cohort or of several told apart by dense `cohort` codes. Within a cohort `age` must run 0, 1,
/// 2, ... : a gap hides when accounts left, and a table that starts later hides how many there were. Missing cells are a
/// `data_error`. O(rows).
[[nodiscard]] decay_state tally_decay(const column<std::int32_t>& age, const column<std::int64_t>& survivors,
                                      const column<std::uint32_t>& cohort = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
