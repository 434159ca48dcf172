#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "revenue/ledger/currency_walk.hpp"
#include "revenue/ledger/ledger_maker.hpp"
#include "revenue/ledger/rows.hpp"

namespace sojourn::inline v0_1 {
namespace {

/// The rows of one currency, and where they stand in the caller's table.
struct own_rows {
  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> start, end;
  std::vector<std::uint8_t> account_bits, start_bits, end_bits, amount_bits;
  std::vector<std::int64_t> amount;
  std::vector<std::size_t> rows;
  const subscriptions* from = nullptr;

  void add(const subscriptions& table, std::size_t row) {
    from = &table;
    const std::size_t at = rows.size();
    rows.push_back(row);
    account.push_back(table.account[row]), start.push_back(table.start[row]);
    end.push_back(table.end[row]), amount.push_back(table.amount[row]);
    for (auto* bits : {&account_bits, &start_bits, &end_bits, &amount_bits}) bits->resize(at / 8 + 1, 0);
    set(account_bits, at, table.account.present(row)), set(start_bits, at, table.start.present(row));
    set(end_bits, at, table.end.present(row)), set(amount_bits, at, table.amount.present(row));
  }
  // A row that the caller's table does not have.
  void bridge(std::uint32_t who, day begin, day finish, std::int64_t units) {
    const std::size_t at = rows.size();
    rows.push_back(mrr_rows::no_source);
    account.push_back(who), start.push_back(begin.since_epoch), end.push_back(finish.since_epoch), amount.push_back(units);
    for (auto* bits : {&account_bits, &start_bits, &end_bits, &amount_bits}) {
      bits->resize(at / 8 + 1, 0);
      set(*bits, at, true);
    }
  }
  [[nodiscard]] subscriptions view() const {
    if (from == nullptr) return {};
    return {{std::span<const std::uint32_t>(account), account_bits.data(), 0, from->account.name()},
            {std::span<const std::int32_t>(start), start_bits.data(), 0, from->start.name()},
            {std::span<const std::int32_t>(end), end_bits.data(), 0, from->end.name()},
            {std::span<const std::int64_t>(amount), amount_bits.data(), 0, from->amount.name()},
            from->ticks_per_unit};
  }

 private:
  static void set(std::vector<std::uint8_t>& bits, std::size_t at, bool present) {
    if (present) bits[at / 8] = static_cast<std::uint8_t>(bits[at / 8] | (1u << (at % 8)));
  }
};

std::vector<own_rows> by_currency(const currency_subscriptions& table, std::size_t currencies) {
  detail::require_table(table.periods);
  require_same_length(table.periods.account, "account", table.currency, "currency");
  std::vector<own_rows> parts(currencies);
  for (std::size_t row = 0; row < table.currency.size(); ++row) {
    const bool present = table.currency.present(row);
    if (!present || table.currency[row] >= currencies) {
      throw data_error({table.currency.name_or("currency"), row, present ? std::to_string(table.currency[row]) : "missing",
                        present ? "a currency is a code below " + std::to_string(currencies) : "every row has a currency",
                        ""});
    }
    parts[table.currency[row]].add(table.periods, row);
  }
  return parts;
}

/// What one account paid in one currency before a lapse of all of them.
struct lapse {
  account who;
  day from, to;
  std::uint32_t currency;
  mrr level;
};

std::vector<lapse> lapses_of(const currency_ledger& book, std::int32_t grace_days) {
  std::vector<lapse> found;
  std::vector<detail::currency_walk::holding> before;
  detail::currency_walk walk;
  for (std::uint32_t who = 0; who < book.accounts(); ++who) {
    day gone = latest_day;  // the first day without MRR
    for (walk.start(book, account{who}); !walk.done();) {
      const bool paid = walk.pays();
      if (paid) before.assign(walk.held().begin(), walk.held().end());
      const day when = walk.next_day();
      walk.take_day();
      if (paid && !walk.pays()) gone = when;
      if (paid || !walk.pays() || gone == latest_day || when - gone > grace_days) continue;
      for (const auto& [currency, level] : before) {
        if (level != mrr{}) found.push_back({account{who}, gone, when, currency, level});
      }
    }
  }
  return found;
}

/// Runs `edit`; an error about a row of a part names the row of the whole, `names[i]` is the account that it calls i.
template <class Edit>
void in_whole(const own_rows& part, std::span<const account> names, const Edit& edit) {
  const auto row_of = [&](std::size_t row) { return row < part.rows.size() ? part.rows[row] : row; };
  const auto name_of = [&](account who) { return who.index < names.size() ? names[who.index] : who; };
  try {
    edit();
  } catch (const account_overflow& e) {
    throw e.moved(name_of(e.who()));
  } catch (const account_data_error& e) {
    throw e.moved(name_of(e.who()), row_of(e.row()));
  } catch (const data_error& e) {
    problem where = e.where();
    where.row = row_of(where.row);
    throw data_error(where);
  }
}

}  // namespace

currency_ledger::currency_ledger(const currency_subscriptions& table, std::size_t currencies,
                                 const ledger_options& options) {
  build(table, currencies, options, 0);
}

currency_ledger ledger_of(const currency_subscriptions& table, std::size_t currencies, const revenue_policy& policy,
                          const ledger_options& options) {
  currency_ledger made;
  made.build(table, currencies, options, policy.lapse_grace);
  return made;
}

void currency_ledger::build(const currency_subscriptions& table, std::size_t currencies, const ledger_options& options,
                            std::int32_t lapse_grace) {
  auto parts = by_currency(table, currencies);
  const std::size_t universe = detail::universe(table.periods, options);
  ledger_options same{options.as_of, universe};
  if (!same.as_of) {
    const detail::row_facts facts = detail::facts_of(table.periods, 0, table.periods.account.size(), universe);
    detail::require_good(facts, table.periods, universe);
    same.as_of = day{facts.latest + 1};
  }
  for (const own_rows& part : parts) in_whole(part, {}, [&] { books_.emplace_back(part.view(), same); });
  accounts_ = options.accounts;
  if (accounts_ == 0) {
    for (const std::uint32_t who : table.periods.account.values()) accounts_ = std::max(accounts_, std::size_t{who} + 1);
  }
  rows_seen_ = table.currency.size();
  known_until_ = *same.as_of;
  std::vector<bool> changed(currencies, false);
  for (const lapse& one : lapse_grace > 0 ? lapses_of(*this, lapse_grace) : std::vector<lapse>{}) {
    parts[one.currency].bridge(one.who.index, one.from, one.to, one.level.ticks() / table.periods.ticks_per_unit);
    changed[one.currency] = true;
    ++bridges_;
  }
  for (std::size_t c = 0; c < parts.size(); ++c) {
    if (changed[c]) in_whole(parts[c], {}, [&] { books_[c] = ledger(parts[c].view(), same); });
    sources_.emplace_back(parts[c].rows.begin(), parts[c].rows.end());
  }
}

ledger_counts currency_ledger::counts() const {
  ledger_counts sum;
  for (const ledger& book : books_) sum += book.counts();
  sum.rows -= bridges_;
  return sum;
}

std::vector<std::uint32_t> currency_ledger::rows_of(account who) const {
  std::vector<std::uint32_t> rows;
  for (std::size_t c = 0; c < books_.size(); ++c) {
    for (const std::uint32_t row : books_[c].rows_of(who)) {
      if (sources_[c][row] != mrr_rows::no_source) rows.push_back(sources_[c][row]);
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

void currency_ledger::same_universe() {
  for (const ledger& book : books_) accounts_ = std::max(accounts_, book.accounts());
  for (ledger& book : books_) detail::ledger_maker::grow(book, accounts_);
}

// First on copies of the touched accounts, so that what is refused in the last currency has changed nothing in the first.
// `into` is the account that rows move to, if they do.
template <class Edit>
void currency_ledger::edit(const currency_subscriptions& table, std::optional<account> into, const Edit& one) {
  const auto parts = by_currency(table, books_.size());
  for (std::size_t c = 0; c < parts.size(); ++c) {
    if (parts[c].rows.empty()) continue;
    std::vector<account> touched;
    in_whole(parts[c], {}, [&] { touched = accounts_of(parts[c].view()); });
    if (into) {
      const auto place = std::lower_bound(touched.begin(), touched.end(), *into);
      if (place == touched.end() || *place != *into) touched.insert(place, *into);
    }
    const auto place_of = [&](account who) {
      return account{static_cast<std::uint32_t>(std::lower_bound(touched.begin(), touched.end(), who) - touched.begin())};
    };
    const auto known =
        std::partition_point(touched.begin(), touched.end(), [&](account who) { return who.index < books_[c].accounts(); });
    own_rows trial = parts[c];
    for (std::uint32_t& who : trial.account) who = place_of(account{who}).index;
    ledger some = books_[c].only(std::span(touched).first(static_cast<std::size_t>(known - touched.begin())));
    in_whole(trial, touched, [&] { one(some, trial.view(), touched.size(), into ? place_of(*into) : account{}); });
  }
  for (std::size_t c = 0; c < parts.size(); ++c) {
    if (parts[c].rows.empty()) continue;
    const std::uint32_t highest = *std::max_element(parts[c].account.begin(), parts[c].account.end());
    const std::size_t universe = std::size_t{std::max(highest, into ? into->index : 0u)} + 1;
    one(books_[c], parts[c].view(), std::max(accounts_, universe), into.value_or(account{}));
    for (const std::size_t row : parts[c].rows) sources_[c].push_back(static_cast<std::uint32_t>(rows_seen_ + row));
  }
  rows_seen_ += table.currency.size();
  same_universe();
}

void currency_ledger::apply(const currency_subscriptions& rows, std::size_t universe) {
  const std::size_t most = universe != 0 ? universe : accounts_ + rows.periods.account.size();
  for (std::size_t row = 0; row < rows.periods.account.size(); ++row) {
    if (auto found = detail::row_problem(rows.periods, row, most)) throw data_error(*found);
  }
  edit(rows, std::nullopt,
       [](ledger& book, const subscriptions& table, std::size_t accounts, account) { book.apply(table, accounts); });
}

void currency_ledger::retract(const currency_subscriptions& rows) {
  for (std::size_t row = 0; row < rows.periods.account.size(); ++row) {
    if (auto found = detail::row_problem(rows.periods, row, accounts_)) throw data_error(*found);
  }
  edit(rows, std::nullopt, [](ledger& book, const subscriptions& table, std::size_t, account) { book.retract(table); });
}

void currency_ledger::split(const currency_subscriptions& rows, account into, day since, std::size_t universe) {
  if (into.index >= std::max(universe, accounts_ + 1)) {
    throw account_data_error(
        into, {"account", problem::no_row, "{account}", "neither an account of this ledger nor its next one", ""});
  }
  for (std::size_t row = 0; row < rows.periods.account.size(); ++row) {
    if (auto found = detail::row_problem(rows.periods, row, accounts_)) throw data_error(*found);
  }
  edit(rows, into, [since](ledger& book, const subscriptions& table, std::size_t accounts, account to) {
    book.split(table, to, since, accounts);
  });
}

void currency_ledger::merge(account from, account into, day since) {
  const account both[] = {from, into};
  for (const ledger& book : books_) {
    if (from == into || from.index >= accounts_ || into.index >= accounts_) break;
    ledger some = book.only(both);
    in_whole({}, both, [&] { some.merge(account{0}, account{1}, since); });
  }
  for (ledger& book : books_) book.merge(from, into, since);
}

currency_ledger currency_ledger::part(std::size_t first, std::size_t last) const {
  currency_ledger some = *this;
  for (ledger& book : some.books_) book = book.part(first, last);
  return some;
}

currency_ledger currency_ledger::only(std::span<const account> accounts) const {
  currency_ledger some = *this;
  for (ledger& book : some.books_) book = book.only(accounts);
  some.accounts_ = accounts.size();
  return some;
}

ledger currency_ledger::at(std::span<const exchange_rate> rates) const {
  if (rates.size() != books_.size()) throw schema_error("currencies: one rate per currency");
  detail::currency_walk walk;
  return detail::ledger_maker::make(accounts_, known_until_, counts(), [&](account who, auto& steps, auto& rows) {
    walk.start(*this, who);
    std::int64_t before = 0;
    while (!walk.done()) {
      const day when = walk.next_day();
      walk.take_day();
      const std::int64_t level = walk.value(rates);
      if (level != before) steps.push_back({when, mrr::from_ticks(level)});
      before = level;
    }
    const auto mine = rows_of(who);
    rows.insert(rows.end(), mine.begin(), mine.end());
  });
}

ledger currency_ledger::on(const rate_table& rates, day when, day until) const {
  std::vector<exchange_rate> found(books_.size());
  for (std::uint32_t c = 0; c < books_.size(); ++c) {
    bool needed = false;
    for (std::uint32_t who = 0; who < accounts_ && !needed; ++who) {
      const auto steps = books_[c].steps(account{who});
      needed = !steps.empty() && steps.front().when < until;
    }
    if (needed) found[c] = rates.on(c, when);
  }
  return at(found);
}

mrr_rows rows_at_rates(const currency_subscriptions& table, const rate_table& rates, const column<std::int32_t>& priced_on) {
  const subscriptions& rows = table.periods;
  detail::require_table(rows);
  require_same_length(rows.account, "account", table.currency, "currency");
  if (!priced_on.empty()) require_same_length(rows.account, "account", priced_on, "priced_on");
  mrr_rows out;
  out.counts.rows = static_cast<std::int64_t>(rows.account.size());
  for (std::size_t row = 0; row < rows.account.size(); ++row) {
    if (auto found = detail::row_problem(rows, row, UINT32_MAX)) throw data_error(*found);
    const bool known = table.currency.present(row) && table.currency[row] < rates.currencies();
    if (!known)
      throw data_error({table.currency.name_or("currency"), row,
                        table.currency.present(row) ? std::to_string(table.currency[row]) : "missing",
                        "every row has a known currency", ""});
    const day when{!priced_on.empty() && priced_on.present(row) ? priced_on[row] : rows.start[row]};
    const mrr native = mrr::from_ticks(rows.amount[row] * rows.ticks_per_unit);
    const mrr amount = native == mrr{} ? native : converted(native, rates.on(table.currency[row], when));
    const bool ends = rows.end.present(row);
    out.add(rows.account[row], rows.start[row], ends ? rows.end[row] : 0, ends, amount.ticks(),
            static_cast<std::uint32_t>(row));
    out.accounts = std::max(out.accounts, std::size_t{rows.account[row]} + 1);
  }
  return out;
}

}  // namespace sojourn::inline v0_1
