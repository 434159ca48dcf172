#include "sojourn/stats/loss_interval.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "detail/exact.hpp"

namespace sojourn::inline v0_1 {
namespace {

/// Accounts that lose everything, added to those that lost something when the usual size of a loss is estimated.
constexpr double foreseen_total_losses = 4;

double exact_number(const detail::wide_int& value) {
  return detail::exact(value).convert_to<double>();
}

/// Loss or gain: its rate, its size per account that has it, and the number of accounts behind it.
struct part {
  double rate = 0;
  double size = 1;
  double accounts = 1;
};

/// Fewer accounts where the linearised variance shows that the model's is too small.
double accounts_for(const ratio_state& state, double rate, double size) {
  const double effective = effective_accounts(state);
  const double model = rate * (size - rate) / effective;
  const double observed = ratio_variance(state);
  return model > 0 && observed > model ? effective * model / observed : effective;
}

part loss_part(const ratio_state& loss) {
  part found;
  found.rate = detail::to_double(loss.x) / detail::to_double(loss.y);
  if (loss.x > 0) {
    const double squares = exact_number(loss.xx), total = detail::to_double(loss.x);
    const double losers = total * total / squares;
    found.size = (losers * (squares / exact_number(loss.xy)) + foreseen_total_losses) / (losers + foreseen_total_losses);
  }
  if (!(found.size > found.rate)) found.size = 1;
  found.accounts = accounts_for(loss, found.rate, found.size);
  return found;
}

part gain_part(const ratio_state& gain) {
  part found;
  found.rate = detail::to_double(gain.x) / detail::to_double(gain.y);
  const double weighted = exact_number(gain.xy);
  if (gain.x > 0) found.size = weighted > 0 ? exact_number(gain.xx) / weighted : 0;
  // All accounts grew alike, or only those that the base holds at 0: take the observed spread.
  if (gain.x > 0 && !(found.size > found.rate)) {
    found.size = found.rate + ratio_variance(gain) * effective_accounts(gain) / found.rate;
  }
  found.accounts = accounts_for(gain, found.rate, found.size);
  return found;
}

struct rate_limits {
  double low;
  double high;
};

/// Wilson's interval of rate / size, on the scale of the rate.
rate_limits score_limits(const part& p, double z) {
  const double share = std::min(1.0, p.rate / p.size), n = p.accounts;
  const double centre = (share + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  return {share == 0 ? 0.0 : p.size * std::max(0.0, centre - half),
          share == 1 ? p.rate : p.size * std::min(1.0, centre + half)};
}

constexpr metric_label loss_share_label{"loss_share", "share"};
constexpr metric_label kept_share_label{"kept_share", "share"};

estimate score_estimate(double value, rate_limits around, const ratio_state& state, confidence_level level) {
  estimate e;
  e.value = value;
  e.level = level.value();
  e.n = state.n;
  if (state.n < 2) return e;
  e.low = std::max(0.0, around.low);
  e.high = around.high;
  e.method = interval_method::score;
  return e;
}

undefined_reason why_no_rate(const ratio_state& state) {
  if (state.n <= 0) return undefined_reason::no_observations;
  return state.y == 0 ? undefined_reason::zero_denominator : undefined_reason::defined;
}

/// Their correlation: an account loses or gains, never both.
double exclusive(const part& loss, const part& gain) {
  const double product = loss.rate * (loss.size - loss.rate) * gain.rate * (gain.size - gain.rate);
  return product > 0 ? std::clamp(-loss.rate * gain.rate / std::sqrt(product), -1.0, 0.0) : 0.0;
}

double net_half_width(double a, double b, double correlation) {
  return std::sqrt(std::max(0.0, a * a + b * b - 2 * correlation * a * b));
}

}  // namespace

double effective_accounts(const ratio_state& state) {
  if (state.y == 0) return std::numeric_limits<double>::quiet_NaN();
  const double total = detail::to_double(state.y);
  return total * total / exact_number(state.yy);
}

estimate loss_share(const ratio_state& loss, confidence_level level) {
  if (const auto why = why_no_rate(loss); why != undefined_reason::defined)
    return undefined_estimate(why, level, std::max<std::int64_t>(0, loss.n)).as(loss_share_label);
  const part p = loss_part(loss);
  return score_estimate(p.rate, score_limits(p, level.normal_quantile()), loss, level).as(loss_share_label);
}

estimate kept_share(const ratio_state& loss, const ratio_state& gain, confidence_level level) {
  if (const auto why = why_no_rate(loss); why != undefined_reason::defined)
    return undefined_estimate(why, level, std::max<std::int64_t>(0, loss.n)).as(kept_share_label);
  const part lost = loss_part(loss), won = gain_part(gain);
  const double z = level.normal_quantile(), rho = exclusive(lost, won);
  const rate_limits l = score_limits(lost, z), g = score_limits(won, z);
  // Sums of a tally fit; those of damaged bytes wrap.
  const auto left =
      static_cast<detail::uint128>(loss.y) - static_cast<detail::uint128>(loss.x) + static_cast<detail::uint128>(gain.x);
  const double kept = detail::to_double(static_cast<detail::int128>(left)) / detail::to_double(loss.y);
  return score_estimate(kept,
                        {kept - net_half_width(won.rate - g.low, l.high - lost.rate, rho),
                         kept + net_half_width(g.high - won.rate, lost.rate - l.low, rho)},
                        loss, level)
      .as(kept_share_label);
}

}  // namespace sojourn::inline v0_1
