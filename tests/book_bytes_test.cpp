// Books and views as bytes: what comes back is equal and read alike, and made-up bytes are an error or a book.
#include "sojourn/book_bytes.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>
#include <tuple>

#include "revenue/book/random_books.hpp"
#include "sojourn/domain/error.hpp"
#include "sojourn/revenue/explain/accounts_table.hpp"
#include "sojourn/revenue/revenue_state.hpp"
#include "sojourn/state_bytes.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

using buffer = std::vector<std::uint8_t>;

buffer resealed(buffer bytes) {
  const std::uint32_t sum = detail::crc32c(std::span(bytes).first(bytes.size() - 4));
  for (std::size_t i = 0; i < 4; ++i) bytes[bytes.size() - 4 + i] = static_cast<std::uint8_t>(sum >> (8 * i));
  return bytes;
}

template <class Whole>
std::string refusal(const buffer& bytes) {
  try {
    (void)from_bytes<Whole>(bytes);
    return "";
  } catch (const state_error& e) {
    return e.what();
  }
}

/// The steps of every account by key, with the names of lanes: numbers of accounts and lanes are each book's own.
using named_step = std::tuple<std::int32_t, account_presence, change_cause, std::string, std::string, mrr>;
std::map<std::string, std::vector<named_step>> steps_by_key(const reading& of) {
  std::map<std::string, std::vector<named_step>> all;
  const account_index& keys = *of.ledger.keys;
  for (std::uint32_t who = 0; who < of.ledger.book.accounts(); ++who) {
    for (const mrr_step& one : of.ledger.book.steps(account{who})) {
      const lane_name lane = one.lane < of.lanes.size() ? of.lanes[one.lane] : lane_name{};
      all[keys.key(account{who})].emplace_back(one.when.since_epoch, one.presence, one.cause, lane.currency,
                                               lane.label.value_or("-"), one.level);
    }
    auto& mine = all[keys.key(account{who})];
    std::sort(mine.begin(), mine.end());
    if (mine.empty()) all.erase(keys.key(account{who}));
  }
  return all;
}

/// With usage some of the rows are of usage beside the source, in any order.
std::vector<row> random_rows(std::mt19937_64& random, fact_source source, int count, bool usage = false) {
  std::vector<row> rows;
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(count); ++i) {
    rows.push_back(random_row(random, usage && random() % 2 == 0 ? fact_source::usage : source, i));
  }
  return rows;
}

/// Mergers, splits and parents on top of rows.
void add_owners(book& to, const std::vector<row>& rows, fact_source source) {
  merge(to, {{0}, {1}, day{first_day_of_all + 50}});
  merge(to, {{1}, {2}});
  set_parent(to, {{3}, {accounts}, day{first_day_of_all + 100}});
  set_parent(to, {{3}, {accounts + 1}, day{first_day_of_all + 200}});
  for (const row& one : rows) {
    if (one.account != 4) continue;
    split(to, table({one}).as(source_of(one, source)), {5}, day{first_day_of_all + 300});
    break;
  }
}

named_rate_table rates() {
  static const std::vector<std::string> codes{"EUR", "JPY"};
  const std::vector<std::uint32_t> which{0, 0, 1};
  const std::vector<std::int32_t> since{18'262, 18'293, 18'262};
  const std::vector<exchange_rate> rate{{11, 10}, {6, 5}, {1, 150}};
  return rates_by_name({{column<std::uint32_t>(which), codes}, column<std::int32_t>(since), rate}, "USD", {});
}

viewed_book everything() {
  book made(fact_source::periods);
  const std::vector<std::string> names{"acme", "birch", "zürich"};
  std::vector<std::uint32_t> who;
  for (const std::string& name : names) who.push_back(made.keys().intern(name).index);
  const std::vector<std::int32_t> start{18'300, 18'310, 18'320}, end{18'400, 18'410, 18'500}, known{18'301, 18'312, 18'320};
  const std::vector<std::int64_t> mrr{100, 200, 300};
  const std::vector<std::uint32_t> code{0, 1, 0}, why{0, 0, 1}, parent{1, 1, 2};
  facts rows{.rows = subscriptions{who, start, end, mrr},
             .recorded_from = known,
             .currency = {code, {"EUR", "JPY"}},
             .cause = {why, {"voluntary", "moved away"}},
             .purchased_on = start,
             .parent = parent};
  rows.labels.push_back({"plan", {code, {"pro", "basic"}}});
  apply(made, rows);
  merge(made, {{0}, {1}, day{18'350}});
  set_parent(made, {{2}, {0}});
  view under{.as_of = day{18'450}, .known_on = day{18'400}, .unit = book_unit::parent};
  under.where = {{"plan", {"pro", "basic"}}};
  under.currencies = currency_view{std::make_shared<const named_rate_table>(rates()), period_rates::mean};
  under.part_of = std::make_shared<const account_ownership>(account_ownership::everybody());
  return {made, under, "{\"account\":\"customer\"}"};
}

}  // namespace

TEST_CASE("book bytes: a book comes back equal and is read alike, for every source and view") {
  std::mt19937_64 random(7);
  for (std::size_t s = 0; s < values_of(fact_source{}).size(); ++s) {
    const auto source = static_cast<fact_source>(s);
    CAPTURE(values_of(fact_source{})[s]);
    for (int round = 0; round < 12; ++round) {
      const bool usage = round % 3 == 2;
      const std::vector<row> rows = random_rows(random, source, 30, usage);
      book made = book_of(source, rows);
      if (round % 2 == 1) add_owners(made, rows, source);
      const buffer bytes = to_bytes(made);
      const book again = from_bytes<book>(bytes);
      CHECK(again == made);
      CHECK(to_bytes(again) == bytes);
      for (const view& under : views(source, usage)) {
        const reading was = read(made, under), is = read(again, under);
        CHECK(is.ledger.book.known_until() == was.ledger.book.known_until());
        CHECK(steps_by_key(is) == steps_by_key(was));
        CHECK(counts(again, is) == counts(made, was));
        const viewed_book both = from_bytes<viewed_book>(to_bytes(viewed_book{made, under}));
        CHECK(steps_by_key(read(both.facts, both.under)) == steps_by_key(was));
        if (was.ledger.book.lanes() > 1) continue;
        const period_grid grid{month::of(day{first_day_of_all}), 1, 16};
        CHECK(tally_revenue(is.ledger.book, grid) == tally_revenue(was.ledger.book, grid));
      }
    }
  }
}

TEST_CASE("book bytes: the order of rows, keys and corrections has no influence") {
  std::mt19937_64 random(8);
  for (std::size_t s = 0; s < values_of(fact_source{}).size(); ++s) {
    const auto source = static_cast<fact_source>(s);
    if (source == fact_source::changes) continue;  // there the order within a moment says something
    CAPTURE(values_of(fact_source{})[s]);
    std::vector<row> rows = random_rows(random, source, 30, s % 2 == 1);
    for (row& one : rows) {
      one.subscription = 2 * one.account + one.subscription % 2;  // of two accounts that of the last row has it
      if (one.parent != 0) one.parent = accounts;
    }
    const buffer bytes = to_bytes(book_of(source, rows));
    for (int round = 0; round < 5; ++round) {
      std::shuffle(rows.begin(), rows.end(), random);
      book made(source);
      for (std::int64_t who = accounts + 1; who >= 0; --who) made.keys().intern(who);
      for (std::int64_t who = 2 * accounts - 1; who >= 0; --who) made.subscription_keys().intern(who);
      std::vector<row> turned = rows;
      for (row& one : turned) {
        one.account = accounts + 1 - one.account, one.subscription = 2 * accounts - 1 - one.subscription;
        if (one.parent != 0) one.parent = 1;
      }
      for (const row& one : turned) {
        const table alone({one});
        apply(made, alone.as(source_of(one, source)));
      }
      row wrong = turned.front();
      wrong.label = 2 - wrong.label, wrong.amount += 1;
      const table wrong_table({wrong}), last({turned.back()});
      apply(made, wrong_table.as(source_of(wrong, source)));
      retract(made, last.as(source_of(turned.back(), source)));
      retract(made, wrong_table.as(source_of(wrong, source)));
      apply(made, last.as(source_of(turned.back(), source)));
      CHECK(made == book_of(source, rows));
      CHECK(to_bytes(made) == bytes);
    }
  }
}

TEST_CASE("book bytes: usage beside a source comes back beside it, corrections and retracted rows too") {
  const std::vector<row> rows{{0, 18'300, 0, 100}, {1, 18'310, 18'400, 50}};
  row consumed{0, 18'330, 0, 25}, minimum{2, 18'330, 18'600, 40};
  consumed.usage = usage_kind::consumption, minimum.usage = usage_kind::minimum;
  for (const fact_source source : {fact_source::periods, fact_source::prices, fact_source::changes}) {
    CAPTURE(values_of(fact_source{})[static_cast<std::size_t>(source)]);
    book made = book_of(source, {rows[0], rows[1], consumed, minimum});
    const book plain = book_of(source, rows);
    CHECK(to_bytes(made) != to_bytes(plain));
    book again = from_bytes<book>(to_bytes(made));
    CHECK(again == made);
    CHECK(again.has_usage());
    for (book* one : {&made, &again}) {
      retract(*one, table({minimum}).as(fact_source::usage));
      retract(*one, table({rows[1]}).as(source)), retract(*one, table({rows[0]}).as(source));
    }
    CHECK(again == made);  // usage is all that is left
    CHECK(from_bytes<book>(to_bytes(made)) == made);
    retract(made, table({consumed}).as(fact_source::usage));
    CHECK(from_bytes<book>(to_bytes(made)) == made);  // and then nothing
  }
}

TEST_CASE("book bytes: changes of one moment keep their order, which decides what holds") {
  const std::vector<row> up{{0, 18'300, 0, 100}, {0, 18'300, 0, 200}}, down{{0, 18'300, 0, 200}, {0, 18'300, 0, 100}};
  const book rising = book_of(fact_source::changes, up), falling = book_of(fact_source::changes, down);
  CHECK(!(rising == falling));
  const view under{.as_of = day{as_of}};
  const book again = from_bytes<book>(to_bytes(rising));
  CHECK(steps_by_key(read(again, under)) == steps_by_key(read(rising, under)));
  CHECK(steps_by_key(read(again, under)) != steps_by_key(read(falling, under)));
}

TEST_CASE("book bytes: a subscription stays that of the account of its last row") {
  std::vector<row> rows{{3, 18'300, 18'400, 100}, {1, 18'400, 0, 100}, {2, 18'350, 18'380, 5}};
  for (row& one : rows) one.subscription = 7;
  view under{.as_of = day{as_of}};
  under.policy.unit = customer_unit::subscription;
  do {
    const book made = book_of(fact_source::prices, rows), again = from_bytes<book>(to_bytes(made));
    const auto owner = [&](const book& of) {
      const keyed_ledger read_as = read(of, under).ledger;
      return read_as.owner_keys->key({read_as.owner->at(of.subscription_keys().find(std::int64_t{7})->index)});
    };
    CHECK(owner(again) == owner(made));
  } while (
      std::next_permutation(rows.begin(), rows.end(), [](const row& a, const row& b) { return a.account < b.account; }));
}

TEST_CASE("book bytes: keys, words, owners, rates and the view come back") {
  const viewed_book all = everything();
  const buffer bytes = to_bytes(all);
  const viewed_book again = from_bytes<viewed_book>(bytes);
  CHECK(again.facts == all.facts);
  CHECK(again.notes == all.notes);
  CHECK(to_bytes(again) == bytes);
  CHECK(again.under.policy == all.under.policy);
  CHECK(again.under.known_on == all.under.known_on);
  CHECK(again.under.currencies->rates->rates.fingerprint() == all.under.currencies->rates->rates.fingerprint());
  CHECK(*again.under.part_of == *all.under.part_of);
  CHECK(steps_by_key(read(again.facts, again.under)) == steps_by_key(read(all.facts, all.under)));
  CHECK(again.facts.causes() == std::vector<std::string>{"moved away", "voluntary"});
}

TEST_CASE("book bytes: what differs has other bytes") {
  const viewed_book all = everything();
  const buffer bytes = to_bytes(all);
  viewed_book other = everything();
  set_parent(other.facts, {{2}, {1}, day{18'400}});
  CHECK(!(other.facts == all.facts));
  CHECK(to_bytes(other) != bytes);
  other = everything();
  other.under.known_on.reset();
  CHECK(to_bytes(other) != bytes);
  other = everything();
  other.notes += " ";
  CHECK(to_bytes(other) != bytes);
  other = everything();
  other.under.where.front().words = {"basic", "pro"};
  CHECK(to_bytes(other) == bytes);
}

TEST_CASE("book bytes: every truncation and every changed byte is a state_error") {
  const buffer whole = to_bytes(everything());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    REQUIRE(refusal<viewed_book>(buffer(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))) != "");
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    buffer damaged = whole;
    damaged[at] ^= 0x40;
    REQUIRE(refusal<viewed_book>(damaged) != "");
  }
}

TEST_CASE("book bytes: made-up bytes are an error or a book with these very bytes") {
  std::mt19937_64 random(9);
  std::vector<buffer> seeds{to_bytes(everything())};
  for (std::size_t s = 0; s < values_of(fact_source{}).size(); ++s) {
    const auto source = static_cast<fact_source>(s);
    const std::vector<row> rows = random_rows(random, source, 6, s % 2 == 0);
    book made = book_of(source, rows);
    merge(made, {{rows[0].account}, {rows[1].account == rows[0].account ? 5 - rows[0].account : rows[1].account}});
    seeds.push_back(to_bytes(viewed_book{made, views(source)[s % 6]}));
  }
  int decoded = 0;
  for (int round = 0; round < 12'000; ++round) {
    buffer made_up = seeds[random() % seeds.size()];
    for (auto changes = random() % 3; changes < 3; ++changes) {
      const std::size_t at = 28 + random() % (made_up.size() - 32);
      const auto kind = random() % 4;
      if (kind == 0) made_up[at] = 255;
      if (kind == 1) made_up[at] = static_cast<std::uint8_t>(random());
      if (kind == 2) made_up[at] = static_cast<std::uint8_t>(made_up[at] + 1);
      if (kind == 3) made_up[at] = 0;
    }
    if (random() % 8 == 0) {  // a payload of another length
      const std::size_t length = made_up.size() - 1 - random() % 8;
      made_up.resize(length);
      const std::uint64_t payload = length - 32;
      for (std::size_t i = 0; i < 8; ++i) made_up[20 + i] = static_cast<std::uint8_t>(payload >> (8 * i));
    }
    made_up = resealed(std::move(made_up));
    try {
      const auto again = from_bytes<viewed_book>(made_up);
      REQUIRE(to_bytes(again) == made_up);
      ++decoded;
      try {
        (void)read(again.facts, again.under);
      } catch (const error&) {  // rows that no source takes, as a caller's may be
      }
    } catch (const state_error&) {
    }
  }
  CHECK(decoded > 100);
}

TEST_CASE("book bytes: any one byte changed in a view without named days is an error or a book with these very bytes") {
  const book made = book_of(fact_source::periods, {{0, 18'300, 18'400, 100}});
  for (const as_of_day until : {as_of_day{}, as_of_day::after_latest_date()}) {
    const buffer whole = to_bytes(viewed_book{made, view{.as_of = until}});
    int refused = 0;
    for (std::size_t at = 28; at + 4 < whole.size(); ++at) {
      for (const std::uint8_t value : std::array<std::uint8_t, 5>{0, 1, 2, 77, 255}) {
        buffer changed = whole;
        changed[at] = value;
        changed = resealed(std::move(changed));
        try {
          const auto again = from_bytes<viewed_book>(changed);
          REQUIRE(to_bytes(again) == changed);
        } catch (const state_error&) {
          ++refused;
        }
      }
    }
    CHECK(refused > 100);
  }
}

TEST_CASE("book bytes: the error names what is wrong") {
  const buffer one = to_bytes(everything().facts);
  CHECK(refusal<viewed_book>(one).find("kind 60, not of kind 61") != std::string::npos);
  CHECK(refusal<book>({}).find("SJRN") != std::string::npos);
  buffer other = one;
  other[12] ^= 1;  // the schema
  CHECK(refusal<book>(resealed(other)).find("other columns") != std::string::npos);
  book latin(fact_source::periods);
  const std::vector<std::uint32_t> who{latin.keys().intern("caf\xe9").index};
  const std::vector<std::int32_t> start{18'300};
  const std::vector<std::int64_t> mrr{1};
  apply(latin, {.rows = subscriptions{who, start, start, mrr}});
  CHECK_THROWS_WITH_AS((void)to_bytes(latin), doctest::Contains("not UTF-8"), state_error);
}

TEST_CASE("book bytes: an empty book") {
  const book none(fact_source::invoices);
  CHECK(from_bytes<book>(to_bytes(none)) == none);
  CHECK(from_bytes<book>(to_bytes(none)).source() == fact_source::invoices);
}
