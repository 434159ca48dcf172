#include "forecast/summarised.hpp"

#include <cmath>

#include "sojourn/detail/int128.hpp"
#include "sojourn/domain/mrr.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

constexpr double minor = 1.0 / static_cast<double>(mrr::ticks_per_minor);

/// Sums whole numbers over the draws and divides once, so that draws that agree give their very number.
class mean_of_draws {
 public:
  void add(std::int64_t value) { sum_ += value; }
  [[nodiscard]] double over(std::size_t draws) const { return static_cast<double>(sum_) / static_cast<double>(draws); }
  [[nodiscard]] double minor_over(std::size_t draws) const {
    return over(draws) / static_cast<double>(mrr::ticks_per_minor);
  }

 private:
  int128 sum_ = 0;
};

/// The segments from `first` to `last` as one.
struct part_range {
  std::size_t first = 0, last = 0;
};

month_of_draw summed(const future_of_draw& future, std::size_t month, std::size_t width, const part_range& part) {
  month_of_draw sum;
  for (std::size_t segment = part.first; segment < part.last; ++segment) {
    const month_of_draw& one = future.cells[month * width + segment];
    sum.opening += one.opening, sum.churn += one.churn, sum.contraction += one.contraction, sum.expansion += one.expansion;
    sum.won += one.won, sum.closing += one.closing, sum.capped += one.capped, sum.due += one.due;
    sum.under_contract += one.under_contract, sum.accounts += one.accounts, sum.expected += one.expected;
  }
  return sum;
}

double squared_spread(const std::vector<double>& values) {
  const double spread = summary_of_draws(values).standard_error;
  return spread * spread;
}

estimate read(const std::vector<double>& draws, const forecast_options& options, std::int64_t n, metric_label label) {
  estimate found = estimate{}.as(label);
  const draw_summary spread = summary_of_draws(draws, options.level);
  found.value = spread.mean;
  found.low = spread.low;
  found.high = spread.high;
  found.level = options.level.value();
  found.n = n;
  found.method = interval_method::bootstrap;
  return found;
}

forecast_row row_of(const future_input& in, const std::vector<future_of_draw>& futures, std::size_t month,
                    const part_range& part, std::vector<double>& closings) {
  const std::size_t width = in.seen.segments + 1;
  forecast_row row{.ahead = month + 1};
  std::vector<double> accounts, expected;
  closings.clear();
  mean_of_draws opening, churn, contraction, expansion, won, closing, due, under_contract, there;
  for (const future_of_draw& future : futures) {
    const month_of_draw sum = summed(future, month, width, part);
    opening.add(sum.opening), churn.add(sum.churn), contraction.add(sum.contraction), expansion.add(sum.expansion);
    won.add(sum.won), closing.add(sum.closing), due.add(sum.due), under_contract.add(sum.under_contract);
    there.add(sum.accounts);
    accounts.push_back(static_cast<double>(sum.accounts));
    expected.push_back(sum.expected * minor);
    const bool parameters = in.options.spread == forecast_spread::parameters;
    closings.push_back(parameters ? expected.back()
                                  : static_cast<double>(sum.closing) / static_cast<double>(mrr::ticks_per_minor));
  }
  const std::size_t n = futures.size();
  row.opening = opening.minor_over(n), row.churn = churn.minor_over(n), row.contraction = contraction.minor_over(n);
  row.expansion = expansion.minor_over(n), row.won = won.minor_over(n), row.closing = closing.minor_over(n);
  row.renewal_due = due.minor_over(n), row.under_contract = under_contract.minor_over(n), row.accounts = there.over(n);
  const draw_summary limits = summary_of_draws(closings, in.options.level);
  row.low = limits.low, row.high = limits.high;
  const draw_summary counted = summary_of_draws(accounts, in.options.level);
  row.accounts_low = counted.low, row.accounts_high = counted.high;
  const double parameter = squared_spread(expected);
  row.parameter_sd = std::sqrt(parameter);
  row.process_sd = std::sqrt(std::max(0.0, limits.standard_error * limits.standard_error - parameter));
  return row;
}

forecast_part part_of(const future_input& in, const std::vector<future_of_draw>& futures, const part_range& part) {
  const std::size_t width = in.seen.segments + 1, horizon = in.options.horizon, causes = in.seen.causes;
  const part_range today{part.first, std::min(part.last, width - 1)};  // without new business
  forecast_part found;
  std::vector<double> closings;
  for (std::size_t month = 0; month < horizon; ++month) {
    found.rows.push_back(row_of(in, futures, month, part, closings));
    std::vector<double>& by_cause = found.churn_by_cause.emplace_back(causes);
    for (const future_of_draw& future : futures) {
      for (std::size_t segment = part.first; segment < part.last; ++segment) {
        for (std::size_t cause = 0; cause < causes; ++cause)
          by_cause[cause] += static_cast<double>(future.churn_cause[(month * width + segment) * causes + cause]) * minor /
                             static_cast<double>(futures.size());
      }
    }
  }
  std::int64_t n = 0;
  double opening = 0;
  for (const account_today& one : in.accounts) {
    if (one.segment < today.first || one.segment >= today.last) continue;
    ++n;
    opening += static_cast<double>(one.ticks);
  }
  std::vector<double> net, gross, logos, yearly;
  for (std::size_t draw = 0; draw < futures.size(); ++draw) {
    const month_of_draw kept = summed(futures[draw], horizon - 1, width, today);
    const bool parameters = in.options.spread == forecast_spread::parameters;
    net.push_back((parameters ? kept.expected : static_cast<double>(kept.closing)) / opening);
    gross.push_back(static_cast<double>(kept.capped) / opening);
    logos.push_back(static_cast<double>(kept.accounts) / static_cast<double>(n));
    yearly.push_back(12 * closings[draw]);
  }
  found.arr = read(yearly, in.options, n, {"forecast_arr", "minor units per year"});
  const auto undefined = [&](metric_label label) {
    return undefined_estimate(undefined_reason::zero_denominator, in.options.level, n).as(label);
  };
  constexpr metric_label nrr{"forecast_nrr", "share"}, grr{"forecast_grr", "share"}, stay{"forecast_logos", "share"};
  found.nrr = opening > 0 ? read(net, in.options, n, nrr) : undefined(nrr);
  found.grr = opening > 0 ? read(gross, in.options, n, grr) : undefined(grr);
  found.logos = n > 0 ? read(logos, in.options, n, stay) : undefined(stay);
  return found;
}

}  // namespace

void summarise(const future_input& in, const std::vector<future_of_draw>& futures, mrr_forecast& found) {
  const std::size_t width = in.seen.segments + 1;
  found.total = part_of(in, futures, {0, width});
  if (in.seen.segments > 1 || !in.options.new_mrr.empty()) {
    for (std::size_t segment = 0; segment < width - (in.options.new_mrr.empty() ? 1 : 0); ++segment)
      found.segments.push_back(part_of(in, futures, {segment, segment + 1}));
  }
  for (std::size_t month = 0; month < in.options.horizon; ++month)
    (void)row_of(in, futures, month, {0, width}, found.closings.emplace_back());
  for (std::size_t place = 0; place < in.largest.size(); ++place) {
    const account_today& one = in.accounts[in.largest[place]];
    double mean = 0;
    for (const future_of_draw& future : futures)
      mean += static_cast<double>(future.largest[place]) * minor / static_cast<double>(futures.size());
    const double others = found.total.rows.back().closing - mean, now = static_cast<double>(one.ticks) * minor;
    found.largest.push_back({.account = one.account, .mrr = now, .if_it_leaves = others, .if_it_stays = others + now});
  }
}

}  // namespace sojourn::inline v0_1::detail
