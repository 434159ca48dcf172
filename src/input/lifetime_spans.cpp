#include "sojourn/input/lifetime_spans.hpp"

#include <cmath>
#include <string>

#include "detail/number_text.hpp"

namespace sojourn::inline v0_1 {
namespace {

bool has_number(const column<double>& values, std::size_t row) {
  return !values.empty() && values.present(row) && !std::isnan(values[row]);
}

void check_span_age(const column<double>& ages, std::string_view name, std::size_t row, bool endless,
                    std::vector<problem>& found) {
  if (!has_number(ages, row) || (ages[row] >= 0 && (endless || std::isfinite(ages[row])))) return;
  found.push_back({ages.name_or(name), row, detail::number_text(ages[row]), "an age is a number of 0 or more",
                   "count ages from the start of the account"});
}

void check_span(const lifetime_spans& rows, std::size_t row, std::vector<problem>& found) {
  check_span_age(rows.time, "time", row, false, found);
  check_span_age(rows.upper, "upper", row, true, found);
  check_span_age(rows.entry, "entry", row, false, found);
  const bool timed = has_number(rows.time, row), stated = !rows.event.empty() && rows.event.present(row);
  const bool ends = has_number(rows.upper, row) && std::isfinite(rows.upper[row]);
  if (stated && rows.event[row] > 1) {
    found.push_back({rows.event.name_or("event"), row, std::to_string(rows.event[row]),
                     "an event is 0 (still a customer) or 1 (churned)", "code what happened as 0 or 1"});
    return;
  }
  if (timed && ends && rows.upper[row] < rows.time[row]) {
    found.push_back({rows.upper.name_or("upper"), row, detail::number_text(rows.upper[row]),
                     "upper is not before time (" + detail::number_text(rows.time[row]) + ")",
                     "time is the lower end of the interval"});
  }
  if (timed && ends && stated && rows.event[row] == 0 && rows.upper[row] > rows.time[row]) {
    found.push_back({rows.event.name_or("event"), row, "0", "an account that left within an interval has event 1",
                     "leave upper missing for an account still there"});
  }
  const bool interval = ends && rows.upper[row] > rows.time[row];
  const bool left = interval || (ends && !(stated && rows.event[row] == 0)) || (!ends && stated && rows.event[row] == 1);
  if (timed && left && !interval && rows.time[row] == 0) {
    found.push_back({rows.time.name_or("time"), row, "0", "an exit at age 0 has no density",
                     "give the interval in which it left as time and upper, or leave the row out"});
  }
  if (timed && has_number(rows.entry, row) &&
      (interval ? rows.entry[row] > rows.time[row] : rows.entry[row] >= rows.time[row])) {
    found.push_back({rows.entry.name_or("entry"), row, detail::number_text(rows.entry[row]),
                     "entry must lie before time (" + detail::number_text(rows.time[row]) + ")",
                     "time is the age at exit, not the length of the observed span"});
  }
  if (has_number(rows.weight, row) && !(rows.weight[row] >= 0 && std::isfinite(rows.weight[row]))) {
    found.push_back({rows.weight.name_or("weights"), row, detail::number_text(rows.weight[row]),
                     "a weight is a number of 0 or more", "give it 0, or leave it missing to leave the row out"});
  }
  if (!rows.count.empty() && rows.count.present(row) && rows.count[row] < 0) {
    found.push_back({rows.count.name_or("count"), row, std::to_string(rows.count[row]), "a count is 0 or more",
                     "count the accounts that the row stands for"});
  }
}

}  // namespace

std::vector<problem> validate(const lifetime_spans& rows, std::size_t limit) {
  if (rows.event.empty() && rows.upper.empty() && !rows.time.empty())
    throw schema_error("lifetimes need an event (0 or 1) or an upper end of the interval in which an account left");
  if (!rows.event.empty()) require_same_length(rows.time, "time", rows.event, "event");
  if (!rows.upper.empty()) require_same_length(rows.time, "time", rows.upper, "upper");
  if (!rows.entry.empty()) require_same_length(rows.time, "time", rows.entry, "entry");
  if (!rows.weight.empty()) require_same_length(rows.time, "time", rows.weight, "weights");
  if (!rows.count.empty()) require_same_length(rows.time, "time", rows.count, "count");
  std::vector<problem> found;
  for (std::size_t row = 0; row < rows.time.size() && found.size() < limit; ++row) check_span(rows, row, found);
  if (found.size() > limit) found.resize(limit);
  return found;
}

}  // namespace sojourn::inline v0_1
