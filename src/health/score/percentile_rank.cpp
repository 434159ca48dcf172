// Exact ranks in four passes: count the rows of each bucket, lay the values out by bucket, rank every bucket in cache, and
// walk the rows again to fetch their ranks in the order in which their values were laid out.
#include "health/score/percentile_rank.hpp"

#include <numeric>
#include <span>

#include "detail/large_memory.hpp"
#include "health/score/float_key.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

constexpr std::size_t rows_per_bucket = 8192;
constexpr std::size_t most_buckets = 1024;
constexpr std::size_t least_slice = std::size_t{1} << 16;
constexpr std::size_t most_slices = 256;
constexpr std::size_t buckets_per_task = 8;
/// Values between a stream's head and what is fetched for it: a thousand streams are more than the processor follows by
/// itself.
constexpr std::size_t ahead = 16;
/// Below this many rows nothing is forked: a join would cost more.
constexpr std::size_t rows_worth_forking = 50'000;
/// Equal or close neighbours that are compared one by one.
constexpr std::size_t window = 4;

/// Which bucket a value belongs to: slots put together so that a sample fills buckets evenly.
class bucket_map {
 public:
  bucket_map(const std::vector<double>& sample, std::size_t buckets) : slots_(sample, 1), bucket_of_(slots_.size()) {
    std::vector<std::uint32_t> counts(slots_.size());
    for (const double x : sample) ++counts[slots_(x)];
    std::size_t before = 0;
    for (std::size_t slot = 0; slot < counts.size(); ++slot) {
      bucket_of_[slot] = static_cast<std::uint16_t>(before * buckets / (sample.size() + 1));
      before += counts[slot];
    }
  }
  [[nodiscard]] std::size_t operator()(double x) const noexcept { return bucket_of_[slots_(x)]; }

 private:
  value_slots slots_;
  std::vector<std::uint16_t> bucket_of_;
};

/// Ranks within one bucket, in place: values in, ranks out. Scratch that the next bucket uses again.
class bucket_ranker {
 public:
  void run(std::span<double> values, std::size_t before, double n) {
    const auto [low, high] = ends_of(values);
    if (low == high) return std::fill(values.begin(), values.end(), rank(before, 0, values.size(), n));
    const std::size_t count = values.size();
    const auto log2 = static_cast<unsigned>(std::bit_width(count));
    const key_cells cells(low, high, log2);
    start_.assign((std::size_t{1} << log2) + 1, 0);
    cell_.resize(count);
    for (std::size_t i = 0; i < count; ++i) ++start_[cell_[i] = static_cast<std::uint32_t>(cells(values[i]))];
    std::exclusive_scan(start_.begin(), start_.end(), start_.begin(), 0u);
    sorted_.resize(count + window);
    std::fill_n(sorted_.end() - window, window, std::numeric_limits<double>::quiet_NaN());
    // Placing moves every start to the next cell's: afterwards start_[c - 1] is where cell c begins.
    for (std::size_t i = 0; i < count; ++i) sorted_[start_[cell_[i]]++] = values[i];
    sort_crowds();
    for (std::size_t i = 0; i < count; ++i) values[i] = rank_of(values[i], cell_[i], before, n);
  }

 private:
  /// Independent lanes: a comparison need not wait for the last one.
  static std::pair<double, double> ends_of(std::span<const double> values) {
    constexpr std::size_t lanes = 8;
    double low[lanes], high[lanes];
    std::fill_n(low, lanes, values[0]);
    std::fill_n(high, lanes, values[0]);
    std::size_t i = 0;
    for (; i + lanes <= values.size(); i += lanes) {
      for (std::size_t l = 0; l < lanes; ++l) {
        low[l] = values[i + l] < low[l] ? values[i + l] : low[l];
        high[l] = values[i + l] > high[l] ? values[i + l] : high[l];
      }
    }
    for (; i < values.size(); ++i) low[0] = std::min(low[0], values[i]), high[0] = std::max(high[0], values[i]);
    return {*std::min_element(low, low + lanes), *std::max_element(high, high + lanes)};
  }
  static double rank(std::size_t before, std::size_t below, std::size_t equal, double n) {
    return (static_cast<double>(before + below) + 0.5 * static_cast<double>(equal)) / n;
  }
  [[nodiscard]] std::size_t begin_of(std::size_t cell) const { return cell == 0 ? 0 : start_[cell - 1]; }

  void sort_crowds() {
    for (std::size_t c = 0; c + 1 < start_.size(); ++c) {
      const std::size_t begin = begin_of(c), end = start_[c];
      if (end - begin > window)
        std::sort(sorted_.begin() + static_cast<std::ptrdiff_t>(begin), sorted_.begin() + static_cast<std::ptrdiff_t>(end));
    }
  }

  [[nodiscard]] double rank_of(double x, std::size_t cell, std::size_t before, double n) const {
    const std::size_t begin = begin_of(cell), end = start_[cell];
    std::size_t below = 0, equal = 0;
    if (end - begin <= window) {
      // Whatever stands behind the cell is greater, or the NaN at the end: neither is counted.
      const double* near = sorted_.data() + begin;
      for (std::size_t j = 0; j < window; ++j) {
        below += near[j] < x ? 1u : 0u;
        equal += near[j] == x ? 1u : 0u;
      }
      return rank(before + begin, below, equal, n);
    }
    const double* const first = sorted_.data() + begin;
    const double* const last = sorted_.data() + end;
    if (*first == last[-1]) return rank(before + begin, 0, end - begin, n);
    const double* const low = std::lower_bound(first, last, x);
    const double* const high = std::upper_bound(low, last, x);
    return rank(before + begin, static_cast<std::size_t>(low - first), static_cast<std::size_t>(high - low), n);
  }

  std::vector<std::uint32_t> start_, cell_;
  std::vector<double> sorted_;
};

class exact_ranks {
 public:
  exact_ranks(percentile_ranks& result, const ranked_column& values, const any_executor& host,
              const std::vector<double>& sample)
      : result_(result),
        values_(values),
        host_(host),
        buckets_(std::clamp<std::size_t>(values.rows() / rows_per_bucket, 1, most_buckets)),
        map_(sample, buckets_),
        slice_(std::max(least_slice, values.rows() / most_slices + 1)),
        slices_((values.rows() + slice_ - 1) / slice_),
        next_(slices_ * buckets_) {}

  void run() {
    host_.bulk(slices_, [this](std::size_t s) { count(s); });
    lay_out();
    result_.ranked = static_cast<std::int64_t>(first_.back());
    sojourn::detail::make_room(held_, first_.back());
    host_.bulk(slices_, [this](std::size_t s) { place(s); });
    rewind();
    host_.bulk((buckets_ + buckets_per_task - 1) / buckets_per_task, [this](std::size_t t) { rank_buckets(t); });
    host_.bulk(slices_, [this](std::size_t s) { fetch(s); });
  }

 private:
  template <class Row>
  void each_present(std::size_t s, const Row& row) {
    const std::size_t last = std::min(values_.rows(), (s + 1) * slice_);
    for (std::size_t i = s * slice_; i < last; ++i) {
      const double x = values_[i];
      if (x == x) row(i, x);
    }
  }
  void count(std::size_t s) {
    std::size_t* counts = next_.data() + s * buckets_;
    each_present(s, [&](std::size_t, double x) { ++counts[map_(x)]; });
  }
  /// Where each slice puts its values of each bucket: buckets in order, slices in order within.
  void lay_out() {
    std::size_t at = 0;
    for (std::size_t b = 0; b < buckets_; ++b) {
      first_.push_back(at);
      for (std::size_t s = 0; s < slices_; ++s) at += std::exchange(next_[s * buckets_ + b], at);
    }
    first_.push_back(at);
    began_ = next_;
  }
  void rewind() { next_ = began_; }
  /// Where the values of a slice in a bucket end.
  [[nodiscard]] std::size_t end_of(std::size_t s, std::size_t bucket) const {
    return s + 1 < slices_ ? began_[(s + 1) * buckets_ + bucket] : first_[bucket + 1];
  }
  /// Each row is read three times. Where another thread has changed it meanwhile, its place is that of another value.
  [[noreturn]] static void refuse_changed_values() {
    throw schema_error("the values changed while they were ranked; pass a copy");
  }
  void place(std::size_t s) {
    std::size_t* next = next_.data() + s * buckets_;
    double* held = held_.data();
    std::vector<std::size_t> end(buckets_);
    for (std::size_t b = 0; b < buckets_; ++b) end[b] = end_of(s, b);
    const std::size_t* const last = end.data();
    each_present(s, [&, next, held, last](std::size_t, double x) {
      const std::size_t bucket = map_(x), at = next[bucket]++;
      if (at >= last[bucket]) refuse_changed_values();
      double* here = held + at;
      *here = x;
      __builtin_prefetch(here + ahead, 1);
    });
    if (!std::equal(end.begin(), end.end(), next)) refuse_changed_values();  // a place that nobody filled
  }
  void rank_buckets(std::size_t task) {
    bucket_ranker ranker;
    const std::size_t last = std::min(buckets_, (task + 1) * buckets_per_task);
    for (std::size_t b = task * buckets_per_task; b < last; ++b) {
      if (first_[b] == first_[b + 1]) continue;
      ranker.run(std::span(held_).subspan(first_[b], first_[b + 1] - first_[b]), first_[b],
                 static_cast<double>(first_.back()));
    }
  }
  void fetch(std::size_t s) {
    const std::size_t last = std::min(values_.rows(), (s + 1) * slice_);
    std::size_t* next = next_.data() + s * buckets_;
    const double* held = held_.data();
    const std::size_t all = held_.size();
    double* rank = result_.rank.data();
    for (std::size_t i = s * slice_; i < last; ++i) {
      const double x = values_[i];
      if (x != x) {
        rank[i] = x;
        continue;
      }
      const std::size_t at = next[map_(x)]++;
      if (at >= all) refuse_changed_values();
      const double* here = held + at;
      rank[i] = *here;
      __builtin_prefetch(here + ahead);
    }
  }

  percentile_ranks& result_;
  const ranked_column& values_;
  const any_executor& host_;
  std::size_t buckets_;
  bucket_map map_;
  std::size_t slice_;
  std::size_t slices_;
  std::vector<std::size_t> next_, began_, first_;
  std::vector<double> held_;
};

}  // namespace

void rank_exactly(percentile_ranks& result, const ranked_column& values, const any_executor& host) {
  std::vector<double> sample = sample_of(values);
  // Gaps may have hidden all values: then there is one bucket.
  if (sample.empty()) sample = {0.0};
  exact_ranks(result, values, host, sample).run();
}

void rank_rows(percentile_ranks& result, const column<double>& values, const percentile_rank_options& options,
               const any_executor& host) {
  sojourn::detail::make_room(result.rank, values.size());
  result.ranked = 0;
  result.error = 0;
  if (values.empty()) return;
  const ranked_column held(values);
  const serial_executor here;
  const any_executor alone(here);
  const any_executor& chosen = values.size() < rows_worth_forking ? alone : host;
  options.precision == rank_precision::exact ? rank_exactly(result, held, chosen) : rank_roughly(result, held, chosen);
}

}  // namespace sojourn::inline v0_1::health::detail
