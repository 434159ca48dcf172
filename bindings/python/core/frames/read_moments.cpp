// Moments of a log as days and minutes of the day.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "frames/columns.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/domain/error.hpp"

namespace py = pybind11;

namespace sojourn::python {

using arrow::any_column;

namespace {

constexpr std::int32_t minutes_a_day = 24 * 60;

/// The cells of a text or dictionary column; nothing where they are missing.
std::optional<std::string_view> text_at(const any_column& source, std::size_t row) {
  if (!source.present(row)) return std::nullopt;
  if (source.type() == arrow::kind::text) return static_cast<const std::string_view*>(source.data())[row];
  return source.labels()[static_cast<const std::uint32_t*>(source.data())[row]];
}

/// Minutes since 1970 of "2024-01-05", "2024-01-05 23:50" or "2024-01-05T23:50:10.5"; nothing for any other text.
std::optional<std::int64_t> minutes_of(std::string_view text) {
  const auto date = parse_day(text.substr(0, 10));
  if (!date) return std::nullopt;
  const std::int64_t midnight = std::int64_t{date->since_epoch} * minutes_a_day;
  if (text.size() == 10) return midnight;
  const auto two = [text](std::size_t at) {
    const bool digits = text[at] >= '0' && text[at] <= '9' && text[at + 1] >= '0' && text[at + 1] <= '9';
    return digits ? (text[at] - '0') * 10 + (text[at + 1] - '0') : 99;
  };
  if (text.size() < 16 || (text[10] != ' ' && text[10] != 'T') || text[13] != ':' || two(11) > 23 || two(14) > 59)
    return std::nullopt;
  if (text.size() > 16 && (text.size() < 19 || text[16] != ':' || two(17) > 59)) return std::nullopt;
  const bool fraction =
      text.size() > 20 && text[19] == '.' && text.find_first_not_of("0123456789", 20) == std::string_view::npos;
  if (text.size() > 19 && !fraction) return std::nullopt;
  return midnight + two(11) * 60 + two(14);
}

}  // namespace

py::tuple moments_of(const any_column& source, const std::string& name) {
  const bool words = source.type() == arrow::kind::text || source.type() == arrow::kind::dictionary;
  const bool naive = source.type() == arrow::kind::instant && source.zone().empty();
  bool timed = naive;
  for (std::size_t row = 0; words && !timed && row < source.size(); ++row)
    timed = text_at(source, row).value_or("").size() > 10;
  if (!timed) return py::make_tuple(source, py::none());
  std::vector<std::int32_t> days(source.size()), minutes(source.size());
  std::vector<std::uint8_t> present(source.size());
  const auto take = [&](std::size_t row, std::int64_t minute) {
    const std::int64_t of_day = (minute % minutes_a_day + minutes_a_day) % minutes_a_day;
    days[row] = static_cast<std::int32_t>((minute - of_day) / minutes_a_day);
    minutes[row] = static_cast<std::int32_t>(of_day);
  };
  for (std::size_t row = 0; row < source.size(); ++row) {
    if (!source.present(row)) continue;
    present[row] = 1;
    if (naive) {
      constexpr std::int64_t minute = 60'000'000;
      const std::int64_t value = source.view<std::int64_t>()[row];
      take(row, (value - (value % minute + minute) % minute) / minute);
      continue;
    }
    const std::string_view text = text_at(source, row).value_or("");
    const auto found = minutes_of(text);
    if (!found) {
      throw data_error({name, row, std::string(text),
                        "a moment is written 2024-01-05 or 2024-01-05 23:50, without a time zone",
                        "convert it to the reporting zone"});
    }
    take(row, *found);
  }
  return py::make_tuple(any_column::dates(std::move(days), present), any_column::from(std::move(minutes), present));
}

}  // namespace sojourn::python
