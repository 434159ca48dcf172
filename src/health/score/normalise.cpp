#include "health/score/normalise.hpp"

#include <algorithm>
#include <cmath>

#include "detail/nan.hpp"
#include "health/score/fetch_ahead.hpp"
#include "health/score/rare_normalisers.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

using sojourn::detail::nan;

/// One signal, one tile. The usual path is count, kernel, done; odd values take a second, scalar look.
class tile_normaliser {
 public:
  tile_normaliser(const bound_inputs& inputs, const std::vector<input>& columns, std::size_t k, std::size_t first,
                  std::size_t n, scratch& work, std::uint16_t* flags, signal_counters& counters)
      : inputs_(inputs),
        columns_(columns),
        k_(k),
        leaf_(inputs.plan().leaves[k]),
        spec_(inputs.card.spec().signals[k]),
        column_(columns_[k]),
        first_(first),
        n_(n),
        work_(work),
        flags_(flags),
        counters_(counters) {}

  void run(double* s) {
    if (column_.is_text()) return names(s);
    run_on(load(column_, first_, n_, work_.x.data()), s);
  }

  void run_on(const double* x, double* s) {
    x_ = x;
    const odd_values odd = count_odd(x_, n_);
    counters_.missing += odd.missing;
    counters_.nonfinite += odd.infinite;
    if (spec_.valid) range();
    if (leaf_.per != nowhere) divide();
    if (odd.infinite > 0 || leaf_.per != nowhere) infinite();
    apply(s);
  }

 private:
  /// A copy of the tile that may be changed.
  double* own() {
    if (x_ != work_.x.data()) std::copy_n(x_, n_, work_.x.data());
    x_ = work_.x.data();
    return work_.x.data();
  }
  void irregular(std::size_t i) { flags_[i] |= flag::irregular; }

  void infinite() {
    double* x = own();
    for (std::size_t i = 0; i < n_; ++i) {
      if (!std::isinf(x[i])) continue;
      irregular(i);
      if (!leaf_.takes_infinity) x[i] = nan;
    }
  }

  void range() {
    const std::int64_t outside = count_outside(x_, n_, spec_.valid->low, spec_.valid->high);
    if (outside == 0) return;
    counters_.invalid += outside;
    double* x = own();
    const bool clamps = spec_.valid->otherwise == invalid_policy::clamp;
    for (std::size_t i = 0; i < n_; ++i) {
      if (!(x[i] < spec_.valid->low || x[i] > spec_.valid->high)) continue;
      irregular(i);
      x[i] = clamps ? std::clamp(x[i], spec_.valid->low, spec_.valid->high) : nan;
    }
  }

  /// Per seat, per contract: no denominator, no value.
  void divide() {
    const double* d = load(columns_[leaf_.per], first_, n_, work_.denominator.data());
    double* x = own();
    for (std::size_t i = 0; i < n_; ++i) {
      const bool usable = d[i] > 0 && d[i] <= std::numeric_limits<double>::max();
      if (!usable && !std::isnan(x[i])) refuse_denominator(i, d[i]);
      const double quotient = usable ? x[i] / d[i] : nan;
      counters_.nonfinite += std::isinf(quotient) && !std::isinf(x[i]);
      x[i] = quotient;
    }
  }

  void refuse_denominator(std::size_t i, double denominator) {
    if (std::isnan(denominator)) {
      ++counters_.missing;
    } else {
      ++counters_.out_of_domain;
      irregular(i);
    }
  }

  /// Turns values for which `bad(x)` holds into `replacement` and counts them.
  template <class Bad>
  void refuse(Bad bad, double replacement) {
    std::int64_t count = 0;
    for (std::size_t i = 0; i < n_; ++i) count += bad(x_[i]);
    if (count == 0) return;
    counters_.out_of_domain += count;
    double* x = own();
    for (std::size_t i = 0; i < n_; ++i) {
      if (!bad(x[i])) continue;
      irregular(i);
      x[i] = replacement;
    }
  }

  void apply(double* s) {
    switch (leaf_.how) {
      case kernel::ramp:
        if (leaf_.ignores_outside) refuse([this](double x) { return x < leaf_.low || x > leaf_.high; }, nan);
        return ramp_kernel(x_, s, n_, leaf_.a, leaf_.b);
      case kernel::segments:
        return segments_kernel(x_, s, n_,
                               {leaf_.a, leaf_.from.data(), leaf_.inverse.data(), leaf_.rise.data(), leaf_.rise.size()});
      case kernel::steps:
        return steps_kernel(x_, s, n_, {leaf_.from.data(), leaf_.rise.data(), leaf_.from.size(), leaf_.right_closed});
      case kernel::saturating:
        refuse([](double x) { return x < 0; }, 0.0);
        return saturating_kernel(x_, s, n_, leaf_.a);
      case kernel::log_ramp:
        return logarithmic(s);
      case kernel::logistic:
        return logistic_curve(s);
      case kernel::flag:
        return flags(s);
      case kernel::names:
        return numbers(s);
      case kernel::recency:
        return recent(s);
      case kernel::normal:
        return bell(s);
      case kernel::rank:
        return rank(s);
      default:
        return rare_normaliser_tile({inputs_, columns_, k_, first_, n_, work_, flags_, counters_}, x_, s);
    }
  }

  void logarithmic(double* s) {
    refuse([](double x) { return x <= -1; }, nan);
    double* x = own();
    for (std::size_t i = 0; i < n_; ++i) x[i] = std::log1p(x[i]);
    ramp_kernel(x, s, n_, leaf_.a, leaf_.b);
  }

  void logistic_curve(double* s) const {
    for (std::size_t i = 0; i < n_; ++i) {
      const double z = leaf_.b * (x_[i] - leaf_.a);
      // exp of a negative number only, so that neither tail overflows.
      const double e = std::exp(-std::abs(z));
      s[i] = z >= 0 ? 1 / (1 + e) : e / (1 + e);
    }
  }

  void recent(double* s) {
    const double today = inputs_.options.as_of.since_epoch;
    for (std::size_t i = 0; i < n_; ++i) {
      const double days = today - x_[i];
      counters_.future += days < 0;
      s[i] = std::isnan(days) ? nan : std::exp2(-std::max(0.0, std::max(0.0, days) - leaf_.a) / leaf_.b);
    }
  }

  void bell(double* s) const {
    const double root_half = std::sqrt(0.5);
    for (std::size_t i = 0; i < n_; ++i) s[i] = 0.5 * std::erfc(-leaf_.b * (x_[i] - leaf_.a) * root_half);
  }

  void rank(double* s) const {
    for (std::size_t i = 0; i < n_; ++i) s[i] = std::isnan(x_[i]) ? nan : rank_in(leaf_.from, x_[i], leaf_.right_closed);
  }

  void flags(double* s) {
    for (std::size_t i = 0; i < n_; ++i) {
      s[i] = x_[i] == 0 ? leaf_.a : x_[i] == 1 ? leaf_.b : unknown(i, !std::isnan(x_[i]));
    }
  }

  void numbers(double* s) {
    for (std::size_t i = 0; i < n_; ++i) {
      const auto same = [x = x_[i]](const auto& entry) { return entry.first == x; };
      const auto at = std::find_if(leaf_.numbers.begin(), leaf_.numbers.end(), same);
      s[i] = at != leaf_.numbers.end() ? at->second : unknown(i, !std::isnan(x_[i]));
    }
  }

  void names(double* s) {
    for (std::size_t i = 0; i < n_; ++i) {
      const std::int64_t code = code_at(column_, first_ + i);
      counters_.missing += code < 0;
      const bool listed = code >= 0 && static_cast<std::size_t>(code) < column_.label_scores.size();
      const double found = listed ? column_.label_scores[static_cast<std::size_t>(code)] : nan;
      s[i] = std::isnan(found) ? unknown(i, code >= 0) : found;
    }
  }

  double unknown(std::size_t i, bool has_value) {
    if (has_value) {
      ++counters_.unknown;
      irregular(i);
    }
    return nan;
  }

  const bound_inputs& inputs_;
  const std::vector<input>& columns_;
  std::size_t k_;
  const leaf& leaf_;
  const signal_spec& spec_;
  const input& column_;
  std::size_t first_;
  std::size_t n_;
  scratch& work_;
  std::uint16_t* flags_;
  signal_counters& counters_;
  const double* x_ = nullptr;
};

template <class T>
std::optional<odd_values> weigh_column(const leaf& l, const column<T>& values, std::size_t first, std::size_t n, double* s,
                                       double* present) {
  if (values.may_have_missing()) return std::nullopt;
  const T* x = values.values().data() + first;
  fetch_ahead(x, n);
  if (l.how == kernel::ramp) return weigh_ramp(x, s, present, n, l.a, l.b, l.weight);
  return weigh_segments(x, s, present, n, {l.a, l.from.data(), l.inverse.data(), l.rise.data(), l.rise.size()}, l.weight);
}

}  // namespace

std::optional<odd_values> weigh_tile(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n, double* s,
                                     double* present) {
  const leaf& l = inputs.plan().leaves[k];
  if (!l.reads_once) return std::nullopt;
  const auto& values = inputs.columns[k].source->values;
  if (const auto* numbers = std::get_if<column<double>>(&values)) return weigh_column(l, *numbers, first, n, s, present);
  if (const auto* numbers = std::get_if<column<float>>(&values)) return weigh_column(l, *numbers, first, n, s, present);
  return std::nullopt;
}

void normalise_tile(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n, scratch& work, double* s,
                    std::uint16_t* flags, signal_counters& counters) {
  tile_normaliser(inputs, inputs.columns, k, first, n, work, flags, counters).run(s);
}

void normalise_previous_tile(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n, scratch& work,
                             double* s, std::uint16_t* flags, signal_counters& counters) {
  tile_normaliser(inputs, inputs.previous, k, first, n, work, flags, counters).run(s);
}

void normalise_values_tile(const bound_inputs& inputs, std::size_t k, std::size_t first, std::size_t n, scratch& work,
                           double* s, std::uint16_t* flags, signal_counters& counters) {
  std::copy_n(s, n, work.x.data());
  tile_normaliser(inputs, inputs.columns, k, first, n, work, flags, counters).run_on(work.x.data(), s);
}

}  // namespace sojourn::inline v0_1::health::detail
