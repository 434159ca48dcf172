#include "sojourn/lifetime/purchase_summary.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

#include "detail/number_text.hpp"

namespace sojourn::inline v0_1 {
namespace {

struct logged_purchase {
  std::uint32_t account = 0;
  std::int32_t date = 0;
  double amount = 0;

  /// The amount, too, so that sums do not depend on the order of the rows.
  [[nodiscard]] auto key() const { return std::tie(account, date, amount); }
};

void require_amount(const purchase_log& log, std::size_t row) {
  const double amount = log.amount[row];
  if (amount >= 0 && std::isfinite(amount)) return;
  throw data_error({log.amount.name_or("amount"), row, detail::number_text(amount), "the amount of a purchase is 0 or more",
                    "net refunds against their purchases"});
}

std::vector<logged_purchase> known_purchases(const purchase_log& log, std::int64_t& rows_missing) {
  std::vector<logged_purchase> found;
  found.reserve(log.account.size());
  const bool amounts = !log.amount.empty();
  for (std::size_t row = 0; row < log.account.size(); ++row) {
    const bool no_amount = amounts && (!log.amount.present(row) || std::isnan(log.amount[row]));
    if (!log.account.present(row) || !log.date.present(row) || no_amount) {
      ++rows_missing;
      continue;
    }
    if (amounts) require_amount(log, row);
    found.push_back({log.account[row], log.date[row], amounts ? log.amount[row] : 0});
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.key() < b.key(); });
  return found;
}

}  // namespace

purchase_histories purchase_summary(const purchase_log& log, purchase_unit unit, std::optional<day> until) {
  require_same_length(log.account, "account", log.date, "date");
  if (!log.amount.empty()) require_same_length(log.account, "account", log.amount, "amount");
  purchase_histories found;
  const std::vector<logged_purchase> purchases = known_purchases(log, found.rows_missing);
  if (!until && purchases.empty()) throw schema_error("purchase_summary: the log has no purchase; state until=");
  if (!until) {
    const auto last =
        std::max_element(purchases.begin(), purchases.end(), [](const auto& a, const auto& b) { return a.date < b.date; });
    until = day{last->date};
  }
  found.until = *until;
  const double unit_days = unit == purchase_unit::week ? 7 : 1;
  const auto time_between = [unit_days](std::int32_t from, std::int32_t to) {
    return (static_cast<double>(to) - static_cast<double>(from)) / unit_days;
  };
  for (std::size_t from = 0, to = 0; from < purchases.size(); from = to) {
    const logged_purchase& first = purchases[from];
    purchase_history history{.account = first.account, .first_day = day{first.date}};
    std::int32_t last = first.date;
    double spent = 0;
    for (; to < purchases.size() && purchases[to].account == first.account; ++to) {
      const logged_purchase& one = purchases[to];
      if (one.date > until->since_epoch) {
        ++found.rows_later;
        continue;
      }
      history.x += one.date != last;
      if (one.date != first.date) spent += one.amount;
      last = one.date;
    }
    if (first.date > until->since_epoch) {
      ++found.accounts_later;
      continue;
    }
    history.t_x = time_between(first.date, last);
    history.T = time_between(first.date, until->since_epoch);
    if (history.x > 0 && !log.amount.empty()) history.mean = spent / static_cast<double>(history.x);
    found.accounts.push_back(history);
  }
  return found;
}

}  // namespace sojourn::inline v0_1
