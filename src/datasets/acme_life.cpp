#include "datasets/acme_life.hpp"

namespace sojourn::inline v0_1::datasets::detail {

void life::live() {
  signup_ = when_.signup_month(draw_.uniform(purpose::signup_month));
  if (signup_ >= when_.as_of()) return;
  sign_up();
  begin_stay(signup_);
  for (std::int32_t quarter = signup_ / 3 * 3; quarter < when_.as_of(); quarter += 3) live_quarter(quarter);
  finish();
}

void life::sign_up() {
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

void life::open_period(std::uint8_t line, std::int32_t m, std::int64_t mrr_minor) {
  acme_subscriptions& t = out_.subscriptions;
  period_[line] = {t.account.size(), true};
  t.account.push_back(account_);
  t.line.push_back(line);
  t.start.push_back(date(m));
  t.end.push(0, false);
  t.plan.push_back(plan_);
  t.mrr_minor.push_back(mrr_minor);
}

void life::close_period(std::uint8_t line, std::int32_t m) {
  if (!period_[line].open) return;
  out_.subscriptions.end.values[period_[line].row] = date(m);
  out_.subscriptions.end.present[period_[line].row] = 1;
  period_[line].open = false;
}

void life::open_term(std::int32_t m) {
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

void life::renew_term(std::int32_t m) {
  acme_contracts& t = out_.contracts;
  t.renewed_on.values[term_] = date(m);
  t.renewed_value_minor.values[term_] = 12 * core_mrr();
  t.renewed_on.present[term_] = t.renewed_value_minor.present[term_] = 1;
  t.outcome[term_] = renewed;
  open_term(m);
}

void life::begin_stay(std::int32_t m) {
  stay_ = m;
  health_ = {};
  health_.level = level_start[class_] + draw_.bell(purpose::first_level, when_.serial(m)) / 2;
  health_.mood = mood_target[class_] + draw_.bell(purpose::first_mood, when_.serial(m)) * 3 / 5;
  sponsor_quarter_ = never;
  csat_ = nps_ = {};
  open_period(core, m, core_mrr());
  if (billing_ == annual) open_term(m);
}

void life::end_stay(std::int32_t m) {
  close_period(core, m);
  close_period(add_on, m);
  if (billing_ == annual) out_.contracts.outcome[term_] = lost;
  stay_ = never;
  left_ = date(m);
  // Back after three months at least, so that one quarter never holds two stays.
  const bool returns = draw_.percent(12, purpose::comeback, when_.serial(m));
  comeback_ = returns ? m + 3 + static_cast<std::int32_t>(draw_.below(7, purpose::comeback_gap, when_.serial(m))) : never;
}

void life::change_core(std::int32_t m, bool term_ends) {
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

void life::change_add_on(std::int32_t m) {
  if (period_[add_on].open) {
    if (draw_.below(1000, purpose::add_on_end, when_.serial(m)) < 25) close_period(add_on, m);
  } else if (stay_ == signup_ && m == stay_ + 1 + static_cast<std::int32_t>(draw_.below(9, purpose::add_on)) &&
             draw_.percent(segment_models[segment_].add_on, purpose::add_on, 1)) {
    open_period(add_on, m, std::max<std::int64_t>(500, core_mrr() * (10 + draw_.below(30, purpose::add_on_price)) / 100));
  }
}

void life::live_month(std::int32_t m, chance monthly_chance) {
  if (m <= stay_) return;
  if (leaves(m, monthly_chance)) return end_stay(m);
  if ((m - stay_) % 3 == 0) change_core(m, term_ends(m));
  if (term_ends(m)) renew_term(m);
  change_add_on(m);
}

void life::live_quarter(std::int32_t quarter) {
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

}  // namespace sojourn::inline v0_1::datasets::detail
