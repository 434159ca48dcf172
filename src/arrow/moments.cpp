#include "sojourn/arrow/moments.hpp"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "sojourn/domain/calendar.hpp"
#include "sojourn/input/read_moments.hpp"

namespace sojourn::inline v0_1::arrow {
namespace {

bool holds_text(const any_column& source) {
  return source.type() == kind::text || source.type() == kind::dictionary;
}

bool has_times(const any_column& source) {
  if (source.type() == kind::instant) return source.zone().empty();
  if (!holds_text(source)) return false;
  constexpr std::size_t date_only = 10;
  for (std::size_t row = 0; row < source.size(); ++row) {
    if (text_at(source, row).value_or("").size() > date_only) return true;
  }
  return false;
}

moment read_cell(const any_column& source, std::size_t row, const std::string& name) {
  if (source.type() == kind::instant) return moment_at(source.view<std::int64_t>()[row]);
  const std::string_view text = text_at(source, row).value_or("");
  if (const auto found = parse_moment(text)) return *found;
  throw data_error({name, row, std::string(text), "a moment is written 2024-01-05 or 2024-01-05 23:50, without a time zone",
                    "convert it to the reporting zone"});
}

}  // namespace

std::optional<std::string_view> text_at(const any_column& source, std::size_t row) {
  if (!holds_text(source) || !source.present(row)) return std::nullopt;
  if (source.type() == kind::text) return source.view<std::string_view>()[row];
  return source.labels()[source.view<std::uint32_t>()[row]];
}

moment_columns as_moments(const any_column& source, const std::string& name) {
  if (!has_times(source)) return {source, std::nullopt};
  std::vector<std::int32_t> days(source.size()), minutes(source.size());
  std::vector<std::uint8_t> present(source.size(), 0);
  for (std::size_t row = 0; row < source.size(); ++row) {
    if (!source.present(row)) continue;
    const moment at = read_cell(source, row, name);
    present[row] = 1;
    days[row] = at.on.since_epoch;
    minutes[row] = at.minute;
  }
  return {any_column::dates(std::move(days), present), any_column::from(std::move(minutes), present)};
}

any_column as_months(const any_column& source, const std::string& name) {
  std::vector<std::int32_t> found(source.size());
  std::vector<std::uint8_t> present(source.size(), 0);
  const bool is_text = holds_text(source);
  const auto days = is_text ? held_column<std::int32_t>() : as_day(source, name);
  for (std::size_t row = 0; row < source.size(); ++row) {
    if (is_text ? !source.present(row) : !days.view().present(row)) continue;
    present[row] = 1;
    if (!is_text) {
      found[row] = month::of(day{days.view()[row]}).since_epoch;
      continue;
    }
    const std::string_view text = text_at(source, row).value_or("");
    std::optional<month> one = parse_month(text);
    if (!one) {
      if (const auto date = parse_day(text)) one = month::of(*date);
    }
    if (!one) throw data_error({name, row, std::string(text), "a month is written 2024-01, or as one of its dates", ""});
    found[row] = one->since_epoch;
  }
  return any_column::from(std::move(found), present);
}

}  // namespace sojourn::inline v0_1::arrow
