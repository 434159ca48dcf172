// Results that flipRevenueMetrics publishes in its own tests (test-churnandcompanymerges.R, test-revenuemetricsresults.R):
// churn, retention, expansion and contraction over what was up for renewal, before and after accounts are merged, and the
// growth accounting of half a year.
//
// Published are the results, and with them two counts: 0.13114754 is 40 of 305, 0.003759398 is 1 of 266. The rows are ours:
// a book built so that these results must come out, with the cases in which definitions differ. Each book is also counted
// by the day by day reference, which knows nothing of how it was built.
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "sojourn/revenue/available_to_renew.hpp"
#include "sojourn/revenue/rates.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;
using doctest::Approx;

namespace {

constexpr double nano = 1e9;  // amounts are whole billionths of a dollar, so published digits are whole numbers

/// Rows of a book of numbered accounts.
struct rows_of_ours {
  table rows;

  std::uint32_t open() {
    ++rows.accounts;
    return static_cast<std::uint32_t>(rows.accounts - 1);
  }
  void line(std::uint32_t who, const std::string& from, const std::string& to, std::int64_t amount) {
    rows.add(who, from, to, amount);
  }
  /// Two lines of one customer with the same dates, and one that joins in the middle and ends with them.
  void three_lines(std::uint32_t who, const std::string& from, const std::string& joins, const std::string& to,
                   std::int64_t amount) {
    const std::int64_t part = amount / 3;
    line(who, from, to, part);
    line(who, from, to, part);
    line(who, joins, to, amount - 2 * part);
  }
  [[nodiscard]] subscriptions view() const {
    subscriptions nanos = rows.view();
    nanos.ticks_per_unit = 1;
    return nanos;
  }
};

/// `total` in `parts` whole parts.
std::vector<std::int64_t> shares(std::int64_t total, std::size_t parts) {
  std::vector<std::int64_t> all(parts, total / static_cast<std::int64_t>(parts));
  all.back() += total % static_cast<std::int64_t>(parts);
  return all;
}

double dollars(detail::int128 ticks) {
  return detail::to_double(ticks) / nano;
}

revenue_policy end_points() {
  revenue_policy net;
  net.movements = movement_mode::net_endpoints;
  return net;
}

/// The movements between two days, by the reference.
void check_against_days(const table& rows, const revenue_period& found, day from, day to) {
  const oracle::slow_ledger by_day(rows.slow_rows(), on("2012-01-01"), to.since_epoch + 1, on("2100-01-01"));
  const oracle::slow_period wanted = by_day.net(from.since_epoch, to.since_epoch);
  CHECK(found.new_business == wanted.added);
  CHECK(found.reactivation == wanted.returned);
  CHECK(found.expansion == wanted.expansion);
  CHECK(found.contraction == wanted.contraction);
  CHECK(found.churn == wanted.churn);
  CHECK(found.opening() == wanted.opening);
  CHECK(found.closing() == wanted.closing);
}

// The year 2014 --------------------------------------------------------------------------------------------------------

// Of those up for renewal, before (0) and after (1) merging: opening, churn, contraction. Their quotients are the published
// 0.0862475956915368, 0.2024007, 0.03561232 and 0.2337031.
constexpr std::int64_t due0 = 1'000'000'000'000'000, due1 = 1'050'000'000'000'000;
constexpr std::int64_t churn0 = 86'247'595'691'537, churn1 = 37'392'936'000'000;
constexpr std::int64_t contraction0 = 202'400'700'000'000, contraction1 = 245'388'255'000'000;
// Everybody's opening and expansion: 0.3474605.
constexpr std::int64_t opening = 2'292'735'000'000'000, expansion0 = 796'634'855'367'500;

constexpr std::size_t mergers = 39, into_due = 18, into_not_due = 21, growing = 5;

struct year_2014 {
  rows_of_ours book;
  std::map<std::uint32_t, std::uint32_t> merged;  // account -> the one that it became part of

  year_2014() {
    // What leaves as churn and is none once it is merged: it becomes contraction of a customer that stays as it is, or it
    // takes away from the expansion of one that grows.
    const std::int64_t leaving = churn0 - churn1, seen_as_contraction = contraction1 - contraction0;
    std::vector<std::int64_t> gone = shares(leaving - seen_as_contraction, growing);
    for (const std::int64_t one : shares(seen_as_contraction, mergers - growing)) gone.push_back(one);
    const auto targets = shares(due1 - due0, into_not_due);
    std::int64_t due = 0;
    for (std::size_t i = 0; i < mergers; ++i) {
      const std::uint32_t from = book.open(), into = book.open();
      merged[from] = into;
      const std::string end = i % 3 == 0 ? "2014-01-01" : i % 3 == 1 ? "2014-07-15" : "2014-12-31";
      book.three_lines(from, "2012-11-20", "2013-06-01", end, gone[i]);
      due += gone[i];
      if (i >= into_due) {  // ends with the year, so it is not up for renewal in it
        book.line(into, "2013-01-01", "2015-01-01", targets[i - into_due]);
        book.line(into, "2015-01-01", "2016-01-01", targets[i - into_due]);
        continue;
      }
      const std::int64_t before = 6'000'000'000'000, after = before + (i < growing ? grown : 0);
      book.line(into, "2013-03-10", "2014-03-10", before);
      book.line(into, "2014-03-10", "2015-03-10", after);
      due += before;
    }
    leavers(due);
    const std::int64_t rest = due0 - due;
    renewals(rest);
    not_due();
  }

 private:
  static constexpr std::int64_t grown = 2'000'000'000'000;

  /// One lost for good, and five that come back in the next year: revenue churn, but no logo churn where a later term
  /// forgives.
  void leavers(std::int64_t& due) {
    const std::int64_t lost = 10'392'936'000'000;
    book.line(book.open(), "2013-05-01", "2014-05-01", lost);
    for (const std::int64_t one : shares(churn1 - lost, 5)) {
      const std::uint32_t who = book.open();
      book.line(who, "2013-09-30", "2014-09-30", one);
      book.line(who, "2015-03-01", "2016-03-01", 2 * one);
    }
    due += churn1;
  }

  /// 305 - 39 - 18 - 1 - 5 accounts that are due and stay: 80 for less, 100 for more, 60 for the same, and two young ones.
  void renewals(std::int64_t openings) {
    const std::size_t less = 80, more = 100, same = 60;
    const auto before = shares(openings, less + more + same);
    const auto lost = shares(contraction0, less);
    const auto won = shares(expansion0 - static_cast<std::int64_t>(growing) * grown - of_several_years, more);
    for (std::size_t i = 0; i < before.size(); ++i) {
      const std::uint32_t who = book.open();
      std::int64_t after = before[i];
      if (i < less)
        after -= lost[i];
      else if (i < less + more)
        after += won[i - less];
      const std::string end = i % 2 == 0 ? "2014-02-28" : "2014-11-30";
      book.three_lines(who, "2013-02-01", "2013-08-15", end, before[i]);
      if (i % 4 == 0) {  // a gap between the terms, closed before the year ends
        book.line(who, "2014-12-31", "2015-12-31", after);
      } else {
        book.three_lines(who, end, end, "2015-06-30", after);
      }
    }
    for (int i = 0; i < 2; ++i) {  // begins and is due in the year: counted, without an opening
      const std::uint32_t who = book.open();
      book.line(who, "2014-02-01", "2014-08-01", 700'000'000'000);
      book.line(who, "2014-08-01", "2015-08-01", 700'000'000'000);
    }
  }

  /// Customers that cannot leave in the year, whatever else of theirs ends in it, and some that are no part of it.
  void not_due() {
    const auto openings = shares(opening - due1, 50);
    const auto upgrades = shares(of_several_years, 25);
    for (std::size_t i = 0; i < openings.size(); ++i) {
      const std::uint32_t who = book.open();
      const std::int64_t half = openings[i] / 2;
      book.line(who, "2012-06-01", "2016-06-01", openings[i] - half);
      book.line(who, "2013-06-01", "2014-06-01", half);
      book.line(who, "2014-06-01", "2015-06-01", half + (i < upgrades.size() ? upgrades[i] : 0));
    }
    book.line(book.open(), "2012-01-01", "2013-01-01", 5'000'000'000'000);  // left before
    book.line(book.open(), "2014-01-01", "2015-01-01", 9'000'000'000'000);  // came on the first day
    const std::uint32_t back = book.open();
    book.line(back, "2012-01-01", "2013-01-01", 5'000'000'000'000);
    book.line(back, "2014-10-01", "2016-10-01", 4'000'000'000'000);
  }

  static constexpr std::int64_t of_several_years = 50'000'000'000'000;
};

/// Sums over a year of the customers' ends; all but expansion are shares of the opening of those up for renewal.
struct year_of {
  retention_state due;
  revenue_period ends;

  year_of(const rows_of_ours& in, const ledger& book, day from, day to)
      : due(tally_available_to_renew(in.view(), from, to, {at("2100-01-01"), in.rows.accounts, due_loss::no_later_term})) {
    const auto year = period_grid::between(month::of(from), month::of(to) - months{1}, period_length::year);
    ends = tally_revenue(book, year, end_points()).periods.front();
    check_against_days(in.rows, ends, from, to);
  }
  [[nodiscard]] double churn() const { return dollars(ends.churn) / dollars(due.opening); }
  [[nodiscard]] double contraction() const { return dollars(ends.contraction) / dollars(due.opening); }
  [[nodiscard]] double expansion() const { return dollars(ends.expansion) / dollars(ends.opening()); }
  [[nodiscard]] double nrr() const { return 1 - churn() - contraction() + expansion(); }
};

}  // namespace

TEST_CASE("ret-13: account mergers, over what was up for renewal") {
  year_2014 year;
  rows_of_ours& in = year.book;
  const day from = at("2014-01-01"), to = at("2015-01-01");
  ledger book(in.view(), {at("2100-01-01"), in.rows.accounts});
  const year_of before(in, book, from, to);
  CHECK(before.due.accounts_opening == 305);
  CHECK(before.due.accounts_lost == 40);
  CHECK(logo_churn_of_due(before.due).value == Approx(0.13114754).epsilon(1e-8));
  CHECK(before.churn() == Approx(0.0862475956915368).epsilon(1e-12));
  rate_options churn_only;
  churn_only.policy.grr = grr_basis::churn_only;
  CHECK(1 - grr(before.due, churn_only).value == Approx(before.churn()).epsilon(1e-12));
  CHECK(before.expansion() == Approx(0.3474605).epsilon(1e-7));
  CHECK(before.contraction() == Approx(0.2024007).epsilon(1e-7));
  CHECK(before.nrr() == Approx(1.058812).epsilon(1e-6));

  // The published logo churn leaves merged accounts out instead of moving their terms: 1 of 266, where the merged terms
  // make it 1 of 287.
  rows_of_ours left_out;
  left_out.rows.accounts = in.rows.accounts;
  for (const auto& row : in.rows.slow_rows()) {
    if (year.merged.count(row.account) == 0) left_out.rows.add(row.account, row.start, row.end, row.amount);
  }
  const retention_state without =
      tally_available_to_renew(left_out.view(), from, to, {at("2100-01-01"), in.rows.accounts, due_loss::no_later_term});
  CHECK(without.accounts_opening == 266);
  CHECK(logo_churn_of_due(without).value == Approx(0.003759398).epsilon(1e-7));
  for (const auto& [one, other] : year.merged) {
    book.merge(account{one}, account{other});
    for (std::uint32_t& who : in.rows.account) who = who == one ? other : who;
  }
  const year_of after(in, book, from, to);
  CHECK(after.due.accounts_opening == 287);
  CHECK(after.due.accounts_lost == 1);
  CHECK(after.churn() == Approx(0.03561232).epsilon(1e-7));
  CHECK(after.expansion() == Approx(0.3449015).epsilon(1e-7));
  CHECK(after.contraction() == Approx(0.2337031).epsilon(1e-7));
  CHECK(after.nrr() == Approx(1.075586).epsilon(1e-6));
}

namespace {

/// From the end of 2015 to the last day known, 12 June 2016. The totals are the published ones.
struct half_of_2016 {
  static constexpr std::int64_t added = 457'832'625'451'466, returned = 27'522'727'272'727, major = 524'883'685'489'852,
                                minor = 19'531'146'475'376, contraction = 404'788'339'449'469, churn = 51'347'973'557'974,
                                closing = 4'250'691'854'808'420;
  rows_of_ours book;

  half_of_2016() {
    const auto first = shares(added, 4);
    book.line(book.open(), "2016-01-01", "2017-01-01", first[0]);
    book.line(book.open(), "2016-06-12", "2017-06-12", first[1]);  // on the last day
    book.three_lines(book.open(), "2016-02-10", "2016-04-01", "2017-02-10", first[2]);
    book.line(book.open(), "2016-03-31", "2016-06-13", first[3]);       // paid to the last day
    book.line(book.open(), "2016-06-13", "2017-06-13", 1'000'000'000);  // a day late
    book.line(book.open(), "2016-02-01", "2016-05-01", 1'000'000'000);  // came and went
    for (const std::int64_t one : shares(returned, 2)) {
      const std::uint32_t who = book.open();
      book.line(who, "2014-02-01", "2015-02-01", 3 * one);
      book.line(who, "2016-02-29", "2017-02-28", one);
    }
    left();
    renewed();
    std::int64_t still = closing - added - returned;
    for (const std::int64_t one : kept_closing) still -= one;
    for (const std::int64_t one : shares(still, 20)) {  // the rest neither grows nor shrinks
      const std::uint32_t who = book.open();
      book.line(who, "2014-06-01", "2015-06-01", 2 * one);  // lapsed and came back before: nothing of this half year
      book.line(who, "2015-09-01", "2016-03-01", one);
      book.line(who, "2016-03-01", "2017-03-01", one);
    }
  }

 private:
  std::vector<std::int64_t> kept_closing;

  void left() {
    const char* ends[] = {"2016-01-01", "2016-03-15", "2016-06-12"};
    const auto gone = shares(churn, 3);
    for (std::size_t i = 0; i < gone.size(); ++i) book.line(book.open(), "2015-01-01", ends[i], gone[i]);
    book.line(book.open(), "2014-12-31", "2015-12-31", 1'000'000'000);  // gone on the eve
  }

  void change(std::int64_t before, std::int64_t after) {
    const std::uint32_t who = book.open();
    book.three_lines(who, "2015-02-20", "2015-08-01", "2016-02-20", before);
    book.line(who, "2016-02-20", "2017-02-20", after);
    kept_closing.push_back(after);
  }

  void renewed() {
    for (const std::int64_t one : shares(contraction, 6)) change(3 * one, 2 * one);
    for (const std::int64_t one : shares(major, 5)) change(4 * one, 5 * one);
    // Growth of at most a tenth is minor, and a tenth to the last billionth is.
    for (const std::int64_t one : shares(minor, 3)) change(10 * one, 11 * one);
  }
};

}  // namespace

TEST_CASE("ret-14: growth accounting of the part of 2016 that is known") {
  const half_of_2016 half;
  const rows_of_ours& in = half.book;
  const ledger book(in.view(), {at("2100-01-01"), in.rows.accounts});
  const day cuts[] = {at("2016-01-01"), at("2016-06-13")};
  const revenue_period p = tally_spans(book, cuts, end_points()).front();
  check_against_days(in.rows, p, cuts[0], cuts[1]);
  CHECK(dollars(p.new_business) == Approx(457832.625451466).epsilon(1e-12));
  CHECK(dollars(p.reactivation) == Approx(27522.7272727273).epsilon(1e-12));
  CHECK(dollars(p.contraction) == Approx(404788.339449469).epsilon(1e-12));
  CHECK(dollars(p.churn) == Approx(51347.9735579736).epsilon(1e-12));
  CHECK(dollars(p.closing()) == Approx(4250691.85480842).epsilon(1e-12));
  detail::int128 minor = 0, major = 0;  // growth of at most a tenth, and of more
  for (std::uint32_t who = 0; who < book.accounts(); ++who) {
    const std::int64_t before = book.level(account{who}, at("2015-12-31")).ticks();
    const std::int64_t grown = book.level(account{who}, at("2016-06-12")).ticks() - before;
    if (before > 0 && grown > 0) (detail::int128{10} * grown <= before ? minor : major) += grown;
  }
  CHECK(minor + major == p.expansion);
  CHECK(dollars(major) == Approx(524883.685489852).epsilon(1e-12));
  CHECK(dollars(minor) == Approx(19531.1464753758).epsilon(1e-12));
}

TEST_CASE("mergers: any rows merged in the ledger count as rows of one account, day by day") {
  std::mt19937_64 random(47);
  const day from = at("2020-02-01"), to = at("2020-09-01");
  for (int round = 0; round < 200; ++round) {
    table rows = random_table(random, 10, 5 + random() % 40);
    rows.accounts = 10;
    subscriptions view = rows.view();
    view.ticks_per_unit = 1;
    ledger book(view, {at("2100-01-01"), rows.accounts});
    for (std::uint32_t one = 0; one < 4; ++one) {
      const auto other = static_cast<std::uint32_t>(4 + random() % 6);
      book.merge(account{one}, account{other});
      for (std::uint32_t& who : rows.account) who = who == one ? other : who;
    }
    const day cuts[] = {from, to};
    check_against_days(rows, tally_spans(book, cuts, end_points()).front(), from, to);
  }
}
