#include "sojourn/revenue/parts/segments.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <set>

#include "sojourn/revenue/movements.hpp"
#include "sojourn/revenue/rates.hpp"
#include "sojourn/state_bytes.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

struct label_table {
  std::vector<std::uint32_t> account;
  std::vector<std::uint32_t> label;
  std::vector<std::uint8_t> label_bits;
  std::vector<std::int32_t> since;

  label_table& add(std::uint32_t who, std::optional<std::uint32_t> code, int day_) {
    const std::size_t row = account.size();
    account.push_back(who), label.push_back(code.value_or(0)), since.push_back(day_);
    label_bits.resize(row / 8 + 1, 0);
    if (code) label_bits[row / 8] = static_cast<std::uint8_t>(label_bits[row / 8] | (1u << (row % 8)));
    return *this;
  }
  [[nodiscard]] account_labels view() const {
    return {column<std::uint32_t>(account, "account"),
            column<std::uint32_t>(std::span<const std::uint32_t>(label), label_bits.data(), 0, "plan"),
            column<std::int32_t>(since, "start")};
  }
};

label_table random_labels(std::mt19937_64& random, const table& rows, std::uint32_t labels) {
  label_table out;
  for (std::size_t i = 0; i < rows.account.size(); ++i) {
    const bool says = random() % 4 != 0;
    const auto code = static_cast<std::uint32_t>(random() % labels);
    out.add(rows.account[i], says ? std::optional(code) : std::nullopt, rows.start[i]);
  }
  return out;
}

// The same choice, account by account over sorted copies.
std::optional<std::uint32_t> slow_label(const label_table& t, std::uint32_t who, segment_options options) {
  std::vector<std::pair<int, std::uint32_t>> all;
  for (std::size_t i = 0; i < t.account.size(); ++i) {
    const bool says = ((t.label_bits[i / 8] >> (i % 8)) & 1) != 0;
    if (t.account[i] == who && says) all.emplace_back(t.since[i], t.label[i]);
  }
  if (all.empty()) return std::nullopt;
  std::sort(all.begin(), all.end());
  const auto highest_of = [&](int since) {
    std::uint32_t best = 0;
    for (const auto& [day_, code] : all) {
      if (day_ == since) best = std::max(best, code);
    }
    return best;
  };
  if (options.rule == segment_rule::first) return highest_of(all.front().first);
  if (options.rule == segment_rule::last) return highest_of(all.back().first);
  int best = all.front().first;
  for (const auto& [day_, code] : all) {
    if (day_ < options.opening->since_epoch) best = day_;
  }
  return highest_of(best);
}

const period_grid grid = period_grid::between(in("2020-01"), in("2020-12"));

}  // namespace

TEST_CASE("segments: the sum of segments is the whole, bit for bit, for every rule and any number of threads") {
  std::mt19937_64 random(71);
  for (int round = 0; round < 300; ++round) {
    const std::uint32_t accounts = 1 + static_cast<std::uint32_t>(random() % 12);
    table rows = random_table(random, accounts, 1 + random() % 40);
    const ledger book = rows.book(at("2020-11-01"));
    const label_table labels = random_labels(random, rows, 4);
    segment_options options{static_cast<segment_rule>(random() % 3), at("2020-06-01")};
    const segmentation by = segment_accounts(labels.view(), book.accounts(), 4, options);
    revenue_policy policy;
    if (round % 2 == 1) policy.movements = movement_mode::net_endpoints;

    revenue_state revenue;
    cohort_state cohorts;
    retention_state retention;
    for (const auto& state : tally_revenue_by(book, by, grid, policy, thread_executor(3))) revenue += state;
    for (const auto& state : tally_cohorts_by(book, by, grid)) cohorts += state;
    for (const auto& state : tally_retention_by(book, by, at("2020-02-01"), at("2020-10-01"))) retention += state;
    REQUIRE(to_bytes(revenue) == to_bytes(tally_revenue(book, grid, policy)));
    REQUIRE(to_bytes(cohorts) == to_bytes(tally_cohorts(book, grid)));
    REQUIRE(to_bytes(retention) == to_bytes(tally_retention(book, at("2020-02-01"), at("2020-10-01"))));
    for (const auto& p : revenue.periods) {
      CHECK(p.opening() + p.new_business + p.reactivation + p.expansion - p.contraction - p.churn == p.closing());
    }
  }
}

TEST_CASE("segments: every account is in the one segment that its rows and the rule name") {
  std::mt19937_64 random(72);
  for (int round = 0; round < 400; ++round) {
    table rows = random_table(random, 8, 1 + random() % 25);
    const label_table labels = random_labels(random, rows, 3);
    const segment_options options{static_cast<segment_rule>(random() % 3),
                                  day{on("2020-01-01") + static_cast<int>(random() % 300)}};
    const segmentation by = segment_accounts(labels.view(), 8, 3, options);
    REQUIRE(by.segments() == 4);
    std::size_t seen = 0;
    std::int64_t several = 0;
    for (std::size_t s = 0; s < by.segments(); ++s) {
      for (const account who : by.accounts_of(s)) {
        ++seen;
        REQUIRE(slow_label(labels, who.index, options).value_or(3) == s);
      }
    }
    for (std::uint32_t who = 0; who < 8; ++who) {
      std::set<std::uint32_t> named;
      for (std::size_t i = 0; i < labels.account.size(); ++i) {
        if (labels.account[i] == who && labels.view().label.present(i)) named.insert(labels.label[i]);
      }
      several += named.size() > 1 ? 1 : 0;
    }
    CHECK(seen == 8);
    CHECK(by.accounts_with_several == several);
    CHECK(by.accounts_without_label == static_cast<std::int64_t>(by.accounts_of(3).size()));

    // Rows in another order name the same segments.
    std::vector<std::size_t> order(labels.account.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    label_table shuffled;
    for (const std::size_t i : order) {
      shuffled.add(labels.account[i], labels.view().label.present(i) ? std::optional(labels.label[i]) : std::nullopt,
                   labels.since[i]);
    }
    const segmentation again = segment_accounts(shuffled.view(), 8, 3, options);
    for (std::size_t s = 0; s < 4; ++s) REQUIRE(std::ranges::equal(again.accounts_of(s), by.accounts_of(s)));
  }
}

TEST_CASE("segments: a ledger of one segment gives the rates that its accounts give alone") {
  std::mt19937_64 random(73);
  for (int round = 0; round < 100; ++round) {
    table rows = random_table(random, 9, 30);
    const ledger book = rows.book(at("2020-12-01"));
    const segmentation by =
        segment_accounts(random_labels(random, rows, 2).view(), book.accounts(), 2, {segment_rule::last});
    for (std::size_t s = 0; s < by.segments(); ++s) {
      const auto mine = by.accounts_of(s);
      const ledger some = book.only(mine);
      REQUIRE(some.accounts() == mine.size());
      for (std::uint32_t i = 0; i < mine.size(); ++i) {
        REQUIRE(std::ranges::equal(some.steps(account{i}), book.steps(mine[i])));
        REQUIRE(std::ranges::equal(some.rows_of(account{i}), book.rows_of(mine[i])));
      }
      REQUIRE(tally_revenue(some, grid) == tally_revenue(book, mine, grid));
      table alone;
      alone.accounts = 9;
      for (const auto& row : rows.slow_rows()) {
        if (std::ranges::find(mine, account{row.account}) != mine.end())
          alone.add(row.account, row.start, row.end, row.amount);
      }
      if (alone.account.empty()) continue;
      rate_options options;
      options.policy.logo_denominator = logo_denominator::daily_sum;
      const estimate ours = logo_churn_of(some, at("2020-03-01"), at("2020-06-01"), options);
      const estimate theirs = logo_churn_of(alone.book(at("2020-12-01")), at("2020-03-01"), at("2020-06-01"), options);
      CHECK((ours.value == theirs.value || (!ours.defined() && !theirs.defined())));
    }
  }
  const ledger book = table{}.add(0, "2020-01-01", "", 100).book();
  const account far[] = {{5}};
  CHECK_THROWS_AS((void)book.only(far), data_error);
}

TEST_CASE("segments: what is missing or too much is named or counted") {
  label_table t;
  t.add(0, 1, 0).add(1, std::nullopt, 0).add(7, 0, 0);
  const segmentation by = segment_accounts(t.view(), 3, 2, {segment_rule::last});
  CHECK(by.rows == 3);
  CHECK(by.rows_without_label == 1);
  CHECK(by.rows_of_others == 1);
  CHECK(by.accounts_without_label == 2);
  CHECK(by.accounts_of(0).empty());
  CHECK_THROWS_WITH_AS((void)segment_accounts(t.view(), 3, 1, {segment_rule::last}), doctest::Contains("plan"), data_error);
  account_labels shorter = t.view();
  shorter.since = column<std::int32_t>(std::span<const std::int32_t>(t.since).first(1));
  CHECK_THROWS_AS((void)segment_accounts(shorter, 3, 2, {segment_rule::last}), schema_error);
}

TEST_CASE("segments: by default accounts stand where they stood at the opening, and the rule needs its day") {
  // 100 accounts of the basic plan; half of them are enterprise since March.
  label_table t;
  for (std::uint32_t who = 0; who < 100; ++who) {
    t.add(who, 0, on("2024-01-01"));
    if (who < 50) t.add(who, 1, on("2024-03-01"));
  }
  const segmentation before = segment_accounts(t.view(), 100, 2, {.opening = at("2024-03-01")});
  CHECK(before.accounts_of(0).size() == 100);
  CHECK(before.accounts_of(1).empty());
  const segmentation after = segment_accounts(t.view(), 100, 2, {.opening = at("2024-03-02")});
  CHECK(after.accounts_of(1).size() == 50);
  CHECK_THROWS_WITH_AS((void)segment_accounts(t.view(), 100, 2, {}), doctest::Contains("segment_options::opening"),
                       schema_error);
}
