#include "revenue/sources/unpaid_presence.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <tuple>
#include <utility>

#include "revenue/sources/row_checks.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

struct span_of_row {
  std::int64_t from;
  bool without_mrr;
  std::size_t at;
  std::int64_t to;
  friend bool operator>(const span_of_row& a, const span_of_row& b) {
    return std::tie(a.from, a.without_mrr, a.at) > std::tie(b.from, b.without_mrr, b.at);
  }
};

/// Walks through the rows of one customer in the order of their days.
class customer_walk {
 public:
  customer_walk(mrr_rows& rows, std::int32_t grace_days) : rows_(rows), grace_(grace_days) {}

  void take(const std::vector<span_of_row>& spans) {
    std::vector<std::int64_t> paid_from;
    for (const span_of_row& one : spans) {
      waiting_.push(one);
      if (!one.without_mrr) paid_from.push_back(one.from);
    }
    std::sort(paid_from.begin(), paid_from.end());
    std::int64_t customer_until = INT64_MIN;
    while (!waiting_.empty()) {
      const span_of_row now = waiting_.top();
      waiting_.pop();
      if (!now.without_mrr || now.from - grace_ <= customer_until) {
        customer_until = std::max(customer_until, now.to);
        continue;
      }
      ++rows_.counts.never_paid;
      const auto next = std::upper_bound(paid_from.begin(), paid_from.end(), now.from);
      if (next == paid_from.end() || *next >= now.to) {
        rows_.amount[now.at] = 0;
        if (!rows_.marks.empty()) rows_.marks[now.at].kept = account_presence::absent;
        continue;
      }
      rows_.start[now.at] = static_cast<std::int32_t>(*next);
      waiting_.push({*next, true, now.at, now.to});
    }
  }

 private:
  mrr_rows& rows_;
  std::int64_t grace_;
  std::priority_queue<span_of_row, std::vector<span_of_row>, std::greater<>> waiting_;
};

}  // namespace

void drop_unpaid_presence(mrr_rows& rows, const std::vector<std::size_t>& presence, std::int32_t grace_days) {
  if (presence.empty()) return;
  std::vector<std::uint8_t> without_mrr(rows.account.size(), 0);
  std::map<std::uint32_t, std::vector<span_of_row>> customers;
  for (const std::size_t at : presence) {
    without_mrr[at] = 1;
    customers.try_emplace(rows.account[at]);
  }
  for (std::size_t at = 0; at < rows.account.size(); ++at) {
    const auto found = customers.find(rows.account[at]);
    if (found == customers.end()) continue;
    const std::int64_t to = has_end(rows, at) ? std::int64_t{rows.end[at]} : never;
    if (to <= rows.start[at] || (without_mrr[at] == 0 && rows.amount[at] <= 0)) continue;
    found->second.push_back({rows.start[at], without_mrr[at] != 0, at, to});
  }
  for (const auto& [who, spans] : customers) customer_walk(rows, grace_days).take(spans);
}

}  // namespace sojourn::inline v0_1::detail
