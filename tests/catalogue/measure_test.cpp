#include "sojourn/catalogue/measure.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "sojourn/catalogue.hpp"
#include "sojourn/health/evaluation/validation.hpp"
#include "sojourn/revenue/churn.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/surveys/ces.hpp"
#include "sojourn/surveys/csat.hpp"
#include "sojourn/surveys/nps.hpp"
#include "subscription_table.hpp"

using namespace sojourn;

namespace {

bool same(const estimate& a, const estimate& b) {
  const auto alike = [](double x, double y) { return x == y || (x != x && y != y); };
  return alike(a.value, b.value) && alike(a.low, b.low) && alike(a.high, b.high) && a.level == b.level && a.n == b.n &&
         a.method == b.method && a.reason == b.reason;
}

template <class... Source>
std::string refusal(std::string_view name, const Source&... source) {
  try {
    (void)measure(name, source...);
  } catch (const schema_error& e) {
    return e.what();
  }
  return "";
}

ledger some_accounts() {
  test::table t;
  t.add(0, "2023-01-01", "", 100);
  t.add(1, "2023-03-01", "2023-11-15", 250);
  t.add(2, "2023-01-15", "2023-06-01", 80);
  t.add(2, "2023-06-01", "", 60);
  t.add(3, "2023-10-01", "", 40);
  t.add(0, "2023-10-05", "", 30);
  return ledger(t.view(), {.as_of = day::from_ymd(2024, 2, 1)});
}

health::outcome_scores some_outcomes() {
  static const std::vector<double> score{0.1, 0.2, 0.7, 0.4, 0.9, 0.6};
  static const std::vector<std::uint8_t> left{0, 0, 1, 0, 1, 0};
  return health::tally_outcomes(column<double>(score), column<std::uint8_t>(left));
}

score_counts answers(const std::vector<std::int8_t>& given, rating_scale scale) {
  return tally_scores(column<std::int8_t>(given), scale);
}

/// The estimates of the catalogue on one source, without `out`.
std::set<std::string_view> estimates_of(metric_source source, std::initializer_list<std::string_view> out = {}) {
  std::set<std::string_view> names;
  for (const metric& one : metrics()) {
    if (one.source == source && one.result == metric_result::estimate) names.insert(one.name);
  }
  for (const std::string_view name : out) CHECK(names.erase(name) == 1);
  return names;
}

}  // namespace

TEST_CASE("measure: every revenue rate by its name is the number of its function") {
  const ledger book = some_accounts();
  const day_window quarter{day::from_ymd(2023, 10, 1), day::from_ymd(2024, 1, 1)};
  const measure_options options{.level = confidence_level{0.9}, .interval = ratio_interval::linearised};
  const rate_options rates{{}, options.level, options.interval};
  const revenue_period period = tally_spans(book, std::vector<day>{quarter.from, quarter.to}, options.policy).front();
  const retention_state kept = tally_retention(book, quarter.from, quarter.to);
  const std::vector<std::pair<std::string_view, estimate>> wanted{{"arpa", arpa(period, rates)},
                                                                  {"average_sale_price", average_sale_price(period)},
                                                                  {"quick_ratio", quick_ratio(period, rates)},
                                                                  {"nrr", nrr(kept, rates)},
                                                                  {"grr", grr(kept, rates)},
                                                                  {"logo_retention", logo_retention(kept, rates)},
                                                                  {"logo_churn", logo_churn(period, rates)},
                                                                  {"mrr_churn", gross_mrr_churn(period, rates)},
                                                                  {"gross_mrr_churn", gross_mrr_churn(period, rates)},
                                                                  {"net_mrr_churn", net_mrr_churn(period, rates)}};
  // Not of one window alone: they need terms, a margin or a second period.
  std::set<std::string_view> names = estimates_of(
      metric_source::ledger, {"due_logo_churn", "due_mrr_churn", "due_gross_mrr_churn", "ltv", "rate_difference"});
  for (const auto& [name, value] : wanted) {
    CAPTURE(name);
    CHECK(value.defined());
    CHECK(same(measure(name, book, quarter, options), value));
    CHECK(same(measure(name, book, quarter, options, thread_executor(2)), value));
    CHECK(names.erase(name) == 1);
  }
  CHECK(names.empty());
  CHECK(same(measure("Net-Revenue-Retention", book, quarter, options), nrr(kept, rates)));
}

TEST_CASE("measure: surveys, renewals and outcomes by name") {
  const score_counts recommend = answers({10, 9, 3, 8, 10}, {0, 10});
  CHECK(same(measure("nps", recommend), nps(recommend)));
  const score_counts content = answers({5, 4, 2, 5}, {1, 5});
  CHECK(same(measure("csat", content), csat(content).share));
  CHECK(same(measure("csat_mean", content), csat(content).mean));
  const score_counts effort = answers({7, 6, 2}, {1, 7});
  CHECK(same(measure("ces", effort), ces(effort)));
  const response_counts sent{40, 38, 12};
  CHECK(same(measure("response_rate", sent), response_rate(sent)));

  const renewal_state none;
  for (const std::string_view name : estimates_of(metric_source::contracts)) {
    CAPTURE(name);
    CHECK_FALSE(measure(name, none).defined());
  }

  const health::outcome_scores outcomes = some_outcomes();
  const measure_options half{.share = 0.5};
  CHECK(same(measure("capture", outcomes, half), health::capture(outcomes, 0.5)));
  CHECK(same(measure("lift", outcomes, half), health::lift(outcomes, 0.5)));
  CHECK(same(measure("auc", outcomes), health::auc(outcomes)));
  for (const std::string_view name : estimates_of(metric_source::scored_outcomes)) {
    CAPTURE(name);
    CHECK(refusal(name, outcomes).empty());
  }
}

TEST_CASE("measure: a wrong name, a wrong source and a metric that is no single value say so") {
  const score_counts recommend = answers({10, 9, 3}, {0, 10});
  const ledger book = some_accounts();
  const day_window quarter{day::from_ymd(2023, 10, 1), day::from_ymd(2024, 1, 1)};
  CHECK(refusal("npss", recommend) == "no metric \"npss\"; did you mean \"nps\"? the catalogue lists them all");
  CHECK(refusal("nrr", recommend) == "nrr is measured on ledger, not on responses");
  CHECK(refusal("movements", book, quarter) ==
        "movements needs more than this source or is more than one value: call movements");
  CHECK(refusal("ltv", book, quarter) == "ltv needs more than this source or is more than one value: call ltv_of");
}
