#include "sojourn/revenue/book/book.hpp"

#include <algorithm>

#include "revenue/book/book_data.hpp"
#include "revenue/book/empty_rows.hpp"
#include "revenue/book/fact_columns.hpp"
#include "revenue/book/stored_form.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::book_data;
using detail::no_column;

/// The source's columns: those that every row has, at once; others when a row brings one.
template <class Table>
void add_own_columns(book_data& data, const Table& table) {
  detail::each_column(table, [&](std::string_view role, const auto&) {
    if (role == "subscription") data.subscription_column = data.own.size();
    data.own.push_back(no_column);
    data.own_names.emplace_back(role);
  });
}

/// The columns of usage, beside those of the source; subscriptions are the same column where the source has them.
void add_usage_columns(book_data& data) {
  const bool source = data.source == fact_source::usage;
  const usage_lines usage;
  detail::each_column(usage, [&](std::string_view role, const auto&) {
    const bool shared = role == "usage_subscription" && data.subscription_column != no_column;
    data.usage_places.push_back(shared ? data.subscription_column : data.own.size());
    if (shared) return;
    data.own.push_back(no_column);
    data.own_names.emplace_back(role.starts_with("usage_") ? role.substr(6) : role);
  });
  if (source) data.subscription_column = data.usage_places.back();
}

template <class Visit>
void each_slot(const book_data& data, const Visit& visit) {
  for (std::uint32_t who = 0; who < data.accounts; ++who) {
    for (const std::uint32_t slot : data.slots_of(account{who})) visit(account{who}, slot);
  }
}

/// Days in a column of all rows: the least and the largest.
std::pair<std::optional<day>, std::optional<day>> ends_of(const book_data& data, std::size_t column, std::size_t other) {
  std::optional<day> first, last;
  const auto take = [&](const std::optional<std::int32_t>& cell) {
    if (!cell) return;
    if (!first || day{*cell} < *first) first = day{*cell};
    if (!last || *last < day{*cell}) last = day{*cell};
  };
  each_slot(data, [&](account, std::uint32_t slot) {
    const auto from = data.cell<std::int32_t>(column, slot), until = data.cell<std::int32_t>(other, slot);
    if (from && until && *from == *until) return;  // never known
    take(from), take(until);
  });
  return {first, last};
}

}  // namespace

book::book(fact_source source) : book(source, std::make_shared<account_index>(), std::make_shared<account_index>()) {}

book::book(fact_source source, std::shared_ptr<account_index> keys, std::shared_ptr<account_index> subscription_keys)
    : data_(std::make_shared<book_data>()) {
  data_->source = source;
  data_->keys = std::move(keys);
  data_->subscription_keys = std::move(subscription_keys);
  data_->common.account = data_->store.add_column(std::vector<std::uint32_t>{});
  data_->common.source_row = data_->store.add_column(std::vector<std::uint32_t>{});
  if (source != fact_source::usage) {
    std::visit([&](const auto& t) { add_own_columns(*data_, t); }, detail::empty_rows(source));
  }
  add_usage_columns(*data_);
}

fact_source book::source() const noexcept {
  return data_->source;
}
account_index& book::keys() const noexcept {
  return *data_->keys;
}
account_index& book::subscription_keys() const noexcept {
  return *data_->subscription_keys;
}
const std::shared_ptr<account_index>& book::shared_keys() const noexcept {
  return data_->keys;
}
std::size_t book::accounts() const noexcept {
  return data_->accounts;
}
std::size_t book::rows() const noexcept {
  return data_->rows;
}
const std::vector<std::string>& book::currencies() const {
  return data_->currencies.words();
}
const std::vector<std::string>& book::causes() const {
  return data_->causes.words();
}
const std::vector<merger>& book::mergers() const noexcept {
  return data_->owners.mergers;
}
const std::vector<parent_fact>& book::parents() const noexcept {
  return data_->owners.parents;
}
bool book::has_currencies() const noexcept {
  return data_->common.currency != no_column;
}
bool book::has_causes() const noexcept {
  return data_->common.cause != no_column;
}
bool book::has_parents() const noexcept {
  return data_->common.parent != no_column || !data_->owners.parents.empty();
}
bool book::has_knowledge() const noexcept {
  const auto learned = [](const auto& facts) {
    return std::any_of(facts.begin(), facts.end(), [](const auto& one) { return one.known != recorded{}; });
  };
  return data_->common.recorded_from != no_column || data_->common.recorded_until != no_column ||
         learned(data_->owners.mergers) || learned(data_->owners.parents);
}
bool book::has_subscriptions() const noexcept {
  return data_->subscription_column != no_column && data_->own[data_->subscription_column] != no_column;
}

bool book::has_usage() const noexcept {
  return data_->has_usage();
}

std::vector<std::string> book::labels() const {
  std::vector<std::string> names;
  for (const auto& label : data_->labels) names.push_back(label.name);
  return names;
}

knowledge book::known(day when) const {
  knowledge found;
  each_slot(*data_, [&](account, std::uint32_t slot) {
    const auto from = data_->cell<std::int32_t>(data_->common.recorded_from, slot);
    const auto until = data_->cell<std::int32_t>(data_->common.recorded_until, slot);
    ++found.rows;
    if (from && until && *from == *until)
      ++found.never_known;
    else if (from && when.since_epoch < *from)
      ++found.not_yet_known;
    else if (until && when.since_epoch >= *until)
      ++found.taken_back;
    else
      ++found.known;
  });
  return found;
}

std::optional<day> book::first_change() const {
  return ends_of(*data_, data_->common.recorded_from, data_->common.recorded_until).first;
}

std::optional<day> book::last_change() const {
  return ends_of(*data_, data_->common.recorded_from, data_->common.recorded_until).second;
}

std::vector<account> book::accounts_changed(day a, day b) const {
  std::vector<account> found;
  for (std::uint32_t who = 0; who < data_->accounts; ++who) {
    for (const std::uint32_t slot : data_->slots_of(account{who})) {
      if (data_->known(slot, a) == data_->known(slot, b)) continue;
      found.push_back({who});
      break;
    }
  }
  for (const merger& one : data_->owners.mergers) {
    if (one.known.on(a) != one.known.on(b)) found.push_back(one.from), found.push_back(one.into);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::vector<std::uint32_t> book::rows_of(account who, std::optional<day> known_on) const {
  std::vector<std::uint32_t> found;
  for (const std::uint32_t slot : data_->slots_of(who)) {
    if (!known_on || data_->known(slot, known_on)) {
      found.push_back(data_->store.at<std::uint32_t>(data_->common.source_row, slot));
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool operator==(const book& a, const book& b) {
  if (a.data_ == b.data_) return true;
  return a.data_->source == b.data_->source && a.data_->rows == b.data_->rows &&
         detail::stored_form(*a.data_) == detail::stored_form(*b.data_);
}

}  // namespace sojourn::inline v0_1
