// What revenue metrics promise whatever the rows: one test per promise, on random ledgers under random policies.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>

#include "sojourn/revenue.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/state_bytes.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

constexpr int rounds = 1000;
constexpr std::uint32_t accounts = 6;
const period_grid year_2020 = period_grid::between(in("2020-01"), in("2020-12"));

revenue_policy random_policy(std::mt19937_64& random) {
  revenue_policy p;
  if (random() % 2 == 0) p.movements = movement_mode::net_endpoints;
  if (random() % 2 == 0) p.new_and_churned = same_period_new_churn::drop;
  if (random() % 3 == 0) p.reactivation_max_gap = static_cast<std::int32_t>(random() % 60);
  if (random() % 2 == 0) p.mrr_churn_cap = mrr_churn_cap::none;
  return p;
}

table random_rows(std::mt19937_64& random) {
  return random_table(random, accounts, random() % 25);
}
day random_as_of(std::mt19937_64& random) {
  return day{on("2020-05-01") + static_cast<int>(random() % 500)};
}

using buffer = std::vector<std::uint8_t>;

/// The bytes of every state that is tallied from a ledger.
struct all_bytes {
  buffer revenue, cohorts, retention;
  friend bool operator==(const all_bytes&, const all_bytes&) = default;
};

template <executor E = serial_executor>
all_bytes bytes_of(const ledger& book, const revenue_policy& policy, E&& host = {}) {
  return {to_bytes(tally_revenue(book, year_2020, policy, host)),
          to_bytes(tally_cohorts(book, year_2020, policy.cohort_state, host)),
          to_bytes(tally_retention(book, at("2020-02-10"), at("2020-11-20"), host))};
}

table shuffled(const table& t, std::mt19937_64& random, bool rename) {
  std::vector<std::size_t> order(t.account.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), random);
  std::vector<std::uint32_t> names(accounts);
  std::iota(names.begin(), names.end(), 0u);
  if (rename) std::shuffle(names.begin(), names.end(), random);
  return t.rearranged(order, names);
}

template <class Day>
table moved(const table& t, const Day& to) {
  table there;
  there.accounts = t.accounts;
  for (const auto& row : t.slow_rows()) {
    there.add(row.account, to(row.start), row.end ? std::optional<int>(to(*row.end)) : std::nullopt, row.amount);
  }
  return there;
}

}  // namespace

TEST_CASE("invariant: opening + new + reactivation + expansion - contraction - churn + fx = closing = the next opening") {
  std::mt19937_64 random(501);
  for (int round = 0; round < rounds; ++round) {
    const ledger book = random_rows(random).book(random_as_of(random));
    const revenue_state state = tally_revenue(book, year_2020, random_policy(random));
    for (std::int32_t p = 0; p < 12; ++p) {
      const auto m = period_movements::of(state.periods[static_cast<std::size_t>(p)]);
      REQUIRE(m.opening + m.new_business + m.reactivation + m.expansion - m.contraction - m.churn + m.fx == m.closing);
      REQUIRE(m.accounts_opening + m.accounts_new + m.accounts_reactivated - m.accounts_churned == m.accounts_closing);
      // What the steps say on the two days, and not only what the movements add up to.
      detail::int128 before = 0;
      detail::int128 after = 0;
      for (std::uint32_t a = 0; a < accounts; ++a) {
        before += book.level(account{a}, day{year_2020.start(p).since_epoch - 1}).ticks();
        after += book.level(account{a}, day{year_2020.end(p).since_epoch - 1}).ticks();
      }
      REQUIRE(m.opening == before);
      REQUIRE(m.closing == after);
    }
    for (const movement_row& row : movements(state)) {
      REQUIRE(row.opening + row.new_business + row.reactivation + row.expansion - row.contraction - row.churn + row.fx ==
              row.closing);
    }
  }
}

TEST_CASE("invariant: GRR <= min(1, NRR), and retention = 1 - churn") {
  std::mt19937_64 random(502);
  for (int round = 0; round < rounds; ++round) {
    const ledger book = random_rows(random).book(at("2021-06-01"));
    const day from{on("2020-01-05") + static_cast<int>(random() % 200)};
    const day to{from.since_epoch + 1 + static_cast<int>(random() % 200)};
    const retention_state state = tally_retention(book, from, to);
    if (state.accounts_opening == 0) continue;
    const double net = nrr(state).value;
    for (const grr_basis basis :
         {grr_basis::account_min, grr_basis::event_sum, grr_basis::totals_min, grr_basis::running_min}) {
      rate_options options;
      options.policy.grr = basis;
      REQUIRE(grr_of(book, from, to, options).value <= std::min(1.0, net) + 1e-15);
    }
    rate_options ends;
    ends.policy.movements = movement_mode::net_endpoints;
    REQUIRE(logo_retention(state).value == Approx(1 - logo_churn_of(book, from, to).value).epsilon(1e-14));
    REQUIRE(net == Approx(1 - net_mrr_churn_of(book, from, to).value).epsilon(1e-14));
    REQUIRE(grr(state).value == Approx(1 - gross_mrr_churn_of(book, from, to, ends).value).epsilon(1e-14));
  }
}

TEST_CASE("invariant: GRR and NRR do not depend on the way from the opening to the closing") {
  std::mt19937_64 random(503);
  const day from = at("2020-03-01"), to = at("2020-09-01");
  int changed = 0;
  for (int round = 0; round < rounds; ++round) {
    const table t = random_rows(random);
    table detour = t;
    for (auto extra = random() % 6; extra > 0; --extra) {
      const int start = from.since_epoch + static_cast<int>(random() % 100);
      detour.add(static_cast<std::uint32_t>(random() % accounts), start, start + 1 + static_cast<int>(random() % 80),
                 static_cast<std::int64_t>(random() % 5000));
    }
    const ledger straight = t.book(at("2021-06-01")), winding = detour.book(at("2021-06-01"));
    REQUIRE(to_bytes(tally_retention(straight, from, to)) == to_bytes(tally_retention(winding, from, to)));
    const auto events = [&](const ledger& book) { return tally_spans(book, std::vector<day>{from, to}).front(); };
    changed += events(straight) == events(winding) ? 0 : 1;
  }
  CHECK(changed > rounds / 2);  // the detours were there, and the events saw them
}

TEST_CASE("invariant: the order of rows and the names of accounts change no byte of any state") {
  std::mt19937_64 random(504);
  for (int round = 0; round < rounds; ++round) {
    const table t = random_rows(random);
    const day as_of = random_as_of(random);
    const revenue_policy policy = random_policy(random);
    REQUIRE(bytes_of(t.book(as_of), policy) == bytes_of(shuffled(t, random, true).book(as_of), policy));
    const auto series = [&](const table& rows) {
      return to_bytes(tally_mrr_series(rows.view(), year_2020, {as_of, accounts}));
    };
    REQUIRE(series(t) == series(shuffled(t, random, true)));
  }
}

TEST_CASE("invariant: files split by account merge to the whole, byte for byte, in any order") {
  std::mt19937_64 random(505);
  for (int round = 0; round < rounds; ++round) {
    const table t = random_rows(random);
    const day as_of = random_as_of(random);
    const revenue_policy policy = random_policy(random);
    std::array<table, 3> files;
    for (table& file : files) file.accounts = accounts;
    for (const auto& row : t.slow_rows()) files[row.account % 3].add(row.account, row.start, row.end, row.amount);
    std::shuffle(files.begin(), files.end(), random);
    revenue_state revenue;
    cohort_state cohorts;
    retention_state retention;
    for (const table& file : files) {
      const ledger book = file.book(as_of);
      revenue += tally_revenue(book, year_2020, policy);
      cohorts += tally_cohorts(book, year_2020, policy.cohort_state);
      retention += tally_retention(book, at("2020-02-10"), at("2020-11-20"));
    }
    REQUIRE(bytes_of(t.book(as_of), policy) == all_bytes{to_bytes(revenue), to_bytes(cohorts), to_bytes(retention)});
  }
}

TEST_CASE("invariant: any number of threads, the same bytes, from the rows to every state") {
  std::mt19937_64 random(506);
  table t;
  for (const auto& row : random_table(random, 200'000, 300'000).slow_rows())
    t.add(row.account, row.start, row.end, row.amount);
  t.accounts = 200'000;
  const revenue_policy policy = random_policy(random);
  const all_bytes serial = bytes_of(t.book(at("2021-01-01")), policy);
  for (const unsigned threads : {1u, 2u, 3u, 8u}) {
    const ledger book(t.view(), {at("2021-01-01"), t.accounts}, thread_executor(threads));
    REQUIRE(bytes_of(book, policy, thread_executor(threads)) == serial);
  }
}

TEST_CASE("invariant: scaling all amounts scales all money, and no count and no rate") {
  std::mt19937_64 random(507);
  for (int round = 0; round < rounds; ++round) {
    const table t = random_rows(random);
    const auto factor = static_cast<std::int64_t>(random() % 1000 + 2);
    table scaled = t;
    for (std::int64_t& amount : scaled.amount) amount *= factor;
    const revenue_policy policy = random_policy(random);
    const rate_options options{policy, {}};
    const ledger one = t.book(at("2021-01-01")), many = scaled.book(at("2021-01-01"));
    const revenue_state small = tally_revenue(one, year_2020, policy), large = tally_revenue(many, year_2020, policy);
    for (std::size_t p = 0; p < 12; ++p) {
      const auto s = period_movements::of(small.periods[p]), l = period_movements::of(large.periods[p]);
      const std::pair<detail::int128, detail::int128> money[] = {{s.opening, l.opening},
                                                                 {s.new_business, l.new_business},
                                                                 {s.reactivation, l.reactivation},
                                                                 {s.expansion, l.expansion},
                                                                 {s.contraction, l.contraction},
                                                                 {s.churn, l.churn},
                                                                 {s.fx, l.fx},
                                                                 {s.closing, l.closing}};
      for (const auto& [a, b] : money) REQUIRE(factor * a == b);
      REQUIRE(s.accounts_new == l.accounts_new);
      REQUIRE(s.accounts_reactivated == l.accounts_reactivated);
      REQUIRE(s.accounts_churned == l.accounts_churned);
      REQUIRE(s.accounts_closing == l.accounts_closing);
      const auto same = [](const estimate& a, const estimate& b) {
        return a.defined() == b.defined() && (!a.defined() || a.value == Approx(b.value).epsilon(1e-13)) && a.n == b.n;
      };
      REQUIRE(same(logo_churn(small.periods[p], options), logo_churn(large.periods[p], options)));
      REQUIRE(same(gross_mrr_churn(small.periods[p], options), gross_mrr_churn(large.periods[p], options)));
      REQUIRE(same(net_mrr_churn(small.periods[p], options), net_mrr_churn(large.periods[p], options)));
      REQUIRE(same(nrr(small.periods[p].base), nrr(large.periods[p].base)));
      REQUIRE(same(quick_ratio(small.periods[p], options), quick_ratio(large.periods[p], options)));
    }
    const cohort_state few = tally_cohorts(one, year_2020), more = tally_cohorts(many, year_2020);
    for (std::size_t c = 0; c < few.cells.size(); ++c) {
      REQUIRE(factor * few.cells[c].ticks == more.cells[c].ticks);
      REQUIRE(few.cells[c].accounts == more.cells[c].accounts);
    }
  }
}

TEST_CASE(
    "invariant: shifting all dates by 28 years, after which the calendar repeats, shifts all periods and nothing else") {
  std::mt19937_64 random(508);
  constexpr int days = 10'227;  // 28 years with seven leap days
  for (int round = 0; round < rounds; ++round) {
    const table t = random_rows(random);
    const table later = moved(t, [](int d) { return d + days; });
    const day as_of = random_as_of(random);
    const revenue_policy policy = random_policy(random);
    const ledger here = t.book(as_of), there = later.book(day{as_of.since_epoch + days});
    const period_grid grid = period_grid::between(in("2048-01"), in("2048-12"));
    REQUIRE(tally_revenue(here, year_2020, policy).periods == tally_revenue(there, grid, policy).periods);
    REQUIRE(tally_cohorts(here, year_2020).cells == tally_cohorts(there, grid).cells);
    const day from{on("2020-02-03") + static_cast<int>(random() % 90)}, to{from.since_epoch + 120};
    REQUIRE(to_bytes(tally_retention(here, from, to)) ==
            to_bytes(tally_retention(there, day{from.since_epoch + days}, day{to.since_epoch + days})));
  }
}

TEST_CASE("invariant: shifting all dates by whole months, on days that every month has, shifts all periods") {
  std::mt19937_64 random(509);
  for (int round = 0; round < rounds; ++round) {
    // The first 28 days of a month only, where a shift by months keeps the order of all days.
    const auto early = [](int d) {
      const month m = month::of(day{d});
      return m.first_day().since_epoch + std::min(d - m.first_day().since_epoch, 27);
    };
    const int shift = static_cast<int>(random() % 100) - 50;
    const auto shifted = [shift](int d) {
      const month m = month::of(day{d});
      return (m + months{shift}).first_day().since_epoch + (d - m.first_day().since_epoch);
    };
    const table t = moved(random_rows(random), early);
    const table there = moved(t, shifted);
    const day as_of{early(random_as_of(random).since_epoch)};
    revenue_policy policy = random_policy(random);
    policy.reactivation_max_gap = revenue_policy::unlimited;  // counts days, and months differ in them
    const period_grid grid = period_grid::between(in("2020-01") + months{shift}, in("2020-12") + months{shift});
    const ledger before = t.book(as_of), after = there.book(day{shifted(as_of.since_epoch)});
    REQUIRE(tally_revenue(before, year_2020, policy).periods == tally_revenue(after, grid, policy).periods);
    REQUIRE(tally_cohorts(before, year_2020).cells == tally_cohorts(after, grid).cells);
  }
}
