#include "sojourn/revenue/currency_movements.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <exception>
#include <string>
#include <utility>

#include "revenue/revenue_tally.hpp"
#include "revenue/valued_account.hpp"
#include "sojourn/domain/element.hpp"

namespace sojourn::inline v0_1 {
namespace detail {
namespace {

/// Every period on its own, with the whole history of an account at the rates of the period's opening.
class currency_tally {
 public:
  currency_tally(const ledger& book, const revenue_policy& policy, const valued_spans& spans)
      : book_(book), closing_(spans.periods()), account_(spans) {
    for (std::size_t p = 0; p < spans.periods(); ++p) {
      one_period& made = periods_.emplace_back(std::span(spans.cuts).subspan(p, 2), book.known_until(), policy);
      made.tally.emplace(made.finder, made.state);
    }
  }
  currency_tally(const currency_tally&) = delete;
  currency_tally& operator=(const currency_tally&) = delete;

  void add(account who) {
    account_.periods(book_, who, [&](std::size_t p, std::span<const mrr_step> steps, std::int64_t closing) {
      periods_[p].tally->add(steps);  // NOLINT(bugprone-unchecked-optional-access): made with the period
      closing_[p].ticks += closing;
      closing_square_[p].add(closing, closing);
    });
  }

  [[nodiscard]] currency_revenue_state finish(const period_grid& grid, const revenue_policy& policy, std::uint64_t rates) {
    currency_revenue_state state{{grid, book_.known_until(), policy, {}}, std::move(closing_), rates};
    for (std::size_t p = 0; p < periods_.size(); ++p) {
      periods_[p].tally->finish();  // NOLINT(bugprone-unchecked-optional-access)
      state.revenue.periods.push_back(periods_[p].state.periods.front());
      state.closing[p].square = closing_square_[p].total();
    }
    return state;
  }

 private:
  struct one_period {
    one_period(std::span<const day> cuts, day known_until, const revenue_policy& policy)
        : finder(cuts), state{{}, known_until, policy, std::vector<revenue_period>(1)} {}
    period_finder finder;
    revenue_state state;
    std::optional<revenue_tally> tally;
  };

  const ledger& book_;
  std::deque<one_period> periods_;  // a tally refers to its finder and state
  std::vector<closing_value> closing_;
  std::vector<product_sum> closing_square_ = std::vector<product_sum>(closing_.size());
  valued_account account_;
};

/// `grid` is that of the state; its periods are those of the spans.
currency_revenue_state tally_spans(const ledger& book, const valued_spans& spans, const period_grid& grid,
                                   const revenue_policy& policy, std::uint64_t name,
                                   const std::optional<std::span<const account>>& some, const any_executor& host) {
  const std::size_t accounts = some ? some->size() : book.accounts();
  constexpr std::size_t chunk = 8192;
  const std::size_t chunks = std::max<std::size_t>((accounts + chunk - 1) / chunk, 1);
  std::vector<currency_revenue_state> parts(chunks);
  std::vector<std::exception_ptr> errors(chunks);  // the lowest account's is thrown, whoever met its own first
  host.bulk(chunks, [&](std::size_t c) {
    try {
      currency_tally tally(book, policy, spans);
      for (std::size_t i = c * chunk; i < std::min((c + 1) * chunk, accounts); ++i) {
        tally.add(some ? (*some)[i] : account{static_cast<std::uint32_t>(i)});
      }
      parts[c] = tally.finish(grid, policy, name);
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

}  // namespace

currency_revenue_state tally_currencies(const ledger& book, const rate_table& rates, const period_grid& grid,
                                        const revenue_policy& policy, period_rates valuation,
                                        const std::optional<std::span<const account>>& some, const any_executor& host) {
  valued_spans spans = spans_of(grid);
  value(spans, book, rates, valuation, some, host);
  return tally_spans(book, spans, grid, policy, rates.fingerprint() + static_cast<std::uint64_t>(valuation), some, host);
}

valued_period tally_period(const ledger& book, const valuation* in, day_window window, const revenue_policy& policy,
                           const any_executor& host) {
  if (in == nullptr) {
    const std::array<day, 2> cuts{window.from, window.to};
    const revenue_period found = sojourn::tally_spans(book, cuts, policy, host).front();
    return {found, {found.closing(), found.closing_square}};
  }
  valued_spans spans = spans_of(window);
  value(spans, book, in->rates.rates, in->at, std::nullopt, host);
  const currency_revenue_state state = tally_spans(book, spans, {}, policy, 0, std::nullopt, host);
  return {state.revenue.periods.front(), state.closing.front()};
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
    if (state.revenue.grid.start(static_cast<std::int32_t>(p)) >= state.revenue.known_until) break;
    movement_row row = detail::row_of(state.revenue.periods[p], state.fx(p));
    row.period = state.revenue.grid.label(static_cast<std::int32_t>(p));
    row.complete = state.revenue.complete(static_cast<std::int32_t>(p));
    rows.push_back(std::move(row));
  }
  return rows;
}

revenue_period at_closing_rates(const valued_period& period) {
  revenue_period p;
  p.base.accounts_opening = period.movements.accounts_closing();
  p.free_opening = p.free_closing = period.movements.free_closing;
  p.base.opening = period.closing.ticks;
  p.closing_square = period.closing.square;
  p.base.opening_square = p.closing_square;
  return p;
}

revenue_period at_closing_rates(const currency_revenue_state& state, std::size_t period) {
  return at_closing_rates(valued_period{detail::element(state.revenue.periods, period, "period"),
                                        detail::element(state.closing, period, "period")});
}

namespace detail {

currency_revenue_state tally_keyed_currencies(const keyed_ledger& book, const period_grid& grid,
                                              const revenue_policy& policy,
                                              const std::optional<std::span<const account>>& some,
                                              const any_executor& host) {
  if (book.in == nullptr) throw schema_error("tally_revenue: a ledger in one currency has no rates; tally `book` of it");
  return with_keys(*book.keys, [&] {
    return tally_currencies(book.book, book.in->rates.rates, grid, policy, valuation_of(policy, book.in->at), some, host);
  });
}

}  // namespace detail

estimate rate_of(const currency_revenue_state& state, std::size_t period, period_rate rate, const rate_options& options) {
  const estimate found = rate == period_rate::arpa
                             ? rate_of(at_closing_rates(state, period), rate, options)
                             : rate_of(detail::element(state.revenue.periods, period, "period"), rate, options);
  if (!not_reached(state.revenue.known_until, state.revenue.grid.end(static_cast<std::int32_t>(period)))) return found;
  return undefined_estimate(undefined_reason::no_observations, options.level).as({found.name, found.unit});
}

}  // namespace sojourn::inline v0_1
