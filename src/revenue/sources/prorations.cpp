#include "revenue/sources/prorations.hpp"

#include <algorithm>
#include <vector>

#include "sojourn/detail/int128.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/revenue/sources/invoicing.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// The lines of one account that matter here.
struct account_lines {
  std::vector<std::size_t> charges;
  std::vector<std::size_t> changes;  // said to be prorations, or below zero without a kind
};

class account_reader {
 public:
  account_reader(const invoice_lines& lines, std::map<std::size_t, proration>& found) : t_(lines), found_(found) {}

  void read(account_lines& lines) {
    charges_ = &lines.charges;
    // The whole period of one change may follow from that of an earlier one.
    std::sort(lines.changes.begin(), lines.changes.end(), [this](std::size_t a, std::size_t b) {
      const auto first = period(a).from, second = period(b).from;
      return first != second ? first < second : a < b;
    });
    for (const std::size_t row : lines.changes) {
      if (t_.amount[row] < 0) credit(row);
    }
    for (const std::size_t row : lines.changes) {
      if (t_.amount[row] >= 0) charge(row);
    }
  }

 private:
  [[nodiscard]] days period(std::size_t row) const { return {t_.service_start[row], t_.service_end[row]}; }
  [[nodiscard]] bool has_whole(std::size_t row) const { return holds(t_.full_start, row) || holds(t_.full_end, row); }
  [[nodiscard]] std::int64_t amount(std::size_t row) const { return t_.amount[row]; }

  [[nodiscard]] days whole(std::size_t row) const {
    if (holds(t_.full_start, row) && holds(t_.full_end, row)) return {t_.full_start[row], t_.full_end[row]};
    const auto known = found_.find(row);
    return known != found_.end() ? known->second.whole.value_or(period(row)) : period(row);
  }

  [[nodiscard]] bool same_subscription(std::size_t a, std::size_t b) const {
    return holds(t_.subscription, a) && holds(t_.subscription, b) && t_.subscription[a] == t_.subscription[b];
  }

  /// How far a credit is from the share of a charge in the credited days, in parts of a minor unit.
  [[nodiscard]] int128 distance(std::size_t credit, std::size_t charge) const {
    const days part = period(credit), all = period(charge);
    const int128 off = int128{amount(charge)} * (part.to - part.from) + int128{amount(credit)} * (all.to - all.from);
    return (off < 0 ? -off : off) / (all.to - all.from);
  }

  [[nodiscard]] std::optional<std::size_t> credited_by(std::size_t credit) const {
    std::optional<std::size_t> best;
    const auto better = [&](std::size_t a, std::size_t b) {
      if (same_subscription(credit, a) != same_subscription(credit, b)) return same_subscription(credit, a);
      if (distance(credit, a) != distance(credit, b)) return distance(credit, a) < distance(credit, b);
      return period(a).from < period(b).from;
    };
    for (const std::size_t row : *charges_) {
      if (covers(row, credit) && (!best || better(row, *best))) best = row;
    }
    return best;
  }

  [[nodiscard]] bool covers(std::size_t charge, std::size_t row) const {
    return period(charge).from <= period(row).from && period(row).to <= period(charge).to;
  }

  [[nodiscard]] bool has_successor(std::size_t credit, std::size_t credited) const {
    return std::any_of(charges_->begin(), charges_->end(), [&](std::size_t row) {
      return row != credited && covers(row, credit) && period(row).from == period(credit).from;
    });
  }

  void credit(std::size_t row) {
    const std::optional<std::size_t> credited = credited_by(row);
    const bool said = holds(t_.kind, row);
    if (!said && (!credited || !has_successor(row, *credited))) return;
    proration& made = found_[row];
    made.credit = true;
    if (!credited) return;
    made.credited = static_cast<std::uint32_t>(*credited);
    const days all = period(*credited);
    const std::int64_t share_of_a_day = amount(*credited) / (all.to - all.from) + 1;
    made.ends_it = all.to == period(row).to && distance(row, *credited) <= share_of_a_day;
    if (!has_whole(row)) made.whole = whole(*credited);
    for (const std::size_t other : *charges_) {
      if (other == *credited || has_whole(other) || period(other).from != period(row).from ||
          period(other).to != period(row).to)
        continue;
      if (bills_months(other)) continue;
      found_[other].whole = whole(*credited);
    }
  }

  [[nodiscard]] bool bills_months(std::size_t row) const {
    const days own = period(row);
    return term_between(day{static_cast<std::int32_t>(own.from)}, day{static_cast<std::int32_t>(own.to)}).unit ==
           billing_unit::month;
  }

  /// More seats, say: no credit beside it. It is a part of the period that the account has been billed for.
  void charge(std::size_t row) {
    proration& made = found_[row];
    if (has_whole(row) || made.whole || bills_months(row)) return;
    for (const std::size_t other : *charges_) {
      const bool longer = period(other).from < period(row).from && period(other).to == period(row).to;
      if (longer && (!made.whole || same_subscription(other, row))) made.whole = whole(other);
    }
  }

  const invoice_lines& t_;
  std::map<std::size_t, proration>& found_;
  const std::vector<std::size_t>* charges_ = nullptr;
};

/// Whether a line can be placed in time; what is wrong with another one is said where lines are read.
bool placed(const invoice_lines& t, std::size_t row) {
  return t.account.present(row) && t.amount.present(row) && t.amount[row] != INT64_MIN && holds(t.service_start, row) &&
         holds(t.service_end, row) && t.service_start[row] >= earliest_day.since_epoch &&
         t.service_end[row] <= latest_day.since_epoch && t.service_start[row] < t.service_end[row];
}

}  // namespace

std::map<std::size_t, proration> find_prorations(const invoice_lines& t) {
  const auto is_change = [&t](std::size_t row) {
    return holds(t.kind, row) ? t.kind[row] == static_cast<std::uint8_t>(line_kind::proration)
                              : t.amount.present(row) && t.amount[row] < 0;
  };
  std::map<std::size_t, proration> found;
  std::map<std::uint32_t, account_lines> accounts;
  for (std::size_t row = 0; row < t.account.size(); ++row) {
    if (is_change(row) && placed(t, row)) accounts[t.account[row]].changes.push_back(row);
  }
  if (accounts.empty()) return found;
  for (std::size_t row = 0; row < t.account.size(); ++row) {
    const bool charge = !holds(t.kind, row) || t.kind[row] == static_cast<std::uint8_t>(line_kind::recurring) ||
                        t.kind[row] == static_cast<std::uint8_t>(line_kind::proration);
    if (!charge || !placed(t, row) || t.amount[row] < 0) continue;
    if (const auto who = accounts.find(t.account[row]); who != accounts.end()) who->second.charges.push_back(row);
  }
  account_reader reader(t, found);
  for (auto& [who, lines] : accounts) reader.read(lines);
  return found;
}

}  // namespace sojourn::inline v0_1::detail
