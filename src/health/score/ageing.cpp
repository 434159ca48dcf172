#include "health/score/ageing.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "detail/nan.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

using sojourn::detail::nan;

/// 2^(-days past the grace / half-life): 1 while fresh, nothing after 100 half-lives.
double halved(double age, double grace, double half_life) {
  const double halvings = std::max(0.0, age - grace) / half_life;
  return halvings > 100 ? 0.0 : std::exp2(-halvings);
}

/// `halved` with a memory for whole days, which almost all ages are; few rows, as one account, do without it.
class remembered_halves {
 public:
  remembered_halves(std::vector<double>& by_day, std::size_t rows) : by_day_(by_day), worth_it_(rows >= fewest_rows) {
    if (worth_it_ && by_day_.empty()) by_day_.assign(days, nan);
  }
  [[nodiscard]] double operator()(double age, double grace, double half_life) const {
    if (!worth_it_ || !(age < days)) return halved(age, grace, half_life);
    const auto day = static_cast<std::size_t>(age);
    if (static_cast<double>(day) != age) return halved(age, grace, half_life);
    double& kept = by_day_[day];
    if (std::isnan(kept)) kept = halved(age, grace, half_life);
    return kept;
  }

 private:
  static constexpr std::size_t days = 1024;
  static constexpr std::size_t fewest_rows = 256;
  std::vector<double>& by_day_;
  bool worth_it_;
};

}  // namespace

void load_ages(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n, double* ages,
               signal_counters& counters) {
  const double today = inputs.options.as_of.since_epoch;
  if (const input* column = days_column(inputs, k)) {
    const double* days = load(*column, first, n, ages);
    for (std::size_t i = 0; i < n; ++i) ages[i] = today - days[i];
  } else {
    const auto& days = inputs.columns[k].source->observed_at;
    for (std::size_t i = 0; i < n; ++i) ages[i] = days.present(first + i) ? today - days[first + i] : nan;
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (!std::isfinite(ages[i])) ages[i] = nan;
    counters.future += ages[i] < 0;
    ages[i] = ages[i] < 0 ? 0.0 : ages[i];
  }
}

void age_tile(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n, scratch& work, aged values,
              signal_counters& counters) {
  const leaf& l = inputs.plan().leaves[k];
  const staleness& stale = *inputs.card.spec().signals[k].stale;
  double* ages = work.x.data();
  load_ages(inputs, k, first, n, ages, counters);
  work.halves.resize(2 * inputs.plan().leaves.size());
  const remembered_halves of_value(work.halves[2 * k], stale.to_neutral ? n : 0);
  const remembered_halves of_weight(work.halves[2 * k + 1], values.factor != nullptr ? n : 0);
  for (std::size_t i = 0; i < n; ++i) {
    if (values.factor != nullptr) values.factor[i] = 1.0;
    double& s = values.s[i];
    if (std::isnan(s)) continue;
    const double age = values.carried == nullptr || std::isnan(values.carried[i]) ? ages[i] : values.carried[i];
    const bool expired = stale.validity && age > *stale.validity;
    if (std::isnan(age) || expired) {
      counters.undated += std::isnan(age);
      counters.expired += expired;
      if (expired) values.stale_share[i] += l.share;
      s = nan;
      continue;
    }
    double freshness = 1.0;
    if (stale.to_neutral) {
      const double kept = of_value(age, stale.to_neutral->grace, stale.to_neutral->half_life);
      s = stale.to_neutral->neutral + (s - stale.to_neutral->neutral) * kept;
      freshness *= kept;
    }
    if (stale.linear) {
      const double kept = std::max(0.0, 1.0 - stale.linear->rate * age / stale.linear->period);
      s *= kept;
      freshness *= kept;
    }
    if (values.factor != nullptr) {
      const double kept = of_weight(age, stale.decay_weight->grace, stale.decay_weight->half_life);
      values.factor[i] = kept;
      freshness *= kept;
    }
    if (freshness < 0.5) values.stale_share[i] += l.share;
  }
}

}  // namespace sojourn::inline v0_1::health::detail
