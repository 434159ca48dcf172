// What accounts pay, apart for each customer that holds them: where an account changes hands, one piece ends and another
// begins.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "revenue/book/derive.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/period_grid.hpp"

namespace sojourn::inline v0_1::detail {

/// Numbered by customer, so that those of one customer of the reading follow each other.
struct held_pieces {
  ledger steps;                        ///< an account of this ledger is a piece
  std::vector<std::uint32_t> named;    ///< by piece: the account that the caller's rows name
  std::vector<std::uint32_t> account;  ///< whose it is among accounts
  std::vector<std::uint32_t> holder;   ///< whose it is under the view: an account or a parent

  [[nodiscard]] std::size_t size() const noexcept { return named.size(); }
};

/// Throws `schema_error` for a reading whose customers exchange nothing that is one number: subscriptions, and lanes.
void require_units(const reading& how);

/// The pieces of a book under a reading. Throws as `read`.
[[nodiscard]] held_pieces pieces_of(const book_data& data, const reading& how);

/// What came to a customer from others and went to others, on a day or in a period.
struct transfer {
  std::uint32_t customer = 0;
  std::int32_t when = 0;  ///< the day, or the number of the period
  int128 in = 0, out = 0;
  bool arrives = false;  ///< an account comes that was another's
  bool leaves = false;   ///< an account goes that is another's
};

/// All transfers between customers inside the finder's days, by customer and day (`by_period`: period).
[[nodiscard]] std::vector<transfer> find_transfers(const held_pieces& pieces, std::span<const std::uint32_t> customer,
                                                   const period_finder& finder, bool by_period);

}  // namespace sojourn::inline v0_1::detail
