// Text as a day, a moment, an amount, a period, a currency, a pattern of dates, a time zone.
#include "fuzz/fuzz_input.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/domain/currency.hpp"
#include "sojourn/input/date_format.hpp"
#include "sojourn/input/read_days.hpp"
#include "sojourn/input/read_money.hpp"
#include "sojourn/input/read_period.hpp"
#include "sojourn/input/time_zone.hpp"

using namespace sojourn;
using fuzz::require;

namespace {

void read_with(const date_reading& reading, std::string_view text) {
  try {
    const day found = read_day(text, value_place{"x"}, reading);
    require(read_day(to_string(found), value_place{"x"}) == found, "a day is not read back from its own text");
  } catch (const error&) {
  }
  try {
    (void)read_moment(text, value_place{"x"}, reading);
  } catch (const error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::fuzz_input input(data, size);
  const std::size_t what = input.below(8);
  try {
    switch (what) {
      case 0:
        read_with({}, input.text());
        break;
      case 1:
        read_with({.format = date_format("%d.%m.%Y %H:%M:%S%z"), .zone = time_zone::fixed(7'200)}, input.text());
        break;
      case 2: {
        const std::string_view text = input.text();
        const std::size_t end = std::min(text.find('\n'), text.size());
        read_with({.format = date_format(text.substr(0, end)), .zone = {}}, text.substr(std::min(end + 1, text.size())));
        break;
      }
      case 3:
        (void)read_period(input.text());
        break;
      case 4: {
        constexpr decimal_mark marks[] = {decimal_mark::unstated, decimal_mark::point, decimal_mark::comma};
        const decimal_mark mark = marks[input.below(3)];
        const amount_unit unit = input.below(2) == 0 ? amount_unit::minor : amount_unit::major;
        const auto found = amount_from_text(input.text(), {unit, {"USD", 2}, mark}, {"x"});
        if (found && unit == amount_unit::minor)
          require(amount_from_text(std::to_string(*found), {unit, {"USD", 2}, mark}, {"x"}) == found,
                  "an amount is not read back from its own text");
        break;
      }
      case 5:
        (void)amount_from_float(input.take<double>(), {amount_unit::major, {"USD", 2}, decimal_mark::point}, {"x"});
        break;
      case 6:
        (void)read_currency(input.text());
        break;
      default:
        if (input.below(2) == 0)
          (void)time_zone::from_offset(input.text());
        else
          (void)time_zone::from_tzif(input.rest(), "x").seconds_ahead(1'700'000'000);
        break;
    }
  } catch (const error&) {
  }
  return 0;
}
