#include "sojourn/revenue/book/read.hpp"

#include <algorithm>
#include <numeric>

#include "revenue/book/correction.hpp"
#include "revenue/book/derive.hpp"
#include "revenue/ledger/cell_checks.hpp"
#include "revenue/ledger/ledger_maker.hpp"
#include "revenue/ledger/marked_rows.hpp"
#include "revenue/ledger/rows.hpp"

namespace sojourn::inline v0_1 {
namespace detail {
namespace {

/// The facts of a book as they are, or as a correction will leave them.
class standing_facts {
 public:
  explicit standing_facts(const book_data& data) : data_(data), owners_(data.owners), accounts_(data.accounts) {}
  standing_facts(const book_data& data, const correction& plan)
      : data_(data), plan_(&plan), owners_(plan.owners_after()), accounts_(plan.accounts) {}

  [[nodiscard]] std::span<const std::uint32_t> slots_of(account who) const {
    return plan_ != nullptr ? plan_->slots_of(who) : data_.slots_of(who);
  }
  [[nodiscard]] bool as_stored() const noexcept { return plan_ == nullptr; }
  [[nodiscard]] const book_data& data() const noexcept { return data_; }
  [[nodiscard]] const owner_table& owners() const noexcept { return owners_; }
  [[nodiscard]] std::size_t accounts() const noexcept { return accounts_; }
  [[nodiscard]] std::vector<std::uint32_t> slots_under(const view_of_book& how) const {
    std::vector<std::uint32_t> slots;
    slots.reserve(data_.rows);
    for (std::uint32_t who = 0; who < accounts_; ++who) {
      for (const std::uint32_t slot : slots_of(account{who})) {
        if (how.holds(slot)) slots.push_back(slot);
      }
    }
    return slots;
  }

 private:
  const book_data& data_;
  const correction* plan_ = nullptr;
  const owner_table& owners_;
  std::size_t accounts_;
};

ledger_rows rows_kind(fact_source source) {
  if (source == fact_source::changes) return ledger_rows::changes;
  return source == fact_source::invoices ? ledger_rows::invoices : ledger_rows::periods;
}

account_index& customer_keys(const book_data& data, const view& under) {
  return under.policy.unit == customer_unit::subscription ? *data.subscription_keys : *data.keys;
}

/// Who owns each subscription: of several accounts, that of its last row.
std::vector<std::uint32_t> owners_of_subscriptions(const standing_facts& from) {
  const book_data& data = from.data();
  std::vector<std::uint32_t> owner(data.subscription_keys->size(), 0), latest(owner.size(), 0);
  const std::size_t column = data.own[data.subscription_column];
  for (std::uint32_t who = 0; who < from.accounts(); ++who) {
    for (const std::uint32_t slot : from.slots_of(account{who})) {
      const auto subscription = data.cell<std::uint32_t>(column, slot);
      const std::uint32_t row = data.store.at<std::uint32_t>(data.common.source_row, slot) + 1;
      if (subscription && row > latest[*subscription]) latest[*subscription] = row, owner[*subscription] = who;
    }
  }
  return owner;
}

bool says_more(const row_counts& counts) {
  row_counts plain;
  plain.rows = counts.rows;
  return counts != plain;
}

bool same_numbers(std::span<const std::uint32_t> rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] != i) return false;
  }
  return true;
}

keyed_ledger whole(const standing_facts& from, const view_of_book& how, std::optional<day> as_of, const any_executor& host) {
  const book_data& data = from.data();
  const view& under = how.under();
  if (how.by_subscription() && (data.subscription_column == no_column || data.own[data.subscription_column] == no_column)) {
    throw schema_error("unit \"subscription\" needs to know which subscription each row belongs to; name that column");
  }
  owners_known owners(from.owners(), under.known_on, how.by_parent());
  keyed_ledger made;
  mrr_rows rows;
  const bool own_parents = how.by_parent() && data.common.parent != no_column;
  const bool plain = data.source == fact_source::periods && !how.marked() && !how.valued_once() && owners.trivial() &&
                     !own_parents && under.policy.lapse_grace == 0;
  // Rows as they came need no list of them, and the bulk road takes them in any order.
  const bool as_they_came = plain && how.holds_all() && from.as_stored() && data.store.full() && data.in_order;
  const std::vector<std::uint32_t> slots = as_they_came ? std::vector<std::uint32_t>{} : from.slots_under(how);
  if (as_they_came) {
    const gathered_facts facts(data);
    made.book = ledger(std::get<subscriptions>(facts.rows), {as_of, from.accounts()}, host);
  } else if (plain) {
    const gathered_facts facts(data, slots);
    made.book = ledger(std::get<subscriptions>(facts.rows), {as_of, from.accounts()}, host);
    rows.source.resize(slots.size());
    for (std::size_t i = 0; i < slots.size(); ++i) {
      rows.source[i] = data.store.at<std::uint32_t>(data.common.source_row, slots[i]);
    }
  } else {
    if (data.source == fact_source::snapshots && !as_of) {
      const gathered_facts facts(data, slots);
      if (const auto next = month_after(std::get<snapshots>(facts.rows))) as_of = next->first_day();
    }
    rows = derive_rows(data, slots, how, owners, as_of);
    if (!how.by_subscription()) rows.accounts = std::max(rows.accounts, from.accounts());
    made.book = rows.book(as_of);
    if (says_more(rows.counts) || data.source == fact_source::prices || data.source == fact_source::invoices) {
      made.prepared = rows.counts;
    }
  }
  if (!same_numbers(rows.source)) ledger_maker::renumber(made.book, rows.source);
  made.kind = rows_kind(data.source);
  made.keys = how.by_subscription() ? data.subscription_keys : data.keys;
  if (how.by_subscription()) {
    made.by_subscription = true;
    made.owner = std::make_shared<const std::vector<std::uint32_t>>(owners_of_subscriptions(from));
    made.owner_keys = data.keys;
  }
  if (under.currencies && !how.valued_once()) {
    made.in = std::make_shared<const valuation>(
        valuation{*under.currencies->rates, valuation_of(under.policy, under.currencies->at)});
  }
  if (under.part_of != nullptr) made.book = part_of(made.book, *made.keys, *under.part_of);
  return made;
}

/// Throws `data_error` for an account that a correction gives rows to and that belongs to another shard.
void require_shard(const keyed_ledger& of, const correction& plan) {
  if (of.declared == nullptr) return;
  for (const auto& [who, slots] : plan.lists) {
    const std::string key = of.keys->key(who);
    if (of.declared->owns(account_hash(key))) continue;
    throw data_error({"account", problem::no_row, key, "an account of this shard",
                      "apply it to the ledger of the shard that shard_of names"});
  }
}

/// What an account becomes in a reading. All are prepared before the first is written.
struct next_account {
  account who;
  std::vector<mrr_step> steps;
  std::vector<cause_share> shares;
  std::vector<std::uint32_t> rows;
};

std::vector<next_account> next_steps(const mrr_rows& rows, std::span<const account> customers, day known_until) {
  std::vector<std::uint32_t> order(rows.account.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&](auto a, auto b) { return rows.account[a] != rows.account[b] ? rows.account[a] < rows.account[b] : a < b; });
  const subscriptions table = rows.view();
  require_good(facts_of(table, 0, table.account.size(), rows.accounts), table, rows.accounts);
  step_maker maker(known_until);
  ledger_counts counts;
  std::vector<next_account> next;
  next.reserve(customers.size());
  auto at = order.begin();
  for (const account who : customers) {
    next_account one{who, {}, {}, {}};
    maker.start(who);
    at = std::lower_bound(at, order.end(), who.index, [&](auto row, std::uint32_t w) { return rows.account[row] < w; });
    for (; at != order.end() && rows.account[*at] == who.index; ++at) {
      const std::uint32_t row = *at;
      maker.add(rows.start[row], has_end(rows, row) ? rows.end[row] : runs_on, rows.amount[row] * rows.ticks_per_unit,
                rows.marks.empty() ? row_marks{} : rows.marks[row], counts);
      if (rows.source[row] != mrr_rows::no_source) one.rows.push_back(rows.source[row]);
    }
    maker.finish(one.steps, one.shares);
    std::sort(one.rows.begin(), one.rows.end());
    one.rows.erase(std::unique(one.rows.begin(), one.rows.end()), one.rows.end());
    next.push_back(std::move(one));
  }
  return next;
}

/// A reading as it will be; `commit` cannot fail.
class next_reading {
 public:
  next_reading(const book_data& data, const correction& plan, reading& of) : of_(of) {
    const view_of_book how(data, of.under);
    const standing_facts facts(data, plan);
    if (!how.by_subscription()) require_shard(of.ledger, plan);
    const bool own_parents = how.by_parent() && data.common.parent != no_column;
    // Where customers or lanes may be numbered anew, and where rows of one account may belong to another.
    if (how.by_subscription() || own_parents || how.lanes() != of.lanes) {
      lanes_ = how.lanes();
      whole_ = whole(facts, how, of.ledger.book.known_until(), {});
      whole_->declared = of.ledger.declared;
      return;
    }
    owners_known before(data.owners, of.under.known_on, how.by_parent());
    owners_known after(plan.owners_after(), of.under.known_on, how.by_parent());
    auto touched = after.joined(before.joined(plan.touched));
    std::vector<std::uint32_t> slots;
    for (const account who : touched) {
      for (const std::uint32_t slot : plan.slots_of(who)) {
        if (how.holds(slot)) slots.push_back(slot);
      }
    }
    mrr_rows rows = derive_rows(data, slots, how, after, of.ledger.book.known_until());
    rows.accounts = std::max({rows.accounts, plan.accounts, of.ledger.book.accounts()});
    if (of.under.part_of != nullptr) {
      std::erase_if(touched, [&](account who) { return !of.under.part_of->owns(account_hash(of.ledger.keys->key(who))); });
    }
    next_ = next_steps(rows, touched, of.ledger.book.known_until());
    ledger_maker::make_room(of.ledger.book, rows.accounts, std::span<const next_account>(next_));
  }
  void commit() noexcept {
    if (whole_) {
      std::swap(of_.ledger, *whole_);
      std::swap(of_.lanes, lanes_);
      return;
    }
    for (const next_account& one : next_) {
      ledger_maker::replace(of_.ledger.book, one.who, one.steps, one.rows, one.shares);
    }
  }

 private:
  reading& of_;
  std::vector<next_account> next_;
  std::optional<keyed_ledger> whole_;
  std::vector<lane_name> lanes_;
};

template <class Plan>
void correct(book& b, std::span<reading* const> follow, const Plan& plan) {
  with_keys(b.keys(), [&] {
    book_data& data = book_access::edit(b);
    correction change(data);
    plan(change, data);
    std::vector<next_reading> next;
    next.reserve(follow.size());
    for (reading* one : follow) next.emplace_back(data, change, *one);
    change.commit();
    for (next_reading& one : next) one.commit();
  });
}

}  // namespace

reading read(const book& from, const view& under, const any_executor& host) {
  const book_data& data = book_access::of(from);
  return with_keys(customer_keys(data, under), [&] {
    reading made{{}, under, {}};
    const view_of_book how(data, made.under);
    made.ledger = whole(standing_facts(data), how, under.as_of, host);
    made.lanes = how.lanes();
    return made;
  });
}

}  // namespace detail

void apply(book& to, const facts& rows, std::span<reading* const> follow) {
  detail::correct(to, follow, [&](auto& plan, auto& data) { detail::plan_apply(plan, data, rows); });
}

void retract(book& from, const facts& rows, std::optional<day> taken_back_on, std::span<reading* const> follow) {
  detail::correct(from, follow, [&](auto& plan, auto& data) { detail::plan_retract(plan, data, rows, taken_back_on); });
}

void merge(book& in, const merger& one, std::span<reading* const> follow) {
  detail::correct(in, follow, [&](auto& plan, auto& data) { detail::plan_merge(plan, data, one); });
}

void split(book& in, const facts& rows, account into, day since, std::span<reading* const> follow) {
  detail::correct(in, follow, [&](auto& plan, auto& data) { detail::plan_split(plan, data, rows, into, since); });
}

void set_parent(book& in, const parent_fact& one, std::span<reading* const> follow) {
  detail::correct(in, follow, [&](auto& plan, auto& data) { detail::plan_parent(plan, data, one); });
}

std::vector<named_count> counts(const book& of, const reading& how) {
  view same = how.under;
  same.as_of = how.ledger.book.known_until();
  return counts_by_name(read(of, same).ledger);
}

label_rows labels_of(const book& of, const reading& how, const std::string& label) {
  const detail::book_data& data = detail::book_access::of(of);
  const auto found = std::find_if(data.labels.begin(), data.labels.end(), [&](const auto& l) { return l.name == label; });
  if (found == data.labels.end()) throw schema_error("the book has no label \"" + label + "\"");
  const detail::view_of_book asked(data, how.under);
  detail::owners_known owners(data.owners, how.under.known_on, asked.by_parent());
  const auto slots = detail::standing_facts(data).slots_under(asked);
  const std::size_t start = data.own.front();  // the first column of every source says since when
  std::vector<std::uint32_t> who, code;
  std::vector<std::int32_t> since;
  std::vector<std::uint8_t> says(slots.size() / 8 + 1, 0);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const auto first = data.cell<std::int32_t>(start, slots[i]);
    std::int32_t from = first.value_or(earliest_day.since_epoch);
    if (first && data.source == fact_source::snapshots) from = month{*first}.first_day().since_epoch;
    const account named{data.store.at<std::uint32_t>(data.common.account, slots[i])};
    const auto subscription = asked.by_subscription() && data.subscription_column != detail::no_column
                                  ? data.cell<std::uint32_t>(data.own[data.subscription_column], slots[i])
                                  : std::nullopt;
    const auto word = data.cell<std::uint32_t>(found->column, slots[i]);
    const auto add = [&](std::uint32_t customer, std::int32_t holds_from) {
      if (who.size() / 8 >= says.size()) says.push_back(0);
      if (word) says[who.size() / 8] = static_cast<std::uint8_t>(says[who.size() / 8] | (1u << (who.size() % 8)));
      who.push_back(customer), since.push_back(holds_from), code.push_back(word.value_or(0));
    };
    if (subscription) {
      add(*subscription, from);
      continue;
    }
    for (const detail::ownership& one :
         owners.owners(named, slots[i], data.cell<std::uint32_t>(data.common.parent, slots[i]))) {
      add(one.owner.index, std::max(from, one.since.since_epoch));
    }
  }
  label_rows rows;
  rows.add({column<std::uint32_t>(who), column<std::uint32_t>(std::span<const std::uint32_t>(code), says.data()),
            column<std::int32_t>(since)},
           found->words.words());
  return rows;
}

mrr_rows rows_under(const book& of, const reading& how) {
  const detail::book_data& data = detail::book_access::of(of);
  const detail::view_of_book asked(data, how.under);
  detail::owners_known owners(data.owners, how.under.known_on, asked.by_parent());
  const auto slots = detail::standing_facts(data).slots_under(asked);
  return detail::derive_rows(data, slots, asked, owners, how.ledger.book.known_until());
}

std::optional<account> parent_of(const book& of, account who, day when) {
  const detail::book_data& data = detail::book_access::of(of);
  std::optional<account> named;
  day since = earliest_day;
  for (const std::uint32_t slot : data.slots_of(who)) {
    const auto parent = data.cell<std::uint32_t>(data.common.parent, slot);
    const auto first = data.cell<std::int32_t>(data.own.front(), slot);
    if (!parent || !data.known(slot, std::nullopt)) continue;
    const day from = data.source == fact_source::snapshots && first ? month{*first}.first_day()
                                                                    : day{first.value_or(earliest_day.since_epoch)};
    if (from <= when && (!named || since <= from)) named = account{*parent}, since = from;
  }
  if (named) return named;
  for (const parent_fact& one : data.owners.parents) {
    if (one.child == who && one.since <= when && since <= one.since) named = one.parent, since = one.since;
  }
  return named;
}

std::vector<mrr_step> steps_of(const book& of, account who, const view& under) {
  const detail::book_data& data = detail::book_access::of(of);
  const detail::view_of_book how(data, under);
  detail::owners_known owners(data.owners, under.known_on, how.by_parent());
  if (!under.as_of) throw schema_error("steps_of: name as_of, the first day that is not known");
  std::vector<std::uint32_t> slots;
  for (const account one : owners.joined({who})) {
    for (const std::uint32_t slot : data.slots_of(one)) {
      if (how.holds(slot)) slots.push_back(slot);
    }
  }
  mrr_rows rows = detail::derive_rows(data, slots, how, owners, under.as_of);
  rows.accounts = std::max(rows.accounts, std::size_t{who.index} + 1);
  return detail::next_steps(rows, {&who, 1}, *under.as_of).front().steps;
}

}  // namespace sojourn::inline v0_1
