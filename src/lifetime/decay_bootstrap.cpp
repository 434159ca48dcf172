#include "sojourn/lifetime/decay_bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "detail/draw_stream.hpp"
#include "lifetime/decay_weights.hpp"
#include "sojourn/stats/draws.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr double beyond_all = std::numeric_limits<double>::infinity();

/// Heads of n coins of probability p. Few coins are thrown; of many, the position of the middle one among uniform numbers
/// is drawn (a beta, from two gammas), which settles half of them.
std::int64_t heads_of(std::int64_t n, double p, detail::draw_stream& draw) {
  std::int64_t heads = 0;
  while (n > 24 && p > 0 && p < 1) {
    const std::int64_t middle = n / 2 + 1;
    const auto below = static_cast<double>(middle), above = static_cast<double>(n + 1 - middle);
    const double a = draw.gamma(below, below), b = draw.gamma(above, above);
    const double at = a / (a + b);
    if (at <= p) {
      heads += middle;
      n -= middle;
      p = at < 1 ? (p - at) / (1 - at) : 0;
    } else {
      n = middle - 1;
      p /= at;
    }
  }
  if (p >= 1) return heads + n;
  for (; n > 0; --n) heads += draw.unit() < p ? 1 : 0;
  return heads;
}

/// How often each of the things that stand for `sizes` is drawn, in as many draws as there are.
std::vector<std::int64_t> drawn_again(const std::vector<std::int64_t>& sizes, std::int64_t total,
                                      detail::draw_stream& draw) {
  std::vector<std::int64_t> drawn(sizes.size());
  const auto steps = static_cast<double>(sizes.size()) * 8 * std::log2(static_cast<double>(total) + 2);
  if (steps < static_cast<double>(total)) {  // one share after another of what is left
    std::int64_t draws = total, rest = total;
    for (std::size_t i = 0; i < sizes.size() && draws > 0; ++i) {
      drawn[i] = heads_of(draws, static_cast<double>(sizes[i]) / static_cast<double>(rest), draw);
      draws -= drawn[i];
      rest -= sizes[i];
    }
    return drawn;
  }
  std::vector<std::int64_t> until(sizes.size());
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) until[i] = sum += sizes[i];
  for (std::int64_t k = 0; k < total; ++k) {
    const auto at = static_cast<std::int64_t>(draw.below(static_cast<std::uint64_t>(total)));
    ++drawn[static_cast<std::size_t>(std::upper_bound(until.begin(), until.end(), at) - until.begin())];
  }
  return drawn;
}

/// Where the cells of each cohort begin, and the end.
std::vector<std::size_t> cohort_borders(const std::vector<decay_cell>& cells) {
  std::vector<std::size_t> borders{0};
  for (std::size_t i = 1; i < cells.size(); ++i) {
    if (cells[i].cohort != cells[i - 1].cohort) borders.push_back(i);
  }
  borders.push_back(cells.size());
  return borders;
}

class resampler {
 public:
  resampler(const decay_sample& sample, decay_options options, decay_resampling drawn)
      : sample_(sample), options_(options), units_(detail::weight_units(sample)) {
    accounts_.reserve(sample.cells.size());
    for (const decay_cell& cell : sample.cells) accounts_.push_back(cell.accounts);
    total_ = sample.accounts();
    if (drawn == decay_resampling::accounts) return;
    borders_ = cohort_borders(sample.cells);
    if (borders_.size() < 3)
      throw schema_error("decay: cohorts are drawn again where there are several; give cohort=, or draw accounts");
    std::int64_t most = 0;
    if (__builtin_mul_overflow(total_, static_cast<std::int64_t>(borders_.size()), &most))
      throw overflow_error("decay: counts of drawn cohorts leave 64 bits");
  }

  [[nodiscard]] std::optional<decay_model> model_of(detail::draw_stream draw) const {
    const decay_fit fit = fit_decay(detail::state_of(sample_.cells, counts(draw), units_), options_);
    if (!fit.fitted()) return std::nullopt;
    return fit.model;
  }

 private:
  [[nodiscard]] std::vector<std::int64_t> counts(detail::draw_stream& draw) const {
    if (borders_.empty()) return drawn_again(accounts_, total_, draw);
    const std::size_t cohorts = borders_.size() - 1;
    std::vector<std::int64_t> found(accounts_.size());
    for (std::size_t k = 0; k < cohorts; ++k) {
      const auto chosen = static_cast<std::size_t>(draw.below(cohorts));
      for (std::size_t i = borders_[chosen]; i < borders_[chosen + 1]; ++i) found[i] += accounts_[i];
    }
    return found;
  }

  const decay_sample& sample_;
  decay_options options_;
  std::vector<std::int64_t> units_, accounts_;
  std::int64_t total_ = 0;
  std::vector<std::size_t> borders_;
};

/// The estimate with percentile limits of what each draw says.
template <class Read>
estimate with_limits(estimate found, const decay_draws& draws, const Read& read) {
  found.level = draws.level.value();
  found.low = found.high = estimate{}.low;
  found.method = interval_method::none;
  if (!found.defined() || !draws.limits_hold()) return found;
  std::vector<double> drawn;
  drawn.reserve(draws.models.size());
  for (const decay_model& model : draws.models) drawn.push_back(read(model));
  const auto [least, most] = std::minmax_element(drawn.begin(), drawn.end());
  if (*least == *most) return found;  // nothing varied: that is no evidence of certainty
  found.low = draw_quantile(drawn, (1 - draws.level.value()) / 2);
  found.high = draw_quantile(drawn, (1 + draws.level.value()) / 2);
  found.method = interval_method::bootstrap;
  return found;
}

/// A parameter of the family that was asked for, where a draw may have found equal accounts or the other way round.
double parameter_in(const decay_model& model, decay_family family, std::size_t index) {
  if (const auto* curve = std::get_if<decay_curve>(&model)) return curve->parameters[index];
  if (const auto* one = std::get_if<geometric>(&model)) return family == decay_family::geometric ? one->theta : beyond_all;
  const sbg& each = std::get<sbg>(model);
  if (family == decay_family::geometric) return each.alpha / (each.alpha + each.beta);
  return index == 0 ? each.alpha : each.beta;
}

double value_or_infinite(const estimate& lifetime) {
  return lifetime.defined() ? lifetime.value : beyond_all;
}

}  // namespace

decay_draws bootstrap_decay(const decay_sample& sample, decay_options options, const bootstrap_plan& plan,
                            decay_resampling drawn, const bulk_draws& bulk) {
  if (plan.replicates < 0) throw schema_error("the number of replicates cannot be negative");
  decay_draws draws{.fit = fit_decay(sample, options), .level = plan.level};
  const resampler again(sample, options, drawn);
  if (!draws.fit.usable()) return draws;
  std::vector<std::optional<decay_model>> models(static_cast<std::size_t>(plan.replicates));
  bulk(models.size(),
       [&](std::size_t replicate) { models[replicate] = again.model_of(detail::draw_stream(plan.seed, replicate)); });
  draws.models.reserve(models.size());
  for (const auto& model : models) {
    if (model)
      draws.models.push_back(*model);
    else
      ++draws.refused;
  }
  return draws;
}

estimate survival_estimate(const decay_draws& draws, std::int64_t renewals) {
  return with_limits(survival_estimate(draws.fit, renewals, {.level = draws.level}), draws, [&](const decay_model& drawn) {
    return std::visit([&](const auto& model) { return survival(model, renewals); }, drawn);
  });
}

estimate retention_estimate(const decay_draws& draws, std::int64_t renewal) {
  estimate found = survival_estimate(draws.fit, 0, {.level = draws.level}).as(renewal_rate_label);
  if (found.defined()) found.value = retention(draws.fit, renewal);
  return with_limits(found, draws, [&](const decay_model& drawn) {
    return std::visit([&](const auto& model) { return retention(model, renewal); }, drawn);
  });
}

estimate parameter_estimate(const decay_draws& draws, std::string_view name) {
  const estimate found = parameter_estimate(draws.fit, name, {.level = draws.level});
  const decay_family family = family_of(draws.fit);
  const auto names = parameter_names(family);
  const auto index = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  return with_limits(found, draws, [&](const decay_model& drawn) { return parameter_in(drawn, family, index); });
}

estimate discounted_lifetime(const decay_draws& draws, double rate) {
  return with_limits(discounted_lifetime(draws.fit, rate), draws, [&](const decay_model& drawn) {
    return std::visit([&](const auto& model) { return value_or_infinite(discounted_lifetime(model, rate)); }, drawn);
  });
}

estimate discounted_residual_lifetime(const decay_draws& draws, std::int64_t renewals, double rate) {
  return with_limits(discounted_residual_lifetime(draws.fit, renewals, rate), draws, [&](const decay_model& drawn) {
    return std::visit(
        [&](const auto& model) { return value_or_infinite(discounted_residual_lifetime(model, renewals, rate)); }, drawn);
  });
}

decay_projection project(const decay_draws& draws, std::int32_t periods) {
  decay_projection curve = project(draws.fit, periods, {.level = draws.level});
  for (std::size_t t = 0; t < curve.period.size(); ++t) {
    const estimate limits = survival_estimate(draws, curve.period[t]);
    curve.low[t] = limits.low;
    curve.high[t] = limits.high;
  }
  return curve;
}

}  // namespace sojourn::inline v0_1
