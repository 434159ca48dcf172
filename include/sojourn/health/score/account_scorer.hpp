// One account at a time: for a page that shows a score, not for a book of them.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/health/card/scorecard.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

struct account_score {
  double score = 0;  ///< 0..100, NaN = unknown
  tier_code tier = unknown_tier;
  double coverage = 0;
  std::uint16_t flags = 0;  ///< as `scores::flags`
};

/// A card bound to one row that it scores again and again: everything is looked up, checked and allocated once.
///
/// The same score, tier, coverage and flags as `score` gives a table of this one row, bit for bit, without a cycle before
/// and without manual values. A fraction of a microsecond for usual cards, about one for the others. An object serves one
/// thread at a time. Throws `schema_error` as `score` does, `data_error` for a value outside a `valid` range whose policy is
/// `error`.
class account_scorer {
 public:
  /// `as_of` as in `score_options`.
  explicit account_scorer(const scorecard& card, day as_of = {});
  ~account_scorer();
  account_scorer(account_scorer&&) noexcept;
  account_scorer& operator=(account_scorer&&) noexcept;

  /// Columns that a row has, in this order: `scorecard::inputs()`.
  [[nodiscard]] std::size_t inputs() const noexcept;
  /// Values stay until they are set again; all are missing at first. NaN is missing, a day is its days since 1970-01-01.
  void set(std::size_t input, double value);
  /// For what is named. A text that differs from the last one costs some microseconds.
  void set_text(std::size_t input, std::string_view value);

  [[nodiscard]] account_score score();

 private:
  struct row;
  std::unique_ptr<row> row_;
};

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
