#include "sojourn/revenue/explain/reconcile.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <type_traits>

#include "revenue/explain/account_movements.hpp"
#include "sojourn/revenue/currency_movements.hpp"
#include "sojourn/revenue/economics.hpp"
#include "sojourn/revenue/named_rates.hpp"
#include "sojourn/revenue/rates.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::int128;

constexpr std::array<std::string_view, 19> first_options{"unit",
                                                         "source",
                                                         "churn_at",
                                                         "past_due",
                                                         "paused",
                                                         "free_is",
                                                         "discounts",
                                                         "tax",
                                                         "usage",
                                                         "usage_basis",
                                                         "usage_months",
                                                         "refunds",
                                                         "calendar_factor",
                                                         "rounding",
                                                         "grouping_minutes",
                                                         "lapse_grace",
                                                         "movement_mode",
                                                         "same_period_new_churn",
                                                         "reactivation_max_gap"};

/// Options that name or divide what a ledger holds already. All others may change the ledger itself.
bool needs_no_ledger(std::string_view option) {
  constexpr std::array<std::string_view, 20> names{"annualise",
                                                   "cohort_index",
                                                   "cohort_mean",
                                                   "cohort_state",
                                                   "grr",
                                                   "logo_denominator",
                                                   "ltv_churn",
                                                   "ltv_zero_churn",
                                                   "movement_mode",
                                                   "mrr_churn_cap",
                                                   "net_churn",
                                                   "nrr_window",
                                                   "payback",
                                                   "quick_ratio_reactivation",
                                                   "rate_ci",
                                                   "reactivation_max_gap",
                                                   "renewal_grace",
                                                   "renewal_open",
                                                   "same_period_new_churn",
                                                   "window"};
  return std::find(names.begin(), names.end(), option) != names.end();
}
bool names_movements(std::string_view option) {
  return option == "movement_mode" || option == "same_period_new_churn" || option == "reactivation_max_gap";
}

void take_option(revenue_policy& to, const revenue_policy& from, std::string_view option) {
  revenue_policy::options(
      [&](std::string_view name, auto& field) {
        if (name != option) return;
        revenue_policy::options(
            [&](std::string_view other, const auto& value) {
              if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::remove_cvref_t<decltype(field)>>) {
                if (other == option) field = value;
              }
            },
            from);
      },
      to);
}

/// The accounts of a book in order of their owners.
class by_owner {
 public:
  explicit by_owner(const policy_book& made) : made_(made) {
    if (made.owner.empty()) return;
    order_.resize(made.book->accounts());
    std::iota(order_.begin(), order_.end(), 0u);
    std::sort(order_.begin(), order_.end(),
              [&](std::uint32_t a, std::uint32_t b) { return owner(a) != owner(b) ? owner(a) < owner(b) : a < b; });
  }
  [[nodiscard]] std::size_t size() const { return made_.book->accounts(); }
  [[nodiscard]] std::uint32_t account_at(std::size_t i) const {
    return order_.empty() ? static_cast<std::uint32_t>(i) : order_[i];
  }
  [[nodiscard]] std::uint32_t owner(std::uint32_t who) const { return who < made_.owner.size() ? made_.owner[who] : who; }

 private:
  const policy_book& made_;
  std::vector<std::uint32_t> order_;
};

/// Movements owner after owner.
class owner_movements {
 public:
  owner_movements(const policy_book& made, day_window window, const revenue_policy& policy)
      : accounts_(made),
        rates_(detail::rates_for(*made.book, made.in.get(), window, {})),
        alone_(*made.book, rates_ ? &*rates_ : nullptr, window, policy) {}

  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  [[nodiscard]] std::uint32_t next_owner() const {
    return at_ < accounts_.size() ? accounts_.owner(accounts_.account_at(at_)) : none;
  }
  period_movements take(std::uint32_t owner) {
    period_movements sum;
    for (; next_owner() == owner && owner != none; ++at_) {
      const revenue_period* alone = alone_.of(account{accounts_.account_at(at_)});
      if (alone != nullptr) sum += period_movements::of(*alone, alone_.fx());
    }
    return sum;
  }

 private:
  by_owner accounts_;
  std::optional<detail::valued_spans> rates_;
  detail::account_movements alone_;
  std::size_t at_ = 0;
};

std::vector<reconciled_account> changed_accounts(const policy_book& before, const revenue_policy& rules_before,
                                                 const policy_book& after, const revenue_policy& rules_after,
                                                 day_window window) {
  owner_movements was(before, window, rules_before);
  owner_movements is(after, window, rules_after);
  std::vector<reconciled_account> changed;
  for (;;) {
    const std::uint32_t who = std::min(was.next_owner(), is.next_owner());
    if (who == owner_movements::none) return changed;
    period_movements change = is.take(who);
    change -= was.take(who);
    if (!(change == period_movements{})) changed.push_back({account{who}, change});
  }
}

/// Keeps the ledger of the policy that it was asked for last.
class book_shelf {
 public:
  explicit book_shelf(const policy_books& books) : books_(books) {}
  policy_book first(const revenue_policy& policy) { return held_ = checked(books_(policy)); }
  policy_book next(const policy_step& step) {
    return needs_no_ledger(step.option) ? held_ : held_ = checked(books_(step.policy));
  }

 private:
  static policy_book checked(policy_book made) {
    if (made.book == nullptr) throw schema_error("reconcile: there is no ledger for a policy");
    if (made.in == nullptr) detail::require_one_lane(*made.book);
    return made;
  }
  const policy_books& books_;
  policy_book held_;
};

valued_period period_of(const policy_book& made, day from, day to, const revenue_policy& policy) {
  return detail::tally_period(*made.book, made.in.get(), {from, to}, policy, {});
}

ledger_rate named_rate(revenue_cell rate) {
  switch (rate) {
    case revenue_cell::logo_churn:
      return ledger_rate::logo_churn;
    case revenue_cell::gross_mrr_churn:
      return ledger_rate::gross_mrr_churn;
    case revenue_cell::net_mrr_churn:
      return ledger_rate::net_mrr_churn;
    case revenue_cell::nrr:
      return ledger_rate::nrr_until;
    case revenue_cell::grr:
      return ledger_rate::grr_until;
    case revenue_cell::logo_retention:
      return ledger_rate::logo_retention;
    default:
      throw schema_error("reconcile_rate: that cell is an amount; reconcile shows all amounts at once");
  }
}

double rate_under(const policy_book& made, revenue_cell rate, day from, day to, const revenue_policy& policy) {
  const rate_options options{policy, {}};
  if (rate == revenue_cell::arpa) return arpa(at_closing_rates(period_of(made, from, to, policy)), options).value;
  if (rate == revenue_cell::quick_ratio) return quick_ratio(period_of(made, from, to, policy).movements, options).value;
  day_window window{from, to};
  if (rate == revenue_cell::logo_retention) {
    revenue_policy year = policy;
    year.nrr_window = nrr_window::twelve_months;
    window = retention_windows(year, to).front();
  }
  return detail::rate_of(*made.book, made.in.get(), named_rate(rate), window.from, window.to, options, {}).value;
}

/// The days that a rate looks at; several where it is a mean.
std::vector<day_window> windows_of(revenue_cell rate, day from, day to, const revenue_policy& policy) {
  switch (rate) {
    case revenue_cell::logo_churn:
    case revenue_cell::gross_mrr_churn:
    case revenue_cell::net_mrr_churn:
      return {churn_window(policy, from, to)};
    case revenue_cell::nrr:
    case revenue_cell::grr:
      return retention_windows(policy, to);
    case revenue_cell::logo_retention: {
      revenue_policy year = policy;
      year.nrr_window = nrr_window::twelve_months;
      return retention_windows(year, to);
    }
    default:
      return {{from, to}};
  }
}

struct rate_part {
  int128 amount = 0;
  int128 base = 0;
};

/// The parts of each owner. False: the rate has none.
bool rate_parts(const policy_book& made, revenue_cell rate, day from, day to, const revenue_policy& policy,
                std::map<std::uint32_t, rate_part>& parts) {
  const auto windows = windows_of(rate, from, to, policy);
  const bool of_mrr = rate == revenue_cell::gross_mrr_churn || rate == revenue_cell::net_mrr_churn;
  const bool days_summed = (rate == revenue_cell::logo_churn && detail::needs_days(policy.logo_denominator)) ||
                           (of_mrr && detail::mrr_needs_days(policy.logo_denominator));
  if (windows.size() != 1 || days_summed || (rate == revenue_cell::grr && policy.grr == grr_basis::totals_min)) return false;
  const by_owner accounts(made);
  const contribution all = detail::contributors(*made.book, made.in.get(),
                                                {rate, windows.front().from, windows.front().to, SIZE_MAX}, policy, {});
  for (const contributor& one : all.top) {
    rate_part& part = parts[accounts.owner(one.who.index)];
    part.amount += one.amount;
    part.base += one.base;
  }
  return true;
}

std::vector<reconciled_part> changed_parts(const std::map<std::uint32_t, rate_part>& was,
                                           const std::map<std::uint32_t, rate_part>& is) {
  std::map<std::uint32_t, reconciled_part> all;
  for (const auto& [who, part] : was) {
    auto& both = all[who];
    both.who = account{who}, both.amount_before = part.amount, both.base_before = part.base;
  }
  for (const auto& [who, part] : is) {
    auto& both = all[who];
    both.who = account{who}, both.amount_after = part.amount, both.base_after = part.base;
  }
  std::vector<reconciled_part> changed;
  for (const auto& [who, part] : all) {
    if (part.amount_before != part.amount_after || part.base_before != part.base_after) changed.push_back(part);
  }
  return changed;
}

/// The account of each subscription; of several, that of its last row. Nobody: 0.
std::vector<std::uint32_t> accounts_of_subscriptions(const column<std::uint32_t>& account,
                                                     const column<std::uint32_t>& subscription) {
  std::vector<std::uint32_t> owner;
  for (std::size_t row = 0; row < subscription.size(); ++row) {
    if (!subscription.present(row) || !account.present(row)) continue;
    if (subscription[row] >= owner.size()) owner.resize(std::size_t{subscription[row]} + 1);
    owner[subscription[row]] = account[row];
  }
  return owner;
}

}  // namespace

std::vector<std::string_view> reconcile_order() {
  std::vector<std::string_view> order(first_options.begin(), first_options.end());
  revenue_policy any;
  revenue_policy::options(
      [&](std::string_view name, auto&) {
        if (std::find(first_options.begin(), first_options.end(), name) == first_options.end()) order.push_back(name);
      },
      any);
  return order;
}

std::string option_word(const revenue_policy& policy, std::string_view option) {
  std::string word;
  revenue_policy::options(
      [&](std::string_view name, const auto& field) {
        if (name != option) return;
        using type = std::remove_cvref_t<decltype(field)>;
        if constexpr (std::is_enum_v<type>)
          word = values_of(type{}).at(static_cast<std::size_t>(field));
        else
          word = field == revenue_policy::unlimited ? "null" : std::to_string(field);
      },
      policy);
  return word;
}

std::vector<policy_step> policy_path(const revenue_policy& a, const revenue_policy& b) {
  std::vector<policy_step> path;
  revenue_policy now = a;
  for (const std::string_view option : reconcile_order()) {
    const revenue_policy before = now;
    take_option(now, b, option);
    if (now != before) path.push_back({std::string(option), now});
  }
  return path;
}

policy_books books_of(const subscriptions& rows, const ledger_options& options) {
  return [rows, options](const revenue_policy& policy) {
    return policy_book{std::make_shared<const ledger>(ledger_of(rows, policy, options)), {}};
  };
}

policy_books books_of(const mrr_changes& changes, const change_options& options) {
  return [changes, options](const revenue_policy& policy) {
    change_options under = options;
    under.grouping_minutes = policy.grouping_minutes, under.movements = policy.movements;
    mrr_rows rows = rows_from_changes(changes, under);
    bridge_lapses(rows, policy.lapse_grace, options.as_of);
    return policy_book{std::make_shared<const ledger>(rows.book(options.as_of)), {}};
  };
}

policy_books books_of(const priced_subscriptions& priced, const pricing_options& options) {
  return [priced, options](const revenue_policy& policy) {
    pricing_options under = options;
    under.policy = policy;
    policy_book made{std::make_shared<const ledger>(rows_from_prices(priced, under).book(options.as_of)), {}};
    if (policy.unit == customer_unit::subscription)
      made.owner = accounts_of_subscriptions(priced.account, priced.subscription);
    return made;
  };
}

policy_books books_of(const invoice_lines& lines, const invoicing_options& options) {
  return [lines, options](const revenue_policy& policy) {
    invoicing_options under = options;
    under.policy = policy;
    policy_book made{std::make_shared<const ledger>(rows_from_invoices(lines, under).book(options.as_of)), {}};
    if (policy.unit == customer_unit::subscription)
      made.owner = accounts_of_subscriptions(lines.account, lines.subscription);
    return made;
  };
}

policy_books books_of(const currency_subscriptions& rows, const named_rate_table& rates,
                      const column<std::int32_t>& bought_on, const ledger_options& options) {
  const auto table = std::make_shared<const named_rate_table>(rates);
  return [rows, table, bought_on, options](const revenue_policy& policy) {
    const bool bought = policy.fx == fx_rule::purchase;
    if (bought || policy.fx == fx_rule::service_start) {
      mrr_rows once = rows_at_rates(rows, table->rates, bought ? bought_on : column<std::int32_t>{});
      bridge_lapses(once, policy.lapse_grace, options.as_of);
      return policy_book{std::make_shared<const ledger>(once.book(options.as_of)), {}};
    }
    return policy_book{std::make_shared<const ledger>(ledger_of(rows, table->rates.currencies(), policy, options)),
                       {},
                       std::make_shared<const valuation>(valuation{*table, valuation_of(policy)})};
  };
}

reconciliation reconcile(const policy_books& books, const revenue_policy& a, const revenue_policy& b, day from, day to) {
  if (to <= from) throw schema_error("reconcile: the span from " + to_string(from) + " to " + to_string(to) + " is empty");
  const day_window window{from, to};
  book_shelf shelf(books);
  policy_book before = shelf.first(a);
  revenue_policy rules = a;
  const valued_period first = period_of(before, from, to, a);
  reconciliation found{first.movements, first.movements, {}, first.fx(), first.fx()};
  for (const policy_step& step : policy_path(a, b)) {
    policy_book after = shelf.next(step);
    reconciliation_step made{step.option, option_word(a, step.option), option_word(b, step.option), found.under_b, {}, {},
                             found.fx_b};
    if (!needs_no_ledger(step.option) || names_movements(step.option)) {
      made.accounts = changed_accounts(before, rules, after, step.policy, window);
      const valued_period now = period_of(after, from, to, step.policy);
      made.after = now.movements;
      made.fx = now.fx();
    }
    for (const reconciled_account& one : made.accounts) made.change += one.change;
    found.under_b = made.after;
    found.fx_b = made.fx;
    found.steps.push_back(std::move(made));
    before = std::move(after);
    rules = step.policy;
  }
  return found;
}

rate_reconciliation reconcile_rate(const policy_books& books, const revenue_policy& a, const revenue_policy& b,
                                   revenue_cell rate, day from, day to) {
  const bool churn =
      rate == revenue_cell::logo_churn || rate == revenue_cell::gross_mrr_churn || rate == revenue_cell::net_mrr_churn;
  for (const revenue_policy* policy : {&a, &b}) {
    if (churn) detail::require_churn_of_levels(*policy);
  }
  book_shelf shelf(books);
  policy_book book = shelf.first(a);
  rate_reconciliation found{rate_under(book, rate, from, to, a), 0, {}};
  found.under_b = found.under_a;
  std::map<std::uint32_t, rate_part> was;
  bool parts_before = rate_parts(book, rate, from, to, a, was);
  for (const policy_step& step : policy_path(a, b)) {
    book = shelf.next(step);
    std::map<std::uint32_t, rate_part> is;
    const bool parts_after = rate_parts(book, rate, from, to, step.policy, is);
    rate_step made{step.option,
                   option_word(a, step.option),
                   option_word(b, step.option),
                   rate_under(book, rate, from, to, step.policy),
                   parts_before && parts_after,
                   {}};
    if (made.by_account) made.accounts = changed_parts(was, is);
    found.under_b = made.value;
    found.steps.push_back(std::move(made));
    was = std::move(is);
    parts_before = parts_after;
  }
  return found;
}

}  // namespace sojourn::inline v0_1
