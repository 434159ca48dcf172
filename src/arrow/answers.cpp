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

}  // namespace

answer_moments as_answer_moments(const any_column& source, const std::string& name, const date_reading& reading) {
  date_reading read = reading;
  if (!read.zone) read.zone = time_zone();  // any one zone gives the moments of a column the same order
  moment_columns found = as_moments(source, name, read);
  return {std::move(found.day), std::move(found.nanosecond)};
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
