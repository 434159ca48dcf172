#include "sojourn/input/read_answers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr std::array<std::pair<std::string_view, std::int32_t>, 7> group_words{{{"promoter", 1},
                                                                                {"promoters", 1},
                                                                                {"passive", 0},
                                                                                {"passives", 0},
                                                                                {"neutral", 0},
                                                                                {"detractor", -1},
                                                                                {"detractors", -1}}};

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view spaces = " \t\r\n";
  const std::size_t first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::optional<std::int32_t> whole_number(std::string_view text) noexcept {
  const std::size_t point = text.find('.');
  if (point != std::string_view::npos) {
    if (point == 0 || text.find_first_not_of('0', point + 1) != std::string_view::npos) return std::nullopt;
    text = text.substr(0, point);
  }
  std::int32_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

const answer_word* find_word(const std::vector<answer_word>& words, std::string_view text) noexcept {
  const auto found = std::ranges::find_if(words, [&](const answer_word& one) { return same_word(trimmed(one.word), text); });
  return found == words.end() ? nullptr : &*found;
}

void require_one_score_each(const std::vector<answer_word>& words) {
  for (const answer_word& one : words) {
    const answer_word* first = find_word(words, trimmed(one.word));
    if (first != nullptr && first->score != one.score)
      throw schema_error("the answer \"" + one.word + "\" is listed with two scores");
  }
}

std::string listed(const std::vector<answer_word>& words) {
  std::string all;
  for (const answer_word& one : words) all += (all.empty() ? "" : ", ") + one.word;
  return all;
}

/// The score of a cell that is not empty; throws for a cell that does not belong to its column.
std::optional<std::int32_t> score_of(std::string_view cell, const std::vector<answer_word>& words, bool groups,
                                     const std::string& name, std::size_t row) {
  if (!words.empty()) {
    if (const answer_word* found = find_word(words, cell)) return found->score;
    throw data_error({name, row, std::string(cell), "is none of the answers " + listed(words),
                      "list every answer of the question with its score, and with no score where it is none"});
  }
  if (const auto score = groups ? read_nps_group(cell) : whole_number(cell)) return score;
  if (groups) {
    throw data_error({name, row, std::string(cell), "is none of promoter, passive, detractor, as the rows before it are",
                      "a column holds scores or groups, not both"});
  }
  throw data_error({name, row, std::string(cell), "is no whole number, and no group of NPS in a column of groups",
                    "list the answers of the question with their scores"});
}

}  // namespace

std::optional<std::int32_t> read_nps_group(std::string_view word) noexcept {
  const std::string_view text = trimmed(word);
  for (const auto& [name, score] : group_words) {
    if (same_word(text, name)) return score;
  }
  return std::nullopt;
}

text_answers read_answers(const column<std::string_view>& text, const std::vector<answer_word>& words) {
  require_one_score_each(words);
  const std::size_t rows = text.size();
  const std::string name = text.name_or("scores");
  text_answers read{std::vector<std::int32_t>(rows), std::vector<std::uint8_t>(rows), false};
  bool first = true;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string_view cell = text.present(row) ? trimmed(text[row]) : std::string_view{};
    if (cell.empty()) continue;
    if (std::exchange(first, false)) read.groups = words.empty() && read_nps_group(cell).has_value();
    const std::optional<std::int32_t> score = score_of(cell, words, read.groups, name, row);
    read.scores[row] = score.value_or(0);
    read.present[row] = static_cast<std::uint8_t>(score.has_value());
  }
  return read;
}

}  // namespace sojourn::inline v0_1
