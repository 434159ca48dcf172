// Changes of plan among the lines of invoices: credits for unused time, and charges for the rest of a period.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "revenue/sources/row_checks.hpp"
#include "sojourn/input/invoice_lines.hpp"

namespace sojourn::inline v0_1::detail {

/// How a line of a change of plan is read.
struct proration {
  bool credit = false;                      ///< it pays unused days back; else it bills the rest of a period
  std::optional<std::uint32_t> credited{};  ///< the line whose days it pays back
  bool ends_it = false;                     ///< all of its unused days, to a day's share: that line is over
  std::optional<days> whole{};              ///< the period of which it is a part, where the line itself does not say
};

/// The lines of changes of plan, by row.
///
/// Such a line says so by its kind. A line below zero without a kind is one too where its account has a charge that starts
/// on its first day and holds for its days, beside the one that it pays back. The credited line is the one whose share of
/// the same days is nearest to the credit, of the same subscription where there is one. The whole period of a credit is
/// that of the credited line; a charge for the very days of a credit has it too, unless it bills whole months.
/// A line is read by the lines of its own account alone. O(n log n) of the accounts with such lines.
[[nodiscard]] std::map<std::size_t, proration> find_prorations(const invoice_lines& lines);

}  // namespace sojourn::inline v0_1::detail
