#include "sojourn/health/book/cadence.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace sojourn::inline v0_1::health {
namespace {

day add_months(day last, std::int32_t count) {
  const month to = month::of(last) + months{count};
  const unsigned month_end = calendar_date::days_in_month(to.year(), to.month_of_year());
  return day::from_ymd(to.year(), to.month_of_year(), std::min(last.ymd().day_of_month, month_end));
}

std::string_view without_spaces(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

void require_positive(cadence every) {
  if (every.every < 1) throw schema_error("a cadence must be at least 1, not " + std::to_string(every.every));
}

}  // namespace

cadence read_cadence(std::string_view text) {
  const auto refuse = [&]() -> cadence {
    throw schema_error("a cadence is \"3 months\" or \"14 days\", not '" + std::string(text) + "'");
  };
  const std::string_view whole = without_spaces(text);
  const std::size_t space = whole.find(' ');
  if (space == std::string_view::npos) return refuse();
  const std::string_view count = whole.substr(0, space), unit = without_spaces(whole.substr(space));
  cadence found;
  const auto parsed = std::from_chars(count.data(), count.data() + count.size(), found.every);
  if (parsed.ec != std::errc{} || parsed.ptr != count.data() + count.size() || count[0] == '-') return refuse();
  if (unit == "month" || unit == "months") {
    found.unit = cadence_unit::months;
  } else if (unit == "day" || unit == "days") {
    found.unit = cadence_unit::days;
  } else {
    return refuse();
  }
  return found;
}

std::vector<cadence> cadences_of(std::span<const std::string> segments, const std::map<std::string, std::string>& by_segment,
                                 cadence otherwise) {
  std::map<std::string, cadence> known;
  for (const auto& [name, text] : by_segment) known[name] = read_cadence(text);
  std::vector<cadence> all;
  for (const std::string& name : segments) {
    const auto found = known.find(name);
    all.push_back(found == known.end() ? otherwise : found->second);
  }
  return all;
}

std::vector<std::uint8_t> review_plan::is_overdue() const {
  std::vector<std::uint8_t> rows;
  rows.reserve(days_overdue.size());
  for (const std::int32_t late : days_overdue) rows.push_back(late > 0);
  return rows;
}

day next_due(day last, cadence every) {
  require_positive(every);
  // Three centuries of calendar: nothing longer can stay inside it.
  constexpr std::int32_t longest_months = 12 * 300, longest_days = 366 * 300;
  const bool by_month = every.unit == cadence_unit::months;
  const bool fits = last >= earliest_day && last <= latest_day && every.every <= (by_month ? longest_months : longest_days);
  const day due = !fits      ? day{latest_day.since_epoch + 1}
                  : by_month ? add_months(last, every.every)
                             : day{last.since_epoch + every.every};
  if (due > latest_day) {
    throw data_error({"last_review", problem::no_row, std::to_string(last.since_epoch),
                      "leads to a next review outside 1900 .. 2199", ""});
  }
  return due;
}

review_plan plan_reviews(column<std::int32_t> last_review, column<std::uint32_t> segment,
                         std::span<const cadence> by_segment, cadence otherwise, day as_of) {
  if (!segment.empty()) require_same_length(last_review, "last_review", segment, "segment");
  require_positive(otherwise);
  for (const cadence& c : by_segment) require_positive(c);
  review_plan plan;
  plan.next_due.reserve(last_review.size());
  plan.days_overdue.reserve(last_review.size());
  for (std::size_t row = 0; row < last_review.size(); ++row) {
    const bool known = !segment.empty() && segment.present(row);
    if (known && segment[row] >= by_segment.size()) {
      throw data_error(
          {segment.name_or("segment"), row, std::to_string(segment[row]), "is not below the number of segments", ""});
    }
    day due = as_of;
    if (last_review.present(row)) {
      const day last{last_review[row]};
      if (last > as_of) throw data_error({last_review.name_or("last_review"), row, to_string(last), "is after as_of", ""});
      due = next_due(last, known ? by_segment[segment[row]] : otherwise);
    } else {
      ++plan.never_reviewed;
    }
    plan.next_due.push_back(due.since_epoch);
    plan.days_overdue.push_back(std::max(0, as_of - due));
    plan.overdue += as_of > due ? 1 : 0;
    plan.due_now += as_of == due ? 1 : 0;
  }
  return plan;
}

}  // namespace sojourn::inline v0_1::health
