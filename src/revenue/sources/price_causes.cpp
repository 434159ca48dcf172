#include "revenue/sources/price_causes.hpp"

#include "revenue/ledger/cell_checks.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::detail {

std::int64_t price_comparison::ticks(const valued& what, std::uint32_t after) const {
  const mrr native = mrr_from_price(what.listed, what.off, policy_).value;
  return native == mrr{} || !rate_ ? native.ticks() : converted(native, rate_(after)).ticks();
}

bool price_comparison::metered(compared_row row) const {
  return value_or(t_.metered, row.row, std::uint8_t{0}) != 0;
}

bool price_comparison::has_tax(compared_row row) const {
  return policy_.tax == tax_rule::exclude && value_or(t_.tax_minor, row.row, std::int64_t{0}) != 0;
}

/// The price of a row with or without its discount, whichever gives these ticks.
std::optional<price_comparison::valued> price_comparison::in_force(compared_row row, std::uint32_t after) const {
  const auto unit = static_cast<billing_unit>(value_or(t_.unit, row.row, static_cast<std::uint8_t>(billing_unit::month)));
  valued found{{t_.amount[row.row], value_or(t_.every, row.row, 1), unit, value_or(t_.quantity, row.row, std::int64_t{1})},
               {value_or(t_.discount_basis_points, row.row, 0), value_or(t_.discount_minor, row.row, std::int64_t{0}),
                static_cast<discount_term>(value_or(t_.discount_term, row.row, std::uint8_t{0}))}};
  const auto near = [&] {
    const int128 off = int128{ticks(found, after)} - row.ticks;
    return off <= 2 && off >= -2;  // of a rate
  };
  if (near()) return found;
  found.off = {};
  return near() ? std::optional(found) : std::nullopt;
}

void price_comparison::operator()(compared_row before, compared_row after, std::vector<cause_part>& parts) const {
  const int128 whole = int128{after.ticks} - before.ticks;
  // Rows of usage beside prices have none.
  const bool priced = holds(t_.amount, before.row) && holds(t_.amount, after.row);
  if (!priced) return add_part(parts, change_cause::unknown, whole);
  if (metered(before) && metered(after)) return add_part(parts, change_cause::usage, whole);
  const bool seats_known = holds(t_.quantity, before.row) && holds(t_.quantity, after.row);
  if (has_tax(before) || has_tax(after)) {
    const bool same_seats = seats_known && t_.quantity[before.row] == t_.quantity[after.row];
    return add_part(parts, same_seats ? change_cause::price : change_cause::unknown, whole);
  }
  try {
    const auto from = in_force(before, after.row), to = in_force(after, after.row);
    if (!from || !to) return add_part(parts, change_cause::unknown, whole);
    valued now = *from;
    now.listed.quantity = to->listed.quantity;
    const std::int64_t with_seats = ticks(now, after.row);
    now.listed = to->listed;
    const std::int64_t with_price = ticks(now, after.row);
    const int128 off = int128{after.ticks} - with_price;
    add_part(parts, seats_known ? change_cause::seats : change_cause::unknown, int128{with_seats} - before.ticks);
    add_part(parts, seats_known ? change_cause::price : change_cause::unknown, int128{with_price} - with_seats);
    add_part(parts, off > 0 ? change_cause::discount_end : change_cause::price, off);
  } catch (const error&) {
    // A price between the two is none that can be valued.
    add_part(parts, change_cause::unknown, whole);
  }
}

}  // namespace sojourn::inline v0_1::detail
