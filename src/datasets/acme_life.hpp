// One account of the set, lived through month by month.
// Layer: 6. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "datasets/acme_calendar.hpp"
#include "datasets/acme_model.hpp"
#include "datasets/acme_random.hpp"
#include "sojourn/datasets/acme.hpp"

namespace sojourn::inline v0_1::datasets::detail {

struct segment_model {
  std::array<std::uint32_t, 4> plans;  ///< percent
  std::uint32_t annual;                ///< percent
  q16 seats, seats_spread;             ///< median and deviation in octaves
  std::uint32_t add_on;                ///< percent
  std::uint32_t sponsor_loss;          ///< percent a quarter
  q16 tickets;                         ///< mean a month
};
inline constexpr std::array<segment_model, 3> segment_models = {{
    {{55, 40, 5, 0}, 25, to_q16(2.6), to_q16(1.0), 5, 3, to_q16(0.45)},
    {{0, 35, 60, 5}, 55, to_q16(5.5), to_q16(1.0), 12, 5, to_q16(0.8)},
    {{0, 0, 25, 75}, 90, to_q16(8.0), to_q16(1.2), 20, 5, to_q16(1.3)},
}};
inline constexpr std::array<std::uint32_t, 3> segment_shares = {62, 28, 10};
inline constexpr std::array<std::uint32_t, 4> region_shares = {48, 32, 14, 6};
inline constexpr std::array<std::uint32_t, 4> priority_shares = {30, 50, 15, 5};
/// Hundredths of a minor unit.
inline constexpr std::array<std::int64_t, 4> price_of_seat = {190'000, 290'000, 490'000, 790'000};
/// Beyond these the next plan begins.
inline constexpr std::array<std::int64_t, 3> most_seats = {10, 60, 400};

inline constexpr std::uint8_t monthly = 0, annual = 1;
inline constexpr std::uint8_t core = 0, add_on = 1;
inline constexpr std::uint8_t renewed = 0, lost = 1, pending = 2;
inline constexpr std::int32_t never = -1;

/// Writes down what happened to one account before `as_of`.
class life {
 public:
  life(const acme_options& options, const calendar& when, std::int64_t account, acme_tables& out)
      : options_(options), when_(when), out_(out), account_(account), draw_(options.seed, account) {}
  void live();

 private:
  // What it pays, and whether it stays: acme_life.cpp.
  struct open_row {
    std::size_t row = 0;
    bool open = false;
  };

  void sign_up();
  void open_period(std::uint8_t line, std::int32_t m, std::int64_t mrr_minor);
  void close_period(std::uint8_t line, std::int32_t m);
  void open_term(std::int32_t m);
  void renew_term(std::int32_t m);
  void begin_stay(std::int32_t m);
  void end_stay(std::int32_t m);
  /// Seats and price on a day on which they may change. A contract of a year grows at any time and shrinks when it ends.
  void change_core(std::int32_t m, bool term_ends);
  /// A second subscription, bought some months after the first and cancelled on its own.
  void change_add_on(std::int32_t m);
  void live_month(std::int32_t m, chance monthly_chance);
  void live_quarter(std::int32_t quarter);
  [[nodiscard]] std::int32_t date(std::int32_t m) const noexcept { return when_.date(m, day_of_month_); }
  [[nodiscard]] std::int64_t core_mrr() const noexcept { return std::max<std::int64_t>(900, seats_ * price_ / 100); }

  [[nodiscard]] chance hazard(std::int32_t quarter) const noexcept {
    return monthly_hazard(segment_, billing_ == annual, std::max(0, quarter - stay_), health_);
  }
  [[nodiscard]] bool term_ends(std::int32_t m) const noexcept { return billing_ == annual && (m - stay_) % 12 == 0; }
  [[nodiscard]] bool may_leave(std::int32_t m) const noexcept { return m > stay_ && (billing_ == monthly || term_ends(m)); }
  [[nodiscard]] bool leaves(std::int32_t m, chance monthly_chance) const noexcept {
    const chance now = billing_ == annual ? leaves_within(monthly_chance, 12) : monthly_chance;
    return may_leave(m) && draw_.uniform(purpose::churn, when_.serial(m)) < now;
  }

  // How it feels, and what can be seen of it: acme_life_signals.cpp.
  struct answer {
    std::int32_t score = 0, on = 0;
    bool given = false;
  };
  struct survey {
    purpose day, answer;
    std::uint32_t answers;  ///< percent
  };
  void drift(std::int32_t quarter);
  /// Signals of the days [from, to) of a quarter.
  void observe(std::int32_t quarter, std::int32_t from, std::int32_t to);
  void observe_sponsor(std::int32_t quarter, std::int32_t from, std::int32_t to);
  void observe_tickets(std::int32_t quarter, std::int32_t from, std::int32_t to);
  static std::int32_t csat_score(q16 feeling) noexcept;
  static std::int32_t nps_score(q16 feeling) noexcept;
  template <class Score>
  void ask(acme_answers& t, answer& latest, survey how, std::int32_t quarter, std::int32_t from, std::int32_t to,
           Score score);
  template <class Logins, class Features, class Uploads>
  void measure_week(std::int32_t monday, Logins& logins, Features& features, Uploads& uploads) const;
  void observe_weeks(std::int32_t from, std::int32_t to);
  void finish();
  void snapshot(std::int32_t now);

  const acme_options& options_;
  const calendar& when_;
  acme_tables& out_;
  std::int64_t account_;
  draws draw_;

  std::int32_t signup_ = 0, day_of_month_ = 1;
  std::uint8_t segment_ = 0, plan_ = 0, billing_ = 0, owner_ = 0, class_ = 0;
  std::int64_t seats_ = 1, usage_seats_ = 1, price_ = 0;
  std::int32_t stay_ = never, comeback_ = never, left_ = 0, sponsor_quarter_ = never;
  health health_;
  answer csat_, nps_;
  std::array<open_row, 2> period_{};
  std::size_t term_ = 0;
};

}  // namespace sojourn::inline v0_1::datasets::detail
