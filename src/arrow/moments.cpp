#include "sojourn/arrow/moments.hpp"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "input/amount_text.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/input/read_days.hpp"

namespace sojourn::inline v0_1::arrow {
namespace {

bool holds_written_days(const any_column& source) {
  return source.type() == kind::text || source.type() == kind::dictionary;
}

bool has_times(const any_column& source, const date_reading& reading) {
  if (source.type() == kind::instant) return true;
  if (!holds_written_days(source)) return false;
  if (!reading.format.pattern().empty()) return reading.format.has_time();
  constexpr std::size_t date_only = 10;
  for (std::size_t row = 0; row < source.size(); ++row) {
    if (detail::without_blanks(text_at(source, row).value_or("")).size() > date_only) return true;
  }
  return false;
}

/// Whether a row holds a value; blank text is none, as an empty cell of a file is.
bool holds_cell(const any_column& source, std::size_t row) {
  return source.present(row) &&
         !(holds_written_days(source) && detail::without_blanks(text_at(source, row).value_or("")).empty());
}

moment read_cell(const any_column& source, std::size_t row, const std::string& name, const date_reading& reading) {
  if (source.type() != kind::instant) return read_moment(text_at(source, row).value_or(""), {name, row}, reading);
  return moment_of({source.view<std::int64_t>()[row], source.scale(), !source.zone().empty()}, {name, row}, reading);
}

/// "2024-01", a date of the month, or what the stated format writes.
month read_month(std::string_view cell, const value_place& where, const date_reading& reading) {
  const std::string_view text = detail::without_blanks(cell);
  if (const auto found = parse_month(text)) return *found;
  if (!reading.format.has_day()) {
    if (const auto found = reading.format.read(text)) return month::of(found->at.on);
  } else if (reading.format.pattern().empty() && !reading.format.read(text)) {
    refuse_value(where, std::string(text), "a month is written 2024-01, or as one of its dates");
  }
  return month::of(read_day(text, where, reading));
}

}  // namespace

any_column first_days_of_months(const any_column& source, const std::string& name, const date_reading& reading) {
  const any_column held = arrow::as_months(source, name, reading);
  const auto view = held.view<std::int32_t>();
  std::vector<std::int32_t> days(view.size());
  std::vector<std::uint8_t> present(view.size());
  for (std::size_t row = 0; row < view.size(); ++row) {
    present[row] = static_cast<std::uint8_t>(view.present(row));
    if (present[row] != 0) days[row] = month{view[row]}.first_day().since_epoch;
  }
  return any_column::dates(std::move(days), present);
}

any_column days_after(const any_column& last) {
  const auto view = last.view<std::int32_t>();
  std::vector<std::int32_t> days(view.size());
  std::vector<std::uint8_t> present(view.size());
  for (std::size_t row = 0; row < view.size(); ++row) {
    present[row] = static_cast<std::uint8_t>(view.present(row));
    if (present[row] != 0) days[row] = view[row] + 1;
  }
  return any_column::dates(std::move(days), present);
}

std::optional<std::string_view> text_at(const any_column& source, std::size_t row) {
  if (!holds_written_days(source) || !source.present(row)) return std::nullopt;
  if (source.type() == kind::text) return source.view<std::string_view>()[row];
  return source.labels()[source.view<std::uint32_t>()[row]];
}

moment_columns as_moments(const any_column& source, const std::string& name, const date_reading& reading) {
  if (!has_times(source, reading)) return {as_day(source, name, reading).source(), std::nullopt};
  std::vector<std::int32_t> days(source.size());
  std::vector<std::int64_t> nanoseconds(source.size());
  std::vector<std::uint8_t> present(source.size(), 0);
  for (std::size_t row = 0; row < source.size(); ++row) {
    if (!holds_cell(source, row)) continue;
    const moment at = read_cell(source, row, name, reading);
    present[row] = 1;
    days[row] = at.on.since_epoch;
    nanoseconds[row] = at.nanosecond;
  }
  return {any_column::dates(std::move(days), present), any_column::from(std::move(nanoseconds), present)};
}

any_column as_months(const any_column& source, const std::string& name, const date_reading& reading) {
  std::vector<std::int32_t> found(source.size());
  std::vector<std::uint8_t> present(source.size(), 0);
  const bool is_text = holds_written_days(source);
  const auto days = is_text ? held_column<std::int32_t>() : as_day(source, name, reading);
  for (std::size_t row = 0; row < source.size(); ++row) {
    if (is_text ? !holds_cell(source, row) : !days.view().present(row)) continue;
    present[row] = 1;
    const month in =
        is_text ? read_month(text_at(source, row).value_or(""), {name, row}, reading) : month::of(day{days.view()[row]});
    found[row] = in.since_epoch;
  }
  return any_column::from(std::move(found), present);
}

}  // namespace sojourn::inline v0_1::arrow
