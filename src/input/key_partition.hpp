// One partition of a column of keys: its rows, and the table that finds the first row of each key within the cache.
// Layer: 5. Needs: std only.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "domain/key_table.hpp"

namespace sojourn::inline v0_1::detail {

/// One row in its partition. `tag` is the hash without the bits that chose the partition.
struct text_row {
  const char* data;
  std::uint32_t size;  ///< or the largest value, where the key is longer: then the column knows
  std::uint32_t row;
  std::uint32_t tag;
  std::uint32_t unused;
};
struct id_row {
  std::int64_t id;
  std::uint32_t row;
  std::uint32_t tag;
};

template <class Key>
using row_of_partition = std::conditional_t<std::is_same_v<Key, std::string_view>, text_row, id_row>;

/// The rows of one partition, among `keys`, the column.
template <class Key>
class key_partition {
  using row = row_of_partition<Key>;
  static constexpr bool is_text = std::is_same_v<Key, std::string_view>;

 public:
  key_partition(std::span<const Key> keys, std::span<const row> rows)
      : keys_(keys), rows_(rows), slots_(std::bit_ceil(std::max<std::size_t>(64, rows.size() / 4))) {}

  /// Every row gets the first row of its key.
  void find_first_rows(std::span<std::uint32_t> firsts) {
    constexpr std::size_t ahead = 16;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if constexpr (is_text) {
        if (i + ahead < rows_.size()) fetch(rows_[i + ahead].data);
      }
      slot& found = find(rows_[i]);
      if (found.entry != 0) {
        firsts[rows_[i].row] = rows_[found.entry - 1].row;
        continue;
      }
      found = {rows_[i].tag, static_cast<std::uint32_t>(i + 1)};
      firsts[rows_[i].row] = rows_[i].row;
      if (2 * ++held_ > slots_.size()) grow();
    }
  }

 private:
  struct slot {
    std::uint32_t tag, entry;  ///< position of the key's first row in the partition plus one; 0 is free
  };

  [[nodiscard]] std::size_t place(std::uint32_t tag) const {
    return std::size_t{tag} >> (32 - std::countr_zero(slots_.size()));
  }

  [[nodiscard]] slot& find(const row& one) {
    std::size_t at = place(one.tag);
    for (; slots_[at].entry != 0; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].tag == one.tag && same(rows_[slots_[at].entry - 1], one)) break;
    }
    return slots_[at];
  }

  [[nodiscard]] bool same(const row& a, const row& b) const {
    if constexpr (is_text) {
      if (a.size == UINT32_MAX) return a.size == b.size && keys_[a.row] == keys_[b.row];
      if (a.data == b.data) return a.size == b.size;  // columns that were gathered share the bytes of a key
      return same_key(std::string_view{a.data, a.size}, std::string_view{b.data, b.size});
    } else {
      return a.id == b.id;
    }
  }

  void grow() {
    const std::vector<slot> old = std::exchange(slots_, std::vector<slot>(2 * slots_.size()));
    for (const slot& one : old) {
      if (one.entry == 0) continue;
      std::size_t to = place(one.tag);
      while (slots_[to].entry != 0) to = (to + 1) & (slots_.size() - 1);
      slots_[to] = one;
    }
  }

  std::span<const Key> keys_;
  std::span<const row> rows_;
  std::vector<slot> slots_;
  std::size_t held_ = 0;
};

}  // namespace sojourn::inline v0_1::detail
