#include "revenue/book/derive.hpp"

#include <algorithm>
#include <string>

#include "revenue/book/cause_facts.hpp"
#include "revenue/book/cut_rows.hpp"
#include "revenue/book/empty_rows.hpp"
#include "revenue/book/fact_columns.hpp"
#include "revenue/book/usage_of_book.hpp"
#include "revenue/ledger/cell_checks.hpp"
#include "revenue/ledger/rows.hpp"
#include "revenue/sources/usage_facts.hpp"
#include "revenue/sources/usage_levels.hpp"
#include "sojourn/revenue/ledger/account_errors.hpp"
#include "sojourn/revenue/sources/invoicing.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

std::string all_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "none" : text;
}

mrr_rows periods_of(const subscriptions& table, std::size_t universe) {
  const row_facts facts = facts_of(table, 0, table.account.size(), universe);
  require_good(facts, table, universe);
  return copy_rows(table, universe);
}

/// What the source makes of its rows; `source` counts them.
mrr_rows source_rows(const fact_rows& rows, const view& under, const as_of_day& as_of, std::size_t universe) {
  // A lapse is one of the account, after its rows have found their owners: no source bridges it here.
  struct maker {
    const view& under;
    const revenue_policy& policy;
    as_of_day as_of;
    std::size_t universe;
    mrr_rows operator()(const subscriptions& t) const { return periods_of(t, universe); }
    mrr_rows operator()(const snapshots& t) const { return rows_from_snapshots(t, universe); }
    mrr_rows operator()(const mrr_changes& t) const {
      change_options options;
      options.amount = under.amount, options.same_day = under.same_day, options.accounts = universe;
      options.grouping_minutes = policy.grouping_minutes, options.movements = policy.movements, options.as_of = as_of;
      return rows_from_changes(t, options);
    }
    mrr_rows operator()(const priced_subscriptions& t) const {
      return rows_from_prices(t, {.policy = policy,
                                  .part = under.part,
                                  .commitment = under.commitment,
                                  .as_of = as_of,
                                  .accounts = universe,
                                  .bridge = false,
                                  .causes = under.causes});
    }
    mrr_rows operator()(const invoice_lines& t) const {
      return rows_from_invoices(
          t, {.policy = policy, .as_of = as_of, .accounts = universe, .bridge = false, .causes = under.causes});
    }
    mrr_rows operator()(const usage_lines&) const { return {}; }  // see `usage_rows`
  };
  return std::visit(maker{under, under.policy, as_of, universe}, rows);
}

/// The first day of what each fact was made into.
std::vector<std::int32_t> first_days(const mrr_rows& rows, std::size_t facts) {
  std::vector<std::int32_t> first(facts, INT32_MAX);
  for (std::size_t i = 0; i < rows.account.size(); ++i) {
    std::int32_t& mine = first[rows.source[i]];
    mine = std::min(mine, rows.start[i]);
  }
  return first;
}

/// Where each fact ends: its last piece.
std::vector<std::size_t> last_pieces(const mrr_rows& rows, std::size_t facts) {
  std::vector<std::size_t> last(facts, SIZE_MAX);
  const auto end = [&](std::size_t i) { return has_end(rows, i) ? rows.end[i] : runs_on; };
  for (std::size_t i = 0; i < rows.account.size(); ++i) {
    std::size_t& mine = last[rows.source[i]];
    if (mine == SIZE_MAX || end(i) >= end(mine)) mine = i;
  }
  return last;
}

void value_rows(mrr_rows& rows, std::span<const std::uint32_t> slots, const view_of_book& how) {
  const auto first = first_days(rows, slots.size());
  for (std::size_t i = 0; i < rows.account.size(); ++i) {
    const std::uint32_t source = rows.source[i];
    const std::int64_t ticks = rows.amount[i] * rows.ticks_per_unit;
    rows.amount[i] =
        ticks == 0 ? 0 : converted(mrr::from_ticks(ticks), how.rate_of(slots[source], day{first[source]})).ticks();
  }
  rows.ticks_per_unit = 1;
}

void mark_rows(mrr_rows& rows, std::span<const std::uint32_t> slots, const view_of_book& how) {
  rows.marks.resize(rows.account.size());
  for (std::size_t i = 0; i < rows.account.size(); ++i) rows.marks[i].lane = how.lane_of(slots[rows.source[i]]);
  const auto last = last_pieces(rows, slots.size());
  for (std::size_t fact = 0; fact < slots.size(); ++fact) {
    if (last[fact] == SIZE_MAX) continue;
    const change_cause why = how.cause_of(slots[fact]);
    if (why != change_cause::unknown) rows.marks[last[fact]].ended = why;
  }
  rows.lanes = std::max<std::size_t>(how.lanes().size(), 1);
}

/// Calls `make`; errors name the caller's rows where it names those of `slots`.
template <class Make>
mrr_rows in_caller_rows(const book_data& data, std::span<const std::uint32_t> slots, const Make& make) {
  const auto caller_row = [&](std::size_t row) {
    return row < slots.size() ? data.store.at<std::uint32_t>(data.common.source_row, slots[row]) : row;
  };
  try {
    return make();
  } catch (const account_data_error& e) {
    throw e.moved(e.who(), caller_row(e.row()));
  } catch (const data_error& e) {
    problem where = e.where();
    where.row = caller_row(where.row);
    throw data_error(where);
  }
}

mrr_rows own_rows(const book_data& data, std::span<const std::uint32_t> slots, const view_of_book& how,
                  const as_of_day& as_of) {
  return in_caller_rows(data, slots, [&] {
    const gathered_facts facts(data, slots);
    return source_rows(facts.rows, how.under(), as_of, customers(data, how.under()));
  });
}

mrr_rows usage_rows(const book_data& data, std::span<const std::uint32_t> slots, const view_of_book& how,
                    const owner_index& owners, const as_of_day& as_of) {
  return in_caller_rows(data, slots, [&] {
    const auto facts = usage_facts_under(data, slots, owners);
    if (how.by_subscription()) require_subscriptions(facts);
    mrr_rows rows = usage_levels(facts, how.under().policy, day_after_usage(facts, as_of).value_or(earliest_day));
    rows.accounts = std::max(rows.accounts, customers(data, how.under()));
    return rows;
  });
}

/// The rows of `more` after those of `to`; `place` numbers their facts.
void append_rows(mrr_rows& to, const mrr_rows& more, std::span<const std::uint32_t> place) {
  for (std::size_t i = 0; i < more.account.size(); ++i) {
    to.add(more.account[i], more.start[i], more.end[i], has_end(more, i), more.amount[i] * more.ticks_per_unit,
           more.source[i] == mrr_rows::no_source ? more.source[i] : place[more.source[i]], more.marks_of(i));
  }
  to.accounts = std::max(to.accounts, more.accounts);
  to.lanes = std::max(to.lanes, more.lanes);
}

/// Rows of the source and rows of usage.
struct parted_slots {
  parted_slots(const book_data& data, std::span<const std::uint32_t> slots) {
    for (std::uint32_t i = 0; i < slots.size(); ++i) {
      const bool is_usage = data.is_usage(slots[i]);
      (is_usage ? usage : own).push_back(slots[i]);
      (is_usage ? usage_at : own_at).push_back(i);
    }
  }
  std::vector<std::uint32_t> own, usage;        // slots
  std::vector<std::uint32_t> own_at, usage_at;  // their places
};

}  // namespace

as_of_day day_after_rows(const book_data& data, std::span<const std::uint32_t> slots, const view_of_book& how,
                         const owner_index& owners, const as_of_day& asked) {
  if (asked.named() || !data.has_usage()) return asked;
  const parted_slots parts(data, slots);
  const std::optional<day> after = day_after_usage(usage_facts_under(data, parts.usage, owners), asked);
  if (parts.own.empty()) return after ? as_of_day(after) : asked;
  as_of_day as_of = asked;
  if (data.source == fact_source::snapshots) {
    const gathered_facts months_of(data, parts.own);
    if (const auto next = month_after(std::get<snapshots>(months_of.rows))) as_of = next->first_day();
  }
  const day of_source = own_rows(data, parts.own, how, as_of).book(as_of).known_until();
  return after ? std::max(*after, of_source) : of_source;
}

template <class T>
const std::uint8_t* gathered_facts::presence_of(std::span<const T> cells) {
  if (std::find(cells.begin(), cells.end(), missing_cell<T>) == cells.end()) return nullptr;
  auto& present = present_.emplace_back(cells.size() / 8 + 1, std::uint8_t{0});
  for (std::size_t i = 0; i < cells.size(); i += 8) {  // without branches, which nobody can predict
    unsigned byte = 0;
    const std::size_t count = std::min<std::size_t>(8, cells.size() - i);
    for (std::size_t k = 0; k < count; ++k) byte |= static_cast<unsigned>(cells[i + k] != missing_cell<T>) << k;
    present[i / 8] = static_cast<std::uint8_t>(byte);
  }
  return present.data();
}

template <class T>
void gathered_facts::take(std::size_t number, std::string_view name, column<T>& to) {
  if (number == no_column || rows_ == 0) return;
  if (whole_) {
    const std::span<const T> all = data_.store.all_in_place<T>(number);
    if (!all.empty()) {
      to = column<T>(all, presence_of(all), 0, name);
      return;
    }
  }
  auto& values = std::get<std::vector<T>>(values_.emplace_back(std::vector<T>{}));
  if (whole_)
    data_.store.gather_all(number, values);
  else
    data_.store.gather(number, slots_, values);
  const std::uint8_t* bits = presence_of(std::span<const T>(values));
  if (bits != nullptr) std::replace(values.begin(), values.end(), missing_cell<T>, T{});
  to = column<T>(std::span<const T>(values), bits, 0, name);
}

gathered_facts::gathered_facts(const book_data& data, std::span<const std::uint32_t> slots)
    : gathered_facts(data, slots, data.source) {}

gathered_facts::gathered_facts(const book_data& data, std::span<const std::uint32_t> slots, fact_source table)
    : rows(empty_rows(table)), data_(data), slots_(slots), rows_(slots.size()) {
  take_all();
}

gathered_facts::gathered_facts(const book_data& data)
    : rows(empty_rows(data.source)), data_(data), rows_(data.store.slots()), whole_(true) {
  take_all();
}

void gathered_facts::take_all() {
  const book_data& data = data_;
  std::visit(
      [&](auto& table) {
        take(data.common.account, data.account_name, table.account);
        constexpr bool usage = std::is_same_v<std::decay_t<decltype(table)>, usage_lines>;
        std::size_t i = 0;
        each_column(table, [&](std::string_view, auto& column) {
          const std::size_t place = data.place_of(usage, i++);
          take(data.own[place], data.own_names[place], column);
        });
        if constexpr (requires { table.ticks_per_unit; })
          table.ticks_per_unit = std::max<std::int64_t>(data.ticks_per_unit, 1);
        // A table of periods needs the column though no row ends.
        if constexpr (std::is_same_v<std::decay_t<decltype(table)>, subscriptions>) {
          if (table.end.empty() && rows_ > 0) {
            auto& values = std::get<std::vector<std::int32_t>>(values_.emplace_back(std::vector<std::int32_t>(rows_)));
            auto& present = present_.emplace_back(rows_ / 8 + 1, std::uint8_t{0});
            table.end = column<std::int32_t>(std::span<const std::int32_t>(values), present.data(), 0, "end");
          }
        }
      },
      rows);
}

std::size_t customers(const book_data& data, const view& under) {
  return under.policy.unit == customer_unit::subscription ? data.subscription_keys->size() : data.keys->size();
}

view_of_book::view_of_book(const book_data& data, const view& under) : data_(data), under_(under) {
  if (under.unit == book_unit::parent && by_subscription()) {
    throw schema_error("unit: the policy counts subscriptions, and parents are those of accounts; ask for one of the two");
  }
  knowledge_ = data.common.recorded_from != no_column || data.common.recorded_until != no_column;
  for (const label_filter& one : under.where) {
    const auto label =
        std::find_if(data.labels.begin(), data.labels.end(), [&](const auto& l) { return l.name == one.name; });
    std::vector<std::string> names;
    names.reserve(data.labels.size());
    for (const auto& l : data.labels) names.push_back(l.name);
    if (label == data.labels.end()) {
      throw schema_error("where: the book has no label \"" + one.name + "\"; it has " + all_of(names));
    }
    filter f{label->column, std::vector<bool>(label->words.words().size(), false)};
    for (const std::string& word : one.words) {
      const std::uint32_t* code = label->words.find(word);
      if (code == nullptr) {
        throw schema_error("where: no row has " + one.name + " \"" + word + "\"; there are " + all_of(label->words.words()));
      }
      f.wanted[*code] = true;
    }
    filters_.push_back(std::move(f));
  }
  find_lanes();
  causes_ = data.common.cause != no_column;
  for (const std::string& word : data.causes.words()) {
    const auto known = values_of(change_cause{});
    const auto at = static_cast<std::size_t>(std::find(known.begin(), known.end(), word) - known.begin());
    const bool ours = at < known.size() && named_by_rows(static_cast<change_cause>(at));
    const std::size_t own = first_own_cause + cause_codes_.size();
    if (!ours && own > UINT8_MAX) {
      throw schema_error("book: at most " + std::to_string(UINT8_MAX + 1 - first_own_cause) + " words of causes");
    }
    cause_codes_.push_back(static_cast<change_cause>(ours ? at : own));
  }
}

void view_of_book::find_lanes() {
  const auto& currencies = data_.currencies.words();
  const revenue_policy& policy = under_.policy;
  const bool by_currency = under_.split_by == "currency";
  if (under_.currencies && data_.common.currency == no_column) {
    throw schema_error("rates were given, and no row says its currency; name that column");
  }
  if (by_currency && data_.common.currency == no_column) {
    throw schema_error("split_by: no row says its currency, so all amounts are in one; leave split_by=\"currency\" out");
  }
  if (!under_.currencies && currencies.size() > 1 && !by_currency) {
    throw schema_error("rows are in " + all_of(currencies) +
                       ": amounts of several currencies are never added; give rates and the currency to report in, or split "
                       "by currency");
  }
  if (under_.currencies) {
    valued_once_ = policy.fx == fx_rule::service_start || policy.fx == fx_rule::purchase;
    const auto& codes = under_.currencies->rates->codes;
    for (const std::string& currency : currencies) {
      const auto found = codes.find(currency);
      if (found == codes.end()) {
        throw data_error(
            {"currency", problem::no_row, currency, "every currency of the rows has rates", "add them to rates"});
      }
      rate_codes_.push_back(found->second);
    }
    if (policy.fx == fx_rule::purchase && data_.common.purchased_on == no_column) {
      throw schema_error("fx \"purchase\" needs the day of the purchase of each row");
    }
  }
  lane_currency_ = by_currency || (under_.currencies && !valued_once_);
  if (under_.split_by && !by_currency) {
    const auto label =
        std::find_if(data_.labels.begin(), data_.labels.end(), [&](const auto& l) { return l.name == *under_.split_by; });
    if (label == data_.labels.end()) throw schema_error("split_by: the book has no label \"" + *under_.split_by + "\"");
    lane_label_ = label->column;
    const auto& words = label->words.words();
    for (std::uint32_t c = 0; c < std::max<std::size_t>(lane_currency_ ? currencies.size() : 1, 1); ++c) {
      for (std::uint32_t w = 0; w <= words.size(); ++w) {
        const std::uint32_t code = w < words.size() ? w : missing_cell<std::uint32_t>;
        lane_codes_[{lane_currency_ ? c : 0, code}] = static_cast<std::uint16_t>(lanes_.size());
        lanes_.push_back({lane_currency_ ? currencies[c] : "", w < words.size() ? std::optional(words[w]) : std::nullopt});
        if (lanes_.size() > UINT16_MAX) throw schema_error("split_by: at most 65,535 lanes");
      }
    }
  } else if (lane_currency_) {
    // Lanes of rates are numbered as the rate table numbers its currencies.
    std::size_t lanes = 0;
    for (std::uint32_t c = 0; c < currencies.size(); ++c) {
      const std::uint32_t lane = under_.currencies ? rate_codes_[c] : c;
      lane_codes_[{c, 0}] = static_cast<std::uint16_t>(lane);
      lanes = std::max(lanes, std::size_t{lane} + 1);
    }
    if (under_.currencies) lanes = std::max(lanes, under_.currencies->rates->rates.currencies());
    lanes_.resize(std::max<std::size_t>(lanes, 1));
    for (std::uint32_t c = 0; c < currencies.size(); ++c) lanes_[lane_codes_[{c, 0}]].currency = currencies[c];
  }
}

bool view_of_book::holds(std::uint32_t slot) const {
  if (knowledge_ && !data_.known(slot, under_.known_on)) return false;
  return std::all_of(filters_.begin(), filters_.end(), [&](const filter& f) {
    const auto code = data_.cell<std::uint32_t>(f.column, slot);
    return code && f.wanted[*code];
  });
}

std::uint32_t view_of_book::currency_at(std::uint32_t slot) const {
  const auto code = data_.cell<std::uint32_t>(data_.common.currency, slot);
  if (code) return *code;
  throw data_error({"currency", data_.store.at<std::uint32_t>(data_.common.source_row, slot), "missing",
                    "every row has a currency", "name it, or leave the row out"});
}

std::uint16_t view_of_book::lane_of(std::uint32_t slot) const {
  if (!lane_currency_ && lane_label_ == no_column) return 0;
  const std::uint32_t currency = lane_currency_ ? currency_at(slot) : 0;
  const std::uint32_t label =
      lane_label_ == no_column ? 0 : data_.cell<std::uint32_t>(lane_label_, slot).value_or(missing_cell<std::uint32_t>);
  return lane_codes_.at({currency, label});
}

change_cause view_of_book::cause_of(std::uint32_t slot) const {
  const auto code = data_.cell<std::uint32_t>(data_.common.cause, slot);
  return code ? cause_codes_[*code] : change_cause::unknown;
}

exchange_rate view_of_book::rate_of(std::uint32_t slot, day when) const {
  const auto bought = data_.cell<std::int32_t>(data_.common.purchased_on, slot);
  const bool purchase = under_.policy.fx == fx_rule::purchase;
  return under_.currencies->rates->rates.on(rate_codes_[currency_at(slot)], purchase && bought ? day{*bought} : when);
}

mrr_rows derive_rows(const book_data& data, std::span<const std::uint32_t> slots, const view_of_book& how,
                     const owner_index& owners, const as_of_day& as_of, row_accounts* whose) {
  const auto caller_row = [&](std::size_t row) {
    return row < slots.size() ? data.store.at<std::uint32_t>(data.common.source_row, slots[row]) : row;
  };
  mrr_rows rows;
  if (!data.has_usage()) {
    rows = own_rows(data, slots, how, as_of);
  } else {
    const parted_slots parts(data, slots);
    const mrr_rows own = parts.own.empty() ? mrr_rows{} : own_rows(data, parts.own, how, as_of);
    const mrr_rows usage = usage_rows(data, parts.usage, how, owners, as_of);
    append_rows(rows, own, parts.own_at);
    append_rows(rows, usage, parts.usage_at);
    rows.counts = own.counts;
    rows.counts.rows += usage.counts.rows, rows.counts.metered += usage.counts.metered,
        rows.counts.free += usage.counts.free;
  }
  if (how.valued_once()) value_rows(rows, slots, how);
  if (how.marked()) mark_rows(rows, slots, how);
  std::optional<parents_of_rows> named;
  if (how.rows_name_parents()) named.emplace(data, slots, rows, how.under().owners_on);
  if (whose != nullptr) whose->named = whose->account = rows.account;
  const change_cause moved = how.derives_causes() ? change_cause::other : change_cause::unknown;
  if (!owners.no_owners() && !how.by_subscription()) rows = rows_of_owners(rows, slots, owners, moved, whose);
  // A lapse is one of the account, also where parents are asked: what parents pay adds up to what accounts pay.
  const std::size_t unbridged = rows.account.size();
  bridge_lapses(rows, how.under().policy.lapse_grace, as_of);
  if (whose != nullptr) {
    for (auto* to : {&whose->named, &whose->account}) {
      to->insert(to->end(), rows.account.begin() + static_cast<std::ptrdiff_t>(unbridged), rows.account.end());
    }
  }
  if (how.by_parent() && (named || !owners.no_parents())) {
    rows = rows_of_parents(rows, named ? &*named : nullptr, owners, moved, whose);
  }
  if (how.derives_causes()) write_causes(rows, data, slots, how);
  for (std::uint32_t& source : rows.source) {
    if (source != mrr_rows::no_source) source = static_cast<std::uint32_t>(caller_row(source));
  }
  return rows;
}

}  // namespace sojourn::inline v0_1::detail
