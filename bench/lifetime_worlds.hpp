// Worlds with known truth for the study of how often intervals of lifetime models hold.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "sojourn/input/exits.hpp"
#include "sojourn/input/lifetime_spans.hpp"
#include "sojourn/input/purchase_rows.hpp"
#include "sojourn/lifetime/decimal_survival.hpp"
#include "sojourn/lifetime/purchases.hpp"
#include "sojourn/lifetime/sbg.hpp"

namespace sojourn::bench {

/// Ages at which accounts leave are Weibull with this shape and scale, in months.
inline constexpr double weibull_shape = 0.8, weibull_scale = 20;
/// Of those who leave, for the first cause, whatever their age.
inline constexpr double share_of_cause = 0.4;

class dice {
 public:
  explicit dice(std::uint64_t seed) : random_(seed) {}
  double unit() { return std::uniform_real_distribution<double>()(random_); }
  double normal() { return std::normal_distribution<double>()(random_); }
  double gamma(double shape) { return std::gamma_distribution<double>(shape)(random_); }
  double exponential(double rate) { return std::exponential_distribution<double>(rate)(random_); }

 private:
  std::mt19937_64 random_;
};

struct exit_world {
  bool late = false;      ///< half of the accounts are first seen at an age between 0 and 10, if they get so far
  bool weighted = false;  ///< MRR is log-normal with sigma 1
  std::uint32_t causes = 1;
  double effect = 0;  ///< of a normal feature on the logarithm of the hazard
};

struct exit_sample {
  std::vector<double> time, entry{}, weight{}, feature;
  std::vector<std::uint32_t> cause, group;

  [[nodiscard]] exits view() const { return {.time = time, .cause = cause, .entry = entry, .weight = weight}; }
};

/// `n` accounts that are seen; observation ends between ages 12 and 40.
inline exit_sample drawn_exits(const exit_world& world, std::size_t n, dice& random) {
  exit_sample rows;
  while (rows.time.size() < n) {
    const double x = random.normal();
    const double stretched = random.exponential(1) * std::exp(-world.effect * x);
    const double left = weibull_scale * std::pow(stretched, 1 / weibull_shape), seen_until = 12 + 28 * random.unit();
    const double entry = world.late && random.unit() < 0.5 ? 10 * random.unit() : 0;
    const double cause = random.unit(), group = random.unit(), mrr = std::exp(random.normal());
    if (left <= entry) continue;  // gone before anybody looked
    rows.time.push_back(std::min(left, seen_until));
    const std::uint32_t why = world.causes == 1 || cause < share_of_cause ? 1 : 2;
    rows.cause.push_back(left <= seen_until ? why : 0);
    rows.group.push_back(static_cast<std::uint32_t>(3 * group));
    rows.feature.push_back(x);
    if (world.late) rows.entry.push_back(entry);
    if (world.weighted) rows.weight.push_back(mrr);
  }
  return rows;
}

struct span_sample {
  std::vector<double> time, upper{}, entry{};
  std::vector<std::uint8_t> event;

  [[nodiscard]] lifetime_spans view() const { return {.time = time, .event = event, .upper = upper, .entry = entry}; }
};

/// The same accounts; `grouped`: only the whole months between which an account left are known, and last looks and entries
/// are at whole months.
inline span_sample drawn_spans(const exit_world& world, std::size_t n, bool grouped, dice& random) {
  span_sample rows;
  while (rows.time.size() < n) {
    const double left = weibull_scale * std::pow(random.exponential(1), 1 / weibull_shape);
    double seen_until = 12 + 28 * random.unit(), entry = world.late && random.unit() < 0.5 ? 10 * random.unit() : 0;
    if (grouped) seen_until = std::floor(seen_until), entry = std::floor(entry);
    if (left <= entry) continue;
    const bool gone = left <= seen_until;
    rows.event.push_back(gone ? 1 : 0);
    rows.time.push_back(!gone ? seen_until : grouped ? std::ceil(left) - 1 : left);
    if (grouped) rows.upper.push_back(gone ? std::ceil(left) : std::numeric_limits<double>::infinity());
    if (world.late) rows.entry.push_back(entry);
  }
  return rows;
}

/// Survivors of one cohort whose accounts have churn rates from a beta distribution.
inline std::vector<std::int64_t> drawn_cohort(const sbg& truth, std::int64_t n, std::int64_t renewals, dice& random) {
  std::vector<std::int64_t> survivors(static_cast<std::size_t>(renewals) + 1);
  for (std::int64_t who = 0; who < n; ++who) {
    const double a = random.gamma(truth.alpha), b = random.gamma(truth.beta), churn = a / (a + b);
    for (auto& left : survivors) {
      ++left;
      if (random.unit() < churn) break;
    }
  }
  return survivors;
}
inline std::vector<std::int64_t> drawn_weibull_cohort(std::int64_t n, std::int64_t renewals, dice& random) {
  std::vector<std::int64_t> survivors(static_cast<std::size_t>(renewals) + 1);
  for (std::int64_t who = 0; who < n; ++who) {
    const double left = weibull_scale * std::pow(random.exponential(1), 1 / weibull_shape);
    for (std::size_t t = 0; t < survivors.size() && static_cast<double>(t) < left; ++t) ++survivors[t];
  }
  return survivors;
}

struct customer_sample {
  std::vector<std::int64_t> x;
  std::vector<double> t_x, T;

  [[nodiscard]] purchase_rows view() const { return {x, t_x, T}; }
};

/// Customers watched for 27 to 39 weeks.
inline customer_sample drawn_customers(const purchase_parameters& truth, std::size_t n, dice& random) {
  customer_sample rows;
  for (std::size_t i = 0; i < n; ++i) {
    const double end = 27 + 12 * random.unit(), rate = random.gamma(truth.values[0]) / truth.values[1];
    double leaves_after = std::numeric_limits<double>::infinity(), stops = 0;
    if (truth.model == purchase_model::paretonbd) {
      leaves_after = random.exponential(random.gamma(truth.values[2]) / truth.values[3]);
    } else {
      const double a = random.gamma(truth.values[2]), b = random.gamma(truth.values[3]);
      stops = a / (a + b);
    }
    double now = 0, last = 0;
    std::int64_t times = 0;
    for (;;) {
      now += random.exponential(rate);
      if (now > std::min(end, leaves_after)) break;
      last = now, ++times;
      if (random.unit() < stops) break;
    }
    rows.x.push_back(times), rows.t_x.push_back(last), rows.T.push_back(end);
  }
  return rows;
}

struct cohort_money_world {
  std::vector<std::vector<double>> seen;  ///< a cohort a month, oldest first; MRR by age
  double later = 0;                       ///< MRR of all of them `ahead` months on; the oldest ages stay where they are
};

/// A cohort of `accounts` accounts starts in each of `months` months. Accounts leave with 2 % a month, 3 % grow.
inline cohort_money_world drawn_cohort_money(std::size_t months, std::size_t accounts, std::size_t ahead, dice& random) {
  cohort_money_world world;
  for (std::size_t start = 0; start < months; ++start) {
    std::vector<double> mrr(months);
    for (std::size_t who = 0; who < accounts; ++who) {
      double pays = 100 * std::exp(0.5 * random.normal());
      for (std::size_t age = 0; age < months; ++age) {
        if (age > 0 && random.unit() < 0.02) break;
        if (age > 0 && random.unit() < 0.03) pays *= 1.05 + 0.45 * random.unit();
        mrr[age] += pays;
      }
    }
    const std::size_t reached = months - 1 - start;
    world.later += mrr[std::min(months - 1, reached + ahead)];
    world.seen.emplace_back(mrr.begin(), mrr.begin() + static_cast<std::ptrdiff_t>(reached + 1));
  }
  return world;
}

}  // namespace sojourn::bench
