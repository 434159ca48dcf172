// Facts in columns, in pieces that copies share until one of them is written.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "sojourn/input/column.hpp"
#include "sojourn/revenue/ledger/ledger_block.hpp"

namespace sojourn::inline v0_1::detail {

/// The cells of one column; a missing one holds the largest code, or the least number, which no good cell holds.
using cell_values = std::variant<std::vector<std::uint8_t>, std::vector<std::uint32_t>, std::vector<std::int32_t>,
                                 std::vector<std::int64_t>>;
template <class T>
inline constexpr T missing_cell =
    std::numeric_limits<T>::is_signed ? std::numeric_limits<T>::min() : std::numeric_limits<T>::max();

/// Rows in numbered slots. A slot that is given back is used again, so that corrections need no memory.
class fact_store {
 public:
  static constexpr std::size_t rows_per_piece = 4096;

  /// A column without rows yet; `cell_values` says its type. Returns its number. Existing rows miss it.
  std::size_t add_column(const cell_values& type);
  [[nodiscard]] std::size_t columns() const noexcept { return types_.size(); }
  [[nodiscard]] std::size_t slots() const noexcept { return slots_; }
  [[nodiscard]] const cell_values& type(std::size_t column) const { return types_[column]; }

  template <class T>
  [[nodiscard]] T at(std::size_t column, std::uint32_t slot) const {
    return std::get<std::vector<T>>((*pieces_[slot / rows_per_piece])[column])[slot % rows_per_piece];
  }
  template <class T>
  [[nodiscard]] bool has(std::size_t column, std::uint32_t slot) const {
    return at<T>(column, slot) != missing_cell<T>;
  }
  [[nodiscard]] bool same(std::size_t column, std::uint32_t a, std::uint32_t b) const;

  /// Slots for `rows` rows whose cells are all missing, to be filled with `put` and then kept, or given back.
  [[nodiscard]] std::vector<std::uint32_t> take(std::size_t rows);
  template <class T>
  void put(std::size_t column, std::uint32_t slot, T value) noexcept {
    std::get<std::vector<T>>((*pieces_[slot / rows_per_piece])[column])[slot % rows_per_piece] = value;
  }
  /// Cells of rows in slots that follow each other, as fresh ones do: copied piece by piece. Missing ones stay missing.
  template <class T>
  void put_run(std::size_t column, std::uint32_t first, const sojourn::column<T>& from) noexcept;
  /// `count` numbers from `number` on, in slots that follow each other.
  void put_numbers(std::size_t column, std::uint32_t first, std::uint32_t number, std::size_t count) noexcept;
  /// There is room for every slot that was ever taken, so this never fails.
  void give_back(std::span<const std::uint32_t> slots) noexcept {
    for (const std::uint32_t slot : slots) free_.push_back(slot);
  }

  /// Whether every slot holds a row.
  [[nodiscard]] bool full() const noexcept { return free_.empty(); }
  /// The cells of all slots, in their order.
  template <class T>
  void gather_all(std::size_t column, std::vector<T>& to) const {
    to.clear();
    to.reserve(slots_);
    for (const auto& one : pieces_) {
      const auto& values = std::get<std::vector<T>>((*one)[column]);
      to.insert(to.end(), values.begin(), values.end());
    }
    to.resize(slots_);
  }
  /// The cells of `slots` one after another.
  template <class T>
  void gather(std::size_t column, std::span<const std::uint32_t> slots, std::vector<T>& to) const {
    to.resize(slots.size());
    for (std::size_t i = 0; i < slots.size(); ++i) to[i] = at<T>(column, slots[i]);
  }

 private:
  using piece = std::vector<cell_values>;
  std::vector<cell_values> types_;  // empty
  std::vector<std::shared_ptr<piece>> pieces_;
  std::vector<std::uint32_t> free_;
  std::size_t slots_ = 0;
};

template <class T>
void fact_store::put_run(std::size_t column, std::uint32_t first, const sojourn::column<T>& from) noexcept {
  for (std::size_t row = 0; row < from.size();) {
    const std::size_t slot = first + row, at = slot % rows_per_piece;
    const std::size_t here = std::min(rows_per_piece - at, from.size() - row);
    auto& values = std::get<std::vector<T>>((*pieces_[slot / rows_per_piece])[column]);
    if (!from.may_have_missing()) {
      std::copy_n(from.values().begin() + static_cast<std::ptrdiff_t>(row), here,
                  values.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      for (std::size_t i = 0; i < here; ++i) {
        if (from.present(row + i)) values[at + i] = from[row + i];
      }
    }
    row += here;
  }
}

}  // namespace sojourn::inline v0_1::detail
