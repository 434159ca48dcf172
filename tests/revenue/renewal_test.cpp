#include "sojourn/revenue/renewal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "laws.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

struct contract_table {
  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> term_end;
  std::vector<std::int64_t> value;
  std::vector<std::int32_t> renewed_on;
  std::vector<std::int64_t> renewed_value;
  std::vector<std::uint8_t> bits;

  contract_table& add(std::uint32_t who, int end, std::int64_t worth, std::optional<int> renewal = {},
                      std::int64_t renewed_worth = 0) {
    const std::size_t row = account.size();
    account.push_back(who), term_end.push_back(end), value.push_back(worth);
    renewed_on.push_back(renewal.value_or(0)), renewed_value.push_back(renewed_worth);
    bits.resize(row / 8 + 1, 0);
    if (renewal) bits[row / 8] = static_cast<std::uint8_t>(bits[row / 8] | (1u << (row % 8)));
    return *this;
  }
  [[nodiscard]] contracts view() const {
    return {account, term_end, value, column<std::int32_t>(std::span<const std::int32_t>(renewed_on), bits.data()),
            column<std::int64_t>(std::span<const std::int64_t>(renewed_value), bits.data())};
  }
};

const renewal_window june{at("2024-06-01"), at("2024-07-01")};
const renewal_options in_autumn{.as_of = at("2024-10-01")};  // the grace days of all of them are over
const int end_of_term = on("2024-06-15");

contract_table random_contracts(std::mt19937_64& random, std::size_t rows) {
  contract_table t;
  for (std::size_t i = 0; i < rows; ++i) {
    const int end = on("2024-05-20") + static_cast<int>(random() % 60);
    const auto worth = static_cast<std::int64_t>(random() % 10'000 + 1);
    std::optional<int> renewal;
    if (random() % 3 != 0) renewal = end - 40 + static_cast<int>(random() % 100);
    t.add(static_cast<std::uint32_t>(random() % 6), end, worth, renewal, static_cast<std::int64_t>(random() % 12'000));
  }
  return t;
}

}  // namespace

TEST_CASE("ren-01: 45 of 50 renew, 4M due, 300k downgraded, 500k lost: logo 90 %, gross dollar 80 %") {
  contract_table t;
  t.add(0, end_of_term, 420'000, end_of_term, 220'000);
  for (std::uint32_t who = 1; who < 45; ++who) t.add(who, end_of_term, 70'000, end_of_term, who <= 2 ? 20'000 : 70'000);
  for (std::uint32_t who = 45; who < 50; ++who) t.add(who, end_of_term, 100'000);
  const renewal_state s = tally_renewals(t.view(), june, in_autumn);
  CHECK(s.decided.opening == detail::int128{4'000'000} * mrr::ticks_per_minor);
  CHECK(logo_renewal(s).value == Approx(0.9));
  CHECK(gross_dollar_renewal(s).value == Approx(0.8));
  CHECK(net_dollar_renewal(s).value == Approx(0.8));
  CHECK(logo_renewal(s).method == interval_method::wilson);
}

TEST_CASE("ren-02: 22 of 24 renew: 92 %") {
  contract_table t;
  for (std::uint32_t who = 0; who < 24; ++who)
    t.add(who, end_of_term, 100, who < 22 ? std::optional<int>(end_of_term) : std::nullopt, 100);
  CHECK(std::abs(100 * logo_renewal(tally_renewals(t.view(), june, in_autumn)).value - 91.67) < 0.005);
}

TEST_CASE("renewal: early, on time, late, too late, lost, pending, each in one class") {
  contract_table t;
  t.add(0, end_of_term, 100, end_of_term - 60, 120);  // early
  t.add(1, end_of_term, 100, end_of_term, 100);       // on time
  t.add(2, end_of_term, 100, end_of_term + 30, 80);   // last day of grace
  t.add(3, end_of_term, 100, end_of_term + 31, 100);  // came back too late
  t.add(4, end_of_term, 100);                         // nothing
  t.add(5, end_of_term, 100, end_of_term, 0);         // renewed at nothing
  t.add(6, on("2024-07-01"), 100);                    // due in July
  const renewal_state s = tally_renewals(t.view(), june, in_autumn);
  CHECK(s.contracts_due == 6);
  CHECK(s.early == 1);
  CHECK(s.on_time == 1);
  CHECK(s.late == 1);
  CHECK(s.lost == 3);
  CHECK(s.returned_after_grace == 1);
  CHECK(s.pending == 0);
  CHECK(logo_renewal(s).value == Approx(0.5));
  CHECK(gross_dollar_renewal(s).value == Approx(280.0 / 600));
  CHECK(net_dollar_renewal(s).value == Approx(0.5));

  // As known on the last day of grace: nobody's grace is over, a renewal on that day is not known yet.
  const renewal_state open = tally_renewals(t.view(), june, {.as_of = day{end_of_term + 30}});
  CHECK(open.pending == 3);
  CHECK(open.units_pending == 3);
  CHECK(open.lost == 1);
  CHECK(open.value_pending == 300 * detail::int128{mrr::ticks_per_minor});
  CHECK(logo_renewal(open).n == 3);
  CHECK(tally_renewals(t.view(), june, {.as_of = day{end_of_term + 31}}).pending == 0);
  CHECK(tally_renewals(t.view(), june, {.grace_days = 0, .as_of = at("2024-10-01")}).late == 0);
}

TEST_CASE("renewal: contracts merged into one renewal are no loss of an account, but one of a contract") {
  contract_table t;
  t.add(0, end_of_term, 100, end_of_term, 200).add(0, end_of_term, 100);
  CHECK(gross_dollar_renewal(tally_renewals(t.view(), june, in_autumn)).value == 1.0);
  CHECK(logo_renewal(tally_renewals(t.view(), june, in_autumn)).n == 1);
  const auto each = tally_renewals(t.view(), june, {.as_of = at("2024-10-01"), .unit = renewal_unit::contract});
  CHECK(logo_renewal(each).value == Approx(0.5));
  CHECK(gross_dollar_renewal(each).value == Approx(0.5));
  CHECK(net_dollar_renewal(each).value == 1.0);
}

TEST_CASE("renewal: equals a slow count by account on random contracts") {
  std::mt19937_64 random(51);
  for (int round = 0; round < 1000; ++round) {
    const contract_table t = random_contracts(random, random() % 15 + 1);
    const int as_of = on("2024-06-01") + static_cast<int>(random() % 90);
    std::map<std::uint32_t, std::pair<long long, long long>> decided;
    std::map<std::uint32_t, bool> pending;
    for (std::size_t i = 0; i < t.account.size(); ++i) {
      if (t.term_end[i] < june.from.since_epoch || t.term_end[i] >= june.to.since_epoch) continue;
      const bool has_row = ((t.bits[i / 8] >> (i % 8)) & 1) != 0;
      const bool seen = has_row && t.renewed_on[i] < as_of;
      const bool in_time = seen && t.renewed_on[i] - t.term_end[i] <= 30 && t.renewed_value[i] > 0;
      pending[t.account[i]] = pending[t.account[i]] || (!seen && as_of <= t.term_end[i] + 30);
      decided[t.account[i]].first += t.value[i];
      decided[t.account[i]].second += in_time ? t.renewed_value[i] : 0;
    }
    long long accounts = 0, kept = 0, before = 0, gross = 0, after = 0;
    for (const auto& [who, sums] : decided) {
      if (pending[who]) continue;
      ++accounts;
      kept += sums.second > 0;
      before += sums.first, after += sums.second, gross += std::min(sums.first, sums.second);
    }
    const renewal_state s = tally_renewals(t.view(), june, {.as_of = day{as_of}});
    REQUIRE(s.contracts_due == s.early + s.on_time + s.late + s.lost + s.pending);
    REQUIRE(s.decided.accounts_opening == accounts);
    REQUIRE(s.units_pending == static_cast<std::int64_t>(decided.size()) - accounts);
    if (accounts == 0) {
      REQUIRE(std::isnan(logo_renewal(s).value));
      continue;
    }
    REQUIRE(logo_renewal(s).value == Approx(static_cast<double>(kept) / static_cast<double>(accounts)));
    REQUIRE(gross_dollar_renewal(s).value == Approx(static_cast<double>(gross) / static_cast<double>(before)));
    REQUIRE(net_dollar_renewal(s).value == Approx(static_cast<double>(after) / static_cast<double>(before)));
  }
}

TEST_CASE("renewal: bad rows and options are refused with their place") {
  contract_table t;
  t.add(0, end_of_term, 100, end_of_term, 100).add(1, end_of_term, 0);
  CHECK_THROWS_WITH_AS((void)tally_renewals(t.view(), june, in_autumn), doctest::Contains("\"value\", row 1"), data_error);
  t.value[1] = 5;
  t.renewed_value[0] = -1;
  CHECK_THROWS_WITH_AS((void)tally_renewals(t.view(), june, in_autumn), doctest::Contains("\"renewed_value\", row 0"),
                       data_error);
  t.renewed_value[0] = 1;
  CHECK_THROWS_AS((void)tally_renewals(t.view(), {june.to, june.from}), schema_error);
  CHECK_THROWS_AS((void)tally_renewals(t.view(), june, {.grace_days = -1}), schema_error);
  t.term_end[0] = 100'000;
  CHECK_THROWS_AS((void)tally_renewals(t.view(), june, in_autumn), data_error);
  CHECK(logo_renewal({}).reason == undefined_reason::no_observations);
}

TEST_CASE("renewal_state: the laws") {
  check_laws<renewal_state>([](std::mt19937_64& random) {
    return tally_renewals(random_contracts(random, random() % 8 + 1).view(), june, {.as_of = at("2024-07-05")});
  });
}
