// Scored cycles as bytes: what comes back is equal, and made-up bytes are an error.
#include "sojourn/cycle_bytes.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "sojourn/domain/error.hpp"
#include "sojourn/health/score/card_set.hpp"
#include "sojourn/state_bytes.hpp"

using namespace sojourn;
using arrow::any_column;

namespace {

using buffer = std::vector<std::uint8_t>;

constexpr const char* card_text = R"({"sojourn": 1, "card": "a", "signals": {"logins": {"norm": {"ramp": [0, 10]}},
  "plan": {"norm": {"map": {"free": 0, "paid": 1}}}}, "tree": {"mean": [[1, "logins"], [1, "plan"]]},
  "tiers": {"red": 0, "green": 50}})";

kept_cycle some_cycle() {
  kept_cycle cycle;
  cycle.card = health::compile_json(card_text).to_json();
  cycle.as_of = day{20000};
  cycle.accounts = any_column::from(std::vector<std::string>{"a", "b", "c"});
  cycle.signals = {{"logins", any_column::from(std::vector<double>{1.5, -0.0, std::nan("")})},
                   {"plan", any_column::from(std::vector<std::string>{"paid", "free", "?"}, {1, 1, 0})}};
  cycle.beside = {{"mrr", any_column::from(std::vector<std::int64_t>{100, -5, 1}, {1, 0, 1})},
                  {"renews_on", any_column::dates({20001, 20002, 20003})},
                  {"left", any_column::booleans({0, 1, 0})},
                  {"seen", any_column::instants({1, 2, 3}, {}, "Europe/Berlin")},
                  {"price", any_column::decimals({1999, 0, 5}, 2)},
                  {"nothing", any_column::missing(3)}};
  cycle.before = kept_columns{{"account", any_column::from(std::vector<std::string>{"a"})},
                              {"score", any_column::from(std::vector<double>{50})},
                              {"tier", any_column::from(std::vector<std::string>{"green"})}};
  cycle.scores_fingerprint = 7;
  cycle.notes = "{}";
  return cycle;
}

buffer resealed(buffer bytes) {
  const std::uint32_t sum = detail::crc32c(std::span(bytes).first(bytes.size() - 4));
  for (std::size_t i = 0; i < 4; ++i) bytes[bytes.size() - 4 + i] = static_cast<std::uint8_t>(sum >> (8 * i));
  return bytes;
}

}  // namespace

TEST_CASE("a cycle comes back from its bytes with every value") {
  const buffer bytes = to_bytes(some_cycle());
  const auto back = from_bytes<kept_cycle>(bytes);
  CHECK(to_bytes(back) == bytes);
  CHECK(back.as_of == day{20000});
  REQUIRE(back.signals.size() == 2);
  CHECK(back.signals[0].values.view<double>()[0] == 1.5);
  CHECK(std::signbit(back.signals[0].values.view<double>()[1]));
  const any_column& plan = back.signals[1].values;
  CHECK(plan.type() == arrow::kind::dictionary);
  CHECK(plan.labels()[plan.view<std::uint32_t>()[1]] == "free");
  CHECK_FALSE(plan.present(2));
  CHECK_FALSE(back.beside[0].values.present(1));
  CHECK(back.beside[0].values.view<std::int64_t>()[2] == 1);
  CHECK(back.beside[3].values.zone() == "Europe/Berlin");
  CHECK(back.beside[4].values.scale() == 2);
  CHECK(back.beside[5].values.size() == 3);
  REQUIRE(back.before);
  CHECK(back.before->size() == 3);
  CHECK_FALSE(back.manual);
  CHECK(back.scores_fingerprint == 7);
}

TEST_CASE("equal cycles have equal bytes, however their columns are held") {
  kept_cycle other = some_cycle();
  other.signals[1].values = any_column::dictionary({2, 1, 0}, {"?", "free", "paid"}, {1, 1, 0});  // unused words too
  other.beside[0].values = any_column::from(std::vector<std::int64_t>{100, 77, 1}, {1, 0, 1});  // what is missing is nothing
  CHECK(to_bytes(other) == to_bytes(some_cycle()));
  other.beside[0].values = any_column::from(std::vector<std::int64_t>{100, 77, 1});
  CHECK(to_bytes(other) != to_bytes(some_cycle()));
}

TEST_CASE("damaged bytes are refused at every place") {
  const buffer bytes = to_bytes(some_cycle());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    buffer damaged = bytes;
    damaged[at] ^= 1u;
    CHECK_THROWS_AS((void)from_bytes<kept_cycle>(damaged), state_error);
    CHECK_THROWS_AS((void)from_bytes<kept_cycle>(std::span(bytes).first(at)), state_error);
  }
}

TEST_CASE("made-up bytes with the right sum are an error or a cycle that has these bytes") {
  const buffer bytes = to_bytes(some_cycle());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const unsigned flip : {1u, 0x80u, 0xffu}) {
      buffer made_up = bytes;
      made_up[at] = static_cast<std::uint8_t>(made_up[at] ^ flip);
      made_up = resealed(made_up);
      buffer again;
      try {
        again = to_bytes(from_bytes<kept_cycle>(made_up));
      } catch (const state_error&) {
        continue;
      }
      CHECK(again == made_up);
    }
  }
}

TEST_CASE("a cycle whose columns do not fit is refused before it is written") {
  kept_cycle longer = some_cycle();
  longer.beside[0].values = any_column::from(std::vector<std::int64_t>{1, 2});
  CHECK_THROWS_WITH_AS((void)to_bytes(longer), R"("mrr" has 2 rows and the further columns of the cycle have 3)",
                       schema_error);
  kept_cycle twice = some_cycle();
  twice.beside[1].name = "mrr";
  CHECK_THROWS_WITH_AS((void)to_bytes(twice), R"("mrr" stands twice among the further columns of a cycle)", schema_error);
  kept_cycle other_card = some_cycle();
  other_card.card = card_text;
  CHECK_THROWS_AS((void)to_bytes(other_card), schema_error);
  kept_cycle no_text = some_cycle();
  no_text.notes = "\xff";
  CHECK_THROWS_AS((void)to_bytes(no_text), schema_error);
}

TEST_CASE("a fingerprint tells scores apart by their bits, and every NaN is the same") {
  health::scores some;
  some.score = {1.0, std::numeric_limits<double>::quiet_NaN()};
  some.tier = {0, health::no_tier};
  health::scores other = some;
  other.score[1] = -std::numeric_limits<double>::quiet_NaN();
  CHECK(fingerprint(some) == fingerprint(other));
  other.score[0] = std::nextafter(1.0, 2.0);
  CHECK(fingerprint(some) != fingerprint(other));
}
