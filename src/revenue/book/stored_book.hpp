// A book in its one canonical order: what equality compares and bytes hold.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "revenue/book/book_data.hpp"

namespace sojourn::inline v0_1::detail {

/// Where a cell numbers nothing.
inline constexpr std::uint32_t no_number = missing_cell<std::uint32_t>;

/// Keys in ascending order: text or 64-bit ids, whichever the book has.
struct stored_keys {
  std::vector<std::string> words;
  std::vector<std::int64_t> ids;

  [[nodiscard]] std::size_t size() const noexcept { return words.size() + ids.size(); }
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.words, self.ids);
  }
  friend bool operator==(const stored_keys&, const stored_keys&) = default;
};

/// One column of all rows; without cells where no table of the book had it. Missing cells as in `fact_store`.
struct stored_column {
  bool held = false;
  cell_values cells;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.held);
    std::visit([&](auto& values) { archive(values); }, self.cells);
  }
  friend bool operator==(const stored_column&, const stored_column&) = default;
};

/// Codes of words in ascending order, each of which some row says.
struct stored_words {
  std::vector<std::string> words;
  stored_column codes{false, std::vector<std::uint32_t>{}};

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.words, self.codes);
  }
  friend bool operator==(const stored_words&, const stored_words&) = default;
};

struct stored_label {
  std::string name;
  stored_words label;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.name, self.label);
  }
  friend bool operator==(const stored_label&, const stored_label&) = default;
};

/// From `since` on somebody is `other`'s, as known in [from, until).
struct stored_owner {
  std::uint32_t who = 0, other = 0;
  std::int32_t since = 0, from = 0, until = 0;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.who, self.other, self.since, self.from, self.until);
  }
  friend bool operator==(const stored_owner&, const stored_owner&) = default;
};

/// A row that was given to other accounts.
struct stored_move {
  struct owner {
    std::int32_t since = 0;
    std::uint32_t account = 0;
    template <class Archive, class Self>
    static void fields(Archive& archive, Self& self) {
      archive(self.since, self.account);
    }
    friend bool operator==(const owner&, const owner&) = default;
  };
  std::uint32_t row = 0;
  std::vector<owner> to;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.row, self.to);
  }
  friend bool operator==(const stored_move&, const stored_move&) = default;
};

/// Rows account after account in order of keys, those of an account in order of their cells. Where the caller's order says
/// something it stays: changes of one moment, and the last row of a subscription that several accounts had, which says whose
/// it is and so stands behind all others.
struct stored_book {
  fact_source source = fact_source::periods;
  bool usage_beside = false;        ///< rows of usage stand beside those of the source
  std::int64_t ticks_per_unit = 0;  ///< 0 without rows of the source
  stored_keys keys, subscriptions;
  std::vector<std::uint32_t> account;
  std::vector<stored_column> own;  ///< as `columns_of` lists them
  stored_column recorded_from{false, std::vector<std::int32_t>{}}, recorded_until{false, std::vector<std::int32_t>{}};
  stored_column purchased_on{false, std::vector<std::int32_t>{}}, parent{false, std::vector<std::uint32_t>{}};
  stored_words currency, cause;
  std::vector<stored_label> labels;
  std::vector<stored_owner> mergers, parents;
  std::vector<stored_move> moved;

  /// Throws `state_error` for a source that there is not.
  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.source, self.usage_beside);
    if constexpr (!std::is_const_v<Self>) self.own = columns_of(self.source, self.usage_beside);
    archive(self.ticks_per_unit, self.keys, self.subscriptions, self.account);
    for (auto& column : self.own) archive(column);
    archive(self.recorded_from, self.recorded_until, self.purchased_on, self.parent, self.currency, self.cause, self.labels,
            self.mergers, self.parents, self.moved);
  }
  /// The columns of a source with the types of their cells, none of them held; then those of usage beside it, which shares
  /// the column of subscriptions where the source has one.
  [[nodiscard]] static std::vector<stored_column> columns_of(fact_source source, bool usage_beside);
  friend bool operator==(const stored_book&, const stored_book&) = default;
};

/// Names what `stored_book` holds: sources, columns and their types. Other columns give another number.
[[nodiscard]] std::uint64_t stored_schema();

}  // namespace sojourn::inline v0_1::detail
