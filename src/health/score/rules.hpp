// Rules and manual values on one account: from the raw score to the final one.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstddef>
#include <cstdint>

#include "health/score/decide.hpp"
#include "health/score/inputs.hpp"
#include "health/score/tile_conditions.hpp"

namespace sojourn::inline v0_1::health::detail {

/// What the rules on signals and groups did to one account.
struct scoped_verdict {
  std::uint64_t fired = 0;
  std::uint64_t unknown = 0;
  std::int16_t binding = no_rule;
};

/// The score of a group of one account, 0..100; NaN = missing. Refers to a callable that outlives it.
class group_scores {
 public:
  group_scores() = default;
  template <class F>
  explicit group_scores(const F& of) noexcept
      : of_(&of), call_([](const void* on, std::size_t g) { return (*static_cast<const F*>(on))(g); }) {}

  [[nodiscard]] double operator()(std::size_t g) const { return call_(of_, g); }

 private:
  const void* of_ = nullptr;
  double (*call_)(const void*, std::size_t) = nullptr;
};

/// What conditions may ask about one account besides its columns.
struct account_now {
  std::size_t row = 0;
  double raw = 0;  ///< the score before rules on it
  group_scores sub{};
  scoped_verdict scoped{};
};

/// What a condition may know about an account.
class account_facts {
 public:
  account_facts(const bound_inputs& inputs, const account_now& account) : inputs_(inputs), account_(account) {}
  [[nodiscard]] cell value(const term& t) const;

 private:
  [[nodiscard]] double before() const;
  [[nodiscard]] cell before(std::size_t signal) const;
  [[nodiscard]] cell tier_cell(tier_code tier) const;
  [[nodiscard]] double age(std::size_t k) const;

  const bound_inputs& inputs_;
  const account_now& account_;
};

struct ruled {
  double score = 0;
  adjustment terms{};
  std::uint64_t fired = 0;
  std::uint64_t unknown = 0;  ///< rules that could not be decided
  std::int16_t binding = no_rule;
  std::int32_t manual = -1;  ///< which manual value, where `binding` is `by_hand`
  std::uint16_t flags = 0;
  tier_code lowest_tier = 0;           ///< of `floor_tier`
  tier_code highest_tier = max_tiers;  ///< of `cap_tier`
};

/// `known` is what was decided of the rules on the score already; those `left` are asked here.
[[nodiscard]] ruled apply_rules(const bound_inputs& inputs, const account_now& account, decided known,
                                std::span<const std::size_t> left);

/// A cap on a tier keeps the score this far below the next one, so that the printed score agrees with the tier.
inline constexpr double tier_epsilon = 0.01;

}  // namespace sojourn::inline v0_1::health::detail
