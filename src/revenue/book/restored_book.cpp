#include "revenue/book/restored_book.hpp"

#include <algorithm>
#include <numeric>
#include <span>
#include <string_view>

#include "detail/utf8.hpp"
#include "revenue/book/correction.hpp"
#include "revenue/book/empty_rows.hpp"
#include "revenue/book/fact_columns.hpp"
#include "revenue/book/stored_form.hpp"
#include "revenue/book/stored_parts.hpp"
#include "revenue/book/stored_rules.hpp"
#include "sojourn/revenue/book/read.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

constexpr day day_after_all{latest_day.since_epoch + 1};

template <class Key>
void require_ascending(const std::vector<Key>& keys, const char* what) {
  const auto falls = std::adjacent_find(keys.begin(), keys.end(), [](const Key& a, const Key& b) { return !(a < b); });
  if (falls != keys.end()) refuse_book_bytes(std::string(what) + " are not in ascending order, each once");
}

void require_words(const std::vector<std::string>& words, const char* what) {
  require_ascending(words, what);
  for (const std::string& word : words) {
    if (!is_utf8(word)) refuse_book_bytes(std::string(what) + " are not all UTF-8");
  }
}

void require_stored_day(std::int32_t when, const char* what) {
  if (when < earliest_day.since_epoch || when > latest_day.since_epoch) {
    refuse_book_bytes(std::string(what) + " is " + std::to_string(when) +
                      " days since 1970, which lies outside 1900 to 2199");
  }
}

/// A stored column as one of facts, with the memory of its validity.
class facts_of_stored {
 public:
  explicit facts_of_stored(const stored_book& from) : rows_(from.account.size()) {
    made_.rows = empty_rows(from.source);
    std::visit(
        [&](auto& table) {
          table.account = column<std::uint32_t>(std::span<const std::uint32_t>(from.account));
          std::size_t i = 0;
          each_column(table, [&](std::string_view role, auto& column) {
            take(from.own[i], role, column);
            if (role.ends_with("subscription")) require_below(from.own[i], from.subscriptions.size(), "subscription");
            ++i;
          });
          if constexpr (requires { table.ticks_per_unit; }) {
            if (rows_ > 0) table.ticks_per_unit = from.ticks_per_unit;
          }
        },
        made_.rows);
    take(from.recorded_from, "recorded_from", made_.recorded_from);
    take(from.recorded_until, "recorded_until", made_.recorded_until);
    take(from.purchased_on, "purchased_on", made_.purchased_on);
    take(from.parent, "parent", made_.parent);
    require_below(from.parent, from.keys.size(), "parent");
    take_words(from.currency, "currency", made_.currency);
    take_words(from.cause, "cause", made_.cause);
    for (const stored_label& label : from.labels) {
      if (!is_utf8(label.name)) refuse_book_bytes("the name of a label is not UTF-8");
      label_facts& one = made_.labels.emplace_back(label_facts{label.name, {}});
      take_words(label.label, "label", one.label);
    }
  }
  [[nodiscard]] const facts& made() const noexcept { return made_; }

 private:
  template <class T>
  void take(const stored_column& from, std::string_view role, column<T>& to) {
    const auto& cells = std::get<std::vector<T>>(from.cells);
    if (cells.size() != (from.held ? rows_ : 0))
      refuse_book_bytes("column " + std::string(role) + " has not one cell a row");
    if (cells.empty()) return;
    auto& present = present_.emplace_back(cells.size() / 8 + 1, std::uint8_t{0});
    for (std::size_t row = 0; row < cells.size(); ++row) {
      if (cells[row] != missing_cell<T>) present[row / 8] = static_cast<std::uint8_t>(present[row / 8] | (1u << (row % 8)));
    }
    to = column<T>(std::span<const T>(cells), present.data(), 0, role);
  }
  static void require_below(const stored_column& from, std::size_t size, const char* what) {
    for (const std::uint32_t number : std::get<std::vector<std::uint32_t>>(from.cells)) {
      if (number >= size && number != no_number)
        refuse_book_bytes(std::string(what) + " " + std::to_string(number) + " has no key");
    }
  }
  void take_words(const stored_words& from, const char* role, word_facts& to) {
    require_words(from.words, role);
    take(from.codes, role, to.code);
    to.words = from.words;
  }

  std::size_t rows_;
  std::vector<std::vector<std::uint8_t>> present_;
  facts made_;
};

void intern_all(account_index& keys, const stored_keys& from) {
  require_in_bytes(from.words.empty() || from.ids.empty(), "keys are text or numbers, not both");
  require_words(from.words, "keys");
  require_ascending(from.ids, "keys");
  for (const std::string& word : from.words) keys.intern(word);
  for (const std::int64_t id : from.ids) keys.intern(id);
}

/// A column that tables had and no row is left of.
template <class T>
void hold_column(book_data& data, const stored_column& from, std::size_t& number) {
  if (from.held && number == no_column) number = data.store.add_column(std::vector<T>{});
}

void hold_columns(book_data& data, const stored_book& from) {
  for (std::size_t i = 0; i < from.own.size(); ++i) {
    std::visit(
        [&](const auto& type) {
          hold_column<typename std::decay_t<decltype(type)>::value_type>(data, from.own[i], data.own[i]);
        },
        from.own[i].cells);
  }
  hold_column<std::int32_t>(data, from.recorded_from, data.common.recorded_from);
  hold_column<std::int32_t>(data, from.recorded_until, data.common.recorded_until);
  hold_column<std::int32_t>(data, from.purchased_on, data.common.purchased_on);
  hold_column<std::uint32_t>(data, from.parent, data.common.parent);
  hold_column<std::uint32_t>(data, from.currency.codes, data.common.currency);
  hold_column<std::uint32_t>(data, from.cause.codes, data.common.cause);
  for (std::size_t i = 0; i < from.labels.size(); ++i) {
    hold_column<std::uint32_t>(data, from.labels[i].label.codes, data.labels[i].column);
  }
}

recorded knowledge_of(const stored_owner& one) {
  require_stored_day(one.since, "the day of an owner"),
      require_stored_day(one.from, "the day on which an owner was learned");
  if (one.until != day_after_all.since_epoch) require_stored_day(one.until, "the day until which an owner was believed");
  return {day{one.from}, day{one.until}};
}

/// Each account is merged once at a time, and no chain of mergers comes back to where it began.
void require_good_mergers(std::span<const merger> mergers, std::size_t accounts) {
  std::vector<std::uint32_t> into(accounts, no_number), seen(accounts, 0);
  for (const merger& one : mergers) {
    if (one.known.until != day_after_all) continue;
    require_in_bytes(into[one.from.index] == no_number && one.from != one.into,
                     "an account is merged once, and not with itself");
    into[one.from.index] = one.into.index;
  }
  for (std::uint32_t first = 0; first < accounts; ++first) {
    for (std::uint32_t who = first; who != no_number && seen[who] == 0; who = into[who]) {
      seen[who] = first + 1;
      require_in_bytes(into[who] == no_number || seen[into[who]] != first + 1, "mergers run in a circle");
    }
  }
}

owner_table owners_of(const stored_book& from, std::span<const std::uint32_t> slot_of_row) {
  owner_table table;
  const auto who = [&](std::uint32_t number) {
    require_in_bytes(number < from.keys.size(), "an owner has no key");
    return account{number};
  };
  for (const stored_owner& one : from.mergers) {
    table.mergers.push_back({who(one.who), who(one.other), day{one.since}, knowledge_of(one)});
  }
  require_good_mergers(table.mergers, from.keys.size());
  for (const stored_owner& one : from.parents) {
    table.parents.push_back({who(one.who), who(one.other), day{one.since}, knowledge_of(one)});
  }
  for (const stored_move& one : from.moved) {
    require_in_bytes(one.row < from.account.size(), "a row that was given away is none of the book");
    moved_row moved{account{from.account[one.row]}, {}};
    for (const auto& to : one.to) {
      require_stored_day(to.since, "the day on which a row was given away");
      require_in_bytes(moved.to.empty() || moved.to.back().since < day{to.since}, "a row is given away day after day");
      moved.to.push_back({day{to.since}, who(to.account)});
    }
    require_in_bytes(!moved.to.empty() && table.moved.emplace(slot_of_row[one.row], std::move(moved)).second,
                     "a row is given away once a day");
  }
  return table;
}

/// Adds the rows of a stored book, and says which slot each has in the book.
std::vector<std::uint32_t> add_rows(book& made, const stored_book& from) {
  std::vector<std::uint32_t> slot_of_row(from.account.size());
  std::iota(slot_of_row.begin(), slot_of_row.end(), 0u);
  if (!from.usage_beside || from.account.empty()) {
    apply(made, facts_of_stored(from).made());
    return slot_of_row;
  }
  std::uint32_t slot = 0;
  for (const stored_part& part : stored_parts_of(from, book_access::of(made))) {
    apply(made, facts_of_stored(part.table).made());
    for (const std::uint32_t row : part.rows) slot_of_row[row] = slot++;
  }
  return slot_of_row;
}

}  // namespace

book restored(const stored_book& from) {
  book made(from.source);
  try {
    intern_all(made.keys(), from.keys), intern_all(made.subscription_keys(), from.subscriptions);
    if (from.account.empty()) require_in_bytes(from.ticks_per_unit == 0, "amounts of no row have no unit");
    const std::vector<std::uint32_t> slot_of_row = add_rows(made, from);
    book_data& data = book_access::edit(made);
    hold_columns(data, from);
    correction owners(data);
    owners.owners = owners_of(from, slot_of_row);
    owners.accounts = from.keys.size();
    owners.prepare();
    owners.commit();
  } catch (const data_error& wrong) {
    refuse_book_bytes(wrong.what());
  } catch (const schema_error& wrong) {
    refuse_book_bytes(wrong.what());
  }
  if (stored_form(book_access::of(made)) != from) refuse_book_bytes("the rows do not stand in the order of a book");
  return made;
}

}  // namespace sojourn::inline v0_1::detail
