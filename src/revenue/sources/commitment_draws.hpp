// Which commitment covers which consumption, and what of it expires unused.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/input/usage_lines.hpp"

namespace sojourn::inline v0_1::detail {

inline constexpr std::uint32_t whole_account = UINT32_MAX;

/// From a day on a fact belongs to an account.
struct owned_since {
  std::int32_t since;
  std::uint32_t owner;
};

/// One row of usage, checked. Only what one account owns on a day is set against each other.
struct usage_fact {
  usage_kind kind = usage_kind::consumption;
  std::uint32_t account = 0;
  std::uint32_t subscription = whole_account;
  std::uint32_t currency = 0;
  std::int32_t start = 0;
  std::int32_t end = 0;  ///< day after the last one; `runs_on` where a minimum has none
  std::int64_t amount = 0;
  /// Owners besides `account` itself, in order of days, the first from the beginning; empty: `account` always.
  std::vector<owned_since> owners{};

  [[nodiscard]] std::uint32_t owner_on(std::int32_t when) const noexcept;
  [[nodiscard]] std::uint32_t last_owner() const noexcept { return owners.empty() ? account : owners.back().owner; }
};

/// So many months after a day; the last day of a month that is too short for it.
[[nodiscard]] day months_after(day from, std::int32_t count);
/// The month of a term, counted from its first day, that holds `when`.
[[nodiscard]] std::int32_t month_of_term(day start, day when);

/// How much of a commitment fell to the days before `when`, from 0 to all of it; a minimum that runs never ends.
[[nodiscard]] std::int64_t committed_before(const usage_fact& commitment, std::int32_t when);

struct draw {
  std::uint32_t consumption;                ///< by number of the facts
  std::optional<std::uint32_t> commitment;  ///< none: overage
  std::int64_t amount;
};
struct forfeit {
  std::uint32_t commitment;
  std::int32_t when;  ///< its last day
  std::int64_t amount;
};

struct commitment_draws {
  std::vector<draw> draws;        ///< by account, in order of days
  std::vector<forfeit> forfeits;  ///< only of months and terms that are over
};

/// Facts that start on `as_of` or later have not happened. O(facts log facts + consumption x commitments of its account).
[[nodiscard]] commitment_draws draw_down(const std::vector<usage_fact>& facts, day as_of);

/// Commitments that cover consumption of the fact on one of its days.
[[nodiscard]] bool covers(const usage_fact& commitment, const usage_fact& consumption);

/// The order in which commitments are drawn: what expires first, of a subscription before what is of the whole account.
[[nodiscard]] bool drawn_before(const usage_fact& a, std::uint32_t number_a, const usage_fact& b, std::uint32_t number_b,
                                std::int32_t when);

}  // namespace sojourn::inline v0_1::detail
