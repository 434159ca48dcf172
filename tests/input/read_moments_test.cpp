#include "sojourn/input/read_moments.hpp"

#include <doctest/doctest.h>

#include <string_view>

using namespace sojourn;

TEST_CASE("moments: a date is its first minute, a time its own; seconds are cut off") {
  const day friday = day::from_ymd(2024, 1, 5);
  CHECK(parse_moment("2024-01-05") == moment{friday, 0});
  CHECK(parse_moment("2024-01-05 23:50") == moment{friday, 23 * 60 + 50});
  CHECK(parse_moment("2024-01-05T23:50") == moment{friday, 23 * 60 + 50});
  CHECK(parse_moment("2024-01-05 00:00:59") == moment{friday, 0});
  CHECK(parse_moment("2024-01-05T23:59:59.999999") == moment{friday, 23 * 60 + 59});
}

TEST_CASE("moments: any other text is none, a time zone too") {
  for (const std::string_view text :
       {"", "2024-01-05 ", "2024-01-05 24:00", "2024-01-05 23:60", "2024-01-05 23:5", "2024-01-05 23.50",
        "2024-01-05 23:50:60", "2024-01-05 23:50:10.", "2024-01-05 23:50:10,5", "2024-01-05T23:50Z",
        "2024-01-05 23:50+01:00", "2024-02-30 10:00", "2024-01-05 x3:50", "05.01.2024 23:50"}) {
    CAPTURE(text);
    CHECK(!parse_moment(text).has_value());
  }
}

TEST_CASE("moments: an instant lies in the minute that began before it, also before 1970") {
  CHECK(moment_at(0) == moment{day{0}, 0});
  CHECK(moment_at(59'999'999) == moment{day{0}, 0});
  CHECK(moment_at(60'000'000) == moment{day{0}, 1});
  CHECK(moment_at(-1) == moment{day{-1}, 1439});
  CHECK(moment_at(-86'400'000'000) == moment{day{-1}, 0});
  CHECK(moment_at(-86'400'000'001) == moment{day{-2}, 1439});
}
