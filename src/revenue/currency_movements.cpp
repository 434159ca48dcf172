#include "sojourn/revenue/currency_movements.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <string>
#include <utility>

#include "revenue/ledger/currency_walk.hpp"

namespace sojourn::inline v0_1 {
namespace detail {
namespace {

/// Rates of every boundary of periods: boundary p is the opening of period p, the last one the closing of the last.
using boundary_rates = std::vector<std::vector<exchange_rate>>;

// In which periods a currency is worth anything to anybody.
std::vector<bool> needed(const ledger& book, const std::optional<std::span<const account>>& some, const period_grid& grid,
                         const any_executor& host) {
  const revenue_state state =
      some ? tally_revenue_of(
                 book, some->size(), [&](std::size_t i) { return (*some)[i]; }, grid, revenue_policy{}, host)
           : tally_revenue_of(
                 book, book.accounts(), [](std::size_t i) { return account{static_cast<std::uint32_t>(i)}; }, grid,
                 revenue_policy{}, host);
  std::vector<bool> at(static_cast<std::size_t>(grid.count) + 1, false);
  for (std::size_t p = 0; p < state.periods.size(); ++p) {
    const revenue_period& now = state.periods[p];
    at[p] = now.opening() != 0 || now.new_business != 0 || now.reactivation != 0;
    at[p + 1] = now.closing() != 0;
  }
  return at;
}

boundary_rates rates_of(const currency_ledger& book, const rate_table& rates, const period_grid& grid,
                        period_rates valuation, const std::optional<std::span<const account>>& some,
                        const any_executor& host) {
  boundary_rates all(static_cast<std::size_t>(grid.count) + 1, std::vector<exchange_rate>(book.currencies()));
  for (std::uint32_t c = 0; c < book.currencies(); ++c) {
    const auto used = needed(book.native(c), some, grid, host);
    for (std::size_t b = 0; b < all.size(); ++b) {
      if (!used[b]) continue;
      const auto period = static_cast<std::int32_t>(b) - 1;  // the one that ends at the boundary
      const day end = grid.start(period + 1);
      all[b][c] =
          valuation == period_rates::mean ? rates.mean(c, grid.start(period), end) : rates.on(c, day{end.since_epoch - 1});
    }
  }
  return all;
}

/// Every period on its own, with the whole history of an account at the rates of the period's opening.
class currency_tally {
 public:
  currency_tally(const currency_ledger& book, const period_grid& grid, const revenue_policy& policy,
                 const boundary_rates& rates)
      : book_(book), grid_(grid), rates_(rates), closing_(static_cast<std::size_t>(grid.count)) {
    for (std::int32_t p = 0; p < grid.count; ++p) {
      const period_grid one{grid.first_month(p), grid.months_each, 1};
      one_period& made = periods_.emplace_back(one, book.known_until(), policy);
      made.tally.emplace(made.finder, made.state);
    }
  }
  currency_tally(const currency_tally&) = delete;
  currency_tally& operator=(const currency_tally&) = delete;

  void add(account who) {
    walk_.start(book_, who);
    bool ever = false;
    day lapsed = earliest_day;
    const auto take = [&] {
      const day when = walk_.next_day();
      walk_.take_day();
      ever = true;
      if (!walk_.pays()) lapsed = when;
    };
    while (!walk_.done() && walk_.next_day() < grid_.start(0)) take();
    std::int64_t opening = walk_.value(rates_.front());
    for (std::size_t p = 0; p < periods_.size(); ++p) {
      one_period& now = periods_[p];
      steps_.clear();
      std::int64_t level = opening;
      if (opening > 0) {
        steps_.push_back({day{now.finder.first_day() - 1}, mrr::from_ticks(opening)});
      } else if (ever) {
        // That it had MRR once, and when that ended, is all that matters of the past.
        steps_.push_back({day{lapsed.since_epoch - 1}, mrr::from_ticks(1)});
        steps_.push_back({lapsed, mrr{}});
      }
      while (!walk_.done() && walk_.next_day().since_epoch < now.finder.end_day()) {
        const day when = walk_.next_day();
        take();
        const std::int64_t next = walk_.value(rates_[p]);
        if (next != level) steps_.push_back({when, mrr::from_ticks(next)});
        level = next;
      }
      if (steps_.empty()) continue;
      now.tally->add(steps_);  // NOLINT(bugprone-unchecked-optional-access): made with the period
      opening = walk_.value(rates_[p + 1]);
      closing_[p].ticks += opening;
      closing_square_[p].add(opening, opening);
    }
  }

  [[nodiscard]] currency_revenue_state finish(const revenue_policy& policy, std::uint64_t rates) {
    currency_revenue_state state{{grid_, book_.known_until(), policy, {}}, std::move(closing_), rates};
    for (std::size_t p = 0; p < periods_.size(); ++p) {
      periods_[p].tally->finish();  // NOLINT(bugprone-unchecked-optional-access)
      state.revenue.periods.push_back(periods_[p].state.periods.front());
      state.closing[p].square = closing_square_[p].total();
    }
    return state;
  }

 private:
  struct one_period {
    one_period(const period_grid& grid, day known_until, const revenue_policy& policy)
        : finder(grid), state{grid, known_until, policy, std::vector<revenue_period>(1)} {}
    period_finder finder;
    revenue_state state;
    std::optional<revenue_tally> tally;
  };

  const currency_ledger& book_;
  const period_grid& grid_;
  const boundary_rates& rates_;
  std::deque<one_period> periods_;  // a tally refers to its finder and state
  std::vector<closing_value> closing_;
  std::vector<product_sum> closing_square_ = std::vector<product_sum>(closing_.size());
  currency_walk walk_;
  std::vector<mrr_step> steps_;
};

}  // namespace

currency_revenue_state tally_currencies(const currency_ledger& book, const rate_table& rates, const period_grid& grid,
                                        const revenue_policy& policy, period_rates valuation,
                                        const std::optional<std::span<const account>>& some, const any_executor& host) {
  if (grid.count <= 0 || grid.months_each <= 0) throw schema_error("tally_revenue: a grid needs at least one period");
  if (rates.currencies() != book.currencies())
    throw schema_error("tally_revenue: rates and ledger name different currencies");
  const boundary_rates all = rates_of(book, rates, grid, valuation, some, host);
  const std::uint64_t name = rates.fingerprint() + static_cast<std::uint64_t>(valuation);
  const std::size_t accounts = some ? some->size() : book.accounts();
  constexpr std::size_t chunk = 8192;
  const std::size_t chunks = std::max<std::size_t>((accounts + chunk - 1) / chunk, 1);
  std::vector<currency_revenue_state> parts(chunks);
  std::vector<std::exception_ptr> errors(chunks);  // the lowest account's is thrown, whoever met its own first
  host.bulk(chunks, [&](std::size_t c) {
    try {
      currency_tally tally(book, grid, policy, all);
      for (std::size_t i = c * chunk; i < std::min((c + 1) * chunk, accounts); ++i) {
        tally.add(some ? (*some)[i] : account{static_cast<std::uint32_t>(i)});
      }
      parts[c] = tally.finish(policy, name);
    } catch (...) {
      errors[c] = std::current_exception();
    }
  });
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
  currency_revenue_state total = std::move(parts.front());
  for (std::size_t c = 1; c < chunks; ++c) total += parts[c];
  return total;
}

}  // namespace detail

period_rates valuation_of(const revenue_policy& policy, std::optional<period_rates> asked) {
  if (policy.fx == fx_rule::service_start || policy.fx == fx_rule::purchase) {
    throw schema_error(
        "currencies: under fx service_start and purchase every row has a rate of its own; make a ledger of rows_at_rates");
  }
  const period_rates named = policy.fx == fx_rule::period_mean ? period_rates::mean : period_rates::closing_day;
  if (asked && *asked != named && policy.fx != revenue_policy{}.fx) {
    throw schema_error("currencies: the valuation asked for is not that of the policy's fx; give one of the two");
  }
  return asked.value_or(named);
}

namespace {

// Gives `mine` the shape of `other` where it has none. False: nothing to add.
bool align(currency_revenue_state& mine, const currency_revenue_state& other) {
  if (other.closing.empty()) return false;
  if (mine.closing.empty()) {
    mine.closing.resize(other.closing.size());
    mine.rates = other.rates;
  }
  if (mine.rates != other.rates || mine.closing.size() != other.closing.size()) {
    throw state_error("currency_revenue_state: states under different exchange rates do not add up");
  }
  return true;
}

}  // namespace

bool currency_revenue_state::nothing_counted() const {
  return revenue.nothing_counted() &&
         std::all_of(closing.begin(), closing.end(), [](const closing_value& c) { return c == closing_value{}; });
}

bool currency_revenue_state::canonical() const {
  constexpr detail::int128 most = detail::int128{1} << 124;
  if (closing.empty()) return revenue.periods.empty() && revenue.canonical() && rates == 0;
  return !nothing_counted() && revenue.canonical() && closing.size() == revenue.periods.size() &&
         std::all_of(closing.begin(), closing.end(),
                     [](const closing_value& c) { return c.ticks <= most && c.ticks >= -most; });
}

currency_revenue_state& currency_revenue_state::operator+=(const currency_revenue_state& o) {
  currency_revenue_state sum = *this;  // an overflow leaves the state as it was
  if (!align(sum, o)) return *this;
  sum.revenue += o.revenue;
  for (std::size_t p = 0; p < sum.closing.size(); ++p) sum.closing[p] += o.closing[p];
  return *this = std::move(sum);
}

currency_revenue_state& currency_revenue_state::operator-=(const currency_revenue_state& o) {
  currency_revenue_state rest = *this;
  if (!align(rest, o)) return *this;
  rest.revenue -= o.revenue;
  for (std::size_t p = 0; p < rest.closing.size(); ++p) rest.closing[p] -= o.closing[p];
  return *this = std::move(rest);
}

bool operator==(const currency_revenue_state& a, const currency_revenue_state& b) {
  if (a.nothing_counted() || b.nothing_counted()) return a.nothing_counted() && b.nothing_counted();
  return a.rates == b.rates && a.revenue == b.revenue && a.closing == b.closing;
}

std::vector<movement_row> movements(const currency_revenue_state& state) {
  std::vector<movement_row> rows;
  for (std::size_t p = 0; p < state.closing.size(); ++p) {
    movement_row row = detail::row_of(state.revenue.periods[p], state.fx(p));
    row.period = state.revenue.grid.label(static_cast<std::int32_t>(p));
    row.complete = state.revenue.complete(static_cast<std::int32_t>(p));
    rows.push_back(std::move(row));
  }
  return rows;
}

revenue_period at_closing_rates(const currency_revenue_state& state, std::size_t period) {
  revenue_period p;
  p.base.accounts_opening = state.revenue.periods.at(period).accounts_closing();
  p.base.opening = state.closing.at(period).ticks;
  p.closing_square = state.closing[period].square;
  p.base.opening_square = p.closing_square;
  return p;
}

}  // namespace sojourn::inline v0_1
