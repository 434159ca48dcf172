// Causes that follow from facts: levels stay, causes add up to the movements, and no order of rows changes anything. The
// rules one by one, and a slow reference, stand in tests/python/revenue/test_derived_causes*.py.
#include "sojourn/revenue/book/derived_causes.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "sojourn/revenue/cause_movements.hpp"
#include "sojourn/revenue/revenue_state.hpp"

using namespace sojourn;

namespace {

constexpr std::uint32_t accounts = 5;
constexpr std::int32_t day_one = 18'262;  // 2020-01-01
constexpr day as_of{day_one + 500};

/// A column in which cells may be missing; owns its memory.
template <class T>
struct cells {
  std::vector<T> values;
  std::vector<std::uint8_t> bits;
  void add(std::optional<T> value) {
    const std::size_t at = values.size();
    values.push_back(value.value_or(T{}));
    bits.resize(at / 8 + 1, 0);
    if (value) bits[at / 8] = static_cast<std::uint8_t>(bits[at / 8] | (1u << (at % 8)));
  }
  [[nodiscard]] column<T> view() const { return {std::span<const T>(values), bits.data()}; }
};

struct row {
  std::uint32_t account = 0, subscription = 0, plan = 0;
  std::int32_t start = 0, end = 0;
  std::int64_t amount = 0, quantity = 1;
  std::optional<std::int32_t> cancelled, unpaid, paid, paused, resumed, discount_until, discount, cause;
  bool metered = false, refund = false;
};

row random_row(std::mt19937_64& random, fact_source source, std::uint32_t serial) {
  const auto draw = [&](std::uint32_t of) { return static_cast<std::int32_t>(random() % of); };
  row r;
  const auto code = [&](std::uint32_t of) { return static_cast<std::uint32_t>(random() % of); };
  r.account = code(accounts), r.subscription = r.account * 2 + code(2), r.plan = code(3);
  // Few days, so that rows take over from each other.
  r.start = day_one + 30 * draw(14), r.end = r.start + 30 * (1 + draw(5));
  r.amount = 1'000 * draw(4), r.quantity = 1 + draw(3);
  const auto day_inside = [&] { return r.start + draw(static_cast<std::uint32_t>(r.end - r.start) + 10); };
  if (draw(5) == 0) r.cancelled = r.end;
  if (draw(5) == 0) r.unpaid = day_inside();
  if (r.unpaid && draw(2) == 0) r.paid = *r.unpaid + draw(40);
  if (draw(5) == 0) r.paused = day_inside(), r.resumed = *r.paused + draw(40);
  if (draw(3) == 0) r.discount = 10 * draw(100), r.discount_until = day_inside();
  if (draw(6) == 0) r.cause = draw(2);
  r.metered = draw(6) == 0;
  r.refund = source == fact_source::invoices && draw(8) == 0;
  if (source == fact_source::snapshots) {
    r.account = serial % accounts;
    r.start = month{600 + static_cast<std::int32_t>(serial / accounts)}.first_day().since_epoch;
  }
  return r;
}

void apply_rows(book& to, fact_source source, const std::vector<row>& rows) {
  std::vector<std::uint32_t> who, subscription, plan;
  std::vector<std::int32_t> start, month_of;
  std::vector<std::int64_t> amount, quantity;
  std::vector<std::uint8_t> metered;
  cells<std::int32_t> end, cancelled, unpaid, paid, paused, resumed, until;
  cells<std::int64_t> discount;
  cells<std::uint32_t> cause;
  cells<std::uint8_t> kind;
  for (const row& r : rows) {
    who.push_back(r.account), subscription.push_back(r.subscription), plan.push_back(r.plan);
    start.push_back(r.start), month_of.push_back(month::of(day{r.start}).since_epoch);
    amount.push_back(r.amount), quantity.push_back(r.quantity), metered.push_back(r.metered ? 1 : 0);
    end.add(r.end), cancelled.add(r.cancelled), unpaid.add(r.unpaid), paid.add(r.paid);
    paused.add(r.paused), resumed.add(r.resumed), until.add(r.discount_until);
    discount.add(r.discount ? std::optional<std::int64_t>(*r.discount) : std::nullopt);
    cause.add(r.cause ? std::optional<std::uint32_t>(static_cast<std::uint32_t>(*r.cause)) : std::nullopt);
    const line_kind what = r.refund ? line_kind::refund : r.metered ? line_kind::usage : line_kind::recurring;
    kind.add(static_cast<std::uint8_t>(what));
  }
  facts f;
  switch (source) {
    case fact_source::periods:
      f.rows = subscriptions{who, start, end.view(), amount};
      break;
    case fact_source::snapshots:
      f.rows = snapshots{who, month_of, amount};
      break;
    case fact_source::changes:
      f.rows = mrr_changes{who, start, amount, subscription};
      break;
    case fact_source::prices: {
      priced_subscriptions p;
      p.account = who, p.start = start, p.end = end.view(), p.amount = amount, p.subscription = subscription;
      p.quantity = quantity, p.cancelled_on = cancelled.view(), p.unpaid_since = unpaid.view();
      p.paid_again_on = paid.view(), p.paused_on = paused.view(), p.resumed_on = resumed.view();
      p.discount_minor = discount.view(), p.discount_until = until.view(), p.metered = metered;
      f.rows = p;
      break;
    }
    case fact_source::invoices: {
      invoice_lines l;
      l.account = who, l.service_start = start, l.service_end = end.view(), l.amount = amount;
      l.subscription = subscription, l.kind = kind.view(), l.discount_minor = discount.view();
      l.cancelled_on = cancelled.view(), l.unpaid_since = unpaid.view(), l.paid_again_on = paid.view();
      f.rows = l;
      break;
    }
    case fact_source::usage:  // no cause is derived from what these rows say
      f.rows = usage_lines{who, start, amount};
      break;
  }
  f.cause = {cause.view(), {"voluntary", "dispute"}};
  f.labels.push_back({"plan", {plan, {"basic", "pro", "team"}}});
  apply(to, f);
}

book book_of(fact_source source, const std::vector<row>& rows) {
  book made(source);
  for (std::int64_t who = 0; who < accounts; ++who) made.keys().intern(who);
  for (std::int64_t who = 0; who < 2 * accounts; ++who) made.subscription_keys().intern(who);
  apply_rows(made, source, rows);
  return made;
}

revenue_policy random_policy(std::mt19937_64& random) {
  revenue_policy policy;
  policy.past_due = 3;
  if (random() % 2 == 0) policy.paused = paused_is::zero_as_contraction;
  if (random() % 2 == 0) policy.refunds = refund_rule::negative;
  if (random() % 3 == 0) policy.movements = movement_mode::net_endpoints;
  if (random() % 4 == 0) policy.lapse_grace = 20;
  return policy;
}

}  // namespace

TEST_CASE("derived causes: levels stay, causes add up, and the order of rows does not matter") {
  const period_grid grid = period_grid::between(month{600}, month{615});
  int named = 0, seen = 0;
  for (std::uint8_t s = 0; s < 5; ++s) {
    const auto source = static_cast<fact_source>(s);
    std::mt19937_64 random(40 + s);
    for (int round = 0; round < 60; ++round) {
      std::vector<row> rows;
      for (std::uint32_t i = 0; i < 40; ++i) rows.push_back(random_row(random, source, i));
      const view under{.policy = random_policy(random), .as_of = as_of};
      const book made = book_of(source, rows);
      const reading plain = read(made, under);
      const reading found = with_causes(made, plain);
      CHECK(found.under.causes == cause_rule::derived);
      for (std::uint32_t who = 0; who < accounts; ++who) {
        const auto a = plain.ledger.book.steps(account{who}), b = found.ledger.book.steps(account{who});
        REQUIRE(a.size() == b.size());
        for (std::size_t i = 0; i < a.size(); ++i) {
          REQUIRE(std::tuple(a[i].when, a[i].level, a[i].presence) == std::tuple(b[i].when, b[i].level, b[i].presence));
          named += b[i].cause != change_cause::unknown ? 1 : 0, ++seen;
        }
      }
      const auto causes = tally_causes(found.ledger, grid, under.policy);
      const auto whole = tally_revenue(plain.ledger.book, grid, under.policy);
      for (std::size_t p = 0; p < whole.periods.size(); ++p) {
        cause_sums sum;
        for (const cause_sums& one : causes.periods[p]) detail::add_fields(sum, one, "sum");
        const revenue_period& all = whole.periods[p];
        REQUIRE(sum == cause_sums{0, all.new_business, all.reactivation, all.expansion, all.contraction, all.churn,
                                  all.accounts_new, all.accounts_reactivated, all.accounts_churned});
      }
      // Of two changes on one day the later row counts, and refunds come off lines in the order of rows.
      if (source == fact_source::changes || source == fact_source::invoices) continue;
      CAPTURE(values_of(source)[s]);
      std::shuffle(rows.begin(), rows.end(), random);
      const book other = book_of(source, rows);
      const reading shuffled = with_causes(other, read(other, under));
      REQUIRE(tally_causes(shuffled.ledger, grid, under.policy) == causes);
    }
  }
  CHECK(named > seen / 3);
}

TEST_CASE("derived causes: facts that can say none leave the reading as it is") {
  book made(fact_source::periods);
  for (std::int64_t who = 0; who < 1; ++who) made.keys().intern(who);
  const std::vector<std::uint32_t> who{0};
  const std::vector<std::int32_t> start{day_one};
  const std::vector<std::int64_t> amount{100};
  cells<std::int32_t> end;
  end.add(day_one + 30);
  apply(made, {.rows = subscriptions{who, start, end.view(), amount}});
  const reading plain = read(made, {.as_of = as_of});
  CHECK(with_causes(made, plain).under.causes == cause_rule::stated);
}
