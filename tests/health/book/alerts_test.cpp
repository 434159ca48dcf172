// Each rule alone, then what keeps the list short: memory, cooldown, budget, outages. A slow reference replays the memory.
#include "sojourn/health/book/alerts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

using namespace sojourn;
using namespace sojourn::health;
using doctest::Approx;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
const day today = day::from_ymd(2024, 12, 31);

/// A book of accounts that nothing is wrong with, to spoil one column at a time.
struct book {
  std::vector<double> score, previous;
  std::vector<tier_code> tier, previous_tier;

  explicit book(std::size_t rows, double points = 80, tier_code in = 2)
      : score(rows, points), previous(rows, points), tier(rows, in), previous_tier(rows, in) {}

  [[nodiscard]] alert_input view() const {
    alert_input input;
    input.score = score;
    input.tier = tier;
    input.previous_score = previous;
    input.previous_tier = previous_tier;
    return input;
  }
};

const rule_counts& count(const alert_list& list, alert_rule rule) {
  return list.counts[static_cast<std::size_t>(rule)];
}

std::vector<std::size_t> accounts(const alert_list& list, alert_rule rule) {
  std::vector<std::size_t> rows;
  for (const alert& a : list.alerts) {
    if (a.rule == rule) rows.push_back(a.account);
  }
  return rows;
}

using rows = std::vector<std::size_t>;

}  // namespace

TEST_CASE("alerts: a book without changes has none, and says what was looked at") {
  const book b(3);
  const auto list = find_alerts(b.view(), {.as_of = today});
  CHECK(list.alerts.empty());
  CHECK(list.suppressed() == 0);
  CHECK(count(list, alert_rule::score_drop).looked_at == 3);
  CHECK(count(list, alert_rule::silent).looked_at == 0);  // no column, nobody looked at
  CHECK(find_alerts({}, {.as_of = today}).alerts.empty());
}

TEST_CASE("alerts: tiers and scores; unknown neither fires nor is forgiven") {
  book b(5);
  b.tier = {1, 0, 2, unknown_tier, 1};
  b.previous_tier = {2, 2, 1, 2, no_tier};
  b.score = {70, 69.9, 90, missing, 60};
  b.previous = {80, 80, 60, 80, missing};
  const auto list = find_alerts(b.view(), {.as_of = today});
  CHECK(accounts(list, alert_rule::tier_worsened) == rows{0, 1});
  CHECK(accounts(list, alert_rule::score_drop) == rows{0, 1});  // a drop of exactly 10 counts
  CHECK(count(list, alert_rule::tier_worsened).looked_at == 3);
  CHECK(list.alerts[3].from == 80);
  CHECK(list.alerts[3].to == 69.9);
  CHECK(list.alerts[3].quantity == Approx(10.1));
  CHECK(list.alerts[2].evidence == "fell 2 tiers since the cycle before");
  CHECK(list.alerts[3].evidence == "score fell 10.1 points, from 80 to 69.9");
}

TEST_CASE("alerts: a signal's fall needs a base, the worst speaks for the others") {
  const book b(4);
  const std::vector<double> logins = {4, 2, 1, missing}, before = {10, 4, 10, 10};
  const std::vector<double> files = {1, 9, 9, 9}, files_before = {8, 9, 9, 9};
  const std::vector<double> tickets = {0, 0, 0, 0}, tickets_before = {9, 9, 9, 9};
  alert_input input = b.view();
  using fall = watched_signal::fall;
  input.signals = {{"logins", logins, before, fall::is_worse},
                   {"files", files, files_before, fall::is_worse},
                   {"tickets", tickets, tickets_before}};
  const auto list = find_alerts(input, {.as_of = today});
  CHECK(accounts(list, alert_rule::signal_drop) == rows{0, 2});  // row 1 halved from 4: too small a base
  CHECK(list.alerts[0].signal == "files");
  CHECK(list.alerts[0].quantity == 0.875);
  CHECK(list.alerts[0].evidence == "files fell 87.5 %, from 8 to 1, and 1 more");
  CHECK(list.alerts[1].evidence == "logins fell 90 %, from 10 to 1");
}

TEST_CASE("alerts: a rating that falls says so, from whatever base") {
  const book b(4);
  const std::vector<double> now = {2.9, 1, 4, missing}, before = {4.2, 2, 4.5, 5};
  alert_input input = b.view();
  watched_signal csat{"csat", now, before};
  csat.rating_fall = 1;
  input.signals = {csat};
  const auto list = find_alerts(input, {.as_of = today});
  CHECK(accounts(list, alert_rule::satisfaction_drop) == rows{0, 1});
  CHECK(list.alerts[0].evidence == "CSAT fell from 4.2 to 2.9");
  CHECK(count(list, alert_rule::satisfaction_drop).looked_at == 3);
  input.signals[0].rating_fall = 0;
  CHECK_THROWS_AS((void)find_alerts(input, {.as_of = today}), schema_error);
}

TEST_CASE("alerts: one per account, with all its reasons, and the budget counts accounts") {
  book b(3);
  b.score = {60, 80, 40};
  b.tier = {1, 2, 0};
  const std::vector<std::uint8_t> left = {1, 0, 0};
  const std::vector<std::int64_t> value = {10, 20, 30};
  alert_input input = b.view();
  input.sponsor_left = left;
  input.value = value;
  const auto list = find_alerts(input, {.as_of = today});
  REQUIRE(list.accounts.size() == 2);
  CHECK(list.accounts[0].account == 0);  // critical before valuable
  CHECK(list.accounts[0].severity == alert_severity::critical);
  CHECK(list.accounts[0].reasons.size() == 3);
  CHECK(list.accounts[0].evidence ==
        "the sponsor left; fell 1 tier since the cycle before; score fell 20 points, from 80 to 60");
  CHECK(list.accounts[1].reasons.size() == 2);
  const auto one = find_alerts(input, {.as_of = today, .budget = 1});
  REQUIRE(one.accounts.size() == 1);
  CHECK(one.alerts.size() == 3);
  CHECK(one.suppressed() == 2);
}

TEST_CASE("alerts: consecutive falls end at a rise, a tie or a gap") {
  book b(6, 50);
  const std::vector<double> first = {80, 80, 80, 80, 40, 80}, second = {70, 60, missing, 70, 70, 70},
                            third = {60, 60, 60, 60, 60, missing};
  alert_input input = b.view();
  input.history = {first, second, third};
  const auto list = find_alerts(input, {.as_of = today});
  CHECK(accounts(list, alert_rule::falling) == rows{0, 3});
  CHECK(list.alerts[0].evidence == "score fell 3 cycles in a row, from 80 to 50");
  CHECK(count(list, alert_rule::falling).looked_at == 5);
}

TEST_CASE("alerts: silence under contract, unused features, sponsors, renewals") {
  book b(4);
  b.tier = {0, 0, 1, unknown_tier};
  b.previous_tier = b.tier;
  const auto ago = [](int days) { return today.since_epoch - days; };
  const std::vector<std::int32_t> active = {ago(30), ago(29), ago(400), 0}, renews = {ago(-90), ago(-91), ago(-5), ago(-5)};
  const std::vector<std::uint8_t> contract = {1, 1, 0, 1}, left = {0, 1, 0, 1}, seen = {0b0111};
  const std::vector<std::int32_t> reports = {ago(61), ago(10), ago(99), ago(1)},
                                  exports = {ago(3), ago(3), ago(120), ago(60)};
  alert_input input = b.view();
  input.last_active = {active, seen.data()};
  input.under_contract = contract;
  input.sponsor_left = left;
  input.renews_on = renews;
  input.features = {{"reports", reports}, {"exports", exports}};
  const auto list = find_alerts(input, {.as_of = today});
  CHECK(accounts(list, alert_rule::silent) == rows{0});
  CHECK(accounts(list, alert_rule::feature_unused) == rows{0, 2, 3});
  CHECK(accounts(list, alert_rule::sponsor_left) == rows{1, 3});
  CHECK(accounts(list, alert_rule::renewal_at_risk) == rows{0});
  std::map<std::pair<alert_rule, std::size_t>, std::string> said;
  for (const alert& a : list.alerts) said[{a.rule, a.account}] = a.evidence;
  CHECK(said[{alert_rule::silent, 0}] == "no activity for 30 days, since 2024-12-01");
  CHECK(said[{alert_rule::feature_unused, 2}] == "exports not used for 120 days, since 2024-09-02, and 1 more");
  CHECK(said[{alert_rule::renewal_at_risk, 0}] == "renews in 90 days, and the tier is low");
  CHECK(list.alerts[0].severity == alert_severity::critical);  // critical first
}

TEST_CASE("alerts: coverage, staleness, watermelons") {
  book b(5);
  b.tier = {2, 1, 2, 2, 2};
  b.previous_tier = b.tier;
  const std::vector<double> coverage = {0.5, 0.8, 0, 1, 1}, before = {1, 1, missing, 1, 1}, stale = {0.6, 0, 0, 0, missing};
  const std::vector<double> measured = {90, 90, 90, 90, missing}, felt = {80, 80, 50, 80, 10};
  const std::vector<std::uint8_t> red = {1, 1, 0, 0, 0};
  alert_input input = b.view();
  input.coverage = coverage;
  input.previous_coverage = before;
  input.stale_share = stale;
  input.objective = measured;
  input.subjective = felt;
  input.critical_red = red;
  const auto list = find_alerts(input, {.as_of = today});
  CHECK(accounts(list, alert_rule::coverage_drop) == rows{0, 2});
  CHECK(accounts(list, alert_rule::stale) == rows{0});
  CHECK(accounts(list, alert_rule::watermelon) == rows{0, 2});  // row 1 has the red signal but is not green
  std::map<std::size_t, std::string> said;
  for (const alert& a : list.alerts) {
    if (a.rule == alert_rule::watermelon) said[a.account] = a.evidence;
  }
  CHECK(said[0] == "green, but a critical signal is red");
  CHECK(said[2] == "what is measured scores 90, what the customer says 50");
}

TEST_CASE("alerts: an outage is one alert of the book, not one a customer") {
  const std::size_t n = 100;
  const book b(n);
  std::vector<double> logins(n, 9), before(n, 10), coverage(n, 1.0), full(n, 1.0);
  for (std::size_t i = 0; i < 40; ++i) logins[i] = missing, coverage[i] = 0.5;
  logins[50] = 1;      // a fall seen through an ill feed
  coverage[60] = 0.5;  // lost something else
  alert_input input = b.view();
  input.signals = {{"logins", logins, before, watched_signal::fall::is_worse}};
  input.coverage = coverage;
  input.previous_coverage = full;
  const auto list = find_alerts(input, {.as_of = today});
  REQUIRE(list.alerts.size() == 2);
  CHECK(list.alerts[0].rule == alert_rule::data_outage);
  CHECK(list.alerts[0].account == alert::whole_book);
  CHECK(list.alerts[0].evidence == "logins is missing for 40 of 100 accounts that had it in the cycle before");
  CHECK(list.alerts[1].account == 60);
  CHECK(count(list, alert_rule::coverage_drop).outage == 40);
  CHECK(count(list, alert_rule::signal_drop).outage == 1);
  CHECK(list.suppressed() == 41);
  CHECK(count(find_alerts(input, {.as_of = today, .outage_accounts = 100}), alert_rule::data_outage).raised == 1);
  CHECK(count(find_alerts(input, {.as_of = today, .outage_accounts = 101}), alert_rule::data_outage).raised == 0);
  for (std::size_t i = 0; i < 20; ++i) logins[i] = 9;  // 20 of 100 is below the threshold
  CHECK(count(find_alerts(input, {.as_of = today}), alert_rule::data_outage).raised == 0);
}

TEST_CASE("alerts: said once, until it is over by the margin, and then not within the cooldown") {
  book b(1);
  std::vector<alert_memory> memory;
  const auto cycle = [&](int days, double points) {
    b.score[0] = points;
    const auto list = find_alerts(b.view(), {.as_of = day{today.since_epoch + days}}, memory);
    memory = list.memory;
    return count(list, alert_rule::score_drop);
  };
  CHECK(cycle(0, 65).raised == 1);
  CHECK(cycle(7, 60).repeated == 1);
  CHECK(cycle(60, 60).repeated == 1);  // still not over: time alone does not re-arm
  CHECK(cycle(61, 72).fired == 0);     // down by 8: below the threshold, above the margin
  CHECK(cycle(62, 65).repeated == 1);
  CHECK(cycle(63, 75).fired == 0);  // down by 5: over
  CHECK(memory.empty());
  CHECK(cycle(64, 65).raised == 1);
  CHECK(cycle(65, 80).fired == 0);
  CHECK(memory.size() == 1);  // over, and cooling
  CHECK(cycle(70, 65).cooling == 1);
  CHECK(cycle(92, 65).raised == 1);  // 28 days after day 64
  b.previous[0] = missing;
  CHECK(cycle(93, 65).looked_at == 0);
  CHECK(memory.size() == 1);  // not known is not over
}

TEST_CASE("alerts: a budget an owner, the important first, the rest counted and free to come up again") {
  book b(6, 60);
  b.previous.assign(6, 80);
  const std::vector<std::uint32_t> owner = {0, 0, 0, 1, 1, 7};
  const std::vector<std::uint8_t> owned = {0b011111};
  const std::vector<std::int64_t> value = {10, 30, 20, 5, 5, 1};
  alert_input input = b.view();
  input.owner = {owner, owned.data()};
  input.value = value;
  const auto list = find_alerts(input, {.as_of = today, .budget = 1});
  CHECK(accounts(list, alert_rule::score_drop) == rows{1, 3, 5});  // ties by row; nobody's account has a budget too
  CHECK(count(list, alert_rule::score_drop).over_budget == 3);
  CHECK(list.suppressed() == 3);
  CHECK(list.memory.size() == 3);
  const auto next = find_alerts(input, {.as_of = today, .budget = 1}, list.memory);
  CHECK(accounts(next, alert_rule::score_drop) == rows{2, 4});
  CHECK(count(next, alert_rule::score_drop).repeated == 3);
  const auto none = find_alerts(input, {.as_of = today, .budget = 0});
  CHECK(none.alerts.empty());
  CHECK(none.memory.empty());
  CHECK(none.suppressed() == 6);
}

TEST_CASE("alerts: over thirty random cycles the memory equals a replay account by account") {
  std::mt19937_64 random(4);
  const std::size_t n = 50;
  book b(n);
  std::vector<alert_memory> memory;
  struct past {
    bool said = false, over = false;
    int on = 0;
  };
  std::vector<past> replay(n);
  for (int cycle = 0; cycle < 30; ++cycle) {
    const int date = cycle * 9;
    for (double& s : b.score) s = random() % 6 == 0 ? missing : 60 + static_cast<double>(random() % 21);
    const auto list = find_alerts(b.view(), {.as_of = day{today.since_epoch + date}, .budget = 1000}, memory);
    memory = list.memory;
    rows expected;
    for (std::size_t i = 0; i < n; ++i) {
      past& p = replay[i];
      const double drop = 80 - b.score[i];
      if (std::isnan(drop)) continue;
      if (drop <= 5 && p.said) p.over = true;
      if (drop >= 10 && (!p.said || (p.over && date - p.on >= 28))) {
        expected.push_back(i);
        p = {true, false, date};
      }
      if (p.over && date - p.on >= 28) p.said = false;
    }
    REQUIRE(accounts(list, alert_rule::score_drop) == expected);
    const rule_counts& c = count(list, alert_rule::score_drop);
    REQUIRE(c.fired == c.raised + c.repeated + c.cooling + c.over_budget + c.outage + c.unproven);
  }
}

TEST_CASE("alerts: a rule can be turned off; bad input is named") {
  book b(2, 60);
  b.previous = {80, 80};
  alert_options off{.as_of = today};
  off.thresholds[static_cast<std::size_t>(alert_rule::score_drop)].at = missing;
  CHECK(find_alerts(b.view(), off).alerts.empty());

  alert_input input = b.view();
  const std::vector<double> one = {1};
  input.coverage = one;
  CHECK_THROWS_AS((void)find_alerts(input, {.as_of = today}), schema_error);
  input = b.view();
  const std::vector<std::int32_t> tomorrow = {0, today.since_epoch + 1};
  input.last_active = tomorrow;
  CHECK_THROWS_AS((void)find_alerts(input, {.as_of = today}), data_error);
  CHECK_THROWS_AS((void)find_alerts(b.view(), {.as_of = today, .cooldown_days = -1}), schema_error);
  const std::vector<alert_memory> outside = {{2, alert_rule::silent, today, {}}},
                                  twice(2, {1, alert_rule::silent, today, {}});
  CHECK_THROWS_AS((void)find_alerts(b.view(), {.as_of = today}, outside), data_error);
  CHECK_THROWS_AS((void)find_alerts(b.view(), {.as_of = today}, twice), data_error);
  const std::vector<alert_memory> later = {{1, alert_rule::silent, day{today.since_epoch + 1}, {}}};
  CHECK_THROWS_AS((void)find_alerts(b.view(), {.as_of = today}, later), data_error);
}

namespace {

/// Ten earlier cycles of every account, as spans.
struct past {
  std::vector<std::vector<double>> cycles;
  explicit past(const std::vector<std::vector<double>>& accounts) : cycles(accounts[0].size()) {
    for (std::size_t t = 0; t < cycles.size(); ++t) {
      for (const auto& account : accounts) cycles[t].push_back(account[t]);
    }
  }
  [[nodiscard]] std::vector<std::span<const double>> view() const { return {cycles.begin(), cycles.end()}; }
};

std::string said(const alert_list& list, alert_rule rule) {
  for (const alert& a : list.alerts) {
    if (a.rule == rule) return a.evidence;
  }
  return "";
}

alert_options only_rule(alert_rule rule, double threshold) {
  alert_options options{.as_of = today, .budget = 100000};
  for (auto& t : options.thresholds) t.at = missing;
  options.thresholds[static_cast<std::size_t>(rule)] = {threshold, 0, alert_severity::info};
  return options;
}

}  // namespace

TEST_CASE("alerts: an account against its own past by EWMA, CUSUM and robust z") {
  const std::vector<double> steady = {78, 82, 79, 81, 80, 78, 82, 80}, sinking = {82, 82, 82, 82, 78, 78, 78, 78};
  const std::vector<double> same(8, 80.0), gappy = {78, 82, missing, 81, 80, 78, 82, 80};
  book b(5);
  b.score = {70, 76, 10, 60, missing};
  const past before({steady, sinking, same, gappy, steady});
  alert_input input = b.view();
  input.history = before.view();
  // By the definition, one account at a time.
  const auto mean = [](const std::vector<double>& x) {
    double sum = 0;
    for (double v : x) sum += v;
    return sum / static_cast<double>(x.size());
  };
  const auto deviation = [&](const std::vector<double>& x) {
    double sum = 0;
    for (double v : x) sum += (v - mean(x)) * (v - mean(x));
    return std::sqrt(sum / static_cast<double>(x.size() - 1));
  };
  const auto quantity = [&](alert_rule rule, std::size_t row) {
    const auto list = find_alerts(input, only_rule(rule, -1000));
    for (const alert& a : list.alerts)
      if (a.account == row) return a.quantity;
    return missing;
  };
  for (const std::size_t row : {0u, 1u}) {
    const auto& x = row == 0 ? steady : sinking;
    const double m = mean(x), s = deviation(x);
    double z = m, fall = 0;
    std::vector<double> all = x;
    all.push_back(b.score[row]);
    for (const double v : all) z = 0.3 * v + 0.7 * z, fall = std::max(0.0, fall + m - 0.5 * s - v);
    const double error = s * std::sqrt(0.3 / 1.7 * (1 - std::pow(0.7, 18)));
    CHECK(quantity(alert_rule::ewma_fall, row) == Approx((m - z) / error));
    CHECK(quantity(alert_rule::cusum_fall, row) == Approx(fall / s));
  }
  CHECK(quantity(alert_rule::unusual_fall, 0) == Approx(0.6745 * (80 - 70) / 1.5));  // median 80, deviations 0 0 1 1 2 2 2 2
  CHECK(std::isnan(quantity(alert_rule::ewma_fall, 2)));  // without spread nothing is unusual or usual
  CHECK(std::isnan(quantity(alert_rule::ewma_fall, 3)));  // seven earlier scores are too few
  CHECK(std::isnan(quantity(alert_rule::unusual_fall, 4)));
  alert_options fewer = only_rule(alert_rule::unusual_fall, 3.5);
  fewer.own_history.minimum = 7;
  CHECK(accounts(find_alerts(input, fewer), alert_rule::unusual_fall) == rows{0, 3});
  CHECK(said(find_alerts(input, fewer), alert_rule::unusual_fall) ==
        "a score of 70 is unusually low for this account, whose usual is 80");
  // The default thresholds: ten points below a history this steady are all three.
  const auto list = find_alerts(input, {.as_of = today});
  CHECK(said(list, alert_rule::ewma_fall).find("the score has drifted down from its usual ") != std::string::npos);
  CHECK(said(list, alert_rule::cusum_fall).find("the score has stayed below its usual ") != std::string::npos);
  CHECK(count(list, alert_rule::ewma_fall).looked_at == 2);
}

TEST_CASE("alerts: after a cycle without a score a chart carries on or starts again") {
  book b(1);
  b.score = {74};
  const past before({{82, 78, 82, 78, 82, 78, 76, 76, 76, missing}});
  alert_input input = b.view();
  input.history = before.view();
  const auto quantity = [&](alert_rule rule, chart_gap gap) {
    alert_options options = only_rule(rule, -1000);
    options.own_history.gap = gap;
    return find_alerts(input, options).alerts[0].quantity;
  };
  const std::vector<double> x = {82, 78, 82, 78, 82, 78, 76, 76, 76};
  double m = 0, s = 0, fall = 0;
  for (const double v : x) m += v / 9;
  for (const double v : x) s += (v - m) * (v - m) / 8;
  s = std::sqrt(s);
  for (const double v : x) fall = std::max(0.0, fall + m - 0.5 * s - v);
  CHECK(quantity(alert_rule::cusum_fall, chart_gap::carry_on) == Approx((fall + m - 0.5 * s - 74) / s));
  CHECK(quantity(alert_rule::cusum_fall, chart_gap::restart) == Approx((m - 0.5 * s - 74) / s));
  CHECK(quantity(alert_rule::ewma_fall, chart_gap::restart) == Approx((m - 74) / s));  // one point since: its own error
  CHECK(quantity(alert_rule::ewma_fall, chart_gap::carry_on) > quantity(alert_rule::ewma_fall, chart_gap::restart));
}

TEST_CASE("alerts: over a large book Benjamini and Hochberg keep the false ones to a share") {
  std::mt19937_64 random(8);
  std::normal_distribution<double> usual(70, 3);
  const std::size_t n = 3000, ill = 40;
  book b(n);
  std::vector<std::vector<double>> history(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (int t = 0; t < 200; ++t) history[i].push_back(usual(random));
    b.score[i] = i < ill ? 50 : usual(random);
  }
  const past before(history);  // long enough for the p-values of a robust z to be nearly normal
  alert_input input = b.view();
  input.history = before.view();
  auto options = only_rule(alert_rule::unusual_fall, 2);
  const auto alone = find_alerts(input, options);
  options.false_discovery = 0.1;
  const auto kept = find_alerts(input, options);
  const auto false_ones = [&](const alert_list& list) {
    const auto found = accounts(list, alert_rule::unusual_fall);
    return std::count_if(found.begin(), found.end(), [&](std::size_t row) { return row >= ill; });
  };
  CHECK(false_ones(alone) > 50);
  CHECK(false_ones(kept) < 15);
  CHECK(accounts(kept, alert_rule::unusual_fall).size() >= ill);
  const rule_counts& c = count(kept, alert_rule::unusual_fall);
  CHECK(c.fired == count(alone, alert_rule::unusual_fall).fired);
  CHECK(c.unproven == c.fired - c.raised);
  CHECK(kept.suppressed() == c.unproven);
  // The step-up rule itself, by its definition.
  std::vector<std::pair<double, std::size_t>> p;
  const auto everybody = find_alerts(input, only_rule(alert_rule::unusual_fall, -1e9));
  for (const alert& a : everybody.alerts) {
    p.push_back({0.5 * std::erfc(a.quantity / std::sqrt(2.0)), a.account});
  }
  std::sort(p.begin(), p.end());
  std::size_t last = 0;
  for (std::size_t k = 0; k < p.size(); ++k)
    if (p[k].first <= 0.1 * static_cast<double>(k + 1) / static_cast<double>(p.size())) last = k + 1;
  rows expected;
  for (std::size_t k = 0; k < last; ++k) expected.push_back(p[k].second);
  std::sort(expected.begin(), expected.end());
  auto raised = accounts(kept, alert_rule::unusual_fall);
  std::sort(raised.begin(), raised.end());
  CHECK(p.size() == n);
  CHECK(p[0].first < 1e-6);
  CHECK(raised == expected);
  CHECK_THROWS_AS((void)find_alerts(input, {.as_of = today, .false_discovery = 2}), schema_error);
  alert_options few{.as_of = today};
  few.own_history.minimum = 1;
  CHECK_THROWS_AS((void)find_alerts(input, few), schema_error);
}
