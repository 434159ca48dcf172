// A compiled scorecard: checked, immutable, shared freely between threads.
// Layer: 3. Needs: links sojourn (JSON behind it).
#pragma once

#include "sojourn/export.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/domain/diagnostics.hpp"
#include "sojourn/health/card/spec.hpp"
#include "sojourn/health/card/tiers.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

namespace detail {
struct plan;
}

/// Cheap to copy. Compile once, score many times: nothing is parsed or looked up by name inside the hot loop.
class scorecard {
 public:
  /// Moves are copies, so a card that was moved from is still the card it was.
  scorecard(const scorecard&) noexcept = default;
  scorecard& operator=(const scorecard&) noexcept = default;
  ~scorecard() = default;
  [[nodiscard]] const scorecard_spec& spec() const noexcept;
  [[nodiscard]] const tier_ladder& ladder() const noexcept;
  /// Canonical JSON: one text per meaning, defaults written out. `compile_json(to_json())` is the same card, same hash.
  [[nodiscard]] const std::string& to_json() const noexcept;
  /// 64-bit FNV-1a of the canonical JSON: tells a change of the model from a change of the customer. Not cryptographic.
  [[nodiscard]] std::uint64_t hash() const noexcept;
  [[nodiscard]] const diagnostics& warnings() const noexcept;
  /// Columns that scoring reads: the signals, then the columns they are divided by; each once.
  [[nodiscard]] const std::vector<std::string>& inputs() const noexcept;
  /// Whether the signals of the cycle before (`score_options::previous_signals`) make a difference.
  [[nodiscard]] bool reads_previous() const noexcept;
  /// "red", ..., or "unknown"; "" for `no_tier`.
  [[nodiscard]] std::string_view tier_name(tier_code which) const noexcept;
  [[nodiscard]] const detail::plan& plan() const noexcept { return *plan_; }

 private:
  friend scorecard compile(const scorecard_spec& spec);
  explicit scorecard(std::shared_ptr<const detail::plan> plan) noexcept : plan_(std::move(plan)) {}
  std::shared_ptr<const detail::plan> plan_;
};

/// The names of the signals, in the card's order.
[[nodiscard]] std::vector<std::string> signal_names(const scorecard& card);

/// Throws `card_error` with all diagnostics when any of them is an error.
[[nodiscard]] scorecard compile(const scorecard_spec& spec);

/// The grammar is in docs/definitions/health.md. An unknown key is an error: a typo must not pass for a choice.
[[nodiscard]] scorecard compile_json(std::string_view json);

/// The spec as canonical JSON, whether or not it compiles.
[[nodiscard]] std::string to_json(const scorecard_spec& spec);

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
