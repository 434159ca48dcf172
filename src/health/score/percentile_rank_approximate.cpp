// Approximate ranks in two passes: a histogram of the values' keys, and a look-up. Values that the sample saw often split
// their cell into what is below, equal and above.
#include <limits>

#include "health/score/float_key.hpp"
#include "health/score/percentile_rank.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

constexpr std::size_t slots_per_sample = 2;
/// Times that a value must be in the sample to count as an atom.
constexpr std::size_t often = 4;
constexpr std::size_t most_atoms = 250;
/// Below this many rows a hand more costs more than it does.
constexpr std::size_t rows_per_hand = std::size_t{1} << 18;

/// Slots of the number line; an atom splits its own into what is below, equal and above.
class split_slots {
 public:
  explicit split_slots(const std::vector<double>& sample) : slots_(sample, slots_per_sample) {
    for (std::size_t i = 0; i < sample.size();) {
      std::size_t end = i;
      while (end < sample.size() && sample[end] == sample[i]) ++end;
      if (end - i >= often && atoms_.size() < most_atoms) atoms_.push_back(sample[i]);
      i = end;
    }
    atoms_before_.resize(slots_.size());
    near_atom_.resize(slots_.size());
    for (const double atom : atoms_) near_atom_[slots_(atom)] = 1;
    for (std::size_t slot = 0, a = 0; slot < slots_.size(); ++slot) {
      atoms_before_[slot] = static_cast<std::uint8_t>(a);
      while (a < atoms_.size() && slots_(atoms_[a]) == slot) ++a;
    }
  }
  [[nodiscard]] std::size_t size() const noexcept { return slots_.size() + 2 * atoms_.size(); }
  [[nodiscard]] std::size_t operator()(double x) const noexcept {
    const std::size_t slot = slots_(x);
    std::size_t a = atoms_before_[slot];
    if (near_atom_[slot] == 0) return slot + 2 * a;
    while (a < atoms_.size() && atoms_[a] < x) ++a;
    return slot + 2 * a + (a < atoms_.size() && atoms_[a] == x ? 1u : 0u);
  }
  /// The slots that hold one value only.
  [[nodiscard]] std::vector<bool> are_atoms() const {
    std::vector<bool> result(size());
    for (const double atom : atoms_) result[(*this)(atom)] = true;
    return result;
  }

 private:
  value_slots slots_;
  std::vector<double> atoms_;               ///< increasing
  std::vector<std::uint8_t> atoms_before_;  ///< per slot: atoms in those below it
  std::vector<std::uint8_t> near_atom_;     ///< per slot: 1 where it has any
};

/// Rows cut into as many slices as there are hands: counts are exact, so the cut changes nothing.
class rough_ranks {
 public:
  rough_ranks(percentile_ranks& result, const ranked_column& values, const any_executor& host,
              const std::vector<double>& sample)
      : result_(result),
        values_(values),
        host_(host),
        slots_(sample),
        slices_(
            std::clamp<std::size_t>(host.concurrency(), 1 + values.rows() / most_rows, 1 + values.rows() / rows_per_hand)),
        slice_((values.rows() + slices_ - 1) / slices_) {}

  void run() {
    const std::vector<double> ranks = rank_slots(count());
    each_slice([&](std::size_t, std::size_t i) {
      const double x = values_[i];
      result_.rank[i] = x == x ? ranks[slots_(x)] : x;
    });
  }

 private:
  /// A count of 32 bits must hold them.
  static constexpr std::size_t most_rows = std::size_t{1} << 31;

  template <class Row>
  void each_slice(const Row& row) {
    host_.bulk(slices_, [&](std::size_t s) {
      const std::size_t last = std::min(values_.rows(), (s + 1) * slice_);
      for (std::size_t i = s * slice_; i < last; ++i) row(s, i);
    });
  }
  std::vector<std::uint64_t> count() {
    std::vector<std::vector<std::uint32_t>> counts(slices_, std::vector<std::uint32_t>(slots_.size()));
    each_slice([&](std::size_t s, std::size_t i) {
      const double x = values_[i];
      if (x == x) ++counts[s][slots_(x)];
    });
    std::vector<std::uint64_t> all(slots_.size());
    for (const auto& slice : counts) {
      for (std::size_t slot = 0; slot < all.size(); ++slot) all[slot] += slice[slot];
    }
    return all;
  }
  /// The middle of each slot. The ends of one that holds c values are (c - 1) / 2 away from it.
  std::vector<double> rank_slots(const std::vector<std::uint64_t>& counts) {
    std::uint64_t total = 0, before = 0, furthest = 0;
    for (const std::uint64_t c : counts) total += c;
    const double n = static_cast<double>(total);
    const std::vector<bool> exact = slots_.are_atoms();
    std::vector<double> ranks(counts.size());
    for (std::size_t slot = 0; slot < counts.size(); ++slot) {
      const std::uint64_t c = counts[slot];
      ranks[slot] = (static_cast<double>(before) + 0.5 * static_cast<double>(c)) / n;
      before += c;
      if (!exact[slot] && c > 1) furthest = std::max(furthest, c - 1);
    }
    result_.ranked = static_cast<std::int64_t>(total);
    result_.error = 0.5 * static_cast<double>(furthest) / n;
    return ranks;
  }

  percentile_ranks& result_;
  const ranked_column& values_;
  const any_executor& host_;
  split_slots slots_;
  std::size_t slices_;
  std::size_t slice_;
};

}  // namespace

void rank_roughly(percentile_ranks& result, const ranked_column& values, const any_executor& host) {
  const std::vector<double> sample = sample_of(values);
  // Without a sample there is nothing to go by, and next to nothing to rank.
  if (sample.empty()) return rank_exactly(result, values, host);
  rough_ranks(result, values, host, sample).run();
}

}  // namespace sojourn::inline v0_1::health::detail
