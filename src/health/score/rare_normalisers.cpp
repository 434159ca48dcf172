#include "health/score/rare_normalisers.hpp"

#include <algorithm>
#include <cmath>

#include "detail/nan.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

using sojourn::detail::nan;

class rarer_normaliser {
 public:
  rarer_normaliser(const norm_tile& tile, const double* x, double* s)
      : tile_(tile),
        leaf_(tile.inputs.plan().leaves[tile.k]),
        norm_(tile.inputs.card.spec().signals[tile.k].norm),
        x_(x),
        s_(s) {}

  void run() {
    switch (leaf_.how) {
      case kernel::asinh_ramp:
        return each([this](std::size_t i) { return ramp_at(std::asinh(x_[i])); });
      case kernel::exponential:
        return each([this](std::size_t i) { return exponential(i); });
      case kernel::gapped_steps:
        return gapped();
      case kernel::segment_rank:
        return each([this](std::size_t i) { return rank_in(reference_of(tile_.first + i), x_[i], leaf_.right_closed); });
      case kernel::change:
        return second([this](std::size_t i, double before) { return change_of(x_[i], before); });
      case kernel::ratio:
        return second([this](std::size_t i, double denominator) { return ratio_of(i, denominator); });
      default:
        return second([this](std::size_t i, double context) { return cell(i, context); });
    }
  }

 private:
  template <class F>
  void each(F s_of) {
    for (std::size_t i = 0; i < tile_.n; ++i) s_[i] = std::isnan(x_[i]) ? nan : s_of(i);
  }

  /// With the value of the second column; where only that one is not there, it is what counts as missing.
  template <class F>
  void second(F s_of) {
    const double* other = second_column();
    each([&](std::size_t i) {
      if (std::isfinite(other[i])) return s_of(i, other[i]);
      ++(std::isnan(other[i]) ? tile_.counters.missing : tile_.counters.nonfinite);
      if (std::isinf(other[i])) tile_.flags[i] |= flag::irregular;
      return nan;
    });
  }
  const double* second_column() {
    double* buffer = tile_.work.denominator.data();
    if (leaf_.second != nowhere) return load(tile_.columns[leaf_.second], tile_.first, tile_.n, buffer);
    // What the cycle before compared itself with is not known.
    const bool now = &tile_.columns == &tile_.inputs.columns;
    if (!now) return std::fill_n(buffer, tile_.n, nan), buffer;
    const double* before = load(previous_of(tile_.inputs, tile_.k), tile_.first, tile_.n, buffer);
    if (const auto& range = tile_.inputs.card.spec().signals[tile_.k].valid) return within(*range, before, buffer);
    return before;
  }
  /// The earlier value of the same signal has the same honest range.
  const double* within(const valid_range& range, const double* before, double* buffer) {
    for (std::size_t i = 0; i < tile_.n; ++i) {
      const bool outside = before[i] < range.low || before[i] > range.high;
      const double kept = range.otherwise == invalid_policy::clamp ? std::clamp(before[i], range.low, range.high) : nan;
      buffer[i] = outside ? kept : before[i];
    }
    return buffer;
  }

  [[nodiscard]] double ramp_at(double t) const { return std::clamp((t - leaf_.a) * leaf_.b + 0.0, 0.0, 1.0); }

  [[nodiscard]] double change_of(double x, double before) const {
    if (x == before) return ramp_at(0);
    return ramp_at((x - before) / std::max(std::abs(before), leaf_.low));
  }

  double ratio_of(std::size_t i, double denominator) {
    if (denominator > 0) return ramp_at(x_[i] / denominator);
    if (denominator == 0) return ++tile_.counters.missing, nan;
    ++tile_.counters.out_of_domain;
    tile_.flags[i] |= flag::irregular;
    return nan;
  }

  double exponential(std::size_t i) {
    if (x_[i] >= 0) return 0.0 - std::expm1(-x_[i] / leaf_.a * ln2);
    ++tile_.counters.out_of_domain;
    tile_.flags[i] |= flag::irregular;
    return 0.0;
  }

  /// Today's segment, also for the value of the cycle before.
  [[nodiscard]] const std::vector<double>& reference_of(std::size_t row) const {
    const auto& by = std::get<percentile>(norm_).by;
    const double position =
        of_segment(tile_.inputs.columns[leaf_.second], row, tile_.inputs.reference[tile_.k], leaf_.segments, nan);
    return std::isnan(position) ? leaf_.from : by[static_cast<std::size_t>(position)].second;
  }

  void gapped() {
    steps_kernel(x_, s_, tile_.n, {leaf_.from.data(), leaf_.rise.data(), leaf_.from.size(), leaf_.right_closed});
    for (std::size_t i = 0; i < tile_.n; ++i) {
      if (x_[i] < leaf_.low || x_[i] > leaf_.high) s_[i] = nan;
      if (std::isnan(s_[i]) && !std::isnan(x_[i])) unknown(i);
    }
  }

  double cell(std::size_t i, double context) {
    const auto& table = std::get<lookup2d>(norm_);
    const std::size_t row = band_of(table.bands, x_[i]), column = band_of(table.context_bands, context);
    const bool inside = row < table.bands.size() && column < table.context_bands.size();
    const double found = inside ? table.s[row * table.context_bands.size() + column] : nan;
    return std::isnan(found) ? unknown(i) : found;
  }
  static std::size_t band_of(const std::vector<band>& bands, double x) {
    const auto holds = [x](const band& b) { return b.contains(x); };
    return static_cast<std::size_t>(std::find_if(bands.begin(), bands.end(), holds) - bands.begin());
  }

  double unknown(std::size_t i) {
    ++tile_.counters.unknown;
    tile_.flags[i] |= flag::irregular;
    return nan;
  }

  static constexpr double ln2 = 0.693147180559945309417;

  const norm_tile& tile_;
  const leaf& leaf_;
  const normaliser& norm_;
  const double* x_;
  double* s_;
};

}  // namespace

double rank_in(const std::vector<double>& reference, double x, bool lower_is_better) {
  const auto low = std::lower_bound(reference.begin(), reference.end(), x);
  const auto high = std::upper_bound(low, reference.end(), x);
  const double outside = static_cast<double>(lower_is_better ? reference.end() - high : low - reference.begin());
  return (outside + 0.5 * static_cast<double>(high - low)) / static_cast<double>(reference.size());
}

void rare_normaliser_tile(const norm_tile& tile, const double* x, double* s) {
  rarer_normaliser(tile, x, s).run();
}

}  // namespace sojourn::inline v0_1::health::detail
