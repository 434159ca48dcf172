// MRR of commitments and consumption under each usage_basis, computed by hand.
#include "sojourn/revenue/sources/usage_rows.hpp"

#include <doctest/doctest.h>

#include "sojourn/domain/money.hpp"
#include "sojourn/revenue/retention.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "usage_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

constexpr usage_basis all_bases[] = {usage_basis::committed, usage_basis::committed_plus_overage, usage_basis::consumed,
                                     usage_basis::consumed_trailing_mean};

revenue_policy under(usage_basis basis, std::int32_t months = 3) {
  revenue_policy p;
  p.usage_basis = basis;
  p.usage_months = months;
  return p;
}

ledger book_of(const usage_table& rows, usage_basis basis, const std::string& as_of, std::int32_t months = 3) {
  return rows_from_usage(rows.view(), {.policy = under(basis, months), .as_of = at(as_of), .accounts = 10}).book(at(as_of));
}

/// MRR at the end of days, in cents.
std::vector<std::int64_t> cents(const ledger& book, const std::vector<std::string>& days, std::uint32_t who = 0) {
  std::vector<std::int64_t> found;
  for (const std::string& one : days) found.push_back(round_to_minor(book.level(account{who}, at(one)).ticks()));
  return found;
}

using amounts = std::vector<std::int64_t>;

template <class Rows>
std::string refusal(const Rows& rows, const revenue_policy& policy = {}) {
  try {
    (void)rows_from_usage(rows.view(), {.policy = policy});
  } catch (const error& e) {
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a minimum of 100.00 a month: 130.00 are 30.00 of overage, and 80.00 leave it at 100.00") {
  usage_table t;
  t.minimum(0, "2024-01-01", "", 10'000).consumed(0, "2024-01", 13'000).consumed(0, "2024-02", 8'000);
  const std::vector<std::string> days{"2023-12-31", "2024-01-31", "2024-02-29"};
  CHECK(cents(book_of(t, usage_basis::committed, "2024-03-01"), days) == amounts{0, 10'000, 10'000});
  CHECK(cents(book_of(t, usage_basis::committed_plus_overage, "2024-03-01"), days) == amounts{0, 13'000, 10'000});
  CHECK(cents(book_of(t, usage_basis::consumed, "2024-03-01"), days) == amounts{0, 13'000, 8'000});
  const ledger mean = book_of(t, usage_basis::consumed_trailing_mean, "2024-04-01", 2);
  CHECK(cents(mean, {"2024-01-31", "2024-02-29", "2024-03-31"}) == amounts{0, 13'000, 10'500});
}

TEST_CASE("1,200.00 prepaid for a year are 100.00 a month, and overage once they are used up") {
  usage_table t;
  t.prepaid(0, "2024-01-01", "2025-01-01", 120'000);
  t.consumed(0, "2024-01", 50'000).consumed(0, "2024-02", 50'000).consumed(0, "2024-03", 30'000);
  const std::vector<std::string> days{"2024-01-31", "2024-02-29", "2024-03-31", "2024-12-31", "2025-01-01"};
  CHECK(cents(book_of(t, usage_basis::committed, "2025-02-01"), days) == amounts{10'000, 10'000, 10'000, 10'000, 0});
  CHECK(cents(book_of(t, usage_basis::committed_plus_overage, "2025-02-01"), days) ==
        amounts{10'000, 10'000, 20'000, 10'000, 0});
  CHECK(cents(book_of(t, usage_basis::consumed, "2025-02-01"), days) == amounts{50'000, 50'000, 30'000, 0, 0});
}

TEST_CASE("a prepaid amount that its months do not divide keeps every tick: 100.00 over three months") {
  usage_table t;
  t.prepaid(0, "2024-01-01", "2024-04-01", 10'000);
  const ledger book = book_of(t, usage_basis::committed, "2024-04-01");
  CHECK(3 * book.level(account{0}, at("2024-02-15")).ticks() == 10'000 * mrr::ticks_per_minor);
}

TEST_CASE("a month that is not complete is no contraction: the level of the month before holds") {
  usage_table t;
  t.minimum(0, "2024-01-01", "", 10'000).consumed(0, "2024-02-10", 13'000).consumed(0, "2024-03-02", 100);
  for (const usage_basis basis : {usage_basis::committed_plus_overage, usage_basis::consumed}) {
    CHECK(cents(book_of(t, basis, "2024-03-10"), {"2024-02-29", "2024-03-09"}) == amounts{13'000, 13'000});
    const period_grid march = period_grid::between(in("2024-03"), in("2024-03"));
    CHECK(movements(tally_revenue(book_of(t, basis, "2024-03-10"), march, under(basis))).front().contraction == 0);
  }
  // Once the month is over, it has what was consumed in it.
  CHECK(cents(book_of(t, usage_basis::committed_plus_overage, "2024-04-01"), {"2024-03-31"}) == amounts{10'000});
  CHECK(cents(book_of(t, usage_basis::consumed, "2024-04-01"), {"2024-03-31"}) == amounts{100});
}

TEST_CASE("a customer whose last commitment ended in the month that is not complete has left, overage too") {
  usage_table t;
  t.minimum(0, "2024-01-01", "2024-03-05", 10'000).consumed(0, "2024-02", 13'000);
  t.minimum(1, "2024-01-01", "2024-03-05", 10'000).minimum(1, "2024-03-05", "", 20'000).consumed(1, "2024-02", 13'000);
  const ledger book = book_of(t, usage_basis::committed_plus_overage, "2024-03-10");
  CHECK(cents(book, {"2024-03-04", "2024-03-05"}) == amounts{13'000, 0});
  CHECK(cents(book, {"2024-03-04", "2024-03-05"}, 1) == amounts{13'000, 23'000});
}

TEST_CASE("what expires first is drawn first, of a subscription before what covers the whole account") {
  usage_table t;
  // The minimum covers 50.00 of January, subscription 1's own amount the next 20.00 of it, the account's the rest.
  t.prepaid(0, "2024-01-01", "2025-01-01", 100'000).prepaid(0, "2024-01-01", "2025-01-01", 2'000, 1);
  t.minimum(0, "2024-01-01", "", 5'000).consumed(0, "2024-01-10", 8'000, 1).consumed(0, "2024-01-20", 99'500, 2);
  const ledger book = book_of(t, usage_basis::committed_plus_overage, "2024-02-01");
  const std::int64_t committed = round_to_minor((100'000 + 2'000) * mrr::ticks_per_minor / 12) + 5'000;
  // 8,000 = 5,000 + 2,000 + 1,000; of 99,500 the account has 99,000 left.
  CHECK(cents(book, {"2024-01-31"}) == amounts{committed + 500});
}

TEST_CASE("consumption of customers without a commitment is overage") {
  usage_table t;
  t.consumed(3, "2024-01", 700).consumed(3, "2024-01-31", 50);
  CHECK(cents(book_of(t, usage_basis::committed, "2024-02-01"), {"2024-01-31"}, 3) == amounts{0});
  CHECK(cents(book_of(t, usage_basis::committed_plus_overage, "2024-02-01"), {"2024-01-31"}, 3) == amounts{750});
  CHECK(rows_from_usage(t.view(), {.accounts = 10}).counts.metered == 2);
}

TEST_CASE("rows on one day and in any order are the same") {
  usage_table one, other;
  one.minimum(0, "2024-01-31", "", 3'100).consumed(0, "2024-02-28", 4'000).consumed(0, "2024-02-29", 1'000);
  other.consumed(0, "2024-02-29", 1'000).consumed(0, "2024-02-28", 4'000).minimum(0, "2024-01-31", "", 3'100);
  for (const usage_basis basis : all_bases) {
    const std::vector<std::string> days{"2024-02-28", "2024-02-29", "2024-03-31"};
    CHECK(cents(book_of(one, basis, "2024-05-01"), days) == cents(book_of(other, basis, "2024-05-01"), days));
  }
}

TEST_CASE("NRR is of the same accounts, and GRR caps each of them, under every basis") {
  usage_table t;
  // Account 0 grows from 100.00 to 200.00 committed, account 1 falls from 100.00 to 50.00; account 2 is new.
  t.minimum(0, "2023-01-01", "2024-01-01", 10'000).minimum(0, "2024-01-01", "", 20'000);
  t.minimum(1, "2023-01-01", "2024-01-01", 10'000).minimum(1, "2024-01-01", "", 5'000);
  t.minimum(2, "2024-01-01", "", 70'000);
  for (const char* month_of_use : {"2023-01", "2024-01"}) {
    const std::int64_t more = month_of_use[3] == '4' ? 6'000 : 0;
    t.consumed(0, month_of_use, 12'000 + 2 * more).consumed(1, month_of_use, 8'000 - more).consumed(2, month_of_use, 100);
  }
  const auto kept = [&](usage_basis basis, bool gross) {
    const retention_state state = tally_retention(book_of(t, basis, "2024-02-01"), at("2023-02-01"), at("2024-02-01"));
    return gross ? grr(state).value : nrr(state).value;
  };
  CHECK(kept(usage_basis::committed, false) == doctest::Approx(25'000.0 / 20'000));
  CHECK(kept(usage_basis::committed, true) == doctest::Approx(15'000.0 / 20'000));
  // Opening: 120.00 (20.00 of overage) and 100.00; account 2's first usage was before its commitment.
  CHECK(kept(usage_basis::committed_plus_overage, false) == doctest::Approx((24'000 + 5'000 + 70'000) / 22'100.0));
  CHECK(kept(usage_basis::committed_plus_overage, true) == doctest::Approx((12'000 + 5'000 + 100) / 22'100.0));
  CHECK(kept(usage_basis::consumed, false) == doctest::Approx((24'000 + 2'000 + 100) / 20'100.0));
  CHECK(kept(usage_basis::consumed, true) == doctest::Approx((12'000 + 2'000 + 100) / 20'100.0));
}

TEST_CASE("rows that cannot be are refused with their row") {
  usage_table t;
  CHECK(refusal(usage_table().prepaid(0, "2024-01-01", "", 5)).find("a prepaid commitment has an end") != std::string::npos);
  CHECK(refusal(usage_table().minimum(0, "2024-01-01", "2024-01-01", 5)).find("ends after it starts") != std::string::npos);
  CHECK(refusal(usage_table().consumed(0, "2024-01", -1)).find("never negative") != std::string::npos);
  CHECK(refusal(usage_table().add(usage_kind::consumption, 0, "2024-01-31", "2024-02-02", 5)).find("one calendar month") !=
        std::string::npos);
  revenue_policy by_subscription;
  by_subscription.unit = customer_unit::subscription;
  CHECK(refusal(usage_table().consumed(0, "2024-01", 1), by_subscription).find("subscription") != std::string::npos);
  CHECK(refusal(usage_table().consumed(0, "2024-01", 1)) == "accepted");
}
