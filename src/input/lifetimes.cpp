#include "sojourn/input/lifetimes.hpp"

#include <string>

namespace sojourn::inline v0_1 {
namespace {

class problem_list {
 public:
  explicit problem_list(std::size_t limit) : limit_(limit) {}

  template <class T>
  void add(const column<T>& where, std::string_view name, std::size_t row, std::string rule, std::string advice) {
    if (!full())
      found_.push_back({where.name_or(name), row, std::to_string(where[row]), std::move(rule), std::move(advice)});
  }
  [[nodiscard]] bool full() const noexcept { return found_.size() >= limit_; }
  [[nodiscard]] std::vector<problem> take() { return std::move(found_); }

 private:
  std::size_t limit_;
  std::vector<problem> found_;
};

void check_row(const lifetimes& rows, std::size_t row, problem_list& problems) {
  const bool timed = rows.time.present(row);
  if (timed && rows.time[row] < 0) {
    problems.add(rows.time, "time", row, "an age is 0 or more", "count ages from the start of the account");
  }
  if (rows.event.present(row) && rows.event[row] > 1) {
    problems.add(rows.event, "event", row, "an event is 0 (still a customer) or 1 (churned)",
                 "code what happened as 0 or 1; cumulative_incidence takes several causes of leaving");
  }
  if (!rows.entry.empty() && rows.entry.present(row)) {
    if (rows.entry[row] < 0)
      problems.add(rows.entry, "entry", row, "an age is 0 or more", "leave it missing for accounts seen from the start");
    else if (timed && rows.entry[row] >= rows.time[row]) {
      problems.add(rows.entry, "entry", row, "entry must lie before time (" + std::to_string(rows.time[row]) + ")",
                   "time is the age at exit, not the length of the observed span");
    }
  }
  if (!rows.weight.empty() && rows.weight.present(row) && rows.weight[row] < 0) {
    problems.add(rows.weight, "weight", row, "a weight is 0 or more", "give it 0, or leave it missing to leave the row out");
  }
  if (!rows.count.empty() && rows.count.present(row) && rows.count[row] < 0) {
    problems.add(rows.count, "count", row, "a count is 0 or more", "count the accounts that the row stands for");
  }
}

}  // namespace

std::vector<problem> validate(const lifetimes& rows, std::size_t limit) {
  require_same_length(rows.time, "time", rows.event, "event");
  if (!rows.entry.empty()) require_same_length(rows.time, "time", rows.entry, "entry");
  if (!rows.weight.empty()) require_same_length(rows.time, "time", rows.weight, "weight");
  if (!rows.count.empty()) require_same_length(rows.time, "time", rows.count, "count");
  problem_list problems(limit);
  for (std::size_t row = 0; row < rows.time.size() && !problems.full(); ++row) check_row(rows, row, problems);
  return problems.take();
}

}  // namespace sojourn::inline v0_1
