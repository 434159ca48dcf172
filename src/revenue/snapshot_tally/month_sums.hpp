// Movements and cohorts of monthly periods, in the caller's unit: a change of MRR is a handful of additions without a
// branch. A month has one change of an account at most, so gross and net are one, and the squares that variances need follow
// from opening and change alone. Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "revenue/revenue_tally.hpp"
#include "sojourn/detail/int128.hpp"
#include "sojourn/revenue/snapshot_tally.hpp"

namespace sojourn::inline v0_1::detail {

inline constexpr std::int32_t first_month = month::of(earliest_day).since_epoch;
inline constexpr std::int32_t last_month = month::of(latest_day).since_epoch;

/// Places of months in tables: calendar months, the one behind them (where the last level ends), and all others.
inline constexpr std::uint32_t month_places = static_cast<std::uint32_t>(last_month - first_month) + 3;
[[nodiscard]] constexpr std::uint32_t place_of(std::int64_t month_number) noexcept {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(static_cast<std::uint64_t>(month_number - first_month), month_places - 1));
}

/// Sum and count side by side: one load, one addition, one store.
typedef std::uint64_t amount_and_count __attribute__((vector_size(16)));

/// A sum of 128 bits in two halves: as one number g++ carries it from memory to memory through a vector register, and the
/// next addition waits for both halves.
class split_sum {
 public:
  split_sum& operator+=(uint128 more) noexcept {
    const bool carries = __builtin_add_overflow(low_, static_cast<std::uint64_t>(more), &low_);
    high_ += static_cast<std::uint64_t>(more >> 64) + static_cast<std::uint64_t>(carries);
    return *this;
  }
  [[nodiscard]] uint128 value() const noexcept { return static_cast<uint128>(high_) << 64 | low_; }

 private:
  std::uint64_t low_ = 0, high_ = 0;
};

/// Changes of one kind in one month. Products are of opening and change, and of the change with itself.
struct alignas(64) change_sums {
  amount_and_count moved{};
  split_sum cross{}, square{};
};

/// What the sums of all tasks add up to.
struct snapshot_totals {
  struct change {
    int128 moved = 0;
    std::int64_t times = 0;
    uint128 cross = 0;
    uint128 square = 0;
  };
  std::vector<change> changes;       ///< bin x kind
  std::vector<cohort_cell> cohorts;  ///< bin of the first MRR x bin, in the caller's unit
  std::int64_t accounts_earlier = 0;

  /// The states, as if nothing had happened from `as_of` on.
  void write(snapshot_state& state, const period_grid& grid, month as_of, std::int64_t ticks_per_unit) const;
};

/// A sink of changes (see row_changes.hpp). Bins: 0 before the grid, then its months, then what is beyond it or not known.
class month_sums {
 public:
  static constexpr std::size_t kinds = 5;  ///< of `movement_kind`
  /// Sums of 2^23 amounts stay below 2^63.
  static constexpr std::uint64_t amounts_below = std::uint64_t{1} << 40;
  static constexpr std::size_t most_rows = std::size_t{1} << 22;
  static constexpr std::int32_t most_periods = 480;  ///< a square of cells has to stay small

  /// Months from `as_of` on are beyond.
  month_sums(const period_grid& grid, std::int64_t as_of, const revenue_policy& policy);

  /// The account at hand and where its changes are counted; a copy of one's own stays in registers.
  struct account_at {
    const std::uint32_t* bins;
    const std::int32_t* first_days;  ///< null without a limit of gaps
    change_sums* changes;
    amount_and_count* cohorts;
    std::uint32_t bin_count;
    std::int32_t max_gap;
    std::uint32_t ever = 0;    ///< 1: had MRR
    std::uint32_t cohort = 0;  ///< first cell of its row
    std::int32_t lapsed_on = 0;
    std::int64_t earlier = 0;  ///< accounts that began before the grid
  };

  [[nodiscard]] account_at start() noexcept {
    return {bins_.data(), first_days_.empty() ? nullptr : first_days_.data(), changes_.data(), cohorts_.data(), bin_count_,
            max_gap_};
  }
  static void next(account_at& at, bool same) noexcept { at.ever &= static_cast<std::uint32_t>(same); }
  void stop(const account_at& at) noexcept { earlier_ += at.earlier; }

  /// From `from` to `to` in month `when`; equal amounts add zeros. Masks instead of branches: what happens is chance.
  static void change(account_at& at, std::int64_t when, std::uint64_t from, std::uint64_t to) noexcept {
    const std::uint32_t place = place_of(when);
    const std::uint32_t bin = at.bins[place];
    const std::uint64_t falls = from > to, leaves = to == 0, joins = from == 0, happens = from != to;
    const std::uint64_t size = ((to - from) ^ (0 - falls)) + falls;
    std::uint64_t old = at.ever;
    if (at.first_days != nullptr) {
      old &= static_cast<std::uint64_t>(at.first_days[place] - at.lapsed_on <= at.max_gap);
      at.lapsed_on = leaves > joins ? at.first_days[place] : at.lapsed_on;
    }
    // Of a customer: expansion 2, contraction 3, churn 4; else new 0, reactivation 1.
    const std::uint64_t kind = (old & joins) | ((2 + falls + leaves) & (joins - 1));
    change_sums& sums = at.changes[bin * kinds + kind];
    sums.moved += amount_and_count{size, happens};
    sums.cross += static_cast<uint128>(from) * size;
    sums.square += static_cast<uint128>(size) * size;
    const std::uint32_t begun = 0 - at.ever;
    at.cohort = (at.cohort & begun) | (bin * at.bin_count & ~begun);
    at.earlier += static_cast<std::int64_t>((bin == 0) & ~at.ever & happens);
    at.cohorts[at.cohort + bin] += amount_and_count{to - from, joins - leaves};
    at.ever |= static_cast<std::uint32_t>(leaves ^ 1);
  }

  /// From `from` to nothing; from nothing adds zeros.
  static void leave(account_at& at, std::int64_t when, std::uint64_t from) noexcept {
    const std::uint32_t place = place_of(when);
    const std::uint32_t bin = at.bins[place];
    if (at.first_days != nullptr) at.lapsed_on = from != 0 ? at.first_days[place] : at.lapsed_on;
    const uint128 square = static_cast<uint128>(from) * from;
    const std::uint64_t happens = from != 0;
    change_sums& sums = at.changes[bin * kinds + 4];
    sums.moved += amount_and_count{from, happens};
    sums.cross += square;
    sums.square += square;
    at.cohorts[at.cohort + bin] += amount_and_count{0 - from, 0 - happens};
  }

  void add_to(snapshot_totals& totals) const;

 private:
  std::uint32_t bin_count_;
  std::int32_t max_gap_;
  std::int64_t earlier_ = 0;
  std::vector<std::uint32_t> bins_;
  std::vector<std::int32_t> first_days_;
  std::vector<change_sums> changes_;
  std::vector<amount_and_count> cohorts_;
};

/// The sink of all other grids and of larger amounts: the steps of one account after another.
class step_sums {
 public:
  step_sums(const period_finder& finder, const snapshot_state& empty, std::int32_t as_of, std::int64_t ticks_per_unit);
  step_sums(const step_sums&) = delete;
  step_sums& operator=(const step_sums&) = delete;

  struct account_at {};
  [[nodiscard]] static account_at start() noexcept { return {}; }
  static void stop(const account_at&) noexcept {}
  void leave(account_at& at, std::int64_t when, std::uint64_t from) { change(at, when, from, 0); }
  void next(account_at&, bool same) {
    if (!same) flush();
  }
  void change(account_at&, std::int64_t when, std::uint64_t from, std::uint64_t to) {
    if (from != to && when < as_of_)
      steps_.push_back({first_days_[place_of(when)], mrr::from_ticks(static_cast<std::int64_t>(to) * ticks_per_unit_)});
  }
  [[nodiscard]] snapshot_state finish();

 private:
  void flush();

  snapshot_state state_;
  const period_finder& finder_;
  revenue_tally revenue_;
  std::int32_t as_of_;
  std::int64_t ticks_per_unit_;
  std::vector<mrr_step> steps_;
  std::vector<day> first_days_;
};

}  // namespace sojourn::inline v0_1::detail
