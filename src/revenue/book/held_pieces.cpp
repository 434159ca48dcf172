#include "revenue/book/held_pieces.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "revenue/book/standing_facts.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

using holders = std::array<std::uint32_t, 3>;  // holder, account, named

/// The accounts of a caller's account, as one customer holds them.
struct holding {
  std::uint32_t customer = 0;
  std::int64_t level = 0;
  std::int64_t present = 0;  // pieces that are customers
};

struct piece_step {
  std::int32_t when;
  std::uint32_t holding;  // of the caller's account
  std::int64_t level;     // change in ticks
  std::int64_t present;   // change of the number of pieces that are customers
};

/// The transfers of one account of the caller's rows.
class account_transfers {
 public:
  account_transfers(const held_pieces& pieces, std::span<const std::uint32_t> customer) : pieces_(pieces), of_(customer) {}

  /// False where one customer holds all of it.
  bool start(std::span<const std::uint32_t> pieces) {
    holdings_.clear(), steps_.clear();
    for (const std::uint32_t piece : pieces) holdings_.push_back({of_[piece]});
    const auto by_customer = [](const holding& a, const holding& b) { return a.customer < b.customer; };
    const auto same = [](const holding& a, const holding& b) { return a.customer == b.customer; };
    std::sort(holdings_.begin(), holdings_.end(), by_customer);
    holdings_.erase(std::unique(holdings_.begin(), holdings_.end(), same), holdings_.end());
    if (holdings_.size() < 2) return false;
    for (const std::uint32_t piece : pieces) {
      const auto mine = std::lower_bound(holdings_.begin(), holdings_.end(), holding{of_[piece]}, by_customer);
      const auto number = static_cast<std::uint32_t>(mine - holdings_.begin());
      std::int64_t level = 0;
      bool present = false;
      for (const mrr_step& step : pieces_.steps.steps(account{piece})) {
        const std::int64_t change = std::int64_t{step.present()} - std::int64_t{present};
        steps_.push_back({step.when.since_epoch, number, step.level.ticks() - level, change});
        level = step.level.ticks(), present = step.present();
      }
    }
    std::sort(steps_.begin(), steps_.end(), [](const piece_step& a, const piece_step& b) { return a.when < b.when; });
    return true;
  }

  void find(std::vector<transfer>& to, const period_finder& finder, bool by_period) {
    for (std::size_t i = 0; i < steps_.size() && steps_[i].when < finder.end_day();) {
      if (steps_[i].when < finder.first_day()) {
        take(steps_[i++]);
        continue;
      }
      before_ = holdings_;
      const std::int32_t day = steps_[i].when, period = finder(day);
      const auto together = [&](std::int32_t when) {
        return by_period ? when < finder.end_day() && finder(when) == period : when == day;
      };
      while (i < steps_.size() && together(steps_[i].when)) take(steps_[i++]);
      compare(to, by_period ? period : day);
    }
  }

 private:
  void take(const piece_step& step) {
    holdings_[step.holding].level += step.level;
    holdings_[step.holding].present += step.present;
  }

  void compare(std::vector<transfer>& to, std::int32_t when) {
    int128 up = 0, down = 0;
    bool gone = false, come = false;
    order_.clear();
    for (std::uint32_t h = 0; h < holdings_.size(); ++h) {
      const int128 change = int128{holdings_[h].level} - before_[h].level;
      (change > 0 ? up : down) += change > 0 ? change : -change;
      gone = gone || (before_[h].present > 0 && holdings_[h].present == 0);
      come = come || (before_[h].present == 0 && holdings_[h].present > 0);
      order_.push_back({change < 0 ? -change : change, h});
    }
    int128 in = std::min(up, down), out = in;
    std::sort(order_.begin(), order_.end(),
              [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
    for (const auto& [size, h] : order_) {
      transfer one{holdings_[h].customer, when};
      const bool rises = holdings_[h].level > before_[h].level;
      int128& left = rises ? in : out;
      const int128 moved = std::min(left, size);
      left -= moved;
      (rises ? one.in : one.out) = moved;
      one.arrives = before_[h].present == 0 && holdings_[h].present > 0 && (moved > 0 || gone);
      one.leaves = before_[h].present > 0 && holdings_[h].present == 0 && (moved > 0 || come);
      if (moved > 0 || one.arrives || one.leaves) to.push_back(one);
    }
  }

  const held_pieces& pieces_;
  std::span<const std::uint32_t> of_;
  std::vector<holding> holdings_, before_;
  std::vector<piece_step> steps_;
  std::vector<std::pair<int128, std::uint32_t>> order_;  // size of the change, holding
};

}  // namespace

void require_units(const reading& how) {
  if (how.ledger.by_subscription) {
    throw schema_error(
        "a subscription changes no hands: ask for the movements of accounts or parents under the policy "
        "option unit \"account\"");
  }
  if (how.ledger.book.lanes() > 1) {
    throw schema_error(
        "transfers need MRR that is one number: in one currency, or with each row valued once, as under fx "
        "\"service_start\", and not split");
  }
}

held_pieces pieces_of(const book_data& data, const reading& how) {
  const view_of_book asked(data, how.under);
  const owner_index owners(data.owners, asked.owners());
  const auto slots = standing_facts(data).slots_under(asked);
  row_accounts whose;
  mrr_rows rows = derive_rows(data, slots, asked, owners, how.ledger.book.known_until(), &whose);
  const auto of_row = [&](std::size_t row) { return holders{rows.account[row], whose.account[row], whose.named[row]}; };
  // Rows of one account stand together, so most repeat the one before.
  std::vector<holders> runs;
  std::vector<std::uint32_t> run(rows.account.size());
  for (std::size_t row = 0; row < run.size(); ++row) {
    if (runs.empty() || runs.back() != of_row(row)) runs.push_back(of_row(row));
    run[row] = static_cast<std::uint32_t>(runs.size() - 1);
  }
  std::vector<std::uint32_t> order(runs.size()), number(runs.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return runs[a] < runs[b]; });
  held_pieces made;
  for (const std::uint32_t one : order) {
    const auto [holder, account, named] = runs[one];
    if (made.named.empty() || holders{made.holder.back(), made.account.back(), made.named.back()} != runs[one]) {
      made.holder.push_back(holder), made.account.push_back(account), made.named.push_back(named);
    }
    number[one] = static_cast<std::uint32_t>(made.size() - 1);
  }
  for (std::size_t row = 0; row < run.size(); ++row) rows.account[row] = number[run[row]];
  rows.accounts = made.size();
  made.steps = rows.book(how.ledger.book.known_until());
  return made;
}

std::vector<transfer> find_transfers(const held_pieces& pieces, std::span<const std::uint32_t> customer,
                                     const period_finder& finder, bool by_period) {
  std::vector<std::uint32_t> order(pieces.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return pieces.named[a] != pieces.named[b] ? pieces.named[a] < pieces.named[b] : a < b;
  });
  std::vector<transfer> found;
  account_transfers one(pieces, customer);
  for (std::size_t i = 0; i < order.size();) {
    const std::size_t first = i;
    while (i < order.size() && pieces.named[order[i]] == pieces.named[order[first]]) ++i;
    if (i - first > 1 && one.start(std::span(order).subspan(first, i - first))) one.find(found, finder, by_period);
  }
  const auto same = [](const transfer& a, const transfer& b) { return a.customer == b.customer && a.when == b.when; };
  std::sort(found.begin(), found.end(), [](const transfer& a, const transfer& b) {
    return a.customer != b.customer ? a.customer < b.customer : a.when < b.when;
  });
  std::vector<transfer> joined;
  for (const transfer& next : found) {
    if (joined.empty() || !same(joined.back(), next)) {
      joined.push_back(next);
      continue;
    }
    transfer& mine = joined.back();
    mine.in += next.in, mine.out += next.out;
    mine.arrives = mine.arrives || next.arrives, mine.leaves = mine.leaves || next.leaves;
  }
  return joined;
}

}  // namespace sojourn::inline v0_1::detail
