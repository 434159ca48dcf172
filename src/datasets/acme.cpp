#include "sojourn/datasets/acme.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "datasets/acme_model.hpp"
#include "datasets/acme_random.hpp"

namespace sojourn::inline v0_1::datasets {
namespace {

using namespace detail;

constexpr std::uint8_t code(std::size_t value) noexcept {
  return static_cast<std::uint8_t>(value);
}
constexpr std::uint32_t index(std::int64_t value) noexcept {
  return static_cast<std::uint32_t>(value);
}

constexpr std::int32_t monday_on_or_before(std::int32_t when) noexcept {
  const std::int32_t since_a_monday = (when - 4) % 7;  // 1970-01-05 was a Monday
  return when - (since_a_monday < 0 ? since_a_monday + 7 : since_a_monday);
}

/// Months as numbers from the first one, with the day each begins on.
class calendar {
 public:
  explicit calendar(const acme_options& o)
      : first_(month::of(o.first_day)),
        as_of_((month::of(o.as_of) - first_).count),
        last_((month::of(o.last_day) - first_).count) {
    for (const day when : {o.first_day, o.last_day, o.as_of}) {
      if (month::of(when).first_day() != when || month::of(when).month_of_year() % 3 != 1) {
        throw schema_error("acme: " + to_string(when) + " is not the first day of a calendar quarter");
      }
    }
    if (o.first_day >= o.as_of || o.as_of > o.last_day)
      throw schema_error("acme: days must obey first_day < as_of <= last_day");
    for (std::int32_t m = 0; m <= last_ + 24; ++m) begins_.push_back((first_ + months{m}).first_day().since_epoch);
    // The company grows: each month wins a little more than the one before.
    std::uint64_t upto = 0;
    for (std::int32_t m = 0; m < last_; ++m) signups_upto_.push_back(upto += 40 + static_cast<std::uint64_t>(m));
  }

  [[nodiscard]] std::int32_t as_of() const noexcept { return as_of_; }
  [[nodiscard]] std::int32_t as_of_day() const noexcept { return begins_[static_cast<std::size_t>(as_of_)]; }
  [[nodiscard]] std::int32_t date(std::int32_t m, std::int32_t day_of_month) const noexcept {
    return begins_[static_cast<std::size_t>(m)] + day_of_month - 1;
  }
  /// Number of the month for draws: the same month has the same numbers whatever the first day.
  [[nodiscard]] std::uint32_t serial(std::int32_t m) const noexcept { return index(first_.since_epoch + m); }
  [[nodiscard]] std::int32_t signup_month(std::uint32_t uniform) const noexcept {
    const std::uint64_t target = (std::uint64_t{uniform} * signups_upto_.back()) >> 32;
    return static_cast<std::int32_t>(std::upper_bound(signups_upto_.begin(), signups_upto_.end(), target) -
                                     signups_upto_.begin());
  }

 private:
  month first_;
  std::int32_t as_of_, last_;
  std::vector<std::int32_t> begins_;
  std::vector<std::uint64_t> signups_upto_;
};

struct segment_model {
  std::array<std::uint32_t, 4> plans;  ///< percent
  std::uint32_t annual;                ///< percent
  q16 seats, seats_spread;             ///< median and deviation in octaves
  std::uint32_t add_on;                ///< percent
  std::uint32_t sponsor_loss;          ///< percent a quarter
  q16 tickets;                         ///< mean a month
};
constexpr std::array<segment_model, 3> segment_models = {{
    {{55, 40, 5, 0}, 25, to_q16(2.6), to_q16(1.0), 5, 3, to_q16(0.45)},
    {{0, 35, 60, 5}, 55, to_q16(5.5), to_q16(1.0), 12, 5, to_q16(0.8)},
    {{0, 0, 25, 75}, 90, to_q16(8.0), to_q16(1.2), 20, 5, to_q16(1.3)},
}};
constexpr std::array<std::uint32_t, 3> segment_shares = {62, 28, 10};
constexpr std::array<std::uint32_t, 4> region_shares = {48, 32, 14, 6};
constexpr std::array<std::uint32_t, 4> priority_shares = {30, 50, 15, 5};
constexpr std::array<std::int64_t, 4> price_of_seat = {190'000, 290'000, 490'000, 790'000};  // hundredths of a minor unit
constexpr std::array<std::int64_t, 3> most_seats = {10, 60, 400};  // beyond these the next plan begins

constexpr std::uint8_t monthly = 0, annual = 1;
constexpr std::uint8_t core = 0, add_on = 1;
constexpr std::uint8_t renewed = 0, lost = 1, pending = 2;
constexpr std::int32_t never = -1;

/// Lives through one account, month by month, and writes down what happened before `as_of`.
class life {
 public:
  life(const acme_options& options, const calendar& when, std::int64_t account, acme_tables& out)
      : options_(options), when_(when), out_(out), account_(account), draw_(options.seed, account) {}

  void live() {
    signup_ = when_.signup_month(draw_.uniform(purpose::signup_month));
    if (signup_ >= when_.as_of()) return;
    sign_up();
    begin_stay(signup_);
    for (std::int32_t quarter = signup_ / 3 * 3; quarter < when_.as_of(); quarter += 3) live_quarter(quarter);
    finish();
  }

 private:
  // --- who it is
  void sign_up() {
    day_of_month_ = 1 + static_cast<std::int32_t>(draw_.below(28, purpose::signup_day));
    segment_ = pick(segment_shares, draw_.below(100, purpose::segment));
    const segment_model& model = segment_models[segment_];
    plan_ = pick(model.plans, draw_.below(100, purpose::plan));
    billing_ = draw_.percent(model.annual, purpose::billing) ? annual : monthly;
    // Accounts of one segment share a team of managers; a few large accounts make a full book, many small ones do.
    constexpr std::array<std::uint32_t, 3> first_owner = {10, 4, 0}, owners = {6, 6, 4};
    owner_ = code(first_owner[segment_] + draw_.below(owners[segment_], purpose::owner));
    class_ = pick(class_shares, draw_.below(100, purpose::health));
    // Lognormal seats, doubled with probability 1/4, again with 1/16 ...: a Pareto tail of index 2.
    int doublings = 0;
    for (std::uint32_t tail = draw_.uniform(purpose::seats_tail); (tail & 3) == 0 && doublings < 5; tail >>= 2) ++doublings;
    const q16 octaves = model.seats + model.seats_spread * draw_.bell(purpose::seats) / one_q16;
    seats_ = std::max<std::int64_t>(1, static_cast<std::int64_t>(scale(std::uint64_t{1} << doublings, octaves)));
    const std::uint32_t discount = draw_.below(20, purpose::discount) + (billing_ == annual ? 8 : 0);
    price_ = price_of_seat[plan_] * (100 - discount) / 100;
    acme_accounts& t = out_.accounts;
    t.account.push_back(account_);
    t.signup.push_back(date(signup_));
    t.plan.push_back(plan_);
    t.billing.push_back(billing_);
    t.region.push_back(pick(region_shares, draw_.below(100, purpose::region)));
    t.segment.push_back(segment_);
    t.owner.push_back(owner_);
    t.seats.push_back(static_cast<std::int32_t>(seats_));
    t.cac_minor.push_back(core_mrr() * (4 + draw_.below(14, purpose::acquisition)));
  }

  [[nodiscard]] std::int32_t date(std::int32_t m) const noexcept { return when_.date(m, day_of_month_); }
  [[nodiscard]] std::int64_t core_mrr() const noexcept { return std::max<std::int64_t>(900, seats_ * price_ / 100); }

  // --- what it pays
  struct open_row {
    std::size_t row = 0;
    bool open = false;
  };

  void open_period(std::uint8_t line, std::int32_t m, std::int64_t mrr_minor) {
    acme_subscriptions& t = out_.subscriptions;
    period_[line] = {t.account.size(), true};
    t.account.push_back(account_);
    t.line.push_back(line);
    t.start.push_back(date(m));
    t.end.push(0, false);
    t.plan.push_back(plan_);
    t.mrr_minor.push_back(mrr_minor);
  }
  void close_period(std::uint8_t line, std::int32_t m) {
    if (!period_[line].open) return;
    out_.subscriptions.end.values[period_[line].row] = date(m);
    out_.subscriptions.end.present[period_[line].row] = 1;
    period_[line].open = false;
  }
  void open_term(std::int32_t m) {
    acme_contracts& t = out_.contracts;
    term_ = t.account.size();
    t.account.push_back(account_);
    t.term_start.push_back(date(m));
    t.term_end.push_back(date(m + 12));
    t.value_minor.push_back(12 * core_mrr());
    t.renewed_on.push(0, false);
    t.renewed_value_minor.push(0, false);
    t.outcome.push_back(pending);
  }
  void renew_term(std::int32_t m) {
    acme_contracts& t = out_.contracts;
    t.renewed_on.values[term_] = date(m);
    t.renewed_value_minor.values[term_] = 12 * core_mrr();
    t.renewed_on.present[term_] = t.renewed_value_minor.present[term_] = 1;
    t.outcome[term_] = renewed;
    open_term(m);
  }

  void begin_stay(std::int32_t m) {
    stay_ = m;
    health_ = {};
    health_.level = level_start[class_] + draw_.bell(purpose::first_level, when_.serial(m)) / 2;
    health_.mood = mood_target[class_] + draw_.bell(purpose::first_mood, when_.serial(m)) * 3 / 5;
    sponsor_quarter_ = never;
    csat_ = nps_ = {};
    open_period(core, m, core_mrr());
    if (billing_ == annual) open_term(m);
  }
  void end_stay(std::int32_t m) {
    close_period(core, m);
    close_period(add_on, m);
    if (billing_ == annual) out_.contracts.outcome[term_] = lost;
    stay_ = never;
    left_ = date(m);
    // Back after three months at least, so that one quarter never holds two stays.
    const bool returns = draw_.percent(12, purpose::comeback, when_.serial(m));
    comeback_ = returns ? m + 3 + static_cast<std::int32_t>(draw_.below(7, purpose::comeback_gap, when_.serial(m))) : never;
  }

  /// Seats and price on a day on which they may change. A contract of a year grows at any time and shrinks when it ends.
  void change_core(std::int32_t m, bool term_ends) {
    const q16 level = health_.level;
    const std::uint32_t up = level > to_q16(0.4) ? 15 : level > to_q16(-0.5) ? 8 : 2;
    const std::uint32_t down = level < to_q16(-1.0) ? 10 : level < to_q16(-0.3) ? 5 : 2;
    const std::uint32_t number = draw_.below(100, purpose::change, when_.serial(m));
    const auto size = [&](std::uint32_t n) {
      return static_cast<std::int64_t>(draw_.below(n, purpose::change_size, when_.serial(m)));
    };
    const std::int64_t mrr_before = core_mrr();
    if (number < up) {
      seats_ += std::max<std::int64_t>(1, seats_ * (8 + size(38)) / 100);
      if (plan_ < 3 && seats_ > most_seats[plan_]) {
        price_ = price_ * price_of_seat[plan_ + 1u] / price_of_seat[plan_] * 85 / 100;
        ++plan_;
      }
    } else if (number >= 100 - down && (billing_ == monthly || term_ends)) {
      seats_ = std::max<std::int64_t>(1, seats_ * (95 - size(36)) / 100);
    }
    if (term_ends) price_ = price_ * 104 / 100;
    if (core_mrr() == mrr_before) return;
    close_period(core, m);
    open_period(core, m, core_mrr());
  }

  /// A second subscription, bought some months after the first and cancelled on its own.
  void change_add_on(std::int32_t m) {
    if (period_[add_on].open) {
      if (draw_.below(1000, purpose::add_on_end, when_.serial(m)) < 25) close_period(add_on, m);
    } else if (stay_ == signup_ && m == stay_ + 1 + static_cast<std::int32_t>(draw_.below(9, purpose::add_on)) &&
               draw_.percent(segment_models[segment_].add_on, purpose::add_on, 1)) {
      open_period(add_on, m, std::max<std::int64_t>(500, core_mrr() * (10 + draw_.below(30, purpose::add_on_price)) / 100));
    }
  }

  // --- whether it stays
  [[nodiscard]] chance hazard(std::int32_t quarter) const noexcept {
    return monthly_hazard(segment_, billing_ == annual, std::max(0, quarter - stay_), health_);
  }
  [[nodiscard]] bool term_ends(std::int32_t m) const noexcept { return billing_ == annual && (m - stay_) % 12 == 0; }
  [[nodiscard]] bool may_leave(std::int32_t m) const noexcept { return m > stay_ && (billing_ == monthly || term_ends(m)); }
  [[nodiscard]] bool leaves(std::int32_t m, chance monthly_chance) const noexcept {
    const chance now = billing_ == annual ? leaves_within(monthly_chance, 12) : monthly_chance;
    return may_leave(m) && draw_.uniform(purpose::churn, when_.serial(m)) < now;
  }

  void live_month(std::int32_t m, chance monthly_chance) {
    if (m <= stay_) return;
    if (leaves(m, monthly_chance)) return end_stay(m);
    if ((m - stay_) % 3 == 0) change_core(m, term_ends(m));
    if (term_ends(m)) renew_term(m);
    change_add_on(m);
  }

  void live_quarter(std::int32_t quarter) {
    if (stay_ == never && comeback_ >= quarter && comeback_ < quarter + 3) begin_stay(comeback_);
    if (stay_ == never) return;
    const std::int32_t from = std::max(date(stay_), when_.date(quarter, 1));
    const bool first_quarter = stay_ >= quarter;
    const chance monthly_chance = hazard(quarter);
    usage_seats_ = seats_;
    left_ = when_.date(quarter + 3, 1);
    for (std::int32_t m = quarter; m < quarter + 3 && stay_ != never; ++m) live_month(m, monthly_chance);
    if (!first_quarter) drift(quarter);
    observe(quarter, from, left_);
  }

  // --- how it feels and what can be seen of it
  void drift(std::int32_t quarter) {
    const std::uint32_t serial = when_.serial(quarter);
    const q16 before = health_.level;
    q16 level = before + (level_target[class_] - before) / 4 + draw_.bell(purpose::level, serial) * 3 / 10;
    if (health_.sponsor_left) level -= to_q16(0.3);
    health_.level = std::clamp(level, to_q16(-4.0), to_q16(2.0));
    health_.trend = health_.level - before;
    const q16 annoyance = std::max(0, health_.tickets - 4) * to_q16(0.1);
    const q16 mood =
        health_.mood + (mood_target[class_] - health_.mood) / 3 + draw_.bell(purpose::mood, serial) / 2 - annoyance;
    health_.mood = std::clamp(mood, to_q16(-3.0), to_q16(3.0));
  }

  /// Signals of the days [from, to) of a quarter.
  void observe(std::int32_t quarter, std::int32_t from, std::int32_t to) {
    observe_sponsor(quarter, from, to);
    observe_tickets(quarter, from, to);
    const std::uint32_t serial = when_.serial(quarter);
    ask(out_.csat, csat_, {purpose::csat_day, purpose::csat_answer, 45}, quarter, from, to,
        [&] { return csat_score(health_.mood + draw_.bell(purpose::csat_score, serial) * 7 / 10); });
    if ((index(quarter / 3) + draw_.below(2, purpose::nps_day)) % 2 == 0) {
      ask(out_.nps, nps_, {purpose::nps_day, purpose::nps_answer, 40}, quarter, from, to,
          [&] { return nps_score(health_.mood + draw_.bell(purpose::nps_score, serial) * 8 / 10); });
    }
    if (options_.usage == usage_detail::weekly) observe_weeks(from, to);
  }

  void observe_sponsor(std::int32_t quarter, std::int32_t from, std::int32_t to) {
    const std::uint32_t serial = when_.serial(quarter);
    // From the 5th on: two quarters back is then never more than 180 days.
    const std::int32_t left_on =
        when_.date(quarter + static_cast<std::int32_t>(draw_.below(3, purpose::sponsor_day, serial)),
                   5 + static_cast<std::int32_t>(draw_.below(24, purpose::sponsor_day, serial + 1'000'000)));
    if (draw_.percent(segment_models[segment_].sponsor_loss, purpose::sponsor, serial) && left_on >= from && left_on < to) {
      out_.sponsors.account.push_back(account_);
      out_.sponsors.left_on.push_back(left_on);
      sponsor_quarter_ = quarter;
    }
    health_.sponsor_left = sponsor_quarter_ != never && quarter - sponsor_quarter_ <= 3;
  }

  void observe_tickets(std::int32_t quarter, std::int32_t from, std::int32_t to) {
    const bool trouble = draw_.percent(8, purpose::trouble, when_.serial(quarter));
    const auto usual =
        static_cast<q16>(scale(static_cast<std::uint64_t>(segment_models[segment_].tickets), health_.level / 2));
    const q16 mean = std::min(to_q16(15.0), trouble ? 4 * usual : usual);
    health_.tickets = 0;
    for (std::int32_t m = quarter; m < quarter + 3; ++m) {
      const std::uint32_t serial = when_.serial(m);
      std::array<std::uint32_t, 100> opened{};
      const auto count = static_cast<std::size_t>(poisson(mean, draw_.uniform(purpose::tickets, serial)));
      // From the 3rd on: the last 90 days of a quarter hold all of its tickets.
      for (std::size_t k = 0; k < count; ++k)
        opened[k] = draw_.below(26 * 100, purpose::ticket_day, serial * 128 + index(static_cast<std::int64_t>(k)));
      std::sort(opened.begin(), opened.begin() + static_cast<std::ptrdiff_t>(count));
      for (std::size_t k = 0; k < count; ++k) {
        const std::int32_t opened_on = when_.date(m, 3 + static_cast<std::int32_t>(opened[k] / 100));
        if (opened_on < from || opened_on >= to) continue;
        out_.tickets.account.push_back(account_);
        out_.tickets.opened.push_back(opened_on);
        out_.tickets.priority.push_back(pick(priority_shares, opened[k] % 100));
        ++health_.tickets;
      }
    }
  }

  struct answer {
    std::int32_t score = 0, on = 0;
    bool given = false;
  };
  struct survey {
    purpose day, answer;
    std::uint32_t answers;  ///< percent
  };
  static std::int32_t csat_score(q16 feeling) noexcept {
    constexpr std::array<q16, 4> from = {to_q16(-1.7), to_q16(-1.0), to_q16(-0.2), to_q16(0.8)};
    return 1 +
           static_cast<std::int32_t>(std::count_if(from.begin(), from.end(), [&](q16 limit) { return feeling >= limit; }));
  }
  static std::int32_t nps_score(q16 feeling) noexcept {
    return static_cast<std::int32_t>(std::clamp<q16>((to_q16(8.4) + feeling * 2) >> 16, 0, 10));
  }

  template <class Score>
  void ask(acme_answers& t, answer& latest, survey how, std::int32_t quarter, std::int32_t from, std::int32_t to,
           Score score) {
    const std::uint32_t serial = when_.serial(quarter);
    const std::uint32_t spot = draw_.below(84, how.day, serial);
    const std::int32_t sent_on =
        when_.date(quarter + static_cast<std::int32_t>(spot / 28), 1 + static_cast<std::int32_t>(spot % 28));
    if (sent_on < from || sent_on >= to) return;
    const std::int32_t answered_on = sent_on + static_cast<std::int32_t>(draw_.below(10, how.answer, serial + 1'000'000));
    const bool given = draw_.percent(how.answers, how.answer, serial) && answered_on < when_.as_of_day();
    const std::int32_t value = given ? score() : 0;
    if (given) latest = {value, answered_on, true};
    t.account.push_back(account_);
    t.sent_on.push_back(sent_on);
    t.answered_on.push(answered_on, given);
    t.score.push(value, given);
  }

  template <class Logins, class Features, class Uploads>
  void measure_week(std::int32_t monday, Logins& logins, Features& features, Uploads& uploads) const {
    const std::uint32_t week = index(monday);
    const auto seen = [&](std::uint32_t column) { return !draw_.percent(7, purpose::week_gaps, week * 4 + column); };
    const std::uint64_t expected = static_cast<std::uint64_t>(usage_seats_) * static_cast<std::uint64_t>(to_q16(3.2));
    const std::uint64_t mean = scale(expected, health_.level + draw_.bell(purpose::logins, week) / 4);
    logins.push(static_cast<std::int32_t>((mean + (draw_.uniform(purpose::logins, week + 1) & 0xFFFF)) >> 16), seen(0));
    const q16 breadth = 7 * one_q16 + 3 * health_.level + 2 * draw_.bell(purpose::features, week);
    features.push(static_cast<std::int32_t>(std::clamp<q16>(breadth >> 16, 0, 20)), seen(1));
    const q16 octaves = health_.level + draw_.bell(purpose::uploads_scale) * 3 / 2 + draw_.bell(purpose::uploads, week) / 2;
    uploads.push(static_cast<double>(scale(static_cast<std::uint64_t>(usage_seats_) * 20, octaves)) / 100.0, seen(2));
  }
  void observe_weeks(std::int32_t from, std::int32_t to) {
    acme_usage& t = out_.usage;
    for (std::int32_t monday = monday_on_or_before(from + 6); monday < to && monday + 7 <= when_.as_of_day(); monday += 7) {
      t.account.push_back(account_);
      t.week.push_back(monday);
      measure_week(monday, t.logins, t.features, t.uploads_gb);
    }
  }

  // --- the state on as_of, and the truth about it
  void finish() {
    acme_truth& t = out_.truth;
    const std::int32_t now = when_.as_of();
    const bool active = stay_ != never;
    const auto octaves = [](q16 value) { return static_cast<double>(value) / 65536.0; };
    const auto probability = [](chance value) { return static_cast<double>(value) / 4294967296.0; };
    const chance monthly_chance = active ? hazard(now) : 0;
    chance leaving = 0;
    bool left = false;
    for (std::int32_t m = now; active && m < now + 3; ++m) {
      left = left || leaves(m, monthly_chance);
      if (may_leave(m))
        leaving = billing_ == annual ? leaves_within(monthly_chance, 12) : leaves_within(monthly_chance, m - now + 1);
    }
    t.account.push_back(account_);
    t.health_class.push_back(class_);
    t.active.push_back(active ? 1 : 0);
    t.usage_level.push(octaves(health_.level), active);
    t.usage_trend.push(octaves(health_.trend), active);
    t.satisfaction.push(octaves(health_.mood), active);
    t.tenure_months.push(now - stay_, active);
    t.monthly_hazard.push(probability(monthly_chance), active);
    t.churn_90d.push(probability(leaving), active);
    t.churned_90d.push(left ? 1 : 0, active);
    if (active) snapshot(now);
  }

  void snapshot(std::int32_t now) {
    acme_signals& t = out_.signals;
    const std::int32_t monday = monday_on_or_before(when_.as_of_day() - 7);
    t.account.push_back(account_);
    if (monday >= date(stay_)) {
      measure_week(monday, t.logins_wk, t.features, t.uploads_gb);
    } else {
      t.logins_wk.push(0, false);
      t.features.push(0, false);
      t.uploads_gb.push(0, false);
    }
    t.tickets_90d.push_back(health_.tickets);
    t.csat.push(csat_.score, csat_.given);
    t.csat_on.push(csat_.on, csat_.given);
    t.nps.push(nps_.score, nps_.given);
    t.nps_on.push(nps_.on, nps_.given);
    t.sponsor_left.push_back(health_.sponsor_left ? 1 : 0);
    t.seats.push_back(static_cast<std::int32_t>(seats_));
    std::int64_t mrr_minor = core_mrr();
    if (period_[add_on].open) mrr_minor += out_.subscriptions.mrr_minor[period_[add_on].row];
    t.mrr_minor.push_back(mrr_minor);
    t.segment.push_back(segment_);
    t.owner.push_back(owner_);
    std::int32_t renews = now;
    while (!may_leave(renews)) ++renews;
    t.renews_on.push_back(date(renews));
    t.observed_at.push_back(monday + 6);
  }

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

}  // namespace

acme_tables acme_chunk(const acme_options& options, std::int64_t first_account, std::int64_t count) {
  if (first_account < 0 || count < 0 || first_account > options.accounts - count) {
    throw schema_error("acme: accounts [" + std::to_string(first_account) + ", +" + std::to_string(count) + ") of " +
                       std::to_string(options.accounts));
  }
  const calendar when(options);
  acme_tables out;
  for (std::int64_t account = first_account; account < first_account + count; ++account)
    life(options, when, account, out).live();
  return out;
}

acme_tables detail::acme(const acme_options& options, const any_executor& host) {
  constexpr std::int64_t accounts_per_chunk = 4096;
  // One chunk at least: it is acme_chunk that refuses wrong options.
  const std::int64_t chunks = std::max<std::int64_t>(1, (options.accounts + accounts_per_chunk - 1) / accounts_per_chunk);
  std::vector<acme_tables> parts(static_cast<std::size_t>(chunks));
  host.bulk(parts.size(), [&](std::size_t chunk) {
    const auto first = static_cast<std::int64_t>(chunk) * accounts_per_chunk;
    parts[chunk] = acme_chunk(options, first, std::min(accounts_per_chunk, options.accounts - first));
  });
  acme_tables all = std::move(parts.front());
  for (std::size_t chunk = 1; chunk < parts.size(); ++chunk) {
    all += parts[chunk];
    parts[chunk] = {};
  }
  return all;
}

std::span<const std::uint32_t> acme_base_hazards() noexcept {
  return base_hazard;
}
std::span<const acme_coefficient> acme_coefficients() noexcept {
  return coefficients;
}

}  // namespace sojourn::inline v0_1::datasets
