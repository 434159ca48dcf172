// The order in which rules act on one number of points: adds, then floors, then set or manual, then caps, then the ends.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "sojourn/health/score/score.hpp"

namespace sojourn::inline v0_1::health::detail {

/// Collects everything that moves one number of points, then applies it in the order of the definition.
class rule_order {
 public:
  /// Who moves it: the position of a rule, or of a manual value counted down from -2; -1 is nobody.
  using mover = std::int32_t;
  static constexpr mover nobody = -1;
  static mover hand(std::size_t manual) { return -2 - static_cast<mover>(manual); }

  void add(double points, mover by) {
    added_ += points;
    if (std::abs(points) > largest_) largest_ = std::abs(points), adder_ = by;
  }
  void raise(double value, mover by) {
    if (value > floor_.value) floor_ = {value, by};
  }
  void lower(double value, mover by, cap_strength strength = cap_strength::firm) {
    candidate& limit = strength == cap_strength::firm ? firm_ : yielding_;
    if (value < limit.value) limit = {value, by};
  }
  /// Highest priority, then latest, then first.
  void offer(double value, mover by, int priority, std::int32_t set_at = std::numeric_limits<std::int32_t>::min()) {
    const bool better = !offered_ || priority > priority_ || (priority == priority_ && set_at > set_at_);
    if (!better) return;
    set_ = {value, by};
    offered_ = true;
    priority_ = priority;
    set_at_ = set_at;
  }
  void raised_by_hand() { by_hand_ = true; }
  void exclude() { excluded_ = true; }
  [[nodiscard]] bool excluded() const { return excluded_; }
  [[nodiscard]] bool by_hand() const { return by_hand_; }
  /// Who moved the number last.
  [[nodiscard]] mover binding() const { return binding_; }

  /// The number after all, and its way there in `terms`.
  double apply(double points, adjustment& terms) {
    double h = points + added_;
    terms.add = h - points;
    if (h != points) binding_ = adder_;
    if (floor_.value > h) move(h, terms.floor, floor_);
    if (offered_) move(h, terms.set, set_);
    if (firm_.value < h) move(h, terms.cap, firm_);
    if (!by_hand_ && yielding_.value < h) move(h, terms.cap, yielding_);
    const double inside = h < 0 ? 0.0 : h > 100 ? 100.0 : h;
    terms.clamp = inside - h;
    return inside;
  }

 private:
  struct candidate {
    double value;
    mover by = nobody;
  };
  void move(double& h, double& term, const candidate& to) {
    if (to.value == h) return;
    term += to.value - h;
    h = to.value;
    binding_ = to.by;
  }

  double added_ = 0, largest_ = 0;
  mover adder_ = nobody, binding_ = nobody;
  candidate floor_{-std::numeric_limits<double>::infinity()};
  candidate set_{0};
  candidate firm_{std::numeric_limits<double>::infinity()};
  candidate yielding_{std::numeric_limits<double>::infinity()};
  int priority_ = 0;
  std::int32_t set_at_ = 0;
  bool offered_ = false, excluded_ = false, by_hand_ = false;
};

}  // namespace sojourn::inline v0_1::health::detail
