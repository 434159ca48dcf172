// The rules of a scorecard as data: what overrides a mean, and what is diagnosed.
// Layer: 3. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

enum class rule_action : std::uint8_t {
  add,       ///< points
  cap,       ///< at most this score
  floor,     ///< at least this score
  cap_tier,  ///< at most this tier, at once, whatever the margins say; the score follows
  floor_tier,
  set,
  exclude,  ///< no score; of a signal or group: as if it were missing
  none,     ///< nothing: the rule only diagnoses
};
constexpr std::array<std::string_view, 8> values_of(rule_action) {
  return {"add", "cap", "floor", "cap_tier", "floor_tier", "set", "exclude", "none"};
}

/// What a condition that cannot be decided does (it compares something that is missing). It is flagged either way.
enum class undecided : std::uint8_t { rests, fires };
/// Whether a cap also binds where somebody set or raised the score by hand.
enum class cap_strength : std::uint8_t { firm, yields_to_manual };

/// What a rule acts on: the score; or the points (0 to 100) of one signal or group before they go up the tree.
enum class rule_scope : std::uint8_t { overall, signal, group };

/// What is behind a finding: behaviour needs motivation, ability and a trigger; the others are people and data.
enum class diagnosis_class : std::uint8_t { motivation, ability, trigger, stakeholder, data };
constexpr std::array<std::string_view, 5> values_of(diagnosis_class) {
  return {"motivation", "ability", "trigger", "stakeholder", "data"};
}
enum class diagnosis_severity : std::uint8_t { low, medium, high, critical };
constexpr std::array<std::string_view, 4> values_of(diagnosis_severity) {
  return {"low", "medium", "high", "critical"};
}

/// What is found where the rule fires, and what to do about it.
struct rule_diagnosis {
  std::string code;  ///< "stakeholder.sponsor_left"; several rules may find the same
  diagnosis_class kind = diagnosis_class::motivation;
  diagnosis_severity severity = diagnosis_severity::medium;
  std::vector<std::string> evidence{};  ///< signals to show; empty = those of the condition
  std::vector<std::string> remedies{};
  std::string owner_role{};                ///< whose it is: "csm", "support" ...
  std::optional<std::int32_t> due_days{};  ///< when something must have happened, counted from `as_of`
  friend bool operator==(const rule_diagnosis&, const rule_diagnosis&) = default;
};

/// "If the sponsor left, at most red." All adds come first, then floors, then the set or manual value, then caps: a cap
/// beats them all. The grammar of `when` is in docs/definitions/health.md.
struct rule {
  std::string id;
  std::string when;
  rule_action action = rule_action::cap;
  double value = 0;    ///< points, or a score; not read by the tier actions and `exclude`
  std::string tier{};  ///< of `cap_tier` and `floor_tier`
  int priority = 0;    ///< among several `set` and manual values the highest counts
  undecided on_unknown = undecided::rests;
  cap_strength strength = cap_strength::firm;
  std::string reason{};
  rule_scope scope = rule_scope::overall;
  std::string target{};  ///< name of the signal, id of the group
  std::optional<rule_diagnosis> finding{};
  friend bool operator==(const rule&, const rule&) = default;
};
inline constexpr std::size_t max_rules = 64;

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
