#include "sojourn/input/time_zone.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/domain/error.hpp"

using namespace sojourn;

namespace {

/// A TZif file of version 2 with one type of local time and no changes but those of its footer.
std::vector<std::uint8_t> tzif(std::int32_t seconds_ahead, std::string_view footer) {
  std::vector<std::uint8_t> bytes;
  const auto number = [&](std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  };
  for (int block = 0; block < 2; ++block) {
    for (const char c : std::string_view("TZif2")) bytes.push_back(static_cast<std::uint8_t>(c));
    bytes.insert(bytes.end(), 15, 0);
    for (const std::uint32_t count : {0u, 0u, 0u, 0u, 1u, 4u}) number(count);
    number(static_cast<std::uint32_t>(seconds_ahead));
    bytes.insert(bytes.end(), {0, 0, 'X', 'Y', 'Z', 0});
  }
  bytes.push_back('\n');
  for (const char c : footer) bytes.push_back(static_cast<std::uint8_t>(c));
  bytes.push_back('\n');
  return bytes;
}

std::int64_t utc(const char* date, int hour, int minute = 0) {
  return std::int64_t{parse_day(date).value().since_epoch} * 86'400 + hour * 3600 + minute * 60;
}

}  // namespace

TEST_CASE("time zones: UTC and fixed offsets") {
  CHECK(time_zone().name() == "UTC");
  CHECK(time_zone().seconds_ahead(0) == 0);
  CHECK(time_zone::from_offset("+05:30").seconds_ahead(0) == 19'800);
  CHECK(time_zone::from_offset("-0800").name() == "-08:00");
  CHECK(time_zone::from_offset("UTC").name() == "UTC");
  for (const char* wrong : {"", "Berlin", "+5", "+25:00", "05:30", "+05:60"})
    CHECK_THROWS_AS((void)time_zone::from_offset(wrong), schema_error);
  CHECK_THROWS_AS((void)time_zone::fixed(86'400), schema_error);
}

TEST_CASE("time zones: the clocks of Berlin go forward on the last Sunday of March and back on that of October") {
  const time_zone berlin = time_zone::from_tzif(tzif(3600, "CET-1CEST,M3.5.0,M10.5.0/3"), "Europe/Berlin");
  CHECK(berlin.name() == "Europe/Berlin");
  CHECK(berlin.seconds_ahead(utc("2024-03-31", 0, 59)) == 3600);
  CHECK(berlin.seconds_ahead(utc("2024-03-31", 1)) == 7200);
  CHECK(berlin.seconds_ahead(utc("2024-10-27", 0, 59)) == 7200);
  CHECK(berlin.seconds_ahead(utc("2024-10-27", 1)) == 3600);
  CHECK(berlin.seconds_ahead(utc("2024-12-31", 23, 59)) == 3600);
}

TEST_CASE("time zones: the summer of the south spans the new year; Dublin's winter is the exception of its rule") {
  const time_zone sydney = time_zone::from_tzif(tzif(36'000, "AEST-10AEDT,M10.1.0,M4.1.0/3"), "Australia/Sydney");
  CHECK(sydney.seconds_ahead(utc("2024-01-01", 0)) == 39'600);
  CHECK(sydney.seconds_ahead(utc("2024-07-01", 0)) == 36'000);
  const time_zone dublin = time_zone::from_tzif(tzif(0, "IST-1GMT0,M10.5.0,M3.5.0/1"), "Europe/Dublin");
  CHECK(dublin.seconds_ahead(utc("2024-01-01", 0)) == 0);
  CHECK(dublin.seconds_ahead(utc("2024-07-01", 0)) == 3600);
  const time_zone named_by_number = time_zone::from_tzif(tzif(-10'800, "<-03>3"), "America/Sao_Paulo");
  CHECK(named_by_number.seconds_ahead(utc("2024-07-01", 0)) == -10'800);
  const time_zone by_day = time_zone::from_tzif(tzif(0, "AAA0BBB,J60/0,300/-1"), "somewhere");
  CHECK(by_day.seconds_ahead(utc("2024-03-01", 0)) == 3600);
  CHECK(by_day.seconds_ahead(utc("2024-02-29", 23)) == 0);
}

TEST_CASE("time zones: damaged files are refused, whatever is damaged") {
  const std::vector<std::uint8_t> good = tzif(3600, "CET-1CEST,M3.5.0,M10.5.0/3");
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_THROWS_AS((void)time_zone::from_tzif({good.data(), size}, "x"), schema_error);
  }
  for (const std::string_view footer : {"C-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M1.1.0",
                                        "CET-1CEST,M3.6.0,M1.1.0", "CET-1CEST,M3.5.0,M10.5.0/3x", "<CET-1"}) {
    CAPTURE(footer);
    CHECK_THROWS_AS((void)time_zone::from_tzif(tzif(3600, footer), "x"), schema_error);
  }
  std::vector<std::uint8_t> old = good;
  old[4] = 0;
  CHECK_THROWS_AS((void)time_zone::from_tzif(old, "x"), schema_error);
}
