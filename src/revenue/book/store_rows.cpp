#include "revenue/book/store_rows.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "revenue/book/fact_columns.hpp"
#include "sojourn/domain/currency.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

template <class T>
void require_account_rows(const column<std::uint32_t>& account, const column<T>& other, const char* name) {
  if (!other.empty()) require_same_length(account, "account", other, name);
}

void require_days(const column<std::int32_t>& days, const char* name) {
  for (std::size_t row = 0; row < days.size(); ++row) {
    if (!days.present(row)) continue;
    if (days[row] >= earliest_day.since_epoch && days[row] <= latest_day.since_epoch) continue;
    throw data_error({days.name_or(name), row, std::to_string(days[row]) + " days since 1970",
                      "a date lies in 1900-01-01 .. 2199-12-31", "check the unit of the column"});
  }
}

std::int64_t ticks_per_unit_of(const fact_rows& rows) {
  return std::visit(
      [](const auto& t) -> std::int64_t {
        if constexpr (requires { t.ticks_per_unit; }) {
          return t.ticks_per_unit;
        } else {
          return 1;
        }
      },
      rows);
}

void require_parents(const column<std::uint32_t>& parent, std::size_t universe) {
  for (std::size_t row = 0; row < parent.size(); ++row) {
    if (!parent.present(row) || parent[row] < universe) continue;
    throw data_error(
        {parent.name_or("parent"), row, std::to_string(parent[row]),
         "a parent's number must come from the index of the book, which holds " + std::to_string(universe) + " accounts",
         "intern keys with book::keys()"});
  }
}

void require_accounts(const column<std::uint32_t>& account, std::size_t universe) {
  const auto numbers = account.values();
  if (!account.may_have_missing() && (numbers.empty() || *std::max_element(numbers.begin(), numbers.end()) < universe))
    return;
  for (std::size_t row = 0; row < account.size(); ++row) {
    if (!account.present(row)) {
      throw data_error({account.name_or("account"), row, "missing", "every row belongs to an account",
                        "name the account, or leave the row out"});
    }
    if (account[row] >= universe) {
      throw data_error(
          {account.name_or("account"), row, std::to_string(account[row]),
           "an account number must come from the index of the book, which holds " + std::to_string(universe) + " accounts",
           "intern keys with book::keys()"});
    }
  }
}

/// Where rows stand. Fresh slots follow each other, so that columns are copied as they are.
struct new_slots {
  explicit new_slots(std::span<const std::uint32_t> numbers) : slots(numbers) {
    for (std::size_t row = 1; row < slots.size(); ++row) in_a_run = in_a_run && slots[row] == slots[row - 1] + 1;
  }
  std::span<const std::uint32_t> slots;
  bool in_a_run = true;
};

template <class T>
void put_column(fact_store& store, std::size_t number, const column<T>& from, const new_slots& to) {
  if (from.empty()) return;
  if (to.in_a_run) return store.put_run<T>(number, to.slots.front(), from);
  for (std::size_t row = 0; row < to.slots.size(); ++row) {
    store.put<T>(number, to.slots[row], from.present(row) ? from[row] : missing_cell<T>);
  }
}

void put_source_rows(fact_store& store, std::size_t number, std::size_t first_row, const new_slots& to) {
  const auto row = static_cast<std::uint32_t>(first_row);
  if (to.slots.empty()) return;
  if (to.in_a_run) return store.put_numbers(number, to.slots.front(), row, to.slots.size());
  for (std::uint32_t i = 0; i < to.slots.size(); ++i) store.put(number, to.slots[i], row + i);
}

void put_words(fact_store& store, std::size_t known, vocabulary& words, const word_facts& from, const char* name,
               const new_slots& to) {
  if (from.code.empty()) return;
  std::vector<std::uint32_t> codes;
  codes.reserve(from.words.size());
  for (const std::string& word : from.words) codes.push_back(words.code_of(word));
  for (std::size_t row = 0; row < to.slots.size(); ++row) {
    if (!from.code.present(row)) continue;
    if (from.code[row] >= codes.size()) {
      throw data_error({from.code.name_or(name), row, std::to_string(from.code[row]),
                        "a code lies below the number of words, " + std::to_string(codes.size()), ""});
    }
    store.put<std::uint32_t>(known, to.slots[row], codes[from.code[row]]);
  }
}

/// A row of usage without a kind is consumption; the cell says that it is one of usage.
void put_kinds(book_data& data, const column<std::uint8_t>& kind, const new_slots& to) {
  for (std::size_t row = 0; row < to.slots.size(); ++row) {
    if (!kind.empty() && kind.present(row)) continue;
    data.store.put(data.column_of_usage(usage_kind_place), to.slots[row],
                   static_cast<std::uint8_t>(usage_kind::consumption));
  }
}

/// Codes in any case, as ISO 4217 writes them; another text is an error that names its first row.
word_facts iso_codes(word_facts given) {
  for (std::uint32_t word = 0; word < given.words.size(); ++word) {
    std::size_t row = 0;
    while (row < given.code.size() && !(given.code.present(row) && given.code[row] == word)) ++row;
    if (row == given.code.size()) continue;  // no row says it
    given.words[word] = read_currency_in(given.code.name_or("currency"), row, given.words[word]).code;
  }
  return given;
}

label_column& label_for(book_data& data, const std::string& name) {
  const auto found = std::find_if(data.labels.begin(), data.labels.end(), [&](const auto& l) { return l.name == name; });
  return found != data.labels.end() ? *found : data.labels.emplace_back(label_column{name, {}, no_column});
}

template <class T>
void add_column(fact_store& store, std::size_t& number, const column<T>& from) {
  if (number == no_column && !from.empty()) number = store.add_column(std::vector<T>{});
}

bool is_usage(const facts& rows) {
  return std::holds_alternative<usage_lines>(rows.rows);
}

/// The columns of which these rows write every cell.
std::vector<bool> written_by(const book_data& data, const facts& rows) {
  std::vector<bool> written(data.store.columns(), false);
  const auto mark = [&](std::size_t number, const auto& from) {
    if (number != no_column && !from.empty()) written[number] = true;
  };
  std::visit(
      [&](const auto& t) {
        std::size_t i = 0;
        each_column(t, [&](const char*, const auto& column) { mark(data.own[data.place_of(is_usage(rows), i++)], column); });
      },
      rows.rows);
  mark(data.common.account, account_of(rows));
  mark(data.common.source_row, account_of(rows));
  mark(data.common.recorded_from, rows.recorded_from);
  mark(data.common.recorded_until, rows.recorded_until);
  mark(data.common.purchased_on, rows.purchased_on);
  mark(data.common.parent, rows.parent);
  return written;
}

/// Those that the rows have and the store has not.
void add_columns(book_data& data, const facts& rows) {
  std::visit(
      [&](const auto& t) {
        std::size_t i = 0;
        each_column(t, [&](const char*, const auto& column) {
          add_column(data.store, data.own[data.place_of(is_usage(rows), i++)], column);
        });
      },
      rows.rows);
  std::size_t& kind = data.own[data.usage_places[usage_kind_place]];
  if (is_usage(rows) && kind == no_column) kind = data.store.add_column(std::vector<std::uint8_t>{});
  add_column(data.store, data.common.recorded_from, rows.recorded_from);
  add_column(data.store, data.common.recorded_until, rows.recorded_until);
  add_column(data.store, data.common.purchased_on, rows.purchased_on);
  add_column(data.store, data.common.parent, rows.parent);
  add_column(data.store, data.common.currency, rows.currency.code);
  add_column(data.store, data.common.cause, rows.cause.code);
  for (const label_facts& one : rows.labels) add_column(data.store, label_for(data, one.name).column, one.label.code);
}

}  // namespace

const column<std::uint32_t>& account_of(const facts& rows) {
  return std::visit([](const auto& t) -> const column<std::uint32_t>& { return t.account; }, rows.rows);
}

void require_good(const book_data& data, const facts& rows) {
  if (rows.rows.index() != static_cast<std::size_t>(data.source) && !is_usage(rows)) {
    throw schema_error("book: rows of " + std::string(values_of(fact_source{})[rows.rows.index()]) + " in a book of " +
                       std::string(values_of(fact_source{})[static_cast<std::size_t>(data.source)]));
  }
  const column<std::uint32_t>& account = account_of(rows);
  std::visit(
      [&](const auto& t) {
        each_column(t, [&](const char* role, const auto& column) { require_account_rows(account, column, role); });
      },
      rows.rows);
  require_account_rows(account, rows.recorded_from, "recorded_from");
  require_account_rows(account, rows.recorded_until, "recorded_until");
  require_account_rows(account, rows.currency.code, "currency");
  require_account_rows(account, rows.cause.code, "cause");
  require_account_rows(account, rows.purchased_on, "purchased_on");
  require_account_rows(account, rows.parent, "parent");
  require_days(rows.recorded_from, "recorded_from");
  require_days(rows.recorded_until, "recorded_until");
  require_days(rows.purchased_on, "purchased_on");
  for (const label_facts& label : rows.labels) require_account_rows(account, label.label.code, label.name.c_str());
  require_accounts(account, data.keys->size());
  require_parents(rows.parent, data.keys->size());
  if (rows.recorded_from.empty() || rows.recorded_until.empty()) return;
  for (std::size_t row = 0; row < account.size(); ++row) {
    if (!rows.recorded_from.present(row) || !rows.recorded_until.present(row)) continue;
    if (rows.recorded_until[row] >= rows.recorded_from[row]) continue;
    throw data_error({rows.recorded_until.name_or("recorded_until"), row, to_string(day{rows.recorded_until[row]}),
                      "a row is not taken back before it is known",
                      "it was recorded on " + to_string(day{rows.recorded_from[row]}) + "; correct one of the two"});
  }
}

std::vector<std::uint32_t> store_rows(book_data& data, const facts& rows) {
  const column<std::uint32_t>& account = account_of(rows);
  const std::int64_t unit = ticks_per_unit_of(rows.rows);
  if (unit <= 0) throw schema_error("book: ticks_per_unit must be positive");
  if (data.ticks_per_unit != 0 && data.ticks_per_unit != unit && !is_usage(rows)) {
    throw schema_error("book: all rows of a book have amounts in one unit");
  }
  if (account.size() > UINT32_MAX - data.next_source_row) throw overflow_error("book: more than 4,294,967,295 rows");
  add_columns(data, rows);  // before there are rows, which a later column would copy
  auto slots = data.store.take(account.size(), written_by(data, rows));
  try {
    const new_slots to(slots);
    put_column(data.store, data.common.account, account, to);
    data.account_name = account.name_or("account");
    put_source_rows(data.store, data.common.source_row, data.next_source_row, to);
    std::visit(
        [&](const auto& t) {
          std::size_t i = 0;
          each_column(t, [&](const char*, const auto& column) {
            const std::size_t place = data.place_of(is_usage(rows), i++);
            if (!column.name().empty()) data.own_names[place] = column.name();
            put_column(data.store, data.own[place], column, to);
          });
        },
        rows.rows);
    if (const auto* usage = std::get_if<usage_lines>(&rows.rows)) put_kinds(data, usage->kind, to);
    put_column(data.store, data.common.recorded_from, rows.recorded_from, to);
    put_column(data.store, data.common.recorded_until, rows.recorded_until, to);
    put_column(data.store, data.common.purchased_on, rows.purchased_on, to);
    put_column(data.store, data.common.parent, rows.parent, to);
    put_words(data.store, data.common.currency, data.currencies, iso_codes(rows.currency), "currency", to);
    put_words(data.store, data.common.cause, data.causes, rows.cause, "cause", to);
    for (const label_facts& one : rows.labels) {
      label_column& label = label_for(data, one.name);
      put_words(data.store, label.column, label.words, one.label, one.name.c_str(), to);
    }
  } catch (...) {
    data.store.give_back(slots);
    throw;
  }
  if (!is_usage(rows)) data.ticks_per_unit = unit;
  return slots;
}

}  // namespace sojourn::inline v0_1::detail
