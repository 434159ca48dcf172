#include "sojourn/arrow/answers.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "sojourn/arrow/moments.hpp"
#include "sojourn/arrow/wrong_type.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::arrow {
namespace {

answer_column read_text(const any_column& source, const std::string& name, const std::vector<answer_word>& words) {
  std::vector<std::string_view> cells(source.size());
  std::vector<std::uint8_t> bits((source.size() + 7) / 8);
  for (std::size_t row = 0; row < source.size(); ++row) {
    const auto cell = text_at(source, row);
    if (!cell) continue;
    cells[row] = *cell;
    bits[row / 8] = static_cast<std::uint8_t>(bits[row / 8] | (1u << (row % 8)));
  }
  text_answers read = read_answers({cells, bits.data(), 0, name}, words);
  return {any_column::from(std::move(read.scores), read.present), read.groups};
}

constexpr std::int64_t nanoseconds_a_microsecond = 1'000;
constexpr std::int64_t nanoseconds_a_minute = 60'000'000'000;
constexpr std::int64_t microseconds_a_day = 86'400'000'000;

answer_moments split_instants(const any_column& source) {
  const auto instants = source.view<std::int64_t>();
  std::vector<std::int32_t> days(source.size());
  std::vector<std::int64_t> times(source.size());
  std::vector<std::uint8_t> present(source.size());
  for (std::size_t row = 0; row < source.size(); ++row) {
    present[row] = static_cast<std::uint8_t>(source.present(row));
    if (present[row] == 0) continue;
    const std::int64_t time = (instants[row] % microseconds_a_day + microseconds_a_day) % microseconds_a_day;
    days[row] = static_cast<std::int32_t>((instants[row] - time) / microseconds_a_day);
    times[row] = time * nanoseconds_a_microsecond;
  }
  return {any_column::dates(std::move(days), present), any_column::from(std::move(times), present)};
}

}  // namespace

answer_moments as_answer_moments(const any_column& source, const std::string& name) {
  if (source.type() == kind::instant) return split_instants(source);
  const moment_columns found = as_moments(source, name);
  if (!found.minute) return {as_day(found.day, name).source(), std::nullopt};
  const auto minutes = found.minute->view<std::int32_t>();
  std::vector<std::int64_t> times(minutes.size());
  std::vector<std::uint8_t> present(minutes.size());
  for (std::size_t row = 0; row < minutes.size(); ++row) {
    present[row] = static_cast<std::uint8_t>(minutes.present(row));
    if (present[row] != 0) times[row] = minutes[row] * nanoseconds_a_minute;
  }
  return {found.day, any_column::from(std::move(times), present)};
}

answer_column as_answers(const any_column& source, const std::string& name, const std::vector<answer_word>& words) {
  if (source.type() == kind::text || source.type() == kind::dictionary) return read_text(source, name, words);
  if (!words.empty() && source.type() != kind::null) {
    throw wrong_type("column \"" + name + "\" holds " + std::string(to_string(source.type())) +
                     "; words of answers are for columns of text");
  }
  if (source.type() == kind::int8 || source.type() == kind::uint8) return {source, false};
  return {as_int32(source, name).source(), false};
}

}  // namespace sojourn::inline v0_1::arrow
