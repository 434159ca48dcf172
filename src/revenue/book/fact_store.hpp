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

#include "detail/presence.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/revenue/ledger/ledger_block.hpp"

namespace sojourn::inline v0_1::detail {

/// The cells of one column; a missing one holds the largest code, or the least number, which no good cell holds.
using cell_values = std::variant<std::vector<std::uint8_t>, std::vector<std::uint32_t>, std::vector<std::int32_t>,
                                 std::vector<std::int64_t>>;
template <class T>
inline constexpr T missing_cell =
    std::numeric_limits<T>::is_signed ? std::numeric_limits<T>::min() : std::numeric_limits<T>::max();

/// The cells of one column in one piece. The pieces of many rows that came at once lie one after another in memory that they
/// share, so that their cells can be read as one array. A copy has memory of its own.
template <class T>
class cell_run {
 public:
  cell_run() = default;
  cell_run(std::shared_ptr<T[]> memory, T* first, std::size_t size)
      : memory_(std::move(memory)), first_(first), size_(size), room_(size) {}
  cell_run(cell_run&& other) noexcept { swap(other); }
  cell_run(const cell_run& other) {
    make_room(other.size_);
    std::copy_n(other.first_, other.size_, first_);
    size_ = other.size_;
  }
  cell_run& operator=(cell_run other) noexcept {
    swap(other);
    return *this;
  }
  ~cell_run() = default;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] T* data() noexcept { return first_; }
  [[nodiscard]] const T* data() const noexcept { return first_; }
  T& operator[](std::size_t at) noexcept { return first_[at]; }
  const T& operator[](std::size_t at) const noexcept { return first_[at]; }

  /// More cells, which hold `value`.
  void grow(std::size_t size, T value) {
    if (size <= size_) return;
    if (size > room_) {
      cell_run larger;
      larger.make_room(std::max(size, 2 * room_));
      std::copy_n(first_, size_, larger.first_);
      larger.size_ = size_;
      swap(larger);
    }
    std::fill(first_ + size_, first_ + size, value);
    size_ = size;
  }

 private:
  void make_room(std::size_t cells) {
    memory_ = std::make_shared_for_overwrite<T[]>(cells);
    first_ = memory_.get();
    room_ = cells;
  }
  void swap(cell_run& other) noexcept {
    memory_.swap(other.memory_);
    std::swap(first_, other.first_), std::swap(size_, other.size_), std::swap(room_, other.room_);
  }

  std::shared_ptr<T[]> memory_;
  T* first_ = nullptr;
  std::size_t size_ = 0;
  std::size_t room_ = 0;
};

/// Rows in numbered slots. A slot that is given back is used again, so that corrections need no memory.
class fact_store {
 public:
  static constexpr std::size_t rows_per_piece = 4096;

  /// A column without rows yet; `cell_values` says its type. Returns its number. Existing rows miss it.
  std::size_t add_column(const cell_values& type);
  /// Only the first columns stay; later ones were added since the store was copied last.
  void keep_first(std::size_t columns) noexcept;
  [[nodiscard]] std::size_t columns() const noexcept { return types_.size(); }
  [[nodiscard]] std::size_t slots() const noexcept { return slots_; }
  [[nodiscard]] const cell_values& type(std::size_t column) const { return types_[column]; }

  template <class T>
  [[nodiscard]] T at(std::size_t column, std::uint32_t slot) const {
    return std::get<cell_run<T>>((*pieces_[slot / rows_per_piece])[column])[slot % rows_per_piece];
  }
  template <class T>
  [[nodiscard]] bool has(std::size_t column, std::uint32_t slot) const {
    return at<T>(column, slot) != missing_cell<T>;
  }
  [[nodiscard]] bool same(std::size_t column, std::uint32_t a, std::uint32_t b) const;

  /// Slots for `rows` rows whose cells are all missing, to be filled with `put` and then kept, or given back. Fresh slots of
  /// the columns marked in `written` hold anything: `put_run` will write them all.
  [[nodiscard]] std::vector<std::uint32_t> take(std::size_t rows, const std::vector<bool>& written = {});
  template <class T>
  void put(std::size_t column, std::uint32_t slot, T value) noexcept {
    std::get<cell_run<T>>((*pieces_[slot / rows_per_piece])[column])[slot % rows_per_piece] = value;
  }
  /// Cells of rows in slots that follow each other, as fresh ones do: copied piece by piece.
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
  /// The cells of all slots, in their order; nothing where they do not lie in one array.
  template <class T>
  [[nodiscard]] std::span<const T> all_in_place(std::size_t column) const noexcept {
    const T* first = nullptr;
    for (std::size_t p = 0; p < pieces_.size(); ++p) {
      const T* here = std::get<cell_run<T>>((*pieces_[p])[column]).data();
      if (p == 0) first = here;
      if (here != first + p * rows_per_piece) return {};
    }
    return {first, slots_};
  }
  /// The cells of all slots, in their order.
  template <class T>
  void gather_all(std::size_t column, std::vector<T>& to) const {
    to.clear();
    to.reserve(slots_);
    for (const auto& one : pieces_) {
      const auto& cells = std::get<cell_run<T>>((*one)[column]);
      to.insert(to.end(), cells.data(), cells.data() + cells.size());
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
  using stored_cells =
      std::variant<cell_run<std::uint8_t>, cell_run<std::uint32_t>, cell_run<std::int32_t>, cell_run<std::int64_t>>;
  using piece = std::vector<stored_cells>;

  [[nodiscard]] piece empty_piece() const;
  void add_pieces(std::size_t first, std::size_t end, const std::vector<bool>& written);

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
    T* const cells = std::get<cell_run<T>>((*pieces_[slot / rows_per_piece])[column]).data() + at;
    std::copy_n(from.values().begin() + static_cast<std::ptrdiff_t>(row), here, cells);
    if (from.may_have_missing()) {
      each_presence(from.validity(), from.bit_offset() + row, here,
                    [cells](std::size_t i, bool is_there) { cells[i] = is_there ? cells[i] : missing_cell<T>; });
    }
    row += here;
  }
}

}  // namespace sojourn::inline v0_1::detail
