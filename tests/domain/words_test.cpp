#include "sojourn/domain/words.hpp"

#include <doctest/doctest.h>

#include "sojourn/health/score/percentile_rank.hpp"
#include "sojourn/revenue/explain/contributors.hpp"

using namespace sojourn;
using health::rank_precision;

TEST_CASE("words: a word is read as the value whose word it is") {
  CHECK(read_word<rank_precision>("precision", "approximate") == rank_precision::approximate);
  static_assert(word_of(rank_precision::exact) == "exact");
  static_assert(!has_words<int>);
}

TEST_CASE("words: any other word is an error that lists those there are") {
  CHECK_THROWS_WITH_AS((void)read_word<rank_precision>("precision", "Exact"),
                       "precision \"Exact\" is not one of exact, approximate", schema_error);
  CHECK_THROWS_AS((void)read_word<rank_precision>("precision", ""), schema_error);
}

TEST_CASE("words: where only some values may be named, the others are errors too") {
  CHECK(read_word<revenue_cell>("metric", "nrr", {revenue_cell::nrr, revenue_cell::grr}) == revenue_cell::nrr);
  CHECK_THROWS_WITH_AS((void)read_word<revenue_cell>("metric", "fx", {revenue_cell::nrr, revenue_cell::grr}),
                       "metric \"fx\" is not one of nrr, grr", schema_error);
}
