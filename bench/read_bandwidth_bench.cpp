// The floor: how fast this machine reads columns that do not fit in its caches. A scan's cost is told as a share of this.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "sojourn/exec/executor.hpp"

namespace {

/// Far beyond any cache, in bytes; the rows follow from the width of the type.
constexpr std::size_t column_bytes = std::size_t{512} << 20;

template <class T>
const std::vector<T>& column_of() {
  static const std::vector<T> values = [] {
    std::vector<T> filled(column_bytes / sizeof(T));
    std::iota(filled.begin(), filled.end(), T{});
    return filled;
  }();
  return values;
}

/// Independent lanes, so that the sum waits for memory and not for the adder. Integers wrap, as unsigned, without harm.
template <class T>
T sum_range(const T* values, std::size_t rows) {
  constexpr std::size_t lanes = 32;
  T part[lanes] = {};
  std::size_t row = 0;
  for (; row + lanes <= rows; row += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) part[lane] += values[row + lane];
  }
  for (; row < rows; ++row) part[0] += values[row];
  return std::accumulate(part, part + lanes, T{});
}

template <class T>
void read_sum(benchmark::State& state) {
  const std::vector<T>& values = column_of<T>();
  const sojourn::thread_executor host(static_cast<std::size_t>(state.range(0)));
  constexpr std::size_t chunk = std::size_t{1} << 20;
  const std::size_t chunks = (values.size() + chunk - 1) / chunk;
  std::vector<T> parts(chunks);
  for (auto _ : state) {
    host.bulk(chunks, [&](std::size_t c) {
      parts[c] = sum_range(values.data() + c * chunk, std::min(chunk, values.size() - c * chunk));
    });
    benchmark::DoNotOptimize(std::accumulate(parts.begin(), parts.end(), T{}));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(column_bytes));
}

}  // namespace

BENCHMARK(read_sum<double>)->Name("read_bandwidth/f64")->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(read_sum<std::uint64_t>)->Name("read_bandwidth/int64")->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(read_sum<std::uint8_t>)->Name("read_bandwidth/int8")->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime();
