#include "sojourn/stats/concentration.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "detail/counter_random.hpp"
#include "detail/exact.hpp"
#include "detail/nan.hpp"
#include "detail/number_text.hpp"
#include "detail/order_statistics.hpp"
#include "sojourn/stats/checked.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::nan;

constexpr const char* sums_text = "a sum of concentration";

constexpr metric_label hhi_label{"hhi", "share"};
constexpr metric_label effective_label{"effective_accounts", "accounts"};
constexpr metric_label gini_label{"gini", "share"};
constexpr metric_label gini_sample_label{"gini_sample", "share"};
constexpr metric_label top_label{"top_share", "share"};

/// hhi, gini, and the share of each top, of holders in rising order.
struct measures {
  double hhi = nan, gini = nan, total = 0;
  std::vector<double> shares;
};

measures measure(std::span<const std::int64_t> rising, const std::vector<std::int64_t>& top) {
  detail::int128 total = 0, gini = 0;
  detail::product_sum squares;
  const auto n = static_cast<std::int64_t>(rising.size());
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t x = rising[static_cast<std::size_t>(i)];
    detail::checked_add(total, static_cast<detail::int128>(x), sums_text);
    detail::checked_add(gini, static_cast<detail::int128>(2 * i + 1 - n) * x, sums_text);
    squares.add(x, x);
  }
  measures found;
  found.total = detail::to_double(total);
  const detail::exact_int whole = detail::exact(total);
  found.hhi = detail::quotient(detail::exact(squares.total()), whole * whole);
  found.gini = detail::quotient(detail::exact(gini), whole * n);
  for (const std::int64_t asked : top) {
    detail::int128 largest = 0;
    for (std::int64_t i = std::max<std::int64_t>(0, n - asked); i < n; ++i) largest += rising[static_cast<std::size_t>(i)];
    found.shares.push_back(detail::quotient(detail::exact(largest), whole));
  }
  return found;
}

/// Neumaier's sum.
class compensated {
 public:
  void add(double x) {
    const double next = sum_ + x;
    rest_ += std::abs(sum_) >= std::abs(x) ? (sum_ - next) + x : (x - next) + sum_;
    sum_ = next;
  }
  [[nodiscard]] double value() const { return sum_ + rest_; }

 private:
  double sum_ = 0, rest_ = 0;
};

measures measure(std::span<const double> rising, const std::vector<std::int64_t>& top) {
  compensated total, gini, squares;
  const auto n = static_cast<std::int64_t>(rising.size());
  // Scaled by the largest, so that squares neither overflow nor vanish.
  const int exponent = std::ilogb(rising.back());
  for (std::int64_t i = 0; i < n; ++i) {
    const double x = std::scalbn(rising[static_cast<std::size_t>(i)], -exponent);
    total.add(x);
    gini.add(static_cast<double>(2 * i + 1 - n) * x);
    squares.add(x * x);
  }
  measures found;
  const double whole = total.value();
  found.total = std::scalbn(whole, exponent);
  found.hhi = squares.value() / (whole * whole);
  found.gini = gini.value() / (whole * static_cast<double>(n));
  for (const std::int64_t asked : top) {
    compensated largest;
    for (std::int64_t i = std::max<std::int64_t>(0, n - asked); i < n; ++i)
      largest.add(std::scalbn(rising[static_cast<std::size_t>(i)], -exponent));
    found.shares.push_back(asked >= n ? 1.0 : largest.value() / whole);
  }
  return found;
}

estimate undefined_as(metric_label label, const concentration_options& options, undefined_reason why, std::int64_t n = 0) {
  return undefined_estimate(why, options.bootstrap.level, n).as(label);
}

estimate number(double value, std::int64_t n, metric_label label, const concentration_options& options) {
  estimate made;
  made.value = value;
  made.n = n;
  made.level = options.bootstrap.level.value();
  return made.as(label);
}

/// The percentile interval, widened to hold the value.
void add_limits(estimate& of, std::vector<double> drawn) {
  std::erase_if(drawn, [](double x) { return std::isnan(x); });
  if (drawn.size() < 2) return;
  std::ranges::sort(drawn);
  if (drawn.front() == drawn.back()) return;  // nothing varied: that is no evidence of certainty
  of.low = std::min(of.value, detail::quantile_of(drawn, (1 - of.level) / 2));
  of.high = std::max(of.value, detail::quantile_of(drawn, (1 + of.level) / 2));
  of.method = interval_method::bootstrap;
}

template <class Value>
void draw_limits(concentration_result& found, const std::vector<Value>& rising, const concentration_options& options,
                 const bulk_draws& bulk) {
  const auto replicates = static_cast<std::size_t>(options.bootstrap.replicates);
  const double n = static_cast<double>(rising.size()), sample = n / (n - 1);
  std::vector<double> hhi(replicates), effective(replicates), gini(replicates), gini_sample(replicates);
  std::vector<std::vector<double>> shares(options.top.size(), std::vector<double>(replicates));
  bulk(replicates, [&](std::size_t r) {
    const detail::counter_random draw(options.bootstrap.seed, r);
    std::vector<Value> drawn(rising.size());
    for (std::size_t i = 0; i < drawn.size(); ++i) drawn[i] = rising[static_cast<std::size_t>(draw.below(i, drawn.size()))];
    std::sort(drawn.begin(), drawn.end());
    if (!(drawn.back() > 0)) {
      hhi[r] = effective[r] = gini[r] = gini_sample[r] = nan;
      for (std::vector<double>& share : shares) share[r] = nan;
      return;
    }
    const measures here = measure(std::span<const Value>(drawn), options.top);
    hhi[r] = here.hhi, effective[r] = 1 / here.hhi, gini[r] = here.gini, gini_sample[r] = here.gini * sample;
    for (std::size_t k = 0; k < shares.size(); ++k) shares[k][r] = here.shares[k];
  });
  add_limits(found.hhi, std::move(hhi));
  add_limits(found.effective, std::move(effective));
  add_limits(found.gini, std::move(gini));
  add_limits(found.gini_sample, std::move(gini_sample));
  for (std::size_t k = 0; k < shares.size(); ++k) add_limits(found.shares[k], std::move(shares[k]));
}

void require_options(const concentration_options& options) {
  for (const std::int64_t asked : options.top) {
    if (asked < 1) throw schema_error("top is " + std::to_string(asked) + "; a share is that of the largest 1 or more");
  }
  if (options.bootstrap.replicates < 0) throw schema_error("the number of replicates cannot be negative");
}

template <class Value>
data_error not_a_holding(std::size_t row, Value value) {
  return data_error({"values", row, detail::number_text(value), "what somebody holds is a finite number of 0 or more",
                     "concentration of gains and losses together means nothing; give what is paid"});
}

/// Reads what is left in rising order. `known` is without missing values.
template <class Value>
concentration_result read(std::vector<Value> known, concentration_result found, const concentration_options& options,
                          const bulk_draws& bulk) {
  found.top = options.top;
  if (options.zeros == zero_holders::left_out)
    found.left_out = static_cast<std::int64_t>(std::erase_if(known, [](Value x) { return x == 0; }));
  std::sort(known.begin(), known.end());
  const auto n = static_cast<std::int64_t>(known.size());
  if (n == 0 || !(known.back() > 0)) {
    const undefined_reason why = n == 0 ? undefined_reason::no_observations : undefined_reason::zero_denominator;
    found.hhi = undefined_as(hhi_label, options, why, n);
    found.effective = undefined_as(effective_label, options, why, n);
    found.gini = undefined_as(gini_label, options, why, n);
    found.gini_sample = undefined_as(gini_sample_label, options, why, n);
    found.shares.assign(options.top.size(), undefined_as(top_label, options, why, n));
    return found;
  }
  const measures all = measure(std::span<const Value>(known), options.top);
  found.total = all.total;
  found.hhi = number(all.hhi, n, hhi_label, options);
  found.effective = number(1 / all.hhi, n, effective_label, options);
  found.gini = number(all.gini, n, gini_label, options);
  const auto size = static_cast<double>(n);
  found.gini_sample = n == 1 ? undefined_as(gini_sample_label, options, undefined_reason::one_observation, n)
                             : number(all.gini * (size / (size - 1)), n, gini_sample_label, options);
  for (const double share : all.shares) found.shares.push_back(number(share, n, top_label, options));
  if (options.holders == holders_are::sample && n > 1) draw_limits(found, known, options, bulk);
  return found;
}

}  // namespace

concentration_result concentration(std::span<const std::int64_t> values, const concentration_options& options,
                                   const bulk_draws& bulk) {
  require_options(options);
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (values[row] < 0) throw not_a_holding(row, values[row]);
  }
  return read(std::vector<std::int64_t>(values.begin(), values.end()), {}, options, bulk);
}

concentration_result concentration(std::span<const double> values, const concentration_options& options,
                                   const bulk_draws& bulk) {
  require_options(options);
  concentration_result found;
  std::vector<double> known;
  std::vector<std::int64_t> whole;
  for (std::size_t row = 0; row < values.size(); ++row) {
    const double x = values[row];
    if (std::isnan(x)) {
      ++found.missing;
      continue;
    }
    if (!(x >= 0) || std::isinf(x)) throw not_a_holding(row, x);
    known.push_back(x);
    if (x < 0x1p53 && x == std::floor(x)) whole.push_back(static_cast<std::int64_t>(x));
  }
  if (whole.size() == known.size()) return read(std::move(whole), std::move(found), options, bulk);
  return read(std::move(known), std::move(found), options, bulk);
}

}  // namespace sojourn::inline v0_1
