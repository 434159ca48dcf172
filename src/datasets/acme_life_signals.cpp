// What can be seen of an account from quarter to quarter, its state on `as_of`, and the truth about it.
#include "datasets/acme_life.hpp"

namespace sojourn::inline v0_1::datasets::detail {

void life::drift(std::int32_t quarter) {
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

void life::observe(std::int32_t quarter, std::int32_t from, std::int32_t to) {
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

void life::observe_sponsor(std::int32_t quarter, std::int32_t from, std::int32_t to) {
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

void life::observe_tickets(std::int32_t quarter, std::int32_t from, std::int32_t to) {
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

std::int32_t life::csat_score(q16 feeling) noexcept {
  constexpr std::array<q16, 4> from = {to_q16(-1.7), to_q16(-1.0), to_q16(-0.2), to_q16(0.8)};
  return 1 + static_cast<std::int32_t>(std::count_if(from.begin(), from.end(), [&](q16 limit) { return feeling >= limit; }));
}

std::int32_t life::nps_score(q16 feeling) noexcept {
  return static_cast<std::int32_t>(std::clamp<q16>((to_q16(8.4) + feeling * 2) >> 16, 0, 10));
}

template <class Score>
void life::ask(acme_answers& t, answer& latest, survey how, std::int32_t quarter, std::int32_t from, std::int32_t to,
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
void life::measure_week(std::int32_t monday, Logins& logins, Features& features, Uploads& uploads) const {
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

void life::observe_weeks(std::int32_t from, std::int32_t to) {
  acme_usage& t = out_.usage;
  for (std::int32_t monday = monday_on_or_before(from + 6); monday < to && monday + 7 <= when_.as_of_day(); monday += 7) {
    t.account.push_back(account_);
    t.week.push_back(monday);
    measure_week(monday, t.logins, t.features, t.uploads_gb);
  }
}

void life::finish() {
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

void life::snapshot(std::int32_t now) {
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

}  // namespace sojourn::inline v0_1::datasets::detail
