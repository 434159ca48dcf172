#include "sojourn/input/line_kind_words.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace sojourn;

TEST_CASE("line_kind_of: the words of billing systems, in any case and joined by anything") {
  CHECK(line_kind_of("subscription") == line_kind::recurring);
  CHECK(line_kind_of("plan_item_price") == line_kind::recurring);
  CHECK(line_kind_of("Setup fee") == line_kind::one_off);
  CHECK(line_kind_of("SUBSCRIPTION-CHANGE") == line_kind::proration);
  CHECK(line_kind_of("One-Off") == line_kind::one_off);
  CHECK(line_kind_of("metered") == line_kind::usage);
  CHECK(line_kind_of("credit_note") == line_kind::refund);
}

TEST_CASE("line_kind_of: a word that says too little is none") {
  for (const char* word : {"", "charge", "credit", "trial", "moon", "recurringly"})
    CHECK_FALSE(line_kind_of(word).has_value());
}

TEST_CASE("line_kind_words: every kind's own word, and no word twice") {
  std::set<std::string> seen;
  for (const line_kind_word& one : line_kind_words()) {
    CHECK(seen.insert(std::string(one.word)).second);
    CHECK(line_kind_of(one.word) == one.kind);
    CHECK_FALSE(one.system.empty());
  }
  for (std::size_t i = 0; i < values_of(line_kind{}).size(); ++i)
    CHECK(line_kind_of(values_of(line_kind{})[i]) == static_cast<line_kind>(i));
  CHECK(line_kind_rule().find("proration") != std::string::npos);
}
