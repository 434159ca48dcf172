// Words of causes: the library's, the caller's own, and what another word is answered.
#include "sojourn/revenue/book/cause_words.hpp"

#include <doctest/doctest.h>

#include "sojourn/revenue/book/read.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

TEST_CASE("cause words: a word of the library is its own, others are the caller's, and the choices are listed") {
  table rows;
  rows.add(0, "2024-01-01", "2024-02-01", 100).add(1, "2024-01-01", "2024-02-01", 100);
  rows.add(2, "2024-01-01", "2024-02-01", 100);
  const std::vector<std::uint32_t> code{0, 1, 2};
  facts given{rows.view()};
  given.cause = {column<std::uint32_t>(std::span<const std::uint32_t>(code)), {"voluntary", "rival", "several"}};
  book of;
  for (const char* key : {"a", "b", "c"}) (void)of.keys().intern(std::string_view(key));
  apply(of, given);
  CHECK(cause_named(of, "voluntary") == change_cause::voluntary);
  CHECK(cause_word(of, cause_named(of, "rival")) == "rival");
  CHECK(static_cast<std::uint8_t>(cause_named(of, "rival")) >= first_own_cause);
  CHECK(cause_word(of, change_cause::fx) == "fx");
  CHECK_THROWS_WITH_AS((void)cause_named(of, "bored"),
                       "cause \"bored\" is none of unknown, voluntary, payment_failed, expired, paused, price, seats, "
                       "product, usage, discount_end, refund, dispute, new_subscription, reactivated, unpaused, recovered, "
                       "other, rival, several",
                       schema_error);
  // "several" is what the caller wrote, and no mark of several causes.
  const auto steps = steps_of(of, account{2}, {.as_of = at("2024-06-01")});
  REQUIRE(steps.size() == 2);
  CHECK(cause_word(of, steps[1].cause) == "several");
  CHECK(steps[1].cause != change_cause::several);
}
