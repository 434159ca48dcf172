#include "sojourn/revenue/book/book.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "revenue/book/book_data.hpp"
#include "revenue/book/fact_columns.hpp"

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

fact_rows rows_of_source(fact_source source) {
  switch (source) {
    case fact_source::periods:
      return subscriptions{};
    case fact_source::snapshots:
      return snapshots{};
    case fact_source::changes:
      return mrr_changes{};
    case fact_source::prices:
      return priced_subscriptions{};
    case fact_source::invoices:
      return invoice_lines{};
  }
  return subscriptions{};
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

std::string text_of(const account_index& keys, std::uint32_t who) {
  return keys.key(account{who});
}

/// What a row says, comparable between books that number accounts and words differently.
std::vector<std::string> row_text(const book_data& data, std::uint32_t slot) {
  std::vector<std::string> cells;
  for (std::size_t c = 0; c < data.store.columns(); ++c) {
    if (c == data.common.account || c == data.common.source_row) continue;
    std::string name = std::to_string(c), value;
    const auto number = std::visit(
        [&](const auto& type) -> std::optional<std::int64_t> {
          using cell = typename std::decay_t<decltype(type)>::value_type;
          const auto found = data.cell<cell>(c, slot);
          return found ? std::optional(static_cast<std::int64_t>(*found)) : std::nullopt;
        },
        data.store.type(c));
    if (!number) continue;
    value = std::to_string(*number);
    for (std::size_t i = 0; i < data.own.size(); ++i) {
      if (data.own[i] != c) continue;
      name = "own " + std::to_string(i);
      if (i == data.subscription_column) value = text_of(*data.subscription_keys, static_cast<std::uint32_t>(*number));
    }
    const auto code = static_cast<std::size_t>(*number);
    if (c == data.common.recorded_from) name = "recorded_from";
    if (c == data.common.recorded_until) name = "recorded_until";
    if (c == data.common.purchased_on) name = "purchased_on";
    if (c == data.common.parent) name = "parent", value = text_of(*data.keys, static_cast<std::uint32_t>(*number));
    if (c == data.common.currency) name = "currency", value = data.currencies.words()[code];
    if (c == data.common.cause) name = "cause", value = data.causes.words()[code];
    for (const auto& label : data.labels) {
      if (label.column == c) name = "label " + label.name, value = label.words.words()[code];
    }
    cells.push_back(name + "=" + value);
  }
  std::sort(cells.begin(), cells.end());
  return cells;
}

using row_set = std::map<std::string, std::vector<std::vector<std::string>>>;

row_set rows_by_key(const book_data& data) {
  row_set rows;
  each_slot(data,
            [&](account who, std::uint32_t slot) { rows[text_of(*data.keys, who.index)].push_back(row_text(data, slot)); });
  for (auto& [key, mine] : rows) std::sort(mine.begin(), mine.end());
  return rows;
}

std::vector<std::string> owner_texts(const book_data& data) {
  const auto key = [&](account who) { return text_of(*data.keys, who.index); };
  const auto when = [](day d, const recorded& r) {
    return " " + to_string(d) + " " + to_string(r.from) + " " + std::to_string(r.until.since_epoch);
  };
  std::vector<std::string> all;
  for (const merger& m : data.owners.mergers) all.push_back("m " + key(m.from) + " " + key(m.into) + when(m.since, m.known));
  for (const auto& p : data.owners.parents)
    all.push_back("p " + key(p.child) + " " + key(p.parent) + when(p.since, p.known));
  for (const auto& [slot, moved] : data.owners.moved) {
    std::string line = "s " + key(moved.from);
    for (const std::string& cell : row_text(data, slot)) line += " " + cell;
    for (const auto& one : moved.to) line += " " + to_string(one.since) + " " + key(one.owner);
    all.push_back(line);
  }
  std::sort(all.begin(), all.end());
  return all;
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
  std::visit([&](const auto& t) { add_own_columns(*data_, t); }, rows_of_source(source));
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
  return data_->common.recorded_from != no_column || data_->common.recorded_until != no_column;
}
bool book::has_subscriptions() const noexcept {
  return data_->subscription_column != no_column && data_->own[data_->subscription_column] != no_column;
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
  return a.data_->source == b.data_->source && a.data_->keys->holds_text() == b.data_->keys->holds_text() &&
         owner_texts(*a.data_) == owner_texts(*b.data_) && rows_by_key(*a.data_) == rows_by_key(*b.data_);
}

}  // namespace sojourn::inline v0_1
