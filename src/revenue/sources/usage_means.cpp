#include "revenue/sources/usage_means.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "revenue/sources/row_checks.hpp"
#include "sojourn/domain/calendar.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

constexpr std::int64_t parts_a_month = std::int64_t{28} * 29 * 15 * 31;  // a day is a whole number of them in every month
constexpr std::int32_t no_month = std::numeric_limits<std::int32_t>::max();

std::int32_t first_day_of(std::int32_t m) {
  return month{m}.first_day().since_epoch;
}

struct usage_row {
  std::int32_t start;
  std::int32_t end;
  bool ends;

  [[nodiscard]] bool empty() const { return ends && end <= start; }
  [[nodiscard]] std::int32_t first_month() const { return month::of(day{start}).since_epoch; }
  /// The last month with usage; a row that runs has none.
  [[nodiscard]] std::int32_t last_month() const { return ends ? month::of(day{end - 1}).since_epoch : no_month; }
  /// How much of a month it covers.
  [[nodiscard]] std::int64_t parts_in(std::int32_t m) const {
    const std::int32_t from = first_day_of(m), to = first_day_of(m + 1);
    const std::int32_t covered = std::min(ends ? end : to, to) - std::max(start, from);
    return covered > 0 ? parts_a_month / (to - from) * covered : 0;
  }
};

usage_row row_at(const mrr_rows& rows, std::size_t at) {
  return {rows.start[at], rows.end[at], has_end(rows, at)};
}

std::vector<std::int32_t> first_months(const mrr_rows& usage) {
  std::vector<std::int32_t> first(usage.accounts, no_month);
  for (std::size_t at = 0; at < usage.account.size(); ++at) {
    const usage_row row = row_at(usage, at);
    if (!row.empty()) first[usage.account[at]] = std::min(first[usage.account[at]], row.first_month());
  }
  return first;
}

class mean_writer {
 public:
  mean_writer(const mrr_rows& usage, std::int32_t months, mrr_rows& out) : usage_(usage), months_(months), out_(out) {}

  void add(std::size_t at, std::int32_t first_of_customer) {
    const usage_row row = row_at(usage_, at);
    const std::int32_t last = row.last_month();
    std::int64_t sum = 0;
    open_ = {};
    for (std::int32_t m = row.first_month() + 1; m <= month::of(latest_day).since_epoch; ++m) {
      sum += row.parts_in(m - 1);
      if (m - 1 - months_ >= row.first_month()) sum -= row.parts_in(m - 1 - months_);
      const std::int32_t seen = std::min(months_, m - first_of_customer);
      change(at, m, mean(usage_.amount[at], sum, seen));
      if (sum == 0) return;
      // Nothing changes before the last month is among them.
      const bool full = sum == parts_a_month * months_ && seen == months_;
      if (full && last == no_month) break;
      if (full) m = std::max(m, last);
    }
    if (open_.ticks > 0) write(at, 0, false);
  }

 private:
  struct level {
    std::int32_t month;
    std::int64_t ticks;
  };

  static std::int64_t mean(std::int64_t ticks, std::int64_t parts, std::int32_t seen) {
    const int128 over = int128{ticks} * parts;
    const int128 under = int128{parts_a_month} * seen;
    return static_cast<std::int64_t>((2 * over + under) / (2 * under));
  }

  void change(std::size_t at, std::int32_t m, std::int64_t ticks) {
    if (ticks == open_.ticks) return;
    if (open_.ticks > 0) write(at, first_day_of(m), true);
    open_ = {m, ticks};
  }
  void write(std::size_t at, std::int32_t to, bool ends) {
    out_.add(usage_.account[at], first_day_of(open_.month), to, ends, open_.ticks, usage_.source[at]);
  }

  const mrr_rows& usage_;
  std::int32_t months_;
  mrr_rows& out_;
  level open_{};
};

}  // namespace

void add_usage_means(const mrr_rows& usage, std::int32_t months, mrr_rows& out) {
  if (months < 1) throw schema_error("usage_months is 1 or more; of no months there is no mean");
  const std::vector<std::int32_t> first = first_months(usage);
  mean_writer writer(usage, months, out);
  for (std::size_t at = 0; at < usage.account.size(); ++at) {
    const usage_row row = row_at(usage, at);
    if (row.empty() || usage.amount[at] == 0) {
      out.add(usage.account[at], row.start, row.end, row.ends, usage.amount[at], usage.source[at], usage.marks_of(at));
    } else {
      writer.add(at, first[usage.account[at]]);
    }
  }
}

}  // namespace sojourn::inline v0_1::detail
