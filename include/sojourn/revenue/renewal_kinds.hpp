// What kinds of renewals a window held: long terms, automatic ones, contracts that were joined.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>

#include "sojourn/revenue/renewal.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What else is known about the rows of `contracts`; any column may be empty (nothing is known) or have missing cells.
struct contract_details {
  column<std::int32_t> term_start{};     ///< first day of the expiring term
  column<std::int32_t> renewed_until{};  ///< day after the last day of the renewal term
  column<std::uint8_t> auto_renewed{};   ///< 1: it went on because no one ended it
};

/// Contracts due in a window, by kind. The kinds overlap; each says of how many contracts it could be told. None of them
/// changes a rate: a renewal is a renewal, and a term of three years counts once, in the window in which it ends.
struct renewal_kinds {
  std::int64_t due = 0;
  std::int64_t renewed = 0;             ///< early, on time or late
  std::int64_t multi_year_due = 0;      ///< of the due: the expiring term was longer than a year
  std::int64_t term_known = 0;          ///< of the due: with a start of the term
  std::int64_t multi_year_renewed = 0;  ///< of the renewed: for longer than a year; not due again until then
  std::int64_t renewed_term_known = 0;  ///< of the renewed: with an end of the new term
  std::int64_t auto_renewed = 0;        ///< of the renewed
  std::int64_t auto_known = 0;          ///< of the renewed: where it is known
  std::int64_t co_terminated = 0;       ///< of the renewed: they go on from one day, though they ended on different ones
  friend constexpr bool operator==(const renewal_kinds&, const renewal_kinds&) = default;
};

/// Renewed and due as `tally_renewals` counts them. Throws as that, and `schema_error` for lengths that differ, `data_error`
/// with the row for a term that does not end after its start. A year is a calendar year: to the same day of the next one.
/// O(rows + due log due).
[[nodiscard]] renewal_kinds count_renewal_kinds(const contracts& terms, const contract_details& details,
                                                renewal_window window, const renewal_options& options = {});

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
