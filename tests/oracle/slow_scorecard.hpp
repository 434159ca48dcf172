// A scorecard as one would do it by hand: one account, one signal at a time, straight from the definition. Shares nothing
// with the library but the spec.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "sojourn/health/card/spec.hpp"

namespace slow {

namespace h = sojourn::health;

/// A raw cell: nothing, a number, or text.
using cell = std::variant<std::monostate, double, std::string>;
using account_row = std::map<std::string, cell>;

/// To 12 significant digits, as thresholds are compared.
inline double shown(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.11e", value);
  return std::strtod(text, nullptr);
}

inline double clip(double s) {
  return std::min(1.0, std::max(0.0, s));
}

inline std::optional<double> interpolate(const std::vector<h::knot>& knots, double x) {
  if (x <= knots.front().x) return knots.front().s;
  if (x >= knots.back().x) return knots.back().s;
  std::size_t j = 1;
  while (knots[j].x < x) ++j;
  const double t = (x - knots[j - 1].x) / (knots[j].x - knots[j - 1].x);
  return knots[j - 1].s + t * (knots[j].s - knots[j - 1].s);
}

/// Whether a cell holds this text, or the whole number that it spells.
inline bool is_named(const cell& c, const std::string& name) {
  const auto* text = std::get_if<std::string>(&c);
  const auto* number = std::get_if<double>(&c);
  if (text != nullptr) return *text == name;
  return number != nullptr && std::abs(*number) < 1e6 && *number == std::floor(*number) &&
         std::to_string(static_cast<int>(*number)) == name;
}

/// In which band a value lies; nothing where in none.
inline std::optional<std::size_t> band_at(const std::vector<h::band>& bands, double x) {
  for (std::size_t j = 0; j < bands.size(); ++j) {
    const bool takes_low = bands[j].ends == h::band_ends::low || bands[j].ends == h::band_ends::both;
    const bool takes_high = bands[j].ends == h::band_ends::high || bands[j].ends == h::band_ends::both;
    if ((x > bands[j].low && x < bands[j].high) || (takes_low && x == bands[j].low) || (takes_high && x == bands[j].high))
      return j;
  }
  return std::nullopt;
}

struct number_to_s {
  double x;
  int as_of = 0;
  std::optional<double> second{};  ///< earlier value, denominator or context
  cell segment{};
  std::optional<double> operator()(const h::change& c) const {
    if (std::isinf(x) || !second || std::isinf(*second)) return std::nullopt;
    const double base = *second > c.floor ? *second : -*second > c.floor ? -*second : c.floor;
    const double relative = x == *second ? 0 : (x - *second) / base;
    return clip((relative - c.bad) / (c.good - c.bad));
  }
  std::optional<double> operator()(const h::ratio& r) const {
    if (std::isinf(x) || !second || std::isinf(*second) || *second <= 0) return std::nullopt;
    return clip((x / *second - r.bad) / (r.good - r.bad));
  }
  std::optional<double> operator()(const h::lookup2d& t) const {
    if (std::isinf(x) || !second || std::isinf(*second)) return std::nullopt;
    const auto row = band_at(t.bands, x), column = band_at(t.context_bands, *second);
    if (!row || !column) return std::nullopt;
    const double s = t.s[*row * t.context_bands.size() + *column];
    return std::isnan(s) ? std::nullopt : std::optional(s);
  }
  std::optional<double> operator()(const h::recency& r) const {
    const double days = std::max(0.0, as_of - x);
    return std::pow(0.5, std::max(0.0, days - r.grace) / r.half_life);
  }
  std::optional<double> operator()(const h::zscore& z) const { return below(x, z.mean, z.sd, z.better); }
  std::optional<double> operator()(const h::robust_z& z) const { return below(x, z.median, z.mad / 0.6745, z.better); }
  std::optional<double> operator()(const h::percentile& p) const {
    double share = 0;
    const std::vector<double>* reference = &p.reference;
    for (const auto& [name, own] : p.by) reference = is_named(segment, name) ? &own : reference;
    for (const double value : *reference)
      share += value == x ? 0.5 : (value < x) == (p.better == h::better_side::higher) ? 1.0 : 0.0;
    return share / static_cast<double>(reference->size());
  }
  static std::optional<double> below(double x, double mean, double sd, h::better_side better) {
    if (std::isinf(x)) return std::nullopt;
    const double z = (x - mean) / sd / std::sqrt(2.0);
    return better == h::better_side::higher ? 0.5 * std::erfc(-z) : 0.5 * std::erfc(z);
  }
  std::optional<double> operator()(const h::identity&) const {
    return finite([&] { return clip(x / 100); });
  }
  std::optional<double> operator()(const h::ramp& r) const {
    const double low = std::min(r.bad, r.good), high = std::max(r.bad, r.good);
    if (r.outside == h::ramp_outside::ignore && (x < low || x > high)) return std::nullopt;
    if (std::isinf(x)) return (x > 0) == (r.good > r.bad) ? 1.0 : 0.0;
    return clip((x - r.bad) / (r.good - r.bad));
  }
  std::optional<double> operator()(const h::piecewise& p) const { return interpolate(p.knots, x); }
  std::optional<double> operator()(const h::bins& b) const {
    std::vector<double> inner = b.edges;
    if (b.edges.size() > b.s.size()) inner.assign(b.edges.begin() + 1, b.edges.end() - 1);
    const bool beyond = b.edges.size() > b.s.size() && (x < b.edges.front() || x > b.edges.back());
    if (b.gaps == h::gap_policy::missing && beyond) return std::nullopt;
    std::size_t bin = 0;
    for (const double edge : inner) bin += (b.closed == h::closed_side::left ? x >= edge : x > edge) ? 1u : 0u;
    return std::isnan(b.s[bin]) ? std::nullopt : std::optional(b.s[bin]);
  }
  std::optional<double> operator()(const h::value_map& m) const {
    for (const auto& [name, s] : m.table) {
      char* end = nullptr;
      if (std::strtod(name.c_str(), &end) == x && *end == '\0') return s;
    }
    return std::nullopt;
  }
  std::optional<double> operator()(const h::boolean& b) const {
    if (x == 0) return b.when_false;
    if (x == 1) return b.when_true;
    return std::nullopt;
  }
  std::optional<double> operator()(const h::target& t) const {
    return finite([&] {
      const double away = std::max({t.low - x, x - t.high, 0.0});
      return clip(1 - away / t.falloff);
    });
  }
  std::optional<double> operator()(const h::logistic& l) const { return 1 / (1 + std::exp(-l.slope * (x - l.mid))); }
  std::optional<double> operator()(const h::log_ramp& r) const {
    if (r.scale == h::log_scale::asinh) {
      return finite([&] { return clip((std::asinh(x) - std::asinh(r.bad)) / (std::asinh(r.good) - std::asinh(r.bad))); });
    }
    if (x <= -1) return std::nullopt;
    return finite([&] { return clip((std::log1p(x) - std::log1p(r.bad)) / (std::log1p(r.good) - std::log1p(r.bad))); });
  }
  std::optional<double> operator()(const h::saturating& s) const {
    if (s.curve == h::saturating_curve::exponential)
      return finite([&] { return x <= 0 ? 0 : 1 - std::pow(0.5, x / s.half); });
    return finite([&] { return x <= 0 ? 0 : x / (x + s.half); });
  }
  template <class F>
  std::optional<double> finite(F value) const {
    if (std::isinf(x)) return std::nullopt;
    return value();
  }
};

inline std::optional<double> number_in(const account_row& row, const std::string& name) {
  const cell& c = row.at(name);
  const double* x = std::get_if<double>(&c);
  if (x == nullptr || std::isnan(*x)) return std::nullopt;
  return *x;
}

/// The cell of the cycle before, under a name of its own.
inline std::string before(const std::string& name) {
  return "before: " + name;
}

/// A column that only a row of the cycle before has.
inline const std::string todays_segment = "today's segment";

inline std::optional<double> second_of(const h::signal_spec& spec, const account_row& row) {
  if (const auto* r = std::get_if<h::ratio>(&spec.norm)) return number_in(row, r->denominator);
  if (const auto* l = std::get_if<h::lookup2d>(&spec.norm)) return number_in(row, l->context);
  const auto* c = std::get_if<h::change>(&spec.norm);
  if (c == nullptr) return std::nullopt;
  if (!c->from.empty()) return number_in(row, c->from);
  if (!row.contains(before(spec.name))) return std::nullopt;
  const std::optional<double> then = number_in(row, before(spec.name));
  if (!then || !spec.valid || (*then >= spec.valid->low && *then <= spec.valid->high)) return then;
  if (spec.valid->otherwise == h::invalid_policy::clamp) return std::clamp(*then, spec.valid->low, spec.valid->high);
  return std::nullopt;
}

inline std::optional<double> normalise(const h::signal_spec& spec, const account_row& row, int as_of) {
  if (const auto* text = std::get_if<std::string>(&row.at(spec.name))) {
    for (const auto& [name, s] : std::get<h::value_map>(spec.norm).table) {
      if (name == *text) return s;
    }
    return std::nullopt;
  }
  std::optional<double> x = number_in(row, spec.name);
  if (!x) return std::nullopt;
  if (spec.valid && (*x < spec.valid->low || *x > spec.valid->high)) {
    if (spec.valid->otherwise == h::invalid_policy::missing) return std::nullopt;
    x = std::clamp(*x, spec.valid->low, spec.valid->high);
  }
  if (!spec.per.empty()) {
    const std::optional<double> d = number_in(row, spec.per);
    if (!d || !(*d > 0) || std::isinf(*d)) return std::nullopt;

    x = *x / *d;
  }
  const auto* ranked = std::get_if<h::percentile>(&spec.norm);
  cell segment;
  if (row.contains(todays_segment))
    segment = row.at(todays_segment);
  else if (ranked != nullptr && row.contains(ranked->segment))
    segment = row.at(ranked->segment);
  return std::visit(number_to_s{*x, as_of, second_of(spec, row), segment}, spec.norm);
}

inline double kept(double age, double grace, double half_life) {
  const double halvings = std::max(0.0, age - grace) / half_life;
  return halvings > 100 ? 0 : std::pow(2.0, -halvings);
}

/// A value after its age was taken into account: s, weight factor, and whether it counts as old.
struct aged {
  std::optional<double> s;
  double factor = 1;
  bool old = false;
};

/// The columns of the cycle before as a row of their own.
inline account_row row_before(const account_row& row) {
  account_row then;
  for (const auto& [name, value] : row) {
    if (name.starts_with(before(""))) then[name.substr(before("").size())] = value;
  }
  return then;
}

/// What a signal says, and the day it said it: now, or, where that is its policy, a cycle ago.
struct reading {
  std::optional<double> s;
  std::optional<double> day;
};

inline std::optional<double> day_in(const h::signal_spec& spec, const account_row& row) {
  if (spec.observed_at.empty() || !row.contains(spec.observed_at)) return std::nullopt;
  const std::optional<double> day = number_in(row, spec.observed_at);
  return day && std::isinf(*day) ? std::nullopt : day;
}

inline reading read(const h::signal_spec& spec, const account_row& row, int as_of) {
  const reading now{normalise(spec, row, as_of), day_in(spec, row)};
  if (now.s || spec.missing.kind != h::missing_kind::carry_forward) return now;
  account_row earlier = row_before(row);
  if (!earlier.contains(spec.name)) return now;
  // Compared with those of today's segment.
  if (const auto* ranked = std::get_if<h::percentile>(&spec.norm); ranked != nullptr && !ranked->segment.empty())
    earlier[todays_segment] = row.at(ranked->segment);
  const reading then{normalise(spec, earlier, as_of), day_in(spec, earlier)};
  const bool young = then.day && as_of - *then.day <= spec.missing.max_age;
  return then.s && young ? then : now;
}

inline aged grow_old(const h::signal_spec& spec, const account_row& row, int as_of) {
  const auto [s, seen] = read(spec, row, as_of);
  if (!spec.stale || !s) return {s, 1, false};
  if (!seen) return {std::nullopt, 1, false};
  const double age = std::max(0.0, as_of - *seen);
  if (spec.stale->validity && age > *spec.stale->validity) return {std::nullopt, 1, true};
  double all = 1;
  aged result{s, 1, false};
  if (const auto& d = spec.stale->to_neutral) {
    const double f = kept(age, d->grace, d->half_life);
    result.s = d->neutral + (*result.s - d->neutral) * f;
    all *= f;
  }
  if (const auto& d = spec.stale->linear) {
    const double f = std::max(0.0, 1 - d->rate * age / d->period);
    result.s = *result.s * f;
    all *= f;
  }
  if (const auto& d = spec.stale->decay_weight) all *= result.factor = kept(age, d->grace, d->half_life);
  result.old = all < 0.5;
  return result;
}

/// Of a signal or group: its value, whether it applies at all, and the share of it that real values cover.
struct verdict {
  std::optional<double> value;
  bool applies = true;
  double coverage = 0;
  double factor = 1;
};

struct value_and_weight {
  double s, w, at_worst, factor;
};

/// What a group makes of its present members (of positive weight), each formula as it stands in the definition.
struct aggregate {
  const std::vector<value_and_weight>& all;

  double operator()(const h::weighted_mean&) const { return power(1, 0); }
  double operator()(const h::power_mean& m) const { return power(m.p, m.p > 0 ? 0 : m.floor); }
  double operator()(const h::geometric_mean& m) const { return power(0, m.floor); }
  double operator()(const h::harmonic_mean& m) const { return power(-1, m.floor); }
  double operator()(const h::lowest&) const { return sorted().front(); }
  double operator()(const h::worst_of&) const { return sorted().front(); }
  double operator()(const h::highest&) const { return sorted().back(); }
  double operator()(const h::mean_and_min& m) const { return (1 - m.a) * power(1, 0) + m.a * sorted().front(); }
  double operator()(const h::best_of& m) const {
    const std::vector<double> s = sorted();
    const std::size_t n = std::min(s.size(), static_cast<std::size_t>(m.n));
    double sum = 0;
    for (std::size_t j = 0; j < n; ++j) sum += s[s.size() - 1 - j] / static_cast<double>(n);
    return sum;
  }
  double operator()(const h::point_sum& m) const {
    double sum = m.base;
    for (const auto& one : all)
      sum += one.factor * ((1 - one.s) * one.at_worst + one.s * (one.at_worst + one.w / one.factor));
    return (std::min(m.high, std::max(m.low, sum)) - m.low) / (m.high - m.low);
  }
  double power(double p, double floor) const {
    double total = 0, sum = 0;
    for (const auto& one : all) {
      total += one.w;
      sum += one.w * (p == 0 ? std::log(std::max(one.s, floor)) : std::pow(std::max(one.s, floor), p));
    }
    return p == 0 ? std::exp(sum / total) : std::pow(sum / total, 1 / p);
  }
  std::vector<double> sorted() const {
    std::vector<double> s;
    for (const auto& one : all) s.push_back(one.s);
    std::sort(s.begin(), s.end());
    return s;
  }
};

class card {
 public:
  card(const h::scorecard_spec& spec, const account_row& row, int as_of = 0) : spec_(spec), row_(row), as_of_(as_of) {
    std::vector<weighed> all;
    collect(spec.tree, 1, all);
    first_ = false;
    failed_ = false;
    verdict root = spec.missing_scope == h::redistribution_scope::global ? flat() : mean(spec.tree, 0);
    coverage = root.applies ? root.coverage : 0;
    if (root.value && !failed_ && shown(coverage) >= shown(spec.min_coverage)) score = 100 * *root.value;
  }
  double score = std::numeric_limits<double>::quiet_NaN();
  double coverage = 0;
  double stale_share = 0;

 private:
  verdict leaf(const std::string& name) {
    const auto at = std::find_if(spec_.signals.begin(), spec_.signals.end(), [&](const auto& s) { return s.name == name; });
    const aged value = grow_old(*at, row_, as_of_);
    if (value.s) return {value.s, true, value.factor, value.factor};
    switch (at->missing.kind) {
      case h::missing_kind::redistribute:
        return {std::nullopt, true, 0};
      case h::missing_kind::neutral:
        return {at->missing.value, true, 0};
      case h::missing_kind::worst:
        return {0.0, true, 0};
      case h::missing_kind::best:
        return {1.0, true, 0};
      case h::missing_kind::not_applicable:
        return {std::nullopt, false, 0};
      case h::missing_kind::fail:
        failed_ |= at->state == h::activity::active;
        return {std::nullopt, true, 0};
      case h::missing_kind::carry_forward:
        return {std::nullopt, true, 0};
      case h::missing_kind::impute:
        return {typical(*at), true, 0};
    }
    return {};
  }

  /// The signal as if the account had the typical raw value.
  std::optional<double> typical(const h::signal_spec& spec) const {
    if (!spec.missing.typical) return std::nullopt;
    account_row row = row_;
    row[spec.name] = *spec.missing.typical;
    if (!spec.missing.segment.empty()) {
      const cell& segment = row_.at(spec.missing.segment);
      for (const auto& [name, value] : spec.missing.typical_by) {
        if (is_named(segment, name)) row[spec.name] = value;
      }
    }
    return normalise(spec, row, as_of_);
  }

  /// An inactive signal weighs nothing, nor does a group of them.
  [[nodiscard]] bool takes_part(const h::branch& b) const {
    const auto* name = std::get_if<std::string>(&b.node);
    if (name == nullptr) {
      const auto& members = std::get<h::group>(b.node).mean;
      return std::any_of(members.begin(), members.end(), [this](const h::branch& inner) { return weight_of(inner) > 0; });
    }
    const auto at = std::find_if(spec_.signals.begin(), spec_.signals.end(), [&](const auto& s) { return s.name == *name; });
    return at->state == h::activity::active;
  }
  [[nodiscard]] double weight_of(const h::branch& b) const { return takes_part(b) ? b.weight - b.at_worst : 0; }
  [[nodiscard]] double at_worst_of(const h::branch& b) const { return takes_part(b) ? b.at_worst : 0; }

  struct weighed {
    double weight;
    verdict what;
    double at_worst = 0;
  };
  static verdict combine(const std::vector<weighed>& members, double least, const h::aggregator& how) {
    double applicable = 0, covered = 0;
    std::vector<value_and_weight> present;
    for (const weighed& m : members) {
      if (m.what.applies) applicable += m.weight;
      if (m.what.applies) covered += m.weight * m.what.coverage;
      const double weight = m.weight * m.what.factor;
      if (m.what.value && weight > 0) present.push_back({*m.what.value, weight, m.at_worst, m.what.factor});
    }
    verdict result{std::nullopt, applicable > 0, applicable > 0 ? covered / applicable : 0};
    if (!present.empty() && shown(result.coverage) >= shown(least)) result.value = std::visit(aggregate{present}, how);
    return result;
  }

  verdict mean(const h::group& g, double least) {
    std::vector<weighed> members;
    for (const h::branch& b : g.mean) {
      if (const auto* name = std::get_if<std::string>(&b.node)) {
        members.push_back({weight_of(b), leaf(*name), at_worst_of(b)});
      } else {
        const h::group& inner = std::get<h::group>(b.node);
        members.push_back({weight_of(b), mean(inner, inner.min_coverage), at_worst_of(b)});
        if (inner.own_weight == h::group_weight::by_coverage) members.back().what.factor = members.back().what.coverage;
      }
    }
    return combine(members, least, g.how);
  }

  verdict flat() {
    std::vector<weighed> members;
    collect(spec_.tree, 1, members);
    return combine(members, 0, h::weighted_mean{});
  }
  void collect(const h::group& g, double share, std::vector<weighed>& members) {
    double total = 0;
    for (const h::branch& b : g.mean) total += weight_of(b);
    for (const h::branch& b : g.mean) {
      const double part = total > 0 ? share * weight_of(b) / total : 0;
      if (const auto* name = std::get_if<std::string>(&b.node)) {
        members.push_back({part, leaf(*name)});
        const auto at =
            std::find_if(spec_.signals.begin(), spec_.signals.end(), [&](const auto& s) { return s.name == *name; });
        if (first_) stale_share += grow_old(*at, row_, as_of_).old ? part : 0;
      } else
        collect(std::get<h::group>(b.node), part, members);
    }
  }

  const h::scorecard_spec& spec_;
  const account_row& row_;
  int as_of_;
  bool failed_ = false;
  bool first_ = true;
};

}  // namespace slow
