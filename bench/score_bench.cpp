// Health scores of a book: twelve signals, gaps in all of them. `ns/row` is the cost of an account, `GB/s` the columns read
// once; the share of read_bandwidth of the same run is what a scan is judged by.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "sojourn/health.hpp"

using namespace sojourn;
namespace h = sojourn::health;

namespace {

constexpr std::size_t signal_count = 12;

std::string name_of(std::size_t k) {
  return "s" + std::to_string(k);
}

/// 0 to 10 and a little beyond, a gap in 5 to 10 % of the rows.
template <class T>
struct book {
  std::array<std::vector<T>, signal_count> values;

  explicit book(std::size_t rows) {
    std::mt19937_64 random(7);
    for (std::size_t k = 0; k < signal_count; ++k) {
      const std::uint64_t gaps = 50 + 5 * (k % 11);
      values[k].resize(rows);
      for (T& value : values[k]) {
        const std::uint64_t bits = random();
        const auto whole = static_cast<double>(bits >> 32) * (12.0 / 4294967296.0) - 1.0;
        value = (bits & 0xffff'ffff) % 1000 < gaps ? std::numeric_limits<T>::quiet_NaN() : static_cast<T>(whole);
      }
    }
  }
  [[nodiscard]] signals view() const {
    signals all;
    for (std::size_t k = 0; k < signal_count; ++k) all.push_back({name_of(k), column<T>(values[k])});
    return all;
  }
};

/// One at a time: the largest is a gigabyte.
template <class T>
const book<T>& book_of(std::size_t rows) {
  static std::size_t held = 0;
  static std::unique_ptr<book<T>> made;
  if (held != rows) {
    made.reset();
    made = std::make_unique<book<T>>(rows);
    held = rows;
  }
  return *made;
}

enum class shape : std::uint8_t { piecewise, linear, nested, general };

h::normaliser norm_of(shape what, std::size_t k) {
  const double shift = 0.1 * static_cast<double>(k);
  if (what == shape::linear) return k % 3 == 2 ? h::ramp{9 - shift, shift} : h::ramp{shift, 9 - shift};
  if (k % 3 == 2) return h::piecewise{{{shift, 0.5}, {1 + shift, 1}, {3 + shift, 0.9}, {6 + shift, 0.3}, {8 + shift, 0}}};
  return h::piecewise{{{shift, 0}, {1 + shift, 0.2}, {3 + shift, 0.6}, {6 + shift, 0.9}, {8 + shift, 1}}};
}

/// Every third signal has a policy of its own, one is divided by another, one grows old; three rules.
void make_general(h::scorecard_spec& spec) {
  spec.signals[2].missing = {h::missing_kind::neutral, 0.5};
  spec.signals[5].missing = {h::missing_kind::worst};
  spec.signals[8].missing = {h::missing_kind::not_applicable};
  spec.signals[4].valid = h::valid_range{-2, 10.5, h::invalid_policy::clamp};
  spec.signals[7].norm = h::bins{{2, 4, 6, 8}, {0, 0.25, 0.5, 0.75, 1}};
  spec.signals[9].stale = h::staleness{.validity = 90.0, .decay_weight = h::weight_decay{30, 7}};
  spec.signals[9].observed_at = "seen";
  spec.rules = {{.id = "quiet", .when = "s0 < 0", .action = h::rule_action::cap, .value = 40},
                {.id = "loud", .when = "s1 > 10.5 and s3 > 9", .action = h::rule_action::add, .value = 5},
                {.id = "gone", .when = "s6 < -0.5", .action = h::rule_action::cap_tier, .tier = "red"}};
  spec.tiers.up = spec.tiers.down = 2;
}

h::scorecard card_of(shape what) {
  h::scorecard_spec spec;
  spec.min_coverage = 0.5;
  for (std::size_t k = 0; k < signal_count; ++k) spec.signals.push_back({name_of(k), norm_of(what, k)});
  if (what == shape::piecewise || what == shape::linear) {
    for (std::size_t k = 0; k < signal_count; ++k) spec.tree.mean.push_back({static_cast<double>(3 + k), name_of(k)});
  } else {
    for (std::size_t g = 0; g < 3; ++g) {
      h::group inner{"g" + std::to_string(g), {}, 0.25};
      for (std::size_t k = 4 * g; k < 4 * g + 4; ++k) inner.mean.push_back({static_cast<double>(1 + k % 4), name_of(k)});
      spec.tree.mean.push_back({static_cast<double>(2 + g), std::move(inner)});
    }
  }
  if (what == shape::general) make_general(spec);
  return h::compile(spec);
}

constexpr std::int32_t today = 20'000;

struct cycle_before {
  std::vector<double> score;
  std::vector<h::tier_code> tier;
  std::vector<std::int32_t> seen;

  explicit cycle_before(std::size_t rows) : score(rows), tier(rows), seen(rows) {
    std::mt19937_64 random(11);
    for (std::size_t i = 0; i < rows; ++i) {
      const std::uint64_t bits = random();
      score[i] = static_cast<double>(bits % 10'000) / 100;
      tier[i] = static_cast<h::tier_code>(bits >> 60) % 3;
      seen[i] = today - static_cast<std::int32_t>((bits >> 32) % 120);
    }
  }
};

void count(benchmark::State& state, std::size_t rows, std::size_t width) {
  const auto done = static_cast<double>(state.iterations()) * static_cast<double>(rows);
  state.counters["ns/row"] = benchmark::Counter(done * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(rows * signal_count * width));
}

/// Scores into arrays that exist already.
template <class T, shape what>
void score_rows(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const h::scorecard card = card_of(what);
  signals columns = book_of<T>(rows).view();
  h::score_options options{.as_of = day{today}};
  const cycle_before before(what == shape::general ? rows : 0);
  if (what == shape::general) {
    columns.push_back({"seen", column<std::int32_t>(before.seen)});
    options.previous_score = before.score;
    options.previous_tier = before.tier;
  }
  h::scores result;
  for (auto _ : state) {
    h::score_into(result, card, columns, options, thread_executor(static_cast<std::size_t>(state.range(1))));
    benchmark::DoNotOptimize(result.score.data());
  }
  count(state, rows, sizeof(T));
}

/// With the parts of every score, into arrays that exist already: 192 bytes a row written besides.
void explain_rows(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  const h::scorecard card = card_of(shape::piecewise);
  const signals columns = book_of<double>(rows).view();
  h::scores result;
  h::contributions parts;
  for (auto _ : state) {
    h::explain_into(result, parts, card, columns, {}, thread_executor(static_cast<std::size_t>(state.range(1))));
    benchmark::DoNotOptimize(parts.points.data());
  }
  count(state, rows, sizeof(double));
}

void sizes(benchmark::internal::Benchmark* one) {
  one->ArgNames({"rows", "threads"})->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
  for (const std::int64_t threads : {1, 2}) {
    for (const std::int64_t rows : {1'000'000, 10'000'000}) one->Args({rows, threads});
  }
}
void one_size(benchmark::internal::Benchmark* one) {
  one->ArgNames({"rows", "threads"})->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
  for (const std::int64_t threads : {1, 2}) one->Args({1'000'000, threads});
}

}  // namespace

BENCHMARK(score_rows<double, shape::piecewise>)->Name("score/piecewise/f64")->Apply(sizes);
BENCHMARK(score_rows<double, shape::linear>)->Name("score/linear/f64")->Apply(sizes);
BENCHMARK(score_rows<double, shape::nested>)->Name("score/nested/f64")->Apply(one_size);
BENCHMARK(score_rows<double, shape::general>)->Name("score/general/f64")->Apply(one_size);
BENCHMARK(explain_rows)->Name("explain/piecewise/f64")->Apply(one_size);
BENCHMARK(score_rows<float, shape::piecewise>)->Name("score/piecewise/f32")->Apply(sizes);
BENCHMARK(score_rows<float, shape::linear>)->Name("score/linear/f32")->Apply(sizes);
