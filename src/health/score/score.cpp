#include "sojourn/health/score/score.hpp"

#include <algorithm>
#include <memory>

#include "detail/large_memory.hpp"
#include "health/score/kernels.hpp"
#include "health/score/tile_scorer.hpp"
#include "health/score/tree.hpp"
#include "health/score/usual_card.hpp"
#include "sojourn/exec/sharded.hpp"

namespace sojourn::inline v0_1::health {
namespace detail {

std::shared_ptr<const bound_inputs> bind(const scorecard& card, const signals& columns, const score_options& options) {
  return std::make_shared<const bound_inputs>(read_inputs(card, columns, options));
}

std::size_t rows(const bound_inputs& inputs) noexcept {
  return inputs.rows;
}

void make_room(const bound_inputs& inputs, scores& result) {
  sojourn::detail::make_room(result.score, inputs.rows);
  sojourn::detail::make_room(result.tier, inputs.rows);
  sojourn::detail::make_room(result.coverage, inputs.rows);
  sojourn::detail::make_room(result.flags, inputs.rows);
  result.stale_share.resize(inputs.plan().grows_old ? inputs.rows : 0);
  const std::size_t adjusted = inputs.adjusts() ? inputs.rows : 0;
  const bool smooths = inputs.card.spec().smoothing.has_value();
  result.raw.resize(smooths ? inputs.rows : adjusted);
  result.cycle.resize(keeps_cycle_state(inputs.card.spec()) ? inputs.rows : 0);
  result.not_later = 0;
  for (const cycle_state& before : inputs.options.previous) {
    result.not_later += inputs.options.as_of != day{} && before.as_of != day{} && inputs.options.as_of <= before.as_of;
  }
  result.fired.resize(adjusted);
  result.undecided.resize(adjusted);
  result.by_hand.resize(inputs.manual.empty() ? 0 : inputs.rows);
  result.manual = inputs.manual_states;
  result.binding.resize(adjusted);
  result.delta.resize(inputs.options.previous_score.empty() ? 0 : inputs.rows);
  result.prev_tier.resize(inputs.options.previous_tier.empty() ? 0 : inputs.rows);
  result.counters.assign(inputs.plan().leaves.size(), {});
  result.card_hash = inputs.card.hash();
  result.as_of = inputs.options.as_of;
}

void make_room(const bound_inputs& inputs, contributions& parts) {
  parts.rows = inputs.rows;
  parts.signals = inputs.plan().leaves.size();
  sojourn::detail::make_room(parts.points, parts.signals * parts.rows);
  sojourn::detail::make_room(parts.lost, parts.signals * parts.rows);
  const bool adjusts = inputs.adjusts() || inputs.card.spec().smoothing;
  parts.adjustments.assign(adjusts ? parts.rows : 0, {});
  parts.base.clear(), parts.cut.clear();
  parts.method = contributions{}.method;
  describe_parts(inputs.plan(), inputs.rows, parts);
}

std::vector<signal_counters> score_rows(const bound_inputs& inputs, std::size_t first, std::size_t last, scores& result,
                                        const extras& more) {
  const general_rows general = [&](std::size_t from, std::size_t to) {
    return tile_scorer(inputs, std::min(tile_rows, to - from), result, more).run(from, to);
  };
  return more.states == nullptr && takes_usual_way(inputs) ? score_usual(inputs, first, last, result, more.parts, general)
                                                           : general(first, last);
}

/// Rows that cost several times what a thread does; no result depends on it.
std::size_t rows_of_chunk(const bound_inputs& inputs) {
  constexpr std::size_t values = 196'608;
  return std::clamp(values / std::max<std::size_t>(inputs.plan().leaves.size(), 1), rows_per_chunk / 16, rows_per_chunk);
}

void score_all(const bound_inputs& inputs, scores& result, const extras& more, const any_executor& host) {
  const std::size_t count = rows(inputs), chunk_rows = rows_of_chunk(inputs);
  const std::size_t chunks = (count + chunk_rows - 1) / chunk_rows;
  std::vector<std::vector<signal_counters>> counted(chunks);
  const auto work = [&](std::size_t chunk) {
    const std::size_t first = chunk * chunk_rows;
    counted[chunk] = score_rows(inputs, first, std::min(count, first + chunk_rows), result, more);
  };
  if (chunks == 1) work(0);
  if (chunks > 1) host.bulk(chunks, work);
  for (const auto& chunk : counted) {
    for (std::size_t k = 0; k < chunk.size(); ++k) result.counters[k] += chunk[k];
  }
}

}  // namespace detail

signal_counters& signal_counters::operator+=(const signal_counters& other) noexcept {
  missing += other.missing;
  nonfinite += other.nonfinite;
  unknown += other.unknown;
  invalid += other.invalid;
  out_of_domain += other.out_of_domain;
  undated += other.undated;
  expired += other.expired;
  future += other.future;
  carried += other.carried;
  return *this;
}

std::vector<driver> drivers(const contributions& parts, std::size_t top) {
  std::vector<driver> result;
  std::vector<std::uint32_t> order;
  for (std::size_t row = 0; row < parts.rows; ++row) {
    order.clear();
    for (std::size_t k = 0; k < parts.signals; ++k) {
      if (parts.loss(row, k) > 0) order.push_back(static_cast<std::uint32_t>(k));
    }
    const std::size_t kept = std::min(top, order.size());
    const auto costs_more = [&](std::uint32_t a, std::uint32_t b) {
      const double x = parts.loss(row, a), y = parts.loss(row, b);
      return x > y || (x == y && a < b);
    };
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(), costs_more);
    for (std::size_t r = 0; r < kept; ++r) {
      const std::uint32_t k = order[r];
      result.push_back({row, static_cast<std::uint32_t>(r + 1), k, parts.loss(row, k), parts.part(row, k)});
    }
  }
  return result;
}

}  // namespace sojourn::inline v0_1::health
