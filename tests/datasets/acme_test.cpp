#include "sojourn/datasets/acme.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

using namespace sojourn;
using namespace sojourn::datasets;
using doctest::Approx;

namespace {

const acme_tables& small_set() {
  static const acme_tables tables = acme({.accounts = 1000, .seed = 7});
  return tables;
}

const acme_tables& large_set() {
  static const acme_tables tables = acme({.accounts = 60'000, .seed = 7, .usage = usage_detail::latest});
  return tables;
}

acme_tables in_chunks(acme_options options, std::int64_t size) {
  acme_tables all;
  for (std::int64_t first = 0; first < options.accounts; first += size) {
    all += acme_chunk(options, first, std::min(size, options.accounts - first));
  }
  return all;
}

template <class T>
double present_share(const gappy<T>& column) {
  return std::accumulate(column.present.begin(), column.present.end(), 0.0) / static_cast<double>(column.size());
}

}  // namespace

TEST_CASE("acme: the set of (1000, 7) is the one that was published") {
  // The bytes are a promise: a change here breaks everybody's recorded numbers and needs a line in the changelog.
  CHECK(acme_fingerprint(small_set()) == 0x939DF25C85DDBD4BULL);
  CHECK(acme_fingerprint(acme({.accounts = 1000, .seed = 8})) != acme_fingerprint(small_set()));
}

TEST_CASE("acme: chunks of 1, 7 and 1000 accounts give the same bytes") {
  for (const std::int64_t size : {1, 7, 1000}) {
    CAPTURE(size);
    CHECK(in_chunks({.accounts = 1000, .seed = 7}, size) == small_set());
  }
}

TEST_CASE("acme: 1, 2 and 8 threads give the same bytes") {
  const acme_options options{.accounts = 10'000, .seed = 3, .usage = usage_detail::latest};
  const acme_tables serial = acme(options);
  for (const std::size_t threads : {1u, 2u, 8u}) {
    CAPTURE(threads);
    CHECK(acme(options, thread_executor{threads}) == serial);
  }
}

TEST_CASE("acme: an account does not depend on how many others there are") {
  CHECK(acme_chunk({.accounts = 100'000'000, .seed = 7}, 0, 1000) == small_set());
  const acme_tables far = acme_chunk({.accounts = 100'000'000, .seed = 7}, 99'999'990, 10);
  CHECK(far.accounts.account.front() == 99'999'990);
}

TEST_CASE("acme: accounts are listed once, in order, with seats and a cost") {
  const acme_accounts& t = large_set().accounts;
  REQUIRE(t.account.size() == 60'000);
  for (std::size_t row = 0; row < t.account.size(); ++row) {
    REQUIRE(t.account[row] == static_cast<std::int64_t>(row));
    REQUIRE(t.signup[row] >= day::from_ymd(2022, 1, 1).since_epoch);
    REQUIRE(t.signup[row] < day::from_ymd(2025, 1, 1).since_epoch);
    REQUIRE(t.seats[row] >= 1);
    REQUIRE(t.cac_minor[row] > 0);
    REQUIRE(t.plan[row] < std::size(acme_plans));
    REQUIRE(t.owner[row] < std::size(acme_owners));
  }
}

TEST_CASE("acme: periods of one line do not overlap, end after they start, and cost something") {
  const acme_tables& set = large_set();
  const acme_subscriptions& t = set.subscriptions;
  std::map<std::pair<std::int64_t, std::uint8_t>, std::int32_t> paid_until;
  std::set<std::int64_t> two_lines, came_back;
  std::int64_t contiguous = 0;
  for (std::size_t row = 0; row < t.account.size(); ++row) {
    REQUIRE(t.mrr_minor[row] > 0);
    const std::int32_t end = t.end.present[row] ? t.end.values[row] : std::numeric_limits<std::int32_t>::max();
    REQUIRE(end > t.start[row]);
    if (t.end.present[row]) REQUIRE(end < day::from_ymd(2025, 1, 1).since_epoch);
    REQUIRE(t.start[row] >= set.accounts.signup[static_cast<std::size_t>(t.account[row])]);
    auto [before, first] = paid_until.try_emplace({t.account[row], t.line[row]}, end);
    if (!first) {
      REQUIRE(before->second <= t.start[row]);
      if (t.start[row] == before->second) ++contiguous;
      if (t.start[row] > before->second && t.line[row] == 0) came_back.insert(t.account[row]);
      before->second = end;
    }
    if (t.line[row] == 1) two_lines.insert(t.account[row]);
  }
  CHECK(contiguous > 10'000);
  CHECK(came_back.size() > 500);
  CHECK(two_lines.size() > 3'000);
}

TEST_CASE("acme: an account that left has no open period, an active one has, and its MRR is their sum") {
  const acme_tables& set = large_set();
  std::map<std::int64_t, std::int64_t> open;
  for (std::size_t row = 0; row < set.subscriptions.account.size(); ++row) {
    if (!set.subscriptions.end.present[row]) open[set.subscriptions.account[row]] += set.subscriptions.mrr_minor[row];
  }
  for (std::size_t row = 0; row < set.truth.account.size(); ++row) {
    REQUIRE(open.contains(set.truth.account[row]) == (set.truth.active[row] == 1));
    REQUIRE(set.truth.monthly_hazard.present[row] == set.truth.active[row]);
  }
  REQUIRE(open.size() == set.signals.account.size());
  for (std::size_t row = 0; row < set.signals.account.size(); ++row) {
    REQUIRE(open[set.signals.account[row]] == set.signals.mrr_minor[row]);
    REQUIRE(set.signals.renews_on[row] >= day::from_ymd(2025, 1, 1).since_epoch);
  }
}

TEST_CASE("acme: signals are what the tables say on that day") {
  const acme_tables& set = small_set();
  const std::int32_t as_of = day::from_ymd(2025, 1, 1).since_epoch;
  std::map<std::int64_t, std::int32_t> tickets, sponsors;
  for (std::size_t row = 0; row < set.tickets.account.size(); ++row) {
    tickets[set.tickets.account[row]] += set.tickets.opened[row] >= as_of - 90 ? 1 : 0;
  }
  for (std::size_t row = 0; row < set.sponsors.account.size(); ++row) {
    if (set.sponsors.left_on[row] >= as_of - 180) sponsors[set.sponsors.account[row]] = set.sponsors.left_on[row];
  }
  std::map<std::int64_t, std::size_t> last_week;
  for (std::size_t row = 0; row < set.usage.account.size(); ++row) {
    if (set.usage.week[row] == as_of - 9) last_week[set.usage.account[row]] = row;  // Monday 2024-12-23
  }
  std::map<std::int64_t, std::int32_t> stay;
  for (std::size_t row = 0; row < set.subscriptions.account.size(); ++row) {
    if (!set.subscriptions.end.present[row]) stay[set.subscriptions.account[row]] = set.subscriptions.start[row];
  }
  for (std::size_t row = 0; row < set.signals.account.size(); ++row) {
    const std::int64_t account = set.signals.account[row];
    CAPTURE(account);
    REQUIRE(set.signals.tickets_90d[row] == tickets[account]);
    REQUIRE((set.signals.sponsor_left[row] == 1) == sponsors.contains(account));
    REQUIRE(set.signals.observed_at[row] == as_of - 3);
    if (!last_week.contains(account)) {
      REQUIRE(!set.signals.logins_wk.present[row]);
      continue;
    }
    const std::size_t week = last_week[account];
    REQUIRE(set.usage.logins.values[week] == set.signals.logins_wk.values[row]);
    REQUIRE(set.usage.logins.present[week] == set.signals.logins_wk.present[row]);
    REQUIRE(set.usage.features.values[week] == set.signals.features.values[row]);
    REQUIRE(set.usage.uploads_gb.values[week] == set.signals.uploads_gb.values[row]);
  }
}

TEST_CASE("acme: scores stay in their scale, and unanswered surveys have neither day nor score") {
  const acme_tables& set = large_set();
  const auto check = [](const acme_answers& t, std::int32_t lowest, std::int32_t highest) {
    std::set<std::int32_t> seen;
    for (std::size_t row = 0; row < t.account.size(); ++row) {
      REQUIRE(t.score.present[row] == t.answered_on.present[row]);
      if (!t.score.present[row]) continue;
      seen.insert(t.score.values[row]);
      REQUIRE(t.score.values[row] >= lowest);
      REQUIRE(t.score.values[row] <= highest);
      REQUIRE(t.answered_on.values[row] >= t.sent_on[row]);
      REQUIRE(t.answered_on.values[row] < day::from_ymd(2025, 1, 1).since_epoch);
    }
    CHECK(seen.size() == static_cast<std::size_t>(highest - lowest + 1));
  };
  check(set.nps, 0, 10);
  check(set.csat, 1, 5);
}

TEST_CASE("acme: five to ten percent of the usage values are missing") {
  const acme_usage& t = small_set().usage;
  for (const double share : {present_share(t.logins), present_share(t.features), present_share(t.uploads_gb)}) {
    CHECK(share > 0.90);
    CHECK(share < 0.95);
  }
}

TEST_CASE("acme: contract terms last a year, and what the periods say is what they say") {
  const acme_tables& set = large_set();
  const acme_contracts& t = set.contracts;
  std::map<std::pair<std::int64_t, std::int32_t>, std::int64_t> starts;
  for (std::size_t row = 0; row < t.account.size(); ++row) starts[{t.account[row], t.term_start[row]}] = t.value_minor[row];
  std::array<int, 3> outcomes{};
  for (std::size_t row = 0; row < t.account.size(); ++row) {
    ++outcomes[t.outcome[row]];
    const std::int32_t length = t.term_end[row] - t.term_start[row];
    REQUIRE((length == 365 || length == 366));
    REQUIRE((acme_outcomes[t.outcome[row]] == "renewed") == (t.renewed_on.present[row] == 1));
    REQUIRE((acme_outcomes[t.outcome[row]] == "pending") == (t.term_end[row] >= day::from_ymd(2025, 1, 1).since_epoch));
    if (t.renewed_on.present[row])
      REQUIRE(starts.at({t.account[row], t.renewed_on.values[row]}) == t.renewed_value_minor.values[row]);
  }
  for (const int count : outcomes) CHECK(count > 1000);
}

TEST_CASE("acme: the hazard is the published product of its factors") {
  const acme_tables& set = large_set();
  std::map<std::string_view, double> log2_ratio;
  for (const acme_coefficient& c : acme_coefficients()) log2_ratio[c.term] = c.log2_ratio_q16 / 65536.0;
  std::size_t at = 0;
  for (std::size_t row = 0; row < set.signals.account.size(); ++row) {
    const std::int64_t account = set.signals.account[row];
    while (set.truth.account[at] != account) ++at;
    const double level = set.truth.usage_level.values[at];
    const std::int32_t tenure = set.truth.tenure_months.values[at], tickets = set.signals.tickets_90d[row];
    double octaves = log2_ratio["usage_level"] * level + log2_ratio["usage_collapse"] * std::max(0.0, -1 - level) +
                     log2_ratio["usage_trend"] * set.truth.usage_trend.values[at] +
                     log2_ratio["satisfaction"] * set.truth.satisfaction.values[at];
    octaves += log2_ratio[tickets == 0  ? "tickets_none"
                          : tickets < 4 ? "tickets_few"
                          : tickets < 8 ? "tickets_some"
                                        : "tickets_many"];
    octaves += log2_ratio[tenure < 3    ? "tenure_new"
                          : tenure < 12 ? "tenure_first_year"
                          : tenure < 24 ? "tenure_second_year"
                                        : "tenure_long"];
    if (set.signals.sponsor_left[row]) octaves += log2_ratio["sponsor_lost"];
    const bool annual = set.accounts.billing[static_cast<std::size_t>(account)] == 1;
    if (annual) octaves += log2_ratio["billed_annually"];
    const double base = acme_base_hazards()[set.signals.segment[row]] / 4294967296.0;
    const double hazard = std::min(0.6, base * std::exp2(octaves));
    REQUIRE(set.truth.monthly_hazard.values[at] == Approx(hazard).epsilon(1e-4));
    const double churn = !annual                                                              ? 1 - std::pow(1 - hazard, 3)
                         : set.signals.renews_on[row] < day::from_ymd(2025, 4, 1).since_epoch ? 1 - std::pow(1 - hazard, 12)
                                                                                              : 0.0;
    REQUIRE(set.truth.churn_90d.values[at] == Approx(churn).epsilon(1e-3));
  }
}

TEST_CASE("acme: true probabilities are calibrated and order what happens") {
  const acme_truth& t = large_set().truth;
  std::vector<std::pair<double, int>> at_risk;
  double expected = 0, variance = 0, seen = 0;
  for (std::size_t row = 0; row < t.account.size(); ++row) {
    if (!t.active[row]) continue;
    const double p = t.churn_90d.values[row];
    expected += p;
    variance += p * (1 - p);
    seen += t.churned_90d.values[row];
    if (p > 0) at_risk.emplace_back(p, t.churned_90d.values[row]);
    REQUIRE((p > 0 || t.churned_90d.values[row] == 0));
  }
  CHECK(std::abs(seen - expected) < 3 * std::sqrt(variance));
  std::sort(at_risk.begin(), at_risk.end());
  double last = -1;
  for (std::size_t decile = 0; decile < 10; ++decile) {
    const std::size_t first = at_risk.size() * decile / 10, end = at_risk.size() * (decile + 1) / 10;
    double churned = 0;
    for (std::size_t i = first; i < end; ++i) churned += at_risk[i].second;
    CAPTURE(decile);
    CHECK(churned / static_cast<double>(end - first) > last);
    last = churned / static_cast<double>(end - first);
  }
  CHECK(last > 0.15);
}

TEST_CASE("acme: what an earlier set foretells for 90 days is what a later one records") {
  const acme_options later{.accounts = 20'000, .usage = usage_detail::latest};
  acme_options earlier = later;
  earlier.as_of = day::from_ymd(2024, 10, 1);
  const acme_tables then = acme(earlier), now = acme(later);
  std::set<std::int64_t> left;  // ends of the core line in the quarter that nothing follows on the same day
  std::set<std::pair<std::int64_t, std::int32_t>> starts;
  const acme_subscriptions& t = now.subscriptions;
  for (std::size_t row = 0; row < t.account.size(); ++row) starts.emplace(t.account[row], t.start[row]);
  for (std::size_t row = 0; row < t.account.size(); ++row) {
    if (t.line[row] == 0 && t.end.present[row] && t.end.values[row] >= earlier.as_of.since_epoch &&
        t.end.values[row] < earlier.as_of.since_epoch + 90 && !starts.contains({t.account[row], t.end.values[row]})) {
      left.insert(t.account[row]);
    }
  }
  for (std::size_t row = 0; row < then.truth.account.size(); ++row) {
    if (then.truth.active[row]) REQUIRE((then.truth.churned_90d.values[row] == 1) == left.contains(then.truth.account[row]));
  }
  CHECK(then.accounts.account.size() < now.accounts.account.size());
}

TEST_CASE("acme: magnitudes are those of a company that sells software") {
  const acme_tables& set = large_set();
  const std::int32_t from = day::from_ymd(2024, 1, 1).since_epoch, to = day::from_ymd(2024, 12, 31).since_epoch;
  std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> mrr;
  const acme_subscriptions& t = set.subscriptions;
  for (std::size_t row = 0; row < t.account.size(); ++row) {
    const auto paid_on = [&](std::int32_t when) {
      return t.start[row] <= when && (!t.end.present[row] || when < t.end.values[row]);
    };
    if (paid_on(from)) mrr[t.account[row]].first += t.mrr_minor[row];
    if (paid_on(to)) mrr[t.account[row]].second += t.mrr_minor[row];
  }
  double opening = 0, closing = 0;
  std::array<double, 3> accounts{}, kept{};
  std::vector<double> sizes;
  for (const auto& [account, pair] : mrr) {
    if (pair.first == 0) continue;
    opening += static_cast<double>(pair.first);
    closing += static_cast<double>(pair.second);
    const std::uint8_t segment = set.accounts.segment[static_cast<std::size_t>(account)];
    accounts[segment] += 1;
    kept[segment] += pair.second > 0 ? 1 : 0;
    sizes.push_back(static_cast<double>(pair.first));
  }
  const auto monthly_churn = [&](std::size_t segment) { return 1 - std::pow(kept[segment] / accounts[segment], 1.0 / 12); };
  CHECK(monthly_churn(0) > 0.015);
  CHECK(monthly_churn(0) < 0.04);
  CHECK(monthly_churn(2) > 0.003);
  CHECK(monthly_churn(2) < 0.008);
  CHECK(closing / opening > 0.95);
  CHECK(closing / opening < 1.15);
  std::sort(sizes.rbegin(), sizes.rend());
  const double top = std::accumulate(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 100), 0.0);
  CHECK(top > 0.2 * opening);  // one percent of the accounts pays more than a fifth
}

TEST_CASE("acme: days that are not quarter starts and ranges outside the set are refused") {
  CHECK_THROWS_AS((void)acme({.first_day = day::from_ymd(2022, 2, 1)}), schema_error);
  CHECK_THROWS_AS((void)acme({.as_of = day::from_ymd(2024, 12, 31)}), schema_error);
  CHECK_THROWS_AS((void)acme({.as_of = day::from_ymd(2025, 4, 1)}), schema_error);
  CHECK_THROWS_AS((void)acme({.as_of = day::from_ymd(2022, 1, 1)}), schema_error);
  CHECK_THROWS_AS((void)acme_chunk({.accounts = 10}, 5, 6), schema_error);
  CHECK_THROWS_AS((void)acme_chunk({.accounts = 10}, -1, 1), schema_error);
  CHECK_THROWS_AS((void)acme({.accounts = -1}), schema_error);
  CHECK_THROWS_AS((void)acme({.accounts = -100'000}), schema_error);
  CHECK(acme({.accounts = 0}) == acme_tables{});
}

TEST_CASE("acme: keys sort as numbers up to a million") {
  CHECK(acme_key(17) == "acme-000017");
  CHECK(acme_key(12'345'678) == "acme-12345678");
}
