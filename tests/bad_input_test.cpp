// What each family says about bad input, as one table: the kind of error, where it points, and that it tells what to do.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "health_fixtures.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/arrow/money.hpp"
#include "sojourn/lifetime/cltv.hpp"
#include "sojourn/lifetime/decay.hpp"
#include "sojourn/lifetime/survival.hpp"
#include "sojourn/revenue.hpp"
#include "sojourn/revenue/renewal.hpp"
#include "sojourn/surveys/nps.hpp"
#include "sojourn/surveys/response_rate.hpp"

using namespace sojourn;
using arrow::any_column;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
using days = std::vector<std::int32_t>;
using codes = std::vector<std::uint32_t>;
using numbers = std::vector<std::int64_t>;

/// A broken cell: `rule` and `advice` are parts of what the error must say.
struct bad_cell {
  const char* what;
  std::function<void()> call;
  const char* column;
  std::size_t row;
  const char* value;
  const char* rule;
  const char* advice;
};

/// A broken shape or option: the message holds all of `parts`.
struct bad_shape {
  const char* what;
  std::function<void()> call;
  std::vector<const char*> parts;
};

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void check_cells(const std::vector<bad_cell>& cases) {
  for (const bad_cell& bad : cases) {
    CAPTURE(bad.what);
    try {
      bad.call();
      FAIL_CHECK("no error");
    } catch (const data_error& e) {
      CAPTURE(std::string(e.what()));
      CHECK(e.column() == bad.column);
      CHECK(e.row() == bad.row);
      CHECK(e.value() == bad.value);
      CHECK(says(e.rule(), bad.rule));
      CHECK(says(e.where().advice, bad.advice));
      for (const std::string& part : {e.column(), e.value(), e.rule(), e.where().advice}) CHECK(says(e.what(), part));
      CHECK(!e.where().advice.empty());
    } catch (const std::exception& e) {
      FAIL_CHECK("another error: " << e.what());
    }
  }
}

template <class Error>
void check_shapes(const std::vector<bad_shape>& cases) {
  for (const bad_shape& bad : cases) {
    CAPTURE(bad.what);
    try {
      bad.call();
      FAIL_CHECK("no error");
    } catch (const Error& e) {
      for (const char* part : bad.parts) CHECK_MESSAGE(says(e.what(), part), std::string(e.what()));
    } catch (const std::exception& e) {
      FAIL_CHECK("another error: " << e.what());
    }
  }
}

void check_schema(const std::vector<bad_shape>& cases) {
  check_shapes<schema_error>(cases);
}
void check_overflow(const std::vector<bad_shape>& cases) {
  check_shapes<overflow_error>(cases);
}

void answers(std::vector<std::int32_t> score, rating_scale scale = {0, 10}) {
  (void)tally_scores(column<std::int32_t>(score, "q1"), scale);
}

void invited(days sent, days answered) {
  (void)tally_responses({column<std::int32_t>(sent, "sent"), column<std::int32_t>(answered, "reply")});
}

/// One row a vector entry; the columns are named as the caller has them.
struct rows {
  codes account{0, 1};
  days start{19'000, 19'000};
  days end{19'100, 19'100};
  numbers amount{100, 200};

  void operator()() const {
    (void)ledger({column<std::uint32_t>(account, "customer"), column<std::int32_t>(start, "from"),
                  column<std::int32_t>(end, "until"), column<std::int64_t>(amount, "cents")},
                 {.as_of = day{19'200}});
  }
};

struct terms {
  codes account{0, 1};
  days end{19'500, 19'500};
  numbers value{1'000, 1'000};
  days renewed_on{19'500, 19'500};
  numbers renewed_value{1'000, 1'000};
  renewal_window window{day{19'400}, day{19'600}};
  std::int32_t grace_days = 30;

  void operator()() const {
    (void)tally_renewals({column<std::uint32_t>(account, "customer"), column<std::int32_t>(end, "expires"),
                          column<std::int64_t>(value, "acv"), column<std::int32_t>(renewed_on, "renewed"),
                          column<std::int64_t>(renewed_value, "new_acv")},
                         window, {.grace_days = grace_days});
  }
};

struct lives {
  days time{3, 4};
  std::vector<std::uint8_t> event{1, 0};
  days entry{};
  numbers weight{};
  numbers count{};

  [[nodiscard]] survival_state tally() const {
    lifetimes table{column<std::int32_t>(time, "age"), column<std::uint8_t>(event, "left")};
    if (!entry.empty()) table.entry = column<std::int32_t>(entry, "seen_from");
    if (!weight.empty()) table.weight = column<std::int64_t>(weight, "cents");
    if (!count.empty()) table.count = column<std::int64_t>(count, "heads");
    return tally_survival(table);
  }
  void operator()() const { (void)tally(); }
};

void cohort(days age, numbers survivors) {
  (void)tally_decay(column<std::int32_t>(age, "month"), column<std::int64_t>(survivors, "left"));
}

estimate worth(double arpa, double churn, double margin = 0.8, cltv_options options = {}) {
  return cltv(arpa, contribution_margin{margin}, churn, payment_timing::new_customer_pays_now, options);
}

}  // namespace

TEST_CASE("bad input: surveys") {
  check_cells({
      {"a score of 11", [] { answers({9, 11}); }, "q1", 1, "11", "0-10 scale", "declare it as blank"},
      {"a negative score", [] { answers({-1}, {1, 5}); }, "q1", 0, "-1", "1-5 scale", "declare it as blank"},
      {"answered before sent", [] { invited({19'000}, {18'999}); }, "reply", 0, "2022-01-07",
       "before it was sent on 2022-01-08", "correct one of the two"},
      {"NaN weight",
       [] {
         const std::vector<std::int32_t> score{9, 9};
         const std::vector<double> weight{1, not_a_number};
         (void)tally_weighted_scores(
             responses{.score = column<std::int32_t>(score, "q1"), .weight = column<double>(weight, "w")}, {0, 10});
       },
       "w", 1, "nan", "0.000001 and 1000000", "give weight 0"},
      {"half a score", [] { (void)arrow::as_int32(any_column::from(std::vector<double>{9, 9.5}), "q1"); }, "q1", 1, "9.5",
       "whole number", "round or scale"},
  });
  check_schema({
      {"wrong dtype",
       [] { (void)arrow::as_int32(any_column::from(std::vector<std::string>{"nine"}), "q1"); },
       {"\"q1\" holds text", "accepted: integers"}},
      {"lengths that differ",
       [] { invited({19'000, 19'001}, {19'002}); },
       {"\"sent\" (2 rows)", "\"reply\" (1 rows)", "equal lengths"}},
      {"a scale upside down", [] { (void)rating_scale(10, 0); }, {"low must be below high"}},
  });
  check_overflow({{"more than 2^63 answers",
                   [] {
                     score_counts many = score_counts::of({0, 1}, numbers{most, 0});
                     many += many;
                   },
                   {"survey answers"}}});
  const score_counts empty = tally_scores(column<std::int32_t>(), {0, 10});
  CHECK(empty == score_counts{});
  CHECK(nps(empty).reason == undefined_reason::no_observations);
  CHECK(response_rate(invitations{}).reason == undefined_reason::no_observations);
}

TEST_CASE("bad input: ledger") {
  check_cells({
      {"end before start", rows{.end = {19'100, 18'999}}, "until", 1, "2022-01-07", "does not end before its start",
       "it starts on 2022-01-08; correct one"},
      {"an unknown account", rows{.account = {0, 7}}, "customer", 1, "7", "below 2", "account_index"},
      {"negative money", rows{.amount = {-1, 2}}, "cents", 0, "-1", "never negative", "credits and refunds"},
      {"money beyond the range", rows{.amount = {1, most}}, "cents", 1, "9223372036854775807", "below 5.5e13",
       "unit of the column"},
      {"a date beyond the calendar", rows{.start = {1'700'000'000, 0}}, "from", 0, "1700000000 days since 1970",
       "1900-01-01 .. 2199-12-31", "unit of the column"},
      {"a fraction of a cent",
       [] { (void)arrow::as_money(any_column::decimals({100, 1'255}, 3), "price", {"major", {"USD", 2}, {}}); }, "price", 1,
       "1.255", "more places than the currency (USD: 2)", "round it first"},
      {"a fraction of a cent below 0",
       [] { (void)arrow::as_money(any_column::decimals({-5}, 3), "price", {"major", {"USD", 2}, {}}); }, "price", 0,
       "-0.005", "more places", "round it first"},
      {"cents with a fraction", [] { (void)arrow::as_minor(any_column::decimals({1'999}, 2), "price"); }, "price", 0,
       "19.99", "not a whole number of minor units", "say amounts=\"major\""},
      {"no account",
       [] {
         account_index index;
         (void)arrow::as_accounts(any_column::missing(1), index, "customer");
       },
       "customer", 0, "missing", "no account", "name it"},
  });
  check_schema({
      {"NaN money",
       [] { (void)arrow::as_minor(any_column::from(std::vector<double>{not_a_number}), "price", 2); },
       {"\"price\" holds float64", "use the dtype \"Int64\""}},
      {"wrong dtype",
       [] { (void)arrow::as_day(any_column::from(std::vector<double>{1.5}), "from"); },
       {"\"from\" holds float64", "accepted:"}},
      {"lengths that differ", rows{.amount = {1}}, {"\"customer\" (2 rows)", "\"cents\" (1 rows)", "equal lengths"}},
  });
  check_overflow({{"an account beyond the range",
                   rows{.account = {0, 0}, .amount = {50'000'000'000'000, 50'000'000'000'000}},
                   {"passes 5.5e13 minor units a month on 2022-01-08"}}});
  const ledger nobody(subscriptions{});
  CHECK(nobody.accounts() == 0);
  CHECK(nrr(tally_retention(nobody, day{19'000}, day{19'365})).reason == undefined_reason::no_observations);
}

TEST_CASE("bad input: renewals") {
  check_cells({
      {"no value", terms{.value = {1'000, 0}}, "acv", 1, "0", "1 .. 5.5e13", "leave free contracts out"},
      {"value beyond the range", terms{.value = {most, 1}}, "acv", 0, "9223372036854775807", "1 .. 5.5e13",
       "unit of the column"},
      {"negative renewal", terms{.renewed_value = {5, -5}}, "new_acv", 1, "-5", "0 .. 5.5e13", "value a year"},
      {"a date beyond the calendar", terms{.end = {19'500, 99'999'999}}, "expires", 1, "99999999", "1900-01-01",
       "the last day of the term"},
      {"renewed beyond the calendar", terms{.renewed_on = {-99'999, 0}}, "renewed", 0, "-99999", "1900-01-01",
       "unit of the column"},
  });
  check_schema({
      {"lengths that differ", terms{.value = {1'000}}, {"\"customer\" (2 rows)", "\"acv\" (1 rows)", "equal lengths"}},
      {"end before start of the window", terms{.window = {day{19'600}, day{19'400}}}, {"2023-08-31", "2023-02-12", "empty"}},
      {"negative grace", terms{.grace_days = -1}, {"grace_days", "never negative"}},
  });
  CHECK(logo_renewal(tally_renewals({}, {day{0}, day{1}})).reason == undefined_reason::no_observations);
}

TEST_CASE("bad input: survival") {
  check_cells({
      {"a negative age", lives{.time = {3, -4}}, "age", 1, "-4", "0 or more", "from the start of the account"},
      {"an event of 2", lives{.event = {2, 0}}, "left", 0, "2", "0 (still a customer) or 1 (churned)", "0 or 1"},
      {"end before start", lives{.entry = {0, 5}}, "seen_from", 1, "5", "before time (4)", "age at exit"},
      {"a negative weight", lives{.weight = {1, -1}}, "cents", 1, "-1", "0 or more", "leave it missing"},
      {"a negative count", lives{.count = {-2, 1}}, "heads", 0, "-2", "0 or more", "count the accounts"},
  });
  check_schema(
      {{"lengths that differ", lives{.event = {1}}, {"\"age\" (2 rows)", "\"left\" (1 rows)", "equal lengths"}},
       {"a horizon of 0", [] { (void)restricted_mean(lives{}.tally(), 0); }, {"horizon", "after the age"}},
       {"a share of 50", [] { (void)survival_quantile(kaplan_meier(lives{}.tally()), 50); }, {"between 0 and 1", "0.5"}}});
  check_overflow(
      {{"more than 2^63 accounts of one age", lives{.time = {3, 3}, .event = {1, 1}, .count = {most, most}}, {"survival"}},
       {"weights squared beyond 128 bits", lives{.weight = {1, most}, .count = {1, most}}, {"row 1", "128 bits"}}});
  const survival_curve nobody = kaplan_meier(lives{.time = {}, .event = {}}.tally());
  CHECK(nobody.time.empty());
  CHECK(survival_at(nobody, 1).reason == undefined_reason::no_observations);
  CHECK(survival_quantile(nobody).reason == undefined_reason::no_observations);
}

TEST_CASE("bad input: decay") {
  check_cells({
      {"survivors that grow", [] { cohort({0, 1}, {10, 11}); }, "left", 1, "11", "never grow", "left at each age"},
      {"a negative count", [] { cohort({0, 1}, {10, -1}); }, "left", 1, "-1", "0 or more", "left at each age"},
      {"an age left out", [] { cohort({0, 2}, {10, 9}); }, "month", 1, "2", "without a gap", "size of the cohort at age 0"},
  });
  check_schema(
      {{"lengths that differ", [] { cohort({0, 1}, {10}); }, {"\"month\" (2 rows)", "\"left\" (1 rows)", "equal lengths"}},
       {"an empty table", [] { cohort({}, {}); }, {"\"month\" is empty", "its size at age 0"}},
       {"renewals before the start", [] { (void)survival(geometric{0.1}, -1); }, {"renewals", "from 0"}}});
  check_overflow({{"more than 2^63 accounts",
                   [] {
                     decay_state many{{{most, 1}}};
                     many += many;
                   },
                   {"64 bits"}}});
  CHECK(fit_decay(decay_state{}).status == fit_status::refused);
}

TEST_CASE("bad input: health") {
  namespace h = sojourn::health;
  using health_test::only;
  using health_test::table;
  h::scorecard_spec strict = only(h::ramp{0, 10});
  strict.signals[0].valid = h::valid_range{0, 10, h::invalid_policy::error};
  const auto score = [](const h::scorecard_spec& spec, table t) { return h::score(h::compile(spec), t.view()); };
  check_cells({{"a value beyond its declared range", [&] { (void)score(strict, {{"x"}, {{5, 11}}}); }, "x", 1, "11",
                "between 0 and 10", "correct the value"}});
  check_schema({
      {"a column that is not there", [&] { (void)score(strict, {{"y"}, {{5}}}); }, {"\"x\"", "there are: y"}},
      {"lengths that differ",
       [&] {
         auto two = health_test::card({health_test::signal("x"), health_test::signal("y")},
                                      {health_test::leaf(1, "x"), health_test::leaf(1, "y")});
         (void)score(two, {{"x", "y"}, {{1, 2}, {1}}});
       },
       {"\"y\" has 1 rows", "\"x\" has 2", "equal lengths"}},
      {"a card without a tree", [] { (void)h::compile(h::scorecard_spec{}); }, {"the scorecard has errors"}},
  });
  CHECK(score(strict, {{"x"}, {{}}}).size() == 0);
  CHECK(score(strict, {{"x"}, {{not_a_number}}}).counters[0].missing == 1);
}

TEST_CASE("bad input: mrr_from_price") {
  check_cells({
      {"a negative price", [] { (void)mrr_from_price({.amount_minor = -5}); }, "amount_minor", problem::no_row, "-5",
       "never negative", "discount"},
      {"a term of 0", [] { (void)mrr_from_price({.amount_minor = 5, .every = 0}); }, "every", problem::no_row, "0",
       "at least 1", "once a quarter"},
      {"a negative quantity", [] { (void)mrr_from_price({.amount_minor = 5, .quantity = -2}); }, "quantity", problem::no_row,
       "-2", "never negative", "as 0"},
      {"a discount of 150 %", [] { (void)mrr_from_price({.amount_minor = 5}, {.basis_points = 15'000}); }, "discount",
       problem::no_row, "15000", "0 .. 10000", "5000 means 50 %"},
  });
  check_overflow({{"amount x quantity",
                   [] { (void)mrr_from_price({.amount_minor = most, .quantity = 2}); },
                   {"amount x quantity leaves 64 bits"}},
                  {"an MRR beyond the range", [] { (void)mrr_from_price({.amount_minor = most}); }, {"5.5e13"}}});
}

TEST_CASE("bad input: cltv") {
  check_schema({
      {"NaN money", [] { (void)worth(not_a_number, 0.03); }, {"arpa is nan", "finite"}},
      {"churn in percent", [] { (void)worth(100, 3); }, {"churn is 3", "[0, 1]", "3 % is 0.03"}},
      {"NaN churn", [] { (void)worth(100, not_a_number); }, {"churn is nan", "[0, 1]"}},
      {"a margin in percent", [] { (void)worth(100, 0.03, 80); }, {"margin", "for example 0.8"}},
      {"a negative discount rate",
       [] { (void)worth(100, 0.03, 0.8, {.discount_rate = -0.1}); },
       {"discount rate is -0.1", "0 or more", "0.01 a month"}},
      {"an infinite cost",
       [] { (void)worth(100, 0.03, 0.8, {.acquisition_cost = HUGE_VAL}); },
       {"acquisition cost is inf", "finite"}},
      {"a negative cap", [] { (void)worth(100, 0.03, 0.8, {.cap_periods = -1}); }, {"cap is -1", "0 or more"}},
  });
  CHECK(worth(100, 0).reason == undefined_reason::zero_loss);
}
