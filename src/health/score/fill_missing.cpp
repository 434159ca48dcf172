#include "health/score/fill_missing.hpp"

#include <algorithm>
#include <cmath>

#include "detail/nan.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

using sojourn::detail::nan;

bool any_missing(const double* s, std::size_t n) {
  return std::any_of(s, s + n, [](double value) { return std::isnan(value); });
}

/// The day on which the value of the cycle before was observed; NaN where none is known.
void load_previous_days(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n, double* days) {
  const std::size_t named = inputs.plan().leaves[k].observed;
  if (named != nowhere) {
    const double* found = load(previous_of(inputs, named), first, n, days);
    if (found != days) std::copy_n(found, n, days);
    return;
  }
  const input& then = previous_of(inputs, k);
  for (std::size_t i = 0; i < n; ++i) {
    const bool known = then.is_there() && !then.source->observed_at.empty() && then.source->observed_at.present(first + i);
    days[i] = known ? static_cast<double>(then.source->observed_at[first + i]) : nan;
  }
}

/// The raw value that is typical of the row's segment, and of all where it has none of its own.
double typical_of(const bound_inputs& inputs, std::size_t k, std::size_t row) {
  const leaf& l = inputs.plan().leaves[k];
  return l.segment == nowhere ? l.fill : of_segment(inputs.columns[l.segment], row, inputs.typical[k], l.numbers, l.fill);
}

}  // namespace

const double* carry_tile(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n, scratch& work,
                         double* s, std::uint16_t* flags, signal_counters& counters) {
  if (inputs.previous.empty() || !previous_of(inputs, k).is_there() || !any_missing(s, n)) return nullptr;
  work.filled.resize(std::max(n, work.filled.size()));
  work.age.resize(std::max(n, work.age.size()));
  double *then = work.filled.data(), *age = work.age.data();
  signal_counters unseen;  // what was odd a cycle ago was counted then
  std::vector<std::uint16_t> unmarked(n);
  normalise_previous_tile(inputs, k, first, n, work, then, unmarked.data(), unseen);
  load_previous_days(inputs, k, first, n, age);
  const double today = inputs.options.as_of.since_epoch, oldest = inputs.card.spec().signals[k].missing.max_age;
  for (std::size_t i = 0; i < n; ++i) {
    const double old = today - age[i];
    age[i] = nan;
    if (!std::isnan(s[i]) || std::isnan(then[i])) continue;
    if (!std::isfinite(old)) {
      ++counters.undated;
    } else if (old > oldest) {
      ++counters.expired;
    } else {
      counters.future += old < 0;
      ++counters.carried;
      flags[i] |= flag::imputed;
      s[i] = then[i];
      age[i] = std::max(0.0, old);
    }
  }
  return age;
}

const double* typical_tile(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n, scratch& work,
                           const double* s) {
  work.filled.resize(std::max(n, work.filled.size()));
  double* typical = work.filled.data();
  if (!any_missing(s, n)) return typical;
  for (std::size_t i = 0; i < n; ++i) typical[i] = std::isnan(s[i]) ? typical_of(inputs, k, first + i) : nan;
  signal_counters unseen;  // what is missing here is counted already
  std::vector<std::uint16_t> unmarked(n);
  normalise_values_tile(inputs, k, first, n, work, typical, unmarked.data(), unseen);
  return typical;
}

}  // namespace sojourn::inline v0_1::health::detail
