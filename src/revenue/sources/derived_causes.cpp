#include "revenue/sources/derived_causes.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <tuple>

#include "revenue/ledger/cell_checks.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

constexpr std::int32_t end_of_open_row = std::numeric_limits<std::int32_t>::max();

struct row_period {
  std::size_t at;  // in the rows
  std::int32_t start;
  std::int32_t end;
  std::int64_t ticks;
  std::uint32_t row;
  std::uint16_t lane;
  bool usage;  // its source says so
  std::optional<std::uint32_t> subscription;
  std::optional<std::uint32_t> product;

  [[nodiscard]] bool bridge() const { return row == mrr_rows::no_source; }
};
using period_list = std::vector<const row_period*>;

/// A row that ends because its service does, not because of something that happened to it.
bool ends_as_agreed(change_cause cause) {
  return cause == change_cause::unknown || cause == change_cause::voluntary || cause == change_cause::expired;
}

class account_causes {
 public:
  account_causes(mrr_rows& rows, const cause_facts& facts, std::vector<begin_share>& shares)
      : rows_(rows), facts_(facts), shares_(shares) {}

  void read(std::span<const std::uint32_t> mine) {
    list_periods(mine);
    running_.clear();
    std::size_t start = 0, end = 0;
    while (start < all_.size() || (end < by_end_.size() && by_end_[end]->end != end_of_open_row)) {
      const std::int32_t next_start = start < all_.size() ? all_[start].start : end_of_open_row;
      const std::int32_t day = std::min(next_start, by_end_[end]->end);
      const bool ever = start > 0;
      ending_.clear(), starting_.clear();
      for (; end < by_end_.size() && by_end_[end]->end == day; ++end) {
        ending_.push_back(by_end_[end]);
        std::erase(running_, by_end_[end]);
      }
      for (; start < all_.size() && all_[start].start == day; ++start) starting_.push_back(&all_[start]);
      if (!running_.empty() || (!ending_.empty() && !starting_.empty()))
        one_day();
      else
        become_customer(ever);
      running_.insert(running_.end(), starting_.begin(), starting_.end());
    }
  }

 private:
  /// In an order that no order of rows can change, as far as marks tell rows apart.
  void list_periods(std::span<const std::uint32_t> mine) {
    all_.clear();
    for (const std::uint32_t at : mine) {
      const bool counts = rows_.amount[at] != 0 || rows_.marks[at].kept != account_presence::absent;
      const std::int32_t end = has_end(rows_, at) ? rows_.end[at] : end_of_open_row;
      if (!counts || end <= rows_.start[at]) continue;
      const std::uint32_t row = rows_.source[at];
      all_.push_back({at, rows_.start[at], end, rows_.amount[at] * rows_.ticks_per_unit, row, rows_.marks[at].lane,
                      rows_.marks[at].began == change_cause::usage, cell(facts_.subscription, row),
                      cell(facts_.product, row)});
    }
    const auto content = [this](const row_period& one) {
      const row_marks& mark = rows_.marks[one.at];
      return std::tuple(one.ticks, one.lane, one.subscription, one.product, mark.began, mark.ended, one.at);
    };
    std::sort(all_.begin(), all_.end(), [&](const auto& a, const auto& b) {
      return std::tuple(a.start, a.end, content(a)) < std::tuple(b.start, b.end, content(b));
    });
    by_end_.clear();
    for (const row_period& one : all_) by_end_.push_back(&one);
    std::sort(by_end_.begin(), by_end_.end(), [&](const auto* a, const auto* b) {
      return std::tuple(a->end, a->start, content(*a)) < std::tuple(b->end, b->start, content(*b));
    });
  }
  [[nodiscard]] static std::optional<std::uint32_t> cell(const column<std::uint32_t>& of, std::uint32_t row) {
    return row < of.size() && of.present(row) ? std::optional(of[row]) : std::nullopt;
  }
  [[nodiscard]] row_marks& marks(const row_period& one) { return rows_.marks[one.at]; }

  void become_customer(bool ever) {
    for (const row_period* one : starting_) {
      change_cause& began = marks(*one).began;
      if (began == change_cause::unknown) began = ever ? change_cause::reactivated : change_cause::new_subscription;
    }
  }

  void one_day() {
    ends_ = ending_, starts_ = starting_;
    pair([](const auto& a, const auto& b) { return a.row == b.row && !a.bridge(); }, [](const auto&, const auto&) {});
    const auto same = [](const auto& a, const auto& b) {
      return a.lane == b.lane && a.usage == b.usage && a.subscription == b.subscription;
    };
    const auto same_product = [&](const auto& a, const auto& b) {
      return same(a, b) && (!a.product || !b.product || a.product == b.product);
    };
    pair([&](const auto& a, const auto& b) { return same_product(a, b) && a.ticks == b.ticks; },
         [&](const auto& a, const auto& b) { mark(a, b, change_cause::unknown); });
    pair_alone([&](const auto& a, const auto& b) { return same(a, b) && a.product == b.product; });
    pair_alone(same);
    leave_open();
    for (const row_period* one : ends_) {
      if (ends_as_agreed(marks(*one).ended) && !states(*one) && is_another(*one, starting_)) {
        marks(*one).ended = change_cause::product;
      }
    }
    for (const row_period* one : starts_) {
      if (marks(*one).began == change_cause::unknown && is_another(*one, ending_)) marks(*one).began = change_cause::product;
    }
  }

  template <class Fits, class Found>
  void pair(const Fits& fits, const Found& found) {
    for (std::size_t e = 0; e < ends_.size();) {
      const auto s = std::find_if(starts_.begin(), starts_.end(), [&](const auto* one) { return fits(*ends_[e], *one); });
      if (s == starts_.end()) {
        ++e;
        continue;
      }
      found(*ends_[e], **s);
      starts_.erase(s);
      ends_.erase(ends_.begin() + static_cast<std::ptrdiff_t>(e));
    }
  }

  /// Pairs of which neither could be paired otherwise.
  template <class Fits>
  void pair_alone(const Fits& fits) {
    std::vector<std::pair<const row_period*, const row_period*>> found;
    for (const row_period* e : ends_) {
      const auto fit = [&](const auto* s) { return fits(*e, *s); };
      const auto s = std::find_if(starts_.begin(), starts_.end(), fit);
      if (s == starts_.end() || std::count_if(starts_.begin(), starts_.end(), fit) != 1) continue;
      if (std::count_if(ends_.begin(), ends_.end(), [&](const auto* other) { return fits(*other, **s); }) != 1) continue;
      found.emplace_back(e, *s);
    }
    for (const auto& [e, s] : found) {
      take_over(*e, *s);
      std::erase(ends_, e);
      std::erase(starts_, s);
    }
  }

  /// Rows of one subscription of which nobody knows which takes over from which: a change of product where none of the
  /// others is of the same, else unknown.
  void leave_open() {
    const period_list ends = ends_, starts = starts_;
    const auto take_out = [&](period_list& list, const period_list& others, change_cause row_marks::* of) {
      std::erase_if(list, [&](const auto* one) {
        const auto in = [&](const auto* other) { return other->subscription == one->subscription; };
        if (std::none_of(others.begin(), others.end(), in)) return false;
        const bool differs = std::all_of(others.begin(), others.end(), [&](const auto* other) {
          return !in(other) || (one->product && other->product && one->product != other->product);
        });
        change_cause& why = marks(*one).*of;
        if (ends_as_agreed(why) && !states(*one)) why = differs ? change_cause::product : change_cause::unknown;
        return true;
      });
    };
    take_out(ends_, starts, &row_marks::ended);
    take_out(starts_, ends, &row_marks::began);
  }

  /// Whether the row says itself why it ends.
  [[nodiscard]] bool states(const row_period& one) {
    if (one.bridge() || !facts_.stated) return false;
    const change_cause said = facts_.stated(one.row);
    return said != change_cause::unknown && marks(one).ended == said;
  }

  void mark(const row_period& before, const row_period& after, change_cause why) {
    row_marks& old = marks(before);
    const bool metered = old.ended == change_cause::usage && marks(after).began == change_cause::usage;
    if (!metered && !states(before)) old.ended = why;
    marks(after).began = old.ended;
  }

  void take_over(const row_period& before, const row_period& after) {
    if (before.product && after.product && before.product != after.product)
      return mark(before, after, change_cause::product);
    parts_.clear();
    if (!before.bridge() && !after.bridge() && !states(before)) compare(before, after);
    std::erase_if(parts_, [](const cause_part& one) { return one.ticks == 0; });
    const cause_part* largest = nullptr;
    for (const cause_part& one : parts_) {
      if (largest == nullptr || size_of(one) > size_of(*largest)) largest = &one;
    }
    mark(before, after, largest != nullptr ? largest->cause : change_cause::unknown);
    for (const cause_part& one : parts_) {
      if (&one == largest) continue;
      shares_.push_back({static_cast<std::uint32_t>(after.at), one.cause, static_cast<std::int64_t>(one.ticks)});
    }
  }

  void compare(const row_period& before, const row_period& after) {
    const std::int64_t moved = facts_.rate ? at_rate_of(after, before) : before.ticks;
    add_part(parts_, change_cause::fx, int128{moved} - before.ticks);
    // What is left of equal amounts is rounding.
    const int128 rest = int128{after.ticks} - moved;
    if (moved != before.ticks && rest <= 2 && rest >= -2)
      add_part(parts_, change_cause::fx, rest);
    else if (facts_.compare)
      facts_.compare({before.row, moved}, {after.row, after.ticks}, parts_);
    else
      add_part(parts_, change_cause::unknown, rest);
  }

  /// The ticks of one row at the rate of another.
  [[nodiscard]] std::int64_t at_rate_of(const row_period& other, const row_period& one) const {
    const exchange_rate from = facts_.rate(one.row), to = facts_.rate(other.row);
    if (from == to) return one.ticks;
    const int128 top = int128{to.numerator} * from.denominator, bottom = int128{to.denominator} * from.numerator;
    try {
      return converted(mrr::from_ticks(one.ticks), exchange_rate::of(top, bottom, "causes")).ticks();
    } catch (const overflow_error&) {
      const mrr native = converted(mrr::from_ticks(one.ticks), {from.denominator, from.numerator});
      return converted(native, to).ticks();
    }
  }

  /// Whether a row is of another subscription or product than all that runs beside it or is `beside` on that day.
  [[nodiscard]] bool is_another(const row_period& one, const period_list& beside) const {
    const auto differs = [&](const row_period* other) {
      if (other == &one) return true;
      if (one.subscription && other->subscription && one.subscription != other->subscription) return true;
      return one.product && other->product && one.product != other->product;
    };
    return (!running_.empty() || !beside.empty()) && std::all_of(running_.begin(), running_.end(), differs) &&
           std::all_of(beside.begin(), beside.end(), differs);
  }

  mrr_rows& rows_;
  const cause_facts& facts_;
  std::vector<begin_share>& shares_;
  std::vector<row_period> all_;
  period_list by_end_, running_, ending_, starting_, ends_, starts_;  // the last two: of a day, not yet paired
  std::vector<cause_part> parts_;
};

}  // namespace

void derive_causes(mrr_rows& rows, const cause_facts& facts) {
  rows.marks.resize(rows.account.size());
  std::vector<std::uint32_t> order(rows.account.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&](auto a, auto b) { return std::tie(rows.account[a], a) < std::tie(rows.account[b], b); });
  account_causes causes(rows, facts, rows.shares);
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first + 1;
    while (last < order.size() && rows.account[order[last]] == rows.account[order[first]]) ++last;
    causes.read(std::span(order).subspan(first, last - first));
    first = last;
  }
  std::sort(rows.shares.begin(), rows.shares.end(),
            [](const auto& a, const auto& b) { return std::tie(a.at, a.cause) < std::tie(b.at, b.cause); });
}

}  // namespace sojourn::inline v0_1::detail
