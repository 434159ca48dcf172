#include "sojourn/health/score/flags.hpp"

#include <doctest/doctest.h>

namespace h = sojourn::health;

TEST_CASE("flags: the words of all bits that are set, the lowest first") {
  CHECK(h::flag_text(0).empty());
  CHECK(h::flag_text(h::flag::undecided_rule) == "undecided_rule");
  CHECK(h::flag_text(h::flag::adjusted | h::flag::no_data | h::flag::imputed) == "no_data|imputed|adjusted");
}

TEST_CASE("flags: every bit has its own word") {
  CHECK(h::flag_text(h::flag::no_data) == "no_data");
  CHECK(h::flag_text(h::flag::low_coverage) == "low_coverage");
  CHECK(h::flag_text(h::flag::required_missing) == "required_missing");
  CHECK(h::flag_text(h::flag::imputed) == "imputed");
  CHECK(h::flag_text(h::flag::irregular) == "irregular");
  CHECK(h::flag_text(h::flag::card_changed) == "card_changed");
  CHECK(h::flag_text(h::flag::excluded) == "excluded");
  CHECK(h::flag_text(h::flag::adjusted) == "adjusted");
}
