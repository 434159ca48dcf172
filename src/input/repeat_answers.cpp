#include "sojourn/input/repeat_answers.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr std::int64_t nanoseconds_a_day = 86'400'000'000'000;
constexpr auto no_row = std::numeric_limits<std::size_t>::max();

/// When a row was answered: its day, then the time of the day where the column has one.
struct answer_moment {
  std::int32_t day;
  std::int64_t nanosecond;
  friend auto operator<=>(const answer_moment&, const answer_moment&) = default;
};

template <score_value T>
void require_columns(const basic_responses<T>& table) {
  if (table.respondent.empty() != table.score.empty() || table.answered_on.empty() != table.score.empty())
    throw schema_error("the latest answer of each respondent needs the columns \"respondent\" and \"answered_on\"");
  if (!table.count.empty()) {
    throw schema_error(
        "a row with a count stands for several answers, so it has no respondent of its own; the latest answer of each "
        "respondent needs one row per answer");
  }
  require_same_length(table.score, "score", table.respondent, "respondent");
  require_same_length(table.score, "score", table.answered_on, "answered_on");
  if (!table.nanosecond.empty()) require_same_length(table.score, "score", table.nanosecond, "answered_on");
}

template <score_value T>
void require_keys(const basic_responses<T>& table) {
  const std::size_t rows = table.score.size();
  const std::string when = table.answered_on.name_or("answered_on");
  std::uint32_t largest = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    if (!table.respondent.present(row))
      throw data_error({table.respondent.name_or("respondent"), row, "missing", "every answer needs a respondent here",
                        "name the respondent, or count all responses"});
    if (!table.answered_on.present(row))
      throw data_error(
          {when, row, "missing", "every answer needs a day here", "give the day of the answer, or count all responses"});
    if (!table.nanosecond.empty()) {
      const bool there = table.nanosecond.present(row);
      if (!there || table.nanosecond[row] < 0 || table.nanosecond[row] >= nanoseconds_a_day)
        throw data_error({table.nanosecond.name_or("answered_on"), row,
                          there ? std::to_string(table.nanosecond[row]) : "missing",
                          "the time of an answer is a nanosecond of its day, 0 to 86399999999999",
                          "give the time of every answer, or days only"});
    }
    largest = std::max(largest, table.respondent[row]);
  }
  if (largest / 64 > rows + (1u << 16))
    throw schema_error("column \"respondent\" holds no dense indices: the largest is " + std::to_string(largest));
}

template <score_value T>
bool has_score(const basic_responses<T>& table, const answer_rules& rules, std::size_t row) {
  return table.score.present(row) &&
         std::ranges::find(rules.blank, static_cast<std::int32_t>(table.score[row])) == rules.blank.end();
}

/// An answer with a score goes before one without, then the later moment.
template <score_value T>
std::pair<bool, answer_moment> rank_of(const basic_responses<T>& table, const answer_rules& rules, std::size_t row) {
  return {has_score(table, rules, row), {table.answered_on[row], table.nanosecond.empty() ? 0 : table.nanosecond[row]}};
}

/// Whether it makes a difference which of the two rows counts.
template <class T>
bool differ(const column<T>& values, std::size_t a, std::size_t b) {
  if (values.empty() || values.present(a) != values.present(b)) return !values.empty();
  return values.present(a) && values[a] != values[b];
}

}  // namespace

template <score_value T>
answer_replacements replaced_answers(const basic_responses<T>& table, const answer_rules& rules) {
  require_columns(table);
  require_keys(table);
  const std::size_t rows = table.score.size();
  const std::uint32_t largest = rows == 0 ? 0 : std::ranges::max(table.respondent.values());
  std::vector<std::size_t> latest(rows == 0 ? 0 : std::size_t{largest} + 1, no_row);
  for (std::size_t row = 0; row < rows; ++row) {
    std::size_t& kept = latest[table.respondent[row]];
    if (kept == no_row || rank_of(table, rules, row) >= rank_of(table, rules, kept)) kept = row;
  }
  answer_replacements found;
  found.replaced.resize((rows + 7) / 8);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t kept = latest[table.respondent[row]];
    if (kept == row) continue;
    found.replaced[row / 8] = static_cast<std::uint8_t>(found.replaced[row / 8] | (1u << (row % 8)));
    const bool same_rank = rank_of(table, rules, row) == rank_of(table, rules, kept);
    const bool other = has_score(table, rules, row) && differ(table.score, row, kept);
    if (same_rank && (other || differ(table.segment, row, kept) || differ(table.weight, row, kept))) ++found.same_moment;
  }
  return found;
}

template SOJOURN_EXPORT answer_replacements replaced_answers(const basic_responses<std::int8_t>&, const answer_rules&);
template SOJOURN_EXPORT answer_replacements replaced_answers(const basic_responses<std::uint8_t>&, const answer_rules&);
template SOJOURN_EXPORT answer_replacements replaced_answers(const basic_responses<std::int32_t>&, const answer_rules&);

}  // namespace sojourn::inline v0_1
