// What a book is made of.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "detail/unshared.hpp"
#include "revenue/book/fact_columns.hpp"
#include "revenue/book/fact_store.hpp"
#include "revenue/book/member_lists.hpp"
#include "revenue/book/owner_table.hpp"
#include "revenue/book/vocabulary.hpp"
#include "sojourn/revenue/book/book.hpp"
#include "sojourn/revenue/ledger/ledger_block.hpp"

namespace sojourn::inline v0_1::detail {

inline constexpr std::size_t no_column = SIZE_MAX;

/// Columns that every source may have, by their number in the store; `no_column` where no row ever had one.
struct common_columns {
  std::size_t account = no_column;
  std::size_t source_row = no_column;
  std::size_t recorded_from = no_column;
  std::size_t recorded_until = no_column;
  std::size_t currency = no_column;
  std::size_t cause = no_column;
  std::size_t purchased_on = no_column;
  std::size_t parent = no_column;
};

struct label_column {
  std::string name;
  vocabulary words;
  std::size_t column = no_column;
};

struct book_data {
  fact_source source = fact_source::periods;
  std::int64_t ticks_per_unit = 0;  // of the amounts; 0 before the first rows
  std::shared_ptr<account_index> keys;
  std::shared_ptr<account_index> subscription_keys;

  fact_store store;
  common_columns common;
  std::vector<std::size_t> own;        // the source's columns in the order of `each_column`, then those of usage
  std::vector<std::string> own_names;  // the caller's, for errors
  std::string account_name;
  std::vector<label_column> labels;
  vocabulary currencies, causes;

  /// The slots of each account, ascending by the caller's row.
  std::vector<std::shared_ptr<flat_lists<std::uint32_t>>> lists;
  std::size_t accounts = 0;
  std::size_t rows = 0;
  std::size_t next_source_row = 0;
  bool in_order = true;  // slot i holds the caller's row i
  std::size_t subscription_column = no_column;
  std::size_t subscriptions = 0, parents = 0;  // the highest number that a row ever had, plus 1
  std::vector<std::size_t> usage_places;       // of the columns of usage in `own`, in the order of `each_column`
  owner_table owners;
  member_lists children;               // by the parent that rows name
  member_lists subscription_accounts;  // by subscription

  [[nodiscard]] std::span<const std::uint32_t> slots_of(account who) const noexcept {
    if (who.index >= accounts) return {};
    return (*lists[who.index / accounts_per_block])[who.index % accounts_per_block];
  }
  /// The column of subscriptions in the store; `no_column` where no row has one.
  [[nodiscard]] std::size_t subscription() const noexcept {
    return subscription_column == no_column ? no_column : own[subscription_column];
  }
  template <class T>
  [[nodiscard]] std::optional<T> cell(std::size_t column, std::uint32_t slot) const {
    if (column == no_column || !store.has<T>(column, slot)) return std::nullopt;
    return store.at<T>(column, slot);
  }
  /// The places in `own` of the columns of a table, in the order of `each_column`.
  [[nodiscard]] std::size_t place_of(bool usage, std::size_t nth) const noexcept { return usage ? usage_places[nth] : nth; }
  [[nodiscard]] std::size_t column_of_usage(std::size_t place) const noexcept { return own[usage_places[place]]; }
  /// Whether rows of usage stand beside those of another source.
  [[nodiscard]] bool usage_beside() const noexcept { return source != fact_source::usage && has_usage(); }
  [[nodiscard]] bool has_usage() const noexcept { return column_of_usage(usage_kind_place) != no_column; }
  /// Whether the row is one of usage, and not of the source.
  [[nodiscard]] bool is_usage(std::uint32_t slot) const {
    return cell<std::uint8_t>(column_of_usage(usage_kind_place), slot).has_value();
  }
  /// The column that says since when the row holds.
  [[nodiscard]] std::size_t start_column(std::uint32_t slot) const {
    return is_usage(slot) ? column_of_usage(0) : own.front();
  }
  [[nodiscard]] bool starts_with_month(std::uint32_t slot) const {
    return source == fact_source::snapshots && !is_usage(slot);
  }
  /// The subscription that the row names.
  [[nodiscard]] std::optional<std::uint32_t> subscription_of(std::uint32_t slot) const {
    if (is_usage(slot)) return cell<std::uint32_t>(column_of_usage(usage_places.size() - 1), slot);
    if (subscription_column == no_column) return std::nullopt;
    return cell<std::uint32_t>(own[subscription_column], slot);
  }
  /// Whether a column of `own` holds subscriptions.
  [[nodiscard]] bool holds_subscriptions(std::size_t place) const noexcept {
    return place == subscription_column || place == usage_places.back();
  }
  /// Whether the row was known at the end of that day; without a day whether it is believed now.
  [[nodiscard]] bool known(std::uint32_t slot, std::optional<day> known_on) const {
    const auto until = cell<std::int32_t>(common.recorded_until, slot);
    if (!known_on) return !until;
    const auto from = cell<std::int32_t>(common.recorded_from, slot);
    return (!from || *from <= known_on->since_epoch) && (!until || known_on->since_epoch < *until);
  }
};

struct book_access {
  [[nodiscard]] static const book_data& of(const book& b) noexcept { return *b.data_; }
  /// To be written: copied first where another book shares it.
  [[nodiscard]] static book_data& edit(book& b) { return unshared(b.data_); }
};

}  // namespace sojourn::inline v0_1::detail
