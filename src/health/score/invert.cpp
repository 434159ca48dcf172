#include "health/score/invert.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>

#include "detail/read_double.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

constexpr double almost = 0.999;  ///< of scales that never quite end

double distance(double a, double b) {
  return std::isnan(b) ? std::abs(a) : std::abs(a - b);
}

struct turn_round {
  double wanted;
  double now;
  double as_of;
  using answer = std::optional<raw_value>;

  template <class Other>
  answer operator()(const Other&) const {
    return std::nullopt;
  }
  answer operator()(const identity&) const { return raw_value{100 * wanted, {}, wanted}; }
  answer operator()(const ramp& r) const {
    return raw_value{wanted >= 1 ? r.good : r.bad + wanted * (r.good - r.bad), {}, wanted};
  }
  answer operator()(const log_ramp& r) const {
    const double from = std::log1p(r.bad), to = std::log1p(r.good);
    return raw_value{wanted >= 1 ? r.good : std::expm1(from + wanted * (to - from)), {}, wanted};
  }
  answer operator()(const piecewise& p) const { return nearest_on(p.knots); }
  answer operator()(const target& t) const {
    return nearest_on(
        {{t.low - t.falloff, 0}, {t.low, 1}, {std::max(t.high, std::nextafter(t.low, 1e300)), 1}, {t.high + t.falloff, 0}});
  }
  answer operator()(const logistic& l) const {
    return raw_value{l.mid + std::log(wanted / (1 - wanted)) / l.slope, {}, wanted};
  }
  answer operator()(const saturating& s) const { return raw_value{s.half * wanted / (1 - wanted), {}, wanted}; }
  /// A day, and whole days ago; what is a millionth of a day short is not a day late.
  answer operator()(const recency& r) const {
    return raw_value{as_of - std::floor(r.grace - r.half_life * std::log2(wanted) + 1e-6), {}, wanted};
  }
  answer operator()(const zscore& z) const { return normal(z.mean, z.sd, z.better); }
  answer operator()(const robust_z& z) const { return normal(z.median, z.mad / 0.6745, z.better); }
  answer operator()(const bins& b) const {
    std::vector<double> inner = b.edges;
    if (b.edges.size() > b.s.size()) inner.assign(b.edges.begin() + 1, b.edges.end() - 1);
    answer best;
    for (std::size_t j = 0; j < b.s.size(); ++j) {
      if (b.s[j] < wanted) continue;
      const bool left = b.closed == closed_side::left;
      // The end of the bin that lies nearer; an open end is missed by one bit.
      const double low = j == 0 ? -1e300 : left ? inner[j - 1] : std::nextafter(inner[j - 1], 1e300);
      const double high = j == inner.size() ? 1e300 : left ? std::nextafter(inner[j], -1e300) : inner[j];
      offer(best, {std::isnan(now) ? (j == 0 ? high : low) : std::clamp(now, low, high), {}, b.s[j]});
    }
    return best;
  }
  answer operator()(const value_map& m) const {
    const std::pair<std::string, double>* best = nullptr;
    for (const auto& entry : m.table) {
      if (entry.second >= wanted && (best == nullptr || entry.second < best->second)) best = &entry;
    }
    if (best == nullptr) return std::nullopt;
    raw_value found{std::numeric_limits<double>::quiet_NaN(), best->first, best->second};
    // A column of numbers is read by its numbers.
    if (!std::isnan(now))
      (void)sojourn::detail::read_double(best->first.data(), best->first.data() + best->first.size(), found.x);
    if (!std::isnan(found.x)) found.label.clear();
    return found;
  }
  /// Along the reference in the direction in which s rises, and just past its end.
  answer operator()(const percentile& p) const {
    const bool rising = p.better == better_side::higher;
    const double n = static_cast<double>(p.reference.size());
    const auto share_at = [&](double x) {
      const auto [low, high] = std::equal_range(p.reference.begin(), p.reference.end(), x);
      const double below = static_cast<double>(low - p.reference.begin()), same = static_cast<double>(high - low);
      return (rising ? below : n - below - same) / n + same / n / 2;
    };
    std::vector<double> order = p.reference;
    if (!rising) std::reverse(order.begin(), order.end());
    order.push_back(std::nextafter(order.back(), rising ? 1e300 : -1e300));
    for (const double x : order)
      if (share_at(x) >= wanted) return raw_value{x, {}, share_at(x)};
    return std::nullopt;
  }
  answer operator()(const boolean& b) const {
    if (b.when_false >= wanted && (b.when_false <= b.when_true || b.when_true < wanted))
      return raw_value{0, {}, b.when_false};
    if (b.when_true >= wanted) return raw_value{1, {}, b.when_true};
    return std::nullopt;
  }

 private:
  [[nodiscard]] answer normal(double middle, double width, better_side better) const {
    const double z = -std::sqrt(2.0) * boost::math::erfc_inv(2 * wanted);
    return raw_value{middle + (better == better_side::higher ? z : -z) * width, {}, wanted};
  }
  void offer(answer& best, raw_value one) const {
    if (!best || distance(one.x, now) < distance(best->x, now)) best = std::move(one);
  }
  /// Of all crossings of the height that is wanted, the nearest.
  [[nodiscard]] answer nearest_on(const std::vector<knot>& knots) const {
    answer best;
    for (std::size_t j = 0; j < knots.size(); ++j) {
      if (knots[j].s >= wanted) offer(best, {knots[j].x, {}, knots[j].s});
      if (j == 0 || (knots[j - 1].s < wanted) == (knots[j].s < wanted)) continue;
      const double share = (wanted - knots[j - 1].s) / (knots[j].s - knots[j - 1].s);
      offer(best, {knots[j - 1].x + share * (knots[j].x - knots[j - 1].x), {}, wanted});
    }
    return best;
  }
};

struct best_s {
  template <class Other>
  double operator()(const Other&) const {
    return 1;
  }
  double operator()(const logistic&) const { return almost; }
  double operator()(const saturating&) const { return almost; }
  double operator()(const zscore&) const { return almost; }
  double operator()(const robust_z&) const { return almost; }
  double operator()(const piecewise& p) const {
    return std::max_element(p.knots.begin(), p.knots.end(), [](const knot& a, const knot& b) { return a.s < b.s; })->s;
  }
  double operator()(const bins& b) const { return *std::max_element(b.s.begin(), b.s.end()); }
  double operator()(const value_map& m) const {
    return std::max_element(m.table.begin(), m.table.end(), [](const auto& a, const auto& b) { return a.second < b.second; })
        ->second;
  }
  double operator()(const boolean& b) const { return std::max(b.when_false, b.when_true); }
};

}  // namespace

std::optional<raw_value> invert(const normaliser& norm, double wanted, double now, double as_of) {
  return std::visit(turn_round{wanted, now, as_of}, norm);
}

double best_of_norm(const normaliser& norm) {
  return std::visit(best_s{}, norm);
}

}  // namespace sojourn::inline v0_1::health::detail
