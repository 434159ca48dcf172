// When prepaid commitments run out, computed by hand.
#include "sojourn/revenue/explain/commitments.hpp"

#include <doctest/doctest.h>

#include "usage_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

std::vector<commitment_outlook> outlook(const usage_table& t, const std::string& as_of, std::int32_t months = 3) {
  const book b = t.held();
  return commitments(b, read(b, {.as_of = at(as_of)}), months);
}

usage_table one_year() {
  usage_table t;
  t.prepaid(0, "2024-01-01", "2025-01-01", 120'000);
  t.consumed(0, "2024-01", 10'000).consumed(0, "2024-02", 20'000).consumed(0, "2024-03", 30'000);
  return t;
}

}  // namespace

TEST_CASE("600.00 are left and 200.00 a month are consumed: in three months, at 300.00 in two, at 100.00 in six") {
  const auto rows = outlook(one_year(), "2024-04-01");
  REQUIRE(rows.size() == 1);
  const commitment_outlook& row = rows.front();
  CHECK(row.committed == 120'000);
  CHECK(row.drawn == 60'000);
  CHECK(row.remaining == 60'000);
  CHECK(row.consumed == 60'000);
  CHECK(row.months == 3);
  CHECK(row.status == commitment_status::runs_out);
  CHECK(*row.runs_out == at("2024-07-01"));
  CHECK(*row.earliest == at("2024-06-01"));
  CHECK(*row.latest == at("2024-10-01"));
}

TEST_CASE("part of a month counts in days of that month, and the first day without balance is named") {
  // 600.00 at 250.00 a month: two months, and 0.4 of the 30 days of June.
  CHECK(*outlook(one_year(), "2024-04-01", 2).front().runs_out == at("2024-06-13"));
}

TEST_CASE("a month that is not complete is not in the rate, and its consumption is drawn") {
  usage_table t = one_year();
  t.consumed(0, "2024-04-05", 10'000);
  const commitment_outlook row = outlook(t, "2024-04-10").front();
  CHECK(row.remaining == 50'000);
  CHECK(row.consumed == 60'000);
  // 2.5 months from 10 April: 15 of the 30 days from 10 June on.
  CHECK(*row.runs_out == at("2024-06-25"));
}

TEST_CASE("months without consumption count as zero, those before the first do not exist") {
  usage_table t;
  t.prepaid(0, "2024-01-01", "2025-01-01", 120'000).consumed(0, "2024-02", 30'000);
  const commitment_outlook row = outlook(t, "2024-04-01", 12).front();
  CHECK(row.months == 2);
  CHECK(row.consumed == 30'000);
  CHECK(*row.runs_out == at("2024-10-01"));
  CHECK(*row.earliest == at("2024-07-01"));
  CHECK(!row.latest);  // at the slowest of these months never
}

TEST_CASE("it lasts beyond its term, is exhausted already, or nothing says when") {
  usage_table t;
  t.prepaid(0, "2024-01-01", "2024-07-01", 120'000).consumed(0, "2024-03", 1'000);
  t.prepaid(1, "2024-01-01", "2025-01-01", 5'000).consumed(1, "2024-02-10", 3'000).consumed(1, "2024-03-20", 4'000);
  t.prepaid(2, "2024-01-01", "2025-01-01", 5'000);
  t.prepaid(3, "2024-01-01", "2025-01-01", 5'000).consumed(3, "2024-04-03", 100);
  const auto rows = outlook(t, "2024-04-10");
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].status == commitment_status::lasts);
  CHECK(!rows[0].runs_out);
  CHECK(rows[1].status == commitment_status::exhausted);
  CHECK(*rows[1].runs_out == at("2024-03-21"));
  for (const std::size_t i : {2u, 3u}) {
    CHECK(rows[i].status == commitment_status::undefined);
    CHECK(rows[i].reason == "no complete month of consumption yet");
  }
  const auto later = outlook(t, "2024-06-02", 1);
  CHECK(later[1].status == commitment_status::exhausted);
  CHECK(later[3].reason == "nothing was consumed in these months");
}

TEST_CASE("one balance after another, in the order in which they end; minimums come before them") {
  usage_table t;
  t.prepaid(0, "2024-01-01", "2025-01-01", 60'000).prepaid(0, "2024-01-01", "2024-06-01", 25'000);
  t.minimum(0, "2024-01-01", "", 1'000).consumed(0, "2024-01", 11'000);
  const auto rows = outlook(t, "2024-02-01", 1);
  REQUIRE(rows.size() == 2);
  // 100.00 beyond the minimum; 150.00 are left of the first to end, at 100.00 a month.
  CHECK(rows[0].end == at("2024-06-01"));
  CHECK(rows[0].remaining == 15'000);
  CHECK(rows[0].consumed == 10'000);
  CHECK(*rows[0].runs_out == at("2024-03-17"));  // 15.5 of the 31 days of March
  // 750.00 are 7.5 months.
  CHECK(*rows[1].runs_out == at("2024-09-16"));
}

TEST_CASE("commitments that are over, or have not begun, have no row") {
  usage_table t;
  t.prepaid(0, "2023-01-01", "2024-01-01", 100).prepaid(0, "2025-01-01", "2026-01-01", 100).consumed(0, "2023-12", 1);
  CHECK(outlook(t, "2024-02-01").empty());
}

TEST_CASE("the months of the rate lie between 1 and 120") {
  CHECK_THROWS_AS((void)outlook(one_year(), "2024-04-01", 0), schema_error);
  CHECK_THROWS_AS((void)outlook(one_year(), "2024-04-01", 121), schema_error);
}
