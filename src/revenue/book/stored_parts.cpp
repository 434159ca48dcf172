#include "revenue/book/stored_parts.hpp"

#include <span>
#include <type_traits>
#include <utility>
#include <variant>

#include "revenue/book/fact_columns.hpp"
#include "revenue/book/stored_rules.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

void require_cells(const stored_column& column, std::size_t rows) {
  const std::size_t cells = std::visit([](const auto& values) { return values.size(); }, column.cells);
  require_in_bytes(cells == (column.held ? rows : 0), "a column has not one cell a row");
}

/// By row, whether it is the last one of a subscription that several accounts had.
std::vector<bool> last_of_shared(const stored_book& from, std::size_t column) {
  std::vector<bool> last(from.account.size(), false);
  if (column == no_column) return last;
  std::vector<std::uint32_t> latest(from.subscriptions.size(), no_number);
  std::vector<bool> shared(latest.size(), false);
  const auto& numbers = std::get<std::vector<std::uint32_t>>(from.own[column].cells);
  for (std::uint32_t row = 0; row < numbers.size(); ++row) {
    const std::uint32_t one = numbers[row];
    if (one >= latest.size()) continue;  // none, or refused with its table
    if (latest[one] != no_number && from.account[latest[one]] != from.account[row]) shared[one] = true;
    latest[one] = row;
  }
  for (std::size_t one = 0; one < latest.size(); ++one) {
    if (shared[one]) last[latest[one]] = true;
  }
  return last;
}

stored_column some_of(const stored_column& from, std::span<const std::uint32_t> rows, std::size_t all) {
  require_cells(from, all);
  if (!from.held) return from;
  stored_column some{true, {}};
  std::visit(
      [&](const auto& cells) {
        std::decay_t<decltype(cells)> mine;
        mine.reserve(rows.size());
        for (const std::uint32_t row : rows) mine.push_back(cells[row]);
        some.cells = std::move(mine);
      },
      from.cells);
  return some;
}

stored_part part_of(const stored_book& from, std::vector<std::uint32_t> rows, bool usage, const book_data& like) {
  const auto some = [&](const stored_column& column) { return some_of(column, rows, from.account.size()); };
  stored_book table;
  table.source = usage ? fact_source::usage : from.source;
  table.ticks_per_unit = from.ticks_per_unit, table.keys = from.keys, table.subscriptions = from.subscriptions;
  for (const std::uint32_t row : rows) table.account.push_back(from.account[row]);
  const std::size_t columns = stored_book::columns_of(table.source, false).size();
  for (std::size_t i = 0; i < columns; ++i) table.own.push_back(some(from.own[like.place_of(usage, i)]));
  table.recorded_from = some(from.recorded_from), table.recorded_until = some(from.recorded_until);
  table.purchased_on = some(from.purchased_on), table.parent = some(from.parent);
  table.currency = {from.currency.words, some(from.currency.codes)};
  table.cause = {from.cause.words, some(from.cause.codes)};
  for (const stored_label& one : from.labels) {
    table.labels.push_back({one.name, {one.label.words, some(one.label.codes)}});
  }
  return {std::move(table), std::move(rows)};
}

}  // namespace

std::vector<stored_part> stored_parts_of(const stored_book& from, const book_data& like) {
  for (const stored_column& column : from.own) require_cells(column, from.account.size());
  const std::vector<bool> last = last_of_shared(from, like.subscription_column);
  const auto& kind = std::get<std::vector<std::uint8_t>>(from.own[like.place_of(true, usage_kind_place)].cells);
  std::vector<std::uint32_t> rows[2][2];  // first those that may come in any order; of the source, of usage
  for (std::uint32_t row = 0; row < from.account.size(); ++row) {
    const bool usage = !kind.empty() && kind[row] != missing_cell<std::uint8_t>;
    rows[last[row] ? 1 : 0][usage ? 1 : 0].push_back(row);
  }
  std::vector<stored_part> parts;
  for (auto& tables : rows) {
    for (const bool usage : {false, true}) {
      if (auto& some = tables[usage ? 1 : 0]; !some.empty()) parts.push_back(part_of(from, std::move(some), usage, like));
    }
  }
  return parts;
}

}  // namespace sojourn::inline v0_1::detail
