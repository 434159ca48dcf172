// Why MRR moved, where facts say it: which row takes over from which, and what separates the two.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "revenue/ledger/cause_netting.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/revenue/currencies/exchange_rates.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"

namespace sojourn::inline v0_1::detail {

/// A row of the source on the day on which it takes over from another one, or the other from it.
struct compared_row {
  std::uint32_t row;
  std::int64_t ticks;
};

/// What the rows of a source say about each other, by their numbers.
struct cause_facts {
  column<std::uint32_t> subscription{};  ///< empty: an account has one
  column<std::uint32_t> product{};       ///< code of a plan or product; empty, or missing in a row: not known
  /// Appends what separates the MRR of one row from that of the row that takes over, both at the rate of the latter, in
  /// parts that add up to the difference; what facts do not explain is `unknown`. Null: nothing can be compared.
  std::function<void(compared_row, compared_row, std::vector<cause_part>&)> compare{};
  /// The rate at which each row was valued; null: all rows are in one currency, or keep their own.
  std::function<exchange_rate(std::uint32_t)> rate{};
  /// The cause that a row states for its end; `unknown`: none.
  std::function<change_cause(std::uint32_t)> stated{};
};

/// Writes the causes of what follows from row to row into `marks` and `shares` of `rows`. On every day of an account:
///
/// - A row that ends and one that starts belong together when they are of one subscription and, where that is known, of one
///   product; equal amounts first. Left over pairs of one subscription are a change of product. What `compare` says
///   separates the two is the cause, in parts where it says several; what rates alone moved is `fx`. A cause that the row
///   which ends states holds for both.
/// - A row of another subscription or product that starts while the account is a customer, or ends while it stays one, is
///   `product`; but a row that ended because of a failed payment, a pause or a refund keeps that.
/// - A row that makes a customer is `new_subscription` the first time, else `reactivated`.
/// - Rows that could belong together in several ways, and rows of which nobody knows whether they are another product, are
///   `unknown`.
///
/// All other marks hold, so that a row which makes an account leave keeps why it ends. O(n log n) of the rows of each
/// account, times the rows of one day.
void derive_causes(mrr_rows& rows, const cause_facts& facts);

}  // namespace sojourn::inline v0_1::detail
