// Traps of public bug reports whose rule holds in several rooms: each with its right answer. The others stand beside the
// functions they are about.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "health_fixtures.hpp"
#include "sojourn/arrow/answers.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/arrow/money.hpp"
#include "sojourn/arrow/one_row_each.hpp"
#include "sojourn/arrow/table.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/input/account_numbers.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using arrow::any_column;
using doctest::Contains;
namespace t = health_test;
namespace h = health_test::h;

namespace {

template <class T>
std::vector<T> present_rows(const arrow::held_column<T>& held) {
  std::vector<T> out;
  const auto view = held.view();
  for (std::size_t row = 0; row < view.size(); ++row) {
    if (view.present(row)) out.push_back(view[row]);
  }
  return out;
}

const std::vector<double> floats_of_pandas = {std::nan(""), 1, 1};

}  // namespace

TEST_CASE("edge A05: twelve yearly contracts that run today: nobody has left") {
  test::table contracts;
  for (int month = 1; month <= 12; ++month) {
    const std::string from = "2024-" + std::string(month < 10 ? "0" : "") + std::to_string(month) + "-15";
    contracts.add(static_cast<std::uint32_t>(month - 1), from, "2025" + from.substr(4), 1000);
  }
  const ledger book = contracts.book(test::at("2024-12-31"));
  CHECK(book.counts().future_ends == 12);
  for (std::uint32_t who = 0; who < 12; ++who) {
    CHECK(book.steps(account{who}).size() == 1);
    CHECK(book.level(account{who}, test::at("2024-12-30")).minor() == 1000);
  }
}

TEST_CASE("edge A09: ids of 20 digits are two customers: ids are text") {
  account_index ids;
  const any_column keys = any_column::from(std::vector<std::string>{"12345678901234567890", "12345678901234567891"});
  CHECK(present_rows(arrow::as_accounts(keys, ids, "account")) == std::vector<std::uint32_t>{0, 1});
  const any_column zeros = any_column::from(std::vector<std::string>{"007", "7", "+7", "7.0"});
  CHECK(present_rows(arrow::as_accounts(zeros, ids, "account")) == std::vector<std::uint32_t>{2, 3, 4, 5});
}

TEST_CASE("edge B01: a sum of cents is the sum, as decimal(38, 0) and as int64") {
  const arrow::money_options cents{"", read_currency("USD"), {}};
  const auto sum = arrow::as_money(any_column::decimals({4900}, 0), "mrr_cents", cents);
  CHECK(present_rows(sum) == std::vector<std::int64_t>{4900});
  CHECK(present_rows(arrow::as_money(any_column::from(std::vector<std::int64_t>{4900}), "mrr_cents", cents)) ==
        std::vector<std::int64_t>{4900});
}

TEST_CASE("edge F03: an end is the first day without MRR") {
  test::table row;
  const ledger book = row.add(0, "2024-01-10", "2024-02-01", 100).book(test::at("2024-04-01"));
  CHECK(book.level(account{0}, test::at("2024-01-31")).minor() == 100);
  CHECK(book.level(account{0}, test::at("2024-02-01")).minor() == 0);
  REQUIRE(book.steps(account{0}).size() == 2);
  CHECK(book.steps(account{0})[1].when == test::at("2024-02-01"));
}

TEST_CASE("edge G01: two columns of one name are refused") {
  const std::vector<double> values = {1};
  const auto card = h::compile(t::card({t::signal("x")}, {t::leaf(1, "x")}));
  const signals twice = {{"x", column<double>(values), {}, {}}, {"x", column<double>(values), {}, {}}};
  CHECK_THROWS_AS((void)h::score(card, twice), schema_error);
  const any_column column_of_one = any_column::from(values);
  const arrow::table joined{{"id", "id"}, {column_of_one, column_of_one}};
  CHECK_THROWS_WITH_AS((void)joined["id"], Contains("several columns \"id\""), schema_error);
}

TEST_CASE("edge G02: answers with a gap are 3 answers, 1 missing") {
  const auto of = [](const any_column& source) {
    return present_rows(arrow::as_int32(arrow::as_answers(source, "score").scores, "score"));
  };
  const std::vector<std::int32_t> answers = {9, 10, 3};
  CHECK(of(any_column::from(std::vector<std::int32_t>{9, 10, 0, 3}, {1, 1, 0, 1})) == answers);
  CHECK(of(any_column::from(std::vector<double>{9, 10, std::nan(""), 3})) == answers);
  CHECK(of(any_column::dictionary({0, 1, 2, 2}, {"9", "10", "3"}, {1, 1, 0, 1})) == answers);
}

TEST_CASE("edge G07, J07: integers with gaps that pandas made floats are no ids and no amounts; the remedy is Int64") {
  account_index ids;
  const any_column floats = any_column::from(floats_of_pandas);
  CHECK_THROWS_WITH_AS((void)arrow::as_accounts(floats, ids, "parent"), Contains("Int64"), schema_error);
  CHECK_THROWS_WITH_AS((void)arrow::as_money(floats, "mrr", {"minor", read_currency("USD"), {}}), Contains("Int64"),
                       schema_error);
  const auto whole = any_column::from(std::vector<std::int64_t>{0, 1, 1}, {0, 1, 1});
  CHECK(present_rows(arrow::as_money(whole, "mrr", {"minor", read_currency("USD"), {}})) == std::vector<std::int64_t>{1, 1});
}

TEST_CASE("edge H01: an answer between two groups is refused") {
  CHECK_THROWS_WITH_AS((void)arrow::as_answers(any_column::from(std::vector<double>{6.5, 9}), "score"), Contains("6.5"),
                       data_error);
  CHECK_THROWS_AS((void)arrow::as_answers(any_column::from(std::vector<std::string>{"6.5"}), "score"), data_error);
}

TEST_CASE("edge J01: recency of 2024-05-02 is 50 on 2024-06-01, as a date and as a timestamp") {
  constexpr std::int64_t microseconds_a_day = 86'400'000'000;
  const std::int32_t seen = test::on("2024-05-02");
  const any_column forms[] = {any_column::dates({seen}), any_column::instants({seen * microseconds_a_day}),
                              any_column::from(std::vector<std::string>{"2024-05-02"})};
  const auto card = h::compile(t::only(h::recency{30, 0}));
  for (const any_column& form : forms) {
    const auto days = arrow::as_day(form, "x");
    const signals read = {{"x", days.view(), {}, {}}};
    CHECK(h::score(card, read, {.as_of = test::at("2024-06-01")}).score[0] == doctest::Approx(50));
  }
}

TEST_CASE("edge J06: an account with two rows is refused with both") {
  const any_column twice = any_column::from(std::vector<std::string>{"a", "b", "a"});
  CHECK_THROWS_WITH_AS(arrow::require_one_row_each(twice, "account", "the scored table"),
                       Contains("row 2, value a: occurs twice in the scored table, first in row 0"), data_error);
}

TEST_CASE("edge J08: a weight that is NaN has its pointer") {
  const auto found = h::validate(t::card({t::signal("csat")}, {t::leaf(t::missing, "csat")}));
  REQUIRE(found.size() == 1);
  CHECK(found[0].pointer == "/tree/mean/0/0");
}

TEST_CASE("edge J09: weights 3 and 1, one value missing: 62.5; 50 at coverage 0.75") {
  const auto card = h::compile(
      t::card({t::signal("x", h::ramp{0, 100}), t::signal("y", h::ramp{0, 100})}, {t::leaf(3, "x"), t::leaf(1, "y")}));
  const h::scores found = h::score(card, t::table{{"x", "y"}, {{50, 50}, {100, t::missing}}}.view());
  CHECK(found.score == std::vector<double>{62.5, 50});
  CHECK(found.coverage == std::vector<double>{1, 0.75});
}

TEST_CASE("edge J10: an excluded account has no score") {
  auto spec = t::card({t::signal("csat", h::ramp{1, 5})}, {t::leaf(1, "csat")});
  spec.tiers.tiers = {{"red", 0}, {"green", 50}};
  h::rule gone;
  gone.id = "gone";
  gone.when = "csat < 5";
  gone.action = h::rule_action::exclude;
  spec.rules.push_back(gone);
  const h::scores found = h::score(h::compile(spec), t::table{{"csat"}, {{4.6, 5}}}.view());
  CHECK(std::isnan(found.score[0]));
  CHECK(found.tier == std::vector<h::tier_code>{h::unknown_tier, 1});
}

TEST_CASE("edge J11: any poor is poor; attributes without a value do not count") {
  auto spec = t::card({t::signal("x", h::ramp{0, 1}), t::signal("y", h::ramp{0, 1})}, {t::leaf(1, "x"), t::leaf(1, "y")});
  spec.tree.how = h::worst_of{};
  CHECK(t::one(spec, {1, 0}) == 0);
  CHECK(t::one(spec, {1, t::missing}) == 100);
  CHECK(t::one(spec, {1, 0.5}) == 50);
}

TEST_CASE("edge J12: bands that share an end are refused") {
  const std::string card = R"({"sojourn": 1, "signals": {"x": {"norm": {"lookup2d": {
      "bands": [{"from": 0, "to": 2}, {"from": 2, "to": 5}], "context": "x", "context_bands": [{}],
      "s": [[0], [1]]}}}}, "tree": {"mean": [[1, "x"]]}})";
  CHECK_THROWS_WITH_AS((void)h::compile_json(card), Contains("overlaps the band before it"), h::card_error);
}
