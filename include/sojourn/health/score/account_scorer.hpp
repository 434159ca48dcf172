// One account at a time: for a page that shows a score, not for a book of them.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/health/card/scorecard.hpp"
#include "sojourn/health/score/cycle.hpp"
#include "sojourn/health/score/score.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

struct account_score {
  double score = 0;  ///< 0..100, NaN = unknown
  tier_code tier = unknown_tier;
  double coverage = 0;
  std::uint16_t flags = 0;                                  ///< as `scores::flags`
  double delta = std::numeric_limits<double>::quiet_NaN();  ///< against the cycle before, in points; NaN without one
  tier_code prev_tier = no_tier;
};

/// A card bound to one row that it scores again and again: everything is looked up, checked and allocated once.
///
/// The same score, tier, coverage and flags as `score` gives a table of this one row, bit for bit, without manual values. A
/// fraction of a microsecond for usual cards, about one for the others; with a cycle before some microseconds. An object
/// serves one thread at a time. Throws `schema_error` as `score` does, for an input that the card does not have and for a
/// scorer that was moved from; `data_error` for a value outside a `valid` range whose policy is `error`.
class account_scorer {
 public:
  /// `as_of` as in `score_options`.
  explicit account_scorer(const scorecard& card, day as_of = {});
  ~account_scorer();
  /// One that was moved from has no inputs, and takes another one's place by assignment.
  account_scorer(account_scorer&&) noexcept;
  account_scorer& operator=(account_scorer&&) noexcept;

  /// Columns that a row has, in this order: `scorecard::inputs()`.
  [[nodiscard]] std::size_t inputs() const noexcept;
  /// The number of the input with this name.
  [[nodiscard]] std::size_t input(std::string_view name) const;
  /// Values stay until they are set again; all are missing at first. NaN is missing, a day is its days since 1970-01-01.
  void set(std::size_t input, double value);
  /// For what is named. A text that differs from the last one costs some microseconds.
  void set_text(std::size_t input, std::string_view value);

  /// The cycle before: what `cycle` said then, or a row of the table that keeps it; and its inputs, which cards read that
  /// carry values forward or compare with the last ones (`scorecard::reads_previous`). They stay until they are set again.
  void set_previous(const cycle_state& before);
  void set_previous(std::size_t input, double value);
  void set_previous_text(std::size_t input, std::string_view value);
  /// Another account: no cycle before, and every input is missing.
  void clear();

  [[nodiscard]] account_score score();
  /// What the last `score` leaves to the next cycle.
  [[nodiscard]] cycle_state cycle() const;
  /// The parts of the score, as `explain` gives a table of this one row: row 0 of what it returns.
  [[nodiscard]] contributions explain() const;

 private:
  struct row;
  [[nodiscard]] row& bound_row() const;
  std::unique_ptr<row> row_;
};

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
