// A scored cycle to canonical bytes and back: what it was scored from, so that its scores, their parts and every later delta
// can be had again.
// Layer: 4. Needs: links sojourn.
//
// The frame is that of state_bytes.hpp; in place of a fingerprint of options stands one of the schema. Bytes of another
// schema are refused.
#pragma once

#include "sojourn/export.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/health/score/score.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

struct kept_column {
  std::string name;
  arrow::any_column values;
};
using kept_columns = std::vector<kept_column>;

/// Whether a cycle was scored by one card or by a set of cards.
enum class kept_card : std::uint8_t { card, card_set };

/// Everything that one cycle was scored from. A score is a function of it, so scores are not kept, but their fingerprint is.
struct kept_cycle {
  kept_card kind = kept_card::card;
  std::string card;                             ///< canonical JSON of the card or of the set
  std::optional<day> as_of{};                   ///< the day of the scores, where they have one
  std::optional<arrow::any_column> accounts{};  ///< keys, one per row; none: rows are known by their numbers
  kept_columns signals{};                       ///< the columns that the card reads, one value per account
  kept_columns beside{};                        ///< further columns of the scored table, such as owner and MRR
  std::optional<kept_columns> before{};         ///< the cycle before: account, score, tier, and its memory
  std::optional<kept_columns> signals_before{};
  std::optional<kept_columns> manual{};  ///< values given by hand
  std::uint64_t scores_fingerprint = 0;  ///< `fingerprint` of the scores
  std::string notes{};                   ///< UTF-8 of the host's own, such as names of columns
};

/// Of the bits of every score and of every tier: whether scores that were made again are those that were kept.
[[nodiscard]] std::uint64_t fingerprint(const health::scores& of) noexcept;
[[nodiscard]] std::uint64_t fingerprint(std::span<const double> scores, std::span<const health::tier_code> tiers) noexcept;

namespace detail {

[[nodiscard]] kept_cycle kept_cycle_from_bytes(std::span<const std::uint8_t> bytes);

}  // namespace detail

/// Values that are missing hold nothing, text is kept by its words, and NaN is one NaN, so equal cycles have equal bytes.
/// Throws `schema_error` for columns whose lengths or names do not fit, and for text that is no UTF-8. O(values).
[[nodiscard]] std::vector<std::uint8_t> to_bytes(const kept_cycle& cycle);

/// The cycle behind bytes that `to_bytes` wrote; text comes back as a dictionary. Throws `state_error` that names what is
/// wrong, also for bytes that somebody made up; allocates no more than in proportion to `bytes`.
template <std::same_as<kept_cycle> Cycle>
[[nodiscard]] Cycle from_bytes(std::span<const std::uint8_t> bytes) {
  return detail::kept_cycle_from_bytes(bytes);
}

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
