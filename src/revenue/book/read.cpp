#include "sojourn/revenue/book/read.hpp"

#include <algorithm>

#include "revenue/book/merger_table.hpp"
#include "revenue/book/next_reading.hpp"
#include "revenue/ledger/cell_checks.hpp"

namespace sojourn::inline v0_1 {
namespace detail {
namespace {

template <class Plan>
void correct(book& b, std::span<reading* const> follow, const Plan& plan) {
  with_keys(b.keys(), [&] {
    book_data& data = book_access::edit(b);
    correction change(data);
    plan(change, data);
    const auto reads = [&](auto&& by) { return std::any_of(follow.begin(), follow.end(), by); };
    const auto by_subscription = [](const reading* one) { return one->under.policy.unit == customer_unit::subscription; };
    const auto by_parent = [&](const reading* one) { return one->under.unit == book_unit::parent && !by_subscription(one); };
    change.list_members(reads(by_parent), reads(by_subscription));
    if (!follow.empty()) change.list_touched();
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
    reading made{{}, under, {}, {}};
    const view_of_book how(data, made.under);
    made.owners = std::make_shared<const owner_index>(data.owners, how.owners());
    made.ledger = whole_ledger(standing_facts(data), how, *made.owners, under.as_of, host);
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
  detail::correct(in, follow, [&](auto& plan, auto& data) { detail::plan_mergers(plan, data, {&one, 1}); });
}

std::vector<merger> merge_all(book& in, std::span<const merger> all, std::span<reading* const> follow) {
  std::vector<merger> ended;
  detail::correct(in, follow, [&](auto& plan, auto& data) {
    ended = detail::ends_of_chains(all);
    detail::plan_mergers(plan, data, ended);
  });
  return ended;
}

void split(book& in, const facts& rows, account into, day since, std::span<reading* const> follow) {
  detail::correct(in, follow, [&](auto& plan, auto& data) { detail::plan_split(plan, data, rows, into, since); });
}

void set_parent(book& in, const parent_fact& one, std::span<reading* const> follow) {
  set_parents(in, {&one, 1}, follow);
}

void set_parents(book& in, std::span<const parent_fact> all, std::span<reading* const> follow) {
  detail::correct(in, follow, [&](auto& plan, auto& data) { detail::plan_parents(plan, data, all); });
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
  const detail::owner_index owners(data.owners, asked.owners());
  const auto slots = detail::standing_facts(data).slots_under(asked);
  std::vector<std::uint32_t> who, code;
  std::vector<std::int32_t> since;
  std::vector<std::uint8_t> says(slots.size() / 8 + 1, 0);
  std::vector<detail::ownership> mine;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const auto first = data.cell<std::int32_t>(data.start_column(slots[i]), slots[i]);
    std::int32_t from = first.value_or(earliest_day.since_epoch);
    if (first && data.starts_with_month(slots[i])) from = month{*first}.first_day().since_epoch;
    const account named{data.store.at<std::uint32_t>(data.common.account, slots[i])};
    const auto subscription = asked.by_subscription() ? data.subscription_of(slots[i]) : std::nullopt;
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
    owners.find_owners(named, slots[i], mine);
    if (asked.by_parent()) {
      owners.replace_by_parents(mine, data.cell<std::uint32_t>(data.common.parent, slots[i]));
    }
    for (const detail::ownership& one : mine) add(one.owner.index, std::max(from, one.since.since_epoch));
  }
  label_rows rows;
  rows.add({column<std::uint32_t>(who), column<std::uint32_t>(std::span<const std::uint32_t>(code), says.data()),
            column<std::int32_t>(since)},
           found->words.words());
  return rows;
}

mrr_rows rows_under(const book& of, const reading& how) {
  const detail::book_data& data = detail::book_access::of(of);
  view terms = how.under;
  terms.policy.usage_basis = usage_basis::committed;  // consumption has no term
  const detail::view_of_book asked(data, terms);
  const auto slots = detail::standing_facts(data).slots_under(asked);
  const detail::owner_index owners(data.owners, asked.owners());
  mrr_rows rows = detail::derive_rows(data, slots, asked, owners, how.ledger.book.known_until());
  if (how.under.part_of == nullptr) return rows;
  mrr_rows mine;
  mine.ticks_per_unit = rows.ticks_per_unit, mine.counts = rows.counts, mine.lanes = rows.lanes,
  mine.accounts = rows.accounts;
  for (std::size_t i = 0; i < rows.account.size(); ++i) {
    if (!how.under.part_of->owns(account_hash(how.ledger.keys->key(account{rows.account[i]})))) continue;
    mine.add(rows.account[i], rows.start[i], rows.end[i], detail::has_end(rows, i), rows.amount[i], rows.source[i],
             rows.marks_of(i));
  }
  return mine;
}

std::optional<account> parent_of(const book& of, account who, day when) {
  const detail::book_data& data = detail::book_access::of(of);
  std::optional<account> named;
  day since = earliest_day;
  for (const parent_fact& one : data.owners.parents) {
    const bool believed = one.known.until > latest_day;
    if (one.child == who && believed && one.since <= when && since <= one.since) named = one.parent, since = one.since;
  }
  if (named) return named;
  for (const std::uint32_t slot : data.slots_of(who)) {
    const auto parent = data.cell<std::uint32_t>(data.common.parent, slot);
    const auto first = data.cell<std::int32_t>(data.start_column(slot), slot);
    if (!parent || !data.known(slot, std::nullopt)) continue;
    const day from =
        data.starts_with_month(slot) && first ? month{*first}.first_day() : day{first.value_or(earliest_day.since_epoch)};
    if (from <= when && (!named || since <= from)) named = account{*parent}, since = from;
  }
  return named;
}

std::vector<mrr_step> steps_of(const book& of, account who, const view& under) {
  const detail::book_data& data = detail::book_access::of(of);
  const detail::view_of_book how(data, under);
  const detail::owner_index owners(data.owners, how.owners());
  if (!under.as_of.named()) throw as_of_not_named("steps_of: name as_of, the first day that is not known");
  std::vector<std::uint32_t> slots;
  if (how.by_subscription() || how.by_parent()) {
    slots = detail::standing_facts(data).slots_under(how);
  } else {
    for (const account one : owners.joined(std::span(&who, 1))) {
      for (const std::uint32_t slot : data.slots_of(one)) {
        if (how.holds(slot)) slots.push_back(slot);
      }
    }
  }
  mrr_rows rows = detail::derive_rows(data, slots, how, owners, under.as_of);
  rows.accounts = std::max(rows.accounts, std::size_t{who.index} + 1);
  return detail::next_steps(rows, {&who, 1}, *under.as_of.named()).front().steps;
}

}  // namespace sojourn::inline v0_1
