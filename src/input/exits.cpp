#include "sojourn/input/exits.hpp"

#include <cmath>
#include <string>

#include "detail/number_text.hpp"

namespace sojourn::inline v0_1 {
namespace {

bool exit_given(const column<double>& values, std::size_t row) {
  return !values.empty() && values.present(row) && !std::isnan(values[row]);
}

void check_exit_age(const column<double>& ages, std::string_view name, std::size_t row, std::vector<problem>& found) {
  if (exit_given(ages, row) && !(ages[row] >= 0 && std::isfinite(ages[row]))) {
    found.push_back({ages.name_or(name), row, detail::number_text(ages[row]), "an age is a number of 0 or more",
                     "count ages from the start of the account"});
  }
}

void check_exit(const exits& rows, std::size_t row, std::vector<problem>& found) {
  check_exit_age(rows.time, "time", row, found);
  check_exit_age(rows.entry, "entry", row, found);
  if (exit_given(rows.entry, row) && exit_given(rows.time, row) && rows.entry[row] >= rows.time[row]) {
    found.push_back({rows.entry.name_or("entry"), row, detail::number_text(rows.entry[row]),
                     "entry must lie before time (" + detail::number_text(rows.time[row]) + ")",
                     "time is the age at exit, not the length of the observed span"});
  }
  if (exit_given(rows.weight, row) && !(rows.weight[row] >= 0 && std::isfinite(rows.weight[row]))) {
    found.push_back({rows.weight.name_or("weights"), row, detail::number_text(rows.weight[row]),
                     "a weight is a number of 0 or more", "give it 0, or leave it missing to leave the row out"});
  }
  if (!rows.count.empty() && rows.count.present(row) && rows.count[row] < 0) {
    found.push_back({rows.count.name_or("count"), row, std::to_string(rows.count[row]), "a count is 0 or more",
                     "count the accounts that the row stands for"});
  }
}

}  // namespace

std::vector<problem> validate(const exits& rows, std::size_t limit) {
  require_same_length(rows.time, "time", rows.cause, "cause");
  if (!rows.entry.empty()) require_same_length(rows.time, "time", rows.entry, "entry");
  if (!rows.weight.empty()) require_same_length(rows.time, "time", rows.weight, "weights");
  if (!rows.count.empty()) require_same_length(rows.time, "time", rows.count, "count");
  std::vector<problem> found;
  for (std::size_t row = 0; row < rows.time.size() && found.size() < limit; ++row) check_exit(rows, row, found);
  if (found.size() > limit) found.resize(limit);
  return found;
}

exits_of_cause::exits_of_cause(const exits& all, std::uint32_t cause) : all_(all), codes_(all.cause.size()) {
  for (std::size_t row = 0; row < codes_.size(); ++row)
    codes_[row] = all.cause.present(row) && all.cause[row] == cause ? 1 : exits::still_there;
}

exits exits_of_cause::rows() const {
  exits one = all_;
  one.cause = {codes_, all_.cause.validity(), all_.cause.bit_offset(), all_.cause.name()};
  return one;
}

}  // namespace sojourn::inline v0_1
